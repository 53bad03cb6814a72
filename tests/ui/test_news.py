"""Where an open page waits for changes: it hears of one at once, and else after a while that there is none."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from tests.ui.serving import serving
from wirelane_geo.live import LiveStatus
from wirelane_geo.ui import news

NOW = datetime(2025, 7, 1, 12, 3, tzinfo=UTC)


class Status:
    """A live core's status whose number somebody changes, once it was asked for."""

    def __init__(self) -> None:
        self.number, self.asked, self.fetched_at = 7, 0, NOW

    def __call__(self) -> LiveStatus:
        self.asked += 1
        return LiveStatus(number=self.number, fetched_at=self.fetched_at, age_s=12.34, level="good", problem="a secret's name",
                          cause=None, refresh_seconds=15, mode="changes")


def test_who_knows_the_last_number_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "HOLD_S", 60.0)
    status = Status()
    with serving(Starlette(routes=news.news_routes(status))) as url, ThreadPoolExecutor() as pool:
        waiting = pool.submit(httpx.get, f"{url}/live/news?number=7", timeout=60)
        while status.asked < 5:
            assert not waiting.done()
        status.number = 8
        assert waiting.result().json() == {"number": 8, "age": 12.3}


@pytest.mark.parametrize("number", ["6", "8", "", "x"])
def test_who_does_not_know_it_is_told_at_once(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    monkeypatch.setattr(news, "HOLD_S", 3600.0)
    with serving(Starlette(routes=news.news_routes(Status()))) as url:
        answer = httpx.get(f"{url}/live/news", params={"number": number}, timeout=60)
    assert answer.json() == {"number": 7, "age": 12.3}
    assert answer.headers["cache-control"] == "no-store"


def test_where_nothing_changes_that_is_said_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "HOLD_S", 0.1)
    status = Status()
    with serving(Starlette(routes=news.news_routes(status))) as url:
        assert httpx.get(f"{url}/live/news?number=7", timeout=60).json()["number"] == 7
    assert status.asked >= 3, "it was looked for more than once"
