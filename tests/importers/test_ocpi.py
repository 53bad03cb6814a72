"""OCPI EVSEs to charge points: each rule of docs/import.md."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.importers.files import CONNECTOR, EVSE, LOCATION, ocpi_file, split
from wirelane_geo.importers import Reject, _connectors, _ocpi
from wirelane_geo.importers._connectors import supply
from wirelane_geo.importers._reader import Notes
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    OfferedPoint,
    OpeningHours,
    PlugType,
    Price,
    Status,
)
from wirelane_geo.places.countries import ALPHA_2, alpha_2


def both(directory: Path, evse: dict[str, Any], location: dict[str, Any]) -> tuple[list[ChargePoint], list[Reject], Notes]:
    return split(ocpi_file(directory, LOCATION | location | {"evses": [EVSE | evse]}))


def one(directory: Path, evse: dict[str, Any] | None = None, **location: Any) -> tuple[ChargePoint, Notes]:
    points, rejected, notes = both(directory, evse or {}, location)
    assert rejected == []
    [point] = points
    return point, notes


def refused(directory: Path, evse: dict[str, Any] | None = None, **location: Any) -> str:
    points, rejected, _ = both(directory, evse or {}, location)
    assert points == []
    [only] = rejected
    assert only.raw["evse"] == EVSE | (evse or {})
    return only.reason


def test_a_whole_evse(tmp_path: Path) -> None:
    point, notes = one(tmp_path)
    assert point == ChargePoint(
        id=point.id, charge_point_id="7", charging_station_id="L9", evseid="NL*ABC*E7", display_id="B2", owner="Gemeente",
        cpo="Stroom", charging_provider="Stroom", plug_types=(PlugType.TYPE_2,), charging_type=ChargingType.AC, power=22.0,
        voltage=230, current=32, reservable=True, authentication_types=(AuthenticationType.card,), status=Status.FREE,
        country="NL", city="Arnhem", zip_code="6812AR", street="Utrechtseweg", house_number="310", opening_hours="24/7",
        availability=OpeningHours(open247=True), timezone="Europe/Amsterdam", longitude=5.870263, latitude=51.98424,
        update_date=datetime(2025, 6, 21, 8, 3, 25, 101_000, tzinfo=UTC),
    )
    assert not notes


@pytest.mark.parametrize(("given", "expected"), [
    ("AVAILABLE", "FREE"), ("BLOCKED", "UNAVAILABLE"), ("CHARGING", "IN_USE"), ("INOPERATIVE", "UNAVAILABLE"),
    ("OUTOFORDER", "FAULTED"), ("PLANNED", "CLOSED"), ("REMOVED", "CLOSED"), ("RESERVED", "RESERVED"),
    ("UNKNOWN", "UNKNOWN")])
def test_every_status(tmp_path: Path, given: str, expected: str) -> None:
    point, notes = one(tmp_path, {"status": given})
    assert point.status == expected
    assert not notes
    assert len(_ocpi.STATUSES) == 9


@pytest.mark.parametrize(("given", "expected"), [
    ("OCCUPIED", "IN_USE"), ("Faulted", "FAULTED"), ("out of service", "UNAVAILABLE"), ("Unavailable", "UNAVAILABLE")])
def test_a_status_in_another_standard_s_words(tmp_path: Path, given: str, expected: str) -> None:
    point, notes = one(tmp_path, {"status": given})
    assert (str(point.status), dict(notes)) == (expected, {f"status {given}, read as {expected}": 1})


@pytest.mark.parametrize("given", ["HIBERNATING", "FREE", None, 3])
def test_a_status_that_ocpi_does_not_know(tmp_path: Path, given: Any) -> None:
    point, notes = one(tmp_path, {"status": given})
    assert point.status == Status.UNKNOWN
    assert notes == {f"status {given}, kept as UNKNOWN": 1}


@pytest.mark.parametrize(("standard", "form", "plug"), [
    ("IEC_62196_T1", "SOCKET", "TYPE_1"), ("IEC_62196_T1", "CABLE", "TYPE_1_ATCH"), ("IEC_62196_T2", "SOCKET", "TYPE_2"),
    ("IEC_62196_T2", "CABLE", "TYPE_2_ATCH"), ("IEC_62196_T3A", "SOCKET", "TYPE_3"),
    ("IEC_62196_T3C", "CABLE", "TYPE_3_ATCH"),
    ("IEC_62196_T1_COMBO", "CABLE", "CCS"), ("IEC_62196_T2_COMBO", "SOCKET", "CCS"), ("CHADEMO", "CABLE", "CHADEMO"),
    ("DOMESTIC_E", "SOCKET", "SCHUKO"), ("DOMESTIC_F", "SOCKET", "SCHUKO"), ("DOMESTIC_G", "SOCKET", "UNKNOWN"),
    ("GBT_DC", "CABLE", "UNKNOWN"), ("TESLA_S", "CABLE", "UNKNOWN"), (None, None, "UNKNOWN")])
def test_plugs(standard: str | None, form: str | None, plug: str) -> None:
    notes = Notes()
    direct = plug in ("CCS", "CHADEMO") or standard == "GBT_DC"
    given = CONNECTOR | {"standard": standard, "format": form, "power_type": "DC" if direct else "AC_3_PHASE"}
    assert supply([given], notes).plugs == (plug,)
    assert notes.total() == (plug == "UNKNOWN")


@pytest.mark.parametrize(("connector", "kw"), [
    ({"max_electric_power": 22_000}, 22.0), ({"max_electric_power": 3_680}, 3.68), ({"max_electric_power": 22}, 22.0),
    ({"max_electric_power": 0}, 22.0), ({"max_electric_power": None}, 22.0),
    ({"max_electric_power": None, "power_type": "AC_1_PHASE"}, 7.4),
    ({"max_electric_power": None, "power_type": "AC_2_PHASE"}, 14.7),
    ({"max_electric_power": None, "max_voltage": 400}, 22.0),
    ({"max_electric_power": None, "power_type": "DC", "max_voltage": 400, "max_amperage": 125}, 50.0),
    ({"max_electric_power": None, "max_voltage": 0}, None)])
def test_power(connector: dict[str, Any], kw: float | None) -> None:
    assert supply([CONNECTOR | connector], Notes()).power_kw == kw


def test_power_of_ocpi_2_1_1() -> None:
    old = {"standard": "IEC_62196_T2", "format": "CABLE", "power_type": "AC_3_PHASE", "voltage": 230, "amperage": 63}
    assert supply([old], Notes()) == _connectors.Supply((PlugType.TYPE_2_ATCH,), ChargingType.AC, 43.0, 230, 63)


def test_several_connectors_are_one_point() -> None:
    """All plugs; the strongest one's current, power, voltage."""
    ccs = {"standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC", "max_voltage": 500, "max_amperage": 125,
           "max_electric_power": 50_000}
    assert supply([CONNECTOR, ccs], Notes()) == _connectors.Supply(
        (PlugType.TYPE_2, PlugType.CCS), ChargingType.DC, 50.0, 500, 125)


