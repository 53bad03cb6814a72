"""Status changes in a PostgreSQL database, in a schema of their own.

Changes are in partitions of a day: what is too old is dropped, not deleted. `changes` has all of the last days, `outages` those
into and out of operation, which are kept for longer. See `_history_schema` for what is in the tables.
"""
# ruff: noqa: S608 - statements are put together from constants of this module; values are bound

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

from wirelane_geo.errors import StoreError
from wirelane_geo.live._coverage import Row
from wirelane_geo.live._history_interface import (
    COLUMNS,
    FULL_DAYS,
    ORIGINS,
    Change,
    Entry,
    InventedPast,
    KnownPoint,
    Past,
    kind_of,
)
from wirelane_geo.live._known_status import KnownStatus
from wirelane_geo.live._recent import Events
from wirelane_geo.live.clock import EPOCH, to_ms
from wirelane_geo.live.curve import DAY, KIND
from wirelane_geo.live.observation import WHOLE_WORLD
from wirelane_geo.model import Handle, Handles, PointId
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.store.postgres.connection import PostgresConnection
from wirelane_geo.store.postgres.database import PostgresDatabase, first_line, name_of, quoted, with_defaults
from wirelane_geo.store.postgres.preparation import prepare

_FIRST = """
CREATE TABLE points (
    handle BIGINT PRIMARY KEY,
    id TEXT COLLATE "C",
    status SMALLINT NOT NULL, since BIGINT NOT NULL, exact BOOLEAN NOT NULL, first BIGINT NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX points_first ON points (first);
CREATE TABLE changes (
    number BIGINT NOT NULL, handle BIGINT NOT NULL, at BIGINT NOT NULL, before SMALLINT NOT NULL, after SMALLINT NOT NULL,
    origin SMALLINT NOT NULL,
    PRIMARY KEY (number, at)
) PARTITION BY RANGE (at);
CREATE INDEX changes_handle ON changes (handle, at);
CREATE TABLE outages (LIKE changes INCLUDING ALL) PARTITION BY RANGE (at);
CREATE TABLE watched (
    first BIGINT NOT NULL, last BIGINT NOT NULL, begin BIGINT NOT NULL, "end" BIGINT NOT NULL,
    PRIMARY KEY (first, last, begin)
);
CREATE TABLE numbers (last BIGINT NOT NULL, network TEXT COLLATE "C");
INSERT INTO numbers VALUES (0, NULL);
CREATE TABLE invented (until BIGINT NOT NULL);
"""
STEPS = (_FIRST,)
"""Taken in this order, see `store._migrations`: a change is another one at the end."""

_TABLES = ("changes", "outages")
_EVENTS = {name: (name, ">i8" if name in ("number", "handle", "at") else ">i2") for name in COLUMNS}
_KNOWN = {"handles": ("handle", ">i8"), "status": ("status", ">i2"), "since": ("since", ">i8"), "exact": ("exact", "?")}
_SEEN = {"handle": ("handle", ">i8"), "first": ("first", ">i8"), "status": ("status", ">i2")}
_TYPES = "?::bigint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::smallint[], ?::smallint[]"
_WATCHED = 'INSERT INTO watched VALUES (?, ?, ?, ?) ON CONFLICT (first, last, begin) DO UPDATE SET "end" = excluded."end"'
ROWS_A_STATEMENT = 50_000


