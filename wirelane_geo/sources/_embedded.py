"""The embedded network: all points of a store in one table, kept up with the store's changes."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from math import inf

import numpy as np

from wirelane_geo.demo.price_list import tariffs_of_group
from wirelane_geo.feeds.summary import FeedRow, rows_of_all
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.lookup import RowLookup
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.live.observation import WHOLE_WORLD, Identity, Observation, Publish, publish_without_history
from wirelane_geo.live.source import RefreshResult
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import ChargePoint, Handle, Handles, PointId, Seq
from wirelane_geo.model.dialect_2026 import Offer, offers_of
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.sources._background import background_of
from wirelane_geo.sources._changes import Changes
from wirelane_geo.sources._network import Network, PlacedPoints
from wirelane_geo.sources._protocol import Background, Prices, Snapshot
from wirelane_geo.store import NewStatuses, PointColumns, Store
from wirelane_geo.store.column_file import LARGE

PACE_S = 0.25
"""Looking for a change costs the store a few microseconds."""
KEEP_AFTER = 0.05
"""When so many of the points have changed, the store's copy of them is made anew: the next start reads few from the tables."""
KEEP_PAUSE_S = 60.0
"""Seconds between two copies at least, while very much changes: writing one takes the disk that the changes are written to."""

ReportProgress = Callable[[str, float | None], None]
"""Called with what is being done, and how much of it is done (0 to 1), None where that isn't known."""


def no_report(what: str, done: float | None) -> None:
    """Reports nothing."""


