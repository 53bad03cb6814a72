"""Processes that show one account ask its upstream as one would: three on one PostgreSQL, two workers on one data directory."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.postgres import Server
from tests.serving import serving
from tests.test_app import environment, running
from tests.test_app import serving as program
from wirelane_geo.demo import demo_points
from wirelane_geo.model import Status
from wirelane_geo.server import API_PATHS, Attempts, embedded, load_or_create
from wirelane_geo.store import Store, open_store

pytestmark = pytest.mark.slow

PATIENCE_S = 90.0
EVERY_S = 1.0
TILES = [f"/map/tiles/9/{x}/{y}" for x in (274, 275, 276) for y in (167, 168)]
"""Around Berlin."""


def until(check: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not check():
        assert time.monotonic() < give_up


@dataclass
class Upstream:
    """An account's upstream that counts what it is asked for, and when."""

    store: Store
    settings: dict[str, str]
    asked: list[tuple[float, str]] = field(default_factory=list)

    @property
    def tiles(self) -> int:
        return len([query for _, query in self.asked if "order_by" not in query])

    @property
    def refreshes(self) -> list[float]:
        """When it was asked what has changed."""
        return [at for at, query in self.asked if "order_by=updateDate" in query or "order_by=status_update" in query]


@contextmanager
def upstream(directory: Path, dialect: str) -> Iterator[Upstream]:
    with closing(open_store(directory / "points.sqlite")) as store:
        store.upsert(demo_points(300), "demo")
        known = load_or_create(directory)
        application, here = embedded(store, known, Attempts()), Upstream(store, {})

        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == "GET":
                here.asked.append((time.monotonic(), scope["query_string"].decode()))
            await application(scope, receive, send)

        counted: ASGIApp = counting
        with serving(counted, log_level="critical") as url:
            here.settings |= {
                f"WIRELANE_{name}": value for name, value in {
                    "ENVIRONMENT": "staging", "API_URL": url + API_PATHS[dialect], "API_DIALECT": dialect,
                    "TOKEN_URL": f"{url}/token", "ORGANIZATION": known.organization, "CLIENT_ID": known.client_id,
                    "CLIENT_SECRET": known.client_secret, "USERNAME": known.username, "PASSWORD": known.password,
                    "GEO_REFRESH_SECONDS": f"{EVERY_S:g}", "GEO_CACHE_SECONDS": "600"}.items()}
            yield here


def looked_at(url: str) -> list[bytes]:
    """What a process shows of the tiles; each connection may come to another one."""
    return [httpx.get(url + tile, timeout=60).raise_for_status().content for tile in TILES]


def roles(url: str) -> set[tuple[str, str]]:
    return {re.search(r'wirelane_geo_replica\{replica="([^"]+)",role="(\w+)"\}', httpx.get(f"{url}/metrics", timeout=60).text)
            .groups() for _ in range(12)}  # type: ignore[union-attr]


def is_asked_once_each_time(here: Upstream) -> None:
    """The questions of all processes together follow each other as those of one do."""
    before = len(here.refreshes)
    until(lambda: len(here.refreshes) >= before + 5)
    times = here.refreshes[before:]
    assert len(times) <= 1.1 * ((times[-1] - times[0]) / EVERY_S + 1) + 1


def test_three_processes_on_one_database(tmp_path: Path, postgres: Server) -> None:
    database = postgres.create()
    with upstream(tmp_path, "2023") as here, ExitStack() as stack:
        def start(name: str) -> str:
            settings = here.settings | {"WIRELANE_GEO_DATABASE": database, "WIRELANE_GEO_REPLICA": name}
            return stack.enter_context(running(tmp_path / name, sys.executable, "app.py", **settings))[0]

        first = start("a")
        shown, one = looked_at(first), here.tiles
        assert one > 0
        others = [start("b"), start("c")]
        assert [looked_at(url) for url in others] == [shown] * 2
        assert here.tiles <= 1.1 * one, "what one has asked for, the others don't ask for"
        is_asked_once_each_time(here)
        points = [point for point in here.store.records(here.store.columns().handle.tolist()) if point.status is Status.FREE]
        here.store.set_statuses({point.id: Status.FAULTED for point in points if point.id})
        until(lambda: looked_at(others[0]) == looked_at(others[1]) != shown)
        until(lambda: looked_at(first) == looked_at(others[0]))
        until(lambda: len({httpx.get(f"{url}/live/news", timeout=60).json()["number"] for url in (first, *others)}) == 1)


def test_two_workers_on_one_data_directory(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "from wirelane_geo.cli import main; main()", "run", "--workers", "2")
    data = tmp_path / "data"
    with upstream(tmp_path, "2026") as here, program(Path.cwd(), environment(data, **here.settings), *command) as (url, _):
        looked_at(url)
        one = here.tiles
        until(lambda: len(roles(url)) == 2)
        for _ in range(4):
            looked_at(url)
        assert here.tiles <= 1.1 * one
        is_asked_once_each_time(here)
        assert sorted(role for _, role in roles(url)) == ["leader", "standby"]
