"""Totals against brute force: points by status, and every station once, however its points lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geo.networks import Network, bounds_of, networks, rows_within, table_of
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds, PointTable

CHOICES = [None, Filters(statuses=["FREE", "FAULTED"]), Filters(power_kw=(20, None), reservable=True),
           Filters(stations=[2]), Filters(power_kw=(1000, None))]


@st.composite
def scattered(draw: st.DrawFn) -> Network:
    """A network of which some stations have points here and there, among those of others."""
    network = draw(networks(2000))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    astray = rng.random(len(network["station"])) < draw(st.sampled_from([0.0, 0.01, 0.3, 1.0]))
    network["station"][astray] = rng.choice(network["station"], astray.sum()) if astray.any() else 0
    return network


def check(network: Network, bounds: Bounds, chosen: Filters | None) -> None:
    table = table_of(network)
    kept = np.ones(len(table), bool)
    if chosen:
        kept[table.order] = chosen.mask(table)
    rows = rows_within(network, bounds)
    rows = rows[kept[rows]]
    totals = table.totals(bounds, chosen)
    assert totals.points == len(rows)
    assert totals.stations == len(set(network["station"][rows].tolist()))
    np.testing.assert_array_equal(totals.by_status, np.bincount(network["status"][rows], minlength=7))


@pytest.mark.slow
@given(st.data(), scattered())
@settings(max_examples=300)
def test_totals_are_what_brute_force_counts(data: st.DataObject, network: Network) -> None:
    check(network, data.draw(bounds_of(network)), data.draw(st.sampled_from(CHOICES)))


@given(st.data(), scattered(), st.floats(2, 22))
def test_a_screen_is_counted_right(data: st.DataObject, network: Network, zoom: float) -> None:
    row = data.draw(st.integers(0, len(network["lon"]) - 1))
    lon, lat = network["lon"][row], np.clip(network["lat"][row], -85, 85)
    around = Bounds.from_viewport(lon + data.draw(st.floats(-1, 1)) * 360 / 2**zoom, lat, zoom, 1280, 800)
    check(network, around, data.draw(st.sampled_from(CHOICES)))


@given(st.data(), networks(2000), st.integers(1, 400))
def test_long_stations_are_cut_by_the_edges_and_counted_once(data: st.DataObject, network: Network, size: int) -> None:
    order = table_of(network | {"station": np.zeros(len(network["lon"]))}).order
    network["station"][order] = np.arange(len(order)) // size
    check(network, data.draw(bounds_of(network)), data.draw(st.sampled_from(CHOICES)))


@given(st.data(), scattered())
def test_totals_follow_the_statuses(data: st.DataObject, network: Network) -> None:
    table = table_of(network)
    chosen, bounds = Filters(statuses=["FREE"]), data.draw(bounds_of(network))
    table.totals(bounds, chosen)
    rows = np.arange(0, len(table), 3)
    table.set_status(rows, 0)
    network["status"][rows] = 0
    inside = rows_within(network, bounds)
    free = inside[network["status"][inside] == 0]
    assert table.totals(bounds, chosen).points == table.totals(bounds).by_status[0] == len(free)
    assert table.totals(bounds, chosen).stations == len(set(network["station"][free].tolist()))


@given(networks(1000), st.sampled_from(CHOICES), st.data())
def test_a_position_is_held_where_its_point_matches(network: Network, chosen: Filters | None, data: st.DataObject) -> None:
    table = table_of(network)
    positions = np.array(data.draw(st.lists(st.integers(0, len(table) - 1))), np.int64)
    matching = set(table.scan(WORLD, chosen).tolist())
    assert table.holds(positions, chosen).tolist() == [position in matching for position in positions.tolist()]


def test_nothing_at_all_is_counted_too() -> None:
    empty = PointTable.from_arrays([], [], [], [], [], [])
    assert (empty.totals(WORLD).points, empty.totals(WORLD).stations) == (0, 0)
    assert empty.totals(WORLD, Filters(statuses=["FREE"])).by_status.tolist() == [0] * 7
