"""A station opens by a click, from the list and by its link; data that means harm does none, private data stays private."""

import re

import httpx
from playwright.sync_api import Page

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server
from tests.browser.network import BERLIN, HARM, HARMFUL, SECRET_OWNER, SECRET_SERIAL
from wirelane_geo.model import PRIVATE_FIELDS, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

STATION = [point for point in BERLIN if point.charging_station_id == "S44"]
LON, LAT = STATION[0].longitude or 0, STATION[0].latitude or 0
CLOSE = f"?lat={LAT}&lon={LON}&zoom=15"


def opened(page: Page) -> str:
    page.wait_for_selector(".wl-points")
    return page.inner_text(".wl-panel")


def test_a_click_opens_the_station_and_back_closes_it(open_page: OpenPage) -> None:
    page = open_page(CLOSE)
    seen.open_station(page, LON, LAT)
    text = opened(page)
    for point in STATION:
        assert point.evseid in text
    assert "Teststraße 44" in text
    assert "10115 Berlin" in text
    assert "150 kW" in text
    assert "Open 24 hours" in text
    assert page.locator('.wl-panel a[href="tel:+493012345"]').count() == 1
    assert page.locator('.wl-panel a[href="https://pay.example/"]').count() == 1
    seen.wait_until(page, "location.search.includes('station=')")
    assert seen.query(page)["station"] in {point.id for point in STATION}
    page.go_back()
    seen.wait_until(page, "!document.querySelector('.wl-panel')")
    assert "station" not in seen.query(page)


def test_a_link_opens_the_station_and_goes_there(open_page: OpenPage) -> None:
    page = open_page(f"?station={STATION[1].id}")
    assert "Teststraße 44" in opened(page)
    seen.wait_until(page, "new URLSearchParams(location.search).get('zoom') === '16'")
    lat, lon, zoom = seen.view(page)
    assert (round(lat, 3), round(lon, 3), zoom) == (round(LAT, 3), round(LON, 3), 16)
    page.click("#wl-close")
    seen.wait_until(page, "!location.search.includes('station=')")
    seen.wait_until(page, "!document.querySelector('.wl-panel')")


def test_a_link_to_a_station_that_is_gone_says_so(open_page: OpenPage) -> None:
    page = open_page(CLOSE + "&station=" + "f" * 32)
    assert "not in this network" in page.inner_text(".wl-notice")
    assert page.locator(".wl-panel").count() == 0


def test_the_points_that_meet_the_filters_are_marked(open_page: OpenPage) -> None:
    status = next(point.status for point in STATION if point.status is not Status.UNKNOWN)
    page = open_page(f"{CLOSE}&status={status}&station={STATION[0].id}")
    matching = sum(point.status is status for point in STATION)
    assert f"of {matching} matching free" in opened(page)
    assert page.locator(".wl-points li.wl-meets").count() == matching
    assert page.locator(".wl-points li").count() == len(STATION)


def test_from_the_list_to_the_details_and_back_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("?lat=52.524&lon=13.39&zoom=13")
    page.focus("#wl-tool-list")
    page.keyboard.press("Enter")
    first = page.locator(".wl-stations button").first
    first.wait_for()
    title = first.locator("b").first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    assert title in opened(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".wl-stations")
    page.keyboard.press("Escape")
    seen.wait_until(page, "!document.querySelector('.wl-panel')")


