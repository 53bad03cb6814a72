"""Bounds: what they take in, how they wrap around the world, how they grow."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.geo.networks import latitudes, longitudes
from wirelane_geo.geo import WORLD, Bounds

places = st.tuples(longitudes, latitudes)


@st.composite
def boxes(draw: st.DrawFn) -> Bounds:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return Bounds(south, draw(longitudes), north, draw(longitudes))


@given(boxes(), st.lists(places, max_size=20))
def test_contains_says_the_same_of_one_point_as_of_many_and_of_both_halves(
    box: Bounds, points: list[tuple[float, float]]
) -> None:
    lon, lat = np.array(points, float).reshape(-1, 2).T
    together = box.contains(lon, lat)
    assert together.dtype == np.bool_
    assert together.tolist() == [box.contains(*point) for point in points]
    halves = box.split()
    assert together.tolist() == [any(half.contains(*point) for half in halves) for point in points]
    assert all(half.west <= half.east for half in halves)
    assert len(halves) == (2 if box.west > box.east else 1)


@given(boxes())
def test_all_four_edges_are_inside_and_what_is_beyond_is_not(box: Bounds) -> None:
    assert all(box.contains(lon, lat) for lon in (box.west, box.east) for lat in (box.south, box.north))
    assert box.contains(*box.center)
    if box.north < 90:
        assert not box.contains(box.west, math.nextafter(box.north, 91))
    if box.west <= box.east < 180:
        assert not box.contains(math.nextafter(box.east, 181), box.south)


@given(boxes(), st.integers(-3, 3).filter(bool))
def test_a_map_panned_around_the_world_means_the_same_place(box: Bounds, turns: int) -> None:
    assume(0 < box.width < 359)
    turned = Bounds(box.south, box.west + 360 * turns, box.north, box.west + box.width + 360 * turns)
    assert turned.width == pytest.approx(box.width, abs=1e-9)
    assert (turned.west - box.west + 180) % 360 == pytest.approx(180, abs=1e-9)
    assert -180 <= turned.west <= 180
    assert -180 <= turned.east <= 180


def test_bounds_as_a_map_reports_them() -> None:
    assert Bounds(-20, 170, -10, 190) == Bounds(-20, 170, -10, -170)
    assert Bounds(-20, -190, -10, -170) == Bounds(-20, 170, -10, -170)
    assert Bounds(-20, 190, -10, 200) == Bounds(-20, -170, -10, -160)
    assert Bounds(-20, -181, -10, 179) == Bounds(-20, -180, -10, 180), "a whole turn"
    assert Bounds(-20, -900, -10, 900) == Bounds(-20, -180, -10, 180)
    assert Bounds(-20, 170, -10, 180).contains(180.0, -15)
    assert {Bounds(1, 2, 3, 4), Bounds(1.0, 2.0, 3.0, 4.0)} == {Bounds(1, 2, 3, 4)}, "hashable, whatever the numbers' type"


@pytest.mark.parametrize("edges", [(math.nan, 0, 1, 1), (0, math.nan, 1, 1), (0, 0, math.inf, 1), (0, 0, 1, -math.inf),
                                   (2, 0, 1, 1), (-91, 0, 1, 1), (0, 0, 90.1, 1)])
def test_what_is_no_box_is_refused(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="bounds need"):
        Bounds(*edges)


@given(boxes(), boxes(), st.lists(places, max_size=20))
def test_a_union_holds_both_and_is_no_larger_than_it_must_be(
    one: Bounds, two: Bounds, points: list[tuple[float, float]]
) -> None:
    both = one.union(two)
    assert both == two.union(one)
    for box in (one, two):
        assert both.holds(box)
        assert all(both.contains(*point) for point in points if box.contains(*point))
        assert all(both.contains(lon, lat) for lon in (box.west, box.east) for lat in (box.south, box.north))
    assert both.width <= one.width + two.width + 180.0000001
    assert one.union(one) == one


@given(boxes(), boxes(), st.lists(places, max_size=20))
def test_a_box_that_holds_another_has_all_its_points(one: Bounds, two: Bounds, points: list[tuple[float, float]]) -> None:
    if one.holds(two):
        assert all(one.contains(*point) for point in points if two.contains(*point))
        assert one.width >= two.width - 1e-9
    assert WORLD.holds(one)
    assert one.holds(one)
    assert all(one.holds(half) for half in one.split())


def test_a_union_goes_the_short_way_round() -> None:
    fiji, samoa = Bounds(-19, 177, -16, 179), Bounds(-14, -173, -13, -171)
    assert fiji.union(samoa) == Bounds(-19, 177, -13, -171)
    assert Bounds(0, 10, 1, 20).union(Bounds(2, 30, 3, 40)) == Bounds(0, 10, 3, 40)
    assert Bounds(0, -100, 1, 100).union(Bounds(0, 90, 1, -90)) == Bounds(0, -180, 1, 180)


@given(st.lists(places, min_size=1, max_size=20))
def test_bounds_of_points_hold_them_and_touch_them(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points, float).T
    box = Bounds.of(lon, lat)
    assert box.contains(lon, lat).all()
    assert box.west in lon
    assert box.east in lon
    assert (box.south, box.north) == (lat.min(), lat.max())
    assert box.width <= lon.max() - lon.min()


def test_bounds_of_points_around_the_antimeridian_are_small_and_of_none_refused() -> None:
    assert Bounds.of([177, -179, 178], [-17, -16, -18]) == Bounds(-18, 177, -16, -179)
    with pytest.raises(ValueError, match="no points"):
        Bounds.of([], [])


@given(boxes(), st.floats(0, 5))
def test_padding_grows_every_side(box: Bounds, fraction: float) -> None:
    grown = box.padded(fraction)
    assert grown.width == pytest.approx(min(box.width * (1 + 2 * fraction), 360), abs=1e-9)
    assert grown.south == max(box.south - box.height * fraction, -90)
    assert grown.north == min(box.north + box.height * fraction, 90)
    assert box.padded(0) == box or box.width > 359


@given(st.floats(-180, 180), st.floats(-89, 89), st.floats(1, 5_000_000), st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_all_within_a_distance_lies_in_the_box_around(
    lon: float, lat: float, metres: float, bearing: float, part: float
) -> None:
    """A point that far away, by the formula for the destination on a sphere."""
    angle, phi = part * metres / 6_371_008.8, math.radians(lat)
    there = math.asin(math.sin(phi) * math.cos(angle) + math.cos(phi) * math.sin(angle) * math.cos(bearing))
    turn = math.atan2(math.sin(bearing) * math.sin(angle) * math.cos(phi), math.cos(angle) - math.sin(phi) * math.sin(there))
    point_lon = (lon + math.degrees(turn) + 180) % 360 - 180
    rounding = 0.001  # this formula's own
    assert Bounds.around(lon, lat, metres + rounding).contains(point_lon, math.degrees(there))


def test_a_box_around_a_place_is_no_larger_than_it_must_be() -> None:
    box = Bounds.around(13.4, 60.0, 1000)
    assert box.height == pytest.approx(2 * 0.008993, rel=1e-3)
    assert box.width == pytest.approx(4 * 0.008993, rel=1e-3)


def test_a_viewport_is_what_the_screen_shows() -> None:
    assert Bounds.from_viewport(0, 0, 0, 512, 512) == Bounds(-85.0511287798066, -180, 85.0511287798066, 180)
    one = Bounds.from_viewport(13.4, 52.5, 10, 1280, 800)
    assert one.width == pytest.approx(1280 * 360 / (512 * 1024))
    assert one.center == pytest.approx((13.4, 52.5))
    assert one.contains(13.4, 52.5)
    over = Bounds.from_viewport(179.9, -17, 8, 1280, 800)
    assert over.crosses_antimeridian
    assert over.center == pytest.approx((179.9, -17))
    assert Bounds.from_viewport(0, 0, -2, 1280, 800).width == WORLD.width


def test_the_centre_of_a_box_over_the_antimeridian_lies_on_it() -> None:
    assert abs(Bounds(-10, 170, 10, -170).center[0]) == 180
    assert Bounds(-10, 170, 10, -160).center == (-175.0, 0.0)
