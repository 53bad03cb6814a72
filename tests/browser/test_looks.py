"""Every size and theme: the map fills the window, nothing scrolls, nothing of Streamlit's is in the way."""

import pytest
from playwright.sync_api import Page

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server, start_server, stop_server
from tests.browser.network import BERLIN, NETWORK
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

CITY = "?lat=52.524&lon=13.39&zoom=12"
SURFACE = "getComputedStyle(document.querySelector('.wl-card')).backgroundColor"


def rectangle(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None, selector
    return dict(found)


def scrolls(page: Page) -> bool:
    return bool(page.evaluate("""() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
        .some(e => e.scrollHeight > e.clientHeight || e.scrollWidth > e.clientWidth)"""))


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_on_a_desktop_map_and_sidebar_fill_the_window(open_page: OpenPage, width: int, height: int) -> None:
    page = open_page(CITY, width=width, height=height)
    sidebar, canvas = rectangle(page, "[data-testid=stSidebar]"), rectangle(page, ".wg-map")
    assert sidebar["width"] == 320
    assert (canvas["x"], canvas["y"], canvas["width"], canvas["height"]) == (320, 0, width - 320, height)
    assert not scrolls(page)
    for gone in ("stMainMenu", "stAppDeployButton", "stStatusWidget", "stToolbarActions"):
        assert page.locator(f"[data-testid={gone}]:visible").count() == 0, gone


COVERED = """() => {
    const parts = ['.wl-tool', '.wl-notice p', '.wg-controls button', '.wg-search', '.wl-sheet', '.wl-card'];
    const shown = parts.flatMap(part => [...document.querySelectorAll(part)])
        .filter(element => element.checkVisibility({visibilityProperty: true}))
        .map(element => [element.className || element.textContent, element.getBoundingClientRect()]);
    const after = (a, b) => a.left >= b.right - 1 || a.top >= b.bottom - 1;
    return shown.flatMap(([name, one], i) => [
        ...(one.left < -1 || one.right > innerWidth + 1 ? [`${name} is cut off`] : []),
        ...shown.slice(i + 1).filter(([, other]) => !after(one, other) && !after(other, one))
            .map(([other]) => `${name} and ${other}`)]);
}"""
"""What lies upon each other over the map, or is beyond the window's sides."""


def test_nothing_over_the_map_lies_on_anything_else_at_any_width(open_page: OpenPage) -> None:
    """A tool under a panel can't be pressed, nor one under a notice."""
    page = open_page(CITY + "&lang=de&current=DC&area=!!", width=1280, height=800)
    page.locator(".wl-notice").wait_for()
    for width in (1280, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        seen.finds_nothing(page, COVERED)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click("#wl-tool-list")
    page.locator(".wl-sheet").wait_for()
    for width in (1280, 1100, 1024, 768, 390):
        page.set_viewport_size({"width": width, "height": 800})
        seen.finds_nothing(page, COVERED)


def test_on_a_low_window_an_open_sheet_leaves_the_zoom_free(open_page: OpenPage) -> None:
    """A phone on its side, and a small one: below an open sheet nothing could be pressed."""
    page = open_page(CITY + "&lang=de&current=DC&area=!!", width=640, height=400, has_touch=True, is_mobile=True)
    page.tap("#wl-tool-list")
    page.locator(".wl-sheet").wait_for()
    for width, height in ((844, 390), (667, 375), (640, 400), (640, 360), (568, 320), (320, 568), (390, 700), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        seen.finds_nothing(page, COVERED)
        assert page.locator(".wg-zoom_in").is_visible()
        assert page.locator(".wg-near_me").is_visible() == (width > 700 or height > 730), (width, height)
    page.set_viewport_size({"width": 640, "height": 400})
    zoom = seen.view(page)[2]
    seen.after(page, lambda: page.tap(".wg-zoom_in"))
    assert seen.view(page)[2] > zoom
    page.get_by_role("button", name="Schließen").first.tap()
    page.locator(".wg-near_me").wait_for()


def test_on_a_phone_the_map_fills_the_window_and_the_filters_are_one_tap_away(open_page: OpenPage) -> None:
    page = open_page(CITY, width=390, height=844, has_touch=True, is_mobile=True)
    canvas = rectangle(page, ".wg-map")
    assert (canvas["x"], canvas["y"], canvas["width"], canvas["height"]) == (0, 0, 390, 844)
    assert not scrolls(page)
    shown = [rectangle(page, selector) for selector in (
        "[data-testid=stExpandSidebarButton]", ".wg-search", ".wl-tools", ".wg-controls", ".wl-card")]
    for i, one in enumerate(shown):
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= 390
        for other in shown[i + 1:]:
            apart = (one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                     or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"])
            assert apart, (one, other)
    page.tap("[data-testid=stExpandSidebarButton]")
    seen.wait_until(page, "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x === 0")
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    points = sum(seen.counts(page).values())
    back = page.get_by_role("button", name=f"Show {points} points", exact=True)
    assert rectangle(page, ".wl-back button")["y"] > 760, "in sight without scrolling"
    back.tap()
    seen.wait_until(page, "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0")
    page.tap("[data-testid=stExpandSidebarButton]")
    page.get_by_label("Collapse sidebar").tap()
    seen.wait_until(page, "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0")


def test_on_a_phone_a_station_opens_as_a_sheet_and_stays_in_sight(open_page: OpenPage) -> None:
    point = BERLIN[88]
    lon, lat = point.longitude or 0, point.latitude or 0
    page = open_page(f"?lat={lat}&lon={lon}&zoom=15", width=390, height=844, has_touch=True, is_mobile=True)
    seen.open_station(page, lon, lat)
    page.wait_for_selector(".wl-points")
    sheet = rectangle(page, ".wl-sheet")
    assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, 390, 844)
    assert sheet["y"] > 250
    seen.wait_until(page, """([lon, lat, top]) => {
        const y = window.wirelaneGeo.project(lon, lat)[1];
        return y > 40 && y < top;
    }""", [lon, lat, sheet["y"]])


def test_on_a_phone_a_link_to_a_station_shows_it_above_its_sheet(open_page: OpenPage) -> None:
    point = BERLIN[88]
    page = open_page(f"?station={point.id}", width=390, height=844, has_touch=True, is_mobile=True, until=".wl-points")
    seen.wait_until(page, """([lon, lat]) => {
        const y = window.wirelaneGeo.project(lon, lat)[1];
        return y > 40 && y < document.querySelector('.wl-sheet').getBoundingClientRect().top;
    }""", [point.longitude, point.latitude])


def test_dark_follows_the_system(open_page: OpenPage) -> None:
    light = open_page(CITY).evaluate(SURFACE)
    page = open_page(CITY, color_scheme="dark")
    seen.wait_until(page, f"light => {SURFACE} !== light", light)
    seen.wait_until(page, "document.querySelector('.wg-map').dataset.theme === 'dark'")


def test_dark_can_be_chosen_and_stays(open_page: OpenPage) -> None:
    page = open_page(CITY + "&plug=CCS")
    page.click("#wl-theme-Dark")
    seen.wait_until(page, "document.querySelector('.wg-map')?.dataset.theme === 'dark'")
    seen.says(page, "points here")
    assert seen.query(page)["plug"] == "CCS"
    seen.wait_until(page, "document.querySelector('#wl-theme-Dark').getAttribute('aria-pressed') === 'true'")
    page.reload()
    seen.wait_until(page, "document.querySelector('.wg-map')?.dataset.theme === 'dark'")


def test_german_by_browser_and_by_choice(open_page: OpenPage) -> None:
    page = open_page(CITY, locale="de-DE")
    assert "Punkte hier" in seen.line(page)
    assert page.get_attribute(".wg-search input", "placeholder") == "Ort, Adresse oder EVSE-ID suchen"
    assert page.get_attribute("html", "lang") == "de"
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("slider", name="Leistung, bis").wait_for()
    page.get_by_role("button", name="Seitenleiste schließen").click()
    page.get_by_role("button", name="Seitenleiste öffnen").click()
    page.get_by_role("link", name="Zum Inhalt springen").wait_for(state="attached")
    page.click("#wl-lang-en")
    seen.says(page, "points here")
    assert seen.query(page)["lang"] == "en"
    sidebar.get_by_role("slider", name="Power — end").wait_for()
    page.get_by_role("button", name="Collapse sidebar").wait_for()


def test_an_embedded_basemap_asks_no_third_party(open_page: OpenPage, server: Server) -> None:
    page = open_page("?lat=52.524&lon=13.39&zoom=4")
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((server.url, "blob:", "data:"))] == []


def test_a_basemap_that_cannot_be_reached_leaves_the_map(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("unreachable")
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    process, server = start_server(data, WIRELANE_GEO_BASEMAP="http://127.0.0.1:9/style.json")
    try:
        page = open_page(CITY, base=server.url)
        seen.wait_until(page, "Object.values(window.wirelaneGeo.drawn()).some(n => n > 0)")
        page.locator(".wg-credits", has_text="The street map can't be reached").wait_for()
        seen.changes(page, lambda: seen.pan(page, dx=-500, dy=0))
    finally:
        stop_server(process)


def test_an_upstream_that_cannot_be_reached_is_told_on_a_map_that_works(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    process, server = start_server(
        tmp_path_factory.mktemp("account"), WIRELANE_ENVIRONMENT="staging", WIRELANE_API_DIALECT="2023",
        WIRELANE_API_URL="http://127.0.0.1:9/apis/emc",
        WIRELANE_TOKEN_URL="http://127.0.0.1:9/token", WIRELANE_ORGANIZATION="o", WIRELANE_CLIENT_ID="i",
        WIRELANE_CLIENT_SECRET="SECRET-4711",
    )
    try:
        page = open_page(CITY, base=server.url, until=".wl-notice")
        notice = page.inner_text(".wl-notice")
        assert "The map can't be shown" in notice
        assert "127.0.0.1:9" in notice
        assert "SECRET-4711" not in page.content()
        assert page.locator(".wl-counts").count() == 0, "nothing is claimed about what is there"
    finally:
        stop_server(process)
