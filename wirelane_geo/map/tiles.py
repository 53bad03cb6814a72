"""The map cut into tiles that fit together: what a view shows of each, every station in one of them only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, Clusters, quadkey
from wirelane_geo.geo.clusters import level_of, square_bounds
from wirelane_geo.geo.distance import METRES_PER_DEGREE
from wirelane_geo.map._marks import Marks, marks
from wirelane_geo.map._picture import drawn, one_by_one
from wirelane_geo.map.service import zoom_of
from wirelane_geo.model import Handles, Status
from wirelane_geo.sources import PointSource, Snapshot

SPAN = 2
"""A tile is drawn for the zoom that is so much closer than its own: it is 2,048 px wide there, 32 x 32 squares of clusters."""
SQUARES = 5
"""Levels of clusters' squares below a tile."""
FINEST = 18
"""The last zoom of tiles: that of the closest map."""
BESIDE_M = 150.0
"""So far around a tile its points' stations are looked for, in metres, where not everything is at hand."""


class BadTile(WirelaneGeoError):
    """There is no such tile."""


@dataclass(frozen=True)
class MapTile:
    """A square of the map, counted as slippy maps do: x from the west, y from the north, each below 2**zoom. Raises BadTile.

    farther: the tile of the whole world can be drawn for zooms that are so much farther out."""

    zoom: int
    x: int
    y: int
    farther: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.farther <= (0 if self.zoom else SPAN):
            raise BadTile(f"a tile of zoom {self.zoom} is drawn for zoom {self.zoom + SPAN}, only that of zoom 0 for 0 to {SPAN}")
        if not 0 <= self.zoom <= FINEST:
            raise BadTile(f"a tile's zoom is 0 to {FINEST}, not {self.zoom}")
        side = 1 << self.zoom
        if not (0 <= self.x < side and 0 <= self.y < side):
            raise BadTile(f"x and y of zoom {self.zoom} are 0 to {side - 1}, not {self.x} and {self.y}")

    @classmethod
    def of(cls, zoom: int, prefix: int) -> "MapTile":
        """The tile of a prefix of so many levels of the quadkey."""
        x, y = quadkey.deinterleave(prefix)
        return cls(zoom, int(x), int(y))

    @property
    def drawn_at(self) -> float:
        """The zoom (deck.gl's) that it is drawn for."""
        return float(self.zoom + SPAN - self.farther)

    @property
    def bounds(self) -> Bounds:
        """Its square, so that a point on an edge lies in one tile only."""
        return square_bounds(self.zoom, (self.x, self.x), (self.y, self.y))

    @property
    def first_key(self) -> int:
        """The first quadkey in it."""
        return quadkey.span(int(quadkey.interleave(self.x, self.y)), self.zoom)[0]

    def __str__(self) -> str:
        return f"{self.zoom}/{self.x}/{self.y}"


def tiles_of(bounds: Bounds, zoom: float) -> list[MapTile]:
    """The tiles that a map of these bounds is drawn from at a zoom (deck.gl's); static/tile_grid.js has the same."""
    level = min(max(level_of(zoom) - SQUARES, -SPAN), FINEST)
    if level < 0:
        return [MapTile(0, 0, 0, -level)]
    return [MapTile.of(level, int(prefix)) for prefix in quadkey.cover(bounds, level)]


@dataclass(frozen=True, eq=False)
class TileContent:
    """What a tile shows; `sites` as in `MapView`. problem: why the data could not be renewed."""

    marks: Marks
    clusters: Clusters
    sites: Handles
    problem: str | None


@dataclass(frozen=True)
class Counts:
    """What bounds hold, exactly: stations with a matching point, points that match, those of each status (i8[7]), and of the
    FREE ones those that are known to be closed now."""

    stations: int
    points: int
    by_status: npt.NDArray[np.int64]
    closed_now: int

    @property
    def free(self) -> int:
        """How many are free, and not known to be closed now."""
        return int(self.by_status[Status.FREE.number]) - self.closed_now


