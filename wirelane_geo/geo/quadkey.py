"""Quadkeys: the bits of a point's Mercator x and y interleaved, so that a prefix is a square of the map.

A key has DEPTH = 31 levels of two bits (y, x), 62 bits: it fits a signed 64-bit column of any database, and its
square is 19 mm wide at the equator. A *prefix* of level n is the key's first 2n bits, a number: `key >> 2 * (31 - n)`.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import mercator
from wirelane_geo.geo.bounds import Bounds

Keys = npt.NDArray[np.uint64]

DEPTH = 31

_SIDE = 1 << DEPTH
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def encode(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Keys:
    """Keys of points in degrees; latitudes beyond Mercator's edge fall into the outermost row."""
    return interleave(*columns_rows(lon, lat))


def decode(key: npt.ArrayLike) -> tuple[mercator.Floats, mercator.Floats]:
    """(lon, lat) in degrees of the middle of each key's square."""
    x, y = deinterleave(key)
    return mercator.lon_of((x + 0.5) / _SIDE), mercator.lat_of((y + 0.5) / _SIDE)


def columns_rows(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Keys, Keys]:
    """Column and row (from the north-west) of points in the finest grid, each in [0, 2**31)."""
    return (mercator.x_of(lon) * _SIDE).astype(np.uint64), (mercator.y_of(lat) * _SIDE).astype(np.uint64)


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
    return Bounds(max(south, -mercator.MAX_LATITUDE), west, min(north, mercator.MAX_LATITUDE), east)


def cover(bounds: Bounds, level: int) -> Keys:
    """Prefixes of a level whose squares touch the bounds, ascending, each once."""
    return np.unique(np.concatenate([interleave(*_grid(box, level)) for box in bounds.split()]))


def ranges(bounds: Bounds, most: int = 16) -> list[tuple[int, int]]:
    """Key ranges (first, last; both included; ascending) that hold every point in the bounds, and some beside it.

    At most `most` of them, for an index of a database: `quadkey BETWEEN first AND last`, then the exact test.
    """
    level = level_of(bounds, 4 * most)
    spans = list(_merged(cover(bounds, level).tolist(), level))
    while len(spans) > most:
        gaps = [after[0] - before[1] for before, after in pairwise(spans)]
        near = gaps.index(min(gaps))
        spans[near : near + 2] = [(spans[near][0], spans[near + 1][1])]
    return spans


def level_of(bounds: Bounds, most: int) -> int:
    """The finest level at which no more than `most` squares (at least 4) touch the bounds."""
    corners = [_corners(box) for box in bounds.split()]
    for level in range(DEPTH, 0, -1):
        down = DEPTH - level
        if sum(((x1 >> down) - (x0 >> down) + 1) * ((y1 >> down) - (y0 >> down) + 1)
               for x0, y0, x1, y1 in corners) <= most:
            return level
    return 0


def _merged(prefixes: list[int], level: int) -> Iterator[tuple[int, int]]:
    """Spans of ascending prefixes, those that touch joined."""
    first, last = span(prefixes[0], level)
    for begin, end in (span(each, level) for each in prefixes[1:]):
        if begin > last + 1:
            yield first, last
            first = begin
        last = end
    yield first, last


def _grid(box: Bounds, level: int) -> tuple[Keys, Keys]:
    """Columns (one row) and rows (one column) of a level's squares that touch a box within +-180 degrees."""
    x0, y0, x1, y1 = (edge >> (DEPTH - level) for edge in _corners(box))
    columns, rows = np.arange(x0, x1 + 1, dtype=np.uint64), np.arange(y0, y1 + 1, dtype=np.uint64)
    return np.tile(columns, rows.size), np.repeat(rows, columns.size)


def _corners(box: Bounds) -> tuple[int, int, int, int]:
    """First column and row, last column and row, both included, of a box in the finest grid; one square to spare on
    each side, since the rounding of a logarithm need not be monotone."""
    x, y = columns_rows([box.west, box.east], [box.north, box.south])
    last = _SIDE - 1
    return max(int(x[0]) - 1, 0), max(int(y[0]) - 1, 0), min(int(x[1]) + 1, last), min(int(y[1]) + 1, last)


def _spread(number: npt.ArrayLike) -> Keys:
    """The bits of 32-bit numbers, a zero before each."""
    bits = np.array(number, np.uint64)
    for shift, keep in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(keep)
    return bits


def _gather(keys: Keys) -> Keys:
    """Every second bit of keys, closed up: the inverse of `_spread`."""
    bits = keys & np.uint64(_SPREAD[-1][1])
    for (shift, _), (_, keep) in zip(reversed(_SPREAD), [*reversed(_SPREAD[:-1]), (0, 0xFFFFFFFF)], strict=True):
        bits = (bits | (bits >> np.uint64(shift))) & np.uint64(keep)
    return bits
