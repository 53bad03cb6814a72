"""Status changes, kept in an SQLite file of their own (WAL): what is written survives a restart and kill -9."""
# ruff: noqa: S608 - statements are put together from constants of this module; values are bound

import contextlib
import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import numpy as np

from wirelane_geo.errors import StoreBusy, StoreError
from wirelane_geo.live._coverage import Row
from wirelane_geo.live._known_status import NOT_KNOWN, KnownStatus
from wirelane_geo.live._recent import Events
from wirelane_geo.live.curve import DAY
from wirelane_geo.live.interface import OUT, WORKING, Origin
from wirelane_geo.model import Handle, Handles, PointId
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.store import column_file, private_file
from wirelane_geo.store.connections import Connections
from wirelane_geo.store.file_lock import FileLock, NoLocks
from wirelane_geo.store.sqlite_file import prepare

log = logging.getLogger(__name__)

ORIGINS: tuple[Origin, ...] = ("poll", "webhook", "store", "demo")
"""A change's origin is kept as its position here."""
FULL_DAYS = 8
"""For so long every change is kept: longer than any page looks back. Then only those into and out of operation."""
KNOWN_STATUS_TYPES = {"handles": "<i8", "status": "|u1", "since": "<i8", "exact": "|b1"}
"""The columns of the copy of what is known, and their types."""
COLUMNS = ("number", "handle", "at", "before", "after", "origin")
"""Of changes, in the order of `Events`."""
CHANGES_A_DELETE = 10_000
"""Changes that are deleted in one transaction."""

_FIRST = """
CREATE TABLE points (
    handle INTEGER PRIMARY KEY,
    id TEXT,                  -- known from its first change on
    status INTEGER NOT NULL,  -- position in model.Status
    since INTEGER NOT NULL,   -- milliseconds since 1970, as all times here
    exact INTEGER NOT NULL,   -- whether it came to its status then
    first INTEGER NOT NULL    -- when it came to a place that was watched; 0: when its place began to be watched
);
CREATE INDEX points_first ON points (first);
CREATE TABLE changes (
    number INTEGER PRIMARY KEY,
    handle INTEGER NOT NULL,
    at INTEGER NOT NULL,
    before INTEGER NOT NULL, after INTEGER NOT NULL,
    origin INTEGER NOT NULL
);
CREATE INDEX changes_handle ON changes (handle, at);
CREATE INDEX changes_at ON changes (at);
CREATE TABLE watched (
    first INTEGER NOT NULL, last INTEGER NOT NULL,  -- quadkeys
    begin INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (first, last, begin)
) WITHOUT ROWID;
CREATE TABLE numbers (last INTEGER NOT NULL);
INSERT INTO numbers VALUES (0);
"""
_SECOND = """
-- the stamp of the book that was kept at the end, NULL once it is out of date
ALTER TABLE numbers ADD COLUMN book TEXT;
"""
_THIRD = """
-- the id of the network whose handles these are, NULL where they were given before they were made from it
ALTER TABLE numbers ADD COLUMN network TEXT;
"""
_FOURTH = """
-- until when what is here was made up, for a demo network; empty where nothing was
CREATE TABLE IF NOT EXISTS invented (until INTEGER NOT NULL);
"""
STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""Taken in this order, see `sqlite_file.prepare`: a change is another one at the end."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one observation adds: points seen for the first time (handle, status, since, exact, first), changes (number,
    handle, at, before, after, origin) with the changed points' ids, handles that are gone, and the coverage's rows."""

    added: Sequence[tuple[Handle, int, int, bool, int]] = ()
    changes: Sequence[tuple[int, Handle, int, int, int, int]] = ()
    ids: Sequence[tuple[PointId | None, Handle]] = ()
    gone: Sequence[Handle] = ()
    watched: Sequence[Row] = field(default=())


class Past(NamedTuple):
    """What was with a point. first: when it came to a place that was watched, 0 where it was there before; changes: (at,
    before, after), oldest first."""

    first: int
    changes: list[tuple[int, int, int]]


class History:
    """The file. Everything may raise StoreError; times are milliseconds since 1970.

    Only one process numbers changes and writes, behind its fence (`store.fence`); the others read.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._copy = path, path.with_suffix(".book")
        prepare(path, STEPS, "history", ["PRAGMA auto_vacuum = INCREMENTAL"])
        self._connections = Connections(path, _fast)

    def write(self, entry: Entry) -> None:
        """Add what an observation adds, all of it or nothing."""
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
        """Every point as it was last."""
        with self._connections.read() as connection:
            [stamp] = connection.execute("SELECT book FROM numbers").fetchone()
            if stamp and (found := column_file.load(self._copy, KNOWN_STATUS_TYPES, stamp)):
                return KnownStatus(**found[0])
            rows = np.fromiter(connection.execute("SELECT handle, status, since, exact FROM points ORDER BY handle"),
                               [("handle", "i8"), ("status", "u1"), ("since", "i8"), ("exact", "?")])
        return KnownStatus(*(np.ascontiguousarray(rows[name]) for name in ("handle", "status", "since", "exact")))

    @property
    def network(self) -> str | None:
        """The id of the network that the handles are of; None where none is said yet."""
        with self._connections.read() as connection:
            [network] = connection.execute("SELECT network FROM numbers").fetchone()
        return None if network is None else str(network)

    def renumber(self, before: Handles, after: Handles, network: str) -> None:
        """Give points other handles, those of a network. A point that gets NO_HANDLE is gone, and its changes with it."""
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
        """Write a copy of what is known at the end, where that is much, for a quicker start. May raise OSError."""
        if len(known) < column_file.LARGE:
            return
        stamp = uuid4().hex
        column_file.save(self._copy, vars(known), KNOWN_STATUS_TYPES, stamp)
        with self._connections.write() as connection:
            connection.execute("UPDATE numbers SET book = ?", (stamp,))

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """The file's tables, as they are at one moment."""
        return self._connections.read()

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """The file's tables: all that is written within is there at the end, or nothing."""
        return self._connections.write()

    def last_number(self) -> int:
        """The number of the last change."""
        with self._connections.read() as connection:
            return int(connection.execute("SELECT last FROM numbers").fetchone()[0])

    def after(self, number: int) -> tuple[Events, int]:
        """The changes with a higher number, those of points that are gone left out, and the last number that was given."""
        with self._connections.read() as connection:
            [last] = connection.execute("SELECT last FROM numbers").fetchone()
            if last <= number:
                return Events.of(), last
            rows = np.fromiter(connection.execute(
                "SELECT number, handle, at, before, after, origin FROM changes WHERE number > ? ORDER BY number", (number,)),
                [(name, "i8") for name in COLUMNS])
        return Events.of(*(rows[name] for name in COLUMNS)), last

    def events(self, since: int, *, outages_only: bool = False) -> Events:
        """The changes from a time on, with the points that were seen for the first time; or only those changes that went
        into operation or out of it."""
        kind = f" AND {_kind('before')} <> {_kind('after')}" if outages_only else ""
        with self._connections.read() as connection:
            rows = np.fromiter(connection.execute(
                f"SELECT 0, handle, first, {NOT_KNOWN}, status, 0 FROM points WHERE first >= ?1 UNION ALL "
                "SELECT number, handle, at, before, after, origin FROM changes "
                f"WHERE number >= (SELECT min(number) FROM changes WHERE at >= ?1) AND at >= ?1{kind}", (since,)),
                [(name, "i8") for name in COLUMNS])
        return Events.of(*(rows[name] for name in COLUMNS))

    def pasts(self, ids: Mapping[Handle, PointId], since: int) -> dict[Handle, Past]:
        """What was with points from a time on, without those that aren't known, or whose handle was another point's: one look
        into the file for all of them."""
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
        """The coverage's rows that end at or after a time."""
        with self._connections.read() as connection:
            return connection.execute("SELECT first, last, begin, end FROM watched WHERE end >= ?", (since,)).fetchall()

    def ids(self, handles: Iterable[Handle]) -> dict[Handle, PointId]:
        """The ids of points that ever changed."""
        with self._connections.read() as connection:
            return dict(connection.execute(
                "SELECT handle, id FROM points WHERE id IS NOT NULL AND handle IN (SELECT value FROM json_each(?))",
                (json.dumps([int(handle) for handle in handles]),)))

    def some_ids(self, limit: int) -> dict[Handle, PointId]:
        """Handles and ids of some points, the last ones that changed."""
        with self._connections.read() as connection:
            return dict(connection.execute("SELECT handle, id FROM points WHERE id IS NOT NULL ORDER BY since DESC LIMIT ?",
                                           (limit,)))

    def compact(self, now: int, keep_days: float) -> int:
        """Drop what is older than it needs to be kept and give the space back. Returns how many changes went."""
        full, keep = now - int(min(FULL_DAYS, keep_days) * DAY), now - int(keep_days * DAY)
        dropped = sum(self._delete("changes", f"{condition} LIMIT {CHANGES_A_DELETE}", time) for condition, time in (
            ("at < ?", keep), (f"at < ? AND {_kind('before')} = {_kind('after')}", full)))
        self._delete("watched", f"end < ? LIMIT {CHANGES_A_DELETE}", keep)
        with self._connections.write() as connection:
            connection.execute("PRAGMA optimize").fetchall()
        with self._connections.read() as connection:
            connection.execute("COMMIT")
            connection.executescript("PRAGMA incremental_vacuum")  # `execute` would stop after one page
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return dropped

    def close(self) -> None:
        """Let go of the file."""
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