def test_the_link_is_copied_and_its_code_drawn(open_page: OpenPage) -> None:
    page = open_page(CLOSE, permissions=["clipboard-read", "clipboard-write"])
    page.click("#wl-tool-share")
    page.wait_for_selector(".wl-qr svg")
    seen.wait_until(page, "document.querySelector('.wl-address').innerText === location.href")
    page.click("#wl-copy")
    seen.wait_until(page, "document.querySelector('#wl-copy').textContent === 'Copied'")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_harmful_data_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page(f"?lat={HARMFUL.latitude}&lon={HARMFUL.longitude}&zoom=16&station={HARMFUL.id}")
    assert HARM in opened(page)
    assert "**bold** [link](javascript:window.harmed=1)" in page.inner_text(".wl-panel")
    page.click("#wl-close")
    page.click("#wl-tool-list")
    page.wait_for_selector(".wl-stations")
    assert HARM in page.inner_text(".wl-stations")
    seen.open_station(page, HARMFUL.longitude or 0, HARMFUL.latitude or 0)
    opened(page)
    page.fill(".wg-search input", "DE*TST*E0900*0")
    page.wait_for_selector(".wg-hit-station")
    assert page.evaluate("window.harmed") is None
    assert page.locator(".wl-panel :is(script, img), .wg-map img[src=x]").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0


def test_private_fields_reach_neither_page_nor_routes(open_page: OpenPage, server: Server) -> None:
    traffic = seen.Traffic()
    page = open_page(CLOSE + f"&station={STATION[0].id}", traffic=traffic)
    opened(page)
    page.click("#wl-close")
    page.click("#wl-tool-list")
    page.wait_for_selector(".wl-stations")
    everything = b"".join(traffic.sent)
    assert b"Teststra" in everything, "the websocket was listened to"
    bbox = {"bbox": "-180,-80,180,80"}
    with httpx.Client(base_url=server.url, timeout=60) as web:
        answers = [web.get("/map/search", params={"q": "DE*TST*E0044*0"}), web.get("/map/export.csv", params=bbox),
                   web.get("/map/export.geojson", params=bbox),
                   *(web.get("/map/label", params={"handle": number}) for number in range(5)),
                   web.get("/map/search", params={"q": SECRET_SERIAL}), web.get("/map/search", params={"q": SECRET_OWNER})]
    everything += b"".join(answer.content for answer in answers) + page.content().encode()
    for secret in (SECRET_OWNER, SECRET_SERIAL, *(f'"{field}"' for field in PRIVATE_FIELDS)):
        assert secret.encode() not in everything, secret


def test_a_change_appears_with_the_station_open_and_nothing_moves(open_page: OpenPage, server: Server) -> None:
    point = next(point for point in BERLIN if point.charging_station_id == "S32" and point.status is Status.FREE)
    page = open_page(f"?lat={point.latitude}&lon={point.longitude}&zoom=15&station={point.id}")
    opened(page)
    faulted, view = seen.counts(page).get("FAULTED", 0), seen.view(page)
    stood = page.evaluate("([lon, lat]) => window.wirelaneGeo.project(lon, lat).join()", [LON, LAT])
    page.evaluate("document.querySelector('.wg-canvas canvas').stays = document.querySelector('#wl-close').focus() ?? true")
    page.wait_for_selector(".wl-points li:first-child svg.wl-strip[aria-label^='Last 24 hours']")
    store = open_store(server.data / DATABASE)
    try:
        store.set_statuses({point.id or "": Status.FAULTED})
        seen.wait_until(page, "was => Number(document.querySelector('.wl-key [data-status=FAULTED]').dataset.count) === was + 1",
                        faulted)
        page.locator(".wl-points li", has_text=re.compile(r"Faulted for \d+ s")).wait_for()
        assert page.locator(".wl-points rect[data-status=FAULTED]").count() >= 1
        assert page.evaluate("document.querySelector('.wg-canvas canvas').stays")
        assert page.evaluate("document.activeElement.id") == "wl-close"
        assert page.evaluate("([lon, lat]) => window.wirelaneGeo.project(lon, lat).join()", [LON, LAT]) == stood
        assert (seen.view(page), seen.query(page)["station"]) == (view, point.id)
        seen.wait_until(page, seen.AGED, [".wl-age [data-updated]", "Updated", "ago", seen.heard(server.data)])
    finally:
        store.set_statuses({point.id or "": point.status})
        store.close()
