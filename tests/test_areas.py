"""Areas and strips along routes: what is in them by brute force, and as short texts."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.filters import Filters, Strip, shape_of, shortened
from wirelane_geo.filters._texts import Unreadable, read_route
from wirelane_geo.geo import PointTable, polyline
from wirelane_geo.geo.distance import metres_of, unit_vectors

CORNERS = st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000))
BERLIN_HAMBURG = ((13.405, 52.52), (12.5, 53.2), (11.0, 53.4), (9.99, 53.55))


def table_of(lon: np.ndarray, lat: np.ndarray) -> PointTable:
    zeros = np.zeros(len(lon))
    return PointTable.from_arrays(lon, lat, zeros, zeros, zeros, np.arange(len(lon)))


def around(box: tuple[float, float, float, float], count: int = 20_000) -> PointTable:
    rng = np.random.default_rng(7)
    west, south, east, north = box
    return table_of(rng.uniform(west, east, count), rng.uniform(south, north, count))


# --- texts ---------------------------------------------------------------------------------------------------------

def test_the_text_is_that_of_every_routing_service() -> None:
    points = [(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)]
    assert polyline.encode(points) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert polyline.decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == points
    assert polyline.encode([]) == ""


@given(st.lists(CORNERS, max_size=20))
def test_what_is_written_reads_back(corners: list[tuple[int, int]]) -> None:
    points = [(x / 100_000, y / 100_000) for x, y in corners]
    assert polyline.decode(polyline.encode(points)) == points


@given(st.text(max_size=40))
def test_any_text_is_a_line_or_refused(text: str) -> None:
    try:
        points = polyline.decode(text)
    except ValueError:
        return
    assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points)


@pytest.mark.parametrize("text", ["_", "?", "~" * 12, "_p~iF", "a b", "ÿ"])
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="polyline"):
        polyline.decode(text)


# --- shapes ----------------------------------------------------------------------------------------------------------

@given(st.lists(st.tuples(st.floats(5, 16), st.floats(46, 56)), min_size=3, max_size=12, unique=True))
def test_an_area_keeps_what_lies_in_it(corners: list[tuple[float, float]]) -> None:
    area = shapely.Polygon(corners)
    table = around((4, 45, 17, 57), 3_000)
    inside = shapely.intersects_xy(shapely.make_valid(area), table.lon, table.lat)
    np.testing.assert_array_equal(Filters(area=area).mask(table), inside)


def test_a_route_that_is_a_tangle_is_refused_and_one_there_and_back_is_none() -> None:
    tangle = np.random.default_rng(1).uniform((9, 47), (12, 54), (400, 2))
    with pytest.raises(Unreadable, match="crosses itself less"):
        read_route(f"50:{polyline.encode(tangle.tolist())}")
    way = [(10 + step / 100, 50 + step / 90) for step in range(240)]
    assert read_route(f"50:{polyline.encode([*way, *way[::-1]])}").width_m == 50


def test_a_route_around_the_world_and_again_is_widened_all_along() -> None:
    corners = [(lon, 40.0 + turn) for turn in range(12) for lon in (-170.0, 0.0, 170.0)]
    strip = shape_of(Strip(tuple(corners), 50_000))
    lon, lat = np.array(corners).T
    assert shapely.intersects_xy(strip, lon, lat).all()
    assert not shapely.intersects_xy(strip, 0.0, 39.0)


def test_an_area_may_reach_to_the_poles_and_the_ends_of_the_map() -> None:
    table = around((-180, -90, 180, 90))
    for area in (shapely.box(-180, -90, 180, 90), shapely.box(-180, 84, 180, 90), shapely.box(170, -90, 180, -80)):
        np.testing.assert_array_equal(Filters(area=area).mask(table), shapely.intersects_xy(area, table.lon, table.lat))


def encloses(corners: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Whether a line from each place to the east meets the ring an odd number of times."""
    odd = np.zeros(len(lon), np.bool_)
    for (x, y), (to_x, to_y) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y != to_y:
            odd ^= ((y > lat) != (to_y > lat)) & (lon < x + (lat - y) / (to_y - y) * (to_x - x))
    return odd


