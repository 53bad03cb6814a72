"""All points of an embedded network as a table, and what it takes to follow the store that they are from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import Bounds, PointTable, quadkey
from wirelane_geo.geo.indices import Positions
from wirelane_geo.geo.lookup import RowLookup, find
from wirelane_geo.geo.ranges import Bools
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.model import Handles, Seq
from wirelane_geo.sources._tables import table_of
from wirelane_geo.store import NewStatuses, PointColumns
from wirelane_geo.store.schedules import ClosedNow


class Network:
    """All points as a table, and what it takes to see whether a change is one of statuses only."""

    def __init__(self, columns: PointColumns, schedules: Mapping[int, str], operators: Mapping[int, str]) -> None:
        self.columns, self.seq, self.unkept = columns, columns.seq, 0
        self.table: PointTable = table_of(columns, schedules, operators)
        self.closed_now = ClosedNow(columns.schedule, schedules)
        self.handles: Handles = self.table.handle
        self.stations = StationIndex(self.table.station, self.table.lon, self.table.lat)
        _ = self.stations.shares  # worked out now, so that the first visitor doesn't wait for it

    @cached_property
    def _rows(self) -> RowLookup:
        """From handles to rows."""
        return RowLookup(self.columns.handle)

    @cached_property
    def extent(self) -> Bounds | None:
        """What the points span."""
        return Bounds.of(self.table.lon, self.table.lat) if len(self.table) else None

    @cached_property
    def _positions(self) -> Positions:
        """The table's position of each row."""
        positions = np.empty(len(self.table), np.intp)
        positions[self.table.order] = np.arange(len(self.table))
        return positions

    def keys_of_stations(self, changed: PointColumns | NewStatuses) -> quadkey.Keys:
        """Quadkeys of all points of the stations that some points belong to."""
        rows, _ = self._rows.find(changed.handle)
        stations = np.unique(self.table.station[self._positions[rows]])
        return self.table.quadkey[self.stations.positions(stations)[0]]

    def takes(self, changed: PointColumns) -> bool:
        """Whether only statuses differ."""
        if len(changed.deleted):
            return False
        rows, there = self._rows.find(changed.handle)
        return bool(there.all()) and all(
            np.array_equal(getattr(changed, name), getattr(self.columns, name)[rows], equal_nan=name == "power_kw")
            for name in ("arrival", "lon", "lat", "power_kw", "plugs", "charging_type", "authentication", "reservable", "station",
                         "schedule", "operator", "access"))

    def of_these(self, changed: NewStatuses) -> NewStatuses:
        """Those of new statuses that are of points of the table."""
        _, there = self._rows.find(changed.handle)
        return changed if there.all() else replace(changed, handle=changed.handle[there], status=changed.status[there])

    def set_status(self, changed: PointColumns | NewStatuses) -> None:
        """Take over new statuses."""
        rows, _ = self._rows.find(changed.handle)
        self.columns.status[rows] = changed.status
        self.table.set_status(rows, changed.status)

    def positions_of(self, handles: Handles) -> tuple[Positions, Bools]:
        """(position, there): the table's position of each handle, and whether it has one."""
        rows, there = self._rows.find(handles)
        return (self._positions.take(rows) if len(self.table) else rows), there

    @cached_property
    def arrivals(self) -> "Arrivals":
        """The order in which the points came into the store."""
        number = self.columns.arrival.take(self.table.order)
        position = number.argsort().astype(np.int32)
        rank = np.empty_like(position)
        rank[position] = np.arange(len(position), dtype=np.int32)
        return Arrivals(number.take(position), position, rank)

    @cached_property
    def _station_keys(self) -> npt.NDArray[np.int64]:
        """The store's key of each station of the table, ascending as their numbers are."""
        keys = np.empty(len(self.stations), np.int64)
        keys[self.table.station] = self.columns.station.take(self.table.order)
        return keys

    def stations_of(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The numbers of stations by the store's keys: the table's; beyond those, one for each other key."""
        number, there = find(self._station_keys, keys)
        others = np.unique(keys[~there], return_inverse=True)[1]
        number[~there] = len(self._station_keys) + others
        return number.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Arrivals:
    """number: of each point in the store, ascending; position: of each in the table; rank: of each position among them."""

    number: npt.NDArray[np.int64]
    position: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PlacedPoints:
    """The points that have a position, as of a change of the store."""

    network: Network
    table: PointTable
    seq: Seq
