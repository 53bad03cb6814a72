"""Positions in the spellings that people paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.places.coordinates import plus_code_position, position_of

BERLIN = (13.405, 52.52)


@pytest.mark.parametrize("text", [
    "52.52, 13.405", "52.52,13.405", "52.52 13.405", "  52.52;13.405 ", "(52.52, 13.405)", "52,52 13,405", "52,52, 13,405",
    "52,52;13,405",
    "52.52° 13.405°", "52.52°N 13.405°E", "N52.52 E13.405", "n 52.52, e 13.405", "13.405E 52.52N", "E 13.405 N 52.52",
    "52° 31' 12\" N 13° 24' 18\" E", "52°31′12″N, 13°24′18″E", "N 52° 31.2' E 13° 24.3'", "52º31’12”N 13º24’18”E",
    "52° 31' 12'' 13° 24' 18''", "geo:52.52,13.405", "geo:52.52,13.405?z=12", "https://www.google.com/maps/@52.52,13.405,12z",
    "https://maps.google.com/?q=52.52,13.405", "https://www.google.com/maps/place/X/@52.1,13.1,15z/data=!3m1!3d52.52!4d13.405",
    "https://www.openstreetmap.org/#map=12/52.52/13.405", "https://osm.org/?mlat=52.52&mlon=13.405#map=5/1.5/2.5",
    "http://localhost:8501/?lat=52.52&lon=13.405&zoom=12",
    "N 52 31.2 E 13 24.3", "N 52° 31.200 E 013° 24.300", "N52 31.2, E13 24.3", "52 31 12 N 13 24 18 E", "e 13 24 18 n 52 31 12",
])
def test_a_position_is_read_however_it_is_written(text: str) -> None:
    assert position_of(text) == pytest.approx(BERLIN)


@pytest.mark.parametrize(("text", "position"), [
    ("-33.86 151.2", (151.2, -33.86)), ("151.2 -33.86", (151.2, -33.86)), ("S33.86 E151.2", (151.2, -33.86)),
    ("33°52'S 151°12'E", (151.2, -33 - 52 / 60)), ("−33.86, 151.2", (151.2, -33.86)), ("40.7 N 74.0 W", (-74.0, 40.7)),
    ("0.5 -0.25", (-0.25, 0.5)),
])
def test_every_side_of_the_world(text: str, position: tuple[float, float]) -> None:
    assert position_of(text) == pytest.approx(position)


@pytest.mark.parametrize("text", [
    "", "52", "52.52", "52 13", "12, 14", "Torstraße 1, 10115", "10115 Berlin", "95.0, 200.0", "52.52 N", "52.5 N 13.4",
    "52.5N 13.4S",
    "N 52 61 E 13 24", "52 31.2 13 24.3",
    "52°61' N 13° E", "1.5 2.5 3.5", "DE*ABC*E123.4 5", "https://example.org/", "52..5 13.4", "x 52.5 13.4",
])
def test_what_is_none_is_none(text: str) -> None:
    assert position_of(text) is None


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["{:.5f}, {:.5f}", "{:.5f} {:.5f}", "geo:{:.5f},{:.5f}"]))
def test_a_decimal_pair_is_the_position_it_says(lat: float, lon: float, form: str) -> None:
    assert position_of(form.format(lat, lon)) == pytest.approx((lon, lat), abs=1e-5)


@given(st.text(max_size=60))
def test_any_text_is_a_position_or_none(text: str) -> None:
    found = position_of(text)
    assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)
    assert plus_code_position(text, lambda _: None) is None or "+" in text


@pytest.mark.parametrize(("text", "position"), [
    ("9F4MGC2M+8W", (13.4348, 52.5008)), ("9f4mgc2m+8w", (13.4348, 52.5008)), ("8FVC9G8F+6X", (8.5249, 47.3656)),
    ("GC2M+8W Berlin", (13.4348, 52.5008)), ("GC2M+8W, Berlin", (13.4348, 52.5008)), ("GC2M+8W", (13.4348, 52.5008)),
])
def test_a_plus_code_is_where_it_says(text: str, position: tuple[float, float]) -> None:
    assert plus_code_position(text, lambda of: BERLIN if of in ("", "Berlin") else None) == pytest.approx(position, abs=1e-4)


@pytest.mark.parametrize("text", ["C++", "GC2M+8W Nowhere", "10115", "9F4MGC2M", "A+B", "9F4MGC2M+8", "+"])
def test_what_is_no_plus_code_is_none(text: str) -> None:
    assert plus_code_position(text, lambda of: BERLIN if not of else None) is None
