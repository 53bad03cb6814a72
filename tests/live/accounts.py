"""An account for the tests of the live core: the embedded service over real HTTP stands in for Wirelane's own hosts."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, counted
from tests.server.serving import Service, serving
from tests.serving import TRUSTED
from wirelane_geo.api import WirelaneClient
from wirelane_geo.geo import Bounds
from wirelane_geo.live import Live
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.webhook import Webhook, WebhookUpdate
from wirelane_geo.map.service import MapService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource
from wirelane_geo.sources._tile_refresher import FETCHES

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
