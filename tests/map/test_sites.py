"""Stations at one place: counted at every zoom, one mark together, and each of them to be had."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importers.files import real
from tests.strategies import charge_points
from tests.strategies import filters as any_filters
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.importers import read
from wirelane_geo.map.service import MapService
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store

numbers = count()
LON, LAT = 2.3726338, 48.7543745
REAL = ("irve-static-2025-07.jsonl.xz", "ocpi_2_1_1_locations-fastned.json.xz", "ocpi_2_2_1_locations-punkt.json.xz",
        "ocpi_2_2_locations-chargesini.json.xz")


def service_of(directory: Path, points: list[ChargePoint]) -> tuple[MapService, Store]:
    store = open_store(directory / f"{next(numbers)}.sqlite3")
    store.upsert(points, "irve")
    return MapService(EmbeddedSource(store)), store


def a_point(station: int, connector: int = 0, **fields: object) -> ChargePoint:
    values = {"charge_point_id": f"P{station}-{connector}", "id": f"id-{station:03}-{connector}", "cpo": "Allego",
              "charging_station_id": f"S{station}", "evseid": f"FR*ALL*E{station:04}*{connector}",
              "longitude": LON, "latitude": LAT, "street": "Rue du Luxembourg", "city": "Orly", "status": Status.FREE}
    return ChargePoint(**values | fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture
def orly(directory: Path) -> Iterator[MapService]:
    """18 stations of two points at one place, one of them faulted, and one across the street."""
    points = [a_point(station, connector) for station in range(18) for connector in range(2)]
    points[5] = msgspec.structs.replace(points[5], status=Status.FAULTED)
    service, store = service_of(directory, [*points, a_point(99, longitude=LON + 0.0004)])
    yield service
    store.close()


@pytest.mark.parametrize("zoom", [*range(21), 13.99, 14.01, 19.5])
def test_eighteen_stations_at_one_place_are_counted_at_every_zoom(orly: MapService, zoom: float) -> None:
    view = orly.view(MapState(), Bounds.around(LON, LAT, 200), zoom)
    assert (view.stations, view.points, view.free) == (19, 37, 36)
    assert view.clusters.stations.sum() + len(view.marks) == 19
    assert view.clusters.count.sum() + view.marks.matching.sum() == 37
    assert view.clusters.by_status[:, Status.FAULTED.number].sum() == 1
    assert len(view.sites) == (len(view.clusters) if zoom >= 14 else 0)


def test_all_that_share_a_place_are_listed_and_nothing_else(orly: MapService) -> None:
    view = orly.view(MapState(), Bounds.around(LON, LAT, 200), 20)
    [handle] = view.sites.tolist()
    found = orly.site(handle)
    assert [station.label for station in found] == [f"FR*ALL*E{station:04}*0" for station in range(18)]
    assert sum(station.free for station in found) == 35
    assert all(orly.station(station.id) for station in found)
    across = view.marks.handle.tolist()
    assert [station.label for station in orly.site(across[0])] == ["FR*ALL*E0099*0"]


def test_filters_choose_what_is_listed(orly: MapService) -> None:
    state = MapState(filters=Filters(statuses={Status.FAULTED}))
    view = orly.view(state, Bounds.around(LON, LAT, 200), 20)
    assert (len(view.clusters), len(view.marks), view.marks.total.tolist()) == (0, 1, [2])
    assert [station.label for station in orly.site(view.marks.handle[0], state.filters)] == ["FR*ALL*E0002*0"]
    assert orly.site(2**52) == ()


@pytest.mark.slow
def test_so_many_that_they_would_be_clusters_are_a_list_close_up(directory: Path) -> None:
    service, store = service_of(directory, [a_point(station) for station in range(5_100)])
    here = Bounds.around(LON, LAT, 100)
    for zoom in (18, 20):
        view = service.view(MapState(), here, zoom)
        assert (view.clusters.stations.tolist(), len(view.sites)) == ([5_100], 1)
    assert len(service.site(view.sites[0])) == 5_100
    store.close()


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(charge_points(), any_filters, st.floats(14, 20))
def test_each_station_is_a_mark_or_listed_at_its_place(directory: Path, points: list, filters: Filters, zoom: float) -> None:
    service, store = service_of(directory, points)
    state = MapState(filters=filters)
    view = service.view(state, WORLD, zoom)
    listed = [service.site(handle, filters) for handle in view.sites.tolist()]
    assert [len(stations) for stations in listed] == view.clusters.stations.tolist()
    assert [sum(station.matching for station in stations) for stations in listed] == view.clusters.count.tolist()
    everything = {*view.marks.handle.tolist(), *(station.handle for stations in listed for station in stations)}
    assert len(everything) == len(view.marks) + sum(map(len, listed)) == view.stations
    hits = {point.id for point in service.export(state, WORLD)}
    assert view.marks.matching.sum() + view.clusters.count.sum() == len(hits)
    for i, stations in enumerate(listed):
        here = {point.id for station in stations for point in service.station(station.id).points}
        chosen = [p for p in points if p.id in hits & here]
        assert view.clusters.by_status[i].tolist() == [sum(p.status is status for p in chosen) for status in Status]
    store.close()


@pytest.mark.slow
def test_every_station_of_real_feeds_is_reached_and_told_from_its_neighbours(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite3")
    for name in REAL:
        store.upsert((entry for entry in read(real(name)) if isinstance(entry, ChargePoint)), "irve")
    service = MapService(EmbeddedSource(store))
    view = service.view(MapState(), WORLD, 18)
    assert view.clusters.stations.sum() + len(view.marks) == view.stations
    assert view.clusters.count.sum() + view.marks.matching.sum() == view.points
    assert len(view.sites) > 100
    for handle, stations in zip(view.sites.tolist(), view.clusters.stations.tolist(), strict=True):
        listed = service.site(handle)
        assert len(listed) == stations
        assert len({(one.title, one.place, one.cpo, one.label) for one in listed}) == stations
    store.close()
