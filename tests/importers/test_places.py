"""A country is more than its land in Europe: true places far out are kept, and what can't be true is refused."""

import csv
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.importers.files import IRVE, LOCATION, irve_file, ocpi_file, split
from wirelane_geo.importers import _position
from wirelane_geo.importers._place_texts import pair
from wirelane_geo.importers._position import checked, degrees
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.model import ChargePoint
from wirelane_geo.places.countries import alpha_2
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


BEYOND = "coordinates in metres, or in degrees without their decimal point"
LAMBERT = "coordinates in metres, as in Lambert-93 (EPSG:2154): convert the file to WGS 84 (EPSG:4326)"


@pytest.mark.parametrize(("given", "reason"), [
    ("[652469.02, 6862035.26]", LAMBERT), ("652469.02, 6862035.26", LAMBERT), ("[6862035, 652469]", LAMBERT),
    ("POINT(1043000 6300000)", LAMBERT), ("652469,02 6862035,26", LAMBERT),
    ("[2600000, 1200000]", LAMBERT.replace("Lambert-93 (EPSG:2154)", "Swiss LV95 (EPSG:2056)")),
    ("[389000, 5820000]", BEYOND), ("[-261848, 5250566]", BEYOND), ("[235000, 48850000]", BEYOND),
    ("[235, 4885]", "coordinates are not on Earth"), ("[2.35e30, 4.8e30]", "coordinates are not on Earth")])
def test_metres_are_named_and_not_guessed_at(tmp_path: Path, given: str, reason: str) -> None:
    points, [reject], _ = split(irve_file(tmp_path, IRVE | {"coordonneesXY": given}))
    assert (points, reject.reason) == ([], reason)


@pytest.mark.parametrize("country", ["FRA", "FR", None])
def test_metres_in_ocpi(tmp_path: Path, country: str | None) -> None:
    place = {"country": country, "country_code": "FR", "coordinates": {"latitude": "6862035.26", "longitude": "652469.02"}}
    _, [reject], _ = split(ocpi_file(tmp_path, LOCATION | place))
    assert reject.reason == LAMBERT


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
    ("51.5N", 51.5), ("51.5X", None), (True, None), ({}, None), ("51.5.1", None)])
def test_degrees(given: object, number: float | None) -> None:
    assert degrees(given) == number


@pytest.mark.parametrize("given", [
    "[2.35, 48.85]", "[2,35, 48,85]", "[2,35 , 48,85]", "2.35 48.85", "2.35,48.85", "2,35;48,85", "2.35/48.85", "(2.35;48.85)",
    "POINT(2.35 48.85)",
    "SRID=4326;POINT Z (2.35 48.85 35)", "2.35,48.85,0", '{"lon": 2.35, "lat": 48.85}', "2°21'E 48°51'N",
    "2°21'00\" E, 48°51'0\" N", "[2.35°, 48.85°]", '["2.35", "48.85"]', [2.35, 48.85], ["2,35", "48,85"],
    [2.35, 48.85, 35.0], [[2.35, 48.85]],
    {"lon": 2.35, "lat": 48.85}, {"longitude": "2.35", "latitude": "48.85"}, {"type": "Point", "coordinates": [2.35, 48.85]}])
def test_a_pair_in_any_common_spelling(tmp_path: Path, given: object) -> None:
    assert pair(given) == pytest.approx((2.35, 48.85))
    [point], rejected, notes = split(irve_file(tmp_path, IRVE | {"coordonneesXY": given}))
    assert (point.longitude, point.latitude) == pytest.approx((2.35, 48.85))
    assert not rejected
    assert not notes


@pytest.mark.parametrize("given", ["", "x", "2.35", "2.35, x", "1,2,3,4,5", "{", "[]", [], [2.35], {}, {"lon": 2.35}, 2.35, True,
                                   None, "2°75'E 48°51'N", [[[2.35, 48.85]]], "((((", "9" * 10_000])
def test_what_is_no_pair_is_none(given: object) -> None:
    assert pair(given) is None


@pytest.mark.parametrize(("lon", "lat"), [("longitude", "latitude"), ("lon", "lat"), ("Xlongitude", "Ylatitude"), ("X", "Y"),
                                          ("consolidated_longitude", "consolidated_latitude")])
def test_columns_of_a_position(tmp_path: Path, lon: str, lat: str) -> None:
    row = {name: value for name, value in IRVE.items() if name != "coordonneesXY"} | {lon: "2,35", lat: "48,85", f"{lon}_": ""}
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([row, row.values()])
    [point], _, _ = split(path)
    assert (point.longitude, point.latitude) == (2.35, 48.85)


def test_swapped_degrees_are_put_right_where_only_that_is_in_the_country(tmp_path: Path) -> None:
    def read_at(country: object, lat: str, lon: str) -> tuple[list[ChargePoint], int, list[str]]:
        points, rejected, notes = split(ocpi_file(tmp_path, LOCATION | {
            "country": country, "coordinates": {"latitude": lat, "longitude": lon}}))
        return points, notes.total(), [row.reason for row in rejected]

    [point], noted, _ = read_at("NLD", "5.87", "51.98")
    assert ((point.longitude, point.latitude), noted) == ((5.87, 51.98), 1)
    assert read_at("NLD", "51.98", "5.87")[1] == 0
    assert read_at("NLD", "40.0", "51.98")[2] == ["coordinates are not in the country"]
    assert read_at("NLD", "0", "0")[2] == ["coordinates are a placeholder"]
    [point], noted, _ = read_at(None, "5.87", "51.98")
    assert ((point.longitude, point.latitude), point.country) == ((51.98, 5.87), None), "nobody says that it is elsewhere"


@pytest.mark.parametrize(("party", "lat", "lon", "kept"), [
    ("NL", "52.5", "13.4", None), ("DE", "52.5", "13.4", "DE"), ("FR", "-20.88", "55.45", "FR"), ("NL", "51.43", "6.76", None)])
@pytest.mark.parametrize("country", [None, "", "Germany"])
def test_a_partys_country_is_that_of_what_lies_in_it(
        tmp_path: Path, party: str, lat: str, lon: str, kept: str | None, country: str | None) -> None:
    [point], rejected, notes = split(ocpi_file(tmp_path, LOCATION | {
        "country": country, "country_code": party, "time_zone": None, "coordinates": {"latitude": lat, "longitude": lon}}))
    assert (point.country, rejected, notes.total()) == (kept, [], 1 if country else 0)


@given(st.sampled_from(["DE", "NL", "FR", "NO", "US", "AU", "IS", "MT", "FJ"]), st.floats(-180, 180), st.floats(-90, 90))
@example(country="NL", lon=4.9, lat=52.4)
@example(country="FJ", lon=180.0, lat=-17.0)
@example(country="IS", lon=-19.0, lat=90.0)
def test_a_position_is_refused_exactly_where_every_place_of_its_country_is_too_far(country: str, lon: float, lat: float) -> None:
    assume(max(abs(lon), abs(lat)) >= 0.01 and (lon, lat) != (1, 1))
    place = _position.town(country, lon, lat)
    assert place is not None
    far = place.metres_to(lon, lat) / 1_000 > _position._far_km(country, place.country)
    try:
        _position.checked(lon, lat, country)
    except NotAPoint:
        assert far
    else:
        assert not far
