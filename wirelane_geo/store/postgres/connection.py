"""What PostgreSQL says in words of its own, by psycopg."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from wirelane_geo.model import Handle, PointId, Seq
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.store._columns import TYPES
from wirelane_geo.store._connection import Arrays, Clause, Rows
from wirelane_geo.store._interface import OnProgress
from wirelane_geo.store._rows import plain_words
from wirelane_geo.store.postgres._arrays import Wanted, columns_of, selected
from wirelane_geo.store.postgres._words import query_of, vector_of

CHUNK = 50_000
"""Points that are read at a time: one row of arrays, which numpy takes as they come."""
MOST_LOGGED = 500_000
"""Points in the log of changes; who wants to know of earlier changes looks at all points."""
LOOKED_AT = 256
"""Changes between two looks whether the log is too long."""
MOST_COPIES = 1_000
"""Copies that are remembered, of all processes together."""
MOST_RANKED = 3_000
"""Points that are found by a word of which the best are taken."""

_COLUMNS: Wanted = {
    "handle": ("handle", ">i8"), "arrival": ("rowid", ">i8"), "quadkey": ("quadkey", ">i8"), "lon": ("lon", ">f8"),
    "lat": ("lat", ">f8"), "status": ("status", ">i2"), "power_kw": ("coalesce(power, 'NaN')", ">f8"), "plugs": ("plugs", ">i4"),
    "charging_type": ("coalesce(charging_type, 255::smallint)", ">i2"), "authentication": ("authentication", ">i4"),
    "reservable": ("coalesce(reservable, 0::smallint)", ">i2"), "station": ("station", ">i8"), "schedule": ("schedule", ">i4"),
    "operator": ("operator", ">i4"), "access": ("coalesce(access, 0)", ">i4"),
}
"""The columns of points."""
NO_STATUS = -1
"""Of a point of which more than its status has changed, in the log."""
_NEW_STATUSES: Wanted = {"handle": (f"coalesce(handle, {NO_HANDLE})", ">i8"), "seq": ("seq", ">i8"),
                         "status": (f"coalesce(status, ({NO_STATUS})::smallint)", ">i2")}
_SINCE = "rowid IN (SELECT point FROM changed WHERE seq > ?)"


class PostgresConnection:
    """Implements `Connection`; see there."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        return self._connection.execute(_in_psycopg(statement), parameters, binary=True)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        with self._connection.cursor() as cursor:
            cursor.executemany(_in_psycopg(statement), rows)
        return None

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor().copy(_in_psycopg(f"COPY {table} ({', '.join(columns)}) FROM STDIN")) as copy:
            for row in rows:
                copy.write_row(row)

    def delete(self, table: str, column: str, numbers: Collection[int]) -> None:
        self.execute(f"DELETE FROM {table} WHERE {column} = ANY(?)", (list(numbers),))

    def one_of(self, expression: str, values: Iterable[str | int]) -> Clause:
        given = list(values)
        return f"{expression} = ANY(?)", (np.array(given) if given and isinstance(given[0], int) else given,)

    def holds_all(self, text: str, parts: Sequence[str]) -> Clause:
        return f"NOT EXISTS (SELECT 1 FROM unnest(?::text[]) AS part WHERE strpos({text}, part) = 0)", (list(parts),)

    def found_by(self, text: str) -> Clause:
        return "rowid IN (SELECT rowid FROM words WHERE text @@ ?::tsquery)", (query_of(text),)

    def best(self, text: str, limit: int) -> list[Handle]:
        query = query_of(text)
        return [handle for (handle,) in self.execute(
            "SELECT handle FROM (SELECT rowid, ts_rank(text, ?::tsquery, 2) AS rank FROM (SELECT rowid, text FROM words "
            f"WHERE text @@ ?::tsquery LIMIT {MOST_RANKED}) AS found ORDER BY rank DESC, rowid LIMIT ?) AS best "
            "JOIN points USING (rowid) ORDER BY rank DESC, rowid", (query, query, limit))]

    def insert_words(self, rows: Iterable[tuple[int, str]]) -> None:
        rows = list(rows)
        self.insert("words", ("rowid", "text"), ((rowid, vector_of(words)) for rowid, words in rows))
        self.execute("INSERT INTO vocabulary SELECT unnest(?::text[]) ON CONFLICT DO NOTHING",
                     (plain_words(words for _, words in rows),))

    def set_statuses(self, changes: Sequence[tuple[int, int, int, int]], seq: Seq) -> None:
        self.execute(
            "WITH moved AS (UPDATE points SET status = given.status, updated = given.updated, reported = given.reported, seq = ? "
            "FROM unnest(?::smallint[], ?::bigint[], ?::bigint[], ?::bigint[]) AS given (status, updated, reported, point) "
            "WHERE rowid = given.point RETURNING rowid, handle, points.status) "
            "INSERT INTO changed (seq, point, handle, status) SELECT ?::bigint, moved.* FROM moved",
            (seq, *np.array(changes).T, seq))

    def set_other_statuses(self, statuses: Mapping[PointId, int], at: int, seq: Seq) -> tuple[int, set[str]]:
        # Each point is looked up once: whoever writes is alone, so that a row is where it was found.
        count, origins = self.execute(
            "WITH found AS MATERIALIZED (SELECT points.ctid AS place, points.status AS before, origin, given.status FROM "
            "unnest(?::text[], ?::smallint[]) AS given (id, status) JOIN points USING (id)), "
            "moved AS (UPDATE points SET status = found.status, updated = ?, reported = ?, seq = ? FROM found "
            "WHERE points.ctid = place AND before <> found.status RETURNING rowid, handle, points.status), "
            "logged AS (INSERT INTO changed (seq, point, handle, status) SELECT ?::bigint, moved.* FROM moved) "
            "SELECT (SELECT count(*) FROM moved), array_agg(DISTINCT origin) FROM found",
            (list(statuses), np.fromiter(statuses.values(), np.int64), at, at, seq, seq)).fetchone()
        return count, set(origins or ())

    def new_statuses(self, since: Seq) -> Arrays | None:
        horizon, gone = self.execute("SELECT horizon, EXISTS (SELECT 1 FROM gone WHERE seq > ?) FROM state", (since,)).fetchone()
        if gone or since < horizon:
            return None
        found = self.arrays(_NEW_STATUSES, "changed WHERE seq > ?", (since,))
        return found if (found["status"] != NO_STATUS).all() else None

    def log_change(self, seq: Seq, rowids: Collection[int]) -> None:
        if rowids:
            self.execute("INSERT INTO changed (seq, point) SELECT ?::bigint, unnest(?::bigint[])",
                         (seq, np.fromiter(rowids, np.int64)))
        self.execute("SELECT pg_notify(?, ?)", (CHANNEL, str(seq)))
        if seq % LOOKED_AT == 0:
            self._shorten_log()

    def _shorten_log(self) -> None:
        row = self.execute("SELECT seq FROM changed ORDER BY seq DESC OFFSET ? LIMIT 1", (MOST_LOGGED,)).fetchone()
        if row is not None:
            self.execute("DELETE FROM changed WHERE seq <= ?", row)
            self.execute("UPDATE state SET horizon = ?", row)

    def delete_points(self, rowids: Sequence[int], seq: Seq) -> None:
        self.execute("WITH deleted AS (DELETE FROM points WHERE rowid = ANY(?) RETURNING handle) "
                     "INSERT INTO gone SELECT handle, ? FROM deleted ON CONFLICT (handle) DO UPDATE SET seq = excluded.seq",
                     (list(rowids), seq))

    def columns(self, since: Seq | None, on_progress: OnProgress) -> Arrays:
        if since is not None:
            where, given = self.changed_since(since)
            return _joined([self.arrays(_COLUMNS, f"points WHERE {where} AND quadkey IS NOT NULL", given)])
        total, first, last = self.execute("SELECT count(*), coalesce(min(rowid), 0), coalesce(max(rowid), -1) FROM points "
                                          "WHERE quadkey IS NOT NULL").fetchone()
        parts, done = [columns_of([None] * len(_COLUMNS), _COLUMNS)], 0
        for begin in range(first, last + 1, CHUNK):
            part = self.arrays(_COLUMNS, "points WHERE rowid >= ? AND rowid < ? AND quadkey IS NOT NULL", (begin, begin + CHUNK))
            parts.append(part)
            done += len(part["handle"])
            on_progress(done, total)
        return _joined(parts)

    def arrays(self, wanted: Wanted, source: str, given: Sequence[Any] = ()) -> dict[str, npt.NDArray[Any]]:
        """Columns of what is behind FROM."""
        found = self._connection.execute(_in_psycopg(f"SELECT {selected(wanted)} FROM {source}"), given, binary=True)
        assert found.pgresult is not None  # noqa: S101 - it has one row
        return columns_of([found.pgresult.get_value(0, place) for place in range(len(wanted))], wanted)

    def gone(self, since: Seq) -> list[int]:
        where, given = self.changed_since(since)
        return [handle for (handle,) in self.execute(
            "SELECT handle FROM gone WHERE seq > ? AND NOT EXISTS (SELECT 1 FROM points WHERE points.handle = gone.handle) "
            f"UNION ALL SELECT handle FROM points WHERE {where} AND quadkey IS NULL", (since, *given))]

    def points_in(self, spans: Sequence[tuple[int, int]]) -> str:  # noqa: ARG002 - PostgreSQL knows how many there are
        return "points"

    def changed_since(self, since: Seq) -> Clause:
        [horizon] = self.execute("SELECT horizon FROM state").fetchone()
        return (_SINCE if since >= horizon else "seq > ?"), (since,)

    def changed(self, since: tuple[Seq, int], limit: int) -> Rows:
        [horizon] = self.execute("SELECT horizon FROM state").fetchone()
        logged = "changed JOIN points ON rowid = point AND points.seq = changed.seq"
        source = f"{logged} WHERE (changed.seq, point) > (?, ?)" if since[0] >= horizon else "points WHERE (seq, rowid) > (?, ?)"
        return self.execute(
            f"SELECT points.seq, rowid, created = updated, body, created, updated, status FROM (SELECT points.* FROM {source}) "
            "AS points JOIN bodies USING (rowid) ORDER BY points.seq, rowid LIMIT ?", (*since, limit))

    def go_on_from(self, seq: Seq, next_rowid: int) -> None:
        self.execute("UPDATE state SET seq = ?, next_rowid = ?, horizon = ?", (seq, next_rowid, seq))
        self.execute("DELETE FROM copies")
        self.execute("ANALYZE")
        for table, column in (("members", "rowid"), ("schedules", "number"), ("operators", "number")):
            self.execute(f"SELECT setval(pg_get_serial_sequence(?, ?), coalesce(max({column}), 0) + 1, FALSE) FROM {table}",
                         (table, column))

    def knows_copy(self, stamp: str) -> bool:
        return self.execute("SELECT 1 FROM copies WHERE stamp = ?", (stamp,)).fetchone() is not None

    def note_copy(self, stamp: str) -> None:
        self.execute("INSERT INTO copies (stamp) VALUES (?)", (stamp,))
        self.execute(f"DELETE FROM copies WHERE number <= (SELECT max(number) FROM copies) - {MOST_COPIES}")

    def forget_copies(self) -> None:
        self.execute("DELETE FROM copies")


CHANNEL = "wirelane_geo"
"""Where changes are told."""


@lru_cache(1024)
def _in_psycopg(statement: str) -> bytes:
    """A statement with psycopg's signs for values."""
    return statement.replace("%", "%%").replace("?", "%s").encode()


def _joined(parts: Sequence[dict[str, npt.NDArray[Any]]]) -> Arrays:
    """Parts of points' columns as one, of the types that a point table takes."""
    with np.errstate(over="ignore"):  # a power beyond all measure is infinite
        return {name: np.concatenate([part[name] for part in parts]).astype(TYPES.get(name, "<i8")) for name in _COLUMNS}
