"""What SQLite says in words of its own."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from wirelane_geo.geo.distance import distance_m_of_one
from wirelane_geo.model import Handle, PointId, Seq
from wirelane_geo.model.evse_ids import cpo_of, evse_key
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.store._columns import TYPES
from wirelane_geo.store._connection import Arrays, Clause, Rows
from wirelane_geo.store._interface import OnProgress
from wirelane_geo.store._rows import MOST_TEXT, plain_words, wanted_words

CHUNK = 50_000
"""Points that are read between two words of how far it is, or get handles in one transaction."""

SHARE, FEW = 12, 1_000
"""One of so many points, and so many more, are found by an index in the time that it takes to look at all of them."""

_COLUMNS = (f"coalesce(handle, {NO_HANDLE}), rowid, quadkey, lon, lat, status, coalesce(power, 'nan'), plugs, "
            "coalesce(charging_type, 255), authentication, coalesce(reservable, 0), station, coalesce(schedule, 0), "
            "coalesce(operator, 0), coalesce(access, 0)")
_DTYPE = np.dtype([("handle", "i8"), ("arrival", "i8"), ("quadkey", "i8"), *list(TYPES.items())[2:]])


def register(connection: sqlite3.Connection) -> None:
    """Make `distance_m` known to a connection: metres between two places, NULL where there is no first."""
    connection.create_function("distance_m", 4, _distance_m, deterministic=True)


def _distance_m(lon: float | None, lat: float | None, lon_0: float, lat_0: float) -> float | None:
    return None if lon is None or lat is None else distance_m_of_one(lon, lat, lon_0, lat_0)


class SqliteConnection:
    """Implements `Connection`; see there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._connection.execute(statement, parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        return self._connection.executemany(statement, rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)

    def delete(self, table: str, column: str, numbers: Collection[int]) -> None:
        self._connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(number,) for number in numbers])

    def one_of(self, expression: str, values: Iterable[str | int]) -> Clause:
        return f"{expression} IN (SELECT value FROM json_each(?))", (json.dumps(list(values)),)

    def holds_all(self, text: str, parts: Sequence[str]) -> Clause:
        return f"NOT EXISTS (SELECT 1 FROM json_each(?) WHERE instr({text}, value) = 0)", (json.dumps(parts),)

    def found_by(self, text: str) -> Clause:
        return "rowid IN (SELECT rowid FROM words WHERE words MATCH ?)", (match_of(text),)

    def best(self, text: str, limit: int) -> list[Handle]:
        rowids = [rowid for (rowid,) in self._connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid LIMIT ?", (match_of(text), limit))]
        where, given = self.one_of("rowid", rowids)
        handles = dict(self._connection.execute(f"SELECT rowid, handle FROM points WHERE {where}", given))
        return [handles[rowid] for rowid in rowids]

    def insert_words(self, rows: Iterable[tuple[int, str]]) -> None:
        rows = list(rows)
        self._connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
        self._connection.executemany("INSERT OR IGNORE INTO vocabulary VALUES (?)",
                                     [(word,) for word in plain_words(text for _, text in rows)])

    def set_statuses(self, changes: Sequence[tuple[int, int, int, int]], seq: Seq) -> None:
        self._connection.executemany(
            f"UPDATE points SET status = ?, updated = ?, reported = ?, seq = {seq} WHERE rowid = ?", changes)

    def set_other_statuses(self, statuses: Mapping[PointId, int], at: int, seq: Seq) -> tuple[int, set[str]]:
        where, given = self.one_of("id", statuses)
        rows = self.execute(f"SELECT id, rowid, status, origin FROM points WHERE {where}", given).fetchall()
        changes = [(statuses[id], at, at, rowid) for id, rowid, status, _ in rows if statuses[id] != status]
        self.set_statuses(changes, seq)
        return len(changes), {origin for *_, origin in rows}

    def new_statuses(self, since: Seq) -> Arrays | None:  # noqa: ARG002 - a point doesn't tell what of it has changed
        return None

    def log_change(self, seq: Seq, rowids: Collection[int]) -> None:
        """Nothing more: the points have the change's number, and who follows looks."""

    def delete_points(self, rowids: Sequence[int], seq: Seq) -> None:
        numbers = [(rowid,) for rowid in rowids]
        self._connection.executemany(f"INSERT INTO deleted VALUES (?, {seq})", numbers)
        self._connection.executemany("DELETE FROM points WHERE rowid = ?", numbers)  # a trigger notes the handles

    def columns(self, since: Seq | None, on_progress: OnProgress) -> Arrays:
        where = "WHERE quadkey IS NOT NULL" if since is None else f"WHERE quadkey IS NOT NULL AND seq > {int(since)}"
        total = self._connection.execute(f"SELECT count(*) FROM points {where}").fetchone()[0]
        # All points are read as they lie in the file; by an index it takes twice as long.
        points = "points NOT INDEXED" if since is None else "points"
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM {points} {where}")
        parts = []
        for begin in range(0, max(total, 1), CHUNK):
            parts.append(np.fromiter(islice(rows, CHUNK), _DTYPE))
            on_progress(min(begin + CHUNK, total), total)
        table = np.concatenate(parts)
        if (without := table["handle"] == NO_HANDLE).any():  # an earlier version has written them just now
            table = table[~without]
        return {name: table[name] for name in table.dtype.names or ()}

    def points_in(self, spans: Sequence[tuple[int, int]]) -> str:
        # By an index each point is a page of the file; of a good part of all points it is quicker to read all pages in turn.
        most = (self._connection.execute("SELECT max(rowid) FROM points").fetchone()[0] or 0) // SHARE
        within = " OR ".join(["quadkey BETWEEN ? AND ?"] * len(spans)) or "FALSE"
        found = self._connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM points WHERE {within} LIMIT ?)",
                                         (*(key for span in spans for key in span), most + FEW)).fetchone()[0]
        return "points NOT INDEXED" if found == most + FEW else "points"

    def changed_since(self, since: Seq) -> Clause:
        return "seq > ?", (since,)

    def gone(self, since: Seq) -> list[int]:
        return [handle for (handle,) in self._connection.execute(
            "SELECT handle FROM gone WHERE seq > ?1 AND NOT EXISTS (SELECT 1 FROM points WHERE points.handle = gone.handle) "
            "UNION ALL SELECT handle FROM points WHERE seq > ?1 AND quadkey IS NULL", (since,))]

    def changed(self, since: tuple[Seq, int], limit: int) -> Rows:
        return self._connection.execute(
            "SELECT seq, rowid, created = updated, body, created, updated, status FROM points JOIN bodies USING (rowid) "
            "WHERE (seq, rowid) > (?, ?) ORDER BY seq, rowid LIMIT ?", (*since, limit))

    def go_on_from(self, seq: Seq, next_rowid: int) -> None:
        self._connection.execute("UPDATE state SET seq = ?, next_rowid = ?, stamp = NULL", (seq, next_rowid))

    def knows_copy(self, stamp: str) -> bool:
        return self._connection.execute("SELECT 1 FROM state WHERE stamp = ?", (stamp,)).fetchone() is not None

    def note_copy(self, stamp: str) -> None:
        self._connection.execute("UPDATE state SET stamp = ?", (stamp,))

    def forget_copies(self) -> None:
        self._connection.execute("UPDATE state SET stamp = NULL")


def match_of(text: str) -> str:
    """What FTS5 is asked for: every wanted word of the text as the beginning of a word, "DE*ABC*E1" as words in a row or as
    one; or all of the text as one word, where it is an EVSE ID: "DE ABC E1"."""
    words = " AND ".join(_one_or_closed_up(word) for word in wanted_words(text))
    whole = evse_key(text[:MOST_TEXT]).lower()
    return f'({words}) OR "{whole}"*' if " " in text.strip() and cpo_of(whole) else words


def _one_or_closed_up(word: str) -> str:
    quoted = word.replace('"', " ").replace("\0", " ")
    short = evse_key(word).lower()
    return f'"{quoted}"*' if short == word or not short.isalnum() else f'("{quoted}"* OR "{short}"*)'
