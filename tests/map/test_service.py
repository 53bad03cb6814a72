"""What the pages are told, against a plain count over the same points."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.strategies import bounds as any_bounds
from tests.strategies import charge_points
from tests.strategies import filters as any_filters
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.distance import distance_m
from wirelane_geo.map.order import Order
from wirelane_geo.map.service import BEST_FIRST, MapService, StationSummary
from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint, PlugType, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.station_keys import station_keys

patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = count()
BERLIN = Bounds(52.4, 13.2, 52.6, 13.6)


def service_of(directory: Path, points: list[ChargePoint]) -> tuple[MapService, Store]:
    store = open_store(directory / f"{next(numbers)}.sqlite3")
    store.upsert(points, "irve")
    return MapService(EmbeddedSource(store)), store


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


def matches(filters: Filters, point: ChargePoint) -> bool:
    low, high = filters.power_kw
    return (
        (not filters.plugs or bool(filters.plugs & set(point.plug_types)))
        and ((low, high) == (None, None) or point.power is not None)
        and (low is None or np.float32(point.power) >= np.float32(low))
        and (high is None or np.float32(point.power) <= np.float32(high))
        and (not filters.statuses or point.status in filters.statuses)
        and (not filters.charging_types or point.charging_type in filters.charging_types)
        and (not filters.authentications or bool(filters.authentications & set(point.authentication_types)))
        and (filters.reservable is None or filters.reservable == bool(point.reservable))
    )


def stations_of(points: list[ChargePoint]) -> dict[int, list[ChargePoint]]:
    stations: dict[int, list[ChargePoint]] = {}
    for key, point in zip(station_keys(points).tolist(), points, strict=True):
        stations.setdefault(key, []).append(point)
    return stations


@pytest.mark.slow
@patient
@given(charge_points(), any_bounds(), any_filters, st.floats(0, 20))
def test_the_counts_of_a_view_are_exact(
    directory: Path, points: list, bounds: Bounds, filters: Filters, zoom: float
) -> None:
    service, store = service_of(directory, points)
    view = service.view(MapState(filters=filters), bounds, zoom)
    hits = [p for p in points if matches(filters, p) and bounds.contains(p.longitude, p.latitude)]
    assert view.points == len(hits)
    assert view.free == sum(p.status is Status.FREE for p in hits)
    assert view.by_status.tolist() == [sum(p.status is s for p in hits) for s in Status]
    keys = dict(zip((p.id for p in points), station_keys(points).tolist(), strict=True))
    assert view.stations == len({keys[p.id] for p in hits})
    store.close()


@pytest.mark.slow
@patient
@given(charge_points(), any_filters, st.floats(0, 20))
def test_every_match_is_drawn_and_nothing_else(directory: Path, points: list, filters: Filters, zoom: float) -> None:
    service, store = service_of(directory, points)
    view = service.view(MapState(filters=filters), WORLD, zoom)
    hits = {p.id for p in points if matches(filters, p)}
    stations = {frozenset(p.id for p in station): station for station in stations_of(points).values()}
    drawn: set[str] = set()
    for i, handle in enumerate(view.marks.handle.tolist()):
        [ids] = [ids for ids in stations if service.locate(handle) in ids]
        matching = ids & hits
        assert matching, "a station without a match is not drawn"
        assert not matching & drawn, "a station is drawn once"
        drawn |= matching
        statuses = [p.status for p in stations[ids] if p.id in matching]
        assert view.marks.matching[i] == len(matching)
        assert view.marks.total[i] == len(ids)
        assert view.marks.free[i] == statuses.count(Status.FREE)
        assert tuple(Status)[view.marks.status[i]] == min(statuses, key=BEST_FIRST.index)
    # A station whose points lie apart can be a mark in one cell and in a cluster of another.
    assert len(drawn) <= len(hits) <= len(drawn) + view.clusters.count.sum()
    store.close()


@pytest.mark.slow
@patient
@given(charge_points(), any_bounds(), any_filters, st.integers(1, 10))
def test_the_list_is_nearest_first_and_says_how_many_there_are(
    directory: Path, points: list, bounds: Bounds, filters: Filters, limit: int
) -> None:
    service, store = service_of(directory, points)
    state = MapState(filters=filters)
    nearby = service.nearby(state, bounds, limit)
    assert nearby.total == service.view(state, bounds, 5).stations
    assert len(nearby.stations) == min(limit, nearby.total)
    distances = [station.distance_m for station in nearby.stations]
    assert distances == sorted(distances)
    assert distances == [s.distance_m for s in service.nearby(state, bounds, 10_000).stations][:limit]
    store.close()


def worth(station: StationSummary, order: str) -> float:
    """What an order goes by; the least comes first."""
    return -station.free if order == "free" else -(-1.0 if station.power_kw is None else station.power_kw)


@pytest.mark.slow
@patient
@given(charge_points(), any_bounds(), any_filters, st.integers(1, 6), st.sampled_from(["distance", "power", "free"]))
def test_the_pages_of_a_list_are_all_of_it_in_any_order(
    directory: Path, points: list, bounds: Bounds, filters: Filters, size: int, order: Order
) -> None:
    service, store = service_of(directory, points)
    state = MapState(filters=filters)
    everything = service.nearby(state, bounds, 10_000, order=order).stations
    pages = [service.nearby(state, bounds, size, order=order, page=number) for number in range(1, len(everything) // size + 3)]
    shown = [station for page in pages[:-(-len(everything) // size)] for station in page.stations]
    assert shown == list(everything)
    assert {station.id for station in shown} == {station.id for station in service.nearby(state, bounds, 10_000).stations}
    assert pages[-1].page == max(1, -(-len(everything) // size)), "beyond the last one is the last one"
    if order != "distance":
        keys = [(worth(station, order), station.distance_m) for station in everything]
        assert keys == sorted(keys)
    store.close()


@pytest.mark.slow
@patient
@given(charge_points(), any_filters, st.floats(-180, 180), st.floats(-89, 89))
def test_the_nearest_is_found_however_far_it_is(directory: Path, points: list, filters: Filters, lon: float, lat: float) -> None:
    service, store = service_of(directory, points)
    everywhere = service.nearby(MapState(filters=filters), WORLD, 10_000).stations
    found = service.nearest(MapState(filters=filters), lon, lat)
    if not everywhere:
        assert found is None
    else:
        assert found is not None
        nearest = min(float(distance_m(lon, lat, np.array([one.lon]), np.array([one.lat]))[0]) for one in everywhere)
        assert found.distance_m == pytest.approx(nearest, abs=1.0)
    store.close()


@pytest.mark.slow
@patient
@given(charge_points(), any_filters, st.data())
def test_a_station_opens_by_the_id_of_any_of_its_points(directory: Path, points: list, filters: Filters, data) -> None:
    service, store = service_of(directory, points)
    for station in stations_of(points).values():
        point = data.draw(st.sampled_from(station))
        details = service.station(point.id, filters)
        assert {p.id for p in details.points} == {p.id for p in station}
        by_id = {p.id: p for p in station}
        assert list(details.matches) == [matches(filters, by_id[p.id]) for p in details.points]
        assert details.summary.matching == sum(details.matches)
        assert details.timezone
    assert service.station("no-such-point", filters) is None
    assert service.summary(2**52) is None
    store.close()


@pytest.mark.slow
@patient
@given(charge_points(), any_bounds(), any_filters)
def test_an_export_is_what_the_counts_say_without_private_fields(
    directory: Path, points: list, bounds: Bounds, filters: Filters
) -> None:
    service, store = service_of(directory, points)
    exported = list(service.export(MapState(filters=filters), bounds))
    assert sorted(p.id for p in exported) == sorted(
        p.id for p in points if matches(filters, p) and bounds.contains(p.longitude, p.latitude))
    assert "OWNER" not in repr(exported)
    assert "SERIAL" not in repr(exported)
    store.close()


def point(number: int, **fields: object) -> ChargePoint:
    base = ChargePoint(charge_point_id=f"L{number}", id=f"id-{number}", longitude=13.4, latitude=52.5,
                       charging_station_id="S", owner="OWNER-1", serial_number="SERIAL-1", cpo="Ampera",
                       evseid=f"DE*AMP*E{number}",
                       street="Torstraße", house_number="1", zip_code="10119", city="Berlin", status=Status.FREE)
    return msgspec.structs.replace(base, **fields)


@pytest.fixture
def network(directory: Path) -> Iterator[tuple[MapService, Store]]:
    service, store = service_of(directory, [
        point(1), point(2, status=Status.IN_USE, plug_types=(PlugType.CCS,), power=150.0), point(3, status=Status.FAULTED),
        point(4, charging_station_id="T", longitude=13.5, status=Status.UNKNOWN, street=None, house_number=None),
    ])
    yield service, store
    store.close()


def test_a_station_says_how_many_of_its_matching_points_are_free(network: tuple[MapService, Store]) -> None:
    details = network[0].station("id-2", Filters(plugs={PlugType.CCS}))
    summary = details.summary
    assert (summary.matching, summary.free, summary.total, summary.status) == (1, 0, 3, Status.IN_USE)
    assert (summary.title, summary.place, summary.cpo) == ("Torstraße 1", "10119 Berlin", "Ampera")
    assert summary.power_kw == 150
    assert details.timezone == "Europe/Berlin"


def test_a_station_without_a_match_still_opens_with_its_own_status(network: tuple[MapService, Store]) -> None:
    details = network[0].station("id-1", Filters(plugs={PlugType.CHADEMO}))
    assert (details.summary.matching, details.summary.status) == (0, Status.FREE)


def test_without_a_street_the_label_is_the_title(network: tuple[MapService, Store]) -> None:
    assert network[0].station("id-4").summary.title == "DE*AMP*E4"


def test_nothing_private_is_told(network: tuple[MapService, Store]) -> None:
    service, _ = network
    told = repr((service.station("id-1"), service.nearby(MapState(), BERLIN), service.search("Torstr"),
                 [json.loads(msgspec.json.encode(p)).keys() & PRIVATE_FIELDS for p in service.export(MapState(), BERLIN)]))
    assert "OWNER" not in told
    assert "SERIAL" not in told


def test_a_status_that_changes_in_the_store_is_seen_by_the_next_view(network: tuple[MapService, Store]) -> None:
    _, store = network
    source = EmbeddedSource(store)
    service = MapService(source)
    assert service.view(MapState(), BERLIN, 12).free == 1
    table = source.snapshot(BERLIN, 12).table
    store.set_statuses({"id-2": Status.FREE, "id-3": Status.FREE})
    assert service.view(MapState(), BERLIN, 12).free == 3
    assert source.snapshot(BERLIN, 12).table.lon is table.lon, "statuses alone don't make a new table"


def test_points_that_come_and_go_are_seen_by_the_next_view(network: tuple[MapService, Store]) -> None:
    service, store = network
    assert service.view(MapState(), BERLIN, 12).points == 4
    store.upsert([point(9, charging_station_id="U", longitude=13.45)], "ocpi")
    assert service.view(MapState(), BERLIN, 12).points == 5
    store.remove("irve")
    assert service.view(MapState(), BERLIN, 12).points == 1
    assert not service.view(MapState(), BERLIN, 12).demo


def test_the_demo_is_called_a_demo(directory: Path) -> None:
    store = open_store(directory / "demo.sqlite3")
    store.upsert([point(1)], "demo")
    assert MapService(EmbeddedSource(store)).view(MapState(), BERLIN, 12).demo


def test_an_empty_network_is_a_view_too(directory: Path) -> None:
    service = MapService(EmbeddedSource(open_store(directory / "empty.sqlite3")))
    view = service.view(MapState(), WORLD, 3)
    assert (view.points, view.stations, len(view.marks), len(view.clusters)) == (0, 0, 0, 0)
    assert service.extent() is None
    assert service.nearby(MapState(), WORLD).total == 0


def test_the_age_of_a_view_is_that_of_the_data(network: tuple[MapService, Store]) -> None:
    """Not that of the last look into the store."""
    before = datetime.now(UTC)
    view = network[0].view(MapState(filters=EVERYTHING), BERLIN, 12)
    assert before - timedelta(hours=1) <= view.fetched_at <= before
    assert view.problem is None


def test_search_finds_cities_and_stations(network: tuple[MapService, Store]) -> None:
    service, _ = network
    assert [hit.kind for hit in service.search("Berlin")][:1] == ["city"]
    [hit] = [hit for hit in service.search("Torstr 1") if hit.kind == "station"]
    assert (hit.label, hit.point_id) == ("Torstraße 1", "id-1")
    assert [hit.point_id for hit in service.search("DE*AMP*E4")] == ["id-4"]
    assert service.search("x") == []
