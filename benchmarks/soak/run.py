"""One run: an upstream, a proxy, a server that shows it as an account, a wall in Chromium, and traffic; then fault upon fault."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.application import chromium
from benchmarks.soak.faults import Fault, of_the_upstream, of_the_wall
from benchmarks.soak.page import Picture, Wall
from benchmarks.soak.processes import Application
from benchmarks.soak.proxy import Proxy
from benchmarks.soak.tally import Tally
from benchmarks.soak.traffic import Traffic
from wirelane_geo.map.service import MapService
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState
from wirelane_geo.server.credentials import load_or_create
from wirelane_geo.settings import DATABASE
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

VIEW = "lat=48.86&lon=2.35&zoom=8"
"""Paris and around: 28 % of all sessions, few enough at a time for the feed to name each change."""
SECRET = "the-secret-of-this-soak"
LOOK_S = 0.5
"""How often the page is asked what it has shown."""
PATIENCE_S, LAST_PATIENCE_S = 150.0, 900.0
"""Until the picture has to be true again after a fault; at the end. After the latter a change is lost."""
SAMPLE_S, NEVER = 60.0, float("-inf")
RESTARTS_S = 600.0
"""So long at most the wall's own server is started anew now and then; from then on its memory is watched."""


@dataclass(frozen=True)
class Memory:
    """Megabytes: the wall's server, the page's JavaScript heap, the browser's processes for the page, the upstream; at
    so many seconds after the start, after so many starts of the server and loads of the page."""

    at: float
    server: float
    heap: float
    page: float
    upstream: float
    lives: int


@dataclass
class Recovery:
    """After a fault: what the wall said of its data meanwhile, and the seconds from its end until the picture was true."""

    fault: str
    said: str
    seconds: float | None


