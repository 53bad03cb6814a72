"""Where an open page waits for changes: it hears of one at once, and else after a while that there is none."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.serving import serving
from wirelane_geo.live import LiveStatus
from wirelane_geo.live.notifier import Notifier
from wirelane_geo.map.tiles import MapTile
from wirelane_geo.ui import news

NOW = datetime(2025, 7, 1, 12, 3, tzinfo=UTC)
PAGES = 50


class Status:
    """A live core's status whose number somebody changes, once it was asked for."""

    def __init__(self) -> None:
        self.number, self.asked, self.fetched_at = 7, 0, NOW
        self._asked = threading.Condition()

    def __call__(self) -> LiveStatus:
        with self._asked:
            self.asked += 1
            self._asked.notify_all()
        return LiveStatus(number=self.number, fetched_at=self.fetched_at, age_s=12.34, level="good", problem="a secret's name",
                          cause=None, refresh_seconds=15, mode="changes")

    def await_asked(self, times: int) -> None:
        """Until it was asked so often: a page that has asked once waits."""
        with self._asked:
            assert self._asked.wait_for(lambda: self.asked >= times, 60)


@pytest.fixture
def notifier() -> Notifier:
    return Notifier()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is answered because of the time."""
    monkeypatch.setattr(news, "HOLD_S", 3600.0)


def app(status: Callable[[], LiveStatus], notifier: Notifier) -> Starlette:
    return Starlette(routes=news.news_routes(status, notifier))


@pytest.mark.usefixtures("patient")
def test_who_knows_the_last_number_waits_for_the_next(notifier: Notifier) -> None:
    status = Status()
    with serving(app(status, notifier)) as url, ThreadPoolExecutor() as pool:
        waiting = pool.submit(httpx.get, f"{url}/live/news?number=7", timeout=60)
        status.await_asked(1)
        notifier.notify()  # of something else: the number is still the same
        status.await_asked(2)
        assert not waiting.done()
        status.number = 8
        notifier.notify()
        assert waiting.result().json() == {"number": 8, "age": 12.3}


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_all_pages_are_told_by_one_word_and_look_at_nothing_meanwhile(notifier: Notifier) -> None:
    status = Status()
    limits = httpx.Limits(max_connections=PAGES)

    async def pages(url: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:
            return list(await asyncio.gather(*(client.get(f"{url}/live/news?number=7") for _ in range(PAGES))))

    with serving(app(status, notifier)) as url, ThreadPoolExecutor() as pool:
        waiting = pool.submit(asyncio.run, pages(url))
        status.await_asked(PAGES)
        assert (status.asked, notifier.waiting) == (PAGES, PAGES)
        status.number = 8
        notifier.notify()
        answers = waiting.result()
        assert [answer.json()["number"] for answer in answers] == [8] * PAGES
    assert status.asked == 3 * PAGES, "when it came, when it was told, and for the answer: there is no other look"
    assert notifier.waiting == 0


@pytest.mark.usefixtures("patient")
def test_a_page_that_leaves_is_waited_for_no_longer(notifier: Notifier) -> None:
    status, ended = Status(), threading.Event()

    def until_it_ends(app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            finally:
                ended.set()
        return watched

    with serving(until_it_ends(app(status, notifier))) as url:
        asyncio.run(ask_and_leave(f"{url}/live/news?number=7", status))
        assert ended.wait(60)
        assert notifier.waiting == 0
        asked = status.asked
        status.number = 8
        notifier.notify()
    assert status.asked == asked, "what nobody waits for is not looked at"


async def ask_and_leave(url: str, status: Status) -> None:
    """Hangs up once the answer is waited for."""
    async with httpx.AsyncClient() as client:
        asking = asyncio.ensure_future(client.get(url, timeout=60))
        await asyncio.to_thread(status.await_asked, 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("number", ["6", "", "x"])
def test_who_does_not_know_it_is_told_at_once(notifier: Notifier, number: str) -> None:
    with serving(app(Status(), notifier)) as url:
        answer = httpx.get(f"{url}/live/news", params={"number": number}, timeout=60)
    assert answer.json() == {"number": 7, "age": 12.3}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.slow
def test_where_nothing_changes_that_is_said_after_a_while(monkeypatch: pytest.MonkeyPatch, notifier: Notifier) -> None:
    monkeypatch.setattr(news, "HOLD_S", 0.1)
    status = Status()
    with serving(app(status, notifier)) as url:
        assert httpx.get(f"{url}/live/news?number=7", timeout=60).json()["number"] == 7
    assert status.asked == 3
    assert notifier.waiting == 0


@pytest.mark.slow
@pytest.mark.parametrize("query", ["number=8", "number=8&seq=102", "number=7&seq=103"])
def test_who_has_seen_more_than_this_process_is_told_so_after_a_while_only(
        monkeypatch: pytest.MonkeyPatch, notifier: Notifier, query: str) -> None:
    monkeypatch.setattr(news, "HOLD_S", 0.1)
    status, tiles = Status(), Tiles()
    with serving(Starlette(routes=news.news_routes(status, notifier, tiles))) as url:  # type: ignore[arg-type]
        answer = httpx.get(f"{url}/live/news?{query}", timeout=60).json()
    assert (answer["number"], answer["seq"]) == (7, 102)
    assert status.asked >= 2, "it has waited: another process has what the page has seen"


class Tiles:
    """What a service of tiles says of changes: something has changed twice, and where is known of the last time only."""

    def __init__(self) -> None:
        self.seq = 102

    def changed(self, since: int) -> list[MapTile] | str:
        return {102: [], 101: [MapTile(12, 2200, 1343)]}.get(since, "all")


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("query", "tiles"), [
    ("seq=101", ["12/2200/1343"]), ("seq=100", "all"), ("seq=1", "all"), ("number=6", "all"),
    ("number=6&seq=x", "all"),
])
def test_an_open_map_is_told_where_something_changed(notifier: Notifier, query: str, tiles: object) -> None:
    with serving(Starlette(routes=news.news_routes(Status(), notifier, Tiles()))) as url:  # type: ignore[arg-type]
        answer = httpx.get(f"{url}/live/news?{query}", timeout=60)
    assert answer.json() == {"number": 7, "age": 12.3, "seq": 102, "tiles": tiles}


def test_a_map_that_knows_everything_is_told_so_after_a_while(monkeypatch: pytest.MonkeyPatch, notifier: Notifier) -> None:
    monkeypatch.setattr(news, "HOLD_S", 0.1)
    with serving(Starlette(routes=news.news_routes(Status(), notifier, Tiles()))) as url:  # type: ignore[arg-type]
        assert httpx.get(f"{url}/live/news?seq=102", timeout=60).json()["tiles"] == []