@pytest.mark.parametrize("given", [[], None])
def test_without_connectors(tmp_path: Path, given: Any) -> None:
    point, notes = one(tmp_path, {"connectors": given})
    assert (point.plug_types, point.charging_type, point.power) == ((PlugType.UNKNOWN,), None, None)
    assert notes.total() == 1


def test_ids(tmp_path: Path) -> None:
    point, notes = one(tmp_path, {"evse_id": None})
    assert (point.charge_point_id, point.evseid, notes.total()) == ("7", "NL*ABC*EL9*7", 1)
    point, _ = one(tmp_path, {"evse_id": None}, party_id=None)
    assert (point.charge_point_id, point.evseid) == ("L9*7", None)
    assert refused(tmp_path, {"evse_id": None, "uid": ""}) == "no identifier"


def test_one_evse_id_on_several_evses_loses_none(tmp_path: Path) -> None:
    points, rejected, _ = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE, EVSE | {"uid": "8"}, EVSE]}))
    assert [point.charge_point_id for point in points] == ["7", "8"]
    assert [(bad.row, bad.reason) for bad in rejected] == [(3, "the same id as an earlier row")]


def test_what_is_not_to_be_published_is_not(tmp_path: Path) -> None:
    assert refused(tmp_path, publish=False) == "not to be published"


@pytest.mark.parametrize(("place", "reason"), [
    (None, "no coordinates"), ({}, "no coordinates"), ({"latitude": "x", "longitude": "5"}, "coordinates can't be read"),
    ({"latitude": "1", "longitude": "1"}, "coordinates are a placeholder"),
    ({"latitude": "nan", "longitude": "5"}, "coordinates are not on Earth"),
    ({"latitude": "9.456994", "longitude": "170.235785"}, "coordinates are not in the country")])
def test_positions_that_cannot_be(tmp_path: Path, place: Any, reason: str) -> None:
    assert refused(tmp_path, coordinates=place) == reason


def test_an_evse_may_have_its_own_position(tmp_path: Path) -> None:
    assert one(tmp_path, {"coordinates": {"latitude": "52", "longitude": "5.5"}})[0].latitude == 52.0
    assert one(tmp_path, {"coordinates": {"latitude": "0", "longitude": "0"}})[0].latitude == 51.98424


