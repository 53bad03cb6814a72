"""The live core on a Wirelane account: the embedded service over real HTTP stands in for Wirelane's own hosts."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, counted
from tests.server.serving import Service, serving
from tests.serving import TRUSTED
from wirelane_geo.api import WirelaneClient
from wirelane_geo.cache import Tile
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.live import Live
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.webhook import Webhook, WebhookUpdate
from wirelane_geo.map.service import MapService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource
from wirelane_geo.sources._tile_refresher import FETCHES
from wirelane_geo.wire.points import encode_point

FREE, IN_USE, FAULTED = Status.FREE, Status.IN_USE, Status.FAULTED
NORTH, SOUTH = Bounds(54.0, 9.0, 54.2, 9.2), Bounds(48.0, 9.0, 48.2, 9.2)
"""Two places that no tile has in common but the largest."""


class Wire(httpx.HTTPTransport):
    """Real HTTP that remembers what was asked for, and can be told to fail, to wait, or to leave out dates."""

    def __init__(self) -> None:
        super().__init__(verify=TRUSTED)
        self.asked: list[httpx.QueryParams] = []
        self.single = 0
        self.status: int | None = None
        self.undated = False
        self.hold: threading.Event | None = None
        self.slow_tiles: threading.Event | None = None
        self.held = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            return super().handle_request(request)
        if request.url.path.endswith("/points"):
            self.asked.append(request.url.params)
        else:
            self.single += 1
        if self.status:
            return httpx.Response(self.status, json={"error_code": "down", "error_message": "for maintenance"})
        response = super().handle_request(request)
        response.read()
        hold = self.hold or (None if "order_by" in request.url.params else self.slow_tiles)
        if hold:
            self.held.set()
            assert hold.wait(30)
        if self.undated and request.url.path.endswith("/points"):
            body = [{k: v for k, v in point.items() if k != "update_date"} for point in json.loads(response.content)]
            return httpx.Response(200, json=body, headers={
                name: value for name, value in response.headers.items() if name.startswith("x-total")})
        return httpx.Response(response.status_code, content=response.content, headers={
            name: value for name, value in response.headers.items() if name not in ("content-encoding", "content-length")})

    def tiles(self) -> list[httpx.QueryParams]:
        """Whole tiles that were asked for, rather than changes."""
        return [asked for asked in self.asked if asked.get("order_by") is None]

    def changes(self) -> list[httpx.QueryParams]:
        return [asked for asked in self.asked if asked.get("order_by") == "updateDate"]


@dataclass
class Account:
    """An upstream with 8 points in the north (p0..p7) and 8 in the south (p8..p15), and the live core on its account."""

    upstream: Service
    wire: Wire
    clock: ManualClock
    source: ApiSource
    live: Live
    watch: WallService
    client: WirelaneClient
    heard: list[WebhookUpdate] = field(default_factory=list)

    def change(self, at: datetime | None = None, **statuses: Status) -> None:
        self.upstream.store.set_statuses({f"id-{name[1:]}": status for name, status in statuses.items()},
                                         at=at or self.clock.now())

    def look(self, bounds: Bounds = NORTH, zoom: float = 9) -> dict[Status, int]:
        """A session looks at a part of the map; what it is told."""
        return counted(MapService(self.source).view(MapState(), bounds, zoom).by_status)

    def after(self, seconds: float) -> None:
        """Time passes, and the refresher asks; what it has fetched behind is there as well."""
        self.clock.go_on(seconds)
        self.wire.asked.clear()
        self.live.refresh()
        self.settle()

    def settle(self) -> None:
        """Wait until every fetch that was begun has ended."""
        pool = self.source._refresher._pool
        barrier = threading.Barrier(FETCHES + 1)
        for _ in range(FETCHES):
            pool.submit(barrier.wait, 30)
        barrier.wait(30)

    def webhook(self) -> Webhook:
        return Webhook("a-secret-of-the-test", self.live.enqueue, self.clock.now)


def two_days_ago() -> ManualClock:
    """Before everything that the upstream dates by the machine's clock."""
    return ManualClock(datetime.now(UTC).replace(microsecond=0) - timedelta(days=2))