@dataclass
class Soak:
    """See the package."""

    data: Path
    minutes: float
    speed: float
    refresh_s: float
    tally: Tally = field(default_factory=Tally)
    memory: list[Memory] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    complete: bool = False
    seconds: float = 0.0
    changes: int = 0
    loads: int = 0

    def run(self) -> None:
        """Everything, up to the last comparison. Ends by itself."""
        with tempfile.TemporaryDirectory(prefix="soak-") as directory, ExitStack() as stack:
            self._set_up(Path(directory), stack)
            try:
                self._go()
            finally:
                self.seconds = time.monotonic() - self._began
                self.changes, self.loads, self.complaints = self._traffic.changes, self._wall.loads, self._wall.complaints

    def _set_up(self, here: Path, stack: ExitStack) -> None:
        say("importing the network")
        imported_to = here / "upstream"
        [static], [sessions] = (sorted(self.data.glob(f"irve-{kind}-*.xz"))[-1:] for kind in ("static", "sessions"))
        subprocess.run([Path(sys.executable).with_name("wirelane-geo"), "import", static], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "WIRELANE_GEO_DATA": str(imported_to)})
        store = open_store(imported_to / DATABASE)
        stack.callback(store.close)
        self._traffic = Traffic(store, sessions, self.speed, self.tally.send)
        self._traffic.open()
        self._true = MapService(EmbeddedSource(store))
        self._proxy = proxy = Proxy()
        self._upstream = Application(imported_to, here / "upstream.log", WIRELANE_GEO_CALLBACK_SECRET=SECRET,
                                     WIRELANE_GEO_CALLBACKS=f"{proxy.url}/webhooks/wirelane")
        who = load_or_create(imported_to)
        self._server = Application(
            here / "wall", here / "wall.log", WIRELANE_ENVIRONMENT="staging", WIRELANE_API_DIALECT="2023",
            WIRELANE_API_URL=f"{proxy.url}/apis/emc",
            WIRELANE_TOKEN_URL=f"{proxy.url}/token", WIRELANE_ORGANIZATION=who.organization, WIRELANE_CLIENT_ID=who.client_id,
            WIRELANE_CLIENT_SECRET=who.client_secret, WIRELANE_USERNAME=who.username, WIRELANE_PASSWORD=who.password,
            WIRELANE_GEO_WEBHOOK_SECRET=SECRET, WIRELANE_GEO_REFRESH_SECONDS=str(self.refresh_s))
        proxy.upstream, proxy.wall = self._upstream.url, self._server.url
        proxy.start()
        stack.callback(proxy.stop)
        for application in (self._upstream, self._server):
            stack.callback(application.end)
            say("starting a server")
            application.start()
        say("opening the wall")
        self._wall = Wall(stack.enter_context(chromium()), f"{self._server.url}/wall?{VIEW}&refresh=5")
        self._began = self._sampled = time.monotonic()
        self._watch_until(lambda: self._wrong() == 0, PATIENCE_S, "the wall never came to show the network")
        bounds = self._picture.bounds
        table, handles = (snapshot := EmbeddedSource(store).snapshot(bounds, 8.0)).table, snapshot.handles
        shown = store.records(handles[table.scan(bounds)].tolist())
        self._traffic.told_of = {point.id for point in shown if point.id}
        self._traffic.start()
        stack.callback(self._traffic.stop)

    def _go(self) -> None:
        self._began = time.monotonic()
        ends = self._began + 60 * self.minutes
        self._sampled = NEVER
        restarts, others = of_the_wall(self._server), of_the_upstream(self._upstream, self._proxy, self._traffic)
        good_s = min(45.0, max(10.0, 60 * self.minutes / (3 * len(restarts + others))))
        number = 0
        while time.monotonic() < ends:
            self._good_time(("webhook", "polling")[number % 2], good_s)
            restart_now = number < len(restarts) and time.monotonic() - self._began < RESTARTS_S
            self._suffer(restarts[number] if restart_now else others[number % len(others)])
            number += 1
        self._sampled = NEVER
        self._good_time("webhook", good_s)
        self._suffer(restarts[0], LAST_PATIENCE_S)
        self.complete = True

    def _good_time(self, way: str, seconds: float) -> None:
        """Traffic while everything works; then none for a moment, until all of it has come."""
        self._proxy.webhooks, self.tally.way = way == "webhook", way
        self._traffic.go_on()
        self._watch(seconds)
        self._traffic.halt()
        self._watch(self.refresh_s + 3)
        self.tally.way = "fault"

    def _suffer(self, fault: Fault, patience_s: float = PATIENCE_S) -> None:
        """Traffic while something is broken; then none until the picture is true again."""
        say(f"{time.monotonic() - self._began:6.0f} s  {fault.name}")
        self._traffic.go_on()
        fault.begin()
        self._watch(fault.seconds)
        said = self._wall.age()
        fault.end()
        mended = time.monotonic()
        self._watch(self.refresh_s)
        self._traffic.halt()
        while (wrong := self._wrong()) and time.monotonic() < mended + patience_s:
            self._watch(LOOK_S)
        self._watch(2 * LOOK_S)
        self.recoveries.append(Recovery(fault.name, said, None if wrong else time.monotonic() - mended - 2 * LOOK_S))
        if wrong != 0:
            say(f"         {wrong} points are still shown wrong: {self._wall.age()}")
        self.tally.settle(wrong or 0)

    def _watch(self, seconds: float) -> None:
        """Take down what the wall shows meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._wall.page.wait_for_timeout(1000 * min(left, LOOK_S))
            for number, point, after, at in self._wall.seen():
                self.tally.see(number, point, after, at)
            if time.monotonic() - self._sampled >= SAMPLE_S:
                self._sample()

    def _watch_until(self, condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise SystemExit(otherwise)
            self._watch(LOOK_S)

    def _wrong(self) -> int:
        """How many points the wall shows with another status than they have; all of them while there is no whole picture."""
        picture = self._wall.picture()
        if picture is None:
            return len(self._traffic.told_of) or 1
        self._picture = picture
        view = self._true.view(MapState(), picture.bounds, picture.zoom)
        marks = view.marks
        true = Picture(
            Counter({status.value: int(count) for status, count in zip(Status, view.by_status, strict=True) if count}),
            Counter(map(tuple, view.clusters.by_status.tolist())),
            Counter(zip(marks.status.tolist(), marks.free.tolist(), marks.total.tolist(), strict=True)),
            picture.bounds, picture.zoom)
        shown = Picture(Counter({status: count for status, count in picture.numbers.items() if count}), picture.clusters,
                        picture.marks, picture.bounds, picture.zoom)
        return shown.wrong(true)

    def _sample(self) -> None:
        """Measure all memory; where one of them is away for the moment, the next look tries again."""
        server, upstream = self._server.memory_mb(), self._upstream.memory_mb()
        if np.isnan((server, upstream)).any():
            return
        try:
            heap, page = self._wall.memory_mb()
        except Exception:  # the page is being loaded
            return
        if np.isnan(page):
            return
        self._sampled = time.monotonic()
        restarts = sum("server" in recovery.fault for recovery in self.recoveries)
        self.memory.append(Memory(self._sampled - self._began, server, heap, page, upstream, restarts + self._wall.loads))


def say(text: str) -> None:
    """Tell how it goes, at once."""
    print(text, file=sys.stderr, flush=True)
