"""The points of a table that meet a filter, as if they were all there is."""

import copy
import threading
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import lookup, quadkey, ranges
from wirelane_geo.geo._blocks import HEAD, Blocks, Codes, running_totals
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.columns import ScatteredStations, SortedColumns
from wirelane_geo.geo.indices import MatchNumbers, Positions
from wirelane_geo.geo.ranges import Numbers, chunks

COVER = 128
"""Bounds are cut into no more squares than this to look for points: with more of them fewer points are tested one by one."""


class FilteredIndex:
    """Points that match, numbered 0..n-1 in quadkey order. Without a mask all do, and a match's number is its position.

    Takes 18 bytes a match under a mask, 6 without, once clusters were asked for.
    """

    def __init__(self, columns: SortedColumns, counted_as: Codes, mask: npt.NDArray[np.bool_] | None = None) -> None:
        self._columns, self._counted_as = columns, counted_as
        self._positions = None if mask is None else _positions(mask)
        self.keys = columns.quadkey if self._positions is None else _taken(columns.quadkey, self._positions)
        self._code: Codes | None = None
        self._blocks: Blocks | None = None
        self._scattered: ScatteredStations | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def nbytes(self) -> int:
        """Bytes beyond those of the table's columns."""
        own = 0 if self._positions is None else self._positions.nbytes + self.keys.nbytes
        return own + sum(part.nbytes for part in (self._code, self._blocks, self._scattered) if part is not None)

    def recounted(self, counted_as: Codes) -> Self:
        """The same points, counted as something else; what doesn't depend on that is kept."""
        other = copy.copy(self)
        other._counted_as, other._code, other._lock = counted_as, None, threading.Lock()
        return other

    @property
    def code(self) -> Codes:
        """What each match is counted as, and `blocks.HEAD` added where it is the first of its station in a row."""
        return self._built()[0]

    @property
    def blocks(self) -> Blocks:
        """The matches by sixteens."""
        return self._built()[1]

    @property
    def scattered(self) -> ScatteredStations:
        """The matches of scattered stations, by number."""
        with self._lock:
            if self._scattered is None:
                of_all = self._columns.scattered
                kept = self.holds(of_all.number).nonzero()[0]
                position = of_all.number.take(kept)
                number = position if self._positions is None else lookup.find(self._positions, position.astype(np.int32))[0]
                self._scattered = ScatteredStations(number, of_all.rank.take(kept), of_all.stations)
            return self._scattered

    def holds(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Which positions of the table match."""
        if self._positions is None:
            return np.ones(len(positions), np.bool_)
        return lookup.find(self._positions, positions.astype(np.int32))[1]

    def positions(self, number: MatchNumbers) -> Positions:
        """Positions of matches in the table."""
        return number if self._positions is None else self._positions.take(number).astype(np.int64)

    def lon_lat(self, number: MatchNumbers) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Degrees of matches."""
        where = self.positions(number)
        return self._columns.lon.take(where), self._columns.lat.take(where)

    def station(self, number: MatchNumbers) -> Numbers:
        """Station numbers of matches."""
        return self._columns.station.take(self.positions(number))

    def find(self, prefixes: quadkey.Keys, level: int) -> tuple[MatchNumbers, MatchNumbers]:
        """The slice [begin, end) of matches in each square of a level."""
        shift = np.uint64(2 * (quadkey.DEPTH - level))
        return lookup.slices(self.keys, prefixes << shift, (prefixes + np.uint64(1)) << shift)

    def most(self, bounds: Bounds) -> int:
        """No more matches than this are in the bounds, by the squares that they touch."""
        level = quadkey.finest_level(bounds, COVER)
        begin, end = self.find(quadkey.grid(bounds, level)[0], level)
        return int((end - begin).sum())

    def scan(self, bounds: Bounds) -> MatchNumbers:
        """Matches in the bounds, ascending: a coarse search by squares, then the exact test at the edges."""
        level = quadkey.finest_level(bounds, COVER)
        prefixes, certain = quadkey.grid(bounds, level)
        begin, end = self.find(prefixes, level)
        _, number, _ = ranges.spread(begin[~certain], end[~certain])
        number = number.take(bounds.contains(*self.lon_lat(number)).nonzero()[0])
        if not certain.any():
            return number
        stretches = zip(*ranges.joined(begin[certain], end[certain]), strict=True)
        whole = [np.arange(first, stop) for first, stop in stretches]
        numbers = np.concatenate([*whole, number])
        numbers.sort(kind="stable")
        return numbers

    def _built(self) -> tuple[Codes, Blocks]:
        """`code` and `blocks`, made when first asked for, once however many threads ask."""
        with self._lock:
            if self._code is None or self._blocks is None:
                columns = self._columns
                self._code = _codes(self._counted_as, columns.station, self._positions)
                if self._blocks is None:
                    self._blocks = Blocks.of(columns.lon, columns.lat, self._code, self._positions)
                else:
                    self._blocks = replace(self._blocks, totals=running_totals(self._code))
            return self._code, self._blocks


def _positions(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Where a mask is true."""
    positions, end = np.empty(np.count_nonzero(mask), np.int32), 0
    for chunk in chunks(len(mask)):
        found = np.flatnonzero(mask[chunk])
        positions[end : end + len(found)] = found + chunk.start
        end += len(found)
    return positions


def _taken(column: npt.NDArray[Any], rows: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    taken = np.empty(len(rows), column.dtype)
    for chunk in chunks(len(rows)):
        taken[chunk] = column.take(rows[chunk])
    return taken


def _codes(counted_as: Codes, station: Numbers, rows: npt.NDArray[np.int32] | None) -> Codes:
    """Codes of the rows of columns, or of all of them."""
    codes = counted_as.copy() if rows is None else _taken(counted_as, rows)
    before = None
    for chunk in chunks(len(codes)):
        stations = station[chunk] if rows is None else station.take(rows[chunk])
        codes[chunk][1:] |= (stations[1:] != stations[:-1]).view(np.uint8) << np.uint8(3)
        if before != stations[0]:
            codes[chunk.start] |= HEAD
        before = stations[-1]
    return codes
