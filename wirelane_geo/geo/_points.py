"""The point table: all points as columns in quadkey order, and the questions a map asks of them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import _cluster_counts, quadkey
from wirelane_geo.geo._blocks import Bools, Codes
from wirelane_geo.geo._filtered_index import FilteredIndex
from wirelane_geo.geo._totals import Totals, totals
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.clusters import Clusters
from wirelane_geo.geo.columns import (
    UNKNOWN_CHARGING_TYPE,
    SortedColumns,
    Values,
    checked,
    choices,
    counted_as,
    refuse,
    sorted_order,
)
from wirelane_geo.geo.columns import statuses as as_statuses
from wirelane_geo.geo.indices import Positions, Rows

COMPILED, COMPILED_BYTES = 64, 128 * 2**20
"""How many filters a table keeps the matches of at hand, the last ones used, and how many bytes of them at most."""


class PointFilter(Hashable, Protocol):
    """A choice of points; equal filters choose the same. One that is false (`bool`) chooses all."""

    def mask(self, table: "PointTable", /) -> npt.NDArray[np.bool_]:
        """Which positions of the table are kept, bool[n]."""
        ...


class PointTable:
    """Points in quadkey order as read-only columns (`SortedColumns`), and `status`, u1[n], 0..6, and `closed_now`, bool[n].

    Safe under threads: nothing changes but these two, and each all at once.
    """

    def __init__(self, columns: SortedColumns, state: "_State") -> None:
        self._columns, self._state, self._writer = columns, state, threading.Lock()
        self.quadkey, self.lon, self.lat, self.order = columns.quadkey, columns.lon, columns.lat, columns.order
        self.power_kw, self.plugs, self.station = columns.power_kw, columns.plugs, columns.station
        self.charging_type, self.authentication = columns.charging_type, columns.authentication
        self.reservable, self.access, self.handle = columns.reservable, columns.access, columns.handle
        self.operator, self.operators = columns.operator, columns.operators
        self.schedule, self.schedules = columns.schedule, columns.schedules

    @classmethod
    def from_arrays(
        cls,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        status: npt.ArrayLike,
        power_kw: npt.ArrayLike,
        plugs: npt.ArrayLike,
        station: npt.ArrayLike,
        charging_type: npt.ArrayLike | None = None,
        authentication: npt.ArrayLike | None = None,
        reservable: npt.ArrayLike | None = None,
        access: npt.ArrayLike | None = None,
        handle: npt.ArrayLike | None = None,
        operator: npt.ArrayLike | None = None,
        schedule: npt.ArrayLike | None = None,
        operators: Values = (None,),
        schedules: Values = (None,),
    ) -> Self:
        """A table of 1-D arrays of one length, what they hold being said at `SortedColumns`; those left out are unknown, none
        and not reservable. `operators` and `schedules` are whatever a filter's mask wants to know of them.

        ValueError: lengths differ, or coordinates are missing or out of range, or a status is not 0..6; the message
        has how many rows are wrong and the first row numbers.
        """
        n = np.size(lon)
        chosen = {"operator": choices(operator, operators, n), "schedule": choices(schedule, schedules, n)}
        given = checked({
            "lon": (lon, np.float64),
            "lat": (lat, np.float64),
            "status": (status, np.uint8),
            "power_kw": (power_kw, np.float32),
            "plugs": (plugs, np.uint16),
            "station": (station, np.int64),
            "charging_type": (np.full(n, UNKNOWN_CHARGING_TYPE) if charging_type is None else charging_type, np.uint8),
            "authentication": (np.zeros(n) if authentication is None else authentication, np.uint8),
            "reservable": (np.zeros(n) if reservable is None else reservable, np.bool_),
            "access": (np.zeros(n) if access is None else access, np.uint16),
            "handle": (np.zeros(n) if handle is None else handle, np.int64),
            **{name: (column, column.dtype.type) for name, column in chosen.items()},
        })
        given["quadkey"] = quadkey.encode(given["lon"], given["lat"])
        order = sorted_order(given["quadkey"], given["station"])
        given = {name: column.take(order) for name, column in given.items()} | {"order": order.astype(np.int32)}
        for column in given.values():
            column.flags.writeable = False
        status = given.pop("status")
        columns = SortedColumns(**given, operators=operators, schedules=schedules)
        return cls(columns, _State(status, np.broadcast_to(np.False_, n), FilteredIndex(columns, status)))

    def __len__(self) -> int:
        return len(self.quadkey)

    @property
    def status(self) -> Codes:
        """Status of each position, as of now; another array after `set_status`."""
        return self._state.status

    @property
    def closed_now(self) -> Bools:
        """Which positions are known to be closed now, whatever their status; none before `set_closed_now`."""
        return self._state.closed_now

    @property
    def version(self) -> int:
        """A number that no other table of this process has, nor this one once a status or what is closed has changed."""
        return self._state.version

    def is_ready(self, filters: PointFilter | None = None) -> bool:
        """Whether the matches of a filter are at hand; the first question about others takes a look at every point."""
        return not filters or self._state.knows(filters)

    @property
    def nbytes(self) -> int:
        """Bytes held: columns, what queries are answered from, and the matches of the filters kept at hand."""
        return self._columns.nbytes + self._state.nbytes

    def snapshot(self) -> Self:
        """The table as it is now: a later `set_status` of the other doesn't show here. Costs nothing."""
        return type(self)(self._columns, self._state)

    def scan(self, bounds: Bounds, filters: PointFilter | None = None) -> Positions:
        """Positions of the points in the bounds (edges included) that match, ascending."""
        matches = self._matches(filters)
        return matches.positions(matches.scan(bounds))

    def most(self, bounds: Bounds) -> int:
        """No more points than this lie in the bounds: what tells whether to `scan` or to look at all. Costs next to nothing."""
        return self._state.everything.most(bounds)

    def within(self, bounds: Bounds, filters: PointFilter | None = None) -> Rows:
        """Rows, of the arrays given, of the points in the bounds (edges included) that match; in quadkey order."""
        return self.order.take(self.scan(bounds, filters)).astype(np.int64)

    def clusters(self, bounds: Bounds, zoom: float, filters: PointFilter | None = None) -> Clusters:
        """What a map of that zoom (deck.gl's, 512 px tiles) shows of the points that `within` has for the same bounds.

        Counts are exactly those points'; for counts that don't change while panning, give `clusters.aligned` bounds.
        """
        return _cluster_counts.clusters(self._matches(filters), bounds, zoom)

    def totals(self, bounds: Bounds, filters: PointFilter | None = None) -> Totals:
        """How many points of each status, and how many stations, `within` has for the same bounds."""
        return totals(self._matches(filters), bounds)

    def holds(self, positions: Positions, filters: PointFilter | None = None) -> npt.NDArray[np.bool_]:
        """Which of some positions (as `scan` gives them) match."""
        return self._matches(filters).holds(positions)

    def set_status(self, rows: npt.ArrayLike, statuses: npt.ArrayLike) -> None:
        """Give rows, of the arrays given, new statuses (0..6): one for each row, or one for all of them.

        A query under way sees all of the old statuses or all of the new ones. Of a row given twice, the last counts.
        ValueError: there is no such row or status.
        """
        row = np.asarray(rows, np.intp)
        refuse((row < 0) | (row >= len(self)), f"a row number that is not 0 to {len(self) - 1}")
        new = as_statuses(statuses)
        with self._writer:
            status = self._state.status.copy()
            status[self._columns.position[row]] = new
            status.flags.writeable = False
            self._state = self._state.after(status, self._state.closed_now)

    def set_closed_now(self, closed: npt.ArrayLike) -> None:
        """Say of each row, of the arrays given, whether it is known to be closed now: bool[n]. A status stays what it is.

        A query under way sees all as it was or all as it is. ValueError: another number of rows.
        """
        given = np.asarray(closed, np.bool_)
        if given.shape != (len(self),):
            raise ValueError(f"{len(self):,} rows need as many answers, not {given.size:,}")
        closed_now = given.take(self._columns.order)
        closed_now.flags.writeable = False
        with self._writer:
            if not np.array_equal(closed_now, self._state.closed_now):
                self._state = self._state.after(self._state.status, closed_now)

    def _matches(self, filters: PointFilter | None) -> FilteredIndex:
        state = self._state
        if not filters:
            return state.everything
        return state.matches(filters, lambda: self._compile(state, filters))

    def _compile(self, state: "_State", filters: PointFilter) -> FilteredIndex:
        mask = np.asarray(filters.mask(type(self)(self._columns, state)))
        if mask.dtype != np.bool_ or mask.shape != (len(self),):
            raise ValueError(f"a mask needs {len(self):,} bools, not {mask.shape} of {mask.dtype}")
        return FilteredIndex(self._columns, counted_as(state.status, state.closed_now), mask)


