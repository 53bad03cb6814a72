"""Where points come from: the embedded network's store, or a Wirelane account, behind one protocol."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Protocol
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from wirelane_geo.api import WirelaneClient
from wirelane_geo.cache import Cached, Tile, TileCache
from wirelane_geo.errors import ApiError, ApiNotFound
from wirelane_geo.geo import Bounds, PointTable, quadkey
from wirelane_geo.geo.points import UNKNOWN_CHARGING_TYPE
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.model import AuthenticationType, ChargePoint, PlugType
from wirelane_geo.stations import station_keys
from wirelane_geo.store import Columns, Store

Handles = npt.NDArray[np.int64]

FINEST_TILE = 12
"""Level below which tiles are not split further: about 10 km wide."""
MOST_TILES = 64
"""How many tiles a viewport is at most, however large it is for its zoom."""
BYTES_A_POINT = 1_500
"""What a decoded charge point takes in memory, measured on the demo network's."""
FETCHES = 8
"""How many tiles are fetched at the same time."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The points of an area at one moment: a table whose stations are numbered from 0, and the handle of each position.

    `fetched_at` (UTC) is when the oldest part was asked for; `problem` says why a part could not be renewed.
    """

    table: PointTable
    handles: Handles
    fetched_at: datetime
    problem: str | None = None

    @cached_property
    def stations(self) -> StationIndex:
        """The positions of each station."""
        return StationIndex(self.table.station)


class PointSource(Protocol):
    """A network of charge points. A handle is a number below 2**53 that names a point while the process runs."""

    @property
    def demo(self) -> bool:
        """Whether the points are made up."""

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        """At least the points in the bounds; may raise ApiError or StoreError where there is nothing to show at all."""

    def records(self, handles: Sequence[int]) -> list[ChargePoint]:
        """The points that handles name, in their order; those that are gone are left out."""

    def find(self, point_id: str) -> ChargePoint | None:
        """The point with this id."""

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """Points by address, station or EVSE ID, best first."""

    def extent(self) -> Bounds | None:
        """What the network spans, where that is known."""


