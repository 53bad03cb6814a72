"""Processes that show one account of an upstream, and what they ask it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
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
from wirelane_geo.live.history_place import HistoryPlace, PostgresPlace
from wirelane_geo.live.leader import Leader
from wirelane_geo.map.service import MapService
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import ApiSource, SharedAccount
from wirelane_geo.sources._tile_refresher import FETCHES
from wirelane_geo.store.shared_answers import SharedAnswers
from wirelane_geo.store.shared_state import open_shared_state

FREE, IN_USE, FAULTED = Status.FREE, Status.IN_USE, Status.FAULTED
NORTH, SOUTH = Bounds(54.0, 9.0, 54.2, 9.2), Bounds(48.0, 9.0, 48.2, 9.2)
TILES = 2
"""That either of them is made of."""
EVERY_S, GOOD_S = 15.0, 60.0


class Wire(httpx.HTTPTransport):
    """Real HTTP that counts what was asked for, and can be told to fail."""

    def __init__(self, asked: list[httpx.URL]) -> None:
        super().__init__(verify=TRUSTED)
        self.asked, self.down = asked, False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            self.asked.append(request.url)
            if self.down:
                return httpx.Response(500, json={"error_code": "down", "error_message": "for maintenance"})
        return super().handle_request(request)


@dataclass
class Process:
    """What one process has of its own."""

    source: ApiSource
    live: Live
    leader: Leader
    wire: Wire

    def look(self, bounds: Bounds = NORTH) -> dict[Status, int]:
        return counted(MapService(self.source).view(MapState(), bounds, 9).by_status)

    def refresh(self) -> None:
        self.live.refresh()
        pool = self.source._refresher._pool
        for done in [pool.submit(lambda: None) for _ in range(FETCHES)]:
            done.result(30)


@dataclass
class Account:
    """An upstream with 8 points in the north and 8 in the south, and the processes that show it; the first one leads."""

    upstream: Service
    clock: ManualClock
    place: tuple[str, Path]
    stack: ExitStack
    asked: list[httpx.URL] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)

    def start(self, client_id: bytes = b"account") -> Process:
        """One more process."""
        secret, wire, number = self.upstream.credentials, Wire(self.asked), len(self.processes)
        client = self.stack.enter_context(WirelaneClient(
            f"{self.upstream.url}/apis/emc", f"{self.upstream.url}/token", secret.organization, secret.client_id,
            secret.client_secret, secret.username, secret.password, transport=wire, timeout=30, deadline=60,
            clock=self.clock.monotonic, sleep=lambda seconds: None))
        state = self.stack.enter_context(closing(open_shared_state(*self.place)))
        leader = Leader(state.leader_lock("account"), f"process {number}")
        shared = SharedAccount(SharedAnswers(state.tables("upstream"), client_id, lambda _: self.clock.now().timestamp()),
                               lambda: leader.leads, self.clock)
        source = ApiSource(client, cache_bytes=10**8, cache_seconds=GOOD_S, refresh_seconds=EVERY_S, clock=self.clock,
                           shared=shared)
        live = Live(source, self._history(), refresh_seconds=EVERY_S, clock=self.clock, leader=leader)
        self.stack.callback(source.close)
        self.stack.callback(leader.stop)
        self.stack.callback(live.stop)
        self.processes.append(Process(source, live, leader, wire))
        return self.processes[-1]

    def _history(self) -> HistoryPlace:
        url, directory = self.place
        return PostgresPlace(url, "history") if url.startswith("postgresql") else directory / "history.sqlite"

    def change(self, **statuses: Status) -> None:
        self.upstream.store.set_statuses({f"id-{name[1:]}": status for name, status in statuses.items()}, at=self.clock.now())

    def after(self, seconds: float, step: float = 0.5) -> None:
        """Time passes, and each process meets the others so often."""
        left = seconds
        while left > 0:
            self.clock.go_on(min(step, left))
            left -= step
            self.meet()

    def meet(self) -> None:
        for process in self.processes:
            process.leader.look()
            process.refresh()


@contextmanager
def account(url: str, directory: Path, processes: int = 3) -> Iterator[Account]:
    clock = ManualClock(datetime.now(UTC).replace(microsecond=0) - timedelta(days=2))
    with serving(directory) as upstream, ExitStack() as stack:
        upstream.store.upsert([
            a_point(number, longitude=9.1, latitude=(54.0 if number < 8 else 48.0) + 0.02 * (number % 8) + 0.01,
                    update_date=clock.now() - timedelta(days=number)) for number in range(16)], "api")
        here = Account(upstream, clock, (url, directory), stack)
        for _ in range(processes):
            here.start()
        yield here
