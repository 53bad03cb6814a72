"""Sites: places whose marks lie upon each other however close one looks, so that no zoom tells them apart."""

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.ranges import Numbers

LEVEL = 26
"""Of squares that are 8 px wide at the closest zoom, 20 (0.6 m at the equator): marks are several times larger."""

_NEIGHBOURS = ((1, -1), (1, 0), (1, 1), (0, 1))
"""Column and row of four of a square's eight neighbours; it is a neighbour of the other four."""


def sites(lon: Floats, lat: Floats) -> Numbers:
    """Which of some places (degrees, f8[n]) are one site: a number from 0 for each, i8[n], the same for those in one square or
    in squares that touch."""
    column, row = (part.astype(np.int64) >> (quadkey.DEPTH - LEVEL) for part in quadkey.columns_rows(lon, lat))
    square, of_square = np.unique(_key(column, row), return_inverse=True)
    pairs = [_pairs(square, across, down) for across, down in _NEIGHBOURS]
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return np.unique(_joined(len(square), one, other).take(of_square), return_inverse=True)[1]


def _key(column: Numbers, row: Numbers) -> Numbers:
    return (column << LEVEL + 1) + row


def _pairs(square: Numbers, across: int, down: int) -> tuple[Numbers, Numbers]:
    """Which of ascending squares have a neighbour among them, and which it is."""
    wanted = square + (across << LEVEL + 1) + down
    found = square.searchsorted(wanted)
    found[found == len(square)] = 0
    there = (square.take(found) == wanted).nonzero()[0] if len(square) else found
    return there, found.take(there)


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
