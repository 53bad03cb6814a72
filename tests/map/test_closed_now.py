"""For a driver closed is not free; for the API, the status filter, the history and the wall a status is what it is."""

import csv
import io
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

from tests.live.clocks import ManualClock
from tests.strategies import bounds as any_bounds
from tests.strategies import charge_points
from tests.strategies import filters as any_filters
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.columns import CLOSED_NOW
from wirelane_geo.live import Live
from wirelane_geo.map.export import as_csv, as_geojson
from wirelane_geo.map.service import BEST_FIRST, MapService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import ChargePoint, OpeningHours, Status, opening_hours
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.schedules import hours_of, zone_of
from wirelane_geo.store.station_keys import station_keys

numbers = count()
NIGHT = datetime(2025, 7, 4, 22, 30, tzinfo=UTC)  # half past midnight on Saturday in Berlin
SHOP, BAR = "Mo-Sa 07:00-20:00", "Fr 18:00-02:00"
schedules = st.sampled_from([None, "24/7", SHOP, BAR, "Su 10:00-12:00", "on request"])
zones = st.sampled_from([None, "Europe/Berlin", "Pacific/Auckland", "America/Bogota"])
times = st.integers(0, 60 * 24 * 9).map(lambda minute: datetime(2025, 3, 25, tzinfo=UTC) + timedelta(minutes=minute))


@st.composite
def networks(draw: st.DrawFn) -> list[ChargePoint]:
    points = draw(charge_points())
    return [msgspec.structs.replace(point, opening_hours=draw(schedules), timezone=draw(zones),
                                    status=draw(st.sampled_from([Status.FREE, point.status]))) for point in points]


def service_of(directory: Path, points: list[ChargePoint], now: datetime) -> tuple[MapService, Store, ManualClock]:
    store, clock = open_store(directory / f"{next(numbers)}.sqlite3"), ManualClock(now)
    store.upsert(points, "irve")
    return MapService(EmbeddedSource(store, clock), clock), store, clock


def is_closed(point: ChargePoint, now: datetime) -> bool:
    return opening_hours.is_open(hours_of(point), zone_of(point), now) is False


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), any_bounds(), any_filters, st.floats(0, 20), st.lists(times, min_size=1, max_size=3))
def test_a_view_counts_free_and_closed_now_as_brute_force_does(
    directory: Path, points: list, bounds: Bounds, filters: Filters, zoom: float, moments: list[datetime]
) -> None:
    service, store, clock = service_of(directory, points, moments[0])
    kept = set()
    for now in moments:
        clock.time = now
        view = service.view(MapState(filters=filters), bounds, zoom)
        kept = {point.id for point in service.export(MapState(filters=filters), bounds)}
        hits = [point for point in points if point.id in kept]
        free = [point for point in hits if point.status is Status.FREE]
        assert view.by_status.tolist() == [sum(p.status is s for p in hits) for s in Status], "the API's word"
        assert view.closed_now == sum(is_closed(point, now) for point in free)
        assert view.free == sum(not is_closed(point, now) for point in free)
        plain = service.view(MapState(filters=filters), bounds, zoom, by_hours=False)
        assert (plain.free, plain.closed_now) == (len(free), 0)
    store.close()


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), any_filters, st.floats(0, 20), times)
def test_a_station_shows_the_best_that_is_open(
    directory: Path, points: list, filters: Filters, zoom: float, now: datetime
) -> None:
    service, store, _ = service_of(directory, points, now)
    state = MapState(filters=filters)
    hits = {point.id for point in service.export(state, WORLD)}
    stations: dict[int, list[ChargePoint]] = {}
    for key, point in zip(station_keys(points).tolist(), points, strict=True):
        stations.setdefault(key, []).append(point)
    of = {point.id: station for station in stations.values() for point in station}
    view = service.view(state, WORLD, zoom)
    for i, handle in enumerate(view.marks.handle.tolist()):
        matching = [point for point in of[service.locate(handle)] if point.id in hits]
        usable = [p.status for p in matching if not is_closed(p, now) and p.status in BEST_FIRST[:3]]
        free = [p for p in matching if p.status is Status.FREE]
        drawn, closed = view.marks.status[i], sum(is_closed(p, now) for p in free)
        if usable:
            assert tuple(Status)[drawn] == min(usable, key=BEST_FIRST.index)
        elif free:
            assert drawn == CLOSED_NOW
        else:
            assert tuple(Status)[drawn] == min((p.status for p in matching), key=BEST_FIRST.index)
        assert (view.marks.free[i], view.marks.closed_now[i]) == (len(free) - closed, closed)
    # A station whose points lie apart can be a mark in one cell and in a cluster of another.
    assert view.free <= view.marks.free.sum() + (view.clusters.by_status[:, 0] - view.clusters.closed_now).sum()
    store.close()


