"""Nobody stops the service by searching."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.serving import serving
from tests.store.points import point
from wirelane_geo.errors import StoreTimeout
from wirelane_geo.store import open_store
from wirelane_geo.store._rows import MOST_WORDS, wanted_words
from wirelane_geo.store.deadline import Deadline, within
from wirelane_geo.web.turns import Busy, Left, Turns


@pytest.mark.parametrize(("text", "wanted"), [
    ("1 " * 100, ["1"]),
    ("berlin ber b Berlin", ["berlin"]),
    ("main main-tower", ["main-tower"]),
    ("Haupt straße 5", ["haupt", "strasse", "5"]),
    ("+ - *", []),
])
def test_what_says_nothing_more_is_not_looked_for(text: str, wanted: list[str]) -> None:
    assert wanted_words(text) == wanted


def test_the_longest_words_are_looked_for_in_their_order() -> None:
    text = "a1 bb2 ccc3 dddd4 eeeee5 ffffff6 ggggggg7 hhhhhhhh8 iiiiiiiii9 j"
    assert wanted_words(text) == text.split()[1:MOST_WORDS + 1]
    assert len(wanted_words("x" * 10_000)[0]) < 100


def test_a_question_past_its_deadline_ends(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([point(f"a{number}") for number in range(20)], "test")
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    with within(Deadline(0.5, clock)), pytest.raises(StoreTimeout, match=r"0\.5 s"):
        _count_for_ever(store)
    assert store.search("a", 5) is not None  # the connection is as good as before
    with within(Deadline(1e9)):
        store.search("a", 5)


def _count_for_ever(store: object) -> None:
    with store._connections.read() as connection:  # type: ignore[attr-defined]  # no question of ours takes that long
        connection.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n").fetchone()


class WorkServer:
    """An application with work that ends when it is told to, and a page that always answers."""

    def __init__(self, at_once: int, in_line: int) -> None:
        self.turns: Turns[int] = Turns(at_once, in_line, 60.0)
        self.go, self.begun, self.left = threading.Event(), threading.Semaphore(0), threading.Event()
        self.app = Starlette(routes=[Route("/work", self.work), Route("/healthz", self.healthz)])

    async def work(self, request: Request) -> Response:
        try:
            return JSONResponse(await self.turns.run(request, self.hold))
        except Busy as error:
            return JSONResponse(str(error), 503)
        except Left:
            self.left.set()
            return Response(status_code=499)

    def hold(self) -> int:
        self.begun.release()
        self.go.wait(30)
        return 1

    async def healthz(self, _: Request) -> Response:
        return Response("ok")


def test_a_full_line_is_told_at_once_and_health_always_answers() -> None:
    held = WorkServer(at_once=2, in_line=3)

    async def ask(url: str) -> list[int]:
        async with httpx.AsyncClient(timeout=30) as client:
            asked = [asyncio.create_task(client.get(f"{url}/work")) for _ in range(20)]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            assert (await client.get(f"{url}/healthz")).text == "ok"
            held.go.set()
            return sorted([answer.status_code for answer in await asyncio.gather(*asked)])

    with serving(held.app) as url:
        statuses = asyncio.run(ask(url))
    assert statuses == [200] * 5 + [503] * 15


def test_who_left_costs_nothing_more() -> None:
    held = WorkServer(at_once=1, in_line=5)

    async def ask(url: str) -> int:
        async with httpx.AsyncClient(timeout=30) as client:
            first = asyncio.create_task(client.get(f"{url}/work"))
            await asyncio.to_thread(held.begun.acquire)
            waiting = asyncio.create_task(client.get(f"{url}/work"))
            while held.turns._asked < 2:
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.to_thread(held.left.wait, 30)
            held.go.set()
            return (await first).status_code

    with serving(held.app) as url:
        assert asyncio.run(ask(url)) == 200
    assert held.left.is_set()
    assert not held.begun.acquire(blocking=False)  # what waited for its turn was never begun


def test_what_was_begun_for_who_left_is_stopped(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    turns: Turns[None] = Turns(1, 1, 600.0)
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        try:
            _count_for_ever(store)
        finally:
            ended.set()

    async def answer(request: Request) -> Response:
        with suppress(Left, StoreTimeout):
            await turns.run(request, work)
        return Response("left")

    async def ask(url: str) -> None:
        async with httpx.AsyncClient(timeout=600) as client:
            asked = asyncio.create_task(client.get(f"{url}/work"))
            await asyncio.to_thread(begun.wait, 30)
            asked.cancel()
            assert await asyncio.to_thread(ended.wait, 30)

    with serving(Starlette(routes=[Route("/work", answer)])) as url:
        asyncio.run(ask(url))
