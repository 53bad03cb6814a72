"""Quadkeys: the bits of a point's Mercator x and y interleaved, so that a prefix is a square of the map.

A key has DEPTH = 31 levels of two bits (y, x), 62 bits: it fits a signed 64-bit column of any database, and its
square is 19 mm wide at the equator. A *prefix* of level n is the key's first 2n bits, a number: `key >> 2 * (31 - n)`.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import mercator
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.ranges import chunks

Keys = npt.NDArray[np.uint64]

DEPTH = 31

_SIDE = 1 << DEPTH

NUDGE = 2.0**-16
"""Part of a cell by which points are moved south-east before they are put into one. A point on the very edge of a square
is then in the square east or south of it, whichever way its projection was rounded."""

_SPARE = 1
"""Cells by which a point may be off: rounding need not be monotone."""

_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def encode(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Keys:
    """Keys of points in degrees; latitudes beyond Mercator's edge fall into the outermost row."""
    east, north = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if east.ndim != 1 or east.shape != north.shape:
        return interleave(*columns_rows(east, north))
    keys = np.empty(len(east), np.uint64)
    for chunk in chunks(len(east)):
        keys[chunk] = interleave(*columns_rows(east[chunk], north[chunk]))
    return keys


def decode(key: npt.ArrayLike) -> tuple[mercator.Floats, mercator.Floats]:
    """(lon, lat) in degrees of the middle of each key's square."""
    x, y = deinterleave(key)
    return mercator.lon_of((x + 0.5) / _SIDE), mercator.lat_of((y + 0.5) / _SIDE)


def columns_rows(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Keys, Keys]:
    """Column and row (from the north-west) of points in the finest grid, each in [0, 2**31)."""
    return _cell(mercator.x_of(lon)), _cell(mercator.y_of(lat))


def _cell(part: mercator.Floats) -> Keys:
    return np.minimum(part * _SIDE + NUDGE, _SIDE - 1).astype(np.uint64)