def a_point(number: int, **fields: object) -> ChargePoint:
    values = {"charge_point_id": f"L{number}", "id": f"id-{number}", "longitude": 13.4, "latitude": 52.5, "cpo": "Ampera",
              "charging_station_id": "S", "status": Status.FREE, "timezone": "Europe/Berlin", "opening_hours": SHOP}
    return ChargePoint(**values | fields)  # type: ignore[arg-type]


@pytest.fixture
def network(directory: Path) -> Iterator[tuple[MapService, ManualClock]]:
    service, store, clock = service_of(directory, [
        a_point(1), a_point(2, status=Status.IN_USE), a_point(3, charging_station_id="T", opening_hours="24/7"),
        a_point(4, charging_station_id="T"), a_point(5, charging_station_id="U", opening_hours=None)], NIGHT)
    yield service, clock
    store.close()


def test_a_list_says_what_is_closed_and_when_it_opens(network: tuple[MapService, ManualClock]) -> None:
    service, clock = network
    shop, mixed, unknown = sorted(service.nearby(MapState(), WORLD).stations, key=lambda station: station.id)
    assert (shop.status, shop.free, shop.closed_now, shop.only_closed) == (Status.FREE, 0, 1, True)
    assert shop.opens_at is not None
    assert shop.opens_at.isoformat() == "2025-07-05T07:00:00+02:00"
    assert (mixed.free, mixed.closed_now, mixed.only_closed, mixed.opens_at) == (1, 1, False, None)
    assert (unknown.free, unknown.closed_now, unknown.only_closed) == (1, 0, False)
    clock.go_on(7 * 3600)
    [day] = [station for station in service.nearby(MapState(), WORLD).stations if station.id == "id-1"]
    assert (day.free, day.closed_now, day.only_closed, day.opens_at) == (1, 0, False, None)


def test_a_station_opened_though_nothing_of_it_matches_is_not_called_free_at_night(
    network: tuple[MapService, ManualClock]
) -> None:
    details = network[0].station("id-1", Filters(statuses={Status.FAULTED}))
    assert details is not None
    assert (details.summary.matching, details.summary.only_closed) == (0, True)


def test_the_status_filter_keeps_the_apis_word(network: tuple[MapService, ManualClock]) -> None:
    service, _ = network
    view = service.view(MapState(filters=Filters(statuses={Status.FREE})), WORLD, 12)
    assert (view.points, view.free, view.closed_now) == (4, 2, 2)
    assert service.view(MapState(filters=Filters(statuses={Status.CLOSED})), WORLD, 12).points == 0


def test_an_export_says_both(network: tuple[MapService, ManualClock]) -> None:
    service, clock = network
    points = list(service.export(MapState(), WORLD))
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO("".join(as_csv(iter(points), clock.now()))))}
    said = {id: (row["status"], row["open_now"], row["opens_at"]) for id, row in rows.items()}
    assert said == {
        "id-1": ("FREE", "False", "2025-07-05T07:00:00+02:00"), "id-2": ("IN_USE", "False", "2025-07-05T07:00:00+02:00"),
        "id-3": ("FREE", "True", ""), "id-4": ("FREE", "False", "2025-07-05T07:00:00+02:00"), "id-5": ("FREE", "", "")}
    features = json.loads("".join(as_geojson(iter(points), clock.now())))["features"]
    told = {feature["id"]: feature["properties"] for feature in features}
    assert (told["id-1"]["status"], told["id-1"]["open_now"]) == ("FREE", False)
    assert told["id-1"]["opens_at"] == "2025-07-05T07:00:00+02:00"
    assert "open_now" not in told["id-5"]


def test_the_wall_and_the_history_keep_the_apis_word(tmp_path: Path) -> None:
    store, clock = open_store(tmp_path / "points.sqlite"), ManualClock(NIGHT - timedelta(hours=6))
    store.upsert([a_point(1), a_point(2, status=Status.IN_USE)], "irve")
    source = EmbeddedSource(store, clock)
    live = Live(source, tmp_path / "history.sqlite", clock=clock)
    live.refresh()
    assert MapService(source, clock).view(MapState(), WORLD, 12).free == 1
    clock.go_on(6 * 3600)
    live.refresh()
    assert MapService(source, clock).view(MapState(), WORLD, 12).free == 0
    board = WallService(source, live).board(MapState())
    assert board.history.now[Status.FREE.number] == 1
    assert board.available == 1.0
    assert live.changes() == ()
    live.stop()
    store.close()


def test_a_change_of_hours_is_seen_by_the_next_view(tmp_path: Path) -> None:
    service, store, _ = service_of(tmp_path, [a_point(1)], NIGHT)
    assert service.view(MapState(), WORLD, 12).free == 0
    always = OpeningHours(open247=True)
    store.update("id", "id-1", a_point(1, availability=always, opening_hours=None))
    view = service.view(MapState(), WORLD, 12)
    assert (view.free, view.closed_now) == (1, 0)
    assert np.array_equal(view.marks.status, [Status.FREE.number])
    store.close()