class EmbeddedSource:
    """See PointSource. Handles are the store's. `report` is called while many points are being loaded."""

    def __init__(self, store: Store, clock: Clock | None = None, report: ReportProgress = no_report) -> None:
        self._store, self._clock, self._report = store, clock or SystemClock(), report
        self._renewing = threading.Lock()
        self._publish: Publish | None = None
        self._network: Network | None = None
        self._shown: Snapshot | None = None
        self._placed: PlacedPoints | None = None
        self._looked_at: datetime | None = None
        self._demo = False
        self._changes = Changes()
        self._ahead: Future[Network] | None = None
        self._kept_at = -inf

    def read_ahead(self) -> None:
        """Begin to read all points: another thread does, and the first `refresh` waits for what is left of it."""
        reader = ThreadPoolExecutor(1, "read-ahead")
        self._ahead = reader.submit(self._read)
        reader.shutdown(wait=False)

    @property
    def waits(self) -> bool:
        """Only until all points are read."""
        return self._shown is None

    @property
    def changes(self) -> Changes:
        """See PointSource."""
        return self._changes

    @property
    def placed(self) -> PlacedPoints | None:
        """What is shown, and the change of the store that it is of; None before all points are read."""
        return self._placed

    def keep(self, bounds: Bounds, zoom: float) -> None:
        """See PointSource; everything is kept fresh anyway."""

    @property
    def demo(self) -> bool:
        """Whether any point is of the demo network."""
        return self._demo

    def follow(self, publish: Publish) -> None:
        """See LiveSource."""
        with self._renewing:
            self._publish = publish
            self._network = None  # nothing of it was published

    def pace(self, refresh_seconds: float) -> float:
        """See LiveSource."""
        return min(PACE_S, refresh_seconds)

    def hear(self, woken: Callable[[], object]) -> Callable[[], None]:
        """See LiveSource; the store tells."""
        return self._store.follow(woken)

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:  # noqa: ARG002 - one table serves every viewport
        """The whole network, as it was published last; where nobody follows, as the store has it now (while another caller
        is loading a change, as it was before)."""
        if self._shown is None:
            self.refresh()
        elif self._publish is None and self._renewing.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._renewing.release()
        assert self._shown is not None  # noqa: S101 - the first caller waited for it
        return self._shown

    def refresh(self) -> RefreshResult:
        """See LiveSource."""
        with self._renewing:
            return self._renew()

    def publish_again(self) -> None:
        """See LiveSource."""
        with self._renewing:
            self._renew()
            network, shown = self._network, self._shown
            assert network is not None  # noqa: S101 - they were renewed just now
            assert shown is not None  # noqa: S101
            columns = network.columns
            seen = Observation(origin="store", asked_at=self._clock.now(), handles=columns.handle, statuses=columns.status,
                               complete=True, spans=(WHOLE_WORLD,), identify=self.identify)
            (self._publish or publish_without_history)(seen, lambda number: self._show(replace(shown, number=number)))

    def _show(self, snapshot: Snapshot) -> None:
        self._shown = snapshot

    @property
    def network(self) -> str:
        """See LiveSource."""
        return self._store.network

    def renumbered(self, handles: Handles) -> Handles:
        """See LiveSource. They were the points' order of arrival."""
        columns = self._store.columns()
        row, there = RowLookup(columns.arrival).find(handles)
        return np.where(there, columns.handle[row], NO_HANDLE) if len(columns) else np.full(len(handles), NO_HANDLE)

    def refusal(self, update: WebhookUpdate) -> str | None:
        """See LiveSource."""
        named = [str(point.id) for point in update.points] or list(update.ids)
        if not named or any(map(self._known, update.points)) or self._store.places(update.ids):
            return None
        return (f"there is no point {named[0]!r} in this network, which has no upstream that could be asked. To set a status, "
                "give the point as data, with its id and its status")

    def apply_update(self, update: WebhookUpdate) -> None:
        """See LiveSource. Statuses that are told go into the store, unless a newer change is known."""
        statuses = {known.id: point.status for point in update.points
                    if (known := self._known(point)) and known.id and not _is_older(point, known)}
        if statuses:
            self._store.set_statuses(statuses, at=update.received_at)
        self.refresh()

    def _known(self, point: ChargePoint) -> ChargePoint | None:
        return self._store.get("id", point.id or "") or (self._store.get("evseid", point.evseid) if point.evseid else None)

    def identify(self, handles: Sequence[Handle]) -> Sequence[Identity | None]:
        """See LiveSource."""
        known = self._store.ids_and_dates(handles)
        return [Identity(*known[handle]) if handle in known else None for handle in handles]

    def places(self, point_ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int]]:
        """See LiveSource."""
        return {id: (handle, key) for id, (handle, key) in self._store.places(point_ids).items() if key is not None}

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        """See PointSource."""
        return self._store.records(handles)

    def find(self, point_id: PointId) -> ChargePoint | None:
        """See PointSource."""
        return self._store.get("id", point_id)

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """See PointSource."""
        return self._store.records(self._store.search(text, limit))

    def respelled(self, text: str) -> list[str]:
        """See PointSource."""
        return self._store.respelled(text)

    def prices(self, point_ids: Sequence[PointId]) -> Prices:
        """See PointSource. Only the demo network has any."""
        if not self.demo:
            return Prices()
        now, found = self._clock.now(), dict[Offer, None]()
        for point in filter(None, map(self.find, point_ids)):
            tariffs = {tariff.id: tariff for group in point.charging_group for tariff in tariffs_of_group(group.id or 0)}
            found |= dict.fromkeys(offers_of(point, tariffs.values(), now))
        return Prices(tuple(found))

    def background(self, point_ids: Sequence[PointId]) -> Background:
        """See PointSource."""
        return background_of(self._store, point_ids)

    def feeds(self) -> Sequence[FeedRow]:
        """See PointSource."""
        return rows_of_all(self._store)

    def extent(self) -> Bounds | None:
        """See PointSource."""
        self.snapshot(WORLD, 0)
        assert self._network is not None  # noqa: S101 - there is a snapshot of it
        return self._network.extent

    def _renew(self) -> RefreshResult:
        """Publish what changed in the store, and show it. A change of nothing but statuses goes into the table at hand."""
        asked_at, before, last_seq = self._clock.now(), self._network, self._store.last_seq()
        if before is not None and last_seq < before.seq:
            before = None  # the database was put back to an earlier state: nothing says what differs
        looked_at, self._looked_at = self._looked_at if before else None, asked_at
        true_at = self._true_at()
        network, changed = self._read_changed(before, last_seq)
        if before is None:
            self._report_large("Comparing them with the history", len(network.columns))
        seen = Observation(origin="store", asked_at=asked_at, handles=changed.handle, statuses=changed.status,
                           gone=changed.deleted, complete=before is None, repeatable=network is before, spans=(WHOLE_WORLD,),
                           looked_at=looked_at, identify=self.identify)
        opened_or_closed = network.closed_now.apply(network.table, asked_at)
        shown: Snapshot | None = None

        def show(number: int) -> None:
            nonlocal shown
            if shown is None:
                self._take(before, network, changed)
                shown = Snapshot(network.table.snapshot(), network.handles, network.stations, true_at or asked_at)
                self._placed = PlacedPoints(network, shown.table, max(network.seq, changed.seq))
            self._shown = replace(shown, number=number)

        (self._publish or publish_without_history)(seen, show)
        network.seq = max(network.seq, changed.seq)
        self._keep_copy(network, 0 if before is None else len(seen.handles) + len(seen.gone))
        if opened_or_closed and network is before:
            self._store.touch()
        return RefreshResult(asked_at, "store", true_at)

    def _read_changed(self, before: Network | None, last_seq: Seq) -> tuple[Network, PointColumns | NewStatuses]:
        """All points after the store's changes up to one, and those that are new or other than before."""
        if before is None:
            network = self._read_newest()
            return network, network.columns
        if last_seq == before.seq:
            return before, NewStatuses(np.empty(0, np.int64), np.empty(0, np.uint8), last_seq)
        statuses = self._store.new_statuses(before.seq)
        if statuses is not None:
            return before, before.of_these(statuses)
        columns = self._store.columns(since=before.seq)
        return before if before.takes(columns) else self._network_of(before.columns.merged(columns)), columns

    def _take(self, before: Network | None, network: Network, changed: PointColumns | NewStatuses) -> None:
        """Have a network shown; where it is the one before, with new statuses."""
        only_statuses = network is before and len(changed.handle) > 0
        if only_statuses:
            network.set_status(changed)
        self._network = network
        if before is None:
            self._changes.begin(changed.seq)
        elif changed.seq > before.seq:  # without a point: what is shown has changed by the clock
            self._changes.add(network.keys_of_stations(changed) if only_statuses else None, changed.seq)

    def _keep_copy(self, network: Network, changed: int) -> None:
        """Keep a copy of the points once enough of them have changed; so many have now."""
        network.unkept += changed
        now = self._clock.monotonic()
        if network.unkept > KEEP_AFTER * len(network.columns) and now - self._kept_at >= KEEP_PAUSE_S:
            network.unkept, self._kept_at = 0, now
            self._store.keep_soon(replace(network.columns, seq=network.seq))

    def _read(self) -> Network:
        """All points of the store."""
        columns = self._store.columns(on_progress=self._report_reading)
        self._report_large(f"Sorting {len(columns):,} charge points", len(columns))
        return self._network_of(columns)

    def _read_newest(self) -> Network:
        """The same; of what was read ahead, only what has changed since is read."""
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return self._read()
        network = ahead.result()
        newer = self._store.columns(since=network.seq)
        return self._network_of(network.columns.merged(newer)) if len(newer) or len(newer.deleted) else network

    def _true_at(self) -> datetime | None:
        """Up to when the data is known to be true: of the origin that was heard of the longest ago. Points that people made one
        by one don't count where there are others."""
        heard = self._store.heard()
        return min((at for origin, at in heard.items() if origin != "api" or len(heard) == 1), default=None)

    def _report_reading(self, done: int, points: int) -> None:
        self._report_large(f"Reading {points:,} charge points", points, done / points if points else 1.0)

    def _report_large(self, what: str, points: int, done: float | None = None) -> None:
        """Report what is being done, of so many points that it takes a while."""
        if points >= LARGE:
            self._report(what, done)

    def _network_of(self, columns: PointColumns) -> "Network":
        self._demo = self._store.holds("demo")
        return Network(columns, self._store.schedules(), self._store.operators())


def _is_older(told: ChargePoint, known: ChargePoint) -> bool:
    return bool(told.update_date and known.update_date and told.update_date < known.update_date)
