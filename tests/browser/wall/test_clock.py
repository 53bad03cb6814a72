"""What o'clock it is on the wall, and that nothing bright stays at its place."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Server
from wirelane_geo.ui.wall import component

SHOW = """async ([now, since]) => {
    const {render} = await import(new URL('assets/wall.js', location).href);
    document.body.innerHTML = '<div class="wl-panels wl-wall"></div>';
    const head = '<p data-age></p><time data-clock></time>';
    const numbers = `<time data-time="${since}"></time> <span data-at="${since}"></span>`;
    render({parentElement: document.body, setTriggerValue() {}, data: {
        parts: {'wall-head': head, 'wall-numbers': numbers}, lang: 'de', now, age: 0, late: 30, stale: 120, reason: '',
        refresh: 30, process: 'one', texts: {age: 'Daten {age} alt', days: '{n} T', never: '', offline: ''},
    }});
}"""


def test_the_clock_is_right_after_a_slow_load(live: Server, chromium: Browser) -> None:
    """What the server said of the time has been on its way for a minute."""
    context = chromium.new_context(timezone_id="UTC", locale="en-GB")
    page = context.new_page()
    page.goto(f"{live.url}/healthz")
    page.evaluate(SHOW, [1000 * (datetime.now(UTC).timestamp() - 60)] * 2)
    told = """() => {
        const [h, m, s] = document.querySelector('[data-clock]').textContent.split(':').map(Number), now = Date.now() / 1000;
        return Math.abs(now % 86400 - (3600 * h + 60 * m + s)) <= 2;
    }"""
    assert not page.evaluate(told)
    page.wait_for_function(told)
    assert page.inner_text("[data-age]") == "Daten 60 s alt" or "1 min" in page.inner_text("[data-age]"), "and so is the age"
    context.close()


@pytest.mark.parametrize(("now", "clocks", "since", "told"), [
    ("2026-03-28T22:59:59", ("23:59:59", "00:00:01"), "2026-03-28T22:50:00", "23:50 10 min"),
    ("2026-03-29T00:59:59", ("01:59:59", "03:00:01"), "2026-03-29T00:30:00", "01:30 30 min"),
    ("2026-10-25T00:59:59", ("02:59:59", "02:00:01"), "2026-10-25T00:30:00", "02:30 30 min"),
    ("2026-10-25T01:29:59", ("02:29:59", "02:30:01"), "2026-10-25T00:30:00", "02:30 60 min"),
])
def test_the_clock_at_midnight_and_when_clocks_are_set(live: Server, chromium: Browser, now: str, clocks: tuple[str, str],
                                                       since: str, told: str) -> None:
    """The server's time, in the time zone of the screen; how long ago something was goes on as if no clock were set."""
    context = chromium.new_context(timezone_id="Europe/Berlin", locale="de-DE")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{live.url}/healthz")
    page.clock.pause_at(datetime.now() + timedelta(hours=1))  # the screen's own clock is wrong, and it stands still
    page.evaluate(SHOW, [1000 * datetime.fromisoformat(f"{time}+00:00").timestamp() for time in (now, since)])
    assert page.inner_text("[data-clock]") == clocks[0]
    page.clock.run_for(2000)
    assert page.inner_text("[data-clock]") == clocks[1]
    assert page.inner_text(".wl-wall-numbers") == told
    context.close()


def test_nothing_bright_stays_at_its_place_for_good(live: Server, chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    page.clock.install()
    page.goto(f"{live.url}/healthz")
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    page.evaluate(SHOW, [0, 0])
    page.add_style_tag(content=component.style("dark"))
    page.route("**/*", lambda route: route.abort())  # nor a server that it would be loaded anew from
    places = []
    for _ in range(8):
        places.append(page.evaluate("getComputedStyle(document.querySelector('.wl-wall-head')).translate"))
        page.clock.run_for(60_000)
    assert len(set(places)) == 4
    assert places[:4] == places[4:]
    page.context.close()
