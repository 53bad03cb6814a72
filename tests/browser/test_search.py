"""Search and the way to where one is."""

import pytest

from tests.browser import seen
from tests.browser.conftest import OpenPage
from tests.browser.network import BERLIN

CITY = "?lat=52.524&lon=13.39&zoom=11.5"


def test_a_city_is_found_while_typing_and_flown_to_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(CITY)
    box = page.get_by_role("combobox", name="Search")
    box.fill("Paris")
    page.get_by_role("option", name="Paris").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", selected=True).get_attribute("id")
    seen.after(page, lambda: page.keyboard.press("Enter"))
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


def test_enter_at_once_is_for_what_is_typed_not_for_what_was_found_before(open_page: OpenPage) -> None:
    page = open_page(CITY)
    box = page.get_by_role("combobox", name="Search")
    for city, place in {"Paris": (48.85, 2.35), "Hamburg": (53.55, 9.99)}.items():
        box.fill(city)
        seen.after(page, lambda: page.keyboard.press("Enter"))
        assert seen.view(page)[:2] == (pytest.approx(place[0], abs=0.05), pytest.approx(place[1], abs=0.05))
        assert box.get_attribute("aria-expanded") == "false"
    box.fill("qqqqqq")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing found for “qqqqqq”").wait_for()
    assert box.input_value() == "qqqqqq"


def test_a_station_found_is_flown_to_and_opened(open_page: OpenPage) -> None:
    page = open_page(CITY)
    page.get_by_role("combobox", name="Search").fill(str(BERLIN[0].evseid))
    page.get_by_role("option").first.click()
    page.wait_for_selector(".wl-panel")
    assert seen.query(page)["station"] == BERLIN[0].id
    seen.wait_until(page, "Number(new URLSearchParams(location.search).get('zoom')) >= 15")


def test_near_me_flies_there_or_says_why_not(open_page: OpenPage) -> None:
    page = open_page(CITY, geolocation={"latitude": 52.4, "longitude": 13.1}, permissions=["geolocation"])
    seen.settle(page)
    seen.after(page, lambda: page.get_by_role("button", name="Near me").click())
    assert seen.view(page)[:2] == (pytest.approx(52.4), pytest.approx(13.1))
    dot = page.get_by_role("img", name="You are here")
    dot.wait_for()
    page.locator("#wl-nearest").wait_for()  # nothing is there, so the way to the nearest
    for _ in range(2):  # it stays where one is
        box = dot.bounding_box()
        assert box is not None
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert middle == pytest.approx(seen.on_screen(page, 13.1, 52.4), abs=1)
        seen.after(page, lambda: seen.pan(page, dx=80, dy=0))
    refused = open_page(CITY)
    refused.get_by_role("button", name="Near me").click()
    refused.locator(".wg-message").filter(has_text="location").wait_for()
