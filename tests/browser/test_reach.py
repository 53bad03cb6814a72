"""What is over the map can be reached with a finger and a pointer: nothing that can't be seen lies above it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser import seen
from tests.browser.conftest import OpenPage
from tests.browser.network import PARIS

CITY = "?lat=52.524&lon=13.39&zoom=12"
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
DESKTOP = {"width": 1280, "height": 800}
HERE = {"longitude": PARIS[0].longitude, "latitude": PARIS[0].latitude}

Press = Callable[[Locator], None]


@pytest.fixture(params=["a phone", "a desktop without its sidebar"])
def reached(open_page: OpenPage, request: pytest.FixtureRequest) -> tuple[Page, Press]:
    """The map with its sidebar closed, and how one presses there: both fail where something else takes it."""
    phone = request.param == "a phone"
    page = open_page(CITY, **(PHONE if phone else DESKTOP), geolocation=HERE, permissions=["geolocation"])
    if not phone:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    page.get_by_test_id("stExpandSidebarButton").wait_for()
    return page, Locator.tap if phone else Locator.click


def test_all_that_lies_over_the_map_takes_a_press(reached: tuple[Page, Press]) -> None:
    page, press = reached
    press(page.locator(".wg-search input"))
    page.keyboard.type("DE*TST*E0044*0")
    page.locator(".wg-hit-station").first.wait_for()
    press(page.locator(".wg-search-clear"))
    assert page.locator(".wg-search input").input_value() == ""
    for tool, opens in (("list", ".wl-stations"), ("share", ".wl-qr")):
        press(page.locator(f"#wl-tool-{tool}"))
        page.wait_for_selector(opens)
        press(page.locator("#wl-close"))
        page.locator(opens).wait_for(state="detached")
    press(page.locator(".wg-near_me"))
    seen.wait_until(page, "lon => Math.abs(new URLSearchParams(location.search).get('lon') - lon) < 0.01", HERE["longitude"])
    press(page.get_by_test_id("stExpandSidebarButton"))
    seen.wait_until(page, "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().x === 0")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["a desktop", "a phone"])
def test_everything_on_the_map_that_can_have_the_focus_has_a_name(open_page: OpenPage, size: dict[str, Any]) -> None:
    page = open_page("?lat=52.524&lon=13.39&zoom=13", **size)
    seen.all_have_names(page)
    page.click("#wl-tool-list")
    page.wait_for_selector(".wl-stations")
    seen.all_have_names(page)
    page.locator(".wl-stations button").first.click()
    page.wait_for_selector(".wl-points")
    seen.all_have_names(page)
    page.click("#wl-close")
    page.wait_for_selector(".wl-stations")
    page.click("#wl-tool-share")
    page.wait_for_selector(".wl-qr")
    page.fill(".wg-search input", "Berlin")
    page.wait_for_selector(".wg-hit")
    seen.all_have_names(page)


def test_a_click_on_the_map_leaves_the_keys_to_it(open_page: OpenPage) -> None:
    page = open_page(CITY)
    lon = seen.view(page)[1]
    page.mouse.click(900, 300)
    assert page.evaluate("document.activeElement.classList.contains('wg-canvas')")
    page.keyboard.press("ArrowRight")
    seen.wait_until(page, "lon => Number(new URLSearchParams(location.search).get('lon')) > lon + 0.01", lon)
