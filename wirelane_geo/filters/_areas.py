"""Where: a drawn area, and a strip along a route."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from wirelane_geo.filters._masks import Mask
from wirelane_geo.geo import Bounds, PointTable, lookup, mercator, quadkey
from wirelane_geo.geo.distance import EARTH_RADIUS_M

MOST_CORNERS = 500
"""Corners of an area or a route in a link."""
TOLERANCE_M = 5.0
"""How far a line may move where it is shortened."""
WIDTHS_M = (50, 50_000)
"""Least and most metres to each side of a route."""
MOST_CROSSINGS = 2_000
"""Pairs of a route's pieces that may meet: uniting what lies around them takes time for each, and a link costs nothing."""
_PIECE_M = 20_000.0
_MOST_PIECES = 2_000
"""Of a route that is longer than around the Earth, pieces are longer than that, and its strip a little less exact."""
MOST_PARTED = 50
"""Corners up to which an area that crosses itself is parted where it does, a tenth of a second at most."""
_AROUND_M = 2 * np.pi * EARTH_RADIUS_M
_MOST_SQUARES = 4_000
_DEEPEST = 24

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Strip:
    """What lies within so many metres of a route; points: (lon, lat) in degrees."""

    points: tuple[tuple[float, float], ...]
    width_m: int


def shortened(points: Points, *, closed: bool = False) -> list[tuple[float, float]]:
    """A line, or an area's ring, with as few corners as it takes to stay within `TOLERANCE_M`; where those are more than
    `MOST_CORNERS`, within twice as far, and so on. Degrees, to five decimals. Raises ValueError for less than a line or an
    area."""
    line = shapely.LineString(points) if len(points) > 1 else shapely.LineString()
    if closed and not line.is_empty and points[0] != points[-1]:
        line = shapely.LineString([*points, points[0]])
    middle = np.cos(np.radians(np.mean([lat for _, lat in points]))) if points else 1.0
    flat = shapely.transform(line, lambda each: each * (middle, 1.0))
    tolerance = TOLERANCE_M / _AROUND_M * 360
    while len((found := flat.simplify(tolerance)).coords) > MOST_CORNERS:
        tolerance *= 2
    rounded = [(round(float(x / middle), 5), round(float(y), 5)) for x, y in found.coords]
    corners = [point for i, point in enumerate(rounded) if i == 0 or point != rounded[i - 1]]
    if len(set(corners)) < (3 if closed else 2):
        raise ValueError("an area needs three corners" if closed else "a route needs two points")
    return corners


def area_mask(table: PointTable, area: shapely.Geometry, keep: Mask) -> Mask:
    """Which of the points that are kept lie in a shape in degrees, edges included."""
    return _within(table, _drawn(area), keep)


def strip_mask(table: PointTable, strip: Strip, keep: Mask) -> Mask:
    """Which of the points that are kept lie within a strip."""
    return _within(table, _Shape(shape_of(strip)), keep)


class _Shape:
    """What points and squares of the map are compared with."""

    def __init__(self, shape: shapely.Geometry) -> None:
        self.shape = shape
        shapely.prepare(shape)

    def parts(self, boxes: npt.NDArray[np.object_]) -> tuple[Mask, Mask]:
        """Which of the boxes have a part of it, and which of those lie in it as a whole."""
        touched = shapely.intersects(self.shape, boxes)
        return touched, shapely.contains_properly(self.shape, boxes[touched])

    def holds(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Mask:
        """Which of the positions lie in it, edges included."""
        inside: Mask = shapely.intersects_xy(self.shape, lon, lat)
        return inside


class _CrossedRing(_Shape):
    """An area of many corners whose line crosses itself: what it encloses, as a line from there outwards meets it an odd number
    of times. Taken as it is: five hundred corners can cross in a hundred thousand places, which takes minutes to part."""

    def __init__(self, area: shapely.Polygon) -> None:
        super().__init__(area)
        self._edge = area.exterior
        shapely.prepare(self._edge)

    def parts(self, boxes: npt.NDArray[np.object_]) -> tuple[Mask, Mask]:
        crossed = shapely.intersects(self._edge, boxes)
        west, south, *_ = shapely.bounds(boxes).T
        inside = self.holds(west, south)  # of a box that the edge doesn't meet one corner tells for all of it
        touched = crossed | inside
        return touched, (inside & ~crossed)[touched]


@lru_cache(64)
def _drawn(area: shapely.Geometry) -> _Shape:
    """An area, valid or not."""
    if area.is_valid:
        return _Shape(area)
    if isinstance(area, shapely.Polygon) and not area.interiors and shapely.get_num_coordinates(area) > MOST_PARTED:
        return _CrossedRing(area)
    return _Shape(shapely.make_valid(area))


def crossings(points: Points) -> int:
    """How many pairs of a route's pieces meet, those that follow each other among them."""
    ends = np.array(points)
    tree = shapely.STRtree(shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1)))
    one, other = tree.query(tree.geometries, predicate="intersects")
    return int(np.count_nonzero(one < other))


