"""Stations at one place, stations of many points, stations that are closed now: seen, counted and reached."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page

from tests.browser import seen
from tests.browser.conftest import PAINTED, OpenPage, Visit, start_server, stop_server
from tests.browser.network import BERLIN
from wirelane_geo.model import ChargePoint, ChargingType, OpeningHours, PlugType, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

LON, LAT = 13.3, 52.3
PLACE = f"?lat={LAT}&lon={LON}"
SHUT = OpeningHours(open247=True, exceptionalOpenings={
    "closings": [{"begin": "2000-01-01T00:00:00+00:00", "end": "2100-01-01T00:00:00+00:00"}]})
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def _points(first: int, count: int, **changes: object) -> list[ChargePoint]:
    """Points like those of the other network, each of a station of its own unless the changes say which."""
    return [msgspec.structs.replace(BERLIN[0], **{
        "id": f"{number:032x}", "charge_point_id": f"L{number}", "charging_station_id": f"S{number}", "display_id": None,
        "evseid": f"DE*TST*E{number:05}*1", "street": "Hafenstraße", "house_number": "1", "longitude": LON, "latitude": LAT,
        "status": Status.FREE, **changes}) for number in range(first, first + count)]


TOGETHER = _points(10_000, 18)
PARK = [msgspec.structs.replace(point, status=status) for point, status in zip(
    _points(20_000, 73, charging_station_id="PARK", longitude=LON + 0.1, street="Autohof", plug_types=(PlugType.CCS,),
            power=250.0, charging_type=ChargingType.DC), [Status.FREE] * 40 + [Status.IN_USE] * 33, strict=True)]
CLOSED = _points(30_000, 2, charging_station_id="NIGHT", longitude=LON - 0.1, street="Marktplatz", availability=SHUT)
ALONE = _points(40_000, 1, longitude=LON + 0.002, street="Kai")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("stations")
    store = open_store(data / DATABASE)
    store.upsert([*TOGETHER, *PARK, *CLOSED, *ALONE], "irve")
    store.close()
    process, server = start_server(data)
    yield server.url
    stop_server(process)


def list_of_the_place(page: Page) -> list[str]:
    """EVSE IDs in the list, as they are read."""
    page.locator(".wl-panel", has_text="18 stations at this place").wait_for()
    return page.locator(".wl-stations .wl-id").all_inner_texts()


@pytest.mark.parametrize("zoom", [3, 9, 13, 14, 17, 20])
def test_eighteen_stations_at_one_place_are_counted_at_every_zoom(open_page: OpenPage, base: str, zoom: int) -> None:
    page = open_page(f"{PLACE}&zoom={zoom}", base=base)
    together = page.evaluate("wirelaneGeo.shown().columns('clusters', 'stations')")
    stations = sum(together) + page.evaluate("wirelaneGeo.drawn().stations")
    assert stations == {3: 21, 9: 21, 13: 19, 14: 19, 17: 19, 20: 18}[zoom]
    assert f"{stations} station" in seen.line(page)


def test_a_click_lists_them_and_each_opens_and_leads_back(open_page: OpenPage, base: str) -> None:
    page = open_page(f"{PLACE}&zoom=20", base=base)
    seen.click(page, *seen.mark_on_screen(page, "clusters"), "document.querySelector('.wl-panel')")
    assert list_of_the_place(page) == [point.evseid for point in TOGETHER]
    assert seen.view(page)[2] == 20, "where no zoom tells them apart, none is tried"
    for number in (0, 7, 17):
        page.locator(".wl-stations button").nth(number).click()
        page.locator(".wl-points", has_text=TOGETHER[number].evseid or "").wait_for()
        seen.wait_until(page, "id => new URLSearchParams(location.search).get('station') === id", TOGETHER[number].id)
        page.click("#wl-neighbours")
        list_of_the_place(page)
    page.keyboard.press("Escape")
    seen.wait_until(page, "!document.querySelector('.wl-panel')")


def test_they_are_reached_with_the_keyboard_alone(open_page: OpenPage, base: str) -> None:
    page = open_page(f"{PLACE}&zoom=17", base=base)
    page.focus("#wl-tool-list")
    page.keyboard.press("Enter")
    page.locator(".wl-stations button").first.wait_for()
    titles = page.locator(".wl-stations button").all_inner_texts()
    assert len(titles) == len(set(titles)) == 19, "their titles tell them apart"
    page.locator(".wl-stations button").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    chosen = page.evaluate("document.activeElement.id")
    assert chosen == page.locator(".wl-stations button").nth(2).get_attribute("id")
    page.keyboard.press("Enter")
    page.locator("#wl-neighbours").focus()
    page.keyboard.press("Enter")
    assert len(list_of_the_place(page)) == 18


def test_the_search_tells_them_apart(open_page: OpenPage, base: str) -> None:
    page = open_page(f"{PLACE}&zoom=9", base=base)
    page.fill(".wg-search input", "Hafenstr")
    page.locator(".wg-hit-station").nth(3).wait_for()
    hits = page.locator(".wg-hit-station").all_inner_texts()
    assert len(hits) == len(set(hits)) > 3
    page.locator(".wg-hit-station").nth(2).click()
    page.locator(".wl-points").wait_for()
    seen.wait_until(page, "wirelaneGeo.drawn().selected === 1 && wirelaneGeo.shown().zoom === 16")


@pytest.mark.parametrize("how", ["list", "search", "link"])
def test_what_is_chosen_is_shown_itself_at_its_own_place(open_page: OpenPage, base: str, how: str) -> None:
    point = TOGETHER[5]
    page = open_page(f"{PLACE}&zoom=9" + (f"&station={point.id}" if how == "link" else ""), base=base)
    if how == "list":
        page.click("#wl-tool-list")
        page.locator(".wl-stations button", has_text=point.evseid or "").click()
    elif how == "search":
        page.fill(".wg-search input", point.evseid or "")
        page.locator(".wg-hit-station").first.click()
    page.locator(".wl-points", has_text=point.evseid or "").wait_for()
    seen.wait_until(page, "wirelaneGeo.drawn().selected === 1")
    seen.wait_until(page, """at => {
        const [[x, y]] = wirelaneGeo.marks('selected'), [px, py] = wirelaneGeo.project(...at);
        return Math.hypot(x - px, y - py) < 1.5;
    }""", [LON, LAT])


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_seventy_three_points_are_a_line_and_route_and_hotline_stay_in_sight(open_page: OpenPage, base: str, phone: bool) -> None:
    page = open_page(f"{PLACE}&zoom=12&station={PARK[0].id}", base=base, until=".wl-points", **PHONE if phone else {})
    assert "73 × CCS 250 kW, 40 free" in page.inner_text(".wl-points")
    assert "33 in use" in page.inner_text(".wl-points")
    assert page.evaluate("document.querySelector('.wl-scroll').scrollHeight") < 900
    page.locator(".wl-unfold", has_text="EVSE ID").click()
    page.locator(".wl-points li", has_text=PARK[72].evseid or "").wait_for(state="attached")
    assert page.evaluate("document.querySelector('.wl-scroll').scrollHeight") > 3000
    page.evaluate("document.querySelector('.wl-scroll').scrollTop = 1e6")
    height = page.viewport_size["height"] if page.viewport_size else 0
    for link in ('a[href^="geo:"]', 'a[href^="tel:"]'):
        box = page.locator(f".wl-panel {link}").bounding_box()
        assert box is not None
        assert 0 < box["y"] < box["y"] + box["height"] <= height
    page.locator(".wl-unfold", has_text="EVSE ID").click()
    page.locator(".wl-points li", has_text=PARK[72].evseid or "").wait_for(state="detached")


def test_what_is_closed_now_is_not_called_free(open_page: OpenPage, base: str) -> None:
    page = open_page(f"?lat={LAT}&lon={LON - 0.1}&zoom=15", base=base)
    assert seen.line(page) == "1 station, 2 points here, 0 free, 2 more are closed now"
    assert seen.counts(page) == {"CLOSED_NOW": 2}
    assert page.evaluate("wirelaneGeo.shown().columns('stations', 'status')") == [7]
    assert page.evaluate("wirelaneGeo.shown().columns('stations', 'free')") == [0]
    page.click("#wl-tool-list")
    page.locator(".wl-stations button", has_text="0 of 2 free").wait_for()
    page.locator(".wl-stations button").first.click()
    page.locator(".wl-points", has_text="Closed now").wait_for()
    assert page.locator(".wl-verdict .wl-mark").get_attribute("class") == "wl-mark wl-CLOSED_NOW"


def test_the_status_filter_keeps_the_apis_word(open_page: OpenPage, base: str) -> None:
    page = open_page(f"?lat={LAT}&lon={LON - 0.1}&zoom=15&status=FREE", base=base)
    assert seen.line(page) == "1 station, 2 points here, 0 free, 2 more are closed now"


def test_the_wall_keeps_the_apis_word(visit: Visit, base: str) -> None:
    page = visit(f"{base}/wall?lat={LAT}&lon={LON - 0.1}&zoom=15")
    page.wait_for_function(PAINTED)
    assert page.evaluate("wirelaneGeo.shown().columns('stations', 'status')") == [0]
    assert page.evaluate("wirelaneGeo.shown().columns('stations', 'free')") == [2]
