"""Where the feeds are shown: told to all pages of this process, or painted on a wall in a browser, of a process of its own."""

import os
import queue
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from benchmarks.application import chromium
from benchmarks.feeds.serving import serving
from benchmarks.soak.page import Wall
from benchmarks.soak.processes import Application
from wirelane_geo.feeds.followers import Followers
from wirelane_geo.feeds.ocpi_push import PushedLocations
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.live import Live
from wirelane_geo.model import PointId
from wirelane_geo.server.ocpi_receiver import receiver_routes
from wirelane_geo.settings import DATABASE
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

VIEW = "lat=48.52&lon=7.9&zoom=8&refresh=1"
"""All points of all operators are in it."""
Seen = tuple[str, str, float]
"""EVSE ID, status, and when it was there to be seen: monotonic seconds."""


class Display(Protocol):
    """Our side: feeds are followed as `feeds.toml` in its directory says, and pushed to `url`."""

    url: str

    def seen(self) -> list[Seen]:
        """The changes that were shown since this was asked last."""

    def memory_mb(self) -> float:
        """The most that it had."""


class _ProcessDisplay:
    """Told to all pages of this process."""

    def __init__(self, url: str, live: Live, source: EmbeddedSource) -> None:
        self.url, self._live, self._source = url, live, source
        self._found: queue.Queue[Seen] = queue.Queue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def seen(self) -> list[Seen]:
        return [self._found.get() for _ in range(self._found.qsize())]

    def memory_mb(self) -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        number = self._live.status().number
        while not self._ended.is_set():
            if not self._live.wait(number, 0.5):
                continue
            at = time.monotonic()
            for change in reversed(self._live.changes(since=number, limit=10_000)):
                number = max(number, change.number)
                for point in self._source.records([change.handle]):
                    self._found.put((point.evseid or "", str(change.after), at))


@contextmanager
def told_here(directory: Path, environ: dict[str, str]) -> Iterator[Display]:
    """Everything in this process."""
    config, answers = directory / "feeds.toml", directory / "feeds"
    store = open_store(directory / DATABASE)
    locations = PushedLocations(store, Receiver(store, config, environ, answers))
    with serving(receiver_routes(locations)) as url:
        source = EmbeddedSource(store)
        following, live = Followers(store, config, environ, answers), Live(source, directory / "history.sqlite",
                                                                           refresh_seconds=1.0)
        live.start()
        following.begin(None)
        shown = _ProcessDisplay(url, live, source)
        try:
            yield shown
        finally:
            shown.end()
            following.end()
            live.stop()
            store.close()


class _BrowserDisplay:
    """Painted on a wall in a browser."""

    def __init__(self, application: Application, wall: Wall, directory: Path) -> None:
        self.url, self._application, self._wall = application.url, application, wall
        self._store = open_store(directory / DATABASE)
        self._most = 0.0
        self._names: dict[str, str] = {}

    def seen(self) -> list[Seen]:
        self._most = max(self._most, self._application.memory_mb())
        ago = time.monotonic() - time.time()
        return [(self._evse(point), after, at + ago) for _, point, after, at in self._wall.seen()]

    def memory_mb(self) -> float:
        return self._most

    def _evse(self, point: str) -> str:
        if point not in self._names:
            found = self._store.get("id", PointId(point))
            self._names[point] = (found.evseid or "") if found else ""
        return self._names[point]


@contextmanager
def painted(directory: Path, environ: dict[str, str]) -> Iterator[Display]:
    """The application as it is run, and a wall in Chromium."""
    os.environ.update(environ)
    with ExitStack() as stack:
        application = Application(directory, directory / "application.log", WIRELANE_GEO_DEMO_STATIONS="1",
                                  WIRELANE_GEO_REFRESH_SECONDS="1")
        stack.callback(application.end)
        application.start()
        wall = Wall(stack.enter_context(chromium()), f"{application.url}/wall?{VIEW}")
        yield _BrowserDisplay(application, wall, directory)
