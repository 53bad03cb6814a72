"""The store in a database that speaks SQL: all that SQLite and PostgreSQL do alike."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from uuid import uuid4

import msgspec
import numpy as np

from wirelane_geo.errors import StoreError
from wirelane_geo.model import (
    ChargePoint,
    Conditions,
    Handle,
    Handles,
    OfferedPoint,
    PlaceReport,
    PointId,
    Seq,
    Status,
    StatusReport,
)
from wirelane_geo.model.opening_hours import published
from wirelane_geo.store import (
    _feed_states,
    _handles,
    _imports,
    _queries,
    _reading,
    _reports,
    _respelling,
    _retracting,
    _writing,
    column_file,
)
from wirelane_geo.store._accounts import SqlAccounts
from wirelane_geo.store._columns import TYPES, NewStatuses, PointChanges, PointColumns
from wirelane_geo.store._connection import Connection, Database
from wirelane_geo.store._interface import (
    ChangedPoint,
    Counts,
    IdType,
    Kept,
    OnProgress,
    PointQuery,
    PointSources,
    ToldCounts,
    UpsertCounts,
)
from wirelane_geo.store._people import Accounts, Page, PointNumbers, Sessions
from wirelane_geo.store._rows import Row, microseconds, rows_of, wanted_words, with_id_and_dates
from wirelane_geo.store._sessions import SqlSessions

log = logging.getLogger(__name__)

WriteBatch = Callable[[Connection, list[Row], int], UpsertCounts]
"""Writes rows, at a time in microseconds since 1970."""

POINTS_A_WRITE = 5_000
"""Points per transaction: other writers wait for no more than one, about a third of a second."""


class SqlStore:
    """Implements `Store`; see there. `copy`: the file that a copy of all columns is kept in, None: none is kept."""

    def __init__(self, database: Database, copy: Path | None) -> None:
        self.database, self._copy = database, copy
        self.accounts: Accounts = SqlAccounts(database)
        self.sessions: Sessions = SqlSessions(database)
        self._keeping: threading.Thread | None = None

    def transaction(self) -> AbstractContextManager[None]:
        return self.database.transaction()

    def upsert(self, points: Iterable[ChargePoint], origin: str) -> UpsertCounts:
        def add(connection: Connection, rows: list[Row], now: int) -> UpsertCounts:
            _writing.hear(connection, [origin], now)
            return _writing.upsert(connection, rows)

        return self._in_batches(points, origin, add)

    def take(self, points: Iterable[ChargePoint], origin: str, kept: Kept = lambda *_: None,
             rank: Sequence[str] = ()) -> UpsertCounts:
        told: list[_imports.Left] = []

        def bring(connection: Connection, rows: list[Row], now: int) -> UpsertCounts:
            told.clear()  # of an attempt whose connection was lost
            count = _imports.take(connection, rows, origin, now, lambda point, what: told.append((point, what)), rank)
            _reports.match(connection, rows, now)
            _writing.hear(connection, [origin], now)
            return count

        def tell() -> None:
            for point, what in told:
                kept(point, what)

        return self._in_batches(points, origin, bring, tell)

    def _in_batches(self, points: Iterable[ChargePoint], origin: str,
                    write: WriteBatch, written: Callable[[], None] = lambda: None
                    ) -> UpsertCounts:
        """Write points, a transaction for each batch; `written` is called after each."""
        done = UpsertCounts()
        for rows, now in _batches(points, origin):
            done += self._write_batch(write, rows, now)
            written()
        return done

    def _write_batch(self, write: WriteBatch, rows: list[Row], now: int) -> UpsertCounts:
        return self.database.write(lambda connection: write(connection, rows, now))

    def create(self, point: ChargePoint) -> ChargePoint:
        now, id = datetime.now(UTC), uuid4().hex
        created = msgspec.structs.replace(point, id=id, charging_point_id=id, creation_date=now, update_date=now,
                                          distance=None)
        rows = rows_of([created], "api")

        def work(connection: Connection) -> ChargePoint:
            _reading.refuse_twin(connection, created)
            _writing.upsert(connection, rows)
            _writing.hear(connection, ["api"], microseconds(now))
            return created

        return self.database.write(work)

    def update(self, id_type: IdType, value: str, point: ChargePoint) -> ChargePoint | None:
        now = datetime.now(UTC)

        def work(connection: Connection) -> ChargePoint | None:
            found = _reading.find(connection, id_type, value)
            if found is None:
                return None
            old = found[1]
            new = msgspec.structs.replace(published(point), id=old.id, charging_point_id=old.charging_point_id,
                                          creation_date=old.creation_date, update_date=old.update_date, distance=None)
            [origin] = connection.execute("SELECT origin FROM points WHERE rowid = ?", (found[0],)).fetchone()
            _writing.hear(connection, [origin], microseconds(now))
            if new == old:
                return old
            if new.evseid != old.evseid:
                _reading.refuse_twin(connection, new)
            new = msgspec.structs.replace(new, update_date=now)
            _writing.upsert(connection, rows_of([new], origin))
            return new

        return self.database.write(work)

    def set_statuses(self, statuses: Mapping[PointId, Status], at: datetime | None = None) -> int:
        updated, numbers = microseconds(at or datetime.now(UTC)), {id: status.number for id, status in statuses.items()}
        return self.database.write(lambda connection: _writing.set_statuses(connection, numbers, updated))

    def tell(self, feed: str, reports: Iterable[StatusReport | PlaceReport], *, complete: bool = False,
             again: bool = False) -> ToldCounts:
        given, now = list(reports), microseconds(datetime.now(UTC))
        return self.database.write(
            lambda connection: _reports.tell(connection, feed, given, now, complete=complete, again=again))

    def silence(self, feed: str) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _reports.silence(connection, feed, now))

    def feed_states(self) -> dict[str, tuple[bool, str]]:
        return self.database.ask(_feed_states.states)

    def set_feed_state(self, feed: str, silent: bool, body: str) -> None:
        self.database.write(lambda connection: _feed_states.set_state(connection, feed, silent, body))

    def reports(self, feed: str) -> tuple[int, int]:
        return self.database.ask(lambda connection: _reports.counts(connection, feed))

    def unreported(self, feed: str, refs: Collection[str]) -> int:
        return self.database.ask(lambda connection: _reports.unreported(connection, feed, refs))

    def missing(self, feed: str, ids: Collection[PointId]) -> tuple[int, int]:
        return self.database.read(lambda connection: _reports.missing(connection, feed, ids))

    def drop(self, feed: str, but: Collection[PointId], refs: Collection[str] | None = None) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _retracting.drop(connection, feed, but, now, refs))

    def withdraw(self, feed: str, ids: Collection[PointId], station: str, refs: Collection[str] = ()) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _retracting.withdraw(connection, feed, ids, station, refs, now))

    def retract(self, feed: str, ids: Collection[PointId], refs: Collection[str] = ()) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _retracting.retract(connection, feed, ids, refs, now))

    def retract_but(self, feed: str, refs: Collection[str]) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _retracting.retract_but(connection, feed, refs, now))

    def locations(self, feed: str, places: Collection[str]) -> dict[str, bytes]:
        return self.database.ask(lambda connection: _feed_states.locations(connection, feed, places))

    def set_locations(self, feed: str, bodies: Mapping[str, bytes]) -> None:
        self.database.write(lambda connection: _feed_states.set_locations(connection, feed, bodies))

    def forget(self, feed: str) -> int:
        now = microseconds(datetime.now(UTC))
        return self.database.write(lambda connection: _reports.forget(connection, feed, now))

    def told_by(self, id: PointId) -> PointSources | None:
        return self.database.read(lambda connection: _reports.told_by(connection, id))

    def conditions(self, id: PointId) -> Conditions | None:
        return self.database.ask(lambda connection: _reading.conditions(connection, id))

    def remove(self, origin: str, but: Collection[PointId] = ()) -> int:
        def work(connection: Connection) -> int:
            for table in ("members", "sessions"):
                connection.execute(f"DELETE FROM {table} WHERE origin = ?", (origin,))  # noqa: S608 - a constant
            return _writing.remove(connection, origin, but)

        return self.database.write(work)

    def get(self, id_type: IdType, value: str) -> ChargePoint | None:
        found = self.database.ask(lambda connection: _reading.find(connection, id_type, value))
        return found and found[1]

    @cached_property
    def network(self) -> str:
        return self.database.ask(_handles.network)

    def places(self, ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int | None]]:
        return self.database.ask(lambda connection: _reading.places(connection, ids))

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        return self.database.ask(lambda connection: _reading.records(connection, handles))

    def offered(self, handles: Sequence[Handle]) -> dict[Handle, OfferedPoint]:
        return self.database.ask(lambda connection: _reading.offered(connection, handles))

    def updated_since(self, moment: datetime) -> Handles:
        at = microseconds(moment)
        return self.database.ask(lambda connection: _reading.updated_since(connection, at))

    def shared_names(self) -> tuple[set[str], set[str], set[str]]:
        return self.database.read(_reading.shared_names)

    def ids_and_dates(self, handles: Sequence[Handle]) -> dict[Handle, tuple[PointId, datetime]]:
        return self.database.ask(lambda connection: _reading.ids_and_dates(connection, handles))

    def query(self, query: PointQuery, most: int | None = None) -> Page:
        return self.database.read(lambda connection: _queries.answer(connection, query, most))

    def objects(self, points: PointNumbers, *, status: bool = True) -> tuple[Seq, list[bytes]]:
        return self.database.read(lambda connection: (
            _reading.last_seq(connection), _queries.objects_of(connection, points, status=status)))

    def point_changes(self, since: Seq, unplaced: bool, most: int) -> PointChanges | None:
        return self.database.read(lambda connection: _reading.point_changes(connection, since, unplaced, most))

    def search(self, text: str, limit: int) -> list[Handle]:
        if not wanted_words(text):
            return []
        return self.database.ask(lambda connection: connection.best(text, limit))

    def respelled(self, text: str) -> list[str]:
        return self.database.ask(lambda connection: _respelling.respelled(connection, text))

    def columns(self, since: Seq | None = None, on_progress: OnProgress = lambda *_: None) -> PointColumns:
        def work(connection: Connection) -> tuple[PointColumns | None, PointColumns]:
            known = self._load(connection) if since is None else None
            return known, _reading.columns(connection, known.seq if known else since, on_progress)

        known, found = self.database.read(work)
        if since is not None:
            return found
        columns = known.merged(found) if known and (len(found) or len(found.deleted)) else known or found
        if len(found) >= column_file.LARGE:
            self.keep(columns)
        return columns

    def new_statuses(self, since: Seq) -> NewStatuses | None:
        return self.database.read(lambda connection: _reading.new_statuses(connection, since))

    def schedules(self) -> dict[int, str]:
        return self.database.ask(lambda connection: dict(connection.execute("SELECT number, text FROM schedules")))

    def operators(self) -> dict[int, str]:
        return self.database.ask(lambda connection: dict(connection.execute("SELECT number, text FROM operators")))

    def keep(self, columns: PointColumns) -> None:
        if self._copy is None or len(columns) < column_file.LARGE:
            return
        stamp = uuid4().hex
        try:
            column_file.save(self._copy, vars(columns), TYPES, stamp, columns.seq)
            self.database.write(lambda connection: connection.note_copy(stamp), wait=False)  # who only reads waits for nobody
        except (OSError, StoreError) as error:
            log.warning("no copy of the charge points could be kept; the next start takes longer", extra={
                "file": str(self._copy), "reason": str(error)})

    def keep_soon(self, columns: PointColumns) -> None:
        if self._keeping is None or not self._keeping.is_alive():
            as_now = replace(columns, status=columns.status.copy())  # whoever has the columns goes on changing it
            self._keeping = threading.Thread(target=self.keep, args=(as_now,), name="store-copy", daemon=True)
            self._keeping.start()

    def _load(self, connection: Connection) -> PointColumns | None:
        """What the copy says, where it is one of this database."""
        stamp = self._copy and column_file.stamp_of(self._copy)
        if not self._copy or not stamp or not connection.knows_copy(stamp):
            return None
        found = column_file.load(self._copy, TYPES, stamp)
        return found and PointColumns(**found[0], deleted=np.empty(0, np.int64), seq=Seq(found[1]))

    def changed(self, since: tuple[Seq, int], limit: int) -> list[ChangedPoint]:
        return self.database.ask(lambda connection: _reading.changed(connection, since, limit))

    def reached(self, reader: str) -> tuple[Seq, int] | None:
        return self.database.ask(lambda connection: _reading.reached(connection, reader))

    def note_reached(self, reader: str, place: tuple[Seq, int]) -> None:
        self.database.write(lambda connection: _writing.note_reached(connection, reader, place))

    def touch(self) -> None:
        self.database.write(lambda connection: _writing.next_seq(connection, ()))

    def last_seq(self) -> Seq:
        return self.database.ask(_reading.last_seq)

    def follow(self, told: Callable[[], object]) -> Callable[[], None]:
        return self.database.follow(told)

    def origins(self) -> dict[str, int]:
        return self.database.ask(_reading.origins)

    def heard(self) -> dict[str, datetime]:
        return self.database.ask(_reading.heard)

    def holds(self, origin: str | None = None) -> bool:
        return self.database.ask(lambda connection: _reading.holds(connection, origin))

    def counts(self) -> Counts:
        return self.database.ask(_reading.counts)

    @property
    def unfinished(self) -> bool:
        """Whether it is being filled from another database, or was, and that was interrupted."""
        return self.database.ask(lambda connection: connection.execute("SELECT 1 FROM unfinished_copy").fetchone()) is not None

    def close(self) -> None:
        if self._keeping is not None:
            self._keeping.join()
        self.database.close()

    def _derive(self, columns: Sequence[str]) -> None:
        """Fill columns that a later version has, for points that an earlier one wrote."""
        self._complete(lambda connection: _writing.underived(connection, columns),
                       lambda connection, limit: _writing.derive(connection, columns, limit), POINTS_A_WRITE)

    def _complete(self, lacking: Callable[[Connection], bool], some: Callable[[Connection, int], bool], limit: int) -> None:
        """Give points what they lack where an earlier version wrote them."""
        more = self.database.ask(lacking)
        while more:
            more = self.database.write(lambda connection: some(connection, limit))


def _batches(points: Iterable[ChargePoint], origin: str) -> Iterator[tuple[list[Row], int]]:
    """Rows for one transaction each, and the time of it."""
    given = iter(points)
    while batch := list(islice(given, POINTS_A_WRITE)):
        now = datetime.now(UTC)
        complete = [with_id_and_dates(point, origin, now) for point in batch]
        yield rows_of(complete, origin, [point.update_date for point in batch]), microseconds(now)
