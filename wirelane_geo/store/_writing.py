"""Changes to the tables, within a transaction. Each transaction that changes something takes one change number."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence

from wirelane_geo.model import PointId, Seq
from wirelane_geo.store._interface import Upserted
from wirelane_geo.store._rows import COLUMNS, Row, schedule_in
from wirelane_geo.store.schedules import NEVER

_INSERT = f"INSERT INTO points (rowid, seq, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"
_SET = ", ".join(f"{name} = ?" for name in COLUMNS if name != "created")
_UPDATE = f"UPDATE points SET seq = ?, {_SET} WHERE rowid = ?"
_CREATED = COLUMNS.index("created")
_UPDATED = COLUMNS.index("updated")


def last_seq(connection: sqlite3.Connection) -> Seq:
    """The number of the last change."""
    return Seq(connection.execute("SELECT seq FROM state").fetchone()[0])


def stamp(connection: sqlite3.Connection) -> str | None:
    """The word by which a copy of this database's points is recognized."""
    [word] = connection.execute("SELECT stamp FROM state").fetchone()
    return None if word is None else str(word)


def set_stamp(connection: sqlite3.Connection, word: str) -> None:
    """Remember a word; that changes nothing of the points and takes no number."""
    connection.execute("UPDATE state SET stamp = ?", (word,))


def upsert(connection: sqlite3.Connection, rows: Sequence[Row], *, newer_status: bool = False) -> Upserted:
    """Add or replace; of rows with one id the last one stays. Replacing keeps the number and the creation date, and with
    `newer_status` a status that the row knows nothing newer of."""
    there = _there(connection, [row.id for row in rows])
    [next_rowid] = connection.execute("SELECT next_rowid FROM state").fetchone()
    new: dict[str, tuple[int, Row]] = {}
    changed: dict[str, tuple[int, Row]] = {}
    inserted = updated = unchanged = 0
    for given in rows:
        known = there.get(given.id)
        if known is None:
            new[given.id] = (next_rowid, given)
            there[given.id] = (next_rowid, given.status, given.updated, given.body)
            next_rowid += 1
            inserted += 1
            continue
        rowid, status, at, body = known
        row = given.after(status, at) if newer_status else given
        if (status, body) == (row.status, row.body):
            unchanged += 1
        else:
            (new if row.id in new else changed)[row.id] = (rowid, row)
            there[row.id] = (rowid, row.status, row.updated, row.body)
            updated += 1
    if new or changed:
        seq = _next_seq(connection, next_rowid)
        _insert(connection, list(new.values()), seq)
        _replace(connection, list(changed.values()), seq)
    return Upserted(inserted, updated, unchanged)


def set_statuses(connection: sqlite3.Connection, statuses: Mapping[PointId, int], updated: int) -> int:
    """Set statuses by id where they differ; bodies stay as they are."""
    rows = connection.execute("SELECT id, rowid, status FROM points WHERE id IN (SELECT value FROM json_each(?))",
                              (json.dumps(list(statuses)),)).fetchall()
    changes = [(statuses[id], rowid) for id, rowid, status in rows if statuses[id] != status]
    if changes:
        seq = _next_seq(connection)
        connection.executemany(f"UPDATE points SET status = ?, updated = {updated}, seq = {seq} WHERE rowid = ?",
                               changes)
    return len(changes)


def remove(connection: sqlite3.Connection, origin: str, but: Collection[PointId]) -> int:
    """Delete an origin's points, but those with some ids, and note their numbers."""
    rowids = connection.execute("SELECT rowid FROM points WHERE origin = ? AND id NOT IN (SELECT value FROM json_each(?))",
                                (origin, json.dumps(list(but)))).fetchall()
    if rowids:
        seq = _next_seq(connection)
        connection.executemany(f"INSERT INTO deleted VALUES (?, {seq})", rowids)
        for table, column in (("bodies", "rowid"), ("words", "rowid"), ("point_groups", "point"), ("points", "rowid")):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", rowids)
        connection.execute("DELETE FROM schedules WHERE number NOT IN (SELECT schedule FROM points)")
    return len(rowids)


