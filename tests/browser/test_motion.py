"""The map moves with the hand: it draws during the gesture, keeps what is there until better has come, and asks for little."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, WebSocketRoute

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server
from tests.browser.network import BERLIN
from wirelane_geo.model import PlugType, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

CITY = "?lat=52.524&lon=13.39&zoom=11.5"
EDGE = 550 * 360 / 1024 - 180
"""Longitude of an edge of the tiles at zoom 12, in the middle of Berlin."""
DEGREES_A_PIXEL = 360 / 512 / 2**12
BEYOND = """edge => ['stations', 'clusters'].flatMap(layer => wirelaneGeo.shown().columns(layer, 'getPosition')
    .filter((lon, i) => i % 2 === 0 && lon > edge)).length"""
LEAST = """() => {
    window.least = Infinity;
    const look = () => {
        const {stations, clusters} = wirelaneGeo.drawn();
        window.least = Math.min(window.least, stations + clusters);
        requestAnimationFrame(look);
    };
    look();
}"""
"""From now on `least` is the least number of marks in any frame."""


class RequestLog:
    """What a page asks the map's server for, from now on."""

    def __init__(self, page: Page) -> None:
        self._requests: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self._requests.append(request.url)

    def clear(self) -> None:
        self._requests.clear()

    def of(self, kind: str) -> list[str]:
        """Addresses below /map/KIND."""
        return [url for url in self._requests if f"/map/{kind}" in url]


def press(page: Page, x: float, y: float) -> Callable[[float, float], None]:
    """Put the hand on the map; answers how to move it, a few pixels a frame."""
    page.mouse.move(x, y)
    page.mouse.down()

    def to(x: float, y: float) -> None:
        page.mouse.move(x, y, steps=20)

    return to


def test_marks_are_there_before_the_hand_lets_go(open_page: OpenPage) -> None:
    page = open_page(f"?lat=52.52&lon={EDGE - 1000 * DEGREES_A_PIXEL:.5f}&zoom=12")
    assert page.evaluate(BEYOND, EDGE) == 0, "nobody has asked for that tile"
    asked = RequestLog(page)
    to = press(page, 1270, 400)
    to(370, 400)
    seen.wait_until(page, f"edge => ({BEYOND})(edge) > 3 && wirelaneGeo.shown().whole", EDGE)
    assert asked.of("tiles")
    x, _ = page.evaluate("edge => wirelaneGeo.project(edge, 52.52)", EDGE)
    assert 500 < x < 900, "that is in view, and the hand has not let go"
    page.mouse.up()


def test_zooming_nothing_vanishes_and_nothing_is_there_twice(open_page: OpenPage) -> None:
    page = open_page(CITY)
    page.evaluate(LEAST)
    page.mouse.move(800, 400)
    for wheel in (-300, -300, 300, 300, 300, -300):
        reports = page.evaluate("wirelaneGeo.reports")
        page.mouse.wheel(0, wheel)
        seen.wait_until(page, seen.SETTLED, reports)
        handles = page.evaluate("wirelaneGeo.shown().columns('stations', 'handle')")
        assert len(handles) == len(set(handles))
        points = page.evaluate("""() => wirelaneGeo.shown().columns('clusters', 'byStatus').reduce((sum, n) => sum + n, 0)
            + wirelaneGeo.shown().columns('stations', 'matching').reduce((sum, n) => sum + n, 0)""")
        assert points <= len(BERLIN) + 1, "no point is counted twice"
    assert page.evaluate("window.least") > 0


def test_it_moves_on_without_a_session(open_page: OpenPage) -> None:
    page, cut = open_page(CITY), False

    def connect(socket: WebSocketRoute) -> None:
        if cut:
            socket.close()
        else:
            sockets.append(socket)
            socket.connect_to_server()

    sockets: list[WebSocketRoute] = []
    page.route_web_socket(re.compile("_stcore/stream"), connect)
    page.reload()
    seen.wait_until(page, "window.wirelaneGeo?.shown?.().settled")
    before = seen.line(page)
    cut = True
    for socket in sockets:
        socket.close()
    seen.pan(page, dx=-400, dy=0)
    seen.wait_until(page, "was => document.querySelector('.wl-counts').innerText.replace(/\\s+/g, ' ') !== was", before)
    seen.wait_until(page, "wirelaneGeo.shown().whole")
    assert sum(seen.counts(page).values()) < len(BERLIN)


