"""Filters in words: each of them, in both languages, without a code of its link."""

import pytest

from wirelane_geo import permalink
from wirelane_geo.filters import FILTERS
from wirelane_geo.geo.polyline import encode
from wirelane_geo.ui.filter_words import WORDS, in_words
from wirelane_geo.ui.text import Texts

LINE = encode([(13.3, 52.5), (13.5, 52.5), (13.5, 52.6)])


@pytest.mark.parametrize(("link", "english", "german"), [
    ({"plug": "CCS,TYPE_2"}, "Plugs: Type 2, CCS", "Stecker: Typ 2, CCS"),
    ({"kw": "50-150.5"}, "Power: 50 to 150.5 kW", "Leistung: 50 bis 150,5 kW"),
    ({"kw": "50-"}, "Power: 50 kW and more", "Leistung: ab 50 kW"),
    ({"kw": "-22"}, "Power: up to 22 kW", "Leistung: bis 22 kW"),
    ({"reservable": "1"}, "Reservable: Yes", "Reservierbar: Ja"),
    ({"reservable": "0"}, "Reservable: No", "Reservierbar: Nein"),
    ({"cost": "free,unknown"}, "Price: Free of charge, Not known", "Preis: Kostenlos, Nicht bekannt"),
    ({"cpo": "!tesla,aral"}, "Operator: aral, without tesla", "Betreiber: aral, ohne tesla"),
    ({"open": "now"}, "Open: Now", "Geöffnet: Jetzt"),
    ({"open": "2026-12-24T22:00"}, "Open: Thu 24 Dec 2026 22:00", "Geöffnet: Do 24.12.2026 22:00"),
    ({"area": LINE}, "Area: as drawn", "Gebiet: wie eingezeichnet"),
    ({"route": f"2500:{LINE}"}, "Along a route: 2.5 km to each side", "Entlang einer Route: 2,5 km zu jeder Seite"),
    ({"stations": "12,34"}, "Chosen stations: 2", "Ausgewählte Standorte: 2"),
    ({"min": "4"}, "Points at a station: 4+", "Punkte am Standort: ab 4"),
])
def test_a_filter_is_said_in_words(link: dict[str, str], english: str, german: str) -> None:
    state = permalink.parse(link)
    assert not state.ignored
    assert [in_words(state.filters, Texts(lang)) for lang in ("en", "de")] == [[english], [german]]


def test_each_kind_of_filter_has_words_and_no_filter_has_none() -> None:
    assert {row.widget for row in FILTERS} - {"operators"} == set(WORDS)
    assert in_words(permalink.parse({}).filters, Texts("en")) == []