def open_history(path: Path, now: datetime) -> History:
    """The history in a file. One that can't be read is set aside, with its name and the reason in the log: a map without
    its past is better than none. Raises StoreBusy where another program has locked it, StoreError where no file can be made at
    all."""
    try:
        return History(path)
    except StoreBusy:
        raise
    except StoreError as error:
        aside = set_aside(path, now)
        log.error("the history could not be opened and was set aside: a new one begins", extra={
            "file": str(aside), "reason": str(error)})
        return History(path)


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """Of several processes that open a history at once, one at a time looks whether it is this network's, or new. Raises
    StoreError where no file can be made."""
    with contextlib.ExitStack() as held:
        try:
            private_file.make_directory(path.parent)
            held.enter_context(FileLock(path.with_suffix(".lock")).held())
        except NoLocks:
            log.warning("the file system has no locks: start one process after the other", extra={"file": str(path)})
        except OSError as error:
            raise StoreError(f"The history {path} can't be locked: {error}. Check the data directory.") from None
        yield


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a history's files. Returns the new name."""
    aside = path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%S}.old{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside


def _kind(column: str) -> str:
    """`curve.KIND` of a column."""
    working, out = (", ".join(str(status.number) for status in kind) for kind in (WORKING, OUT))
    return f"CASE WHEN {column} IN ({working}) THEN 0 WHEN {column} IN ({out}) THEN 1 ELSE 2 END"


def _fast(connection: sqlite3.Connection) -> None:
    """Nothing is lost when the process ends, however; a power cut may cost the last seconds, which are a gap then."""
    connection.execute("PRAGMA synchronous = NORMAL")
