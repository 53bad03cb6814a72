"""The map's marks: clusters and stations, what a click on one does, what a pointer over one is told."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser import seen
from tests.browser.conftest import OpenPage
from tests.browser.network import BERLIN, HARM, HARMFUL, NETWORK


def first_station() -> tuple[float, float]:
    point = BERLIN[0]
    assert point.longitude is not None
    assert point.latitude is not None
    return point.longitude, point.latitude


def test_far_out_there_are_clusters_and_close_up_every_station(open_page: OpenPage) -> None:
    page = open_page("?lat=52.5&lon=13.4&zoom=6")
    seen.settle(page)
    stations = len({point.charging_station_id for point in NETWORK})
    assert 0 < seen.drawn(page)["clusters"] + seen.drawn(page)["stations"] < stations / 10
    assert seen.drawn(page)["clusters"] > 0
    lon, lat = first_station()
    close = open_page(f"?lat={lat}&lon={lon}&zoom=17")
    seen.settle(close)
    assert seen.drawn(close)["clusters"] == 0
    assert seen.drawn(close)["stations"] >= 1


def test_a_click_on_a_cluster_flies_to_what_it_holds(open_page: OpenPage) -> None:
    page = open_page("?lat=52.0&lon=13.0&zoom=6")
    seen.settle(page)
    zoom = seen.view(page)[2]
    largest = page.evaluate("wirelaneGeo.marks('clusters').map(([, , radius]) => radius)")
    at = seen.mark_on_screen(page, "clusters", largest.index(max(largest)))
    seen.after(page, lambda: seen.click(page, *at, f"wirelaneGeo.shown().zoom > {zoom}"))
    assert seen.view(page)[2] > zoom + 2
    assert seen.drawn(page)["clusters"] + seen.drawn(page)["stations"] > 0, "what it holds is in view"
    assert "station" not in seen.query(page)


def test_a_station_can_be_picked_closed_and_picked_again(open_page: OpenPage) -> None:
    lon, lat = first_station()
    page = open_page(f"?lat={lat}&lon={lon - 0.002}&zoom=16")
    seen.settle(page)
    for _ in range(2):
        seen.click(page, *seen.on_screen(page, lon, lat), "document.querySelector('.wl-panel')")
        seen.wait_until(page, "wirelaneGeo.drawn().selected === 1")
        assert seen.query(page)["station"] == BERLIN[0].id
        page.keyboard.press("Escape")
        page.wait_for_selector(".wl-panel", state="detached")
        seen.wait_until(page, "wirelaneGeo.drawn().selected === 0")


@pytest.mark.parametrize(("zoom", "kind"), [(9, "clusters"), (15, "stations")])
def test_the_open_station_is_shown_itself_and_not_the_cluster_that_has_it(open_page: OpenPage, zoom: int, kind: str) -> None:
    point = next(point for point in BERLIN if point.charging_station_id == "S44")
    page = open_page(f"?lat={point.latitude}&lon={point.longitude}&zoom={zoom}&station={point.id}")
    seen.settle(page)
    place = page.evaluate("at => wirelaneGeo.project(...at)", [point.longitude, point.latitude])
    [(x, y, radius)], marks = page.evaluate("kind => ['selected', kind].map(wirelaneGeo.marks)", kind)
    assert abs(complex(x, y) - complex(*place)) < 1, "at its own place"
    around = [x, y, radius - 6] in [pytest.approx(mark, abs=0.5) for mark in marks]
    assert around == (kind == "stations"), "a ring around its mark, else a pin"


def test_the_tooltip_has_figures_at_once_and_names_as_plain_text_later(open_page: OpenPage) -> None:
    assert HARMFUL.longitude is not None
    assert HARMFUL.latitude is not None
    page = open_page(f"?lat={HARMFUL.latitude}&lon={HARMFUL.longitude}&zoom=17")
    seen.settle(page)
    held: list[Route] = []
    page.route("**/map/label*", lambda route: held.append(route))
    x, y = seen.on_screen(page, HARMFUL.longitude, HARMFUL.latitude)
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
    seen.click(page, x, y, "document.querySelector('.wl-points')")
    seen.settle(page)
    x, y = seen.on_screen(page, HARMFUL.longitude, HARMFUL.latitude)
    page.mouse.move(x + 1, y)
    expect(tooltip).to_be_hidden()  # the panel says it
    page.mouse.move(x - 80, y - 80)
    page.mouse.move(x, y, steps=3)
    expect(tooltip).to_be_visible()
    said, panel = tooltip.bounding_box(), page.locator(".wl-panel").bounding_box()
    assert said
    assert panel
    assert said["x"] + said["width"] <= panel["x"], "beside it"
