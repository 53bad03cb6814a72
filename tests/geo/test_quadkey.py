"""Quadkeys: where a point goes, what a prefix is, which squares and ranges bounds need."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geo.networks import latitudes, longitudes
from tests.geo.test_bounds import boxes
from wirelane_geo.geo import WORLD, Bounds, mercator, quadkey

levels = st.integers(0, quadkey.DEPTH)
inland = st.floats(-85, 85)


@given(longitudes, inland)
def test_mercator_there_and_back(lon: float, lat: float) -> None:
    x, y = mercator.x_of(lon), mercator.y_of(lat)
    assert 0 <= x < 1
    assert 0 <= y < 1
    assert (mercator.x_of_one(lon), mercator.y_of_one(lat)) == (x, pytest.approx(float(y), abs=1e-14))
    assert float(mercator.lon_of(x)) == pytest.approx(lon, abs=1e-12)
    assert float(mercator.lat_of(y)) == pytest.approx(lat, abs=1e-12)


def test_mercator_ends_where_the_square_ends() -> None:
    assert math.degrees(math.atan(math.sinh(math.pi))) == pytest.approx(mercator.MAX_LATITUDE, abs=1e-13)
    np.testing.assert_allclose(mercator.y_of([90, 86, mercator.MAX_LATITUDE, 0, -90]), [0, 0, 0, 0.5, 1], atol=1e-15)
    assert (mercator.y_of([-90, 90]) < 1).all()


@given(longitudes, inland, levels)
def test_a_prefix_is_the_tile_that_every_map_server_means(lon: float, lat: float, level: int) -> None:
    """The tile's column and row as the OpenStreetMap wiki has them; exact but for points on the very edge of a tile."""
    side = 2**level
    x = (lon + 180) / 360 * side
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    column, row = (int(part) for part in quadkey.deinterleave(quadkey.prefix(quadkey.encode(lon, lat), level)))
    tolerance = side / 2**46
    assert column in {math.floor(min(x + d, side - 1)) for d in (-tolerance, tolerance)}
    assert row in {math.floor(min(max(y + d, 0), side - 1)) for d in (-tolerance, tolerance)}


@given(longitudes, inland)
def test_a_key_gives_its_place_back(lon: float, lat: float) -> None:
    back_lon, back_lat = quadkey.decode(quadkey.encode(lon, lat))
    assert float(back_lon) == pytest.approx(lon, abs=360 / 2**31)
    assert float(back_lat) == pytest.approx(lat, abs=360 / 2**31)


@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_interleaving_there_and_back(x: int, y: int) -> None:
    key = quadkey.interleave(x, y)
    assert int(key) == sum(((x >> bit & 1) | (y >> bit & 1) << 1) << 2 * bit for bit in range(31))
    assert tuple(int(part) for part in quadkey.deinterleave(key)) == (x, y)


def test_keys_fit_a_signed_column() -> None:
    corners = quadkey.encode([-180, 180, -180, 180], [90, 90, -90, -90])
    assert (corners < 2**62).all()
    assert corners.tolist() == [0, int("01" * 31, 2), int("10" * 31, 2), 2**62 - 1]


@given(longitudes, latitudes, levels)
def test_a_square_holds_what_is_keyed_into_it(lon: float, lat: float, level: int) -> None:
    key = int(quadkey.encode(lon, lat))
    prefix = int(quadkey.prefix(key, level))
    first, last = quadkey.span(prefix, level)
    assert first <= key <= last
    assert last - first + 1 == 4 ** (31 - level)
    lat = min(max(lat, -mercator.MAX_LATITUDE), mercator.MAX_LATITUDE)
    assert quadkey.square(prefix, level).padded(1e-6).contains(lon, lat)


@given(boxes(), st.lists(st.tuples(longitudes, latitudes), max_size=20), st.integers(1, 40))
def test_ranges_miss_no_point_and_are_no_more_than_asked_for(
    box: Bounds, points: list[tuple[float, float]], most: int
) -> None:
    ranges = quadkey.ranges(box, most)
    assert 1 <= len(ranges) <= most
    assert all(begin <= end for begin, end in ranges)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(ranges)), "apart, ascending"
    for lon, lat in [*points, (box.west, box.south), (box.east, box.north)]:
        if box.contains(lon, lat):
            key = int(quadkey.encode(lon, lat))
            assert any(begin <= key <= end for begin, end in ranges)


def test_ranges_are_not_much_larger_than_the_bounds() -> None:
    for zoom in range(3, 18):
        box = Bounds.from_viewport(11.57, 48.13, zoom, 1280, 800)
        area = 1280 * 800 / (512 * 2**zoom) ** 2 * 2**62
        assert sum(end - begin + 1 for begin, end in quadkey.ranges(box)) < 4 * area


@given(boxes(), st.integers(0, 4))
def test_a_cover_is_every_square_that_touches(box: Bounds, level: int) -> None:
    """Against all squares of the level, one by one; those that touch by less than a finest cell may be there or not."""
    cover = quadkey.cover(box, level).tolist()
    assert cover == sorted(set(cover))
    for prefix in range(4**level):
        square = quadkey.square(prefix, level)
        south, north = (min(max(edge, -mercator.MAX_LATITUDE), mercator.MAX_LATITUDE) for edge in (box.south, box.north))
        sure, perhaps = (
            any(square.west <= half.east + slack and half.west <= square.east + slack for half in box.split())
            and square.south <= north + slack and south <= square.north + slack
            for slack in (-1e-6, 1e-6)
        )
        assert sure <= (prefix in cover) <= perhaps


def test_the_world_is_covered_by_all_squares_and_all_lie_in_it() -> None:
    prefixes, certain = quadkey.grid(WORLD, 3)
    assert prefixes.tolist() == list(range(64))
    assert certain.all()


@given(boxes(), st.integers(4, 5000))
def test_the_finest_level_with_so_many_squares(box: Bounds, most: int) -> None:
    level = quadkey.finest_level(box, most)
    assert len(quadkey.cover(box, level)) <= most
