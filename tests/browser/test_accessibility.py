"""axe-core finds nothing wrong: on the map, with each panel open, in both schemes, at the size of a desk and of a phone."""

import os
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ROOT, OpenPage

AXE = ROOT / "node_modules/axe-core/axe.min.js"
WITHOUT = not AXE.exists() and os.environ.get("CI") != "true"
"""Where Node is missing; on the machine that decides it never is."""
pytestmark = pytest.mark.skipif(
    WITHOUT, reason="accessibility isn't tested: that needs Node and npm (tools/install-javascript.sh)")

CITY = "?lat=52.53&lon=13.39&zoom=12"
STATION = f"{CITY}&station={0x21:016x}{0:016x}"
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SEEN = """async () => {
    const {violations} = await axe.run(document, {resultTypes: ['violations']});
    return violations.flatMap(({id, help, nodes}) => nodes.map(
        ({target, failureSummary}) => `${id} (${help}): ${target} ${failureSummary}`));
}"""
"""Everything that axe-core takes for wrong: its rules of WCAG 2.0 to 2.2, A and AA, and its best practices."""


def as_it_is(page: Page) -> None:
    """Nothing more is opened."""


def with_list(page: Page) -> None:
    page.locator("#wl-tool-list").click()
    page.locator(".wl-stations button").first.wait_for()


def with_favourites(page: Page) -> None:
    """Of those that the open list has."""
    for star in page.locator(".wl-stations .wl-star").all()[:2]:
        star.click()
    page.locator("#wl-tool-favourites").click()
    page.locator(".wl-stations .wl-bell").nth(1).wait_for()


def with_share(page: Page) -> None:
    page.locator("#wl-tool-share").click()
    page.locator(".wl-qr svg").wait_for()


def with_filters(page: Page) -> None:
    for fold in page.locator(".wl-form details").all():
        fold.locator("summary").click()
    page.locator("[data-key=cpo] li").first.wait_for()


LOOKS: list[tuple[str, str, str, tuple[Callable[[Page], None], ...]]] = [
    ("map, list, favourites, share", CITY, ".wl-counts", (as_it_is, with_list, with_favourites, with_share)),
    ("filters", f"{CITY}&cost=free&free=1", ".wl-counts", (with_filters,)),
    ("station", STATION, ".wl-facts", (as_it_is,)),
    ("embed", f"embed{CITY}", ".wl-counts", (as_it_is,)), ("embedded station", f"embed{STATION}", ".wl-facts", (as_it_is,)),
]
"""What is looked at: its name, its link, what says that it is there, and what is opened then, one after the other."""


def wrong(page: Page) -> list[str]:
    """What axe-core finds on a page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(SEEN)
    return found


@pytest.mark.parametrize(("query", "until", "openings"), [look[1:] for look in LOOKS], ids=[look[0] for look in LOOKS])
def test_axe_finds_nothing_wrong(open_page: OpenPage, query: str, until: str, openings: Sequence[Callable[[Page], None]]) -> None:
    page = open_page(query, until=until, color_scheme="light", **DESK)
    for opening in openings:
        opening(page)
        assert wrong(page) == []


@pytest.mark.parametrize(("query", "until", "openings"), [look[1:] for look in LOOKS if with_filters not in look[3]],
                         ids=[look[0] for look in LOOKS if with_filters not in look[3]])
def test_axe_finds_nothing_wrong_on_a_phone(
    open_page: OpenPage, query: str, until: str, openings: Sequence[Callable[[Page], None]]
) -> None:
    page = open_page(query, until=until, color_scheme="dark", locale="de-DE", **PHONE)
    for opening in openings:
        opening(page)
        assert wrong(page) == []


def test_axe_finds_what_is_wrong(open_page: OpenPage) -> None:
    page = open_page(CITY)
    page.evaluate("document.querySelector('#wl-tool-list span').textContent = ''")
    assert "button-name" in {complaint.split(" ")[0] for complaint in wrong(page)}
