"""The map component in a real Chromium: camera, marks, pointer, keyboard, fingers, search, basemap."""

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server, start_server, stop_server
from tests.browser.network import BERLIN, HARM, HARMFUL, NETWORK

CITY = "?lat=52.524&lon=13.39&zoom=11.5"
STREET = "?lat=52.524&lon=13.39&zoom=16"
DONE = "window.wirelaneGeo?.reports > 0 && wirelaneGeo.shown().settled"


def drawn(page: Page) -> dict[str, int]:
    """Layer id -> how many are drawn."""
    return page.evaluate("wirelaneGeo.drawn()")


def settle(page: Page) -> None:
    """Wait until all of what is looked at is painted and counted."""
    seen.wait_until(page, DONE)


def after(page: Page, act: Any) -> None:
    """Do something that moves the camera, and wait until what is seen then is painted."""
    reports = page.evaluate("wirelaneGeo.reports")
    act()
    page.wait_for_function("before => wirelaneGeo.reports > before && " + DONE, arg=reports)


def on_screen(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a position is drawn, in the page's pixels."""
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    x, y = page.evaluate("([lon, lat]) => wirelaneGeo.project(lon, lat)", [lon, lat])
    return box["x"] + x, box["y"] + y


def first_station() -> tuple[float, float]:
    point = BERLIN[0]
    assert point.longitude is not None
    assert point.latitude is not None
    return point.longitude, point.latitude


# --- the camera ------------------------------------------------------------------------------------------------------


def test_the_map_starts_where_the_address_says_and_writes_it_in_its_one_form(open_page: OpenPage) -> None:
    page = open_page("?plug=CCS,type_2&lat=52.5&lon=13.4&zoom=11&utm_source=mail&lang=de")
    settle(page)
    seen.wait_until(page, "location.search === '?lat=52.5&lon=13.4&zoom=11&plug=TYPE_2,CCS&lang=de'")
    assert page.locator(".wl-notice").count() == 0
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    middle = [box["width"] / 2, box["height"] / 2]
    assert page.evaluate("wirelaneGeo.project(13.4, 52.5)") == pytest.approx(middle, abs=0.5)


def test_new_data_never_moves_the_camera_nor_makes_the_map_anew(open_page: OpenPage) -> None:
    page = open_page(CITY)
    page.evaluate("window.first = document.querySelector('.wg-canvas canvas')")
    before = page.evaluate("wirelaneGeo.project(13.39, 52.524)")
    marks = drawn(page)
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    assert drawn(page) != marks
    assert page.evaluate("wirelaneGeo.project(13.39, 52.524)") == before
    assert page.evaluate("document.querySelector('.wg-canvas canvas') === window.first")


def test_arrow_keys_pan_plus_and_minus_zoom(open_page: OpenPage) -> None:
    page = open_page(CITY)
    settle(page)
    lat, lon, zoom = seen.view(page)
    canvas = page.locator(".wg-canvas")
    assert canvas.get_attribute("aria-label")
    canvas.focus()
    after(page, lambda: page.keyboard.press("ArrowRight"))
    assert seen.view(page)[1] > lon
    assert seen.view(page)[0] == pytest.approx(lat, abs=1e-4)
    after(page, lambda: page.keyboard.press("ArrowUp"))
    assert seen.view(page)[0] > lat
    after(page, lambda: page.keyboard.press("+"))
    assert seen.view(page)[2] == zoom + 1
    after(page, lambda: page.keyboard.press("-"))
    assert seen.view(page)[2] == zoom


def test_buttons_zoom_and_show_the_whole_network(open_page: OpenPage) -> None:
    page = open_page(CITY)
    settle(page)
    zoom = seen.view(page)[2]
    after(page, lambda: page.get_by_role("button", name="Zoom in").click())
    assert seen.view(page)[2] == zoom + 1
    after(page, lambda: page.get_by_role("button", name="Zoom out").click())
    assert seen.view(page)[2] == zoom
    after(page, lambda: page.get_by_role("button", name="Show the whole network").click())
    seen.says(page, f"{len(NETWORK)} points here")


def test_the_viewport_is_reported_again_when_the_window_changes(open_page: OpenPage) -> None:
    page = open_page(CITY)
    settle(page)
    after(page, lambda: page.set_viewport_size({"width": 900, "height": 500}))
    assert page.locator(".wg-canvas").bounding_box() == pytest.approx(page.locator("[data-testid=stMain]").bounding_box())


def test_two_fingers_zoom(open_page: OpenPage) -> None:
    page = open_page(CITY, width=390, height=844, has_touch=True, is_mobile=True)
    settle(page)
    zoom = seen.view(page)[2]
    touch = page.context.new_cdp_session(page)

    def pinch() -> None:
        for step, spread in enumerate(range(40, 121, 20)):
            points = [{"x": 195 - spread, "y": 400, "id": 1}, {"x": 195 + spread, "y": 400, "id": 2}]
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    after(page, pinch)
    assert seen.view(page)[2] > zoom + 0.5


# --- marks -----------------------------------------------------------------------------------------------------------


def test_far_out_there_are_clusters_and_close_up_every_station(open_page: OpenPage) -> None:
    page = open_page("?lat=52.5&lon=13.4&zoom=6")
    settle(page)
    stations = len({point.charging_station_id for point in NETWORK})
    assert 0 < drawn(page)["clusters"] + drawn(page)["stations"] < stations / 10
    assert drawn(page)["clusters"] > 0
    lon, lat = first_station()
    close = open_page(f"?lat={lat}&lon={lon}&zoom=17")
    settle(close)
    assert drawn(close)["clusters"] == 0
    assert drawn(close)["stations"] >= 1


def test_a_click_on_a_cluster_flies_to_what_it_holds(open_page: OpenPage) -> None:
    page = open_page("?lat=52.0&lon=13.0&zoom=6")
    settle(page)
    zoom = seen.view(page)[2]
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    x, y, _ = max(page.evaluate("wirelaneGeo.marks('clusters')"), key=lambda mark: mark[2])
    after(page, lambda: page.mouse.click(box["x"] + x, box["y"] + y))
    assert seen.view(page)[2] > zoom + 2
    assert drawn(page)["clusters"] + drawn(page)["stations"] > 0, "what it holds is in view"
    assert "station" not in seen.query(page)


def test_a_station_can_be_picked_closed_and_picked_again(open_page: OpenPage) -> None:
    lon, lat = first_station()
    page = open_page(f"?lat={lat}&lon={lon - 0.002}&zoom=16")
    settle(page)
    for _ in range(2):
        page.mouse.click(*on_screen(page, lon, lat))
        page.wait_for_selector(".wl-panel")
        assert drawn(page)["selected"] == 1
        assert seen.query(page)["station"] == BERLIN[0].id
        page.keyboard.press("Escape")
        page.wait_for_selector(".wl-panel", state="detached")
        seen.wait_until(page, "wirelaneGeo.drawn().selected === 0")


@pytest.mark.parametrize(("zoom", "kind"), [(9, "clusters"), (15, "stations")])
def test_the_open_station_is_shown_itself_and_not_the_cluster_that_has_it(open_page: OpenPage, zoom: int, kind: str) -> None:
    point = next(point for point in BERLIN if point.charging_station_id == "S44")
    page = open_page(f"?lat={point.latitude}&lon={point.longitude}&zoom={zoom}&station={point.id}")
    settle(page)
    place = page.evaluate("at => wirelaneGeo.project(...at)", [point.longitude, point.latitude])
    [(x, y, radius)], marks = page.evaluate("kind => ['selected', kind].map(wirelaneGeo.marks)", kind)
    assert abs(complex(x, y) - complex(*place)) < 1, "at its own place"
    around = [x, y, radius - 6] in [pytest.approx(mark, abs=0.5) for mark in marks]
    assert around == (kind == "stations"), "a ring around its mark, else a pin"


def test_the_tooltip_has_figures_at_once_and_names_as_plain_text_later(open_page: OpenPage) -> None:
    assert HARMFUL.longitude is not None
    assert HARMFUL.latitude is not None
    page = open_page(f"?lat={HARMFUL.latitude}&lon={HARMFUL.longitude}&zoom=17")
    settle(page)
    held: list[Route] = []
    page.route("**/map/label*", lambda route: held.append(route))
    x, y = on_screen(page, HARMFUL.longitude, HARMFUL.latitude)
    with page.expect_request("**/map/label*"):
        page.mouse.move(x - 80, y - 80)
        page.mouse.move(x, y, steps=3)
    tooltip = page.locator(".wg-tooltip")
    assert " free" in tooltip.inner_text()
    assert tooltip.locator(".wg-tooltip-title").count() == 0, "names are still on their way"
    held[0].continue_()
    assert HARM in tooltip.locator(".wg-tooltip-title").inner_text()
    assert tooltip.locator("script, img").count() == 0
    assert not page.evaluate("window.harmed")


# --- search and near me ----------------------------------------------------------------------------------------------


def test_a_city_is_found_while_typing_and_flown_to_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(CITY)
    box = page.get_by_role("combobox", name="Search")
    box.fill("Paris")
    page.get_by_role("option", name="Paris").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", selected=True).get_attribute("id")
    after(page, lambda: page.keyboard.press("Enter"))
    lat, lon, _ = seen.view(page)
    assert (lat, lon) == (pytest.approx(48.85, abs=0.05), pytest.approx(2.35, abs=0.05))
    assert box.get_attribute("aria-expanded") == "false"


def test_what_nobody_finds_is_said_and_escape_clears(open_page: OpenPage) -> None:
    page = open_page(CITY)
    box = page.get_by_role("combobox", name="Search")
    box.fill("qqqqqq")
    page.get_by_text("Nothing found for “qqqqqq”").wait_for()
    page.keyboard.press("Escape")
    assert box.input_value() == ""
    assert page.get_by_text("Nothing found").count() == 0


def test_a_station_found_is_flown_to_and_opened(open_page: OpenPage) -> None:
    page = open_page(CITY)
    page.get_by_role("combobox", name="Search").fill(str(BERLIN[0].evseid))
    page.get_by_role("option").first.click()
    page.wait_for_selector(".wl-panel")
    assert seen.query(page)["station"] == BERLIN[0].id
    seen.wait_until(page, "Number(new URLSearchParams(location.search).get('zoom')) >= 15")


def test_near_me_flies_there_or_says_why_not(open_page: OpenPage) -> None:
    page = open_page(CITY, geolocation={"latitude": 52.4, "longitude": 13.1}, permissions=["geolocation"])
    settle(page)
    after(page, lambda: page.get_by_role("button", name="Near me").click())
    assert seen.view(page)[:2] == (pytest.approx(52.4), pytest.approx(13.1))
    dot = page.get_by_role("img", name="You are here")
    assert dot.is_visible()
    assert page.locator("#wl-nearest").is_visible(), "nothing is there, so the way to the nearest"
    for _ in range(2):  # it stays where one is
        box = dot.bounding_box()
        assert box is not None
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert middle == pytest.approx(on_screen(page, 13.1, 52.4), abs=1)
        after(page, lambda: seen.pan(page, dx=80, dy=0))
    refused = open_page(CITY)
    refused.get_by_role("button", name="Near me").click()
    refused.locator(".wg-message").filter(has_text="location").wait_for()


# --- the basemap -----------------------------------------------------------------------------------------------------


class Basemap:
    """A map style of our own: one colour and one raster source; tiles can be made to fail."""

    def __init__(self) -> None:
        self.tile_asked = threading.Event()
        self.broken = False
        basemap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                basemap.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        style = {"version": 8, "sources": {"tiles": {
            "type": "raster", "tiles": [f"{self.url}/{{z}}/{{x}}/{{y}}.png"], "tileSize": 256,
            "attribution": "Maps by <b>Nobody</b>",
        }}, "layers": [{"id": "ground", "type": "background", "paint": {"background-color": "#ff00ff"}},
                       {"id": "tiles", "type": "raster", "source": "tiles"}]}
        body = json.dumps(style).encode() if request.path == "/style.json" else CLEAR_PNG
        if request.path != "/style.json":
            self.tile_asked.set()
            if self.broken:
                request.close_connection = True
                return
        request.send_response(200)
        request.send_header("Access-Control-Allow-Origin", "*")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


CLEAR_PNG = b"\x89PNG\r\n\x1a\n" + b"".join((
    _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)),
    _chunk(b"IDAT", zlib.compress(bytes(5))),
    _chunk(b"IEND", b""),
))
"""One transparent pixel."""


