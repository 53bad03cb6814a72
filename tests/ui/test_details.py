"""What a station's panel says, and that nothing in the data becomes markup, a script or a link of its own."""

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conftest import EVIL, NETWORK, NOON
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.map.service import MapService, StationDetails, StationSummary
from wirelane_geo.model import OpeningHours, PlugType, Status
from wirelane_geo.ui.details import details, routes, telephone, web_address
from wirelane_geo.ui.text import Texts

ENGLISH = Texts("en")
SUMMARY = StationSummary(
    id="1", handle=1, title="A", place="B", cpo="C", lon=13.4, lat=52.5, status=Status.FREE, matching=1, free=1, total=1,
    power_kw=22.0, plugs=(PlugType.CCS,), charging_types=(),
)


class Page(HTMLParser):
    """The text, the elements and the links of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.links, self.attributes = "", [], [], set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text += " ".join(data.split()) + " "


def page(station: StationDetails, filters: Filters = EVERYTHING, texts: Texts = ENGLISH, **moved: float) -> Page:
    return Page(details(station, filters, texts, now=NOON + timedelta(**moved), viewer_zone="Europe/Berlin", histories={}))


def test_all_that_a_driver_asks_for(station: StationDetails) -> None:
    text = page(station).text
    for expected in ("Torstraße 1", "10115 Berlin", "Ampera & Söhne", "2 of 3 free", "DE*ABC*E1*1", "DE*ABC*E3*1", "CCS",
                     "Type 2", "150 kW", "22 kW", "AC", "DC", "Free", "Faulted", "Card", "Reservable", "+49 (0)30 / 123-45"):
        assert expected in text, expected
    assert page(station).links == [
        *(route.url for route in routes(52.53, 13.4, "Torstraße 1", ENGLISH)), "tel:+493012345", "https://pay.example/p?a=1&b=2",
    ]


@pytest.mark.parametrize(("label", "evseid", "times"), [
    ("FR*ABC*E1", "FR*ABC*E1", 1), ("FRABCE1", "FR*ABC*E1", 0), ("P-1", "FR*ABC*E1", 1),
])
def test_an_evse_id_is_not_said_twice(station: StationDetails, label: str, evseid: str, times: int) -> None:
    point = msgspec.structs.replace(station.points[0], charge_point_id=label, evseid=evseid, display_id=None)
    text = page(replace(station, points=(point,), matches=(True,))).text
    assert (text.count(label), text.count(evseid)) == (1, times)


def test_points_that_meet_the_filters_are_marked(service: MapService) -> None:
    filters = Filters(plugs=frozenset({PlugType.CCS}))
    station = service.station(NETWORK[0].id or "", filters)
    assert station is not None
    html = details(station, filters, ENGLISH, now=NOON, viewer_zone=None, histories={})
    assert "1 of 2 matching free" in Page(html).text
    assert html.count("wl-meets") == 2
    assert html.count("wl-other") == 1
    none = Filters(statuses=frozenset({Status.CLOSED}))
    station = service.station(NETWORK[0].id or "", none)
    assert station is not None
    assert "No point of this station meets the filters" in page(station, none).text


def test_open_now_is_told_in_the_stations_own_time_zone(station: StationDetails) -> None:
    assert "Open now, until 20:00" in page(station).text
    assert "14:03 there" in page(station).text
    assert "Closed now, opens Wed 08:00" in page(station, hours=8).text
    assert "Mon–Fri 08:00–20:00" in page(station).text
    assert "Sat–Sun closed" in page(station).text
    assert "Jetzt geöffnet, bis 20:00" in page(station, texts=Texts("de")).text


def test_days_with_hours_of_their_own_are_told(station: StationDetails) -> None:
    dated = {"2025-07-01": [["0900", "1200"]], "*-07-02": [], "2025-07-*": "?", "*-08-01": []}
    hours = OpeningHours(monday=[["0800", "2000"]], tuesday=[["0800", "2000"]], sunday=[], exceptionalOpenings=dated)
    dated_station = replace(station, points=[msgspec.structs.replace(p, availability=hours) for p in station.points])
    text = page(dated_station).text
    assert "Closed now" in text
    assert "Mon–Tue 08:00–20:00 Wed–Sat not known Sun closed" in text
    assert "Tue 1 Jul 09:00–12:00 Wed 2 Jul closed Thu 3 Jul not known" in text
    assert "1 Aug" not in text
    assert "Di 1.7. 09:00–12:00 Mi 2.7. geschlossen" in page(dated_station, texts=Texts("de")).text


def test_an_opening_farther_than_a_week_has_its_date(station: StationDetails) -> None:
    hours = OpeningHours(open247=True, exceptionalOpenings={"2025-07-*": []})
    closed = replace(station, points=[msgspec.structs.replace(p, availability=hours) for p in station.points])
    assert "Closed now, opens Fri 1 Aug 00:00" in page(closed).text


def test_hours_nobody_understands_are_shown_as_they_are_and_nothing_is_claimed(service: MapService) -> None:
    station = service.station(NETWORK[3].id or "", EVERYTHING)
    assert station is not None
    text = page(station).text
    assert "by appointment" in text
    assert "Open now" not in text
    assert "Closed now" not in text


def test_markup_in_data_stays_text(service: MapService, station: StationDetails) -> None:
    evil = service.station(NETWORK[3].id or "", EVERYTHING)
    assert evil is not None
    shown, harmless = page(evil), page(station)
    assert EVIL in shown.text
    assert "**bold** [x](javascript:alert(3))" in shown.text
    assert set(shown.tags) <= set(harmless.tags)
    assert shown.attributes <= harmless.attributes
    ours = ("geo:", "https://www.openstreetmap.org/", "https://www.google.com/")
    assert all(link.startswith(ours) for link in shown.links)


@given(st.text(max_size=80))
def test_no_text_becomes_an_element(text: str) -> None:
    fields = ("street", "cpo", "display_id", "evseid", "city", "service_hotline", "opening_hours", "payment_url", "country")
    point = msgspec.structs.replace(NETWORK[0], availability=None, **dict.fromkeys(fields, text))
    made = StationDetails(
        summary=SUMMARY, points=(point,), matches=(True,), timezone="Europe/Berlin", fetched_at=NOON, problem=text or None
    )
    assert set(page(made).tags) <= {
        "aside", "header", "div", "h2", "p", "button", "svg", "path", "circle", "strong", "ul", "li", "b", "i", "span", "dl",
        "dt", "dd", "a", "table", "tr", "th", "td", "input",
    }


def test_no_private_field_is_shown(station: StationDetails) -> None:
    html = details(station, EVERYTHING, ENGLISH, now=NOON, viewer_zone=None, histories={})
    assert "SECRET" not in html


@pytest.mark.parametrize("text", ["https://pay.example/a", "http://pay.example:8080/a?b=c#d"])
def test_web_addresses_are_linked(text: str) -> None:
    assert web_address(text) == text


@pytest.mark.parametrize("text", [
    None, "", "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "data:text/html,x", "//pay.example",
    "pay.example", "https://", "http://[", "https://a b", "java\nscript:alert(1)",
])
def test_nothing_else_is(text: str | None) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize(("text", "number"), [
    ("+49 (0)30 / 123-45", "+493012345"), ("0800 123 456", "0800123456"), ("112", "112"), ("call me", None), ("", None),
    (None, None), ("+49 javascript:1", None),
])
def test_numbers_to_dial(text: str | None, number: str | None) -> None:
    assert telephone(text) == number