def test_far_is_farther_where_towns_are_few(tmp_path: Path) -> None:
    """The Nullarbor: 600 km from the next town of 15,000, and a charge point is there."""
    point, _ = one(tmp_path, coordinates={"latitude": "-31.45", "longitude": "130.9"}, country="AUS", country_code="AU",
                   time_zone="Australia/Adelaide")
    assert point.country == "AU"


@pytest.mark.parametrize(("given", "zone", "noted"), [
    ("Europe/Amsterdam", "Europe/Amsterdam", 0), ("europe/amsterdam", "Europe/Amsterdam", 1),
    ("Amsterdam", "Europe/Amsterdam", 1),
    ("The Netherlands/Amsterdam", "Europe/Amsterdam", 1), ("Asia/Kuala Lumpur", "Asia/Kuala_Lumpur", 1),
    ("The Netherlands", "Europe/Amsterdam", 1), ("UTC", "Europe/Amsterdam", 1), ("", "Europe/Amsterdam", 0),
    (None, "Europe/Amsterdam", 0), ("Middle/Earth", "Europe/Amsterdam", 1)])
def test_time_zones(tmp_path: Path, given: str | None, zone: str, noted: int) -> None:
    point, notes = one(tmp_path, time_zone=given)
    assert (point.timezone, notes.total()) == (zone, noted)


def test_opening_times(tmp_path: Path) -> None:
    regular = [{"weekday": day, "period_begin": "07:00", "period_end": "23:00"} for day in range(1, 6)]
    closed = [{"period_begin": "2025-12-24T17:00:00Z", "period_end": "2025-12-27T05:00:00"}]
    point, _ = one(tmp_path, opening_times={
        "twentyfourseven": False, "regular_hours": regular, "exceptional_closings": closed})
    assert point.opening_hours == "Mo-Fr 07:00-23:00"
    assert point.availability is not None
    assert point.availability.monday == [["0700", "2300"]]
    assert point.availability.sunday == []
    assert point.availability.exceptionalOpenings == {
        "closings": [{"begin": "2025-12-24T17:00:00+00:00", "end": "2025-12-27T05:00:00+00:00"}]}
    every = [{"weekday": day, "period_begin": "00:00", "period_end": "23:59"} for day in range(1, 8)]
    assert one(tmp_path, opening_times={"regular_hours": every})[0].availability == OpeningHours(open247=True)
    for unknown in (None, {}, {"twentyfourseven": False}):
        assert one(tmp_path, opening_times=unknown)[0].availability is None
    wrong = [{"weekday": 8, "period_begin": "07:00", "period_end": "23:00"}]
    point, notes = one(tmp_path, opening_times={"regular_hours": wrong})
    assert (point.availability, point.opening_hours) == (None, None)
    assert notes == {"opening hours can't be read, left out": 1}


def test_who_runs_it(tmp_path: Path) -> None:
    point, _ = one(tmp_path, operator=None, owner=None)
    assert (point.cpo, point.owner) == ("NL*ABC", "NL*ABC")


@pytest.mark.parametrize(("capabilities", "reservable", "means"), [
    ([], None, []), (None, None, []), (["RESERVABLE"], True, []), (["RFID_READER"], False, ["card"]),
    (["REMOTE_START_STOP_CAPABLE", "CREDIT_CARD_PAYABLE", "PED_TERMINAL"], False, ["remote", "nfc_terminal"])])
def test_capabilities(tmp_path: Path, capabilities: Any, reservable: bool | None, means: list[str]) -> None:
    point, _ = one(tmp_path, {"capabilities": capabilities})
    assert (point.reservable, list(point.authentication_types)) == (reservable, means)


def test_countries() -> None:
    assert len(ALPHA_2) > 240
    assert [alpha_2(code) for code in ("NLD", "deu", "GB")] == ["NL", "DE", "GB"]
    assert {alpha_2(code) for code in ("XXX", "", None, "ZZ")} == {None}