def test_pans_ask_for_little_and_the_way_back_for_nothing(open_page: OpenPage) -> None:
    page = open_page("?lat=52.52&lon=12.6&zoom=11")
    asked, pans = RequestLog(page), 6
    for _ in range(pans):
        seen.pan(page, dx=-480, dy=0)
    assert len(asked.of("tiles")) <= pans
    assert len(asked.of("tiles") + asked.of("counts")) <= 2 * pans, "a busy machine's drag may come to rest halfway"
    assert sum(seen.counts(page).values()) > 0
    asked.clear()
    for _ in range(pans - 1):
        seen.pan(page, dx=480, dy=0)
    assert asked.of("tiles") + asked.of("counts") == []


def test_a_filter_keeps_the_picture_until_the_new_one_is_there(open_page: OpenPage) -> None:
    page = open_page(CITY)
    held: list[Route] = []
    holding = True
    page.route(re.compile("/map/tiles/.*plug="), lambda route: held.append(route) if holding else route.continue_())
    marks = page.evaluate(seen.MARKS)
    page.evaluate(LEAST)
    with page.expect_request(re.compile("/map/tiles/.*plug=CCS")):
        seen.choose(page, "CCS")
    ccs = sum(PlugType.CCS in point.plug_types for point in BERLIN)
    seen.says(page, f"{ccs} points here")
    assert page.evaluate(seen.MARKS) == marks
    assert not page.evaluate("wirelaneGeo.shown().settled")
    holding = False
    for route in held:
        route.continue_()
    seen.wait_until(page, "wirelaneGeo.shown().settled")
    assert page.evaluate(seen.MARKS) != marks
    assert page.evaluate("window.least") > 0


def test_a_change_asks_for_the_tiles_concerned_only(open_page: OpenPage, server: Server) -> None:
    page = open_page("?lat=52.524&lon=13.36&zoom=12")
    asked = RequestLog(page)
    assert page.evaluate("wirelaneGeo.asked().needed") > 1
    point = next(point for point in BERLIN if point.status is Status.FREE and (point.longitude or 0) > EDGE + 0.03
                 and 52.5 < (point.latitude or 0) < 52.55)
    faulted = seen.counts(page).get("FAULTED", 0)
    store = open_store(server.data / DATABASE)
    try:
        store.set_statuses({point.id or "": Status.FAULTED})
        seen.wait_until(page, "was => Number(document.querySelector('.wl-key [data-status=FAULTED]').dataset.count) === was + 1",
                        faulted)
        seen.wait_until(page, "wirelaneGeo.shown().settled")
        assert {url.partition("/map/")[2] for url in asked.of("tiles")} == {"tiles/10/550/335"}
    finally:
        store.set_statuses({point.id or "": point.status})
        store.close()


def test_without_a_network_what_was_fetched_stays_and_that_is_said(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.pan(page, dx=-200, dy=0)
    marks = page.evaluate(seen.MARKS)
    page.context.set_offline(True)
    seen.wait_until(page, "document.querySelector('.wl-age [data-away]')?.textContent === 'No connection, trying again'")
    reports = page.evaluate("wirelaneGeo.reports")
    to = press(page, 700, 400)
    to(900, 400)
    page.mouse.up()
    seen.wait_until(page, "before => wirelaneGeo.reports > before && wirelaneGeo.shown().whole", reports)
    assert sum(page.evaluate("wirelaneGeo.drawn()")[kind] for kind in ("stations", "clusters")) > 0
    assert page.locator(".wl-notice").count() == 0
    page.context.set_offline(False)
    seen.wait_until(page, "document.querySelector('.wl-age [data-away]').textContent === ''")
    seen.pan(page, dx=-200, dy=0)
    assert page.evaluate(seen.MARKS) == marks
