"""Places by name and by position, against the whole table."""

import gzip
import json
import subprocess
import sys
from zoneinfo import available_timezones

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.geo.distance import EARTH_RADIUS_M
from wirelane_geo.places import gazetteer
from wirelane_geo.places.gazetteer import City, cities, nearest, nearest_in, search, timezone_at

ROWS = st.integers(0, len(cities()) - 1)


def where(city: City) -> tuple[float, float]:
    return city.lon, city.lat


def munich() -> City:
    [city] = [cities().city(row) for row in range(len(cities()))
              if cities().name(row) == "Munich" and cities().country[row] == "DE"]
    return city


def test_the_table_is_sound_and_names_its_source() -> None:
    table = cities()
    columns = (table.lat, table.lon, table.population, table.country, table.timezone)
    assert {len(column) for column in columns} == {len(table)}
    assert len(table) > 50_000
    assert np.all(np.abs(table.lat) <= 90)
    assert np.all(np.abs(table.lon) <= 180)
    assert np.all(np.diff(table.population) <= 0), "by falling population"
    assert set(table.timezone) <= available_timezones()
    with gzip.open(gazetteer.FILE) as file:
        header = json.loads(file.readline())
    assert "GeoNames" in header["source"]
    assert "CC BY 4.0" in header["licence"]
    assert gazetteer.FILE.stat().st_size < 1_500_000


@pytest.mark.slow
def test_importing_the_module_reads_nothing() -> None:
    """Pages that don't need the table don't wait for it."""
    code = "from wirelane_geo.places import gazetteer; assert not gazetteer.cities.cache_info().currsize"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("text", ["munchen", "Muenchen", "Munich", "München", "MÜNCHEN", " münchen ", "80331 München",
                                  "Marienplatz 1, München", "Munich, Germany"])
def test_munich_goes_by_all_its_names(text: str) -> None:
    assert where(search(text)[0]) == where(munich())


@pytest.mark.parametrize(("text", "spelling"), [("mün", "München"), ("muni", "Munich"), ("Genf", "Genf"),
                                                ("Genève", "Genève"), ("geneva", "Geneva"), ("rom", "Rom")])
def test_a_place_is_called_what_was_typed(text: str, spelling: str) -> None:
    assert search(text)[0].spelling == spelling


@pytest.mark.parametrize(("text", "name"), [
    ("st gallen", "Sankt Gallen"), ("St. Pölten", "Sankt Pölten"), ("saint etienne", "Saint-Étienne"),
    ("lodz", "Łódź"), ("Arhus", "Århus"), ("Aarhus", "Århus"), ("Frankfurt", "Frankfurt am Main"),
    ("Hof", "Hof"), ("Essen", "Essen"), ("strassburg", "Strasbourg"), ("bue", "Buenos Aires")])
def test_what_people_type(text: str, name: str) -> None:
    assert search(text)[0].name == name


@pytest.mark.parametrize("text", ["", "  ", ",", "zzzzqq", "(", "\n", "|", "12345"])
def test_what_is_no_place_finds_nothing(text: str) -> None:
    assert search(text) == []


@given(row=ROWS)
def test_every_place_is_found_by_its_name(row: int) -> None:
    city = cities().city(row)
    assert where(city) in {where(found) for found in search(city.name, limit=500)}


@given(text=st.text(st.sampled_from("abcdeimnorstuöéß "), min_size=1, max_size=5))
def test_what_is_found_begins_with_what_was_typed(text: str) -> None:
    typed = gazetteer.fold(text).strip()
    found = search(text, limit=1_000)
    for city in found:
        german = gazetteer.fold(city.spelling.casefold().translate(gazetteer._GERMAN))
        names = [gazetteer.fold(city.spelling), german]
        assert any(f" {name}".replace("  ", " ").find(f" {typed}") >= 0 for name in names), (text, city)
    ranks = [gazetteer.fold(city.spelling).strip() == typed for city in found]
    assert ranks == sorted(ranks, reverse=True), "the very name comes first"


def test_near_prefers_what_is_close() -> None:
    far, near = search("Neustadt", limit=1)[0], search("Neustadt", limit=1, near=(8.14, 49.35))[0]
    assert near.metres_to(8.14, 49.35) < 5_000 < far.metres_to(8.14, 49.35)


def test_limit_and_length() -> None:
    assert len(search("a", limit=7)) == 7
    assert search("berlin", limit=0) == []


def test_names_in_languages() -> None:
    names = {lang: munich().name_in(lang) for lang in ("en", "de", "local", "fr")}
    assert names == {"en": "Munich", "de": "München", "local": "München", "fr": "Munich"}
    row = int(np.flatnonzero((cities().lat == munich().lat) & (cities().lon == munich().lon))[0])
    assert cities().name(row, "de") == "München"
    assert cities().name(row) == "Munich"


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_nearest_is_nearest(lon: float, lat: float) -> None:
    """Against the haversine of every place."""
    table = cities()
    dlon, dlat = np.radians(table.lon - lon), np.radians(table.lat - lat)
    h = np.sin(dlat / 2) ** 2 + np.cos(np.radians(lat)) * np.cos(np.radians(table.lat)) * np.sin(dlon / 2) ** 2
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
    assert nearest(lon, lat).metres_to(lon, lat) == pytest.approx(float(metres.min()), abs=1.0)


def test_nearest_in_a_country() -> None:
    assert nearest(7.61, 47.57).country == "CH"
    assert nearest_in("DE", 7.61, 47.57).country == "DE"  # type: ignore[union-attr]
    assert nearest_in(("FR", "DE"), 7.5, 47.6).country == "FR"  # type: ignore[union-attr]
    assert nearest_in("ZZ", 7.61, 47.57) is None


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_a_position_that_is_none_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no such position"):
        nearest(lon, lat)


@pytest.mark.parametrize(("lon", "lat", "country", "zone"), [
    (13.4, 52.5, None, "Europe/Berlin"), (16.4, 48.2, "AT", "Europe/Vienna"), (55.5, -21.1, None, "Indian/Reunion"),
    (8.0, 47.62, "CH", "Europe/Zurich"), (82.9, 55.0, "RU", "Asia/Novosibirsk"), (7.59, 47.55, "ZZ", "Europe/Zurich")])
def test_time_zones(lon: float, lat: float, country: str | None, zone: str) -> None:
    assert timezone_at(lon, lat, country) == zone
