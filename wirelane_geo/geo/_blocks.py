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
from wirelane_geo.geo.ranges import Numbers, chunks

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

SHIFT = 4
SIZE = 1 << SHIFT

LOOK = 8192
"""Where there would be more boxes than this, the coarser ones around them are looked at first."""

HEAD = 8
"""Added to what a point is counted as: it is the first of its station. `code & 7` is its status, or CLOSED_NOW."""

TOTALS = 8
"""Columns of the totals: points of each status 0..6, those counted as CLOSED_NOW left out (they are the rest of a run), then
points that are the first of their station."""

_FIXED = 2.0**30
"""Sums of degrees are whole numbers of this fraction, 0.1 mm: differences of running totals are then exact."""


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes around every 2**shift points in quadkey order; the last may be of fewer points.

    edges: west, south, and negative east and north of each in degrees, f4[boxes, 4], rounded down: so a box is never smaller
    than its points. A box's four edges stand side by side in memory, as they are read together.
    """

    shift: int
    edges: npt.NDArray[np.float32]

    @property
    def size(self) -> int:
        """Points in a box."""
        return 1 << self.shift

    def coarser(self) -> "Boxes":
        """Boxes around every `SIZE` of these."""
        return Boxes(self.shift + SHIFT, _halved(np.minimum, self.edges))

    def within(self, bounds: Bounds, number: Numbers) -> tuple[Bools, Bools]:
        """(touches, inside): which boxes may have a point in the bounds, and which have all of theirs there."""
        west, south, east, north = bounds.west, bounds.south, bounds.east, bounds.north
        edges = self.edges.take(number, axis=0)
        # Limits that are a little more make no box inside that isn't, and none untouched that isn't. One for each edge: numpy
        # compares two long rows five times faster than many rows with one of four.
        limits = -_below(-np.array([[[west, south, -east, -north]], [[east, north, -west, -south]]]))
        least, most = (limit.repeat(len(number), axis=0) for limit in limits)
        inside, touches = edges >= least, edges <= most
        if not bounds.crosses_antimeridian:
            return _all_four(touches), _all_four(inside)
        return ((touches[:, 0] | touches[:, 2]) & touches[:, 1] & touches[:, 3],
                (inside[:, 0] | inside[:, 2]) & inside[:, 1] & inside[:, 3])


@dataclass(frozen=True, eq=False)
class Blocks:
    """Of points in quadkey order, `SIZE` a block; the last block may be short, and has a box but no totals.

    boxes: from coarse to fine, the last ones those of the blocks. totals, sums: of all points before a block,
    i4[blocks + 1, 8] and i8[blocks + 1, 2] (longitudes and latitudes in fixed point).
    """

    boxes: tuple[Boxes, ...]
    totals: npt.NDArray[np.int32]
    sums: npt.NDArray[np.int64]

    @classmethod
    def of(cls, lon: Floats, lat: Floats, code: Codes, rows: npt.NDArray[np.int32] | None) -> Self:
        """Blocks of the rows of columns (degrees), or of all of them, and of the rows' codes."""
        size = len(code)
        full, edges = size >> SHIFT, np.empty(((size + SIZE - 1) >> SHIFT, 4), np.float32)
        sums = np.zeros((full + 1, 2), np.int64)
        for chunk in chunks(size):
            begin, end = chunk.start >> SHIFT, (chunk.stop + SIZE - 1) >> SHIFT
            for axis, column in enumerate((lon, lat)):
                degrees = column[chunk] if rows is None else column.take(rows[chunk])
                edges[begin:end, axis] = _below(_halved(np.minimum, degrees))
                edges[begin:end, axis + 2] = _below(-_halved(np.maximum, degrees))
                of_block = np.einsum("bp->b", degrees[: len(degrees) >> SHIFT << SHIFT].reshape(-1, SIZE))
                sums[begin + 1 : end + 1, axis] = np.rint(of_block * _FIXED)
        boxes = [Boxes(SHIFT, edges)]
        while len(boxes[0].edges) > SIZE:
            boxes.insert(0, boxes[0].coarser())
        return cls(tuple(boxes), running_totals(code), sums.cumsum(axis=0))

    @property
    def nbytes(self) -> int:
        """Bytes of it all."""
        return sum(boxes.edges.nbytes for boxes in self.boxes) + self.totals.nbytes + self.sums.nbytes

    def boxes_for(self, points: int) -> tuple[Boxes, ...]:
        """The levels of boxes to look at for so many points, coarse to fine: from the first with no more than LOOK of them to
        the blocks."""
        coarser = sum(points >> boxes.shift > LOOK for boxes in self.boxes[1:])
        return self.boxes[-1 - coarser :]

    def degrees(self, begin: Numbers, end: Numbers) -> Floats:
        """Sums of the longitudes and latitudes of runs [begin, end) of blocks, f8[n, 2]."""
        return (self.sums.take(end, axis=0) - self.sums.take(begin, axis=0)) / _FIXED

    def counts(self, begin: Numbers, end: Numbers) -> npt.NDArray[np.int32]:
        """What runs [begin, end) of blocks hold: see TOTALS."""
        return self.totals.take(end, axis=0) - self.totals.take(begin, axis=0)


def running_totals(code: Codes) -> npt.NDArray[np.int32]:
    """Points counted as each status, and first points of a station, before each block: i4[blocks + 1, 8]."""
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
    """Sum or extreme of each block: pairs are combined until one value is left, which is the fastest way in numpy."""
    for _ in range(SHIFT):
        if len(values) % 2:
            values = np.concatenate([values, values[-1:]])
        values = combine(values[::2], values[1::2])
    return values


def _below(degrees: Floats) -> npt.NDArray[np.float32]:
    """Degrees as float32, rounded down by less than 0.0001: many times faster than `nextafter`. The last term is for what is
    too small for a float32: it would become 0."""
    return (degrees - (np.abs(degrees) * 2.0**-23 + 1e-37)).astype(np.float32)


def _all_four(flags: Bools) -> Bools:
    """Which rows of bool[n, 4] are all true: as one number each, many times faster than `all(axis=1)`."""
    together: Bools = flags.view(np.uint32).ravel() == 0x01010101
    return together
