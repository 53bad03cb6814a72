"""Status changes, kept in an SQLite file of their own (WAL): what is written survives a restart and kill -9."""
# ruff: noqa: S608 - statements are put together from constants of this module; values are bound

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

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
from wirelane_geo.live._history_schema import STEPS
from wirelane_geo.live._known_status import KnownStatus
from wirelane_geo.live._recent import Events
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.curve import DAY
from wirelane_geo.live.observation import WHOLE_WORLD
from wirelane_geo.model import Handle, Handles, PointId
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.store import column_file
from wirelane_geo.store.connections import Connections
from wirelane_geo.store.sqlite_file import prepare

KNOWN_STATUS_TYPES = {"handles": "<i8", "status": "|u1", "since": "<i8", "exact": "|b1"}
"""The columns of the copy of what is known, and their types."""
CHANGES_A_DELETE, CHANGES_A_WRITE = 10_000, 100_000
"""Changes that are deleted in one transaction, and that are made up at a time."""


class History:
    """Implements `HistoryStore`; see there."""

    def __init__(self, path: Path) -> None:
        self._path, self._copy = path, path.with_suffix(".book")
        prepare(path, STEPS, "history", ["PRAGMA auto_vacuum = INCREMENTAL"])
        self._connections = Connections(path, _fast)

    def write(self, entry: Entry) -> None:
        with self._connections.write() as connection:
            if entry.added or entry.changes or entry.gone:
                connection.execute("UPDATE numbers SET book = NULL WHERE book IS NOT NULL")
            connection.executemany(
                "INSERT OR REPLACE INTO points (handle, status, since, exact, first) VALUES (?, ?, ?, ?, ?)", entry.added)
            if entry.changes:
                connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", entry.changes)
                connection.executemany("UPDATE points SET status = ?, since = ?, exact = 1 WHERE handle = ?",
                                       [(after, at, handle) for _, handle, at, _, after, _ in entry.changes])
                connection.executemany("UPDATE points SET id = ? WHERE handle = ?", entry.ids)
                connection.execute("UPDATE numbers SET last = ?", (entry.changes[-1][0],))
            for table in ("changes", "points"):
                connection.executemany(f"DELETE FROM {table} WHERE handle = ?", [(handle,) for handle in entry.gone])
            connection.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?)", entry.watched)

    def known_status(self) -> KnownStatus:
        with self._connections.read() as connection:
            [stamp] = connection.execute("SELECT book FROM numbers").fetchone()
            if stamp and (found := column_file.load(self._copy, KNOWN_STATUS_TYPES, stamp)):
                return KnownStatus(**found[0])
            rows = np.fromiter(connection.execute("SELECT handle, status, since, exact FROM points ORDER BY handle"),
                               [("handle", "i8"), ("status", "u1"), ("since", "i8"), ("exact", "?")])
        return KnownStatus(*(np.ascontiguousarray(rows[name]) for name in ("handle", "status", "since", "exact")))

    @property
    def network(self) -> str | None:
        with self._connections.read() as connection:
            [network] = connection.execute("SELECT network FROM numbers").fetchone()
        return None if network is None else str(network)

    def renumber(self, before: Handles, after: Handles, network: str) -> None:
        with self._connections.write() as connection:
            connection.execute("UPDATE numbers SET network = ?, book = NULL", (network,))
            if not len(before):
                return
            connection.execute("CREATE TEMP TABLE handles (before INTEGER PRIMARY KEY, after INTEGER NOT NULL)")
            connection.executemany("INSERT INTO handles VALUES (?, ?)", zip(before.tolist(), after.tolist(), strict=True))
            connection.execute("CREATE TEMP TABLE again AS SELECT after, id, status, since, exact, first "
                               f"FROM points JOIN handles ON before = handle WHERE after <> {NO_HANDLE}")
            connection.execute("DELETE FROM points")
            connection.execute("INSERT INTO points SELECT * FROM again ORDER BY after")
            connection.execute("DROP INDEX changes_handle")
            connection.execute("DELETE FROM changes WHERE handle NOT IN (SELECT before FROM handles "
                               f"WHERE after <> {NO_HANDLE})")
            connection.execute("UPDATE changes SET handle = (SELECT after FROM handles WHERE before = handle)")
            connection.execute("CREATE INDEX changes_handle ON changes (handle, at)")
            connection.execute("DROP TABLE again")
            connection.execute("DROP TABLE handles")

    def keep(self, known: KnownStatus) -> None:
        if len(known) < column_file.LARGE:
            return
        stamp = uuid4().hex
        column_file.save(self._copy, vars(known), KNOWN_STATUS_TYPES, stamp)
        with self._connections.write() as connection:
            connection.execute("UPDATE numbers SET book = ?", (stamp,))

    def settle(self) -> None:
        with self._connections.write():
            pass

    def last_number(self) -> int:
        with self._connections.read() as connection:
            return int(connection.execute("SELECT last FROM numbers").fetchone()[0])

    def after(self, number: int) -> tuple[Events, int]:
        with self._connections.read() as connection:
            [last] = connection.execute("SELECT last FROM numbers").fetchone()
            if last <= number:
                return Events.of(), last
            rows = np.fromiter(connection.execute(
                "SELECT number, handle, at, before, after, origin FROM changes WHERE number > ? ORDER BY number", (number,)),
                [(name, "i8") for name in COLUMNS])
        return Events.of(*(rows[name] for name in COLUMNS)), last

    def events(self, since: int, *, outages_only: bool = False) -> Events:
        kind = f" AND {kind_of('before')} <> {kind_of('after')}" if outages_only else ""
        with self._connections.read() as connection:
            rows = np.fromiter(connection.execute(
                "SELECT number, handle, at, before, after, origin FROM changes "
                f"WHERE number >= (SELECT min(number) FROM changes WHERE at >= ?1) AND at >= ?1{kind}", (since,)),
                [(name, "i8") for name in COLUMNS])
        return Events.of(*(rows[name] for name in COLUMNS))

    def first_seen(self, since: int) -> Events:
        with self._connections.read() as connection:
            rows = np.fromiter(connection.execute("SELECT handle, first, status FROM points WHERE first >= ?", (since,)),
                               [("handle", "i8"), ("first", "i8"), ("status", "u1")])
        return Events.seen(rows["handle"], rows["first"], rows["status"])

    def pasts(self, ids: Mapping[Handle, PointId], since: int) -> dict[Handle, Past]:
        wanted = json.dumps([int(handle) for handle in ids])
        with self._connections.read() as connection:
            found = {handle: Past(first, []) for handle, id, first in connection.execute(
                "SELECT handle, id, first FROM points WHERE handle IN (SELECT value FROM json_each(?))", (wanted,))
                if id is None or id == ids[handle]}
            for handle, *change in connection.execute(
                    "SELECT handle, at, before, after FROM changes "
                    "WHERE handle IN (SELECT value FROM json_each(?)) AND at >= ? ORDER BY at, number", (wanted, since)):
                if handle in found:
                    found[handle].changes.append(tuple(change))
        return found

    def watched(self, since: int) -> list[Row]:
        with self._connections.read() as connection:
            return connection.execute("SELECT first, last, begin, end FROM watched WHERE end >= ?", (since,)).fetchall()

    def ids(self, handles: Iterable[Handle]) -> dict[Handle, PointId]:
        with self._connections.read() as connection:
            return dict(connection.execute(
                "SELECT handle, id FROM points WHERE id IS NOT NULL AND handle IN (SELECT value FROM json_each(?))",
                (json.dumps([int(handle) for handle in handles]),)))

    def some_ids(self, limit: int) -> dict[Handle, PointId]:
        with self._connections.read() as connection:
            return dict(connection.execute("SELECT handle, id FROM points WHERE id IS NOT NULL ORDER BY since DESC LIMIT ?",
                                           (limit,)))

    def compact(self, now: int, keep_days: float) -> int:
        full, keep = now - int(min(FULL_DAYS, keep_days) * DAY), now - int(keep_days * DAY)
        dropped = sum(self._delete("changes", f"{condition} LIMIT {CHANGES_A_DELETE}", time) for condition, time in (
            ("at < ?", keep), (f"at < ? AND {kind_of('before')} = {kind_of('after')}", full)))
        self._delete("watched", f"end < ? LIMIT {CHANGES_A_DELETE}", keep)
        with self._connections.write() as connection:
            connection.execute("PRAGMA optimize").fetchall()
        with self._connections.read() as connection:
            connection.execute("COMMIT")
            connection.executescript("PRAGMA incremental_vacuum")  # `execute` would stop after one page
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return dropped

    def is_new(self) -> bool:
        with self._connections.read() as connection:
            return not any(connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]
                           for table in ("points", "changes", "watched"))

    def begin_with(self, past: InventedPast, network: str) -> None:
        """The indexes are made at the end: that takes a third of the time."""
        points = zip(past.handles.tolist(), past.ids, past.status.tolist(), past.since.tolist(), past.exact.tolist(), strict=True)
        columns = (np.arange(-len(past.at), 0), past.handles[past.point], past.at, past.before, past.after)
        with self._connections.write() as connection:
            connection.executemany("INSERT INTO points (handle, id, status, since, exact, first) VALUES (?, ?, ?, ?, ?, 0)",
                                   sorted(points))
            for index in ("changes_handle", "changes_at"):
                connection.execute(f"DROP INDEX {index}")
            for begin in range(0, len(past.at), CHANGES_A_WRITE):
                some = slice(begin, begin + CHANGES_A_WRITE)
                connection.executemany(f"INSERT INTO changes VALUES (?, ?, ?, ?, ?, {ORIGINS.index('demo')})",
                                       zip(*(column[some].tolist() for column in columns), strict=True))
            connection.execute("CREATE INDEX changes_handle ON changes (handle, at)")
            connection.execute("CREATE INDEX changes_at ON changes (at)")
            connection.execute("INSERT INTO watched VALUES (?, ?, ?, ?)", (*WHOLE_WORLD, to_ms(past.begin), to_ms(past.end)))
            connection.execute("UPDATE numbers SET network = ?", (network,))
            connection.execute("INSERT INTO invented VALUES (?)", (to_ms(past.end),))

    def invented_until(self) -> int | None:
        with self._connections.read() as connection:
            row = connection.execute("SELECT until FROM invented").fetchone()
        return None if row is None else int(row[0])

    def forget_invented(self, until: int) -> None:
        with self._connections.write() as connection:
            connection.execute("DELETE FROM changes WHERE at <= ? AND origin = ?", (until, ORIGINS.index("demo")))
            connection.execute("DELETE FROM watched WHERE end <= ?", (until,))
            connection.execute("UPDATE watched SET begin = ?1 WHERE begin < ?1", (until,))
            connection.execute("DELETE FROM invented")

    def change_numbers(self) -> tuple[int, int]:
        with self._connections.read() as connection:
            first, last = connection.execute("SELECT min(number), max(number) FROM changes").fetchone()
        return (0, -1) if first is None else (first, last)

    def changes_between(self, first: int, last: int) -> list[Change]:
        with self._connections.read() as connection:
            return connection.execute("SELECT number, handle, at, before, after, origin FROM changes "
                                      "WHERE number BETWEEN ? AND ? ORDER BY number", (first, last)).fetchall()

    def points_after(self, handle: int, limit: int) -> list[KnownPoint]:
        with self._connections.read() as connection:
            return [(*row[:4], bool(row[4]), row[5]) for row in connection.execute(
                "SELECT handle, id, status, since, exact, first FROM points WHERE handle > ? ORDER BY handle LIMIT ?",
                (handle, limit))]

    def fill(self, points: Sequence[KnownPoint] = (), changes: Sequence[Change] = (), watched: Sequence[Row] = ()) -> None:
        with self._connections.write() as connection:
            connection.executemany("INSERT INTO points (handle, id, status, since, exact, first) VALUES (?, ?, ?, ?, ?, ?)",
                                   points)
            connection.executemany("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", changes)
            connection.executemany("INSERT OR REPLACE INTO watched VALUES (?, ?, ?, ?)", watched)

    def go_on_from(self, last: int, network: str | None, invented: int | None) -> None:
        with self._connections.write() as connection:
            connection.execute("UPDATE numbers SET last = ?, network = ?, book = NULL", (last, network))
            connection.execute("DELETE FROM invented")
            connection.executemany("INSERT INTO invented VALUES (?)", [] if invented is None else [(invented,)])

    def empty(self) -> None:
        with self._connections.write() as connection:
            for table in ("points", "changes", "watched"):
                connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        self._connections.close()

    def _delete(self, table: str, condition: str, time: int) -> int:
        """In short transactions: a change that comes meanwhile doesn't wait for all of them."""
        key, deleted = "number" if table == "changes" else "first, last, begin", 0
        some = f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition})"
        while True:
            with self._connections.write() as connection:
                count = connection.execute(some, (time,)).rowcount
            deleted += count
            if count < CHANGES_A_DELETE:
                return deleted


def _fast(connection: sqlite3.Connection) -> None:
    """Nothing is lost when the process ends, however; a power cut may cost the last seconds, which are a gap then."""
    connection.execute("PRAGMA synchronous = NORMAL")
