"""The store in an SQLite file: WAL, one writer at a time, readers that never wait."""
# ruff: noqa: S608 - statements are put together from constants of this package; values are bound

import json
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from uuid import uuid4

import msgspec
import numpy as np

from wirelane_geo.errors import AlreadyThere, StoreError
from wirelane_geo.model import ChargePoint, Conditions, Handle, PointId, Seq, Status, StatusReport
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.model.opening_hours import published
from wirelane_geo.store import _handles, _imports, _queries, _reports, _writing, column_file
from wirelane_geo.store._accounts import SqliteAccounts
from wirelane_geo.store._columns import TYPES, PointColumns
from wirelane_geo.store._interface import ChangedPoint, Counts, IdType, Kept, OnProgress, PointQuery, ToldCounts, UpsertCounts
from wirelane_geo.store._people import Accounts, Page, Sessions
from wirelane_geo.store._rows import (
    Row,
    conditions_of,
    microseconds,
    point_of,
    rows_of,
    time_of,
    wanted_words,
    with_id_and_dates,
)
from wirelane_geo.store._schema import EVSE_KEY, STEPS
from wirelane_geo.store._sessions import SqliteSessions
from wirelane_geo.store.connections import Connections
from wirelane_geo.store.sqlite_file import prepare

log = logging.getLogger(__name__)

POINTS_A_WRITE = 2_000
"""Points per transaction of `upsert`: other writers wait for no more than one."""
CHUNK = 50_000
"""Points that are read between two words of how far it is, or get handles in one transaction."""

_BY_ID = {
    "id": "id = ?1",
    "evseid": f"{EVSE_KEY} = ?1",
    "charge_point_id": "charge_point_id = ?1",
    "charging_point_id": "(charging_point_id = ?1 OR id = ?1 AND charging_point_id IS NULL)",
}
_COLUMNS = (f"coalesce(handle, {NO_HANDLE}), rowid, quadkey, lon, lat, status, coalesce(power, 'nan'), plugs, "
            "coalesce(charging_type, 255), authentication, coalesce(reservable, 0), station, coalesce(schedule, 0), "
            "coalesce(operator, 0)")
_DTYPE = np.dtype([("handle", "i8"), ("arrival", "i8"), ("quadkey", "i8"), *list(TYPES.items())[2:]])