def look_at_hours(connection: sqlite3.Connection, limit: int) -> bool:
    """Give schedules to points that an earlier version wrote, so many at a time; whether there were any. What was copied of
    the columns is no longer true then."""
    found = [(rowid, schedule_in(body)) for rowid, body in connection.execute(
        "SELECT rowid, body FROM points JOIN bodies USING (rowid) WHERE schedule IS NULL LIMIT ?", (limit,)).fetchall()]
    numbers = _schedules(connection, [text for _, text in found])
    connection.executemany("UPDATE points SET schedule = ? WHERE rowid = ?",
                           [(NEVER if text is None else numbers[text], rowid) for rowid, text in found])
    if found:
        connection.execute("UPDATE state SET stamp = NULL")
    return bool(found)


def unscheduled(connection: sqlite3.Connection) -> bool:
    """Whether an earlier version wrote points that have no schedule yet."""
    [there] = connection.execute("SELECT EXISTS (SELECT 1 FROM points WHERE schedule IS NULL)").fetchone()
    return bool(there)


def _there(connection: sqlite3.Connection, ids: list[str]) -> dict[str, tuple[int, int, int, bytes]]:
    """Number, status, date of the last change and body of the points with these ids."""
    rows = connection.execute(
        "SELECT id, rowid, status, updated, body FROM points JOIN bodies USING (rowid) "
        "WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    return {id: (rowid, status, updated, body) for id, rowid, status, updated, body in rows}


def _next_seq(connection: sqlite3.Connection, next_rowid: int | None = None) -> Seq:
    connection.execute("UPDATE state SET seq = seq + 1, next_rowid = coalesce(?, next_rowid)", (next_rowid,))
    return last_seq(connection)


def _insert(connection: sqlite3.Connection, rows: list[tuple[int, Row]], seq: Seq) -> None:
    schedules = _schedules(connection, [row.schedule for _, row in rows])
    connection.executemany(_INSERT, [(rowid, seq, *row.values(schedules)) for rowid, row in rows])
    connection.executemany("INSERT INTO bodies VALUES (?, ?)", [(rowid, row.body) for rowid, row in rows])
    _insert_words(connection, rows)


def _replace(connection: sqlite3.Connection, rows: list[tuple[int, Row]], seq: Seq) -> None:
    numbers = [(rowid,) for rowid, _ in rows]
    schedules = _schedules(connection, [row.schedule for _, row in rows])
    values = [row.values(schedules) for _, row in rows]
    connection.executemany(_UPDATE, [(seq, *value[:_CREATED], *value[_UPDATED:], rowid)
                                     for value, (rowid, _) in zip(values, rows, strict=True)])
    connection.executemany("UPDATE bodies SET body = ? WHERE rowid = ?", [(row.body, rowid) for rowid, row in rows])
    connection.executemany("DELETE FROM words WHERE rowid = ?", numbers)
    connection.executemany("DELETE FROM point_groups WHERE point = ?", numbers)
    _insert_words(connection, rows)


def _schedules(connection: sqlite3.Connection, given: Iterable[str | None]) -> dict[str, int]:
    """The numbers of some points' schedules; what is new gets one."""
    texts = sorted({text for text in given if text is not None})
    connection.executemany("INSERT OR IGNORE INTO schedules (text) VALUES (?)", [(text,) for text in texts])
    return dict(connection.execute("SELECT text, number FROM schedules WHERE text IN (SELECT value FROM json_each(?))",
                                   (json.dumps(texts),)))


def _insert_words(connection: sqlite3.Connection, rows: list[tuple[int, Row]]) -> None:
    connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", [(rowid, row.words()) for rowid, row in rows])
    connection.executemany("INSERT INTO point_groups VALUES (?, ?)",
                           [(name, rowid) for rowid, row in rows for name in row.groups()])
