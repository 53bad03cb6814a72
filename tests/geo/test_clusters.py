"""Clusters against brute force: what they count, where they are, and that they keep still."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geo.networks import LAT_MARKS, LON_MARKS, Network, bounds_of, networks, rows_within, table_of, zooms
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds, PointTable, quadkey
from wirelane_geo.geo.clusters import aligned, level_of

CHOICES = [None, Filters(), Filters(statuses=["FREE", "FAULTED"]), Filters(power_kw=(20, None), reservable=True),
           Filters(stations=[2])]


def brute(network: Network, bounds: Bounds, zoom: float, chosen: Filters | None) -> dict[int, list[int]]:
    """Rows that match within the bounds, by the square that they are in."""
    table = table_of(network)
    kept = np.ones(len(table), bool)
    if chosen:
        kept[table.order] = chosen.mask(table)
    square = quadkey.prefix(quadkey.encode(network["lon"], network["lat"]), level_of(zoom))
    rows: dict[int, list[int]] = defaultdict(list)
    for row in rows_within(network, bounds):
        if kept[row]:
            rows[int(square[row])].append(int(row))
    return rows


def check(network: Network, bounds: Bounds, zoom: float, chosen: Filters | None) -> None:
    table = table_of(network)
    clusters = table.clusters(bounds, zoom, chosen)
    wanted = brute(network, bounds, zoom, chosen)
    assert clusters.count.sum() == len(table.within(bounds, chosen))
    assert len(clusters) == len(wanted)
    position = np.argsort(table.order)
    for i, (_, rows) in enumerate(sorted(wanted.items())):
        assert clusters.count[i] == len(rows)
        np.testing.assert_array_equal(clusters.by_status[i], np.bincount(network["status"][rows], minlength=7))
        assert clusters.stations[i] == len(set(network["station"][rows]))
        assert clusters.lon[i] == pytest.approx(network["lon"][rows].mean(), abs=1e-9)
        assert clusters.lat[i] == pytest.approx(network["lat"][rows].mean(), abs=1e-9)
        assert (clusters.start[i], clusters.stop[i]) == (position[rows].min(), position[rows].max() + 1)
        assert clusters.first[i] == clusters.start[i]


@pytest.mark.slow
@given(st.data(), networks(), zooms)
@settings(max_examples=300)
def test_clusters_are_what_brute_force_counts(data: st.DataObject, network: Network, zoom: float) -> None:
    check(network, data.draw(bounds_of(network)), zoom, data.draw(st.sampled_from(CHOICES)))


@given(st.data(), networks(), st.floats(2, 22))
def test_a_screen_is_counted_right(data: st.DataObject, network: Network, zoom: float) -> None:
    """The usual case: bounds a screen wide, so that many squares lie inside, and their points are never looked at."""
    row = data.draw(st.integers(0, len(network["lon"]) - 1))
    lon, lat = network["lon"][row], np.clip(network["lat"][row], -85, 85)
    bounds = Bounds.from_viewport(lon + data.draw(st.floats(-1, 1)) * 360 / 2**zoom, lat, zoom, 1280, 800)
    check(network, bounds, zoom, data.draw(st.sampled_from(CHOICES)))


@given(st.data(), networks(1000), zooms, st.integers(1, 40))
def test_stations_that_spread_are_counted_once_where_their_points_follow_each_other(
    data: st.DataObject, network: Network, zoom: float, size: int
) -> None:
    order = table_of(network | {"station": np.zeros(len(network["lon"]))}).order
    network["station"][order] = np.arange(len(order)) // size
    check(network, data.draw(bounds_of(network)), zoom, data.draw(st.sampled_from(CHOICES)))


@given(st.data(), networks(1000), zooms)
def test_the_bounds_of_a_cluster_hold_its_points(data: st.DataObject, network: Network, zoom: float) -> None:
    bounds = data.draw(bounds_of(network))
    table = table_of(network)
    clusters = table.clusters(bounds, zoom)
    for i, (square, rows) in enumerate(sorted(brute(network, bounds, zoom, None).items())):
        box, outer = Bounds(*clusters.bounds[i]), quadkey.square(square, level_of(zoom))
        lat = np.clip(network["lat"][rows], -85.0511287798, 85.0511287798)
        assert box.padded(2 * quadkey.NUDGE).contains(network["lon"][rows], lat).all(), "but for the nudge and rounding"
        assert outer.padded(1e-9).holds(box), "and lie in its square"


@given(st.data(), networks(1000), zooms)
def test_aligned_bounds_count_whole_squares(data: st.DataObject, network: Network, zoom: float) -> None:
    bounds = data.draw(bounds_of(network))
    whole = aligned(bounds, zoom)
    table = table_of(network)
    everywhere = brute(network, WORLD, zoom, None)
    found = brute(network, whole, zoom, None)
    assert all(found[square] == everywhere[square] for square in found), "all of a square or nothing of it"
    assert set(table.within(bounds).tolist()) <= set(table.within(whole).tolist())
    check(network, whole, zoom, None)


@given(networks(1000), st.integers(0, 18), st.floats(-1, 1), st.floats(-1, 1))
def test_clusters_keep_still_while_panning(network: Network, zoom: int, across: float, along: float) -> None:
    """A square that is on the screen before and after counts the same, if the bounds are aligned."""
    lon, lat = float(network["lon"][0]), float(np.clip(network["lat"][0], -60, 60))
    step = 360 / 2**zoom
    seen = []
    for east, north in ((lon, lat), (lon + across * step, np.clip(lat + along * step / 4, -80, 80))):
        bounds = aligned(Bounds.from_viewport(east, north, zoom, 1280, 800), zoom)
        clusters = table_of(network).clusters(bounds, zoom)
        square = quadkey.prefix(clusters.keys[0], level_of(zoom))
        seen.append(dict(zip(square.tolist(), clusters.count.tolist(), strict=True)))
    before, after = seen
    assert all(before[square] == after[square] for square in before.keys() & after.keys())


@given(st.sampled_from(LON_MARKS), st.sampled_from(LAT_MARKS), zooms)
def test_one_point_is_one_cluster_at_its_place(lon: float, lat: float, zoom: float) -> None:
    table = PointTable.from_arrays([lon], [lat], [3], [22], [1], [12])
    clusters = table.clusters(Bounds(lat, lon, lat, lon), zoom)
    assert (clusters.lon.tolist(), clusters.lat.tolist(), clusters.count.tolist()) == ([lon], [lat], [1])
    assert (clusters.by_status.tolist(), clusters.stations.tolist()) == ([[0, 0, 0, 1, 0, 0, 0]], [1])


def test_the_whole_world_close_up_is_counted_too() -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    table = PointTable.from_arrays(rng.uniform(-180, 180, n), rng.uniform(-85, 85, n), rng.integers(0, 7, n), np.zeros(n),
                                   np.zeros(n), np.arange(n))
    clusters = table.clusters(WORLD, 14)
    assert clusters.count.sum() == n
    assert len(np.unique(quadkey.prefix(table.quadkey, level_of(14)))) == len(clusters)


@given(st.floats(0, 28))
def test_squares_are_about_a_thumb_wide(zoom: float) -> None:
    width_px = 512 * 2**zoom / 2 ** level_of(zoom)
    assert 48 <= width_px <= 98
    assert 512 * 2 ** int(zoom) / 2 ** level_of(int(zoom)) == 64
