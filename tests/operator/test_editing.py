"""Editing a point: what was not touched stays, what can't be is told by field, and others' changes survive."""

from typing import Any

import pytest
from msgspec.structs import replace

from wirelane_geo.model import ChargePoint, ChargingType, OpeningHours, PlugType, Status, opening_hours
from wirelane_geo.operator.editing import (
    FIELDS,
    Invalid,
    changed_by_both,
    changes,
    edited,
    overtaken,
    rebased,
    yielding,
)

POINT = ChargePoint(
    charge_point_id="P-1", id="1" * 32, evseid="DE*ABC*E1*1", owner="somebody", plug_types=(PlugType.CCS,), power=150.0,
    voltage=400, status=Status.FREE, latitude=52.5, longitude=13.4, city="Berlin", country="DE", opening_hours="24/7",
    availability=opening_hours.parse("24/7"), timezone="Europe/Berlin")


def form(**said: Any) -> dict[str, Any]:
    return {name: getattr(POINT, name) for name in FIELDS} | said


def test_a_form_that_says_what_the_point_says_changes_nothing() -> None:
    texts = {name: f"{value:g}" for name in ("latitude", "longitude", "power", "voltage")
             if (value := getattr(POINT, name)) is not None}
    assert edited(POINT, form(**texts)) == POINT
    assert changes(POINT, edited(POINT, form())) == []


def test_each_change_is_told_with_before_and_after_and_the_rest_is_kept() -> None:
    wanted = edited(POINT, form(power="22,5", charging_type=ChargingType.AC, city=" ", voltage="230"))
    assert {(c.field, c.before, c.after) for c in changes(POINT, wanted)} == {
        ("power", 150.0, 22.5), ("charging_type", None, ChargingType.AC), ("city", "Berlin", None), ("voltage", 400, 230)}
    assert (wanted.owner, wanted.id) == ("somebody", POINT.id)


def test_new_hours_are_also_what_the_map_judges_by() -> None:
    assert edited(POINT, form(opening_hours="Mo-Fr 08:00-20:00")).availability == opening_hours.parse("Mo-Fr 08:00-20:00")
    assert edited(POINT, form(opening_hours="on request")).availability is None
    assert edited(POINT, form()).availability == POINT.availability


def test_dates_with_hours_of_their_own_outlive_new_hours() -> None:
    dated = {"*-12-25": [], "2025-12-24": [["0900", "1200"]], "PH": []}
    point = replace(POINT, availability=OpeningHours(open247=True, exceptionalOpenings=dated))
    new = edited(point, form(opening_hours="Mo-Fr 08:00-20:00")).availability
    assert new is not None
    assert new.monday == [["0800", "2000"]]
    assert new.exceptionalOpenings == {"*-12-25": [], "2025-12-24": [["0900", "1200"]]}
    assert edited(point, form(opening_hours="on request")).availability is None