_versions = count(1)


class _State:
    """What goes with one version of the statuses and of what is closed; replaced as a whole."""

    def __init__(self, status: Codes, closed_now: Bools, everything: FilteredIndex) -> None:
        self.status, self.closed_now, self.everything = status, closed_now, everything
        self.version = next(_versions)
        self._compiled: OrderedDict[Hashable, FilteredIndex] = OrderedDict()
        self._lock = threading.RLock()  # a filter's mask may itself ask the table for the matches of another

    @property
    def nbytes(self) -> int:
        """Bytes of the statuses, of what is closed and of all matches."""
        with self._lock:
            closed = self.closed_now.nbytes if any(self.closed_now.strides) else 0  # one False for all takes nothing
            return self.status.nbytes + closed + self.everything.nbytes + self._kept_bytes()

    def after(self, status: Codes, closed_now: Bools) -> "_State":
        """The next version."""
        return _State(status, closed_now, self.everything.recounted(counted_as(status, closed_now)))

    def matches(self, filters: Hashable, compiled: Callable[[], FilteredIndex]) -> FilteredIndex:
        """The matches of a filter, compiled once however many threads ask; the last used are kept."""
        with self._lock:
            if filters in self._compiled:
                self._compiled.move_to_end(filters)
                return self._compiled[filters]
            while len(self._compiled) >= COMPILED or self._kept_bytes() > COMPILED_BYTES:
                self._compiled.popitem(last=False)
            matches = self._compiled[filters] = compiled()
            return matches

    def knows(self, filters: Hashable) -> bool:
        """Whether the matches of a filter are kept. It doesn't wait for another that is being compiled."""
        return filters in self._compiled

    def _kept_bytes(self) -> int:
        return sum(matches.nbytes for matches in self._compiled.values())