class PostgresHistory:
    """Implements `HistoryStore`; see there."""

    def __init__(self, url: str, schema: str) -> None:
        prepare(url, STEPS, "history", schema)
        self._database = PostgresDatabase(url, schema, "numbers")
        self._days: set[int] = set()
        """Days that have their partitions."""

    def write(self, entry: Entry) -> None:
        columns = np.array(entry.changes, np.int64).reshape(-1, len(COLUMNS)).T

        def work(connection: PostgresConnection) -> set[int]:
            for some in _parts(entry.added):
                connection.execute(
                    "INSERT INTO points (handle, status, since, exact, first) SELECT * FROM "
                    "unnest(?::bigint[], ?::smallint[], ?::bigint[], ?::boolean[], ?::bigint[]) ON CONFLICT (handle) DO UPDATE "
                    "SET id = NULL, status = excluded.status, since = excluded.since, exact = excluded.exact, "
                    "first = excluded.first", [list(column) for column in zip(*some, strict=True)])
            days = self._write_changes(connection, columns, entry.ids) if entry.changes else set()
            if entry.gone:
                for table in (*_TABLES, "points"):
                    connection.execute(f"DELETE FROM {table} WHERE handle = ANY(?)", (list(entry.gone),))
            connection.executemany(_WATCHED, entry.watched)
            return days

        self._days |= self._database.write(work)

    def _write_changes(self, connection: PostgresConnection, columns: npt.NDArray[np.int64],
                       ids: Sequence[tuple[PointId | None, Handle]]) -> set[int]:
        number, handle, at, before, after, _ = columns
        days = set(np.unique(at // DAY).tolist()) - self._days
        _make_days(connection, days)
        connection.execute(f"INSERT INTO changes SELECT * FROM unnest({_TYPES})", list(columns))
        connection.execute(f"INSERT INTO outages SELECT * FROM unnest({_TYPES})",
                           list(columns[:, KIND[before] != KIND[after]]))
        connection.execute(
            "UPDATE points SET status = given.status, since = given.since, exact = TRUE, id = given.id "
            "FROM unnest(?::bigint[], ?::smallint[], ?::bigint[], ?::text[]) AS given (point, status, since, id) "
            "WHERE handle = given.point", (handle, after, at, [id for id, _ in ids]))
        connection.execute("UPDATE numbers SET last = ?", (int(number[-1]),))
        return days

    def known_status(self) -> KnownStatus:
        found = self._database.ask(lambda connection: connection.arrays(_KNOWN, "points"))
        order = np.argsort(found["handles"])
        return KnownStatus(found["handles"][order], found["status"][order].astype(np.uint8), found["since"][order],
                           found["exact"][order])

    @property
    def network(self) -> str | None:
        [network] = self._database.ask(lambda connection: connection.execute("SELECT network FROM numbers").fetchone())
        return None if network is None else str(network)

    def renumber(self, before: Handles, after: Handles, network: str) -> None:
        def work(connection: PostgresConnection) -> None:
            connection.execute("UPDATE numbers SET network = ?", (network,))
            if not len(before):
                return
            connection.execute("CREATE TEMP TABLE handles (before BIGINT PRIMARY KEY, after BIGINT NOT NULL) ON COMMIT DROP")
            connection.insert("handles", ("before", "after"), zip(before.tolist(), after.tolist(), strict=True))
            connection.execute("CREATE TEMP TABLE again ON COMMIT DROP AS SELECT after, id, status, since, exact, first "
                               f"FROM points JOIN handles ON before = handle WHERE after <> {NO_HANDLE}")
            connection.execute("DELETE FROM points")
            connection.execute("INSERT INTO points SELECT * FROM again")
            for table in _TABLES:
                connection.execute(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM handles "
                                   f"WHERE handles.before = handle AND handles.after <> {NO_HANDLE})")
                connection.execute(f"UPDATE {table} SET handle = handles.after FROM handles WHERE handles.before = handle")

        self._database.write(work)

    def keep(self, known: KnownStatus) -> None:
        """The database is as quick to read."""

    def settle(self) -> None:
        self._database.write(lambda _: None)

    def last_number(self) -> int:
        return self._database.ask(_last_number)

    def after(self, number: int) -> tuple[Events, int]:
        last = self.last_number()
        if last <= number:
            return Events.of(), last

        def work(connection: PostgresConnection) -> tuple[Events, int]:
            return _events(connection, "changes WHERE number > ?", (number,)), _last_number(connection)

        return self._database.read(work)

    def events(self, since: int, *, outages_only: bool = False) -> Events:
        table = "outages" if outages_only else "changes"
        return self._database.ask(lambda connection: _events(connection, f"{table} WHERE at >= ?", (since,)))

    def first_seen(self, since: int) -> Events:
        found = self._database.ask(lambda connection: connection.arrays(_SEEN, "points WHERE first >= ?", (since,)))
        return Events.seen(found["handle"], found["first"], found["status"])

    def pasts(self, ids: Mapping[Handle, PointId], since: int) -> dict[Handle, Past]:
        wanted = [int(handle) for handle in ids]

        def work(connection: PostgresConnection) -> tuple[list[Any], list[Any]]:
            return (connection.execute("SELECT handle, id, first FROM points WHERE handle = ANY(?)", (wanted,)).fetchall(),
                    connection.execute("SELECT handle, at, before, after FROM changes WHERE handle = ANY(?) AND at >= ? "
                                       "ORDER BY at, number", (wanted, since)).fetchall())

        points, changes = self._database.read(work)
        found = {handle: Past(first, []) for handle, id, first in points if id is None or id == ids[handle]}
        for handle, *change in changes:
            if handle in found:
                found[handle].changes.append(tuple(change))
        return found

    def watched(self, since: int) -> list[Row]:
        return self._database.ask(lambda connection: connection.execute(
            'SELECT first, last, begin, "end" FROM watched WHERE "end" >= ?', (since,)).fetchall())

    def ids(self, handles: Iterable[Handle]) -> dict[Handle, PointId]:
        wanted = [int(handle) for handle in handles]
        return self._database.ask(lambda connection: dict(connection.execute(
            "SELECT handle, id FROM points WHERE id IS NOT NULL AND handle = ANY(?)", (wanted,))))

    def some_ids(self, limit: int) -> dict[Handle, PointId]:
        return self._database.ask(lambda connection: dict(connection.execute(
            "SELECT handle, id FROM points WHERE id IS NOT NULL ORDER BY since DESC LIMIT ?", (limit,))))

    def compact(self, now: int, keep_days: float) -> int:
        def work(connection: PostgresConnection) -> int:
            keep = now - int(keep_days * DAY)
            connection.execute('DELETE FROM watched WHERE "end" < ?', (keep,))
            same = f"{kind_of('before')} = {kind_of('after')}"
            return (_drop_before(connection, "changes", now - int(min(FULL_DAYS, keep_days) * DAY), same)
                    + _drop_before(connection, "outages", keep, "TRUE"))

        dropped = self._database.write(work)
        self._days.clear()
        return dropped

    def is_new(self) -> bool:
        return self._database.read(lambda connection: not any(
            connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]
            for table in ("points", "changes", "watched")))

    def begin_with(self, past: InventedPast, network: str) -> None:
        columns = (np.arange(-len(past.at), 0), past.handles[past.point], past.at, past.before, past.after,
                   np.full(len(past.at), ORIGINS.index("demo")))

        def work(connection: PostgresConnection) -> None:
            _make_days(connection, np.unique(past.at // DAY).tolist())
            connection.insert("points", ("handle", "id", "status", "since", "exact", "first"), zip(
                past.handles.tolist(), past.ids, past.status.tolist(), past.since.tolist(), past.exact.tolist(),
                [0] * len(past.ids), strict=True))
            for table, rows in (("changes", slice(None)), ("outages", KIND[past.before] != KIND[past.after])):
                connection.insert(table, COLUMNS, zip(*(column[rows].tolist() for column in columns), strict=True))
            connection.execute("INSERT INTO watched VALUES (?, ?, ?, ?)", (*WHOLE_WORLD, to_ms(past.begin), to_ms(past.end)))
            connection.execute("UPDATE numbers SET network = ?", (network,))
            connection.execute("INSERT INTO invented VALUES (?)", (to_ms(past.end),))

        self._database.write(work)

    def invented_until(self) -> int | None:
        row = self._database.ask(lambda connection: connection.execute("SELECT until FROM invented").fetchone())
        return None if row is None else int(row[0])

    def forget_invented(self, until: int) -> None:
        def work(connection: PostgresConnection) -> None:
            for table in _TABLES:
                connection.execute(f"DELETE FROM {table} WHERE at <= ? AND origin = ?", (until, ORIGINS.index("demo")))
            connection.execute('DELETE FROM watched WHERE "end" <= ?', (until,))
            connection.execute("UPDATE watched SET begin = ? WHERE begin < ?", (until, until))
            connection.execute("DELETE FROM invented")

        self._database.write(work)

    def change_numbers(self) -> tuple[int, int]:
        first, last = self._database.ask(lambda connection: connection.execute(
            "SELECT least((SELECT min(number) FROM changes), (SELECT min(number) FROM outages)), "
            "greatest((SELECT max(number) FROM changes), (SELECT max(number) FROM outages))").fetchone())
        return (0, -1) if first is None else (first, last)

    def changes_between(self, first: int, last: int) -> list[Change]:
        columns = ", ".join(COLUMNS)
        return self._database.ask(lambda connection: connection.execute(
            f"SELECT {columns} FROM changes WHERE number BETWEEN ? AND ? UNION "
            f"SELECT {columns} FROM outages WHERE number BETWEEN ? AND ? ORDER BY number", (first, last, first, last)).fetchall())

    def points_after(self, handle: int, limit: int) -> list[KnownPoint]:
        return self._database.ask(lambda connection: connection.execute(
            "SELECT handle, id, status, since, exact, first FROM points WHERE handle > ? ORDER BY handle LIMIT ?",
            (handle, limit)).fetchall())

    def fill(self, points: Sequence[KnownPoint] = (), changes: Sequence[Change] = (), watched: Sequence[Row] = ()) -> None:
        def work(connection: PostgresConnection) -> None:
            connection.insert("points", ("handle", "id", "status", "since", "exact", "first"), points)
            _make_days(connection, {change[2] // DAY for change in changes})
            connection.insert("changes", COLUMNS, changes)
            connection.insert("outages", COLUMNS, [change for change in changes if KIND[change[3]] != KIND[change[4]]])
            connection.executemany(_WATCHED, watched)

        self._database.write(work)

    def go_on_from(self, last: int, network: str | None, invented: int | None) -> None:
        def work(connection: PostgresConnection) -> None:
            connection.execute("UPDATE numbers SET last = ?, network = ?", (last, network))
            connection.execute("DELETE FROM invented")
            connection.executemany("INSERT INTO invented VALUES (?)", [] if invented is None else [(invented,)])

        self._database.write(work)

    def empty(self) -> None:
        self._database.write(lambda connection: connection.execute("TRUNCATE points, changes, outages, watched"))

    def close(self) -> None:
        self._database.close()


def rename(url: str, schema: str, name: str) -> str:
    """Give a history's schema another name, by which it is set aside. Returns what it is called then."""
    try:
        with psycopg.connect(with_defaults(url), autocommit=True) as connection:
            connection.execute(f"ALTER SCHEMA {quoted(schema)} RENAME TO {quoted(name)}".encode())
    except psycopg.Error as error:
        raise StoreError(f"The history {schema} in the database {name_of(url)} can't be set aside: {first_line(error)}") from None
    return f"{name} in {name_of(url)}"


def _last_number(connection: PostgresConnection) -> int:
    return int(connection.execute("SELECT last FROM numbers").fetchone()[0])


def _events(connection: PostgresConnection, source: str, given: Sequence[Any]) -> Events:
    """Changes in the order of their numbers."""
    found = connection.arrays(_EVENTS, source, given)
    order = np.argsort(found["number"], kind="stable")
    return Events.of(*(found[name][order] for name in COLUMNS))


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[begin:begin + ROWS_A_STATEMENT] for begin in range(0, len(rows), ROWS_A_STATEMENT))


def _make_days(connection: PostgresConnection, days: Iterable[int]) -> None:
    """Partitions for days, given in days since 1970."""
    for day in days:
        for table in _TABLES:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {_partition(table, day)} PARTITION OF {table} "
                               f"FOR VALUES FROM ({day * DAY}) TO ({(day + 1) * DAY})")


def _partition(table: str, day: int) -> str:
    return f"{table}_{EPOCH + timedelta(days=day):%Y%m%d}"


def _drop_before(connection: PostgresConnection, table: str, time: int, counted: str) -> int:
    """Drop the partitions of days that ended before a time. How many of their rows meet a condition."""
    dropped = 0
    for (name,) in connection.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = ?::regclass",
                                      (table,)).fetchall():
        day = datetime.strptime(name.strip('"').rpartition("_")[2], "%Y%m%d").replace(tzinfo=UTC)
        if to_ms(day) + DAY <= time:
            dropped += connection.execute(f"SELECT count(*) FROM {name} WHERE {counted}").fetchone()[0]
            connection.execute(f"DROP TABLE {name}")
    return dropped
