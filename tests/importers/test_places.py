"""A country is more than its land in Europe: true places far out are kept, and what can't be true is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.files import LOCATION, ocpi_file, split
from wirelane_geo.importers._countries import alpha_2
from wirelane_geo.importers._position import checked, degrees
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.places.gazetteer import cities
from wirelane_geo.places.territories import lands


@pytest.mark.parametrize(("country", "lat", "lon"), [
    ("FR", 46.78, -56.18), ("FR", -13.28, -176.17), ("FR", -14.95, -147.7), ("FR", -22.28, 166.46), ("FR", -12.8, 45.2),
    ("FR", -49.35, 70.22), ("NO", 78.22, 15.63), ("SJ", 78.22, 15.63), ("NO", 70.92, -8.72), ("DK", 62.01, -6.77),
    ("DK", 76.77, -18.67), ("US", 18.47, -66.11), ("US", 13.47, 144.75), ("US", -14.28, -170.7), ("US", 28.2, -177.4),
    ("US", 51.88, -176.65), ("NL", 12.15, -68.28), ("GB", 36.14, -5.35), ("GB", -51.7, -57.85), ("GB", -37.07, -12.31),
    ("GB", -25.07, -130.1), ("GB", -7.95, -14.36), ("CL", -27.15, -109.43), ("CL", -33.64, -78.83), ("EC", -0.74, -90.32),
    ("CA", 74.7, -94.83), ("PT", 39.45, -31.13), ("PT", 32.65, -16.9), ("ES", 28.46, -16.25), ("AU", -29.05, 167.96),
    ("AU", -31.55, 159.08), ("AU", -31.45, 130.9), ("NZ", -43.95, -176.56), ("GL", 77.47, -69.22), ("BR", -3.85, -32.42),
    ("JP", 27.09, 142.19), ("RU", 64.42, -173.23), ("RU", 73.5, 80.52), ("IN", 11.67, 92.74), ("YE", 12.65, 54.02),
    ("KI", -2.8, -171.7), ("IS", 64.75, -18.4)])
def test_true_places_far_out(country: str, lat: float, lon: float) -> None:
    assert checked(lon, lat, country) == (lon, lat)


@pytest.mark.parametrize(("country", "lat", "lon", "reason"), [
    ("DE", 0, 0, "placeholder"), ("FR", 0.001, -0.002, "placeholder"), (None, 1, 1, "placeholder"),
    ("DE", 13.4, 52.5, "not in the"), ("FR", 2.35, 48.85, "not in the"), ("FR", 5.37, 43.29, "not in the"),
    ("GB", -0.12, 51.5, "not in the"), ("NL", 4.9, 52.37, "not in the"), ("ES", -3.7, 40.4, "not in the"),
    ("PT", -9.14, 38.7, "not in the"), ("NO", 10.7, 59.9, "not in the"), ("DK", 12.57, 55.7, "not in the"),
    ("DE", 0, 13.4, "not in the"), ("DE", 52.5, 0.0, "not in the"), ("DE", 52.5, -13.4, "not in the"),
    ("GB", -51.5, -0.12, "not in the"), ("FR", -48.85, 2.35, "not in the"),
    ("NL", 9.456994, 170.235785, "not in the"), ("DE", 59.9, 10.7, "not in the"),
    ("FR", 91, 2, "not on Earth"), ("FR", 48, 181, "not on Earth"), ("FR", float("nan"), 2, "not on Earth")])
def test_what_cannot_be_true(country: str | None, lat: float, lon: float, reason: str) -> None:
    with pytest.raises(NotAPoint) as refused:
        checked(lon, lat, country)
    assert reason in refused.value.reason


@given(row=st.integers(0, len(cities()) - 1), south=st.floats(-0.5, 0.5))
def test_around_every_known_place_is_its_country(row: int, south: float) -> None:
    table = cities()
    lat, lon = float(table.lat[row]), float(table.lon[row])
    place = round(max(-89.0, lat + south), 6)
    assert checked(lon, place, str(table.country[row])) == (round(lon, 7), place)


@pytest.mark.parametrize(("country", "lat", "lon", "zone"), [
    ("FRA", "-20.8789", "55.4481", "Indian/Reunion"), ("FRA", "4.9224", "-52.3135", "America/Cayenne"),
    ("FRA", "-22.2758", "166.4580", "Pacific/Noumea"), ("FRA", "46.7811", "-56.1764", "America/Miquelon"),
    ("ESP", "28.4636", "-16.2518", "Atlantic/Canary"), ("CHL", "-27.15", "-109.43", "Pacific/Easter"),
    ("ECU", "-0.7433", "-90.3156", "Pacific/Galapagos"), ("NLD", "51.9842", "5.8703", "Europe/Amsterdam")])
@pytest.mark.parametrize("given", [None, "", "UTC", "Etc/UTC"])
def test_time_zones_overseas_are_those_of_the_place(
        tmp_path: Path, country: str, lat: str, lon: str, zone: str, given: str | None) -> None:
    place = {"latitude": lat, "longitude": lon}
    [point], _, _ = split(ocpi_file(tmp_path, LOCATION | {"country": country, "coordinates": place, "time_zone": given}))
    assert point.timezone == zone


@pytest.mark.parametrize(("country", "code", "kept", "noted"), [
    ("GBR", "GB", "GB", 0), ("UK", None, "GB", 0), (None, "UK", "GB", 0), ("EL", None, "GR", 0), ("Deutschland", "DE", "DE", 1),
    ("XXX", None, None, 1), ({"code": "DE"}, "DE", "DE", 1), (276, "DE", "DE", 1)])
def test_a_country_that_cannot_be_read_costs_the_country(
        tmp_path: Path, country: object, code: str | None, kept: str | None, noted: int) -> None:
    places = {"GB": ("51.5", "-0.12"), "GR": ("38.0", "23.7"), "DE": ("52.5", "13.4"), None: ("52.5", "13.4")}
    lat, lon = places[kept]
    [point], rejected, notes = split(ocpi_file(tmp_path, LOCATION | {
        "country": country, "country_code": code, "party_id": "ABC", "time_zone": None,
        "coordinates": {"latitude": lat, "longitude": lon}}))
    assert (point.country, rejected, notes.total()) == (kept, [], noted)


def test_territories_are_countries_with_codes_of_their_own() -> None:
    codes = {code for country in ("AU", "CN", "DK", "FI", "FR", "GB", "NL", "NO", "NZ", "US") for code in lands(country)}
    assert {alpha_2(code) for code in codes} == codes
    assert lands("DE") == ("DE",)


@pytest.mark.parametrize(("given", "number"), [
    ("51.5", 51.5), (" 51,5 ", 51.5), (51.5, 51.5), (51, 51.0), ("-0.5", -0.5), ("1e1", 10.0), ("", None), (None, None),
    ("51.5N", None), (True, None), ({}, None), ("51.5.1", None)])
def test_degrees(given: object, number: float | None) -> None:
    assert degrees(given) == number
