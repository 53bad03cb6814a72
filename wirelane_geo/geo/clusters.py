"""Clusters: what a map shows of many points, one mark for each occupied square of the screen.

The squares are quadkey prefixes: they keep their place while the map is panned. Counts are of exactly the points within
the bounds asked for; who wants them to stay the same while the map is panned asks for `aligned` bounds.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import mercator, quadkey
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.columns import STATUSES
from wirelane_geo.geo.mercator import Floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Clusters:
    """One row for each occupied square, in quadkey order; n rows, all of points that match and lie within the bounds.

    lon, lat: mean position in degrees, f8[n]. count: points, i8[n]. by_status: points of each status, i8[n, 7].
    closed_now: of the FREE ones, those that are known to be closed now, i8[n].
    start, stop: the slice of the table's positions from the first to the last of them, i8[n]; under a filter, or at an
    edge of the bounds, there are others between. stations: distinct stations of these points, i8[n]; exact where a
    station's points follow each other in the table, as those at one place do; else one may count more than once.
    keys: quadkeys of the first of them, and of the last, u8[n] each.
    """

    lon: Floats
    lat: Floats
    count: Ints
    by_status: Ints
    closed_now: Ints
    start: Ints
    stop: Ints
    stations: Ints
    keys: tuple[quadkey.Keys, quadkey.Keys]

    @classmethod
    def none(cls) -> "Clusters":
        """No clusters at all."""
        no = np.empty(0, np.int64)
        return cls(np.empty(0), np.empty(0), no, np.empty((0, STATUSES), np.int64), no, no, no, no,
                   (no.astype(np.uint64), no.astype(np.uint64)))

    @property
    def first(self) -> Ints:
        """Position of the first point of each cluster."""
        return self.start

    @cached_property
    def bounds(self) -> Floats:
        """South, west, north, east in degrees of the smallest square of the map that holds each cluster, f8[n, 4]."""
        return squares(*self.keys)

    def select(self, keep: npt.NDArray[np.bool_] | slice) -> "Clusters":
        """Some of the clusters."""
        first, last = self.keys
        return Clusters(self.lon[keep], self.lat[keep], self.count[keep], self.by_status[keep], self.closed_now[keep],
                        self.start[keep], self.stop[keep], self.stations[keep], (first[keep], last[keep]))

    def __len__(self) -> int:
        return len(self.count)


def level_of(zoom: float) -> int:
    """Level of the squares at a zoom of the map: 64 px wide at whole zooms, 48 to 97 px between."""
    return min(max(math.ceil(zoom + 2.4), 0), quadkey.DEPTH)


def aligned(bounds: Bounds, zoom: float) -> Bounds:
    """The bounds grown to whole squares of a zoom's clusters: for these, a cluster always counts all of its square."""
    level = level_of(zoom)
    side = 1 << level
    x, y = (np.asarray(part >> np.uint64(quadkey.DEPTH - level), np.int64) for part in quadkey.columns_rows(
        [bounds.west, bounds.east], [bounds.north, bounds.south]))
    if bounds.crosses_antimeridian and x[0] <= x[1] + 1:
        x = np.array([0, side - 1])
    return square_bounds(level, (int(x[0]), int(x[1])), (int(y[0]), int(y[1])))


@lru_cache(4_096)  # everybody looks at the same tiles
def square_bounds(level: int, columns: tuple[int, int], rows: tuple[int, int]) -> Bounds:
    """Bounds of the squares of a level from a first to a last column and row (both included, rows from the north). A point on
    an edge lies in one of two neighbours only; where the first column is after the last, they cross the antimeridian."""
    side = 1 << level
    # A square owns its northern and western edge, the others are its neighbour's: the edges lie half a nudge before.
    before = quadkey.NUDGE / 2 / (1 << quadkey.DEPTH)
    west, east = mercator.lon_of(np.array([columns[0], columns[1] + 1]) / side - before)
    north, south = mercator.lat_of(np.array([rows[0], rows[1] + 1]) / side - before)
    return Bounds(-90.0 if rows[1] == side - 1 else float(south), -180.0 if columns[0] == 0 else float(west),
                  90.0 if rows[0] == 0 else float(north), 180.0 if columns[1] == side - 1 else float(east))


def squares(first: quadkey.Keys, last: quadkey.Keys) -> Floats:
    """South, west, north, east (n x 4) of the smallest square of the map that holds each pair of keys."""
    differ = first ^ last
    # Clearing the bit below the highest keeps the conversion to float from rounding up to the next power of two.
    bits = np.frexp((differ & ~(differ >> np.uint64(1))).astype(np.float64))[1].astype(np.uint64)
    down = (bits + np.uint64(1)) >> np.uint64(1)
    x, y = quadkey.deinterleave(first)
    west, north = (part >> down << down for part in (x, y))
    size = (np.uint64(1) << down).astype(np.float64)
    world = float(1 << quadkey.DEPTH)
    return np.stack([mercator.lat_of((north + size) / world), mercator.lon_of(west / world),
                     mercator.lat_of(north / world), mercator.lon_of((west + size) / world)], axis=1)
