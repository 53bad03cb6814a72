"""Operator, hours, numbers of points, a drawn area and a route, as a driver chooses them in the sidebar."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser import seen
from tests.browser.conftest import OpenPage
from wirelane_geo.geo.polyline import encode

CITY = "?lat=52.54&lon=13.39&zoom=11"
GPX = ('<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="52.5" lon="13.3"/><trkpt lat="52.5" lon="13.5"/>'
       "</trkseg></trk></gpx>")


def row(page: Page, key: str) -> Locator:
    return page.locator(f".wl-form [data-key={key}]")


def test_an_operator_is_found_chosen_and_left_out(open_page: OpenPage) -> None:
    page = open_page(CITY)
    row(page, "cpo").locator("summary").click()
    ours = row(page, "cpo").locator("li", has_text="Prüfstrom")
    ours.wait_for()
    assert "<script>" in row(page, "cpo").inner_text(), "a name that means harm is a name"
    everything = seen.line(page)
    only = seen.changes(page, lambda: ours.get_by_role("button", name="Prüfstrom", exact=True).click())
    assert seen.query(page)["cpo"] == "prufstrom"
    assert only != everything
    seen.changes(page, lambda: ours.get_by_role("button", name="Leave out Prüfstrom").click())
    assert seen.query(page)["cpo"] == "!prufstrom"
    page.reload()
    seen.says(page, "1 station")
    expect(row(page, "cpo")).to_contain_text(re.compile("Pr[üu]fstrom", re.IGNORECASE))
    assert page.evaluate("window.harmed") is None


def test_price_and_access_are_in_a_fold_that_says_what_is_chosen(open_page: OpenPage) -> None:
    page = open_page(CITY)
    fold = page.locator("#wl-fold-access")
    before = sum(seen.counts(page).values())
    assert not row(page, "cost").is_visible(), "the panel stays calm"
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    seen.changes(page, row(page, "cost").get_by_role("button", name="Free of charge").click)
    assert 0 < sum(seen.counts(page).values()) < before
    seen.changes(page, row(page, "cost").get_by_role("button", name="Not known").click)
    assert seen.query(page)["cost"] == "free,unknown"
    seen.changes(page, row(page, "wheelchair").get_by_role("button", name="Accessible", exact=True).click)
    expect(fold.locator(".wl-value")).to_have_text("Free of charge, Price: Not known, Accessible")
    page.reload()
    page.wait_for_function("document.querySelector('#wl-fold-access .wl-value')?.innerText.includes('Free of charge')")
    assert not fold.evaluate("fold => fold.open"), "what is chosen is said by the closed fold"
    seen.choose(page, "Reset filters")
    page.wait_for_function("!location.search.includes('cost=') && !location.search.includes('wheelchair=')")
    expect(fold.locator(".wl-value")).to_have_text("")


def test_how_many_points_and_when_it_is_open_are_in_the_link(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.changes(page, row(page, "min").get_by_role("button", name="2+").click)
    assert seen.query(page)["min"] == "2"
    row(page, "open").locator("input").fill("2026-12-24T22:00")
    page.wait_for_function("new URLSearchParams(location.search).get('open') === '2026-12-24T22:00'")
    page.reload()
    page.wait_for_selector(".wl-form [data-key=open]")
    page.wait_for_function("document.querySelector('[data-key=open] input').value === '2026-12-24T22:00'")
    expect(row(page, "min").locator("[aria-pressed=true]")).to_have_text("2+")
    seen.choose(page, "Reset filters")
    page.wait_for_function("!location.search.includes('min=') && !location.search.includes('open=')")


def test_another_number_of_a_link_is_shown_too(open_page: OpenPage) -> None:
    page = open_page(f"{CITY}&free=3")
    page.wait_for_selector(".wl-form [data-key=free]")
    page.wait_for_function("document.querySelector('[data-key=free] [aria-pressed=true]').innerText === '3+'")


def test_what_is_drawn_around_is_what_is_left(open_page: OpenPage) -> None:
    page = open_page(CITY)
    row(page, "area").get_by_role("button", name="Draw on the map").click()
    page.keyboard.press("Escape")
    expect(page.locator(".wg-drawing"), "Escape ends it").to_have_count(0)
    row(page, "area").get_by_role("button", name="Draw on the map").click()

    def draw() -> None:
        page.mouse.move(600, 300)
        page.mouse.down()
        for x, y in ((800, 300), (800, 450), (600, 450)):
            page.mouse.move(x, y, steps=3)
        page.mouse.up()

    before = sum(seen.counts(page).values())
    seen.changes(page, draw)
    assert 0 < sum(seen.counts(page).values()) < before
    page.wait_for_function("document.querySelector('.wg-outline path').getAttribute('d')")
    seen.changes(page, row(page, "area").get_by_role("button", name="Remove").click)
    assert "area" not in seen.query(page)
    assert sum(seen.counts(page).values()) == before


def test_a_file_with_a_route_leaves_what_lies_along_it(open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "trip.gpx").write_text(GPX, encoding="utf-8")
    (tmp_path / "nothing.gpx").write_text("<gpx/>", encoding="utf-8")
    page = open_page(CITY)
    before = sum(seen.counts(page).values())
    file = row(page, "route").locator("input[type=file]")
    file.set_input_files(tmp_path / "nothing.gpx")
    row(page, "route").get_by_text("no track or route").wait_for()
    seen.changes(page, lambda: file.set_input_files(tmp_path / "trip.gpx"))
    wide = sum(seen.counts(page).values())
    assert 0 < wide < before
    assert seen.query(page)["route"].startswith("2000:")
    seen.changes(page, lambda: row(page, "route").locator("select").select_option("5000"))
    assert sum(seen.counts(page).values()) > wide
    assert seen.query(page)["route"].startswith("5000:")


def test_a_pasted_line_is_a_route_too(open_page: OpenPage) -> None:
    page = open_page(CITY, permissions=["clipboard-read", "clipboard-write"])
    before = sum(seen.counts(page).values())
    field, remove = row(page, "route").locator("[data-where=line]"), row(page, "route").get_by_role("button", name="Remove")
    field.fill("to my grandmother")
    field.press("Enter")
    row(page, "route").get_by_text("no track or route").wait_for()
    found = set()
    for line in (GPX, "52.5, 13.3\n52.5, 13.5", "52.5,13.3;52.5,13.5", encode([(13.3, 52.5), (13.5, 52.5)])):
        page.evaluate("text => navigator.clipboard.writeText(text)", line)
        field.focus()
        seen.changes(page, lambda: page.keyboard.press("Control+V"))
        expect(field).to_have_value("")
        expect(row(page, "route").get_by_role("status")).to_be_empty()
        found.add((seen.query(page)["route"], sum(seen.counts(page).values())))
        seen.changes(page, remove.click)
    [(route, along)] = found
    assert route.startswith("2000:")
    assert 0 < along < before
