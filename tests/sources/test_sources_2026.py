"""An account of 2026 as a source: the embedded service over real HTTP, and an upstream that says what a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.test_hostile_2026 import NOON, station
from tests.api.upstream import Request, Upstream, reply
from tests.api.upstream import serving as serving_upstream
from tests.live.clocks import ManualClock
from tests.live.networks import a_point
from tests.server.network import network
from tests.server.serving import Service, serving
from tests.serving import TRUSTED
from tests.strategies import bounds as any_bounds
from tests.strategies import filters as any_filters
from wirelane_geo.api import Hosts, Retry, WirelaneClient
from wirelane_geo.cache import Tile
from wirelane_geo.errors import ApiError, OtherDialect
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.live.webhook import update_of
from wirelane_geo.map.service import MapService
from wirelane_geo.model import ChargePointGroup, ChargingType, EventLog, PointId, Status
from wirelane_geo.model.dialect_2026 import ConnectorStatus
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource, EmbeddedSource

BERLIN = Bounds(52.3, 13.2, 52.7, 13.6)


class Wire(httpx.HTTPTransport):
    """Real HTTP that remembers what was asked for."""

    def __init__(self) -> None:
        super().__init__(verify=TRUSTED)
        self.asked: list[tuple[str, dict[str, str]]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.asked.append((request.url.path.rpartition("DEMOTENANT")[2], dict(request.url.params)))
        return super().handle_request(request)


Connect = Callable[[Service], tuple[ApiSource, Wire]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:

        def make(service: Service, path: str = "/apis/2026/emc") -> tuple[ApiSource, Wire]:
            wire, own = Wire(), service.credentials
            client = stack.enter_context(WirelaneClient(
                f"{service.url}{path}", f"{service.url}/token", own.organization, own.client_id, own.client_secret,
                own.username, own.password, dialect="2026", transport=wire, sleep=lambda _: None))
            source = ApiSource(client, network="test", cache_bytes=10**8, cache_seconds=3600)
            stack.callback(source.close)
            return source, wire

        yield make


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("known")) as service:
        service.store.upsert(network().points, "api")
        yield service


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        service.store.upsert([a_point(number) for number in range(6)], "api")
        yield service


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(any_bounds(), any_filters, st.floats(0, 18))
def test_an_account_of_2026_is_seen_like_the_store_behind_it(
    known: Service, connect: Connect, bounds: Bounds, filters: Filters, zoom: float
) -> None:
    """But for what its stations can't say: which of their points are reservable."""
    filters = Filters(**{name: getattr(filters, name) for name in (
        "plugs", "power_kw", "statuses", "charging_types", "area")})
    embedded, account = MapService(EmbeddedSource(known.store)), MapService(connect(known)[0])
    state = MapState(filters=filters)
    expected, view = embedded.view(state, bounds, zoom), account.view(state, bounds, zoom)
    assert (view.points, view.by_status.tolist()) == (expected.points, expected.by_status.tolist())
    assert sorted(p.charge_point_id for p in account.export(state, bounds)) == sorted(
        p.charge_point_id for p in embedded.export(state, bounds))


def test_a_small_account_is_read_once_and_then_asked_for_changes_alone(own: Service, connect: Connect) -> None:
    source, wire = connect(own)
    service = MapService(source)
    for bounds in (BERLIN, WORLD, Bounds(-10, -10, 10, 10)):
        service.view(MapState(), bounds, 5)
    assert [asked for _, asked in wire.asked if "order_by" not in asked] == [{"page": "1", "page_size": "5000"}]
    wire.asked.clear()
    own.store.set_statuses({PointId("id-3"): Status.FAULTED}, at=datetime.now(UTC))
    assert source.refresh().mode == "changes"
    assert {asked["order_by"] for _, asked in wire.asked} == {"status_update"}
    assert statuses(source)["P-3"] is Status.FAULTED
    assert source.extent() is not None