def interleave(x: npt.ArrayLike, y: npt.ArrayLike) -> Keys:
    """Keys, or prefixes of any level, of columns and rows of that level's grid."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def deinterleave(key: npt.ArrayLike) -> tuple[Keys, Keys]:
    """Columns and rows of keys, or of prefixes of any level."""
    keys = np.asarray(key, np.uint64)
    return _gather(keys), _gather(keys >> np.uint64(1))


def prefix(key: npt.ArrayLike, level: int) -> Keys:
    """The prefixes of a level, 0 (all the world) to 31 (the key itself)."""
    return np.asarray(key, np.uint64) >> np.uint64(2 * (DEPTH - level))


def span(prefix: int, level: int) -> tuple[int, int]:
    """First and last key, both included, of a square of the map."""
    shift = 2 * (DEPTH - level)
    return prefix << shift, ((prefix + 1) << shift) - 1


def square(prefix: int, level: int) -> Bounds:
    """The square of the map that a prefix stands for, in degrees. Neighbours share their edge."""
    x, y = (int(part) for part in deinterleave(prefix))
    side = 1 << level
    west, east = (float(mercator.lon_of(column / side)) for column in (x, x + 1))
    north, south = (float(mercator.lat_of(row / side)) for row in (y, y + 1))
    return Bounds(south, west, north, east)


def cover(bounds: Bounds, level: int) -> Keys:
    """Prefixes of a level whose squares touch the bounds, ascending, each once."""
    return grid(bounds, level)[0]


def grid(bounds: Bounds, level: int) -> tuple[Keys, npt.NDArray[np.bool_]]:
    """`cover`, and of each square whether it lies in the bounds for certain, so that nothing in it needs a test."""
    x, y = _edges(bounds)
    columns, column_inside = _touched(*x, level, bounds.crosses_antimeridian)
    rows, row_inside = _touched(*y, level, False)
    bits = _spread(np.concatenate([columns, rows]))
    prefixes = (bits[: len(columns)] | (bits[len(columns) :] << np.uint64(1))[:, None]).ravel()
    order = prefixes.argsort()
    return prefixes[order], (column_inside & row_inside[:, None]).ravel()[order]


def ranges(bounds: Bounds, most: int = 16) -> list[tuple[int, int]]:
    """Key ranges (first, last; both included; ascending) that hold every point in the bounds, and some beside it.

    At most `most` of them, for an index of a database: `quadkey BETWEEN first AND last`, then the exact test.
    """
    level = finest_level(bounds, 4 * most)
    spans = list(_merged(cover(bounds, level).tolist(), level))
    while len(spans) > most:
        gaps = [after[0] - before[1] for before, after in pairwise(spans)]
        near = gaps.index(min(gaps))
        spans[near : near + 2] = [(spans[near][0], spans[near + 1][1])]
    return spans


def finest_level(bounds: Bounds, most: int) -> int:
    """The finest level at which no more than `most` squares (at least 4) touch the bounds."""
    (x0, x1), (y0, y1) = _edges(bounds)
    width, height = x1 - x0 + 2 * _SPARE + (_SIDE if bounds.crosses_antimeridian else 0), y1 - y0 + 2 * _SPARE
    down = max((width * height // most).bit_length() // 2 - 1, 0)
    while ((width >> down) + 2) * ((height >> down) + 2) > most and down < DEPTH:
        down += 1
    return DEPTH - down


def _merged(prefixes: list[int], level: int) -> Iterator[tuple[int, int]]:
    """Spans of ascending prefixes, those that touch joined."""
    first, last = span(prefixes[0], level)
    for begin, end in (span(each, level) for each in prefixes[1:]):
        if begin > last + 1:
            yield first, last
            first = begin
        last = end
    yield first, last


@lru_cache(16)  # each query asks twice
def _edges(bounds: Bounds) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last column, first and last row of the finest grid that the edges run through. An edge that cuts
    nothing off, at the end of the world, runs outside of the grid."""
    west, east = (int(mercator.x_of_one(lon) * _SIDE) for lon in (bounds.west, bounds.east))
    north, south = (int(mercator.y_of_one(lat) * _SIDE) for lat in (bounds.north, bounds.south))
    before, behind = -1 - _SPARE, _SIDE + _SPARE
    return ((before if bounds.west == -180 else west, behind if bounds.east == 180 else east),
            (before if bounds.north == 90 else north, behind if bounds.south == -90 else south))


def _touched(first: int, last: int, level: int, wraps: bool) -> tuple[Keys, npt.NDArray[np.bool_]]:
    """Columns (or rows) of a level between two edges, and which of them lie between for certain; ascending.

    Where it wraps, the first is east of the last, and they are those at both ends of the world."""
    down, side = DEPTH - level, 1 << level
    begin, end = max((first - _SPARE) >> down, 0), min((last + _SPARE) >> down, side - 1)
    cut, cut_last = (first + _SPARE) >> down, (last - _SPARE) >> down
    if not wraps:
        numbers = np.arange(begin, end + 1)
        return numbers.astype(np.uint64), (numbers > cut) & (numbers < cut_last)
    numbers = np.arange(side) if end >= begin else np.r_[0 : end + 1, begin:side]
    return numbers.astype(np.uint64), (numbers > cut) | (numbers < cut_last)


def _spread(number: npt.ArrayLike) -> Keys:
    """The bits of numbers below 2**32, a zero before each; looked up by halves."""
    numbers = np.asarray(number).astype(np.int64)
    return _HALVES.take(numbers & 0xFFFF) | (_HALVES.take(numbers >> 16) << np.uint64(32))


def _spread_halves() -> Keys:
    """All 16-bit numbers with a zero before each bit."""
    bits = np.arange(1 << 16, dtype=np.uint64)
    for shift, keep in _STEPS[1:]:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(keep)
    return bits


_HALVES = _spread_halves()


def _gather(keys: Keys) -> Keys:
    """Every second bit of keys, closed up: the inverse of `_spread`."""
    bits = keys & np.uint64(_STEPS[-1][1])
    for (shift, _), (_, keep) in zip(reversed(_STEPS), [*reversed(_STEPS[:-1]), (0, 0xFFFFFFFF)], strict=True):
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(keep)
    return bits