class EmbeddedSource:
    """All points of a store in one table, kept up with the store's changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._renewing = threading.Lock()
        self._seq = -1
        self._rowids: Handles = np.empty(0, np.int64)
        self._columns: Columns
        self._demo = False
        self._snapshot: Snapshot | None = None

    @property
    def demo(self) -> bool:
        """Whether any point is of the demo network."""
        return self._demo

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:  # noqa: ARG002 - one table serves every viewport
        """The whole network, as the store has it now; while another caller is loading a change, as it was before."""
        before = self._snapshot
        if self._store.last_seq() != self._seq and self._renewing.acquire(blocking=before is None):
            try:
                self._renew()
            finally:
                self._renewing.release()
        assert self._snapshot is not None  # noqa: S101 - the first caller waited for it
        return replace(self._snapshot, fetched_at=datetime.now(UTC))

    def records(self, handles: Sequence[int]) -> list[ChargePoint]:
        """See PointSource."""
        return self._store.records(handles)

    def find(self, point_id: str) -> ChargePoint | None:
        """See PointSource."""
        return self._store.get("id", point_id)

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """See PointSource."""
        return self._store.records(self._store.search(text, limit))

    def extent(self) -> Bounds | None:
        """See PointSource."""
        table = self.snapshot(Bounds(-90, -180, 90, 180), 0).table
        return Bounds.of(table.lon, table.lat) if len(table) else None

    def _renew(self) -> None:
        """A change of nothing but statuses goes into the table at hand; anything else makes a new one."""
        seq = self._store.last_seq()
        if seq == self._seq:
            return
        if self._snapshot is None or not self._take_statuses(self._snapshot.table):
            columns = self._store.columns()
            table, order = _table_of(columns)
            self._columns, self._rowids, seq = columns, np.sort(columns.rowid), columns.seq
            self._row_of = np.argsort(columns.rowid)
            self._demo = self._store.origins().get("demo", 0) > 0
            self._snapshot = Snapshot(table, columns.rowid[order], datetime.now(UTC))
        self._seq = seq

    def _take_statuses(self, table: PointTable) -> bool:
        changed, known = self._store.columns(since=self._seq), self._columns
        if len(changed.deleted):
            return False
        slot = np.searchsorted(self._rowids, changed.rowid)
        if len(changed) and (slot.max() >= len(self._rowids) or not np.array_equal(self._rowids[slot], changed.rowid)):
            return False
        rows = self._row_of[slot]
        for name in ("lon", "lat", "power_kw", "plugs", "charging_type", "authentication", "reservable", "station"):
            if not np.array_equal(getattr(changed, name), getattr(known, name)[rows], equal_nan=name == "power_kw"):
                return False
        table.set_status(rows, changed.status)
        return True


class ApiSource:
    """A Wirelane account's points, fetched as map tiles when somebody looks at them."""

    demo = False

    def __init__(self, client: WirelaneClient, *, cache_bytes: int, cache_seconds: float) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(FETCHES, thread_name_prefix="tiles")
        self._tiles: TileCache[tuple[ChargePoint, ...]] = TileCache(
            self._fetch, lambda points: BYTES_A_POINT * (len(points) + 1),
            budget=cache_bytes, seconds=cache_seconds, pool=self._pool)
        self._joined: LRUCache[tuple[int, ...], Snapshot] = LRUCache(16)
        self._points: WeakValueDictionary[int, ChargePoint] = WeakValueDictionary()
        self._lock = threading.Lock()
        self._extent: Bounds | None = None

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        """The tiles that cover the bounds, joined."""
        level = min(FINEST_TILE, max(int(zoom) - 1, 0), quadkey.level_of(bounds, MOST_TILES))
        parts = self._tiles.get(Tile(level, int(prefix)) for prefix in quadkey.cover(bounds, level))
        key = tuple(id(part.value) for part in parts)
        with self._lock:
            joined = self._joined.get(key)
        if joined is None:
            joined = self._join(parts)
            with self._lock:
                self._joined[key] = joined
        problem = next((part.problem for part in parts if part.problem), None)
        return replace(joined, fetched_at=min(part.fetched_at for part in parts), problem=problem)

    def records(self, handles: Sequence[int]) -> list[ChargePoint]:
        """See PointSource."""
        return [point for handle in handles if (point := self._points.get(handle)) is not None]

    def find(self, point_id: str) -> ChargePoint | None:
        """The point with this id, asked for upstream where no cached tile holds it."""
        known = self._points.get(_handle_of(point_id))
        if known is not None:
            return known
        try:
            return self._client.point(point_id)
        except ApiNotFound:
            return None

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """See PointSource; raises ApiError."""
        return list(self._client.points(search=text, page_size=limit, limit=limit))

    def extent(self) -> Bounds | None:
        """The outermost points' bounds, asked for once."""
        if self._extent is None:
            try:
                ends = [point for by in ("latitude", "longitude") for direction in ("asc", "desc")
                        for point in self._client.points(order_by=by, order_direction=direction, page_size=1, limit=1)]
            except ApiError:
                return None
            lons = [point.longitude for point in ends if point.longitude is not None]
            lats = [point.latitude for point in ends if point.latitude is not None]
            self._extent = Bounds.of(lons, lats) if lons and lats else None
        return self._extent

    def _fetch(self, tile: Tile) -> tuple[ChargePoint, ...]:
        found = self._client.points(bounds=quadkey.square(tile.prefix, tile.level))
        located = [p for p in found if p.id and p.longitude is not None and p.latitude is not None]
        # An edge belongs to one tile only: the upstream answers it for both neighbours.
        keys = quadkey.encode(np.array([p.longitude for p in located], np.float64),
                              np.array([p.latitude for p in located], np.float64))
        prefixes = quadkey.prefix(keys, tile.level)
        return tuple(point for point, prefix in zip(located, prefixes.tolist(), strict=True) if prefix == tile.prefix)

    def _join(self, parts: list[Cached[tuple[ChargePoint, ...]]]) -> Snapshot:
        points = [point for part in parts for point in part.value]
        handles = np.fromiter((_handle_of(point.id or "") for point in points), np.int64, len(points))
        self._points.update(zip(handles.tolist(), points, strict=True))
        table, order = _table_of(_columns_of(points, handles))
        return Snapshot(table, handles[order], datetime.now(UTC))


def _handle_of(point_id: str) -> int:
    """A number that JavaScript holds exactly, the same in every process."""
    return int.from_bytes(blake2b(point_id.encode(), digest_size=8).digest(), "big") >> 11


def _columns_of(points: Sequence[ChargePoint], handles: Handles) -> Columns:
    return Columns(
        rowid=handles,
        lon=np.array([p.longitude for p in points], np.float64),
        lat=np.array([p.latitude for p in points], np.float64),
        status=np.array([p.status.number for p in points], np.uint8),
        power_kw=np.array([np.nan if p.power is None else p.power for p in points], np.float32),
        plugs=np.array([PlugType.mask(p.plug_types) for p in points], np.uint16),
        charging_type=np.array([p.charging_type.number if p.charging_type else UNKNOWN_CHARGING_TYPE for p in points],
                               np.uint8),
        authentication=np.array([AuthenticationType.mask(p.authentication_types) for p in points], np.uint8),
        reservable=np.array([bool(p.reservable) for p in points], np.bool_),
        station=station_keys(points),
        deleted=np.empty(0, np.int64),
        seq=0,
    )


def _table_of(columns: Columns) -> tuple[PointTable, npt.NDArray[np.intp]]:
    """The table of some columns, its stations numbered from 0, and the order that it put them in."""
    table = PointTable.from_arrays(
        columns.lon, columns.lat, columns.status, columns.power_kw, columns.plugs,
        np.unique(columns.station, return_inverse=True)[1],
        charging_type=columns.charging_type, authentication=columns.authentication, reservable=columns.reservable)
    return table, table.order
