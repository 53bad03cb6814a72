"""Sites: places whose marks lie upon each other however close one looks, so that no zoom tells them apart."""

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.ranges import Numbers

LEVEL = 26
"""Of squares that are 8 px wide at the closest zoom, 20 (0.6 m at the equator): marks are several times larger."""

_COLUMN = 1 << LEVEL + 1
"""Between the keys of a square and of its neighbour in the next column."""


def sites(lon: Floats, lat: Floats) -> Numbers:
    """Which of some places (degrees, f8[n]) are one site: a number from 0 for each, i8[n], the same for those in one square or
    in squares that touch."""
    column, row = (part.astype(np.int64) >> (quadkey.DEPTH - LEVEL) for part in quadkey.columns_rows(lon, lat))
    square, of_square = np.unique(column * _COLUMN + row, return_inverse=True)
    least = _joined(len(square), *_touching(square))
    number: Numbers = (least == np.arange(len(square))).cumsum() - 1
    return number.take(least).take(of_square)


def _touching(square: Numbers) -> tuple[Numbers, Numbers]:
    """All pairs of ascending squares that touch, as the indices of one and of the other."""
    below = (square[1:] == square[:-1] + 1).nonzero()[0]
    pairs, first = [(below, below + 1)], square.searchsorted(square + _COLUMN - 1)
    for step in range(3):  # those that touch it from the next column follow each other
        other = np.minimum(first + step, len(square) - 1)
        one = (np.abs(square.take(other) - square - _COLUMN) <= 1).nonzero()[0]
        pairs.append((one, other.take(one)))
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return one, other


def _joined(count: int, one: Numbers, other: Numbers) -> Numbers:
    """The least of all that each of `count` things is connected with by pairs."""
    least: npt.NDArray[np.int64] = np.arange(count)
    while not np.array_equal(least.take(one), least.take(other)):
        low = np.minimum(least.take(one), least.take(other))
        for end in (one, other):
            np.minimum.at(least, least.take(end), low)
        while not np.array_equal(least, closer := least.take(least)):
            least = closer
    return least
