"""Which points a query asks for, from the table in memory and what is beside it."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.lookup import find
from wirelane_geo.geo.ranges import Bools
from wirelane_geo.sources._beside import Beside
from wirelane_geo.sources._matching import areas, distances, kept, near, sorted_part
from wirelane_geo.sources._network import PlacedPoints
from wirelane_geo.store import PointNumbers, PointQuery

SPARSE = 3
"""Fewer than one of so many points are looked up one by one; more are told from the others by looking at all."""
REMEMBERED, REMEMBERED_BYTES = 64, 32 * 2**20
"""Of so many queries the matches are kept, as long as nothing changes, and so many bytes of them."""

Numbers = npt.NDArray[np.int64]
Matches = npt.NDArray[np.int32]
"""Points in order of arrival: positions in the table; a row beside it counts on from the table's last."""


class ListSnapshot:
    """All points at one moment, change `seq` of the store. Thread-safe."""

    def __init__(self, placed: PlacedPoints, beside: Beside) -> None:
        self.placed, self.seq = placed, beside.seq
        self._table, self._size = placed.table, len(placed.table)
        self._beside, self._hidden = beside.points, beside.hidden
        self._beside_station = placed.network.stations_of(beside.points["station"])
        self._lock = threading.Lock()
        self._remembered: OrderedDict[Hashable, Matches] = OrderedDict()

    def page(self, query: PointQuery) -> tuple[int, PointNumbers]:
        """How many points a query asks for, and those of its page."""
        found = self._matches(query)
        total = len(found)
        begin = min((query.page - 1) * query.page_size, total)
        end = min(begin + query.page_size, total)
        if query.order_by is not None:
            found = found.take(sorted_part(query, partial(self._column, found=found), total, begin, end))
        elif query.descending:
            found = found[::-1][begin:end]
        else:
            found = found[begin:end]
        lon, lat = (self._column(name, found) for name in ("lon", "lat"))
        return total, PointNumbers(self._column("arrival", found), distances(query, lon, lat))

    def _matches(self, query: PointQuery) -> Matches:
        key = (query.bounds, query.distance_m is not None and query.center, query.distance_m, query.plugs, query.statuses,
               query.charging_types, query.authentications, query.max_power, query.reservable_only)
        with self._lock:
            if (known := self._remembered.get(key)) is not None:
                self._remembered.move_to_end(key)
                return known
        found = self._in_order(*self._met(query))
        with self._lock:
            self._remembered[key] = found
            while (len(self._remembered) > REMEMBERED
                   or sum(matches.nbytes for matches in self._remembered.values()) > REMEMBERED_BYTES):
                self._remembered.popitem(last=False)
        return found

    def _met(self, query: PointQuery) -> tuple[Numbers, Numbers]:
        """The table's positions, and the rows beside it, that meet a query."""
        rows = self._beside
        lon, lat = rows["lon"], rows["lat"]
        keep = kept(query, rows.__getitem__, lambda most: rows["power_kw"] <= most, len(rows)) & near(query, lon, lat)
        for bounds in areas(query):
            keep &= bounds.contains(lon, lat)
        positions, others = self._met_in_table(query), np.flatnonzero(keep)
        return self._whole_stations(positions, others) if query.statuses else (positions, others)

    def _met_in_table(self, query: PointQuery) -> Numbers:
        table, given = self._table, areas(query)
        smallest = min(given, key=table.most, default=None)
        positions: Numbers | None = None
        if smallest is not None and table.most(smallest) * SPARSE < self._size:
            positions = self._shown(table.scan(smallest))
            given.remove(smallest)

        def column(name: str) -> npt.NDArray[Any]:
            values: npt.NDArray[Any] = getattr(table, name)
            return values if positions is None else values.take(positions)

        keep = kept(query, column, lambda most: self._power_at_most(most, positions),
                    self._size if positions is None else len(positions))
        for bounds in given:
            keep &= bounds.contains(column("lon"), column("lat"))
        if positions is None:
            keep[self._hidden] = False
        met = np.flatnonzero(keep) if positions is None else positions[keep]
        return met[near(query, table.lon.take(met), table.lat.take(met))] if query.distance_m is not None else met

    def _power_at_most(self, most: float, positions: Numbers | None) -> Bools:
        """Which points of the table have no more power, exactly: the table's own column is rounded."""
        power = self._table.power_kw if positions is None else self._table.power_kw.take(positions)
        with np.errstate(over="ignore"):
            limit = np.float32(most)
        keep: Bools = power < limit
        doubtful = np.flatnonzero(power == limit)
        where = doubtful if positions is None else positions.take(doubtful)
        keep[doubtful] = self._exact_power(where) <= most
        return keep

    def _exact_power(self, positions: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
        return self.placed.network.columns.power_kw.take(self._table.order.take(positions))

    def _whole_stations(self, positions: Numbers, others: Numbers) -> tuple[Numbers, Numbers]:
        """All points of the stations that some points belong to."""
        network, station = self.placed.network, self._table.station
        wanted = np.zeros(len(network.stations) + len(self._beside), np.bool_)
        wanted[station.take(positions)] = True
        wanted[self._beside_station.take(others)] = True
        whole_others = np.flatnonzero(wanted.take(self._beside_station))
        of_table = np.flatnonzero(wanted[: len(network.stations)])
        if len(of_table) * SPARSE < len(network.stations):
            return self._shown(network.stations.positions(of_table)[0]), whole_others
        keep = wanted.take(station)
        keep[self._hidden] = False
        return np.flatnonzero(keep), whole_others

    def _shown(self, positions: Numbers) -> Numbers:
        """Positions without the hidden ones."""
        return positions[~find(self._hidden, positions)[1]] if len(self._hidden) else positions

    def _in_order(self, positions: Numbers, others: Numbers) -> Matches:
        """Positions of the table, and rows beside it, in order of arrival, as `Matches` has them."""
        arrivals = self.placed.network.arrivals
        if len(positions) * SPARSE < self._size:
            ranks: npt.NDArray[np.integer] = np.sort(arrivals.rank.take(positions))
        else:
            there = np.zeros(self._size, np.bool_)
            there[positions] = True
            ranks = np.flatnonzero(there.take(arrivals.position))
        found = arrivals.position.take(ranks)
        if not len(others):
            return found
        number = self._beside["arrival"].take(others)
        others = others.take(number.argsort())
        number.sort()
        return np.insert(found, ranks.searchsorted(arrivals.number.searchsorted(number)), self._size + others)

    def _column(self, name: str, found: Matches) -> npt.NDArray[Any]:
        """A column of matches."""
        beside = found >= self._size
        if not beside.any():
            return self._of_table(name, found)
        values = np.empty(len(found), self._beside.dtype[name])
        values[~beside] = self._of_table(name, found[~beside])
        values[beside] = self._beside[name].take(found[beside] - self._size)
        return values

    def _of_table(self, name: str, positions: Matches) -> npt.NDArray[Any]:
        if name == "arrival":
            arrivals = self.placed.network.arrivals
            return arrivals.number.take(arrivals.rank.take(positions))
        if name == "power_kw":
            return self._exact_power(positions)
        values: npt.NDArray[Any] = getattr(self._table, name)
        return values.take(positions)