class SqliteStore:
    """Implements `Store`; see there."""

    def __init__(self, path: Path) -> None:
        prepare(path, STEPS, "database")
        self._connections = Connections(path, _queries.register)
        self._kept = path.with_suffix(".columns")
        self.accounts: Accounts = SqliteAccounts(self._connections)
        self.sessions: Sessions = SqliteSessions(self._connections)
        self._complete(_writing.unnumbered, _writing.give_numbers, POINTS_A_WRITE)
        self._give_handles()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connections.write():
            yield

    def upsert(self, points: Iterable[ChargePoint], origin: str) -> UpsertCounts:
        done = UpsertCounts()
        for rows, now in _batches(points, origin):
            with self._connections.write() as connection:
                done += _writing.upsert(connection, rows)
                _writing.hear(connection, [origin], now)
        return done

    def take(self, points: Iterable[ChargePoint], origin: str, kept: Kept = lambda *_: None) -> UpsertCounts:
        done = UpsertCounts()
        for rows, now in _batches(points, origin):
            with self._connections.write() as connection:
                done += _imports.take(connection, rows, origin, now, kept)
                _reports.match(connection, rows, now)
                _writing.hear(connection, [origin], now)
        return done

    def create(self, point: ChargePoint) -> ChargePoint:
        now, id = datetime.now(UTC), uuid4().hex
        created = msgspec.structs.replace(point, id=id, charging_point_id=id, creation_date=now, update_date=now,
                                          distance=None)
        rows = rows_of([created], "api")
        with self._connections.write() as connection:
            _refuse_twin(connection, created)
            _writing.upsert(connection, rows)
            _writing.hear(connection, ["api"], microseconds(now))
        return created

    def update(self, id_type: IdType, value: str, point: ChargePoint) -> ChargePoint | None:
        with self._connections.write() as connection:
            found = _find(connection, id_type, value)
            if found is None:
                return None
            old = found[1]
            new = msgspec.structs.replace(published(point), id=old.id, charging_point_id=old.charging_point_id,
                                          creation_date=old.creation_date, update_date=old.update_date, distance=None)
            now = datetime.now(UTC)
            [origin] = connection.execute("SELECT origin FROM points WHERE rowid = ?", (found[0],)).fetchone()
            _writing.hear(connection, [origin], microseconds(now))
            if new == old:
                return old
            if new.evseid != old.evseid:
                _refuse_twin(connection, new)
            new = msgspec.structs.replace(new, update_date=now)
            _writing.upsert(connection, rows_of([new], origin))
            return new

    def set_statuses(self, statuses: Mapping[PointId, Status], at: datetime | None = None) -> int:
        updated = microseconds(at or datetime.now(UTC))
        with self._connections.write() as connection:
            return _writing.set_statuses(connection, {id: status.number for id, status in statuses.items()}, updated)

    def tell(self, feed: str, reports: Iterable[StatusReport], *, complete: bool = False, again: bool = False) -> ToldCounts:
        with self._connections.write() as connection:
            return _reports.tell(connection, feed, reports, microseconds(datetime.now(UTC)), complete=complete, again=again)

    def silence(self, feed: str) -> int:
        with self._connections.write() as connection:
            return _reports.silence(connection, feed, microseconds(datetime.now(UTC)))

    def feed_states(self) -> dict[str, tuple[bool, str]]:
        with self._connections.read() as connection:
            return {feed: (bool(silent), body) for feed, silent, body in connection.execute(
                "SELECT feed, silent, body FROM feed_states")}

    def set_feed_state(self, feed: str, silent: bool, body: str) -> None:
        with self._connections.write() as connection:
            connection.execute("INSERT OR REPLACE INTO feed_states VALUES (?, ?, ?)", (feed, int(silent), body))

    def waiting(self, feed: str) -> int:
        with self._connections.read() as connection:
            return int(connection.execute("SELECT count(*) FROM reports WHERE feed = ? AND point IS NULL", (feed,)).fetchone()[0])

    def conditions(self, id: PointId) -> Conditions | None:
        with self._connections.read() as connection:
            row = connection.execute("SELECT body FROM points JOIN bodies USING (rowid) WHERE id = ?", (id,)).fetchone()
        return row and conditions_of(row[0])

    def remove(self, origin: str, but: Collection[PointId] = ()) -> int:
        with self._connections.write() as connection:
            for table in ("members", "sessions"):
                connection.execute(f"DELETE FROM {table} WHERE origin = ?", (origin,))
            return _writing.remove(connection, origin, but)

    def get(self, id_type: IdType, value: str) -> ChargePoint | None:
        with self._connections.read() as connection:
            found = _find(connection, id_type, value)
        return found and found[1]

    @cached_property
    def network(self) -> str:
        with self._connections.read() as connection:
            return _handles.network(connection)

    def places(self, ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int | None]]:
        with self._connections.read() as connection:
            rows = connection.execute("SELECT id, handle, quadkey FROM points WHERE id IN (SELECT value FROM json_each(?))",
                                      (json.dumps(ids),)).fetchall()
        return {id: (handle, quadkey) for id, handle, quadkey in rows}

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        with self._connections.read() as connection:
            rows = connection.execute(
                "SELECT handle, body, created, updated, status FROM points JOIN bodies USING (rowid) "
                "WHERE handle IN (SELECT value FROM json_each(?))", (json.dumps([int(one) for one in handles]),)).fetchall()
        found = {row[0]: row[1:] for row in rows}
        return [point_of(*found[handle]) for handle in handles if handle in found]

    def ids_and_dates(self, handles: Sequence[Handle]) -> dict[Handle, tuple[PointId, datetime]]:
        with self._connections.read() as connection:
            rows = connection.execute("SELECT handle, id, updated FROM points WHERE handle IN (SELECT value FROM json_each(?))",
                                      (json.dumps([int(one) for one in handles]),)).fetchall()
        return {handle: (id, time_of(updated)) for handle, id, updated in rows}

    def query(self, query: PointQuery) -> Page:
        with self._connections.read() as connection:
            return _queries.answer(connection, query)

    def search(self, text: str, limit: int) -> list[Handle]:
        if not wanted_words(text):
            return []
        with self._connections.read() as connection:
            rowids = [rowid for (rowid,) in connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank, rowid LIMIT ?", (_queries.match_of(text), limit))]
            handles = dict(connection.execute(
                "SELECT rowid, handle FROM points WHERE rowid IN (SELECT value FROM json_each(?))", (json.dumps(rowids),)))
        return [handles[rowid] for rowid in rowids]

    def columns(self, since: Seq | None = None, on_progress: OnProgress = lambda *_: None) -> PointColumns:
        self._give_handles()
        with self._connections.read() as connection:
            stamp = _writing.stamp(connection) if since is None else None
            known = self._load(stamp) if stamp else None
            found = _columns(connection, known.seq if known else since, on_progress)
        if since is not None:
            return found
        columns = known.merged(found) if known and (len(found) or len(found.deleted)) else known or found
        if len(found) >= column_file.LARGE:
            self.keep(columns)
        return columns

    def schedules(self) -> dict[int, str]:
        with self._connections.read() as connection:
            return dict(connection.execute("SELECT number, text FROM schedules"))

    def operators(self) -> dict[int, str]:
        with self._connections.read() as connection:
            return dict(connection.execute("SELECT number, text FROM operators"))

    def keep(self, columns: PointColumns) -> None:
        if len(columns) < column_file.LARGE:
            return
        stamp = uuid4().hex
        try:
            column_file.save(self._kept, vars(columns), TYPES, stamp, columns.seq)
            with self._connections.write(wait=False) as connection:  # who only reads waits for nobody who writes
                _writing.set_stamp(connection, stamp)
        except (OSError, StoreError) as error:
            log.warning("no copy of the charge points could be kept; the next start takes longer", extra={
                "file": str(self._kept), "reason": str(error)})

    def _give_handles(self) -> None:
        self._complete(_handles.without_handle, _handles.give_handles, CHUNK)

    def _complete(self, lacking: Callable[[sqlite3.Connection], bool],
                  some: Callable[[sqlite3.Connection, int], bool], limit: int) -> None:
        """Give points what they lack where an earlier version wrote them."""
        with self._connections.read() as connection:
            more = lacking(connection)
        while more:
            with self._connections.write() as connection:
                more = some(connection, limit)

    def _load(self, stamp: str) -> PointColumns | None:
        found = column_file.load(self._kept, TYPES, stamp)
        return found and PointColumns(**found[0], deleted=np.empty(0, np.int64), seq=Seq(found[1]))

    def changed(self, since: tuple[Seq, int], limit: int) -> list[ChangedPoint]:
        with self._connections.read() as connection:
            rows = connection.execute(
                "SELECT seq, rowid, created = updated, body, created, updated, status FROM points JOIN bodies USING (rowid) "
                "WHERE (seq, rowid) > (?, ?) ORDER BY seq, rowid LIMIT ?", (*since, limit)).fetchall()
        return [ChangedPoint(seq, rowid, bool(new), point_of(*rest)) for seq, rowid, new, *rest in rows]

    def touch(self) -> None:
        with self._connections.write() as connection:
            _writing.next_seq(connection)

    def reached(self, reader: str) -> tuple[Seq, int] | None:
        with self._connections.read() as connection:
            row = connection.execute("SELECT seq, arrival FROM readers WHERE name = ?", (reader,)).fetchone()
        return row and (Seq(row[0]), row[1])

    def note_reached(self, reader: str, place: tuple[Seq, int]) -> None:
        with self._connections.write() as connection:
            connection.execute("INSERT OR REPLACE INTO readers (name, seq, arrival) VALUES (?, ?, ?)", (reader, *place))

    def last_seq(self) -> Seq:
        with self._connections.read() as connection:
            return _writing.last_seq(connection)

    def origins(self) -> dict[str, int]:
        with self._connections.read() as connection:
            return dict(connection.execute("SELECT origin, count(*) FROM points GROUP BY origin ORDER BY origin"))

    def heard(self) -> dict[str, datetime]:
        with self._connections.read() as connection:
            return {origin: time_of(heard) for origin, heard in connection.execute("SELECT origin, heard FROM origins")}

    def holds(self, origin: str | None = None) -> bool:
        with self._connections.read() as connection:
            where, given = ("1", ()) if origin is None else ("origin = ?", (origin,))
            [there] = connection.execute(f"SELECT EXISTS (SELECT 1 FROM points WHERE {where})", given).fetchone()
        return bool(there)

    def counts(self) -> Counts:
        with self._connections.read() as connection:
            return Counts(*connection.execute("SELECT count(*), count(DISTINCT station) FROM points").fetchone())

    def close(self) -> None:
        self._connections.close()


def _batches(points: Iterable[ChargePoint], origin: str) -> Iterator[tuple[list[Row], int]]:
    """Rows for one transaction each, and the time of it."""
    given = iter(points)
    while batch := list(islice(given, POINTS_A_WRITE)):
        now = datetime.now(UTC)
        complete = [with_id_and_dates(point, origin, now) for point in batch]
        yield rows_of(complete, origin, [point.update_date for point in batch]), microseconds(now)


def _columns(connection: sqlite3.Connection, since: Seq | None, on_progress: OnProgress) -> PointColumns:
    seq = _writing.last_seq(connection)
    where = "WHERE quadkey IS NOT NULL" if since is None else f"WHERE quadkey IS NOT NULL AND seq > {int(since)}"
    total = connection.execute(f"SELECT count(*) FROM points {where}").fetchone()[0]
    # All points are read as they lie in the file; by an index it takes twice as long.
    points = "points NOT INDEXED" if since is None else "points"
    rows = connection.execute(f"SELECT {_COLUMNS} FROM {points} {where}")
    parts = []
    for begin in range(0, max(total, 1), CHUNK):
        parts.append(np.fromiter(islice(rows, CHUNK), _DTYPE))
        on_progress(min(begin + CHUNK, total), total)
    gone = [] if since is None else connection.execute(
        "SELECT handle FROM gone WHERE seq > ?1 AND NOT EXISTS (SELECT 1 FROM points WHERE points.handle = gone.handle) "
        "UNION ALL SELECT handle FROM points WHERE seq > ?1 AND quadkey IS NULL", (since,)).fetchall()
    table = np.concatenate(parts)
    if (without := table["handle"] == NO_HANDLE).any():  # an earlier version has written them just now
        table = table[~without]
    table = table[np.lexsort((table["arrival"], table["quadkey"]))]
    columns = {name: np.ascontiguousarray(table[name]) for name in TYPES}
    return PointColumns(**columns, deleted=np.array([row[0] for row in gone], np.int64), seq=seq)


def _find(connection: sqlite3.Connection, id_type: IdType, value: str) -> tuple[int, ChargePoint] | None:
    order, given = ("evseid <> ?2, rowid", (evse_key(value), value)) if id_type == "evseid" else ("rowid", (value,))
    row = connection.execute("SELECT rowid, body, created, updated, status FROM points JOIN bodies USING (rowid) "
                             f"WHERE {_BY_ID[id_type]} ORDER BY {order} LIMIT 1", given).fetchone()
    return row and (row[0], point_of(*row[1:]))


def _refuse_twin(connection: sqlite3.Connection, point: ChargePoint) -> None:
    """Of two points with one EVSE ID, in whatever spelling, or one label and no EVSE ID, nobody could say which is meant."""
    if point.evseid:
        name, value, key, test = "evseid", point.evseid, evse_key(point.evseid), f"{EVSE_KEY} = ?"
    else:
        name, value, key, test = ("charge_point_id", point.charge_point_id, point.charge_point_id,
                                  "charge_point_id = ? AND evseid IS NULL")
    if connection.execute(f"SELECT 1 FROM points WHERE {test} AND id <> ?", (key, point.id)).fetchone():
        raise AlreadyThere(f"{name}: there is a charge point with {value!r} already.")
