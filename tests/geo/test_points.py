"""The point table against brute force over the arrays that it was given."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geo.networks import ODD, Network, bounds_of, networks, rows_within, table_of
from tests.strategies import filters
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds, PointTable, _points, quadkey

COLUMNS = ("lon", "lat", "status", "power_kw", "plugs", "station", "charging_type", "authentication", "reservable")

PARTS: list[tuple[Filters, Any]] = [
    (Filters(plugs=["CCS", "TYPE_2"]), lambda n: (n["plugs"] & (1 << 7 | 1 << 2)) != 0),
    (Filters(power_kw=(22, None)), lambda n: n["power_kw"] >= 22),
    (Filters(power_kw=(None, 50)), lambda n: n["power_kw"] <= 50),
    (Filters(power_kw=(11, 50)), lambda n: (n["power_kw"] >= 11) & (n["power_kw"] <= 50)),
    (Filters(statuses=["FREE", "CLOSED"]), lambda n: np.isin(n["status"], [0, 6])),
    (Filters(charging_types=["DC"]), lambda n: n["charging_type"] == 1),
    (Filters(authentications=["remote", "direct"]), lambda n: (n["authentication"] & 0b1010) != 0),
    (Filters(reservable=True), lambda n: n["reservable"]),
    (Filters(reservable=False), lambda n: ~n["reservable"]),
    (Filters(area=shapely.box(-20, 30, 90, 66.51326044311186)),
     lambda n: (n["lon"] >= -20) & (n["lon"] <= 90) & (n["lat"] >= 30) & (n["lat"] <= 66.51326044311186)),
    (Filters(stations=[2, 9, 16, 23]), lambda n: np.isin(n["station"], [2, 9, 16, 23])),
]


@given(networks())
def test_columns_are_those_given_in_quadkey_order(network: Network) -> None:
    table = table_of(network)
    assert sorted(table.order.tolist()) == list(range(len(network["lon"])))
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(table, name), network[name][table.order])
    rows = zip(table.quadkey.tolist(), table.station.tolist(), table.order.tolist(), strict=True)
    assert (listed := list(rows)) == sorted(listed), "by key, then station, then row"
    np.testing.assert_array_equal(table.quadkey, quadkey.encode(table.lon, table.lat))


@pytest.mark.parametrize("degrees", [0, 1e-8, 1e-6, 1e-5, 1e-4, 1e-2])
def test_points_of_one_place_are_in_order_however_near_they_are(degrees: float) -> None:
    rng = np.random.default_rng(7)
    n = 3000
    network = {"lon": 8 + degrees * rng.random(n), "lat": 50 + degrees * rng.random(n), "station": rng.integers(-40, 40, n)}
    table = table_of({name: np.zeros(n) for name in COLUMNS[2:]} | network)
    keys = quadkey.encode(network["lon"], network["lat"])
    np.testing.assert_array_equal(table.order, np.lexsort((network["station"], keys)))


@pytest.mark.slow
@given(st.data(), networks())
@settings(max_examples=300)
def test_within_has_every_point_in_the_bounds_and_no_other(data: st.DataObject, network: Network) -> None:
    bounds = data.draw(bounds_of(network))
    table = table_of(network)
    rows, positions = table.within(bounds), table.scan(bounds)
    np.testing.assert_array_equal(np.sort(rows), rows_within(network, bounds))
    np.testing.assert_array_equal(table.order[positions], rows)
    assert (np.diff(positions) > 0).all(), "ascending, each once"


@pytest.mark.parametrize(("chosen", "brute"), PARTS, ids=[str(i) for i in range(len(PARTS))])
@given(data=st.data(), network=networks(1000))
@settings(max_examples=15)
def test_each_part_of_a_filter_keeps_what_it_says(
    chosen: Filters, brute: Any, data: st.DataObject, network: Network
) -> None:
    bounds = data.draw(bounds_of(network))
    inside = rows_within(network, bounds)
    np.testing.assert_array_equal(np.sort(table_of(network).within(bounds, chosen)), inside[brute(network)[inside]])


@given(st.data(), networks(1000), filters)
def test_parts_of_a_filter_hold_of_the_same_point(data: st.DataObject, network: Network, chosen: Filters) -> None:
    bounds = data.draw(bounds_of(network))
    table = table_of(network)
    kept = set(table.within(bounds).tolist())
    for name in ("plugs", "power_kw", "statuses", "charging_types", "authentications", "reservable"):
        kept &= set(table.within(bounds, Filters(**{name: getattr(chosen, name)})).tolist())
    assert set(table.within(bounds, chosen).tolist()) == kept


def test_any_hashable_with_a_mask_is_a_filter() -> None:
    table = PointTable.from_arrays([1, 2, 3], [1, 2, 3], [0, 1, 2], [1, 2, 3], [1, 1, 1], [7, 8, 9])
    assert sorted(table.within(WORLD, ODD).tolist()) == [0, 2]


def test_a_filter_may_ask_the_table_for_another_filter() -> None:
    class OddInTheWest:
        def mask(self, table: PointTable) -> Any:
            keep = np.zeros(len(table), bool)
            keep[table.scan(Bounds(-90, -180, 90, 0), ODD)] = True
            return keep

    table = PointTable.from_arrays([-1, -2, 3], [1, 2, 3], [0, 1, 2], [1, 2, 3], [1, 1, 1], [7, 8, 9])
    assert table.within(WORLD, OddInTheWest()).tolist() == [0]


def test_a_mask_of_row_numbers_is_refused() -> None:
    class Rows:
        def mask(self, table: PointTable) -> Any:
            return np.arange(2)

    with pytest.raises(ValueError, match="3 bools"):
        PointTable.from_arrays([1, 2, 3], [1, 2, 3], [0] * 3, [1] * 3, [1] * 3, [1] * 3).within(WORLD, Rows())


def test_more_filters_than_are_kept_stay_right() -> None:
    n = 400
    table = PointTable.from_arrays(np.linspace(0, 1, n), np.zeros(n), np.zeros(n), np.arange(n), np.zeros(n), np.arange(n))
    for low in [*range(0, n, 3), *range(0, n, 3)]:
        assert len(table.within(WORLD, Filters(power_kw=(low, None)))) == n - low


def test_filters_are_kept_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Matches of a filter that nobody asks for any more make room; the table says what it holds."""
    monkeypatch.setattr(_points, "COMPILED_BYTES", 1_000_000)
    n = 10_000
    table = PointTable.from_arrays(np.linspace(0, 1, n), np.zeros(n), np.zeros(n), np.arange(n), np.zeros(n), np.arange(n))
    table.clusters(WORLD, 3)
    bare = table.nbytes
    assert 58 < bare / n < 68
    for low in range(30):
        table.clusters(WORLD, 3, Filters(power_kw=(low, None)))
    assert 800_000 < table.nbytes - bare < 1_200_000


