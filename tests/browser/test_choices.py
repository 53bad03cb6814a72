"""However quickly one clicks and however slow the network is: filters, address, legend and a reload of the address agree, and
every click counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server
from tests.browser.latency import delayed
from tests.browser.network import BERLIN

CITY = "?lat=52.524&lon=13.39&zoom=12"
DELAYS_MS = {"at once": (0, 30, 120, 300), "300 ms later": (0, 80, 200, 500)}
"""Before each click, by how the server answers: each length once, and at once with both, since a case takes half a minute."""
LATENCY_S = 0.3

STATE = """() => ({
    link: Object.fromEntries([...new URLSearchParams(location.search)].filter(([key]) => !['lat', 'lon', 'zoom'].includes(key))),
    on: [...document.querySelectorAll('.wl-form [aria-pressed=true]:not([data-flag=""])')].map(button => button.textContent),
    range: [...document.querySelectorAll('.wl-form [role=slider]')].map(end => end.getAttribute('aria-valuetext')),
    chips: document.querySelector('.wl-chosen')?.innerText.trim() ?? '',
    line: document.querySelector('.wl-counts')?.innerText.replace(/\\s+/g, ' '),
    counts: [...document.querySelectorAll('.wl-key li')].map(row => [row.dataset.status, row.dataset.count]),
    station: document.querySelector('[data-station]')?.dataset.station ?? '',
})"""
"""All that the page says of what is chosen."""
SETTLED = f"""([link, on, low]) => {{
    const state = ({STATE})(), same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    const count = Object.keys(link).filter(key => key !== 'station').length;
    const chips = count > 1 ? count + ' filters' : count ? '1 filter' : '';
    const right = same(state.link, link) && same(state.on, on) && state.range[0] === low && state.chips === chips;
    return right && window.wirelaneGeo?.shown?.().settled && state.line;
}}"""


@pytest.fixture(scope="module", params=DELAYS_MS)
def base(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the server is reached."""
    if request.param == "at once":
        yield server.url
    else:
        with delayed(server.url, LATENCY_S) as url:
            yield url


class Hand:
    """Somebody who clicks, and waits `delay_ms` before each click."""

    def __init__(self, page: Page, delay_ms: int) -> None:
        self.page, self.delay_ms = page, delay_ms

    def chip(self, *names: str) -> None:
        for name in names:
            self.rest()
            seen.choose(self.page, name)

    def key(self, key: str, times: int) -> None:
        for _ in range(times):
            self.rest()
            self.page.keyboard.press(key)

    def back(self) -> None:
        self.rest()
        self.page.evaluate("history.back()")

    def pan(self, dx: int) -> None:
        self.rest()
        box = self.page.locator(".wg-canvas").bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 500, box["y"] + 400)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + 500 + dx, box["y"] + 400, steps=2)
        self.page.mouse.up()

    def rest(self) -> None:
        self.page.wait_for_timeout(self.delay_ms)


def slider(hand: Hand) -> None:
    """Six steps at the lower end of the power, and one back."""
    hand.page.get_by_role("slider", name="Power — start").focus()
    hand.key("ArrowRight", 6)
    hand.key("ArrowLeft", 1)


def pills(hand: Hand) -> None:
    """Five pills on, one of them off again, and one of three side by side."""
    hand.chip("CCS", "Free", "DC", "Card", "CHAdeMO", "Yes", "DC")


def reset(hand: Hand) -> None:
    """What is chosen after a reset counts, what was chosen before does not."""
    hand.chip("CCS", "Free", "No", "Reset filters", "In use", "Type 2")


def back(hand: Hand) -> None:
    """Back undoes one click, not those after it; the map is dragged in between."""
    hand.chip("CCS", "Free")
    hand.pan(-60)
    hand.chip("AC")
    hand.back()
    hand.pan(40)
    hand.chip("DC", "Card")
    hand.back()
    hand.chip("Yes")


SCENARIOS = [
    (slider, {"kw": "50-"}, [], "50 kW"),
    (pills, {"plug": "CHADEMO,CCS", "status": "FREE", "auth": "card", "reservable": "1"},
     ["CHAdeMO", "CCS", "Free", "Card", "Yes"], "0 kW"),
    (reset, {"plug": "TYPE_2", "status": "IN_USE"}, ["Type 2", "In use"], "0 kW"),
    (back, {"plug": "CCS", "status": "FREE", "current": "DC", "reservable": "1"}, ["CCS", "Free", "DC", "Yes"], "0 kW"),
]


@pytest.mark.parametrize(("base", "delay_ms"), [(base, delay) for base, delays in DELAYS_MS.items() for delay in delays],
                         indirect=["base"])
def test_every_click_counts_and_all_agree(open_page: OpenPage, base: str, delay_ms: int) -> None:
    page = open_page(CITY, base=base)
    hand = Hand(page, delay_ms)
    for act, link, on, low in SCENARIOS:
        act(hand)
        page.wait_for_function(SETTLED, arg=[link, on, low])
        if act is not back:
            seen.choose(page, "Reset filters")
            page.wait_for_function(SETTLED, arg=[{}, [], "0 kW"])
    seen.pan(page, dx=30, dy=0)  # one more answer from the server changes nothing
    page.wait_for_function(SETTLED, arg=[link, on, low])
    said = page.evaluate(STATE)
    page.reload()
    page.wait_for_function(SETTLED, arg=[link, on, low])
    assert page.evaluate(STATE) == said, "a reload shows the same"


@pytest.mark.parametrize("delay_ms", [0, 120])
def test_a_station_and_a_filter_clicked_at_once_both_count(open_page: OpenPage, base: str, delay_ms: int) -> None:
    """The server has yet to say which station a mark is when something else is chosen."""
    point = next(point for point in BERLIN if point.charging_station_id == "S44")
    page = open_page(f"?lat={point.latitude}&lon={point.longitude}&zoom=16", base=base)
    steps = page.evaluate("history.length")
    seen.click(page, *seen.on_screen(page, point.longitude or 0, point.latitude or 0), f"history.length > {steps}")
    hand = Hand(page, delay_ms)
    hand.chip("CCS", "Free")
    link = {"plug": "CCS", "status": "FREE", "station": point.id}
    page.wait_for_function(SETTLED, arg=[link, ["CCS", "Free"], "0 kW"])
    page.wait_for_selector(f"[data-station='{point.id}']")
    hand.back()
    hand.back()
    page.wait_for_function(SETTLED, arg=[{"station": point.id}, [], "0 kW"])
    hand.back()
    page.wait_for_function(SETTLED, arg=[{}, [], "0 kW"])
    page.wait_for_selector("[data-station]", state="detached")
