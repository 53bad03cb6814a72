"""Blocks: every sixteen points in quadkey order are near each other, so they are looked at together.

Of each block we keep its box, so that a whole block is known to lie inside or outside of some bounds; and running totals
before it, so that what any run of blocks holds is the difference of two rows, however long it is. At 5 bytes a point this
is all that makes a query of a million points cost no more than one of a thousand.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.slices import Numbers, chunks

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

SHIFT = 4
SIZE = 1 << SHIFT

HEAD = 8
"""Added to a point's status: it is the first of its station. `code & 7` is the status."""

TOTALS = 8
"""Columns of the totals: points of each status 0..6, then points that are the first of their station."""

_FIXED = 2.0**30
"""Sums of degrees are whole numbers of this fraction, 0.1 mm: differences of running totals are then exact."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Of points in quadkey order, `SIZE` a block; the last block may be short, and has a box but no totals.

    west, south, east, north: boxes in degrees, f8[blocks]. totals, sums: of all points before a block, i4[blocks + 1, 8]
    and i8[blocks + 1, 2] (longitudes and latitudes in fixed point).
    """

    west: Floats
    south: Floats
    east: Floats
    north: Floats
    totals: npt.NDArray[np.int32]
    sums: npt.NDArray[np.int64]

    @classmethod
    def of(cls, lon: Floats, lat: Floats, code: Codes, rows: npt.NDArray[np.int32] | None) -> Self:
        """Blocks of the rows of columns (degrees), or of all of them, and of the rows' codes."""
        size = len(code) if rows is None else len(rows)
        blocks, full = (size + SIZE - 1) >> SHIFT, size >> SHIFT
        boxes, sums = np.empty((4, blocks)), np.zeros((full + 1, 2), np.int64)
        for chunk in chunks(size):
            begin, end = chunk.start >> SHIFT, (chunk.stop + SIZE - 1) >> SHIFT
            for axis, column in enumerate((lon, lat)):
                degrees = column[chunk] if rows is None else column.take(rows[chunk])
                boxes[axis, begin:end] = _halved(np.minimum, degrees)
                boxes[axis + 2, begin:end] = _halved(np.maximum, degrees)
                of_block = _halved(np.add, degrees[: len(degrees) >> SHIFT << SHIFT])
                sums[begin + 1 : end + 1, axis] = np.rint(of_block * _FIXED)
        west, south, east, north = boxes
        return cls(west, south, east, north, running_totals(code), sums.cumsum(axis=0))

    def within(self, bounds: Bounds, block: Numbers) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """(touches, inside): which blocks may have a point in the bounds, and which have all of theirs there."""
        west, east = self.west.take(block), self.east.take(block)
        south, north = self.south.take(block), self.north.take(block)
        if bounds.crosses_antimeridian:
            inside, touches = (west >= bounds.west) | (east <= bounds.east), (east >= bounds.west) | (west <= bounds.east)
        else:
            inside, touches = (west >= bounds.west) & (east <= bounds.east), (east >= bounds.west) & (west <= bounds.east)
        inside &= (south >= bounds.south) & (north <= bounds.north)
        touches &= (north >= bounds.south) & (south <= bounds.north)
        return touches, inside

    def degrees(self, begin: Numbers, end: Numbers) -> Floats:
        """Sums of the longitudes and latitudes of runs [begin, end) of blocks, f8[n, 2]."""
        return (self.sums.take(end, axis=0) - self.sums.take(begin, axis=0)) / _FIXED

    def counts(self, begin: Numbers, end: Numbers) -> npt.NDArray[np.int32]:
        """What runs [begin, end) of blocks hold: points of each status, and of these the first of their station."""
        return self.totals.take(end, axis=0) - self.totals.take(begin, axis=0)


def running_totals(code: Codes) -> npt.NDArray[np.int32]:
    """Points of each status, and first points of a station, before each block: i4[blocks + 1, 8]."""
    totals = np.zeros(((len(code) >> SHIFT) + 1, TOTALS), np.int32)
    for chunk in chunks(len(code) >> SHIFT << SHIFT):
        of_block = _halved(np.add, _LANES.take(code[chunk])).view(np.uint8).reshape(-1, TOTALS)
        totals[(chunk.start >> SHIFT) + 1 : (chunk.stop >> SHIFT) + 1] = of_block
    return totals.cumsum(axis=0, dtype=np.int32)


def _lanes() -> npt.NDArray[np.uint64]:
    """What a point of each code adds to the eight totals, as the eight bytes of one number."""
    code = np.arange(2 * HEAD)
    lanes = np.zeros((2 * HEAD, TOTALS), np.uint8)
    lanes[code, code % HEAD] = 1
    lanes[:, -1] = code >= HEAD
    return lanes.view(np.uint64).ravel()


_LANES = _lanes()


def _halved(combine: np.ufunc, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum or extreme of each block: pairs are combined until one value is left; numpy's fastest way to it."""
    for _ in range(SHIFT):
        if len(values) % 2:
            values = np.append(values, values[-1])
        values = combine(values[::2], values[1::2])
    return values