@pytest.mark.parametrize("wrap", [
    lambda found: {"data": found}, lambda found: found, lambda found: {"data": {"locations": found}},
    lambda found: found[0]])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_enveloped_or_bare(tmp_path: Path, wrap: Any, bom: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(bom + json.dumps(wrap([LOCATION]), indent=1).encode())
    assert [point.evseid for point in split(path)[0]] == ["NL*ABC*E7"]


@pytest.mark.parametrize("evses", [None, []])
def test_a_location_without_evses_has_no_point(tmp_path: Path, evses: Any) -> None:
    points, rejected, notes = split(ocpi_file(tmp_path, LOCATION | {"evses": evses}))
    assert (points, rejected) == ([], [])
    assert notes == {"a location without EVSEs, no charge point": 1}


@pytest.mark.parametrize("odd", ["x", 3, None, {"id": "1", "evses": 3}])
def test_odd_locations_cost_only_themselves(tmp_path: Path, odd: Any) -> None:
    points, rejected, _ = split(ocpi_file(tmp_path, odd, LOCATION))
    assert len(points) == 1
    assert [bad.raw for bad in rejected] == [odd]


VALUES = st.recursive(st.none() | st.booleans() | st.integers(-5, 500) | st.text(max_size=5)
                      | st.floats(allow_nan=False, allow_infinity=False),
                      lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                      max_leaves=4)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(field=st.sampled_from(sorted(LOCATION)), own=st.sampled_from(sorted(EVSE)), value=VALUES)
def test_any_value_in_any_field_is_a_point_or_a_rejected_row(tmp_path: Path, field: str, own: str, value: Any) -> None:
    spoiled = [LOCATION | {field: value}, LOCATION | {"evses": [EVSE | {own: value}]}]
    good = EVSE | {"uid": "good", "evse_id": "NL*ABC*E8"}
    points, rejected, _ = split(ocpi_file(tmp_path, *spoiled, LOCATION | {"evses": [good]}))
    assert points[-1].charge_point_id == "good"
    rows = [entry.row for entry in rejected]
    assert rows == sorted(set(rows))
    assert 1 <= len(points) <= 3


def test_a_name_of_another_format_within_makes_no_other_file_of_it(tmp_path: Path) -> None:
    points, _, _ = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"capabilities": {"TTL": None}}]}))
    assert len(points) == 1


def test_prices_and_energy_that_a_location_says_itself(tmp_path: Path) -> None:
    def tariff(*elements: dict[str, Any]) -> dict[str, Any]:
        return {"tariffs": [{"id": "1", "currency": "EUR", "type": "AD_HOC_PAYMENT", "elements": list(elements)}]}

    def part(kind: str, price: float) -> dict[str, Any]:
        return {"type": kind, "price": price, "step_size": 1}

    day = {"price_components": [part("TIME", 4.8)], "restrictions": [{"start_time": "08:00"}]}
    points, _, notes = both(tmp_path, tariff({"price_components": [part("ENERGY", 0.59), part("FLAT", 0)]}, day), {
        "energy_mix": {"is_green_energy": False}})
    [point] = points
    assert isinstance(point, OfferedPoint)
    assert point.conditions == Conditions(green=False, prices=(
        Price(per="kWh", amount=0.59, currency="EUR", tax=False, adhoc=True),
        Price(per="hour", amount=4.8, currency="EUR", tax=False, adhoc=True, limited=True)))
    assert not notes
    [free], _, _ = both(tmp_path, tariff({"price_components": [part("ENERGY", 0)]}) | {"parking_restrictions": ["CUSTOMERS"]}, {})
    assert isinstance(free, OfferedPoint)
    assert free.conditions == Conditions(free=True, public=False, access="customers")
    [narrow], _, _ = both(tmp_path, {"parking_restrictions": ["MOTORCYCLES"]}, {})
    assert isinstance(narrow, OfferedPoint)
    assert narrow.conditions == Conditions(vehicles=("motorcycle",), access="motorcycles")
    [silent], _, _ = both(tmp_path, {}, {})
    assert not isinstance(silent, OfferedPoint)


def test_what_is_read_once_is_noted_for_every_evse(tmp_path: Path) -> None:
    """What EVSEs share, with a location around them or in connectors that say the same, is noted for each of them."""
    odd = CONNECTOR | {"standard": "A_PLUG_OF_TOMORROW"}
    evses = [EVSE | {"uid": uid, "evse_id": f"DE*ABC*E{uid}", "connectors": [odd]} for uid in ("1", "2", "3")]
    here = ocpi_file(tmp_path, LOCATION | {"evses": evses, "time_zone": "Nowhere/Town"},
                     LOCATION | {"id": "L2", "evses": [EVSE | {"uid": "4", "evse_id": "DE*ABC*E4"}]})
    points, rejected, notes = split(here)
    assert (len(points), rejected) == (4, [])
    assert notes["time zone Nowhere/Town, taken from the position instead"] == 3
    assert notes["plug A_PLUG_OF_TOMORROW, kept as an unknown one"] == 3


def test_evses_that_are_only_counted_are_known_by_their_places(tmp_path: Path) -> None:
    """Some write 1 and 2 for the EVSE IDs of each location."""
    places = [LOCATION | {"id": f"L{place}", "evses": [EVSE | {"uid": uid, "evse_id": id} for uid, id in evses]}
              for place, evses in ((1, (("a", "1"), ("b", "2"))), (2, (("a", "1"), (None, 2))))]
    points, rejected, _ = split(ocpi_file(tmp_path, *places))
    assert (len({point.id for point in points}), rejected) == (4, [])
    assert [point.evseid for point in points] == [
        "NL*ABC*EL1*a", "NL*ABC*EL1*b", "NL*ABC*EL2*a", "NL*ABC*EL2*2"]
