"""The nearest stations of a viewport against a plain sort of all of them."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.geo.networks import bounds_of, networks, table_of
from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, PointTable
from wirelane_geo.geo.distance import distance_m
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.map.nearest import nearest
from wirelane_geo.sources import Snapshot

CHOICES = [Filters(), Filters(statuses=["FREE", "FAULTED"]), Filters(power_kw=(20, None))]
METRE = 1 / 111_195


def snapshot_of(table: PointTable) -> Snapshot:
    stations = StationIndex(table.station, table.lon, table.lat)
    return Snapshot(table, table.order.astype(np.int64), stations, datetime.now(UTC))


def check(snapshot: Snapshot, bounds: Bounds, filters: Filters, limit: int) -> None:
    table = snapshot.table
    there = np.unique(table.station[table.scan(bounds, filters)])
    stations, distance = nearest(snapshot, bounds, filters, limit, len(there))
    away = distance_m(*bounds.center, *snapshot.stations.middles(there))
    order = np.argsort(away, kind="stable")[:limit]
    assert stations.tolist() == there[order].tolist()
    assert distance.tolist() == away[order].tolist()


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.data(), networks(), st.sampled_from(CHOICES), st.integers(1, 12), st.sampled_from([0.0, 0.02, 1.0]))
def test_the_nearest_are_those_of_a_plain_sort(data: st.DataObject, network, filters, limit: int, astray: float) -> None:
    rng = np.random.default_rng(len(network["lon"]))
    moved = rng.random(len(network["lon"])) < astray
    network["station"][moved] = rng.choice(network["station"], moved.sum()) if moved.any() else 0
    network["station"] = np.unique(network["station"], return_inverse=True)[1]
    check(snapshot_of(table_of(network)), data.draw(bounds_of(network)), filters, limit)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(-180, 180), st.floats(-60, 60), st.floats(3, 14), st.integers(1, 60))
def test_in_a_city_the_same(seed: int, lon: float, lat: float, zoom: float, limit: int) -> None:
    """Points some metres from each other in a station, some kilometres between stations."""
    rng = np.random.default_rng(seed)
    station = np.arange(3000) // 3
    x = lon + rng.normal(0, 0.3, 1000)[station] + rng.normal(0, 100 * METRE, 3000)
    y = lat + rng.normal(0, 0.3, 1000)[station] + rng.normal(0, 10 * METRE, 3000)
    table = PointTable.from_arrays((x + 180) % 360 - 180, y, rng.integers(0, 7, 3000), np.full(3000, 22.0),
                                   np.ones(3000), station)
    bounds = Bounds.from_viewport(lon + rng.normal(0, 0.2), lat, zoom, 1280, 800)
    check(snapshot_of(table), bounds, CHOICES[seed % 3], limit)


def test_a_station_on_both_sides_of_the_antimeridian_is_there_and_not_on_the_other_side_of_the_earth() -> None:
    table = PointTable.from_arrays([179.9999, -179.9997], [-17.0, -17.0], [0, 0], [22, 22], [1, 1], [0, 0])
    [lon], [lat] = snapshot_of(table).stations.middles(np.array([0]))
    assert abs(lon + 179.9999) < 1e-9
    assert lat == -17
    stations, distance = nearest(snapshot_of(table), Bounds(-17.001, 179, -16.999, -179), Filters(), 5, 1)
    assert stations.tolist() == [0]
    assert distance[0] < 50
