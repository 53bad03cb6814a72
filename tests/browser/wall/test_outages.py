"""The wall goes on by itself: over an upstream that fails or hangs, a restart, a lost network, and sleep."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.browser import seen
from tests.browser.conftest import Server, Visit, start_server, stop_server
from tests.browser.network import BERLIN, NETWORK
from tests.browser.wall.pages import PAINTED, SUM, OpenWall, with_network
from tests.serving import serving
from wirelane_geo.server import Attempts, embedded, load_or_create
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

AWAY = "document.querySelector('[data-age]')?.textContent.includes(\"can't reach its server\")"
LOADED_ANEW = f"!window.sameLoad && ({PAINTED})()"


class Upstream:
    """A Wirelane API over real HTTP that can be told to be down, or to take questions and give no answer."""

    def __init__(self, data: Path) -> None:
        self.store, self.credentials, self.down = open_store(data / DATABASE), load_or_create(data), False
        self._answers = threading.Event()
        self._answers.set()
        self._app = embedded(self.store, self.credentials, Attempts())

    def hang(self) -> None:
        self._answers.clear()

    def go_on(self) -> None:
        self._answers.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while not self._answers.is_set():
            if (await receive())["type"] == "http.disconnect":  # who asked has given up
                return
        answer = JSONResponse({"error_code": "down", "error_message": "for maintenance"}, 503) if self.down else self._app
        await answer(scope, receive, send)


@contextmanager
def on_an_account(upstream: Upstream, data: Path) -> Iterator[Server]:
    """An application on an account of that upstream, which it asks each half second."""
    account = upstream.credentials
    with serving(upstream) as url:
        process, server = start_server(
            data, WIRELANE_ENVIRONMENT="production", WIRELANE_API_DIALECT="2023",
            WIRELANE_API_URL=f"{url}/apis/emc", WIRELANE_TOKEN_URL=f"{url}/token",
            WIRELANE_ORGANIZATION=account.organization, WIRELANE_CLIENT_ID=account.client_id,
            WIRELANE_CLIENT_SECRET=account.client_secret, WIRELANE_USERNAME=account.username,
            WIRELANE_PASSWORD=account.password, WIRELANE_GEO_REFRESH_SECONDS="0.5")
        try:
            yield server
        finally:
            stop_server(process)


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upstream]:
    """It answers, and does so again at the end of each test."""
    upstream = Upstream(with_network(tmp_path_factory.mktemp("upstream")))
    yield upstream
    upstream.store.close()


@pytest.fixture(scope="module")
def account(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with on_an_account(upstream, tmp_path_factory.mktemp("account")) as server:
        yield server


def test_a_failing_upstream_turns_the_age_amber_then_red_and_the_picture_stays(
    upstream: Upstream, account: Server, open_wall: OpenWall
) -> None:
    page = open_wall(account, "?refresh=1&lat=52.52&lon=13.4&zoom=9")
    page.wait_for_selector("[data-age][data-level=good]")
    page.wait_for_function(f"({SUM})() === {len(BERLIN) + 1} && wirelaneGeo.shown().settled")
    shown, drawn = page.evaluate(SUM), page.evaluate(seen.MARKS)
    upstream.down = True
    try:
        for level in ("late", "stale"):
            page.wait_for_selector(f"[data-age][data-level={level}]")
        page.wait_for_function("document.querySelector('[data-age]').textContent.includes('upstream answers 503')")
        assert page.evaluate(SUM) == shown
        assert page.evaluate(seen.MARKS) == drawn
    finally:
        upstream.down = False
    page.wait_for_selector("[data-age][data-level=good]")


WATCHED = """() => {
    window.sameLoad = true;
    window.least = Infinity;
    setInterval(() => {
        const {stations, clusters} = window.wirelaneGeo.drawn();
        window.least = Math.min(window.least, stations + clusters, document.querySelectorAll('.wl-tiles li').length);
    }, 100);
}"""


def test_an_upstream_that_hangs_leaves_the_last_picture(upstream: Upstream, account: Server, open_wall: OpenWall) -> None:
    """Of a tour, with stops that nobody has seen yet: it neither goes black nor is loaded anew."""
    page = open_wall(account, "?refresh=1&tour=Berlin;Paris;lat%3D52.554%26lon%3D13.4%26zoom%3D15&dwell=8")
    page.evaluate(WATCHED)
    upstream.hang()
    try:
        page.wait_for_function("document.querySelector('[data-age]').textContent.includes('upstream')")
        page.wait_for_function("Number(/Data (\\d+) s/.exec(document.querySelector('[data-age]').textContent)?.[1]) > 40")
        assert page.evaluate("window.sameLoad")
        assert page.evaluate("window.least") > 0
        page.reload()
        page.wait_for_function(f"({PAINTED})() && ({SUM})() > 0")  # a page that is loaded anew begins with the last picture
    finally:
        upstream.go_on()
    page.wait_for_selector("[data-age][data-level=good]")


def test_the_first_load_says_that_it_loads_and_then_why_it_takes_long(
    upstream: Upstream, visit: Visit, tmp_path: Path
) -> None:
    upstream.hang()
    try:
        with on_an_account(upstream, tmp_path) as server:
            page = visit(f"{server.url}/wall?refresh=1&lat=52.52&lon=13.4&zoom=9", locale="de-DE")
            page.wait_for_selector("[data-loading]")
            assert page.inner_text("[data-loading]") == "Wird geladen …"
            page.wait_for_function("document.querySelector('[data-age]').textContent.includes('Gegenstelle')")
            assert page.inner_text("[data-clock]")
            upstream.go_on()
            page.wait_for_function(f"({SUM})() === {len(BERLIN) + 1} && ({PAINTED})()")
            page.wait_for_selector("[data-loading]", state="detached")
    finally:
        upstream.go_on()


def test_after_a_restart_of_the_server_the_wall_is_back_by_itself(tmp_path: Path, open_wall: OpenWall) -> None:
    process, server = start_server(with_network(tmp_path))
    page = open_wall(server, "?refresh=1")
    page.evaluate("window.sameLoad = true")
    stop_server(process)
    page.wait_for_function(AWAY)
    assert page.evaluate(SUM) == len(NETWORK), "the last good picture stays"
    assert not page.locator("[role=dialog], [data-testid=stConnectionStatus]").filter(visible=True).count()
    process, _ = start_server(tmp_path, STREAMLIT_SERVER_PORT=server.url.rpartition(":")[2])
    page.wait_for_function(LOADED_ANEW)
    page.wait_for_selector("[data-age][data-level=good]")
    page.wait_for_function(f"({SUM})() === {len(NETWORK)}")
    stop_server(process)


def test_a_lost_network_a_clock_that_is_set_and_sleep_leave_a_wall_that_is_right(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?refresh=1")
    page.evaluate("""() => {
        const Real = Date, shift = 40 * 86400e3;
        window.sameLoad = true;
        window.Date = class extends Real {
            constructor(...when) { super(...(when.length ? when : [Real.now() + shift])); }
            static now() { return Real.now() + shift; }
        };
    }""")
    said = page.inner_text("[data-clock]")
    page.wait_for_function("was => document.querySelector('[data-clock]').textContent !== was", arg=said)
    page.context.set_offline(True)
    page.wait_for_function(AWAY)
    page.wait_for_function(seen.AGED, arg=["[data-age]", "Data", "old", seen.heard(live.data) + 40 * 86_400e3])
    assert page.evaluate("window.sameLoad")
    page.context.set_offline(False)
    page.wait_for_function(LOADED_ANEW)
    page.wait_for_selector("[data-age][data-level=good]")
    page.evaluate("window.sameLoad = true")
    page.wait_for_event("requestfinished", lambda request: request.url.endswith("/healthz"))  # it knows by two of them
    page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() - 3600e3; }")
    page.wait_for_function(LOADED_ANEW)