class TileService:
    """Answers tiles and counts from one source of points; thread-safe. What is drawn belongs to a snapshot, so that it can be
    kept for as long as the snapshot's table has the same `version`."""

    def __init__(self, source: PointSource) -> None:
        self._source = source

    def is_ready(self, filters: Filters) -> bool:
        """Whether an answer takes a moment only: all points are at hand, and those that match are known."""
        return not self._source.waits and self._source.snapshot(_NOWHERE, 0.0).table.is_ready(filters)

    def around(self, tile: MapTile) -> Snapshot:
        """The points of a tile, and of the stations that reach into it; may wait and raise ApiError, as `MapService.view`."""
        bounds = tile.bounds
        beside = bounds.padded(BESIDE_M / METRES_PER_DEGREE / bounds.height)
        return self._source.snapshot(beside, tile.drawn_at)

    def fetch(self, bounds: Bounds, zoom: float) -> None:
        """Returns once the tiles of a map of these bounds can be answered without waiting; may raise ApiError, as `around`."""
        for tile in tiles_of(bounds, zoom):
            self.around(tile)

    def within(self, bounds: Bounds, zoom: float | None = None) -> Snapshot:
        """The points of some bounds, looked at with a zoom."""
        return self._source.snapshot(bounds, zoom_of(bounds) if zoom is None else zoom)

    def keep(self, bounds: Bounds, zoom: float) -> None:
        """Somebody looks at some bounds: an account's points there are kept fresh for a while. Never waits for them."""
        self._source.keep(bounds, zoom)

    @property
    def seq(self) -> int:
        """Another number, a greater one, whenever something that is shown has changed."""
        return self._source.changes.seq

    def changed(self, since: int) -> list[MapTile] | Literal["all"]:
        """Where something has changed after a `seq`: tiles, or "all" where that isn't known or they are many."""
        found = self._source.changes.since(since)
        return "all" if found is None else [MapTile.of(level, prefix) for level, prefix in found]


_NOWHERE = Bounds(0.0, 0.0, 0.0, 0.0)


def tile_content(snapshot: Snapshot, tile: MapTile, filters: Filters, *, by_hours: bool = True) -> TileContent:
    """What a view of a tile's square shows at `drawn_at`, without the stations and shared places that a tile with a smaller
    quadkey shows by themselves, too: points of one may lie in several."""
    table, bounds, zoom = snapshot.table, tile.bounds, tile.drawn_at
    stations = table.totals(bounds, filters).stations
    there, before = drawn(snapshot, bounds, bounds, zoom, filters, stations), _ShownBefore(snapshot, tile, filters)
    alone = there.alone[~before.of(*snapshot.stations.positions(there.alone))]
    there = replace(there, alone=alone, sites=there.sites.select(~before.of(*there.sites.positions(snapshot))))
    clusters, sites = there.clusters(snapshot, filters)
    if not by_hours:
        clusters = replace(clusters, closed_now=np.zeros_like(clusters.closed_now))
    return TileContent(marks(snapshot, alone, filters, by_hours=by_hours), clusters, sites, snapshot.problem)


def counts(snapshot: Snapshot, bounds: Bounds, filters: Filters, *, by_hours: bool = True) -> Counts:
    """The counts of a view of the bounds."""
    inside = snapshot.table.totals(bounds, filters)
    return Counts(inside.stations, inside.points, inside.by_status, inside.closed_now if by_hours else 0)


class _ShownBefore:
    """Which stations of a tile, or places that several share, are a mark of one before it, in the order of quadkeys."""

    def __init__(self, snapshot: Snapshot, tile: MapTile, filters: Filters) -> None:
        self._table, self._tile, self._filters = snapshot.table, tile, filters
        self._one_by_one: dict[int, bool] = {}

    def of(self, positions: npt.NDArray[np.intp], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Whether each of those is whose points have these positions, one after the other, each from its start on."""
        before = self._table.quadkey[positions] < np.uint64(self._tile.first_key)
        if not before.any():  # nearly always
            return np.zeros(len(starts), np.bool_)
        before &= self._table.holds(positions, self._filters)
        ends = np.append(starts[1:], len(positions))
        return np.array([any(self._is_mark(int(position)) for position in self._of_each_square(positions[a:b][before[a:b]]))
                         for a, b in zip(starts, ends, strict=True)], np.bool_)

    def _of_each_square(self, positions: npt.NDArray[np.intp]) -> Iterator[int]:
        """One position of each square of clusters."""
        squares = quadkey.prefix(self._table.quadkey[positions], self._level)
        yield from positions[np.unique(squares, return_index=True)[1]].tolist()

    @cached_property
    def _level(self) -> int:
        return level_of(self._tile.drawn_at)

    def _is_mark(self, position: int) -> bool:
        """Whether the tile in which a point lies shows the point's station as a mark because of it: it shows all of them, or
        there is no other in the point's square."""
        table, key = self._table, int(self._table.quadkey[position])
        tile = int(quadkey.prefix(key, self._tile.zoom))
        if tile not in self._one_by_one:
            bounds = MapTile.of(self._tile.zoom, tile).bounds
            stations = table.totals(bounds, self._filters).stations
            self._one_by_one[tile] = one_by_one(self._tile.drawn_at, stations)
        if self._one_by_one[tile]:
            return True
        first, last = quadkey.span(int(quadkey.prefix(key, self._level)), self._level)
        begin, end = np.searchsorted(table.quadkey, np.array([first, last + 1], np.uint64))
        others = begin + np.flatnonzero(table.station[begin:end] != table.station[position])
        return not table.holds(others, self._filters).any()