@pytest.fixture
def basemap() -> Iterator[Basemap]:
    basemap = Basemap()
    yield basemap
    basemap.server.shutdown()


@pytest.fixture
def styled(server: Server, basemap: Basemap) -> Iterator[Server]:
    """The application on the same network with a map style of our own."""
    process, styled = start_server(server.data, WIRELANE_GEO_BASEMAP=f"{basemap.url}/style.json")
    yield styled
    stop_server(process)


def test_a_remote_style_takes_the_embedded_maps_place_once_it_is_there(open_page: OpenPage, styled: Server) -> None:
    said: list[str] = []
    page = open_page(CITY, base=styled.url)
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.locator(".wg-credits").get_by_text("Maps by Nobody", exact=True).wait_for()
    seen.wait_until(page, "wirelaneGeo.drawn().land === 0")
    assert [text for text in said if "CSS" in text] == []
    assert page.get_by_text("Maps by Nobody").filter(visible=True).count() == 1, "said once"
    assert drawn(page)["clusters"] + drawn(page)["stations"] > 0


def test_where_tiles_fail_the_embedded_map_stays(open_page: OpenPage, styled: Server, basemap: Basemap) -> None:
    basemap.broken = True
    page = open_page(CITY, base=styled.url)
    settle(page)
    seen.wait_until(page, "wirelaneGeo.drawn().land > 0")
    assert basemap.tile_asked.wait(60)
    after(page, lambda: seen.pan(page, dx=-200, dy=0))
    assert drawn(page)["land"] > 0
    seen.wait_until(page, """() => document.querySelector('.wg-credits').innerText
        === "The street map can't be reached · Natural Earth · GeoNames" """)
    basemap.broken = False
    after(page, lambda: seen.pan(page, dx=-400, dy=0))
    seen.wait_until(page, "document.querySelector('.wg-credits').innerText === 'Maps by Nobody'")


