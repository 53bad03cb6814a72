"""What is free by its status and closed by its hours: counted as both, by everything that counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geo.networks import Network, bounds_of, networks, rows_within, table_of, zooms
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds, PointTable, quadkey
from wirelane_geo.geo.clusters import level_of

CHOICES = [None, Filters(statuses=["FREE"]), Filters(power_kw=(20, None), reservable=True), Filters(statuses=["FAULTED"])]


def shut(network: Network, part: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(len(network["lon"])) < part


def check(table: PointTable, network: Network, closed: np.ndarray, bounds: Bounds, zoom: float, chosen: Filters | None) -> None:
    kept = np.ones(len(table), bool)
    if chosen:
        kept[table.order] = chosen.mask(table)
    rows = rows_within(network, bounds)
    rows = rows[kept[rows]]
    shut_and_free = rows[closed[rows] & (network["status"][rows] == 0)]
    totals, clusters = table.totals(bounds, chosen), table.clusters(bounds, zoom, chosen)
    assert totals.closed_now == len(shut_and_free) == clusters.closed_now.sum()
    np.testing.assert_array_equal(totals.by_status, np.bincount(network["status"][rows], minlength=7))
    np.testing.assert_array_equal(clusters.by_status.sum(axis=0), totals.by_status)
    square = quadkey.prefix(quadkey.encode(network["lon"], network["lat"]), level_of(zoom))
    np.testing.assert_array_equal(clusters.count, np.unique(square[rows], return_counts=True)[1])
    wanted = dict(zip(*np.unique(square[shut_and_free], return_counts=True), strict=True))
    assert clusters.closed_now.tolist() == [wanted.get(each, 0) for each in np.unique(square[rows])]


@pytest.mark.slow
@given(st.data(), networks(), zooms, st.sampled_from([0.0, 0.1, 0.6, 1.0]))
@settings(max_examples=200)
def test_what_is_closed_now_is_counted_as_brute_force_does(
    data: st.DataObject, network: Network, zoom: float, part: float
) -> None:
    table, closed = table_of(network), shut(network, part, data.draw(st.integers(0, 99)))
    chosen, bounds = data.draw(st.sampled_from(CHOICES)), data.draw(bounds_of(network))
    if data.draw(st.booleans()):
        table.clusters(bounds, zoom, chosen)  # what was counted before has to be counted anew
    table.set_closed_now(closed)
    check(table, network, closed, bounds, zoom, chosen)
    np.testing.assert_array_equal(table.closed_now, closed[table.order])


@given(st.data(), networks(1000), zooms)
def test_statuses_and_hours_change_in_any_order(data: st.DataObject, network: Network, zoom: float) -> None:
    table, closed = table_of(network), np.zeros(len(network["lon"]), bool)
    for step in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):
            closed = shut(network, 0.5, step)
            table.set_closed_now(closed)
        else:
            rows = np.arange(step, len(table), 3)
            network["status"][rows] = step % 2 * 4
            table.set_status(rows, step % 2 * 4)
        check(table, network, closed, WORLD, zoom, data.draw(st.sampled_from(CHOICES)))


def line(n: int) -> PointTable:
    return PointTable.from_arrays(np.linspace(-170, 170, n), np.full(n, 10.0), np.zeros(n), np.ones(n), np.ones(n), np.arange(n))


def test_before_anybody_says_so_nothing_is_closed() -> None:
    table = line(100)
    assert not table.closed_now.any()
    assert (table.totals(WORLD).closed_now, table.clusters(WORLD, 3).closed_now.sum()) == (0, 0)


def test_a_snapshot_stays_as_it_was() -> None:
    table = line(100)
    before = table.snapshot()
    table.set_closed_now(np.arange(100) < 60)
    assert (before.totals(WORLD).closed_now, table.totals(WORLD).closed_now) == (0, 60)
    assert before.totals(WORLD).by_status.tolist() == table.totals(WORLD).by_status.tolist() == [100, 0, 0, 0, 0, 0, 0]


def test_a_filter_by_status_keeps_to_the_status() -> None:
    table = line(100)
    table.set_closed_now(np.ones(100, bool))
    assert len(table.within(WORLD, Filters(statuses=["FREE"]))) == 100
    assert len(table.within(WORLD, Filters(statuses=["CLOSED"]))) == 0


def test_an_answer_is_needed_for_each_row() -> None:
    table = line(5)
    with pytest.raises(ValueError, match="5 rows need as many answers, not 4"):
        table.set_closed_now([True] * 4)
    assert not table.closed_now.any()
