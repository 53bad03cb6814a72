"""The address bar is the page: panning, filtering, going back, sharing."""

import re
from pathlib import Path
from urllib.parse import quote

from tests.browser import seen
from tests.browser.conftest import OpenPage, start_server, stop_server
from tests.browser.network import BERLIN, NETWORK
from wirelane_geo.geo.polyline import encode
from wirelane_geo.model import PlugType, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

CITY = "?lat=52.524&lon=13.39&zoom=11.5"
CCS = sum(PlugType.CCS in point.plug_types for point in BERLIN)
AWAY = "document.querySelector('.wl-age [data-away]')?.textContent === 'No connection, trying again'"
BACK = "document.querySelector('.wl-age [data-away]')?.textContent === ''"


def test_a_first_visit_shows_the_whole_network(open_page: OpenPage) -> None:
    page = open_page()
    seen.says(page, f"{len(NETWORK)} points here")
    assert sum(seen.counts(page).values()) == len(NETWORK)


def test_a_pan_changes_points_and_address_and_runs_nothing_on_the_server(open_page: OpenPage) -> None:
    traffic = seen.Traffic()
    page = open_page(CITY, traffic=traffic)
    everything = seen.counts(page)
    steps = page.evaluate("history.length")
    lat, lon, zoom = seen.view(page)
    traffic.clear()
    seen.changes(page, lambda: seen.pan(page, dx=-500, dy=0))
    moved = seen.view(page)
    assert moved[1] > lon
    assert (round(moved[0], 3), moved[2]) == (round(lat, 3), zoom)
    assert sum(seen.counts(page).values()) < sum(everything.values())
    assert (traffic.full_runs, traffic.fragment_runs, traffic.to_sidebar) == (0, 0, 0)
    assert page.evaluate("history.length") == steps, "panning does not fill the history"


def test_a_filter_changes_counts_and_address_and_back_undoes_it(open_page: OpenPage) -> None:
    page = open_page(CITY)
    before, line = seen.counts(page), seen.line(page)
    steps = page.evaluate("history.length")
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    assert seen.query(page)["plug"] == "CCS"
    assert f"{CCS} points here" in seen.line(page)
    assert page.evaluate("history.length") == steps + 1, "a filter is one step"
    assert seen.is_chosen(page, "CCS")
    seen.changes(page, page.go_back)
    assert seen.line(page) == line
    assert seen.counts(page) == before
    assert "plug" not in seen.query(page)
    assert not seen.is_chosen(page, "CCS")
    seen.changes(page, page.go_forward)
    assert seen.query(page)["plug"] == "CCS"
    assert f"{CCS} points here" in seen.line(page)


