"""Favourites in Chromium: starred by key and by click, listed, shared, and told of when one has become free."""

from contextlib import closing
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server
from wirelane_geo.model import PointId, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

CITY = "?lat=52.53&lon=13.39&zoom=12"
PARIS = PointId(f"{1001:016x}{0:016x}")
"""A station of one point, which is in use."""
HOW = "id => fetch(`./map/stations?id=${id}`).then(answer => answer.json()).then(([station]) => station.free)"
TOLD = "() => navigator.serviceWorker.ready.then(it => it.getNotifications()).then(all => all.map(one => [one.title, one.body]))"

BACKGROUND = "element => getComputedStyle(element).backgroundColor"
CRAMPED = """() => [...document.querySelectorAll('.wl-stations li')].filter(row => {
    const [name, star, bell] = [...row.children].map(part => part.getBoundingClientRect()), {width} = row.getBoundingClientRect();
    return Math.abs(name.width + star.width - width) > 1 || star.top > name.bottom || bell.top < name.bottom;
}).map(row => row.textContent)"""
"""Favourites whose names haven't all of the list's width beside their stars."""


def until(page: Page, ask: str) -> Any:
    """What an asynchronous function answers, as soon as that is something. Playwright takes a promise itself for something."""
    return page.evaluate(f"""async () => {{
        for (let left = 1_000; left; left--) {{
            const found = await ({ask})();
            if (found) return found;
            await new Promise(done => setTimeout(done, 50));
        }}
    }}""")


def favourites(page: Page) -> None:
    page.locator("#wl-tool-favourites").click()
    page.get_by_role("heading", name="Favourites").wait_for()


def test_a_star_makes_a_favourite_that_is_listed_and_shared(open_page: OpenPage) -> None:
    page = open_page(CITY, permissions=["clipboard-read", "clipboard-write"])
    favourites(page)
    page.get_by_text("No favourites yet").wait_for()
    page.locator("#wl-tool-list").click()
    rows = page.locator(".wl-stations li")
    rows.nth(1).wait_for()
    for row in (0, 1):
        rows.nth(row).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
        expect(rows.nth(row).get_by_role("checkbox")).to_be_checked()
    title = rows.nth(0).locator("b").first.inner_text()
    rows.nth(0).locator("button").first.click()
    page.locator(".wl-facts").wait_for()
    expect(page.get_by_role("checkbox", name=f"Favourite: {title}")).to_be_checked()
    page.locator("#wl-close").click()
    favourites(page)
    expect(rows).to_have_count(2)
    seen.finds_nothing(page, CRAMPED)
    page.set_viewport_size({"width": 390, "height": 844})
    seen.finds_nothing(page, CRAMPED)
    expect(page.locator(".wl-counts")).to_be_hidden()  # a sheet is over it, or it would look out of one
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".wl-counts")).to_be_visible()
    page.locator("#wl-copy").click()
    page.wait_for_function("document.querySelector('#wl-copy').textContent === 'Copied'")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.locator(".wl-address").inner_text()
    seen.changes(page, page.get_by_role("button", name="Only these on the map").click)
    seen.says(page, "2 stations")
    only = page.get_by_role("button", name="Only these on the map", pressed=True)
    page.mouse.move(0, 0)
    assert only.evaluate(BACKGROUND) != page.locator("#wl-copy").evaluate(BACKGROUND), "a choice that holds can be seen"
    assert seen.query(page)["stations"] == link.partition("stations=")[2]
    page.reload()
    seen.says(page, "2 stations")
    favourites(page)
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("checkbox").click()
    expect(rows).to_have_count(1)
    page.locator("[data-key=stations]").get_by_role("button", name="Remove").click()
    page.wait_for_function("!location.search.includes('stations=')")


def test_whoever_opens_the_link_sees_those_stations_where_they_are(open_page: OpenPage) -> None:
    page = open_page(f"?lat=48.85&lon=2.31&zoom=16&station={PARIS}", until=".wl-facts")
    handle = page.locator(".wl-sheet .wl-star").get_attribute("data-handle")
    page = open_page(f"?stations={handle}")
    seen.says(page, "1 station")
    seen.wait_until(page, "location.search.includes('zoom=') && wirelaneGeo.shown().settled")
    lat, lon, _ = seen.view(page)
    assert abs(lat - 48.85) < 0.01
    assert abs(lon - 2.31) < 0.01


def test_it_is_told_when_a_favourite_becomes_free_and_not_before(open_page: OpenPage, server: Server) -> None:
    page = open_page(f"?lat=48.85&lon=2.31&zoom=16&station={PARIS}", until=".wl-facts", permissions=["notifications"])
    bell = page.get_by_role("button", name="Tell me when free")
    with page.expect_response(lambda answer: "map/stations" in answer.url):
        bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".wl-sheet .wl-star")).to_be_checked()
    assert page.evaluate("() => navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0, "nothing to tell yet"
    with closing(open_store(server.data / DATABASE)) as store:
        try:
            store.set_statuses({PARIS: Status.FREE})
            until(page, f"() => ({HOW})('{PARIS}').then(free => free === 1)")
            page.evaluate("dispatchEvent(new StorageEvent('storage', {key: null}))")  # another window has changed something
            [[title, body]] = until(page, f"() => ({TOLD})().then(told => told.length && told)")
            assert title == "Teststraße 1001"
            assert body == "1 of 1 free · 10115 Paris"
        finally:
            store.set_statuses({PARIS: Status.IN_USE})


def test_a_browser_that_may_not_tell_says_so(open_page: OpenPage) -> None:
    page = open_page(f"?lat=48.85&lon=2.31&zoom=16&station={PARIS}", until=".wl-facts")
    page.get_by_role("button", name="Tell me when free").click()
    page.get_by_text("Your browser doesn't let this page tell you").wait_for()
    assert page.get_by_role("button", name="Tell me when free").get_attribute("aria-pressed") == "false"
