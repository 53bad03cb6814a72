"""Changes to the tables, within a transaction. Each transaction that changes something takes one change number."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from wirelane_geo.model import PointId, Seq
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._handles import new_handles
from wirelane_geo.store._interface import UpsertCounts
from wirelane_geo.store._rows import POINT_COLUMNS, Row, derived_in
from wirelane_geo.store.schedules import NEVER

_Numbers: TypeAlias = "dict[str | None, int]"
_SHARED = (("schedules", "schedule"), ("operators", "operator"))
"""What many points have in common: a table of texts, and the points' column of their numbers."""

_SET = ", ".join(f"{name} = ?" for name in POINT_COLUMNS if name != "created")
_UPDATE = f"UPDATE points SET seq = ?, {_SET} WHERE rowid = ?"
_CREATED = POINT_COLUMNS.index("created")
_UPDATED = POINT_COLUMNS.index("updated")


class Writes:
    """Points that are added and changed in a transaction, written at the end, with one change number for all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next: int
        [self._next] = connection.execute("SELECT next_rowid FROM state").fetchone()
        self._new: dict[int, Row] = {}
        self._changed: dict[int, Row] = {}
        self._dated: dict[int, Row] = {}
        self._inserted = self._updated = self._unchanged = 0

    def insert(self, row: Row) -> int:
        """Add a point; its number."""
        self._new[self._next] = row
        self._next += 1
        self._inserted += 1
        return self._next - 1

    def update(self, rowid: int, row: Row) -> None:
        """Put a row in the place of what is there."""
        (self._new if rowid in self._new else self._changed)[rowid] = row
        self._updated += 1

    def leave(self, rowid: int, row: Row | None = None) -> None:
        """Change nothing, or no more than what is known of its records: that takes no number."""
        self._unchanged += 1
        if row is not None:
            (self._new if rowid in self._new else self._dated)[rowid] = row

    def done(self) -> UpsertCounts:
        """Write it. How many points it was about."""
        self._connection.executemany(
            "UPDATE points SET identity = ?, recorded = ?, reported = ? WHERE rowid = ?",
            [(row.identity, row.recorded, row.reported, rowid) for rowid, row in self._dated.items()])
        if self._new or self._changed:
            seq = next_seq(self._connection, [*self._new, *self._changed], self._next)
            _insert(self._connection, list(self._new.items()), seq)
            _replace(self._connection, list(self._changed.items()), seq)
        return UpsertCounts(self._inserted, self._updated, self._unchanged)


def upsert(connection: Connection, rows: Sequence[Row]) -> UpsertCounts:
    """Add or replace; of rows with one id the last one stays. Replacing keeps the number and the creation date."""
    there, writes = _there(connection, [row.id for row in rows]), Writes(connection)
    for row in rows:
        known = there.get(row.id)
        if known is None:
            rowid = writes.insert(row)
        elif (rowid := known[0]) and known[1:] == (row.status, row.body):
            writes.leave(rowid)
        else:
            writes.update(rowid, row)
        there[row.id] = rowid, row.status, row.body
    return writes.done()


def hear(connection: Connection, origins: Iterable[str], at: int) -> None:
    """Note that these origins were heard of at a time, in microseconds since 1970."""
    connection.executemany("INSERT INTO origins VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET heard = excluded.heard",
                           [(origin, at) for origin in origins])


def note_reached(connection: Connection, reader: str, place: tuple[Seq, int]) -> None:
    """Note how far a reader of the changes has come."""
    connection.execute("INSERT INTO readers (name, seq, arrival) VALUES (?, ?, ?) "
                       "ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, arrival = excluded.arrival", (reader, *place))


def set_statuses(connection: Connection, statuses: Mapping[PointId, int], updated: int) -> int:
    """Set statuses by id where they differ; bodies stay as they are."""
    [last] = connection.execute("SELECT seq FROM state").fetchone()
    count, origins = connection.set_other_statuses(statuses, updated, Seq(last + 1))
    hear(connection, origins, updated)
    if count:
        next_seq(connection, ())
    return count


def remove(connection: Connection, origin: str, but: Collection[PointId]) -> int:
    """Delete an origin's points, but those with some ids, and note that they are gone."""
    where, given = connection.one_of("coalesce(identity, id)", but)
    count = delete(connection, [rowid for [rowid] in connection.execute(
        f"SELECT rowid FROM points WHERE origin = ? AND NOT ({where})", (origin, *given))])
    connection.execute("DELETE FROM origins WHERE origin = ? AND NOT EXISTS (SELECT 1 FROM points WHERE origin = ?)",
                       (origin, origin))
    return count


def delete(connection: Connection, rowids: Sequence[int]) -> int:
    """Delete points, and note that they are gone. Returns how many."""
    if rowids:
        for table, column in (("bodies", "rowid"), ("words", "rowid"), ("point_groups", "point")):
            connection.delete(table, column, rowids)
        connection.delete_points(rowids, next_seq(connection, ()))
        for table, column in _SHARED:
            connection.execute(f"DELETE FROM {table} WHERE number NOT IN (SELECT DISTINCT {column} FROM points)")
    return len(rowids)


