"""List, notices, the words of the legend and the link to share, as HTML."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from tests.ui.conftest import EVIL, NETWORK
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.map.service import MapService, Nearby
from wirelane_geo.model import Status
from wirelane_geo.permalink import MapState, parse
from wirelane_geo.ui import legend, page_setup
from wirelane_geo.ui.listing import listing
from wirelane_geo.ui.palette import CLOSED_NOW, in_order
from wirelane_geo.ui.render import mark
from wirelane_geo.ui.share import full_link, qr_code, share
from wirelane_geo.ui.text import Texts

ENGLISH, GERMAN = Texts("en"), Texts("de")
BERLIN = Bounds(52, 13, 53, 14)


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("demo", [True, False])
def test_the_legend_has_its_words_in_the_visitors_language(demo: bool) -> None:
    html = legend.legend(GERMAN, demo=demo)
    assert "Demo-Netz" in html if demo else "Demo-Netz" not in html
    told = legend.words(GERMAN, demo=demo)
    assert json.loads(re.findall('data-legend="(.*)"', unescape(html))[0]) == json.loads(json.dumps(told))
    assert [name for name, _, _ in told["statuses"]] == list(in_order())
    assert told["texts"]["stations.many"] == "{n} Stationen"
    assert set(told["always"]) < set(Status)


def test_a_list_says_of_a_station_whose_status_nobody_knows_how_many_points_it_has(service: MapService) -> None:
    first, *others = service.nearby(MapState(), BERLIN).stations
    silent = replace(first, status=Status.UNKNOWN, free=0, matching=3, total=3)
    html = listing(Nearby((silent, *others), 2), EVERYTHING, ENGLISH, query="")
    assert "3 points, status unknown" in text(html)
    assert "0 of 3 free" not in text(html)
    assert "3 Punkte, Status unbekannt" in text(listing(Nearby((silent, *others), 2), EVERYTHING, GERMAN, query=""))
    faulted = replace(silent, status=Status.FAULTED)
    assert "0 of 3 free" in text(listing(Nearby((faulted,), 1), EVERYTHING, ENGLISH, query=""))


def test_a_broken_link_is_one_line_that_names_its_parts() -> None:
    ignored = parse("plug=CCS&status=BROKEN&colour=<b>red</b>&kw=1-0").ignored
    html = legend.notice(ignored, ENGLISH)
    assert html.count("<p") == 1
    assert "status=BROKEN" in html
    assert "kw=1-0" in html
    assert "colour=&lt;b&gt;red" in html
    assert "plug" not in html
    assert legend.notice((), ENGLISH) == ""


def test_all_that_is_wrong_with_a_link_is_named() -> None:
    broken = {"plug": "NOPE", "kw": "9-1", "status": "BROKEN", "current": "XC", "auth": "no", "reservable": "maybe",
              "lat": "x", "lang": "fr"}
    said = text(legend.notice(parse(broken).ignored, ENGLISH))
    assert [f"{key}={value}" in said for key, value in broken.items()] == [True] * len(broken)
    assert "…" not in said


def test_what_would_work_is_proposed_and_what_was_corrected_is_told() -> None:
    ignored = parse("lat=52.52&lon=13.405&zoom=22&kw=150&plug=CSS&utm_source=mail").ignored
    said = text(legend.notice(ignored, ENGLISH))
    assert "left out: plug=CSS (plug=CCS would work), kw=150 (kw=150- would work)" in said
    assert "Corrected in this link: zoom=22 → zoom=20" in said
    assert "In diesem Link berichtigt: zoom=22 → zoom=20" in text(legend.notice(ignored, GERMAN))
    assert "utm" not in said


def test_a_very_broken_link_is_still_one_line() -> None:
    html = legend.notice(parse("&".join(f"k{i}={'x' * 500}" for i in range(50))).ignored, ENGLISH)
    assert html.count("<p") == 1
    assert len(html) < 500
    assert "…" in html


def test_the_list_is_nearest_first_with_buttons_to_open(service: MapService) -> None:
    html = listing(service.nearby(MapState(), BERLIN), EVERYTHING, ENGLISH, query="bbox=13,52,14,53")
    assert re.findall(r'data-choose="open:(\w+)"', html) == [NETWORK[0].id, NETWORK[3].id] or re.findall(
        r'data-choose="open:(\w+)"', html) == [NETWORK[3].id, NETWORK[0].id]
    assert "all 2" in text(html)
    assert "2 of 3 free" in text(html)
    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert "SECRET" not in html
    assert 'href="map/export.csv?bbox=13,52,14,53"' in html


def test_a_list_of_nothing_has_no_order_and_no_file_of_it() -> None:
    html = listing(Nearby((), 0), EVERYTHING, GERMAN, query="")
    assert "Keine Ladepunkte hier" in text(html)
    assert "alle 0" not in text(html)
    assert "map/export" not in html


def test_with_a_filter_by_hours_a_row_says_where_they_are_not_known(service: MapService) -> None:
    [one] = service.nearby(MapState(), BERLIN, limit=1).stations
    known, unknown = replace(one, hours_known=True), replace(one, hours_known=False)
    by_hours = Filters(open="now")
    assert "Hours not known" in text(listing(Nearby((unknown,), 1), by_hours, ENGLISH, query=""))
    assert "Zeiten unbekannt" in text(listing(Nearby((unknown,), 1), by_hours, GERMAN, query=""))
    assert "Hours not known" not in text(listing(Nearby((known,), 1), by_hours, ENGLISH, query=""))
    assert "Hours not known" not in text(listing(Nearby((unknown,), 1), EVERYTHING, ENGLISH, query=""))


def test_a_list_says_which_part_of_how_much_it_shows_and_leads_to_the_others(service: MapService) -> None:
    [one] = service.nearby(MapState(), BERLIN, limit=1).stations
    first = listing(Nearby((one,) * 50, 2310), EVERYTHING, ENGLISH, query="")
    assert "1 to 50 of 2,310" in text(first)
    assert re.findall(r'data-choose="(page:\d+)"( disabled)?', first) == [("page:0", " disabled"), ("page:2", "")]
    last = listing(Nearby((one,) * 10, 2310, "power", 47), EVERYTHING, GERMAN, query="")
    assert "die stärksten zuerst: 2.301 bis 2.310 von 2.310" in text(last)
    assert re.findall(r'data-choose="(page:\d+)"( disabled)?', last) == [("page:46", ""), ("page:48", " disabled")]
    assert re.findall(r'data-choose="order:(\w+)" aria-pressed="true"', last) == ["power"]


def test_the_shared_link_is_escaped_and_scans_in_any_theme() -> None:
    link = "https://geo.example/?plug=CCS&status=FREE"
    assert "plug=CCS&amp;status=FREE" in share(link, ENGLISH)
    svg = qr_code(link)
    assert svg.startswith("<svg")
    assert 'stroke="#000"' in svg
    assert qr_code(link) != qr_code(link + "X")
    [side] = re.findall(r'viewBox="0 0 (\d+) \d+"', svg)
    [first] = re.findall(r'stroke="#000" d="M(\d+) ', svg)
    assert int(first) == 4, "white around it, as readers need it"
    assert (int(side) - 8 - 17) % 4 == 0, "on all sides: a code has 17 modules and four times its version"


def test_a_link_is_the_page_with_its_query() -> None:
    assert full_link("https://geo.example", "plug=CCS,TYPE_2") == "https://geo.example/?plug=CCS,TYPE_2"
    assert full_link("https://geo.example/maps/", "") == "https://geo.example/maps/"


def test_the_style_survives_streamlit() -> None:
    assert not re.search(r"<[/\w!]", page_setup.style()), "its sanitizer drops a style that looks as if it held an element"


def test_every_status_has_its_mark() -> None:
    drawings = dict(re.findall(r'i\.wl-(\w+) \{ background-image: url\("data:image/svg\+xml,([^"]+)"\)', page_setup.style()))
    assert drawings.keys() == {*Status, CLOSED_NOW}
    assert len(set(drawings.values())) == len(drawings)
    for status in drawings:
        assert f"wl-{status}" in mark(status)


def test_a_list_says_what_is_closed_now_and_when_it_opens(service: MapService) -> None:
    first, *_ = service.nearby(MapState(), BERLIN).stations
    opens = datetime(2025, 7, 7, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    shut = replace(first, status=Status.FREE, free=0, matching=2, total=2, closed_now=2, only_closed=True, opens_at=opens)
    saturday = datetime(2025, 7, 5, 22, 0, tzinfo=UTC)
    html = listing(Nearby((shut,), 1), EVERYTHING, ENGLISH, query="", now=saturday)
    assert "0 of 2 free Closed now, opens Mon 06:00" in text(html)
    assert f"wl-{CLOSED_NOW}" in html
    assert "wl-FREE" not in html
    assert "Jetzt geschlossen, öffnet Mo 06:00" in text(listing(Nearby((shut,), 1), EVERYTHING, GERMAN, query="", now=saturday))
    some = replace(shut, free=1, closed_now=1, only_closed=False, opens_at=None)
    html = listing(Nearby((some,), 1), EVERYTHING, ENGLISH, query="", now=saturday)
    assert "1 of 2 free 1 closed now" in text(html)
    assert "wl-FREE" in html