def test_embedded_asks_nobody_else(open_page: OpenPage, server: Server) -> None:
    page = open_page(CITY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    settle(page)
    seen.wait_until(page, "wirelaneGeo.drawn().land > 0 && wirelaneGeo.drawn().labels > 0")
    assert asked
    assert [url for url in asked if not url.startswith((server.url, "blob:", "data:"))] == []


# --- when things break -----------------------------------------------------------------------------------------------


def test_a_lost_graphics_context_is_made_anew_where_the_map_was(open_page: OpenPage) -> None:
    page = open_page(CITY)
    settle(page)
    view, marks = seen.view(page), drawn(page)
    context = "document.querySelector('.wg-canvas canvas').getContext('webgl2')"
    page.evaluate(f"{context}.getExtension('WEBGL_lose_context').loseContext()")
    seen.wait_until(page, f"!{context}.isContextLost()")
    settle(page)
    assert drawn(page) == marks
    assert seen.view(page) == view
    after(page, lambda: seen.pan(page, dx=-200, dy=0))


def test_without_webgl_the_page_says_so(chromium: Browser, server: Server) -> None:
    page = chromium.new_context().new_page()
    page.add_init_script("""const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest);
        };""")
    page.goto(server.url)
    page.get_by_text("This browser can't draw the map").wait_for(timeout=60_000)
    page.context.close()
