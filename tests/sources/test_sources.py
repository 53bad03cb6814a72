"""A Wirelane account as a source: the embedded service over real HTTP stands in for Wirelane's own hosts."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.network import network
from tests.server.serving import Service, serving
from tests.strategies import bounds as any_bounds
from tests.strategies import filters as any_filters
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiError
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.map.service import MapService
from wirelane_geo.model import PlugType
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource, EmbeddedSource

BERLIN = Bounds(52.3, 13.2, 52.7, 13.6)
FIJI = Bounds(-19, 178, -16, -179)


class CountingTransport(httpx.HTTPTransport):
    """Real HTTP that remembers which points were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[httpx.QueryParams] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.asked.append(request.url.params)
        return super().handle_request(request)


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("upstream")) as service:
        service.store.upsert(network().points, "api")
        yield service


Connect = Callable[..., tuple[MapService, CountingTransport]]


@pytest.fixture
def connect(upstream: Service) -> Iterator[Connect]:
    with ExitStack() as stack:

        def make(service: Service = upstream, seconds: float = 3600) -> tuple[MapService, CountingTransport]:
            transport, secret = CountingTransport(), service.credentials
            client = stack.enter_context(WirelaneClient(
                f"{service.url}/apis/emc", f"{service.url}/token", secret.organization, secret.client_id,
                secret.client_secret, secret.username, secret.password,
                transport=transport, timeout=5, deadline=10, sleep=lambda seconds: None))
            return MapService(ApiSource(client, cache_bytes=10**8, cache_seconds=seconds)), transport

        yield make


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(any_bounds(), any_filters, st.floats(0, 18))
def test_an_account_is_seen_like_the_store_behind_it(
    upstream: Service, connect: Connect, bounds: Bounds, filters: Filters, zoom: float
) -> None:
    embedded = MapService(EmbeddedSource(upstream.store))
    account, _ = connect()
    state = MapState(filters=filters)
    expected, view = embedded.view(state, bounds, zoom), account.view(state, bounds, zoom)
    assert (view.stations, view.points, view.by_status.tolist()) == (
        expected.stations, expected.points, expected.by_status.tolist())
    assert sorted(p.id for p in account.export(state, bounds)) == sorted(p.id for p in embedded.export(state, bounds))
    assert [s.id for s in account.nearby(state, bounds, 5).stations] or not embedded.nearby(state, bounds, 5).stations


def test_the_viewport_becomes_north_east_south_west_queries(connect: Connect) -> None:
    service, transport = connect()
    service.view(MapState(), BERLIN, 10)
    assert transport.asked
    for asked in transport.asked:
        south, west, north, east = (
            float(asked[f"{corner}_{axis}"]) for corner in ("south_west", "north_east") for axis in ("lat", "lon"))
        assert south < north <= 85.06
        assert west < east
        assert south <= BERLIN.north
        assert north >= BERLIN.south
        assert west <= BERLIN.east
        assert east >= BERLIN.west


def test_panning_back_and_filtering_cost_no_request(connect: Connect) -> None:
    service, transport = connect()
    service.view(MapState(), BERLIN, 10)
    service.view(MapState(), Bounds(52.3, 13.3, 52.7, 13.7), 10)
    transport.asked.clear()
    service.view(MapState(), BERLIN, 10)
    service.view(MapState(filters=Filters(plugs={PlugType.CCS})), BERLIN, 10)
    service.nearby(MapState(), BERLIN)
    assert transport.asked == []


def test_zooming_in_is_answered_by_what_is_there(connect: Connect) -> None:
    service, transport = connect()
    service.view(MapState(), WORLD, 0)
    transport.asked.clear()
    service.view(MapState(), BERLIN, 14)
    service.view(MapState(), FIJI, 9)
    assert transport.asked == []


def test_the_antimeridian_is_two_sides_of_one_view(upstream: Service, connect: Connect) -> None:
    service, _ = connect()
    fiji = {p.id for p in service.export(MapState(), FIJI)}
    everything = [p for p in upstream.store.records(upstream.store.columns().handle.tolist()) if p.longitude is not None]
    assert fiji == {p.id for p in everything if FIJI.contains(p.longitude, p.latitude)}
    assert {p.longitude > 0 for p in service.export(MapState(), FIJI)} == {True, False}


def test_a_station_opens_though_nobody_looked_there(upstream: Service, connect: Connect) -> None:
    service, _ = connect()
    point = next(p for p in upstream.store.records(upstream.store.columns().handle[:3].tolist()) if p.longitude is not None)
    details = service.station(point.id)
    assert point.id in {p.id for p in details.points}
    assert service.station("nobody-has-this-id") is None
    assert service.locate(details.summary.handle) == details.summary.id


def test_the_extent_is_the_outermost_points(upstream: Service, connect: Connect) -> None:
    service, _ = connect()
    found = service.extent()
    known = MapService(EmbeddedSource(upstream.store)).extent()
    assert (found.south, found.north) == (known.south, known.north)


def test_search_asks_the_upstream(connect: Connect) -> None:
    service, transport = connect()
    hits = [hit for hit in service.search("Hauptstraße 12") if hit.kind == "station"]
    assert hits
    assert all(hit.label.startswith("Hauptstraße 12") for hit in hits)
    assert any(asked.get("search") == "Hauptstraße 12" for asked in transport.asked)


def test_an_upstream_that_fails_keeps_the_last_good_view_dated(tmp_path: Path, connect: Connect) -> None:
    with serving(tmp_path) as lost:
        lost.store.upsert(network().points, "api")
        service, _ = connect(lost, seconds=1e-9)
        good = service.view(MapState(), BERLIN, 10)
        assert good.points > 0
        assert good.problem is None
    view, give_up = good, time.monotonic() + 30
    while view.problem is None and time.monotonic() < give_up:  # renewed behind: some later view learns of it
        view = service.view(MapState(), BERLIN, 10)
    assert view.problem
    assert view.points == good.points
    assert view.fetched_at >= good.fetched_at


def test_an_upstream_that_never_answered_is_an_error(tmp_path: Path, connect: Connect) -> None:
    with serving(tmp_path) as lost:
        service, _ = connect(lost)
    with pytest.raises(ApiError):
        service.view(MapState(), BERLIN, 10)
