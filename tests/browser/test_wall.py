"""The wall in Chromium: it changes under a canvas that stays, keeps its secrets, and fits its screen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE_MS, Server, start_server, stop_server
from tests.browser.network import BERLIN, NETWORK, SECRET_OWNER, SECRET_SERIAL
from wirelane_geo.model import Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

FRESH = {"WIRELANE_GEO_REFRESH_SECONDS": "1"}
COUNT = "status => Number(document.querySelector(`.wl-tiles [data-status=${status}]`)?.dataset.count ?? 0)"
CENTRE = "window.wirelaneGeo.project(13.4, 52.5).join()"
PAINTED = "() => window.wirelaneGeo?.repaints.some(repaint => repaint.points > 0)"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An application that looks for news each second."""
    data = tmp_path_factory.mktemp("wall")
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    process, server = start_server(data, **FRESH)
    yield server
    stop_server(process)


OpenWall = Callable[..., Page]


@pytest.fixture
def open_wall(chromium: Browser) -> Iterator[OpenWall]:
    """`open_wall(server, query)`: a wall with its numbers and its map on screen. An exception in the page fails the test."""
    contexts, complaints = [], []

    def opened(server: Server, query: str = "", width: int = 1920, height: int = 1080) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{server.url}/wall{query}")
        page.wait_for_selector(".wl-tiles")
        page.wait_for_function(PAINTED)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_change_appears_and_neither_canvas_nor_camera_move(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?refresh=1")
    faulted = page.evaluate(COUNT, "FAULTED")
    assert faulted == sum(point.status is Status.FAULTED for point in NETWORK)
    page.evaluate("document.querySelector('.wg-canvas canvas').stays = true")
    stood = page.evaluate(CENTRE)
    point = next(point for point in BERLIN if point.status is Status.FREE)
    store = open_store(live.data / DATABASE)
    assert store.set_statuses({point.id or "": Status.FAULTED}) == 1
    store.close()
    page.wait_for_function(f"was => ({COUNT})('FAULTED') === was + 1", arg=faulted)
    assert page.inner_text(".wl-feed li").startswith(point.evseid or "")
    assert page.get_attribute(".wl-feed [data-change]", "data-change") == "FREE-FAULTED"
    assert page.evaluate("document.querySelector('.wg-canvas canvas').stays")
    assert page.evaluate(CENTRE) == stood


@pytest.mark.parametrize("query", ["", "?redacted=1", "?lat=52.6&lon=13.405&zoom=15"])
def test_nothing_but_the_wall_is_on_screen(live: Server, open_wall: OpenWall, query: str) -> None:
    page = open_wall(live, query)
    for chrome in ("stSidebar", "stHeader", "stToolbar", "stStatusWidget"):
        assert not page.locator(f"[data-testid={chrome}]").is_visible()
    assert not page.locator(".wg-search").is_visible()
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [1080, 1920]
    content = page.content()
    assert SECRET_OWNER not in content
    assert SECRET_SERIAL not in content
    assert page.evaluate("window.harmed") is None
    assert ("Faulted" in page.inner_text("body")) is (query != "?redacted=1")
    assert page.url.endswith(f"/wall{query}"), "the link stays the configuration"


def test_a_view_in_the_link_is_what_the_numbers_are_about(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?lat=48.85&lon=2.345&zoom=11")
    page.wait_for_function("all => [...document.querySelectorAll('.wl-tiles li')]"
                           ".reduce((sum, tile) => sum + Number(tile.dataset.count), 0) === all", arg=10)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (768, 1024)])
def test_what_is_said_is_on_the_screen(live: Server, open_wall: OpenWall, width: int, height: int) -> None:
    page = open_wall(live, "?lang=de", width, height)
    parts = [".wl-tiles li:last-child", ".wl-available", ".wl-spark", ".wl-data", "time", ".wl-feed", ".wl-worst"]
    # In one look: each refresh puts new elements in the place of the old ones.
    page.wait_for_function("""([parts, width, height]) => parts.every(part => {
        const box = document.querySelector(part)?.getBoundingClientRect();
        return box && box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= width + 1 && box.bottom <= height + 1;
    })""", arg=[parts, width, height])