def test_an_event_about_a_station_has_it_looked_up(own: Service, connect: Connect) -> None:
    source, wire = connect(own)
    assert statuses(source)["P-3"] is Status.FREE
    number = next(point.station for point in points_of(source) if point.charge_point_id == "P-3")
    own.store.set_statuses({PointId("id-3"): Status.FAULTED, PointId("id-5"): Status.IN_USE}, at=datetime.now(UTC))
    wire.asked.clear()
    event = EventLog(id="E-1", resource_type="charging_station", resource_id=str(number), action="updated")
    source.apply_update(update_of(event, datetime.now(UTC)))
    assert [path for path, _ in wire.asked] == [f"/stations/id/{number}"]
    assert (statuses(source)["P-3"], statuses(source)["P-5"]) == (Status.FAULTED, Status.FREE)
    source.apply_update(update_of(EventLog(id="E-2", resource_type="station", resource_id="no-number"), datetime.now(UTC)))
    assert statuses(source)["P-5"] is Status.IN_USE, "what can't be looked up is a reason to ask what changed"


def test_an_event_that_tells_a_point_has_it_looked_up_and_its_station_stays_known(own: Service, connect: Connect) -> None:
    source, wire = connect(own)
    point = next(point for point in points_of(source) if point.charge_point_id == "P-3")
    own.store.set_statuses({PointId("id-3"): Status.FAULTED}, at=datetime.now(UTC))
    wire.asked.clear()
    data = json.dumps({"id": point.id, "charge_point_id": "P-3", "status": "CLOSED"})
    source.apply_update(update_of(EventLog(id="E-1", resource_type="charging_point", data=data), datetime.now(UTC)))
    assert [path for path, _ in wire.asked] == [f"/stations/id/{point.station}"]
    [now] = [point for point in points_of(source) if point.charge_point_id == "P-3"]
    assert (now.status, now.station) == (Status.FAULTED, point.station)


def test_a_server_of_2023_gets_its_sentence_on_the_map(own: Service, connect: Connect) -> None:
    source, _ = connect(own, "/apis/emc")  # type: ignore[call-arg]
    with pytest.raises(OtherDialect, match="Set WIRELANE_API_DIALECT=2023"):
        MapService(source).view(MapState(), BERLIN, 10)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving_upstream() as upstream:
        yield upstream


@pytest.fixture
def large(upstream: Upstream) -> Iterator[ApiSource]:
    """An account that counts 30,000 stations where it is asked for all of them."""
    stations = [station(number) for number in range(200)]

    def rule(asked: Request) -> bytes:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        found = stations if "lat" in query else stations * 150  # the same ones again
        begin = (int(query["page"]) - 1) * 50
        return reply(found[begin:begin + 50], x_total_count=len(found), x_total_pages=-(-len(found) // 50))

    upstream.api = rule
    with WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "c", "s", "ada", "pw", dialect="2026",
                        hosts=Hosts(rate=1e9)) as client:
        source = ApiSource(client, network="test", cache_bytes=10**8, cache_seconds=3600)
        yield source
        source.close()


def test_a_large_account_is_read_by_circles_around_what_is_looked_at(upstream: Upstream, large: ApiSource) -> None:
    view = MapService(large).view(MapState(), Bounds(48.0, 8.9, 48.1, 9.1), 11)
    assert view.points == 202, "101 stations of two connectors each"
    everything = [asked for asked in upstream.asked if "lat" not in asked.query]
    assert len(everything) == 1, "the first answer's count decides"
    around = [asked for asked in upstream.asked if "lat" in asked.query]
    assert 1 <= len({(asked.query["lat"], asked.query["lon"]) for asked in around}) <= 6
    upstream.asked.clear()
    MapService(large).view(MapState(), Bounds(48.02, 8.95, 48.08, 9.05), 11)
    assert upstream.asked == []
    assert large.extent() is None
    assert MapService(large).view(MapState(), WORLD, 2).points == 400, "who looks at all of it gets all of it"


def test_a_slow_upstream_is_asked_for_what_is_looked_at_while_all_is_being_read(upstream: Upstream) -> None:
    stations, let_on = [station(number) for number in range(120)], threading.Event()

    def rule(asked: Request) -> bytes:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        if "lat" not in query and query["page"] == "2":
            let_on.wait(60)
        begin = (int(query["page"]) - 1) * 50
        return reply(stations[begin:begin + 50], x_total_count=120, x_total_pages=3)

    upstream.api = rule
    clock = ManualClock()
    with WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "c", "s", "ada", "pw",
                        dialect="2026") as client:
        source = ApiSource(client, network="test", cache_bytes=10**8, cache_seconds=3600, clock=clock)
        source._waited_until = clock.monotonic()  # patience is over
        service, bounds = MapService(source), Bounds(48.0, 8.9, 48.05, 9.1)
        assert service.view(MapState(), bounds, 12).points == 102
        assert any("lat" in asked.query for asked in upstream.asked)
        reading = source._refresher.tiles.prepare(Tile(0, 0))
        let_on.set()
        reading.result(60)
        upstream.asked.clear()
        assert service.view(MapState(), WORLD, 3).points == 240
        assert service.view(MapState(), bounds, 12).points == 102
        assert upstream.asked == []
        source.close()


