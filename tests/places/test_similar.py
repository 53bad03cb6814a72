"""A name with a mistake is found; what is like no name is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.places import gazetteer

LARGE = [city for city in map(gazetteer.cities().city, range(400)) if len(gazetteer.fold(city.name)) >= 6]


@pytest.mark.parametrize(("typed", "name"), [
    ("Hambrug", "Hamburg"), ("Muenchn", "Munich"), ("Frankfrt am Main", "Frankfurt am Main"), ("Dusseldrof", "Düsseldorf"),
    ("Zürch", "Zürich"), ("Saarbrucken", "Saarbrücken"), ("Lonodn", "London"), ("Berlni", "Berlin"),
])
def test_a_slip_of_the_hand(typed: str, name: str) -> None:
    assert gazetteer.similar(typed)[0].name == name


@given(st.sampled_from(LARGE), st.integers(1, 4), st.sampled_from(["swap", "drop", "add", "other"]))
def test_any_large_city_is_found_with_one_mistake(city: gazetteer.City, at: int, mistake: str) -> None:
    name = gazetteer.fold(city.name)
    typed = {"swap": name[:at] + name[at + 1] + name[at] + name[at + 2:], "drop": name[:at] + name[at + 1:],
             "add": f"{name[:at]}x{name[at:]}", "other": f"{name[:at]}q{name[at + 1:]}"}[mistake]
    spelled = {gazetteer.fold(found.spelling) for found in gazetteer.similar(typed, 50)}
    assert name in spelled or typed in spelled, "or it is another place's very name"


@pytest.mark.parametrize("typed", ["", "Ulx", "xqzvwkj", "DE*ABC*E1", "10115", "a" * 500])
def test_what_is_like_no_name_finds_nothing(typed: str) -> None:
    assert gazetteer.similar(typed) == []