def test_an_empty_table_answers() -> None:
    table = PointTable.from_arrays([], [], [], [], [], [])
    assert len(table) == len(table.within(WORLD)) == len(table.clusters(WORLD, 3)) == 0
    assert len(table.clusters(WORLD, 3, Filters(statuses=["FREE"]))) == 0
    assert table.clusters(WORLD, 20).by_status.shape == (0, 7)
    assert table.clusters(WORLD, 3).bounds.shape == (0, 4)
    table.set_status([], [])


def test_lists_are_fine_and_left_out_columns_are_unknown() -> None:
    table = PointTable.from_arrays([13.4], [52.5], [0], [22], [4], [1])
    assert (table.charging_type.tolist(), table.authentication.tolist(), table.reservable.tolist()) == ([255], [0], [False])
    assert table.within(Bounds(52.5, 13.4, 52.5, 13.4)).tolist() == [0]


def test_columns_cannot_be_changed_by_readers() -> None:
    given_lon = np.array([1.0, 2.0])
    table = PointTable.from_arrays(given_lon, [1, 2], [0, 0], [1, 1], [1, 1], [1, 2])
    for name in (*COLUMNS, "quadkey", "order"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(table, name)[0] = 0
    given_lon[0] = 5
    assert sorted(table.lon.tolist()) == [1, 2]


class TestRefused:
    """What can't be placed doesn't get in, and is named."""

    def refusal(self, **wrong: Any) -> str:
        n = 30
        good: dict[str, Any] = {"lon": np.zeros(n), "lat": np.zeros(n), "status": np.zeros(n, int), "power_kw": np.zeros(n),
                                "plugs": np.zeros(n, int), "station": np.zeros(n, int)}
        with pytest.raises(ValueError) as refused:
            PointTable.from_arrays(**(good | wrong))
        return str(refused.value)

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 180.00001, -181])
    def test_longitudes(self, value: float) -> None:
        lon = np.zeros(30)
        lon[[3, 17]] = value
        message = self.refusal(lon=lon)
        assert "2 of 30 rows" in message
        assert "lon" in message
        assert "[3, 17]" in message

    @pytest.mark.parametrize("value", [np.nan, np.inf, 90.00001, -91])
    def test_latitudes(self, value: float) -> None:
        lat = np.zeros(30)
        lat[5:] = value
        message = self.refusal(lat=lat)
        assert "25 of 30 rows" in message
        assert "lat" in message
        assert "[5, 6, 7, 8, 9, 10, 11, 12, 13, 14]" in message, "the first ten"

    @pytest.mark.parametrize("value", [7, -1, 255, 256, 0.5, np.nan])
    def test_statuses(self, value: float) -> None:
        status = np.zeros(30, np.array(value).dtype)
        status[[29]] = value
        assert "1 of 30 rows" in (message := self.refusal(status=status))
        assert "[29]" in message

    def test_lengths_that_differ(self) -> None:
        message = self.refusal(plugs=np.zeros(29, int))
        assert "lon 30" in message
        assert "plugs 29" in message

    def test_two_dimensions(self) -> None:
        assert "one dimension" in self.refusal(lat=np.zeros((30, 2)))