def test_an_area_that_crosses_itself_everywhere_is_what_it_encloses() -> None:
    """As many corners as a link has, and tens of thousands of crossings; to part the area there takes minutes."""
    rng = np.random.default_rng(3)
    corners = np.column_stack([rng.uniform(5, 16, 500), rng.uniform(47, 56, 500)])
    table = around((4, 46, 17, 57))
    inside = encloses(corners, table.lon, table.lat)
    assert 0.1 < inside.mean() < 0.9
    np.testing.assert_array_equal(Filters(area=shapely.Polygon(corners)).mask(table), inside)


@pytest.mark.parametrize("corners", [
    [(5, 47), (16, 56), (5, 56), (16, 47)],
    [(10, 56), (13, 47), (5, 52.5), (15, 52.5), (7, 47)],
    [(5, 47), (16, 47), (16, 56), (5, 56), (5, 47), (8, 49), (12, 49), (12, 53), (8, 53), (8, 49)],
    [(5, 50), (10, 50), (16, 50)]])
def test_bows_stars_rings_in_rings_and_lines_are_areas(corners: list[tuple[float, float]]) -> None:
    table = around((4, 46, 17, 57))
    inside = encloses(np.array(corners, float), table.lon, table.lat)
    np.testing.assert_array_equal(Filters(area=shapely.Polygon(corners)).mask(table), inside)


@pytest.mark.slow
@pytest.mark.parametrize("width", [50, 2_000, 50_000])
def test_a_strip_keeps_what_is_so_near_to_the_route(width: int) -> None:
    strip = Strip(BERLIN_HAMBURG, width)
    margin = 2 * width / 111_000 + 0.05
    box = (9.99 - 2 * margin, 52.52 - margin, 13.405 + 2 * margin, 53.55 + margin)
    table = around(box)
    kept = Filters(route=strip).mask(table)
    metres = distance_to(strip, table)
    assert kept[metres < 0.98 * width].all()
    assert not kept[metres > 1.02 * width].any()
    assert width < 1_000 or kept.any()


def distance_to(strip: Strip, table: PointTable) -> np.ndarray:
    """Metres from points to the nearest of many places on the route, each 10 m or so."""
    lon, lat = np.array(strip.points).T
    x = np.concatenate([np.linspace(lon[i], lon[i + 1], 2_000) for i in range(len(lon) - 1)])
    mercator = np.arcsinh(np.tan(np.radians(lat)))
    y = np.degrees(np.arctan(np.sinh(np.concatenate(
        [np.linspace(mercator[i], mercator[i + 1], 2_000) for i in range(len(lat) - 1)]))))
    route, points = unit_vectors(x, y), unit_vectors(table.lon, table.lat)
    return np.concatenate([metres_of(part @ route.T).min(axis=1) for part in np.array_split(points, 40)])


def test_a_shape_is_in_degrees() -> None:
    west, south, east, north = shape_of(Strip(((10.0, 50.0), (10.0, 51.0)), 1_000)).bounds
    assert (east - 10) * 111_320 * np.cos(np.radians(50.5)) == pytest.approx(1_000, rel=0.02)
    assert (50 - south) * 111_320 == pytest.approx(1_000, rel=0.02)
    assert west < 10 < north


# --- shorter -----------------------------------------------------------------------------------------------------------

def test_a_track_is_shortened_to_five_metres() -> None:
    at = np.linspace(0, 1, 5_000)
    track = list(zip((13 + at).tolist(), (52 + 0.2 * np.sin(6 * at)).tolist(), strict=True))
    short = shortened(track)
    assert 2 < len(short) <= 500
    metres = shapely.LineString(short).distance(shapely.points(track)) * 111_320
    assert metres.max() < 8, "in degrees of longitude, which are shorter there"
    assert short[0] == track[0]


def test_a_ring_is_closed_and_what_is_no_area_refused() -> None:
    ring = shortened([(13.0, 52.0), (14.0, 52.0), (14.0, 53.0)], closed=True)
    assert ring[0] == ring[-1]
    assert len(ring) == 4
    here = (13.0, 52.0)
    for points, closed in (([], False), ([here], False), ([here] * 5, False), ([here, (14.0, 52.0)], True)):
        with pytest.raises(ValueError, match="needs"):
            shortened(points, closed=closed)


@pytest.mark.slow
def test_a_wild_line_has_few_corners_too() -> None:
    rng = np.random.default_rng(1)
    track = list(zip(rng.uniform(5, 15, 5_000).tolist(), rng.uniform(45, 55, 5_000).tolist(), strict=True))
    assert len(shortened(track)) <= 501