@contextmanager
def account(directory: Path, clock: ManualClock | None = None, **options: float) -> Iterator[Account]:
    clock = clock or two_days_ago()
    with serving(directory) as upstream:
        upstream.store.upsert([
            a_point(number, longitude=9.1, latitude=(54.0 if number < 8 else 48.0) + 0.02 * (number % 8) + 0.01,
                    update_date=clock.now() - timedelta(days=number)) for number in range(16)], "api")
        secret, wire = upstream.credentials, Wire()
        with WirelaneClient(
            f"{upstream.url}/apis/emc", f"{upstream.url}/token", secret.organization, secret.client_id, secret.client_secret,
            secret.username, secret.password, transport=wire, timeout=30, deadline=60, clock=clock.monotonic,
            sleep=lambda seconds: None, observe=(metrics := Metrics()).exchange,
        ) as client:
            source = ApiSource(client, cache_bytes=10**8, cache_seconds=60, clock=clock, metrics=metrics)
            live = Live(source, directory / "history.sqlite", clock=clock, metrics=metrics, **options)
            try:
                yield Account(upstream, wire, clock, source, live, WallService(source, live), client)
            finally:
                live.stop()
                source.close()


def test_what_changed_is_asked_for_newest_first_where_somebody_looks(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        assert here.look() == {FREE: 8}
        here.change(p1=FAULTED, p9=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        [asked] = here.wire.changes()
        assert (asked["order_by"], asked["order_direction"], asked["page"]) == ("updateDate", "desc", "1")
        assert float(asked["south_west_lat"]) > 50, "only where somebody looks"
        assert here.wire.tiles() == []
        [change] = here.live.changes()
        assert (change.number, change.point_id, change.before, change.after, change.origin) == (
            1, "id-1", FREE, FAULTED, "poll")
        assert change.at == here.clock.now() - timedelta(seconds=15), "the upstream says when"
        status = here.live.status()
        assert (status.mode, status.number, status.problem) == ("changes", 1, None)


def test_any_number_of_sessions_cost_one_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        for _ in range(20):
            here.look()
        here.after(15)
        assert len(here.wire.asked) == 1


def test_where_nobody_looks_any_more_only_whether_the_upstream_answers_is_asked(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.after(119)
        assert here.live.status().mode == "idle"
        [asked] = here.wire.asked
        assert asked["page_size"] == "1"
        here.look()
        here.after(15)
        assert here.live.status().mode == "changes"


def test_changes_are_read_page_by_page_until_known_ones_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 3)
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        for number in range(7):
            here.change(at=here.clock.go_on(1), **{f"p{number}": IN_USE})
        here.after(15)
        assert here.look() == {FREE: 1, IN_USE: 7}
        assert [asked["page"] for asked in here.wire.changes()] == ["1", "2", "3"], "of six pages in all"


def test_with_more_changes_than_is_worth_asking_for_the_tiles_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 1)
    monkeypatch.setattr("wirelane_geo.sources._changefeed.MOST_PAGES", 2)
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.change(**{f"p{number}": IN_USE for number in range(8)})
        here.after(15)
        assert here.look() == {IN_USE: 8}
        assert here.wire.tiles()
        assert here.live.status().mode == "changes", "next time it may be fewer again"


def test_a_point_that_comes_moves_or_is_changed_otherwise_is_shown(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        store = here.upstream.store
        date = here.clock.go_on(5)
        store.upsert([a_point(20, IN_USE, longitude=9.15, latitude=54.1, update_date=date)], "api")
        store.upsert([a_point(2, longitude=9.1, latitude=54.051, street="Neue Str.", power=150.0, update_date=date)], "api")
        here.after(15)
        assert here.look() == {FREE: 8, IN_USE: 1}
        service = MapService(here.source)
        assert service.station("id-2").points[0].street == "Neue Str."
        assert service.view(MapState(), Bounds(54.0505, 9.0, 54.0515, 9.2), 9).points == 1
        assert here.live.status().number == 0, "no status changed"


def test_an_upstream_without_dates_is_compared(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.wire.undated = True
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert here.live.status().mode == "compare"
        assert here.wire.tiles()
        assert [change.point_id for change in here.live.changes()] == ["id-1"]


@pytest.mark.parametrize("off", [timedelta(days=-400), timedelta(hours=-1)])
def test_an_upstream_whose_clock_was_set_back_is_noticed_and_compared(
    tmp_path: Path, off: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirelane_geo.sources._changefeed.PAGE", 1)
    with account(tmp_path) as here:
        here.look()
        here.change(p0=IN_USE)
        here.change(at=here.clock.now() - timedelta(minutes=30), p4=IN_USE)  # where the list is known already
        here.after(15)
        here.change(at=here.clock.now() + off, p1=FAULTED)
        seen = []
        for _ in range(8):
            here.after(15)
            seen.append(here.look().get(FAULTED, 0))
        assert seen[-1] == 1, "found by the comparison that is made now and then"
        assert here.live.status().mode == "compare"
        here.change(at=here.clock.now() + off, p2=FAULTED)
        here.after(15)
        assert here.look()[FAULTED] == 2, "from then on within one refresh"


@pytest.mark.parametrize("off", [timedelta(minutes=10), timedelta(days=4000)])
def test_dates_in_the_future_hide_nothing(tmp_path: Path, off: timedelta) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(at=here.clock.now() + off, p0=IN_USE)
        here.after(15)
        here.change(p1=FAULTED)
        here.after(15)
        assert here.look() == {FREE: 6, IN_USE: 1, FAULTED: 1}
        assert all(change.at <= here.clock.now() for change in here.live.changes())
        assert here.live.status().mode == "changes"


def test_an_upstream_that_runs_behind_is_asked_as_well(tmp_path: Path) -> None:
    behind = timedelta(hours=3)
    with account(tmp_path) as here:
        here.look()
        for number in range(3):
            here.change(at=here.clock.now() - behind, **{f"p{number}": FAULTED})
            here.after(15)
            assert here.look()[FAULTED] == number + 1
        assert here.live.status().mode == "changes"
        newest = here.live.changes()[0]
        assert newest.at >= here.clock.now() - timedelta(seconds=15), "it was not so when it was asked before"


def test_a_point_that_comes_is_in_every_tile_that_holds_its_place(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        small = Bounds(48.05, 9.0, 48.1, 9.1)
        here.look(small, 7)
        here.upstream.store.upsert([a_point(20, latitude=48.07, longitude=9.05, update_date=here.clock.go_on(15))], "extra")
        here.look(WORLD, 12)
        assert here.look(small, 7) == here.look(small, 12) == {FREE: 4}
        here.upstream.store.remove("extra")
        here.source._refresher._fetch(Tile(0, 0))
        assert here.look(small, 7) == here.look(small, 12) == {FREE: 3}


def test_what_is_gone_leaves_at_the_next_comparison(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.upstream.store.upsert([a_point(30, longitude=9.1, latitude=54.15, update_date=here.clock.now())], "extra")
        assert here.look() == {FREE: 9}
        here.upstream.store.remove("extra")
        for _ in range(5):
            here.after(15)
        assert here.look() == {FREE: 8}
        assert here.live.point("id-30") is None
        assert here.live.status().number == 0


def test_a_tile_looked_at_again_after_a_while_is_fetched_anew(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.after(3600)
        here.change(p3=FAULTED)
        here.look()
        here.settle()
        here.after(15)
        assert here.look() == {FREE: 7, FAULTED: 1}
        strip = here.live.point("id-3").strip
        assert None in [interval.status for interval in strip[1:]], "nobody watched meanwhile"
        assert strip[-1].status is FAULTED


def test_two_places_are_both_kept_fresh(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look(NORTH)
        here.look(SOUTH)
        here.change(p0=IN_USE, p15=FAULTED)
        here.after(15)
        assert (here.look(NORTH), here.look(SOUTH)) == ({FREE: 7, IN_USE: 1}, {FREE: 7, FAULTED: 1})
        assert len(here.wire.changes()) == 1


def test_a_point_in_tiles_of_several_sizes_changes_in_all_of_them(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look(NORTH, 12)
        here.look(WORLD, 1)
        here.change(p0=FAULTED)
        here.after(15)
        assert here.look(NORTH, 12)[FAULTED] == 1
        assert here.look(WORLD, 1) == {FREE: 15, FAULTED: 1}
        assert here.live.status().number == 1


def test_an_upstream_that_fails_keeps_the_picture_with_age_and_reason(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        good = here.live.status().fetched_at
        here.wire.status = 503
        for _ in range(10):
            here.after(15)
        status = here.live.status()
        assert (status.level, status.fetched_at) == ("stale", good)
        assert "503" in status.problem
        assert status.cause == "503"
        assert here.look() == {FREE: 8}
        assert "503" in MapService(here.source).view(MapState(), NORTH, 9).problem
        here.wire.status = None
        here.change(p1=FAULTED)
        for _ in range(5):  # the client leaves a host that failed alone for a minute at most
            here.after(15)
            if here.live.status().problem is None:
                break
        assert (here.live.status().problem, here.live.status().cause) == (None, None)
        assert here.look() == {FREE: 7, FAULTED: 1}
        gaps = [i for i in here.live.point("id-0").strip[1:] if i.status is None]
        assert [(gap.begin, gap.end) for gap in gaps] == [(good, here.clock.now())], "nobody knows what was then"


def test_the_history_of_an_account_survives_a_restart(tmp_path: Path) -> None:
    clock = two_days_ago()
    with account(tmp_path, clock) as here:
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        since = here.live.point("id-1").since
    clock.go_on(10)
    with account(tmp_path, clock) as here:
        here.upstream.store.set_statuses({"id-1": FAULTED}, at=since)
        here.look()
        assert here.live.point("id-1").since == since
        assert here.live.status().number == 1


def event(here: Account, number: int, **changes: object) -> dict[str, object]:
    return {"id": f"event-{number}", "resource_type": "ChargingPoint", "resource_id": "id-1", "action": "update", **changes}


def told(here: Account, body: dict[str, object]) -> str:
    outcome = here.webhook().take(json.dumps(body).encode())
    here.live.process_updates()
    return outcome


def test_a_webhook_with_the_point_is_shown_without_a_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        point = here.upstream.store.get("id", "id-1")
        point = msgspec.structs.replace(point, status=FAULTED, update_date=here.clock.go_on(1))
        here.wire.asked.clear()
        told(here, event(here, 1, data=encode_point(point).decode()))
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert (here.wire.asked, here.wire.single) == ([], 0)
        assert here.live.changes()[0].origin == "webhook"


def test_a_webhook_with_no_more_than_an_id_has_the_point_looked_up(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p1=FAULTED)
        told(here, event(here, 1, data="something else"))
        assert here.look() == {FREE: 7, FAULTED: 1}
        assert here.wire.single == 1
        here.change(p2=FAULTED)
        told(here, event(here, 2, resource_id="DE*ABC*E0002"))
        assert here.look() == {FREE: 6, FAULTED: 2}


def test_webhooks_about_many_points_cost_one_question(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.after(15)
        here.change(**{f"p{number}": IN_USE for number in range(16)})
        here.wire.asked.clear()
        webhook = here.webhook()
        for number in range(16):
            webhook.take(json.dumps(event(here, number, resource_id=f"id-{number}")).encode())
        here.live.process_updates()
        assert here.look() == {IN_USE: 8}
        assert (len(here.wire.asked), here.wire.single) == (1, 0)


def test_a_webhook_that_comes_late_does_not_bring_back_what_was(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        old = msgspec.structs.replace(here.upstream.store.get("id", "id-1"), status=FAULTED, update_date=here.clock.go_on(1))
        here.clock.go_on(5)
        here.change(p1=IN_USE)
        here.after(15)
        told(here, event(here, 1, data=encode_point(old).decode()))
        assert here.look() == {FREE: 7, IN_USE: 1}
        assert [change.after for change in here.live.changes()] == [IN_USE]


def test_an_answer_that_was_asked_for_before_a_webhook_came_does_not_undo_it(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p2=IN_USE)
        here.wire.hold = threading.Event()
        refreshing = threading.Thread(target=here.live.refresh)
        here.clock.go_on(15)
        refreshing.start()
        assert here.wire.held.wait(30)  # the upstream has answered, the answer is still on its way
        here.clock.go_on(1)
        here.change(p1=FAULTED)
        point = here.upstream.store.get("id", "id-1")
        told(here, event(here, 1, data=encode_point(point).decode()))
        here.wire.hold.set()
        refreshing.join(30)
        assert here.look() == {FREE: 6, IN_USE: 1, FAULTED: 1}
        assert [change.after for change in here.live.changes()] == [IN_USE, FAULTED]


def test_a_webhook_about_a_point_that_is_gone_takes_it_off_the_map(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.upstream.store.upsert([a_point(30, longitude=9.1, latitude=54.15, update_date=here.clock.now())], "extra")
        assert here.look() == {FREE: 9}
        here.upstream.store.remove("extra")
        here.clock.go_on(1)
        told(here, event(here, 1, resource_id="id-30", action="delete"))
        assert here.look() == {FREE: 8}


def test_an_event_about_nobody_knows_what_has_changes_asked_for(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.change(p1=FAULTED)
        told(here, {"id": "e", "resource_type": "Tariff", "resource_id": "x"})
        assert here.look() == {FREE: 7, FAULTED: 1}


def test_a_webhook_reaches_the_map_by_itself(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.live.start()
        here.change(p1=FAULTED)
        here.webhook().take(json.dumps(event(here, 1)).encode())
        assert here.live.wait(0, timeout=30)
        assert here.look() == {FREE: 7, FAULTED: 1}


def test_what_the_upstream_does_is_measured(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        here.look()
        here.change(p1=FAULTED)
        here.after(15)
        here.wire.status = 503
        here.after(15)
        text = here.live.metrics.text().decode()
        assert 'wirelane_geo_status_changes_total{origin="poll"} 1.0' in text
        assert 'wirelane_geo_points{status="FAULTED"} 1.0' in text
        assert "wirelane_geo_snapshot_age_seconds 15.0" in text
        assert 'wirelane_geo_upstream_errors_total{operation="points",outcome="503"} ' in text
        assert 'wirelane_geo_upstream_seconds_count{operation="points"} ' in text
        asked, hits = (float(text.split(f'wirelane_geo_tile_requests_total{{answer="{answer}"}} ')[1].split()[0])
                       for answer in ("miss", "hit"))
        assert asked == hits > 0


def test_changes_are_asked_for_while_tiles_are_compared(tmp_path: Path) -> None:
    with account(tmp_path) as here:
        here.look()
        for _ in range(3):
            here.after(15)  # as usual; the next refresh compares as well
        here.wire.slow_tiles = threading.Event()
        here.clock.go_on(15)
        here.live.refresh()
        assert here.wire.held.wait(30)  # the upstream has answered the tiles, slowly
        here.change(p1=FAULTED)
        here.clock.go_on(15)
        here.live.refresh()
        assert here.look() == {FREE: 7, FAULTED: 1}
        here.wire.slow_tiles.set()
        here.settle()
        assert here.look() == {FREE: 7, FAULTED: 1}, "older than what was learned meanwhile"
        here.clock.go_on(15)
        here.live.refresh()
        assert here.live.status().mode == "changes", "and no reason to distrust"
        assert [change.after for change in here.live.changes()] == [FAULTED]


steps = st.lists(st.tuples(
    st.sampled_from([5, 15, 70, 200]), st.dictionaries(st.integers(0, 15), st.sampled_from(list(Status)), max_size=4),
    st.none() | st.tuples(st.integers(8, 20), st.floats(48.0, 48.19), st.floats(9.0, 9.19)),
    st.lists(st.tuples(st.sampled_from([NORTH, SOUTH, WORLD, Bounds(48.05, 9.0, 48.1, 9.1)]), st.sampled_from([1, 7, 12])),
             min_size=1, max_size=3)), max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_whatever_is_looked_at_is_as_the_upstream_has_it(tmp_path_factory: pytest.TempPathFactory, days: list) -> None:
    """Statuses change, points come and move, sessions look here and there, at any zoom, and away for a while."""
    with account(tmp_path_factory.mktemp("account")) as here:
        known = {number: here.upstream.store.get("id", f"id-{number}") for number in range(16)}
        for seconds, statuses, moved, looks in days:
            here.clock.go_on(seconds)
            changed = {number: msgspec.structs.replace(known[number], status=status) for number, status in statuses.items()}
            if moved:
                number, lat, lon = moved
                point = changed.get(number) or known.get(number) or a_point(number)
                changed[number] = msgspec.structs.replace(point, latitude=lat, longitude=lon)
            known |= {number: msgspec.structs.replace(point, update_date=here.clock.now())
                      for number, point in changed.items() if point != known.get(number)}
            here.upstream.store.upsert([known[number] for number in changed], "api")
            for bounds, zoom in looks:
                here.look(bounds, zoom)
            here.settle()
            here.after(15)
            for bounds, zoom in looks:
                truth = Counter(p.status for p in known.values() if bounds.contains(p.longitude, p.latitude))
                assert here.look(bounds, zoom) == truth
            book = here.live._recorder.known
            held = {handle: here.source._contents.point(handle) for handle in book.handles.tolist()}
            assert all(point.status.number == status
                       for point, status in zip(held.values(), book.status.tolist(), strict=True) if point is not None)
