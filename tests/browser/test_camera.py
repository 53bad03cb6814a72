"""The map's camera in a real Chromium: address, keys, buttons, fingers; and what breaks below it."""

import pytest
from playwright.sync_api import Browser

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server
from tests.browser.network import NETWORK

CITY = "?lat=52.524&lon=13.39&zoom=11.5"


def test_the_map_starts_where_the_address_says_and_writes_it_in_its_one_form(open_page: OpenPage) -> None:
    page = open_page("?plug=CCS,type_2&lat=52.5&lon=13.4&zoom=11&utm_source=mail&lang=de")
    seen.settle(page)
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
    marks = page.evaluate(seen.MARKS)
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    seen.settle(page)
    assert page.evaluate(seen.MARKS) != marks
    assert page.evaluate("wirelaneGeo.project(13.39, 52.524)") == before
    assert page.evaluate("document.querySelector('.wg-canvas canvas') === window.first")


def test_arrow_keys_pan_plus_and_minus_zoom(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.settle(page)
    lat, lon, zoom = seen.view(page)
    canvas = page.locator(".wg-canvas")
    assert canvas.get_attribute("aria-label")
    canvas.focus()
    seen.after(page, lambda: page.keyboard.press("ArrowRight"))
    assert seen.view(page)[1] > lon
    assert seen.view(page)[0] == pytest.approx(lat, abs=1e-4)
    seen.after(page, lambda: page.keyboard.press("ArrowUp"))
    assert seen.view(page)[0] > lat
    seen.after(page, lambda: page.keyboard.press("+"))
    assert seen.view(page)[2] == zoom + 1
    seen.after(page, lambda: page.keyboard.press("-"))
    assert seen.view(page)[2] == zoom


def test_buttons_zoom_and_show_the_whole_network(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.settle(page)
    zoom = seen.view(page)[2]
    seen.after(page, lambda: page.get_by_role("button", name="Zoom in").click())
    assert seen.view(page)[2] == zoom + 1
    seen.after(page, lambda: page.get_by_role("button", name="Zoom out").click())
    assert seen.view(page)[2] == zoom
    seen.after(page, lambda: page.get_by_role("button", name="Show the whole network").click())
    seen.says(page, f"{len(NETWORK)} points here")


def test_the_viewport_is_reported_again_when_the_window_changes(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.settle(page)
    seen.after(page, lambda: page.set_viewport_size({"width": 900, "height": 500}))
    seen.wait_until(page, """() => {
        const [map, main] = ['.wg-canvas', '[data-testid=stMain]'].map(e => document.querySelector(e).getBoundingClientRect());
        return ['x', 'y', 'width', 'height'].every(edge => Math.abs(map[edge] - main[edge]) < 1e-3);
    }""")


def test_two_fingers_zoom(open_page: OpenPage) -> None:
    page = open_page(CITY, width=390, height=844, has_touch=True, is_mobile=True)
    seen.settle(page)
    zoom = seen.view(page)[2]
    touch = page.context.new_cdp_session(page)

    def pinch() -> None:
        for step, spread in enumerate(range(40, 121, 20)):
            points = [{"x": 195 - spread, "y": 400, "id": 1}, {"x": 195 + spread, "y": 400, "id": 2}]
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    seen.after(page, pinch)
    assert seen.view(page)[2] > zoom + 0.5


# --- when things break -----------------------------------------------------------------------------------------------


def test_a_lost_graphics_context_is_made_anew_where_the_map_was(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.settle(page)
    view, marks = seen.view(page), page.evaluate(seen.MARKS)
    context = "document.querySelector('.wg-canvas canvas').getContext('webgl2')"
    page.evaluate(f"{context}.getExtension('WEBGL_lose_context').loseContext()")
    seen.wait_until(page, f"!{context}.isContextLost()")
    seen.wait_until(page, f"marks => wirelaneGeo.shown().settled && String({seen.MARKS}) === String(marks)", marks)
    assert seen.view(page) == view
    seen.after(page, lambda: seen.pan(page, dx=-200, dy=0))


def test_without_webgl_the_page_says_so(chromium: Browser, server: Server) -> None:
    page = chromium.new_context().new_page()
    page.add_init_script("""const get = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
            return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest);
        };""")
    page.goto(server.url)
    page.get_by_text("This browser can't draw the map").wait_for(timeout=60_000)
    page.context.close()
