"""The map in a frame of somebody else's page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.browser import seen
from tests.browser.conftest import PAINTED, PATIENCE_MS, OpenPage, Server, start_server, stop_server
from tests.browser.network import BERLIN, HARMFUL, NETWORK
from tests.serving import serving
from wirelane_geo.model import PlugType, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

CITY = "lat=52.524&lon=13.39&zoom=11.5"
ALL = "lat=52.524&lon=13.39&zoom=10"
CCS = sum(PlugType.CCS in point.plug_types for point in (*BERLIN, HARMFUL))


def _parent(request: Request) -> HTMLResponse:
    """Somebody's page, taller than a window, with a frame in it."""
    frame = f'<iframe src="{request.query_params["src"]}" title="Map" width="600" height="400"></iframe>'
    return HTMLResponse(f'<!doctype html><body style="height:3000px"><a href="#">before</a>{frame}')


@pytest.fixture(scope="module")
def parent() -> Iterator[str]:
    """Where somebody's page is."""
    with serving(Starlette(routes=[Route("/", _parent)])) as url:
        yield url


@pytest.fixture(scope="module")
def framed(parent: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on the network of network.py; that page may show it."""
    data: Path = tmp_path_factory.mktemp("framed")
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    process, server = start_server(data, WIRELANE_GEO_FRAMES=parent)
    yield server
    stop_server(process)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 800, "height": 600}, locale="de-DE", timezone_id="Europe/Berlin",
                                   reduced_motion="reduce", color_scheme="dark")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def in_frame(context: BrowserContext, parent: str, src: str) -> tuple[Page, Frame]:
    """Somebody's page with the map in a frame."""
    page = context.new_page()
    page.goto(f"{parent}/?src={src.replace('&', '%26')}")
    element = page.wait_for_selector("iframe")
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    return page, frame


def test_a_page_that_may_shows_it_live_in_its_own_theme_and_takes_none_of_its_history(
        context: BrowserContext, parent: str, framed: Server) -> None:
    page, frame = in_frame(context, parent, f"{framed.url}/embed?{ALL}&plug=CCS")
    frame.wait_for_selector(".wl-counts")
    frame.wait_for_function(PAINTED)
    assert frame.locator(".wl-key").is_visible()
    for height, shown in ((200, False), (400, True)):  # a low frame is the map's, all the same
        page.evaluate("height => document.querySelector('iframe').height = height", height)
        expect(frame.locator(".wl-key")).to_be_visible(visible=shown)
        expect(frame.locator(".wl-age")).to_be_visible()
    expect(frame.locator(".wl-counts")).to_contain_text(f"{CCS} Punkte hier")
    assert frame.get_attribute(".wg-map", "data-theme") == "dark"
    steps = page.evaluate("history.length")

    free = next(point for point in BERLIN if point.status is Status.FREE and PlugType.CCS in point.plug_types)
    faulted = "() => Number(document.querySelector('.wl-key [data-status=FAULTED]')?.dataset.count)"
    before = frame.evaluate(faulted)
    store = open_store(framed.data / DATABASE)
    try:
        store.set_statuses({free.id or "": Status.FAULTED})
        frame.wait_for_function(f"was => ({faulted})() === was + 1", arg=before)
        frame.wait_for_function(PAINTED)
    finally:
        store.set_statuses({free.id or "": free.status})
        store.close()

    frame.click("#wl-tool-list")
    frame.click(".wl-stations button")
    frame.wait_for_selector("[data-station]")
    assert "station=" in frame.url
    assert page.evaluate("history.length") == steps, "Back belongs to the page around it"
    with context.expect_page() as opened:
        frame.click("#wl-full-map")
    assert opened.value.url.startswith(f"{framed.url}/?lat=")
    assert "plug=CCS&station=" in opened.value.url

    zoom = frame.evaluate("wirelaneGeo.shown().zoom")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 420, box["y"] + 60)
    page.mouse.wheel(0, 300)
    page.wait_for_function("scrollY > 0")
    frame.wait_for_function("document.querySelector('.wg-message').textContent === 'Strg und Mausrad zoomen die Karte'")
    assert frame.evaluate("wirelaneGeo.shown().zoom") == zoom


def test_a_page_that_may_not_shows_nothing_of_it(context: BrowserContext, parent: str, framed: Server, server: Server) -> None:
    other = parent.replace("127.0.0.1", "localhost")
    assert other != parent
    for around, ours in ((parent, server), (other, framed)):
        with context.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page, frame = in_frame(context, around, f"{ours.url}/embed?{CITY}")
        page.wait_for_load_state()
        assert frame.locator(".wl-embed").count() == 0, (around, ours.url)
        page.close()


def test_a_station_alone_is_on_screen_beside_its_panel_and_keys_do_all_that_a_pointer_does(open_page: OpenPage) -> None:
    station = BERLIN[-1]
    page = open_page(f"embed?station={station.id}&theme=dark&nonsense=1", width=900, height=600, until="[data-station]")
    seen.wait_until(page, "wirelaneGeo.marks('selected').length === 1")
    x, y, _ = page.evaluate("wirelaneGeo.marks('selected')[0]")
    sheet = page.locator(".wl-sheet").bounding_box()
    assert sheet is not None
    assert 20 < x < sheet["x"] - 20
    assert 60 < y < 580
    assert "nonsense=1" in page.inner_text(".wl-notice")
    assert page.locator(".wg-search, [data-testid=stSidebar]").locator("visible=true").count() == 0
    assert page.evaluate("document.querySelector('.wg-map').dataset.theme") == "dark"

    page.focus(".wg-canvas")
    page.keyboard.press("Escape")
    page.wait_for_selector(".wl-sheet", state="detached")
    assert "station" not in seen.query(page)
    assert seen.query(page)["theme"] == "dark", "what is loaded again looks the same"
    zoom = page.evaluate("wirelaneGeo.shown().zoom")
    page.keyboard.press("-")
    seen.wait_until(page, "was => wirelaneGeo.shown().zoom < was && wirelaneGeo.shown().settled", zoom)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "wl-tool-list":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".wl-stations")
    page.focus(".wl-stations button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-station]")
    assert "station" in seen.query(page)


def test_the_snippet_of_the_share_panel_is_what_is_seen(open_page: OpenPage, server: Server) -> None:
    page = open_page(f"?{CITY}&plug=CCS")
    page.click("#wl-tool-share")
    page.wait_for_selector("#wl-copy-html")
    html = page.get_attribute("#wl-copy-html", "data-text") or ""
    assert page.inner_text(".wl-snippet") == html
    page.set_content(html)
    assert page.get_attribute("iframe", "src") == f"{server.url}/embed?{CITY}&plug=CCS"