@pytest.mark.parametrize(("said", "field", "reason"), [
    ({"charge_point_id": "  "}, "charge_point_id", "required"),
    ({"latitude": "north"}, "latitude", "number"),
    ({"latitude": "nan"}, "latitude", "number"),
    ({"latitude": "90.1"}, "latitude", "range"),
    ({"longitude": "-181"}, "longitude", "range"),
    ({"longitude": ""}, "longitude", "pair"),
    ({"power": "-1"}, "power", "negative"),
    ({"power": "inf"}, "power", "number"),
    ({"voltage": "230.5"}, "voltage", "whole"),
    ({"plug_types": tuple(PlugType)[:5]}, "plug_types", "plugs"),
    ({"country": "de"}, "country", "country"),
    ({"timezone": "Europe/Nowhere"}, "timezone", "timezone"),
    ({"payment_url": "javascript:alert(1)"}, "payment_url", "url"),
    ({"evseid": "DE-1"}, "evseid", "evseid"),
    ({"evseid": "DE*ABC*1234"}, "evseid", "evseid"),
    ({"evseid": "DE*ABC*E" + "1" * 40}, "evseid", "evseid"),
    ({"opening_hours": "Mo-Fr 25:00-30:00"}, "opening_hours", "hours"),
    ({"opening_hours": "8 to late"}, "opening_hours", "hours"),
    ({"city": "x" * 201}, "city", "long"),
    ({"payment_url": "https://" + "x" * 2_000}, "payment_url", "long"),
])
def test_what_cannot_be_is_told_by_field(said: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(Invalid) as raised:
        edited(POINT, form(**said))
    assert [(wrong.field, wrong.reason) for wrong in raised.value.complaints] == [(field, reason)], "and nothing else"


@pytest.mark.parametrize(("name", "text"), [
    ("evseid", "DE*ABC*E1234*1"), ("evseid", "fr-s35-e1"), ("evseid", "NLABCE99"), ("evseid", "+49*123*456*7"), ("evseid", ""),
    ("opening_hours", "Mo-Fr 08:00-20:00, Sa 09:00-12:00"), ("opening_hours", "24/7"), ("opening_hours", "on request"),
    ("opening_hours", ""), ("city", "x" * 200),
])
def test_what_says_something_is_taken(name: str, text: str) -> None:
    assert getattr(edited(POINT, form(**{name: text})), name) == (text or None)


def test_what_stands_there_already_may_stay() -> None:
    point = replace(POINT, evseid="from a file", opening_hours="Apr-Oct 08:00-20:00", city="x" * 500)
    said = {name: getattr(point, name) for name in FIELDS} | {"power": "50"}
    assert [change.field for change in changes(point, edited(point, said))] == ["power"]


NOW = replace(POINT, power=11.0, street="Theirs")


def test_a_field_that_both_have_changed_has_three_values() -> None:
    wanted = edited(POINT, form(power="50", city="Mine"))
    [conflict] = changed_by_both(POINT, wanted, NOW)
    assert (conflict.field, conflict.before, conflict.theirs, conflict.mine) == ("power", 150.0, 11.0, 50.0)
    assert changed_by_both(POINT, edited(POINT, form(power="11")), NOW) == [], "both want the same"
    assert changed_by_both(POINT, edited(POINT, form(city="Mine")), NOW) == []


def test_either_value_can_stay_and_all_else_of_both_does() -> None:
    wanted = edited(POINT, form(power="50", city="Mine", opening_hours="Mo-Fr 08:00-20:00"))
    now = replace(NOW, opening_hours="Sa 09:00-12:00", availability=opening_hours.parse("Sa 09:00-12:00"))
    mine, theirs = rebased(POINT, wanted, now), rebased(POINT, yielding(wanted, now, ["power", "opening_hours"]), now)
    assert (mine.power, mine.city, mine.street, mine.availability) == (50.0, "Mine", "Theirs", wanted.availability)
    assert (theirs.power, theirs.city, theirs.street, theirs.availability) == (11.0, "Mine", "Theirs", now.availability)


@pytest.mark.parametrize(("now", "said", "is_late"), [
    ({}, {"power": "50"}, False),
    ({"city": "Theirs"}, {"power": "50"}, True),
    ({"power": 50.0}, {"power": "50"}, True),
    ({"status": Status.FAULTED}, {"power": "50"}, False),
    ({"status": Status.FAULTED}, {"status": Status.CLOSED}, True),
    ({"owner": "another"}, {"power": "50"}, False),
])
def test_a_save_is_overtaken_by_what_somebody_saved_not_by_the_station(
        now: dict[str, Any], said: dict[str, Any], is_late: bool) -> None:
    assert overtaken(POINT, edited(POINT, form(**said)), POINT, replace(POINT, **now)) is is_late


def test_what_others_changed_meanwhile_stays() -> None:
    wanted = edited(POINT, form(power="50", opening_hours="Mo-Fr 08:00-20:00"))
    now = replace(POINT, status=Status.FAULTED, power=11.0, city="Potsdam")
    saved = rebased(POINT, wanted, now)
    assert (saved.status, saved.city) == (Status.FAULTED, "Potsdam")
    assert (saved.power, saved.availability) == (50.0, opening_hours.parse("Mo-Fr 08:00-20:00"))