@lru_cache(64)
def shape_of(strip: Strip) -> shapely.Geometry:
    """A strip as a shape in degrees. Mercator keeps circles round, so each piece of the route is widened there, as much as its
    latitude asks for."""
    lon, lat = np.array(strip.points).T
    x, y = mercator.x_of(lon), mercator.y_of(lat)
    pieces = []
    lengths_m = np.hypot(np.diff(x), np.diff(y)) * _AROUND_M * np.maximum(np.cos(np.radians((lat[1:] + lat[:-1]) / 2)), 0.01)
    piece_m = max(_PIECE_M, float(np.sum(lengths_m)) / _MOST_PIECES)
    for i in range(len(x) - 1):
        count = max(1, int(np.ceil(lengths_m[i] / piece_m)))
        part = np.linspace(0, 1, count + 1)
        xs, ys = x[i] + part * (x[i + 1] - x[i]), y[i] + part * (y[i + 1] - y[i])
        scales = 1.0 / (_AROUND_M * np.maximum(np.cos(np.radians(mercator.lat_of((ys[1:] + ys[:-1]) / 2))), 0.01))
        lines = shapely.linestrings(np.stack([np.column_stack([xs[:-1], ys[:-1]]), np.column_stack([xs[1:], ys[1:]])], axis=1))
        pieces.append(shapely.buffer(lines, strip.width_m * scales))
    union = shapely.union_all(np.concatenate(pieces))
    return shapely.transform(union, lambda at: np.column_stack([mercator.lon_of(at[:, 0]), mercator.lat_of(at[:, 1])]))


def _within(table: PointTable, what: _Shape, keep: Mask) -> Mask:
    """The shape is cut into squares of the map: of those that lie in it no point is tested, of those beside it neither."""
    inside = np.zeros(len(table), np.bool_)
    if what.shape.is_empty or not len(table):
        return inside
    west, south, east, north = what.shape.bounds
    bounds = Bounds(max(south, -90.0), max(west, -180.0), min(north, 90.0), min(east, 180.0))
    level = quadkey.finest_level(bounds, 64)
    squares = quadkey.cover(bounds, level)
    while True:
        boxes = _boxes(squares, level)
        touched, whole = what.parts(boxes)
        squares = squares[touched]
        for begin, end in zip(*_rows(table, squares[whole], level), strict=True):
            inside[begin:end] = True
        squares = squares[~whole]
        if level >= _DEEPEST or len(squares) * 4 > _MOST_SQUARES or not len(squares):
            break
        finer = squares[:, None] * np.uint64(4) + np.arange(4, dtype=np.uint64)
        squares, level = finer.ravel().astype(np.uint64, copy=False), level + 1
    for begin, end in zip(*_rows(table, squares, level), strict=True):
        rows = begin + np.flatnonzero(keep[begin:end])
        inside[rows] = what.holds(table.lon[rows], table.lat[rows])
    return inside


def _rows(table: PointTable, squares: quadkey.Keys, level: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The slices of a table that are in squares of the map, those that have any."""
    shift = np.uint64(2 * (quadkey.DEPTH - level))
    begin, end = lookup.slices(table.quadkey, squares << shift, (squares + np.uint64(1)) << shift)
    return begin[begin < end], end[begin < end]


def _boxes(squares: quadkey.Keys, level: int) -> npt.NDArray[np.object_]:
    """Squares of the map as boxes in degrees; the outermost reach to the poles."""
    x, y = (part.astype(np.float64) for part in quadkey.deinterleave(squares))
    side = float(1 << level)
    north = np.where(y == 0, 90.0, mercator.lat_of(y / side))
    south = np.where(y == side - 1, -90.0, mercator.lat_of((y + 1) / side))
    boxes: npt.NDArray[np.object_] = shapely.box(mercator.lon_of(x / side), south, mercator.lon_of((x + 1) / side), north)
    return boxes
