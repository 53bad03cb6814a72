"""What happens in the network is on the wall, under a canvas that stays; nothing else is, and nothing secret."""

import re

import pytest

from tests.browser import seen
from tests.browser.conftest import Server
from tests.browser.network import BERLIN, NETWORK, PARIS, SECRET_OWNER, SECRET_SERIAL
from tests.browser.wall.pages import APART, COUNT, SUM, OpenWall, change
from wirelane_geo.model import Status

CENTRE = "window.wirelaneGeo.project(13.4, 52.5).join()"


def test_everything_that_can_have_the_focus_has_a_name(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live)
    page.get_by_role("main", name="Status wall").wait_for()
    seen.all_have_names(page)


def test_a_change_appears_and_neither_canvas_nor_camera_move(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?refresh=1")
    page.wait_for_function(APART, arg=[[point.longitude, point.latitude] for point in NETWORK])
    page.wait_for_function("wirelaneGeo.shown().settled")
    faulted = page.evaluate(COUNT, "FAULTED")
    page.evaluate("document.querySelector('.wg-canvas canvas').stays = true")
    stood = page.evaluate(CENTRE)
    point = next(point for point in BERLIN if point.status is Status.FREE)
    change(live, point, Status.FAULTED)
    page.wait_for_function(f"was => ({COUNT})('FAULTED') === was + 1", arg=faulted)
    seen.wait_until(page, "id => document.querySelector('.wl-feed li').innerText.startsWith(id)", point.evseid)
    assert page.get_attribute(".wl-feed [data-change]", "data-change") == "FREE-FAULTED"
    page.wait_for_selector(".wg-pulses i", state="attached")
    page.evaluate("document.querySelector('.wg-pulses i').stays = true")
    since = page.inner_text(".wl-feed [data-at]")
    page.wait_for_function("was => document.querySelector('.wl-feed [data-at]').textContent !== was", arg=since)
    assert page.evaluate("document.querySelector('.wg-pulses i').stays"), "the same ring, that doesn't start anew"
    x, y = page.evaluate("at => window.wirelaneGeo.project(...at)", [point.longitude, point.latitude])
    stands = page.evaluate("document.querySelector('.wg-pulses i').style.translate.split(' ').map(parseFloat)")
    assert stands == pytest.approx([x, y], abs=0.1)
    change(live, point, Status.FREE)
    page.wait_for_selector(".wg-pulses i", state="detached")
    assert page.evaluate("document.querySelector('.wg-canvas canvas').stays")
    assert page.evaluate(CENTRE) == stood


@pytest.mark.parametrize("query", ["", "?redacted=1"])
def test_nothing_but_the_wall_is_on_screen(live: Server, open_wall: OpenWall, query: str) -> None:
    sent = seen.Traffic()
    page = open_wall(live, query, traffic=sent)
    for chrome in ("stSidebar", "stHeader", "stToolbar", "stStatusWidget"):
        assert not page.locator(f"[data-testid={chrome}]").is_visible()
    assert not page.locator(".wg-search").is_visible()
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [720, 1280]
    content, wire = page.content(), b"".join(sent.sent)
    for secret in (SECRET_OWNER, SECRET_SERIAL):
        assert secret not in content
        assert secret.encode() not in wire
    assert page.evaluate("performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400)") == []
    redacted = query == "?redacted=1"
    assert ("Faulted" in page.inner_text("body")) is not redacted
    assert ('"FAULTED"' in content) is not redacted
    assert (re.search(rb"DE\*.{0,20}TST\*", wire) is not None) is not redacted, "no point is named"  # a line may break between
    assert page.url.endswith(f"/wall{query}"), "the link stays the configuration"


def test_a_tour_moves_on_and_jumps_to_a_new_fault(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?tour=Paris;Berlin&dwell=5&jump=5&refresh=1")

    def at(stop: str, points: int) -> None:
        title = "document.querySelector('[data-stop]')?.textContent"
        page.wait_for_function(f"([stop, points]) => {title} === stop && ({SUM})() === points", arg=[stop, points])

    at("Paris", len(PARIS))
    at("Berlin", len(BERLIN) + 1)
    point = PARIS[4]
    change(live, point, Status.FREE)
    change(live, point, Status.FAULTED)
    # In one look: the jump has passed after some seconds.
    in_the_middle = """([id, evseid, lon, lat]) => {
        const {offsetWidth: width, offsetHeight: height} = document.querySelector('.wg-map');
        const [x, y] = window.wirelaneGeo.project(lon, lat), fault = document.querySelector(`[data-fault='${id}']`);
        return Math.hypot(x - width / 2, y - height / 2) < 2 && fault?.closest('.wl-wall-fault').innerText.includes(evseid)
            && document.querySelector('[data-link]').dataset.link.includes(`station=${id}`);
    }"""
    page.wait_for_function(in_the_middle, arg=[point.id, point.evseid, point.longitude, point.latitude])
    page.wait_for_selector("[data-fault]", state="detached")
    at("Paris", len(PARIS))
