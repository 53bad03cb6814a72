"""Tiles fit together: what a view shows, cut along the map's squares, every station once."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import bounds as any_bounds
from tests.strategies import charge_points
from tests.strategies import filters as any_filters
from tests.ui.conftest import NOON, a_point
from wirelane_geo.demo import demo_points
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import WORLD, Bounds, quadkey
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.map import _picture
from wirelane_geo.map.service import MapService, MapView
from wirelane_geo.map.tiles import FINEST, BadTile, MapTile, TileContent, TileService, counts, tile_content, tiles_of
from wirelane_geo.model import ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource, Snapshot
from wirelane_geo.sources._changes import Changes
from wirelane_geo.sources._tables import columns_of, table_of
from wirelane_geo.store import open_store

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def of(points: Sequence[ChargePoint]) -> "Network":
    return Network(AtHand(points))


class AtHand:
    """A source of points that are in no store: hypothesis has many networks."""

    demo, waits = False, False

    def __init__(self, points: Sequence[ChargePoint]) -> None:
        self.changes = Changes()
        columns, *texts = columns_of(points, np.arange(len(points)))
        table = table_of(columns, *texts)
        self._snapshot = Snapshot(table, columns.handle[table.order], StationIndex(table.station, table.lon, table.lat), NOON)

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        return self._snapshot


class Network:
    """Some points, and both ways to look at them."""

    def __init__(self, source: Any) -> None:
        self.service, self.tiles = MapService(source), TileService(source)

    def tile(self, tile: MapTile, filters: Filters) -> TileContent:
        return tile_content(self.tiles.around(tile), tile, filters)

    def view(self, bounds: Bounds, zoom: float, filters: Filters) -> MapView:
        return self.service.view(MapState(filters=filters), bounds, zoom)

    def covering(self, bounds: Bounds, zoom: int) -> list[MapTile]:
        """The tiles that touch some bounds, those without points left out."""
        filled = np.unique(quadkey.prefix(self.tiles.within(WORLD).table.quadkey, zoom)).tolist()
        return [tile for tile in (MapTile.of(zoom, prefix) for prefix in filled) if touch(tile.bounds, bounds)]


def touch(tile: Bounds, bounds: Bounds) -> bool:
    """Whether a tile and some bounds have something in common."""
    return tile.south <= bounds.north and bounds.south <= tile.north and any(
        tile.west <= part.east and part.west <= tile.east for part in bounds.split())


def mark_rows(shown: MapView | TileContent) -> list[tuple[object, ...]]:
    m = shown.marks
    return sorted(zip(m.handle.tolist(), m.lon.tolist(), m.lat.tolist(), m.status.tolist(), m.matching.tolist(), m.free.tolist(),
                      m.closed_now.tolist(), m.total.tolist(), np.nan_to_num(m.power_kw, nan=-1).tolist(), strict=True))


def cluster_rows(shown: MapView | TileContent) -> list[tuple[object, ...]]:
    c = shown.clusters
    return sorted(zip(c.start.tolist(), c.stop.tolist(), c.count.tolist(), c.stations.tolist(), c.lon.tolist(), c.lat.tolist(),
                      map(tuple, c.by_status.tolist()), c.closed_now.tolist(), map(tuple, c.bounds.tolist()), strict=True))


def together(network: Network, tiles: Iterable[MapTile], filters: Filters) -> tuple[list[object], list[object]]:
    """Marks and clusters of several tiles."""
    shown = [network.tile(tile, filters) for tile in tiles]
    return ([row for one in shown for row in mark_rows(one)], [row for one in shown for row in cluster_rows(one)])


def at_corners() -> st.SearchStrategy[list[ChargePoint]]:
    """Stations whose points lie around corners that tiles of many zooms have in common."""
    off = st.sampled_from([-6e-4, -2e-4, -1e-5, 0.0, 1e-5, 2e-4, 6e-4])
    place = st.tuples(st.sampled_from([0.0, 22.5, -180.0, 45.0, 22.5 + 360 / 2**14]), off, off, st.integers(1, 6),
                      st.sampled_from(Status))
    return st.lists(place, max_size=30).map(lambda places: [
        a_point(i, charging_station_id=f"S-{station}", longitude=max(lon + x, -180.0), latitude=y, status=status)
        for i, (lon, x, y, station, status) in enumerate(places)])


networks = charge_points(40) | at_corners()


@pytest.mark.slow
@quick
@given(networks, any_filters | st.just(EVERYTHING), st.integers(0, FINEST))
def test_all_tiles_are_the_view_of_the_world(points: list, filters: Filters, zoom: int) -> None:
    network = of(points)
    view = network.view(WORLD, zoom + 2.0, filters)
    marks, clusters = together(network, network.covering(WORLD, zoom), filters)
    assert sorted(marks) == mark_rows(view)
    assert sorted(clusters) == cluster_rows(view)


@pytest.mark.slow
@quick
@given(networks, any_bounds(), any_filters | st.just(EVERYTHING), st.integers(0, FINEST), st.booleans())
def test_a_viewport_is_in_the_tiles_that_it_touches(
    points: list, bounds: Bounds, filters: Filters, zoom: int, few: bool
) -> None:
    network = of(points)
    with pytest.MonkeyPatch.context() as patch:
        if few:  # more stations than are drawn one by one
            patch.setattr(_picture, "MOST_MARKS", 0)
        view = network.view(bounds, zoom + 2.0, filters)
        around = network.covering(bounds, zoom)
        marks, clusters = together(network, around, filters)
        assert len(marks) == len(set(marks)), "every station once"
        everything, places = together(network, network.covering(WORLD, zoom), filters)
    assert set(mark_rows(view)) <= set(everything)
    assert len(clusters) == len(set(clusters)), "every square and every place once"
    assert set(cluster_rows(view)) <= set(places if len(view.sites) else clusters)


@pytest.mark.slow
@quick
@given(networks, any_filters | st.just(EVERYTHING), st.integers(0, FINEST))
def test_a_tile_holds_what_a_view_of_its_square_shows(points: list, filters: Filters, zoom: int) -> None:
    network = of(points)
    seen: set[object] = set()
    for tile in network.covering(WORLD, zoom):  # ascending by quadkey, as a station goes to the first
        # A view's clusters are of all squares that its bounds touch, and the edge touches the neighbour's.
        square = tile.bounds if tile.drawn_at >= _picture.MARKS_ZOOM else tile.bounds.padded(-1e-9)
        content, view = network.tile(tile, filters), network.view(square, tile.drawn_at, filters)
        assert cluster_rows(content) == cluster_rows(view)
        assert mark_rows(content) == [row for row in mark_rows(view) if row[0] not in seen]
        seen.update(row[0] for row in mark_rows(content))


@pytest.mark.slow
@quick
@given(charge_points(), any_bounds(), any_filters)
def test_counts_are_those_of_the_view(points: list, bounds: Bounds, filters: Filters) -> None:
    network = of(points)
    view, found = network.view(bounds, 5.0, filters), counts(network.tiles.within(bounds), bounds, filters)
    assert (found.stations, found.points, found.by_status.tolist(), found.free, found.closed_now) == (
        view.stations, view.points, view.by_status.tolist(), view.free, view.closed_now)


@pytest.fixture(scope="module")
def country() -> Network:
    return of(list(demo_points(2_000, seed=5)))


FILTERS = (EVERYTHING, Filters(plugs=frozenset({PlugType.CCS})),
           Filters(statuses=frozenset({Status.FREE}), power_kw=(50.0, None)),
           Filters(charging_types=frozenset({ChargingType.AC}), reservable=False))


@pytest.mark.slow
def test_two_hundred_viewports_of_a_country(country: Network) -> None:
    random = np.random.default_rng(3)
    table = country.tiles.within(WORLD).table
    for number in range(200):
        zoom, filters = number % (FINEST + 1), FILTERS[number % len(FILTERS)]
        at = int(random.integers(len(table)))
        bounds = Bounds.from_viewport(float(table.lon[at]), float(table.lat[at]), zoom + 2 - random.random(), 1280, 800)
        view = country.view(bounds, zoom + 2.0, filters)
        marks, clusters = together(country, country.covering(bounds, zoom), filters)
        assert len(set(marks)) == len(marks)
        assert set(mark_rows(view)) <= set(marks) | {row for row in mark_rows(view) if not bounds.contains(row[1], row[2])}
        assert set(cluster_rows(view)) <= set(clusters)
        assert view.points == counts(country.tiles.within(bounds), bounds, filters).points


def test_a_station_across_an_edge_is_in_one_tile_with_all_its_points() -> None:
    edge = 180.0 / 8  # of tiles from zoom 4 on
    network = of([a_point(1, longitude=edge - 1e-5), a_point(2, longitude=edge + 1e-5)])
    for zoom in range(5, FINEST + 1):
        tiles = network.covering(WORLD, zoom)
        assert len(tiles) == 2
        [mark], _ = together(network, tiles, EVERYTHING)
        assert (mark[4], mark[7]) == (2, 2)


@pytest.mark.parametrize(("lon", "x"), [(-180.0, 0), (180.0, 7), (179.9999, 7), (0.0, 4), (45.0, 5), (45.0 - 1e-9, 4)])
def test_a_point_on_an_edge_is_in_one_tile(lon: float, x: int) -> None:
    network = of([a_point(1, longitude=lon, latitude=0.0)])
    held = [tile for tile in (MapTile(3, x, y) for x in range(8) for y in range(8)) if len(network.tile(tile, EVERYTHING).marks)]
    assert held == [MapTile(3, x, 4)]


def test_a_change_is_told_where_it_is(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([a_point(1), a_point(2, charging_station_id="S-9", longitude=2.35, latitude=48.85)], "irve")
    network = Network(EmbeddedSource(store))
    network.tiles.within(WORLD)
    before = network.tiles.seq
    assert network.tiles.changed(before) == []
    store.upsert([a_point(1, status=Status.FAULTED)], "irve")
    network.tiles.within(WORLD)
    tiles = network.tiles.changed(before)
    assert tiles != "all"
    [tile] = tiles
    assert tile.bounds.contains(13.4, 52.53)
    seq = network.tiles.seq
    store.upsert([a_point(3, charging_station_id="S-7")], "irve")
    network.tiles.within(WORLD)
    assert network.tiles.changed(seq) == "all", "what a new point does isn't told by squares"
    assert network.tiles.changed(seq + 1) == []
    for unknown in (0, before - 1, network.tiles.seq + 1):
        assert network.tiles.changed(unknown) == "all"


@pytest.mark.parametrize(("zoom", "x", "y"), [(-1, 0, 0), (19, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_there_is_no_such_tile(zoom: int, x: int, y: int) -> None:
    with pytest.raises(BadTile):
        MapTile(zoom, x, y)


@quick
@given(any_bounds(), st.floats(0, 20))
def test_a_map_is_drawn_from_tiles_that_hold_all_of_it(bounds: Bounds, zoom: float) -> None:
    center = Bounds(bounds.center[1], bounds.center[0], bounds.center[1], bounds.center[0])
    corners = [(bounds.south, bounds.west), (bounds.north, bounds.east), (bounds.center[1], bounds.center[0])]
    near = Bounds(*corners[0], *corners[1]) if zoom < 6 else center
    found = tiles_of(near, zoom)
    assert len(found) == len(set(found))
    assert len({(tile.zoom, tile.farther) for tile in found}) == 1
    assert all(0 <= tile.drawn_at - (zoom - 0.6) < 1 + 1e-9 or tile.zoom == FINEST or tile.drawn_at == 0 for tile in found)
    for lat, lon in corners if near is not center else corners[2:]:
        assert any(tile.bounds.padded(1e-6).contains(lon, lat) for tile in found)
