"""A network is copied from one database to another, of either kind: row by row, as it is, with its ids, handles and numbers.

A copy that was interrupted goes on where it was, as long as the source is the same; until it is finished, nobody else opens the
target. At the end both are read once more and compared, by count and digest of each table.
"""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from wirelane_geo.errors import BadInput, StoreError
from wirelane_geo.model import Seq
from wirelane_geo.store._accounts import COLUMNS as MEMBER_COLUMNS
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._rows import POINT_COLUMNS, words_in
from wirelane_geo.store._sessions import COLUMNS as SESSION_COLUMNS
from wirelane_geo.store._sql_store import SqlStore

ROWS_A_WRITE = 5_000
"""Rows of one transaction; an interrupted copy loses no more."""


@dataclass(frozen=True)
class Table:
    """A table that is copied. `key`: its first columns, by which its rows are told apart, ascending."""

    name: str
    columns: tuple[str, ...]
    key: int = 1


TABLES = (
    Table("gone", ("handle", "seq")),  # first, so that it is emptied last: what is deleted of the others is noted there
    Table("schedules", ("number", "text")),
    Table("operators", ("number", "text")),
    Table("points", ("rowid", "handle", "seq", *POINT_COLUMNS)),
    Table("bodies", ("rowid", "body")),
    Table("point_groups", ("name", "point"), key=2),
    Table("members", ("rowid", *MEMBER_COLUMNS)),
    Table("sessions", ("rowid", *SESSION_COLUMNS)),
    Table("session_bodies", ("rowid", "body")),
    Table("origins", ("origin", "heard")),
    Table("readers", ("name", "seq", "arrival")),
    Table("reports", ("feed", "ref", "key", "point", "status", "at", "station", "site"), key=2),
    Table("sites", ("feed", "station", "site"), key=2),
    Table("place_reports", ("feed", "place", "field", "status", "at"), key=3),
    Table("feed_states", ("feed", "silent", "body")),
    Table("locations", ("feed", "place", "body"), key=2),
)

Told = Callable[[str, int], None]
"""Called with what is copied or compared, and how many rows of it so far."""


def copy_network(source: SqlStore, target: SqlStore, told: Told, also: Callable[[bool], None]) -> dict[str, int]:
    """Copy all that a store holds, as it is at one moment. `also` is called at the end, with whether an earlier copy goes on, for
    what belongs to the network elsewhere. Returns how many rows each table has.

    Raises BadInput where there is a network in the target already, StoreError where the two are not the same at the end.
    """
    def work(origin: Connection) -> dict[str, int]:
        seq, next_rowid = origin.execute("SELECT seq, next_rowid FROM state").fetchone()
        [network] = origin.execute("SELECT id FROM network").fetchone()
        [earlier] = origin.execute("SELECT made_before FROM earlier").fetchone()
        goes_on = target.database.write(lambda connection: _begin(connection, network, seq))
        for table in TABLES:
            _copy(origin, target, table, told)
        also(goes_on)
        counts = {table.name: _compared(origin, target, table, told) for table in TABLES}
        target.database.write(lambda connection: _end(connection, network, seq, next_rowid, earlier))
        return counts

    return source.database.read(work)


def _begin(target: Connection, network: str, seq: Seq) -> bool:
    """Make the target ready; whether it has a part of the same already."""
    unfinished = target.execute("SELECT network, seq FROM unfinished_copy").fetchone()
    if unfinished is not None and tuple(unfinished) == (network, seq):
        return True
    if unfinished is None and any(target.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]
                                  for table in ("points", "members", "sessions", "gone")):
        raise BadInput("There is a network in the target already. Copy to an empty database, or to a new file.")
    for table in reversed(TABLES):
        target.execute(f"DELETE FROM {table.name}")
    target.execute("DELETE FROM words")
    target.execute("DELETE FROM vocabulary")
    target.execute("DELETE FROM unfinished_copy")
    target.execute("INSERT INTO unfinished_copy VALUES (?, ?)", (network, seq))
    return False


def _copy(origin: Connection, target: SqlStore, table: Table, told: Told) -> None:
    keys = table.columns[: table.key]
    last = target.database.ask(lambda connection: connection.execute(
        f"SELECT {', '.join(keys)} FROM {table.name} ORDER BY {', '.join(f'{key} DESC' for key in keys)} LIMIT 1").fetchone())
    done = 0
    for rows in _rows(origin, table, last):
        target.database.write(lambda connection, rows=rows: _insert(connection, table, rows))  # type: ignore[misc]
        done += len(rows)
        told(table.name, done)


def _insert(target: Connection, table: Table, rows: list[Any]) -> None:
    target.insert(table.name, table.columns, rows)
    if table.name == "bodies":
        target.insert_words((rowid, words_in(body)) for rowid, body in rows)


def _rows(connection: Connection, table: Table, after: Any = None) -> Iterator[list[Any]]:
    """A table's rows in parts, by their key."""
    keys, marks = ", ".join(table.columns[: table.key]), ", ".join("?" * table.key)
    while True:
        where, given = ("TRUE", ()) if after is None else (f"({keys}) > ({marks})", tuple(after))
        rows = connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {where} ORDER BY {keys} LIMIT ?",
                                  (*given, ROWS_A_WRITE)).fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][: table.key]


def _compared(origin: Connection, target: SqlStore, table: Table, told: Told) -> int:
    """How many rows a table has, here and there, where they are the same."""
    here = digest_of(_rows(origin, table), lambda done: told(f"{table.name}, compared", done))
    there = target.database.read(lambda connection: digest_of(_rows(connection, table)))
    if here != there:
        raise StoreError(f"The copy is not the same: {table.name} has {here[0]:,} rows there and {there[0]:,} here, or others. "
                         "Empty the target and copy again.")
    return here[0]


def digest_of(parts: Iterator[list[Any]], told: Callable[[int], None] = lambda _: None) -> tuple[int, int]:
    """How many rows there are, and a number that is the same for the same ones."""
    count = total = 0
    for rows in parts:
        for row in rows:
            digest = blake2b(repr(tuple(row)).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            total = (total + int.from_bytes(digest, "big")) % 2**128
        count += len(rows)
        told(count)
    return count, total


def _end(target: Connection, network: str, seq: Seq, next_rowid: int, earlier: int) -> None:
    target.execute("UPDATE network SET id = ?", (network,))
    target.execute("UPDATE earlier SET made_before = ?", (earlier,))
    target.go_on_from(seq, next_rowid)
    target.execute("DELETE FROM unfinished_copy")