def test_an_upstream_that_does_not_answer_says_why(upstream: Upstream, connect: Connect) -> None:
    upstream.api = lambda asked: reply({"error_code": "asleep"}, 500)
    with WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "c", "s", "ada", "pw", dialect="2026",
                        retry=Retry(attempts=1)) as client:
        source = ApiSource(client, network="test", cache_bytes=10**8, cache_seconds=3600)
        for _ in range(3):
            with pytest.raises(ApiError, match="asleep"):
                MapService(source).view(MapState(), BERLIN, 10)
        assert len([asked for asked in upstream.asked if "lat" not in asked.query]) == 1, "all is tried again later only"
        source.close()


def test_a_station_that_never_reported_is_no_reason_to_read_all_again_and_again(upstream: Upstream, connect: Connect) -> None:
    quiet, loud = station(1), station(2)
    for connector in quiet["connectors"]:
        del connector["status_update"]

    def rule(asked: Request) -> bytes:
        return reply([loud, quiet], x_total_count=2, x_total_pages=1)

    upstream.api = rule
    with WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "c", "s", "ada", "pw",
                        dialect="2026") as client:
        source = ApiSource(client, network="test", cache_bytes=10**8, cache_seconds=3600)
        MapService(source).view(MapState(), WORLD, 3)
        loud["connectors"][0] |= {"status": "CHARGING_SUSPENDED_EV", "status_update": (NOON + timedelta(hours=9)).isoformat()}
        assert [source.refresh().mode for _ in range(3)] == ["changes"] * 3
        said = {point.charge_point_id: point.said for point in points_of(source)}
        assert said["L2-1"] is ConnectorStatus.CHARGING_SUSPENDED_EV
        source.close()


def test_prices_of_a_station_s_groups_are_asked_for_once(own: Service, connect: Connect) -> None:
    own.store.upsert([a_point(90, id="abc90", charging_type=ChargingType.AC, charging_group=(ChargePointGroup(id=41),))], "demo")
    source, wire = connect(own)
    service = MapService(source)
    service.view(MapState(), WORLD, 3)
    wire.asked.clear()
    for _ in range(3):
        found = service.prices(service.station(PointId("abc90")))
    assert {offer.name("de") for offer in found.offers} == {"Mitglieder DE", "Direkt bezahlen DE"}
    assert not found.pending
    assert [path for path, _ in wire.asked] == ["/point_groups/id/41/tariffs"]
    assert service.prices(service.station(next(
        point.id for point in points_of(source) if point.charge_point_id == "P-3"))).offers == ()
    embedded = EmbeddedSource(own.store)
    embedded.snapshot(WORLD, 3)
    assert embedded.prices([PointId("abc90")]).offers == found.offers


def points_of(source: ApiSource) -> list[Any]:
    snapshot = source.snapshot(WORLD, 3)
    return source.records(snapshot.handles.tolist())


def statuses(source: ApiSource) -> dict[str, Status]:
    return {point.charge_point_id: point.status for point in points_of(source)}


