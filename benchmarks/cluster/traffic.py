"""What goes on while things fail: people who look at the map, changes that are written, a callback that is told."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from wirelane_geo.errors import StoreError
from wirelane_geo.model import PointId, Status
from wirelane_geo.store import Store

TILES = [(4, 8, 5), *((5, x, y) for x in (16, 17) for y in (10, 11)), *((6, x, y) for x in (33, 34) for y in (20, 21, 22))]
"""Of Germany and around."""


class Views:
    """People who ask for tiles through the balancer, each over a connection of their own. `failed`: what else came than an
    answer; `longest`: seconds that one took."""

    def __init__(self, url: str, people: int = 6) -> None:
        self._url, self._people, self._ending = url, people, threading.Event()
        self.answered, self.longest, self.failed = 0, 0.0, Counter[str]()
        self._lock = threading.Lock()

    @contextmanager
    def looking(self) -> Iterator["Views"]:
        """Within, they look."""
        threads = [threading.Thread(target=self._look, args=(number,), daemon=True) for number in range(self._people)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ending.set()
            for thread in threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more were answered, or failed."""
        until = self.answered + self.failed.total() + more
        give_up = time.monotonic() + 120
        while self.answered + self.failed.total() < until and time.monotonic() < give_up:
            time.sleep(0.02)

    def _look(self, seed: int) -> None:
        which = random.Random(seed)
        with httpx.Client(base_url=self._url, timeout=30) as web:
            while not self._ending.is_set():
                zoom, x, y = which.choice(TILES)
                began = time.monotonic()
                try:
                    answer = web.get(f"/map/tiles/{zoom}/{x}/{y}", headers={"Cache-Control": "no-cache"})
                    problem = "" if answer.status_code == 200 else str(answer.status_code)
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                with self._lock:
                    self.longest = max(self.longest, time.monotonic() - began)
                    if problem:
                        self.failed[problem] += 1
                    else:
                        self.answered += 1
                time.sleep(0.005)


class Changes:
    """One point after the other goes out, each once. `acknowledged`: those whose change was said to be kept."""

    def __init__(self, store: Store, points: Sequence[PointId], every_s: float = 0.05) -> None:
        self._store, self._points, self._every = store, points, every_s
        self.acknowledged: list[PointId] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> "Changes":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def wait_for(self, more: int) -> None:
        """Until so many more are acknowledged."""
        until, give_up = len(self.acknowledged) + more, time.monotonic() + 120
        while len(self.acknowledged) < until and time.monotonic() < give_up:
            time.sleep(0.02)

    def _write(self) -> None:
        for point in self._points:
            if self._ending.wait(self._every):
                return
            try:
                if self._store.set_statuses({point: Status.FAULTED}):
                    self.acknowledged.append(point)
            except StoreError:
                continue


class Callback:
    """Somebody who is told of changes, and knows an event that comes again by its id: how often of each point that it is out.
    `again`: ids of events that came again."""

    def __init__(self) -> None:
        told = self.told = Counter[str]()
        ids, again = set[str](), set[str]()
        self.again = again

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if event["id"] in ids:
                    again.add(event["id"])
                elif json.loads(event["data"]).get("status") == "FAULTED":
                    told[event["resource_id"]] += 1
                ids.add(event["id"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
