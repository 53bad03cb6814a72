"""What is typed leads there: positions, postcodes of the country in view, operators, cities in spite of mistakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.points import point
from wirelane_geo.map.service import MapService, SearchHit
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

BERLIN, PARIS = (13.4, 52.5), (2.35, 48.85)
NETWORK = [
    point("b1", longitude=13.38, latitude=52.53, zip_code="10115", city="Berlin", country="DE", cpo="Ionity GmbH", street="Ring",
          evseid="DE*ABC*E1"),
    point("b2", longitude=13.39, latitude=52.54, zip_code="10115", city="Berlin", country="DE", cpo="Aral pulse",
          evseid="DE*ABC*E12"),
    *(point(f"u{i}", longitude=-73.9, latitude=40.7, zip_code="10115", city="New York", country="US", cpo="Volta")
      for i in range(5)),
    point("p1", longitude=2.35, latitude=48.86, zip_code="75001", city="Paris", country="FR", cpo="Ionity France", street="Ring"),
    point("s1", longitude=13.388, latitude=52.52, zip_code="10117", city="Berlin", country="DE", street="Friedrichstraße",
          house_number="12"),
    point("s2", longitude=13.38, latitude=52.517, city="Berlin", country="DE", street="Unter den Linden", house_number="5"),
    point("s3", longitude=2.34, latitude=48.86, city="Paris", country="FR", street="Rue de Rivoli", house_number="3"),
    point("s4", longitude=6.78, latitude=51.22, city="Düsseldorf", country="DE", street="Königsallee", house_number="1"),
    point("l1", longitude=-0.12, latitude=51.5, zip_code="SW1A 1AA", city="London", country="GB"),
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[MapService]:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert(NETWORK, "irve")
    source = MapService(EmbeddedSource(store))
    source.extent()  # reads the network
    yield source
    store.close()


def first(hits: list[SearchHit]) -> tuple[str, str, str]:
    return hits[0].kind, hits[0].label, hits[0].detail


def test_a_postcode_is_that_of_the_country_in_view(service: MapService) -> None:
    assert first(service.search("10115", near=BERLIN)) == ("postcode", "10115 Berlin", "DE")
    assert first(service.search("10115", near=PARIS)) == ("postcode", "10115 Berlin", "DE"), "the nearest"
    assert first(service.search("10115", near=(-90.0, 40.0))) == ("postcode", "10115 New York", "US")
    assert first(service.search("10115"))[1] == "10115 New York", "where nothing is in view, with most points"
    assert first(service.search("sw1a 1aa"))[:2] == ("postcode", "SW1A 1AA London")
    assert [hit.kind for hit in service.search("99999")] == []


def test_a_position_and_a_plus_code_lead_there(service: MapService) -> None:
    [hit] = service.search("48,8606 2,3376")
    assert (hit.kind, hit.label, hit.detail) == ("position", "48.86060, 2.33760", "Paris 01 Louvre, FR")
    [hit] = service.search("GC2M+8W Berlin")
    assert (round(hit.lon, 3), round(hit.lat, 3)) == (13.435, 52.501)
    [hit] = service.search("GC2M+8W", near=BERLIN)
    assert round(hit.lat, 3) == 52.501


def test_an_operator_leads_to_what_it_has(service: MapService) -> None:
    hits = [hit for hit in service.search("ionity") if hit.kind == "operator"]
    assert {(hit.label, hit.cpo, hit.detail) for hit in hits} == {
        ("Ionity GmbH", "ionity gmbh", "1"), ("Ionity France", "ionity france", "1")}
    [volta] = [hit for hit in service.search("volt") if hit.kind == "operator"]
    assert (round(volta.lon, 1), round(volta.lat, 1), volta.detail) == (-73.9, 40.7, "5")


def test_a_city_is_found_in_spite_of_a_mistake_and_after_what_is_spelled_so(service: MapService) -> None:
    assert first(service.search("Hambrug"))[:2] == ("city", "Hamburg")
    assert first(service.search("Hamburg"))[:2] == ("city", "Hamburg")
    assert first(service.search("Berlni"))[:2] == ("city", "Berlin")


def test_a_large_city_with_a_mistake_stands_beside_a_small_one_that_begins_so(service: MapService) -> None:
    assert [hit.label for hit in service.search("Kölln")][:3] == ["Kollnburg", "Kölln-Reisiek", "Köln"]
    assert "Halle" not in {hit.label for hit in service.search("Hallein")}, "that one is spelled so"
    assert {hit.label for hit in service.search("Hamb")} >= {"Hamburg"}
    assert not {hit.label for hit in service.search("Hamb")} & {"Hamm"}, "not far larger"


def test_of_stations_with_one_name_the_nearest_is_first_and_what_is_called_so_before_it(service: MapService) -> None:
    for near, longitudes in ((BERLIN, [13.38, 2.35]), (PARIS, [2.35, 13.38])):
        assert [hit.lon for hit in service.search("ring", near=near) if hit.kind == "station"] == longitudes
    beside = (13.39, 52.54)
    assert [hit.lon for hit in service.search("de*abc*e1", near=beside)] == [13.38, 13.39]
    assert [hit.lon for hit in service.search("de*abc*e", near=beside)] == [13.39, 13.38]


def test_what_people_type_is_understood_in_spite_of_mistakes_and_additions(service: MapService) -> None:
    for text, operator in [("inoity", "Ionity"), ("Iontiy GmbH", "Ionity GmbH"), ("arla", "Aral pulse")]:
        assert operator in {hit.label[:len(operator)] for hit in service.search(text) if hit.kind == "operator"}, text
    for text in ("D-10115", "DE 10115"):
        assert first(service.search(text, near=BERLIN))[:2] == ("postcode", "10115 Berlin")
    for text in ("Leipziger Straße 5 Berlin", "Berlin Leipziger Straße 5", "Somewhere 1 10115 Berlin"):
        assert first(service.search(text))[:2] == ("city", "Berlin")
    assert first(service.search("Nowhere Street 3 New York"))[0] == "city"


@pytest.mark.parametrize(("typed", "street"), [
    ("Fridrichstraße", "Friedrichstraße"), ("friedrichstarsse 12", "Friedrichstraße"), ("Fridrichstr. 12", "Friedrichstraße"),
    ("Freidrichstr", "Friedrichstraße"), ("riedrichstrasse", "Friedrichstraße"), ("Fridrichstraße, Berlin", "Friedrichstraße"),
    ("10117 Friedrichsrtaße Berln", "Friedrichstraße"), ("Unter den Lidnen", "Unter den Linden"),
    ("unter den lindne 5", "Unter den Linden"), ("Rue de Rivloi", "Rue de Rivoli"),
    ("rue de rivoil 3 paris", "Rue de Rivoli"), ("Königsallé", "Königsallee"),
    ("koenigsallee", "Königsallee")])
def test_a_street_is_found_in_spite_of_a_mistake(service: MapService, typed: str, street: str) -> None:
    hits = [hit for hit in service.search(typed, near=BERLIN) if hit.kind == "station"]
    assert [hit.label.rpartition(" ")[0] for hit in hits] == [street], "and nothing else"


def test_what_is_spelled_right_is_left_as_it_is(service: MapService) -> None:
    assert {hit.label for hit in service.search("Friedrichstraße") if hit.kind == "station"} == {"Friedrichstraße 12"}
    assert [hit.kind for hit in service.search("Linz")][:1] == ["city"]
    for nothing in ("Linz", "Rivoli Linden", "Fridrihcsrtase", "Frix", "xxxx yyyy zzzz", "E99"):
        assert "station" not in {hit.kind for hit in service.search(nothing)}, nothing


@pytest.mark.parametrize("text", ["", "a", "qqqqqq", "!!", "\x00\x01", "' OR 1=1 --", "%" * 100])
def test_what_means_nothing_finds_nothing(service: MapService, text: str) -> None:
    assert service.search(text) == []