def test_a_filter_is_written_beside_the_view_that_the_map_has_by_then(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    seen.changes(page, lambda: seen.pan(page, dx=-300, dy=0))
    panned = seen.view(page)
    seen.changes(page, lambda: seen.choose(page, "Free"))
    assert seen.view(page) == panned
    page.click("#wl-tool-share")
    page.wait_for_selector(".wl-qr")
    seen.wait_until(page, "document.querySelector('.wl-address').innerText === location.href")
    seen.changes(page, page.go_back)
    assert seen.view(page) == panned


def test_filters_chosen_one_after_the_other_add_up_and_reset_drops_them(open_page: OpenPage) -> None:
    page = open_page(CITY)
    everything = seen.line(page)
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    seen.changes(page, lambda: seen.choose(page, "Free"))
    both = sum(PlugType.CCS in point.plug_types and point.status is Status.FREE for point in BERLIN)
    assert f"{both} points here" in seen.line(page)
    assert set(seen.counts(page)) == {"FREE"}
    assert seen.changes(page, lambda: page.click("#wl-tool-reset")) == everything
    assert set(seen.query(page)) == {"lat", "lon", "zoom"}
    assert not seen.is_chosen(page, "Free")


def test_a_link_shows_the_same_to_somebody_else(open_page: OpenPage) -> None:
    mine = open_page(CITY + "&plug=TYPE_2&kw=11-50&status=FREE,IN_USE")
    seen.changes(mine, lambda: seen.pan(mine, dx=-150, dy=60))
    theirs = open_page("?" + mine.url.partition("?")[2])
    assert seen.line(theirs) == seen.line(mine)
    assert seen.counts(theirs) == seen.counts(mine)
    assert theirs.url == mine.url
    assert theirs.url.endswith("&plug=TYPE_2&kw=11-50&status=FREE,IN_USE"), "short and readable"


def test_a_broken_link_says_so_in_one_line_and_the_rest_holds(open_page: OpenPage) -> None:
    page = open_page(CITY + "&plug=CCS&status=BROKEN&colour=<b>red</b>&embed=true")
    notice = page.locator(".wl-notice p")
    notice.wait_for()
    assert notice.count() == 1
    text = notice.inner_text()
    assert "status=BROKEN" in text
    assert "colour=<b>red</b>" in text
    assert f"{CCS} points here" in seen.line(page)
    seen.wait_until(page, "!/status|colour/.test(location.search)")
    assert seen.query(page).keys() == {"lat", "lon", "zoom", "plug", "embed"}, "what was named is dropped, no more"
    seen.changes(page, lambda: seen.pan(page, dx=-500, dy=0))
    assert notice.inner_text() == text, "it can still be read"
    seen.choose(page, "Free")
    seen.wait_until(page, "location.search.includes('status=FREE')")
    seen.wait_until(page, "!document.querySelector('.wl-notice')")
    assert set(seen.query(page)) == {"lat", "lon", "zoom", "plug", "status", "embed"}


def test_a_power_of_a_link_that_no_slider_has_is_kept(open_page: OpenPage) -> None:
    page = open_page(CITY + "&kw=21.5-")
    assert page.locator("[data-testid=stSidebar]").get_by_text("21.5 kW").first.is_visible()
    seen.choose(page, "Free")
    seen.wait_until(page, "location.search.includes('status=FREE')")
    assert seen.query(page)["kw"] == "21.5-"


def test_the_list_is_the_view_in_words_with_files(open_page: OpenPage) -> None:
    page = open_page("?lat=52.524&lon=13.39&zoom=13")
    page.click("#wl-tool-list")
    rows = page.locator(".wl-stations li")
    rows.first.wait_for()
    stations = int(seen.line(page).split(" ")[0])
    seen.wait_until(page, "all => document.querySelector('.wl-extent').innerText.includes(all)", f"all {stations}")
    assert rows.count() == min(50, stations)
    with page.expect_download() as download:
        page.click("text=CSV")
    csv = download.value.path().read_text(encoding="utf-8")
    assert len(csv.splitlines()) - 1 == sum(seen.counts(page).values())
    first = rows.first.inner_text()
    seen.pan(page, dx=-300, dy=0)
    seen.wait_until(page, "was => document.querySelector('.wl-stations li').innerText !== was", first)


def test_the_list_goes_on_to_the_last_station_in_any_order(open_page: OpenPage) -> None:
    page = open_page(CITY + "&kw=20-")
    total = int(seen.line(page).split(" ")[0])
    assert total > 50
    page.click("#wl-tool-list")
    found: list[str] = []
    for first in range(1, total + 1, 50):
        extent = f"{first} to {min(first + 49, total)} of {total}"
        seen.wait_until(page, "text => document.querySelector('.wl-extent')?.textContent === text", extent)
        assert page.evaluate("document.querySelector('.wl-scroll').scrollTop") == 0, "a page begins at its top"
        found += page.eval_on_selector_all(".wl-stations button", "all => all.map(button => button.id)")
        page.locator("#wl-next").scroll_into_view_if_needed()
        if first + 50 <= total:
            page.click("#wl-next")
    assert page.locator("#wl-next").is_disabled()
    assert len(found) == len(set(found)) == total
    page.get_by_role("group", name="Order").get_by_role("button", name="Power").click()
    seen.wait_until(page, "document.querySelector('.wl-extent')?.textContent.startsWith('1 to 50')")
    seen.wait_until(page, "!document.querySelector('.wl-stations').innerText.includes('22 kW')")  # the strong ones first
    page.get_by_role("group", name="Order").get_by_role("button", name="Free").click()
    seen.wait_until(page, "document.querySelector('#wl-order-free').getAttribute('aria-pressed') === 'true'")
    seen.wait_until(page, """() => {
        const free = [...document.querySelectorAll('.wl-side b')].map(b => parseInt(b.textContent));
        return free.length === 50 && free.every((n, i) => !i || n <= free[i - 1]);
    }""")


def test_where_nothing_is_in_view_the_nearest_is_one_click_away(open_page: OpenPage) -> None:
    page = open_page("?lat=51.2&lon=9.5&zoom=13")
    page.get_by_role("button", name="Nearest, ").click()
    page.wait_for_selector(".wl-points")
    seen.wait_until(page, "window.wirelaneGeo.drawn().selected === 1 && /zoom=16/.test(location.search)")
    page.go_back()
    seen.wait_until(page, "document.querySelector('#wl-nearest')")
    nowhere = open_page("?lat=51.2&lon=9.5&zoom=13&plug=SCHUKO")
    seen.says(nowhere, "meet the filters")
    assert nowhere.locator("#wl-nearest").count() == 0


def test_an_unknown_station_is_said_and_leaves_the_address(open_page: OpenPage) -> None:
    page = open_page(CITY + "&plug=ccs&station=nobody-knows-it", until=".wl-notice")
    assert "not in this network" in page.inner_text(".wl-notice")
    seen.wait_until(page, "!location.search.includes('station')")
    assert seen.query(page)["plug"] == "CCS"
    seen.pan(page, dx=-100, dy=0)
    assert "not in this network" in page.inner_text(".wl-notice"), "it can still be read"
    seen.changes(page, lambda: seen.choose(page, "Free"))
    seen.wait_until(page, "!document.querySelector('.wl-notice')")


def test_a_link_is_corrected_and_read_as_it_is_meant(open_page: OpenPage) -> None:
    page = open_page("?lat=52.524&lon=13.39&zoom=22&status=free&status=FAULTED&kw=150&fbclid=x", until=".wl-notice")
    notice = page.inner_text(".wl-notice")
    assert "kw=150 (kw=150- would work)" in notice
    assert "zoom=22 → zoom=20" in notice
    assert "fbclid" not in notice
    seen.wait_until(page, "location.search === '?lat=52.524&lon=13.39&zoom=20&status=FREE,FAULTED'")


def test_the_language_stays_in_links_with_back_and_at_the_next_visit(open_page: OpenPage) -> None:
    page = open_page(CITY)
    seen.changes(page, lambda: seen.choose(page, "CCS"))
    page.click("#wl-lang-de")
    seen.says(page, "Punkte hier")
    seen.changes(page, lambda: seen.choose(page, "Frei"))
    seen.wait_until(page, "location.search.endsWith('&plug=CCS&status=FREE&lang=de')")
    for _ in range(2):
        seen.changes(page, page.go_back)
        assert "Punkte hier" in seen.line(page)
        assert seen.query(page)["lang"] == "de"
    assert "plug" not in seen.query(page)
    root = page.url.partition("?")[0]
    page.goto(root)
    seen.says(page, "Punkte hier")
    page.goto(f"{root}?lang=en")
    seen.says(page, "points here")


def test_on_paper_are_the_map_its_legend_and_the_whole_list(open_page: OpenPage) -> None:
    page = open_page(CITY, color_scheme="dark")
    page.click("#wl-tool-list")
    page.wait_for_selector(".wl-stations")
    page.evaluate("""() => addEventListener('beforeprint', () => {
        const [image, caption] = document.querySelector('.wg-print').children;
        window.printed = [image.src, caption.textContent];
    })""")
    assert len(re.findall(rb"/Type /Page\b", page.pdf())) > 1, "the list is not cut off at the end of the first page"
    assert page.url in page.evaluate("window.printed[1]")
    colours = page.evaluate("""async () => {
        const image = Object.assign(new Image(), {src: window.printed[0]}), pen = new OffscreenCanvas(64, 40).getContext('2d');
        await image.decode();
        pen.drawImage(image, 0, 0, 64, 40);
        return new Set(new Uint32Array(pen.getImageData(0, 0, 64, 40).data.buffer)).size;
    }""")
    assert colours > 10, "the map is drawn"
    seen.wait_until(page, "document.querySelectorAll('.wg-print img').length === 0")
    page.emulate_media(media="print")
    for shown, selectors in ((True, (".wg-map canvas", ".wl-counts", ".wl-stations li:last-child", ".wg-credits")),
                             (False, ("[data-testid=stSidebar]", ".wg-search", ".wl-tools", ".wg-controls", ".wl-icon"))):
        for selector in selectors:
            assert page.locator(selector).first.is_visible() is shown, selector


def test_on_paper_an_area_has_its_outline(open_page: OpenPage) -> None:
    west, south, east, north = 13.36, 52.5, 13.42, 52.54
    page = open_page(f"{CITY}&area={quote(encode([(west, south), (east, south), (east, north), (west, north)]))}")
    seen.wait_until(page, "document.querySelector('.wg-outline path').getAttribute('d')")
    places = [(13.38, north), (13.38, 52.52), (east, 52.51)]
    at = page.evaluate("places => places.map(at => wirelaneGeo.project(...at))", places)
    page.evaluate("addEventListener('beforeprint', () => { window.printed = document.querySelector('.wg-print img').src; })")
    page.pdf()
    painted = page.evaluate("""async at => {
        const image = Object.assign(new Image(), {src: window.printed});
        await image.decode();
        const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
        const scale = image.width / document.querySelector('.wg-canvas').clientWidth;
        pen.drawImage(image, 0, 0);
        return at.map(([x, y]) => `rgb(${[...pen.getImageData(scale * x, scale * y, 1, 1).data].slice(0, 3).join(', ')})`);
    }""", at)
    line = page.evaluate("getComputedStyle(document.querySelector('.wg-outline path')).stroke")
    assert [colour == line for colour in painted] == [True, False, True], "on its edges, not in its middle"


def test_a_server_that_goes_away_is_said_calmly_and_the_map_is_as_it_was_once_it_is_back(
    open_page: OpenPage, tmp_path: Path
) -> None:
    store = open_store(tmp_path / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    process, server = start_server(tmp_path)
    page = open_page(CITY + "&plug=CCS", base=server.url)
    page.fill(".wg-search input", "DE*TST*E0044*0")
    page.locator(".wg-hit-station").first.click()
    page.click("#wl-close")  # what was chosen once must not open by itself later on
    seen.wait_until(page, "!document.querySelector('.wl-panel') && !location.search.includes('station=')")
    seen.pan(page)
    url, line, marks = page.url, seen.line(page), page.evaluate(seen.MARKS)
    stop_server(process)
    seen.wait_until(page, AWAY)
    page.wait_for_selector("[role=dialog]", state="attached")  # Streamlit has noticed, too
    assert page.locator("[role=dialog], [data-testid=stConnectionStatus]").filter(visible=True).count() == 0
    assert page.evaluate(seen.MARKS) == marks, "the last good picture stays"
    process, _ = start_server(tmp_path, STREAMLIT_SERVER_PORT=server.url.rpartition(":")[2])
    try:
        seen.wait_until(page, BACK)
        seen.wait_until(page, seen.AGED, [".wl-age [data-updated]", "Updated", "ago", seen.heard(tmp_path)])
        seen.wait_until(page, "wirelaneGeo.shown().settled")
        assert (page.url, seen.line(page)) == (url, line)
        assert page.evaluate(seen.MARKS) == marks
        assert page.locator(".wl-panel").count() == 0
        seen.changes(page, lambda: seen.choose(page, "Faulted"))
    finally:
        stop_server(process)