def derive(connection: Connection, columns: Collection[str], limit: int) -> bool:
    """Give schedules, operators and access to points that an earlier version wrote and that lack one of these columns, so many at
    a time; whether there were any. What was copied of the columns is no longer true then."""
    lacking = " OR ".join(f"{column} IS NULL" for column in columns)
    found = [(rowid, *derived_in(body)) for rowid, body in connection.execute(
        f"SELECT rowid, body FROM points JOIN bodies USING (rowid) WHERE {lacking} LIMIT ?", (limit,)).fetchall()]
    schedules = _numbers(connection, "schedules", [schedule for _, schedule, _, _ in found])
    operators = _numbers(connection, "operators", [operator for _, _, operator, _ in found])
    connection.executemany("UPDATE points SET schedule = ?, operator = ?, access = ? WHERE rowid = ?",
                           [(schedules[schedule], operators[operator], access, rowid)
                            for rowid, schedule, operator, access in found])
    if found:
        connection.forget_copies()
    return bool(found)


def underived(connection: Connection, columns: Collection[str]) -> bool:
    """Whether an earlier version wrote points that lack one of these columns."""
    return any(connection.execute(f"SELECT EXISTS (SELECT 1 FROM points WHERE {column} IS NULL)").fetchone()[0]
               for column in columns)


def _there(connection: Connection, ids: list[PointId]) -> dict[PointId, tuple[int, int, bytes]]:
    """Number, status and body of the points with these ids."""
    where, given = connection.one_of("id", ids)
    rows = connection.execute(f"SELECT id, rowid, status, body FROM points JOIN bodies USING (rowid) WHERE {where}", given)
    return {id: (rowid, status, body) for id, rowid, status, body in rows}


def next_seq(connection: Connection, rowids: Collection[int], next_rowid: int | None = None) -> Seq:
    """Take the number of a change of these points."""
    seq = Seq(connection.execute("UPDATE state SET seq = seq + 1, next_rowid = coalesce(?, next_rowid) RETURNING seq",
                                 (next_rowid,)).fetchone()[0])
    connection.log_change(seq, rowids)
    return seq


def _insert(connection: Connection, rows: list[tuple[int, Row]], seq: Seq) -> None:
    shared = _shared(connection, rows)
    handles = new_handles(connection, [row.id for _, row in rows])
    connection.insert("points", ("rowid", "handle", "seq", *POINT_COLUMNS), [
        (rowid, handle, seq, *row.values(*shared)) for (rowid, row), handle in zip(rows, handles, strict=True)])
    connection.insert("bodies", ("rowid", "body"), [(rowid, row.body) for rowid, row in rows])
    _insert_words(connection, rows)


def _replace(connection: Connection, rows: list[tuple[int, Row]], seq: Seq) -> None:
    numbers = [rowid for rowid, _ in rows]
    shared = _shared(connection, rows)
    values = [row.values(*shared) for _, row in rows]
    connection.executemany(_UPDATE, [(seq, *value[:_CREATED], *value[_UPDATED:], rowid)
                                     for value, (rowid, _) in zip(values, rows, strict=True)])
    connection.executemany("UPDATE bodies SET body = ? WHERE rowid = ?", [(row.body, rowid) for rowid, row in rows])
    connection.delete("words", "rowid", numbers)
    connection.delete("point_groups", "point", numbers)
    _insert_words(connection, rows)


def _shared(connection: Connection, rows: list[tuple[int, Row]]) -> tuple[_Numbers, _Numbers]:
    """The numbers of some points' schedules and operators."""
    return (_numbers(connection, "schedules", [row.schedule for _, row in rows]),
            _numbers(connection, "operators", [row.operator for _, row in rows]))


def _numbers(connection: Connection, table: str, given: Iterable[str | None]) -> _Numbers:
    """The numbers of some texts, `NEVER` of None; what is new gets one."""
    texts = sorted({text for text in given if text is not None})
    known = _known_numbers(connection, table, texts)
    if new := [text for text in texts if text not in known]:
        connection.insert(table, ("text",), [(text,) for text in new])
        known |= _known_numbers(connection, table, new)
    return {None: NEVER, **known}


def _known_numbers(connection: Connection, table: str, texts: list[str]) -> _Numbers:
    where, given = connection.one_of("text", texts)
    return dict(connection.execute(f"SELECT text, number FROM {table} WHERE {where}", given))


def _insert_words(connection: Connection, rows: list[tuple[int, Row]]) -> None:
    connection.insert_words((rowid, row.words()) for rowid, row in rows)
    connection.insert("point_groups", ("name", "point"), [(name, rowid) for rowid, row in rows for name in row.groups()])
