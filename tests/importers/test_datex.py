"""DATEX II: each entry of a publication is a point, a status, a reject or a note."""

import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.datex import EXPECTED, POINT, SITE, STATION, XML, file, point_status, status, table, with_point
from tests.importers.files import real, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, Notes, Reject, read
from wirelane_geo.importers._datex_hours import hours
from wirelane_geo.importers._datex_names import plain
from wirelane_geo.model import (
    ChargePoint,
    Conditions,
    OfferedPoint,
    OpeningHours,
    PlaceReport,
    Status,
    StatusReport,
)
from wirelane_geo.model.opening_hours import is_open


def without_id(point: ChargePoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in point.__struct_fields__ if name != "id"}


@pytest.mark.parametrize("wrap", [
    lambda payload: {"payload": payload}, lambda payload: {"payload": [payload]},
    lambda payload: {"messageContainer": {"payload": [payload], "exchangeInformation": {}}}, lambda payload: payload,
    lambda payload: json.loads(json.dumps({"payload": [payload]}).replace("aegi", "egi").replace("afac", "fac"))])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_whole_refill_point_in_every_wrapping(tmp_path: Path, wrap: Any, indent: int | None) -> None:
    [point], rejected, notes = split(file(tmp_path, json.dumps(wrap(table(SITE)), indent=indent)))
    assert without_id(point) == without_id(EXPECTED)
    assert (rejected, dict(notes)) == ([], {})


def test_xml_says_the_same_as_json(tmp_path: Path) -> None:
    path = file(tmp_path, XML)
    assert read(path).format == "DATEX II, XML, table"
    [point], rejected, notes = split(path)
    assert without_id(point) == without_id(EXPECTED)
    assert point.id == split(file(tmp_path, {"payload": table(SITE)}))[0][0].id
    assert (rejected, dict(notes)) == ([], {})


def test_statuses_in_xml(tmp_path: Path) -> None:
    text = """<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:egi="http://datex2.eu/schema/3/energyInfrastructure"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="egi:EnergyInfrastructureStatusPublication">
      <publicationTime>2026-03-12T00:00:00Z</publicationTime>
      <egi:energyInfrastructureSiteStatus><egi:reference id="P1"/><egi:energyInfrastructureStationStatus><egi:reference id="S1"/>
      <egi:refillPointStatus xsi:type="egi:ElectricChargingPointStatus"><egi:reference targetClass="FacilityObject" id="A"/>
      <egi:status>charging</egi:status></egi:refillPointStatus>
      <egi:refillPointStatus><egi:reference id="B"/><egi:lastUpdated>2026-03-12T05:00:00Z</egi:lastUpdated>
      <egi:status>available</egi:status></egi:refillPointStatus>
      </egi:energyInfrastructureStationStatus></egi:energyInfrastructureSiteStatus></d2:payload>"""
    assert list(read(file(tmp_path, text))) == [
        StatusReport("A", Status.IN_USE, datetime(2026, 3, 12, tzinfo=UTC), places=("S1", "P1")),
        StatusReport("B", Status.FREE, datetime(2026, 3, 12, 5, tzinfo=UTC), places=("S1", "P1"))]


@pytest.mark.parametrize(("word", "expected"), [
    ("available", "FREE"), ("charging", "IN_USE"), ("occupied", "IN_USE"), ("reserved", "RESERVED"), ("faulted", "FAULTED"),
    ("outOfOrder", "FAULTED"), ("blocked", "UNAVAILABLE"), ("inoperative", "UNAVAILABLE"), ("unavailable", "UNAVAILABLE"),
    ("outOfStock", "UNAVAILABLE"), ("planned", "CLOSED"), ("removed", "CLOSED"), ("unknown", "UNKNOWN"), ("asleep", "UNKNOWN")])
def test_words_for_status(tmp_path: Path, word: str, expected: str) -> None:
    reader = read(file(tmp_path, status(point_status("A", word))))
    [report] = [one for one in reader if isinstance(one, StatusReport)]
    assert report[:3] == ("A", expected, datetime(2026, 3, 12, 5, 51, 57, tzinfo=UTC))
    assert dict(reader.notes) == ({"status asleep, kept as UNKNOWN": 1} if word == "asleep" else {})


def test_a_status_without_a_date_of_its_own_is_of_its_publication(tmp_path: Path) -> None:
    assert list(read(file(tmp_path, status(point_status("A", "available", None))))) == [
        StatusReport("A", Status.FREE, datetime(2026, 3, 12, tzinfo=UTC), places=("S1", "P1"))]


def test_every_entry_is_a_point_or_a_status_or_rejected_or_noted(tmp_path: Path) -> None:
    nowhere = {name: value for name, value in STATION.items() if name != "locationReference"}
    sites = [SITE, 3, {"idG": "empty"}, SITE | {"energyInfrastructureStation": [nowhere]}, with_point(idG=None)]
    found = list(read(file(tmp_path, {"payload": table(*sites)})))
    assert [type(one) for one in found] == [PlaceReport, OfferedPoint, Reject, Note, PlaceReport, Reject, PlaceReport, Reject]
    assert [one.reason for one in found if isinstance(one, Reject)] == [
        "a value of the wrong kind", "no coordinates", "no identifier"]
    found = list(read(file(tmp_path, status(point_status("A", "available"), 3, {"x": {"status": "available"}}))))
    assert [type(one) for one in found] == [StatusReport, Reject, Reject]


def test_an_id_that_is_no_evse_id(tmp_path: Path) -> None:
    kind = {"value": "extendedG", "extendedValueG": "evseId"}
    own = {"externalIdentifier": [{"identifier": "DE*ABC*E9", "typeOfIdentifier": kind}]}
    [point], _, _ = split(file(tmp_path, {"payload": table(with_point(idG="73ABE928", **own))}))
    assert (point.charge_point_id, point.evseid) == ("73ABE928", "DE*ABC*E9")
    [point], _, _ = split(file(tmp_path, {"payload": table(with_point(idG="73ABE928"))}))
    assert (point.charge_point_id, point.evseid) == ("73ABE928", None)


@pytest.mark.parametrize(("connector", "plug", "power"), [
    ({"connectorType": {"value": "iec62196T2"}, "maxPowerAtSocket": 22_000}, "TYPE_2", 22.0),
    ({"connectorType": {"value": "iec62196T2"}, "connectorFormat": {"value": "cableMode3"}, "maxPowerAtSocket": 11_000},
     "TYPE_2_ATCH", 11.0),
    ({"connectorType": {"value": "chademo"}, "maxPowerAtSocket": 50_000}, "CHADEMO", 50.0),
    ({"connectorType": {"value": "domestic"}, "maxPowerAtSocket": 3_700}, "SCHUKO", 3.7),
    ({"connectorType": {"value": "other"}}, "UNKNOWN", 40.0)])
def test_connectors(tmp_path: Path, connector: dict[str, Any], plug: str, power: float) -> None:
    given = with_point(connector=[connector], currentType=None, availableChargingPower=[11_000, 40_000])
    [point], _, _ = split(file(tmp_path, {"payload": table(given)}))
    assert (point.plug_types, point.power) == ((plug,), power)


def test_a_week_of_hours(tmp_path: Path) -> None:
    days = [{"comDayWeekMonth": {"applicableDay": [{"value": day} for day in ("monday", "friday")]}}]
    hours = {"afacOperatingHoursSpecification": {"overallPeriod": {"validPeriod": [{
        "recurringTimePeriodOfDay": [{"startTimeOfPeriod": "09:00:00Z", "endTimeOfPeriod": "17:30:00Z"}],
        "recurringDayWeekMonthPeriod": days}]}}}
    [point], _, notes = split(file(tmp_path, {"payload": table(with_point(operatingHours=hours))}))
    assert point.availability == OpeningHours(
        monday=[["0900", "1730"]], tuesday=[], wednesday=[], thursday=[], friday=[["0900", "1730"]], saturday=[], sunday=[])
    assert not notes


def test_days_that_are_closed_every_week(tmp_path: Path) -> None:
    """Closed on Sundays, as the profile's example has it; of holidays nothing can be said."""
    def hours(*closed: dict[str, Any]) -> tuple[OpeningHours | None, dict[str, int]]:
        times = [{"startTimeOfPeriod": "06:00:00Z", "endTimeOfPeriod": "23:00:00Z"}]
        given = {"afacOperatingHoursSpecification": {"overallPeriod": {
            "validPeriod": [{"recurringTimePeriodOfDay": times}], "exceptionPeriod": list(closed)}}}
        [point], _, notes = split(file(tmp_path, {"payload": table(with_point(operatingHours=given))}))
        return point.availability, dict(notes)

    sunday = {"recurringDayWeekMonthPeriod": [{"comDayWeekMonth": {"applicableDay": [{"value": "sunday"}]}}]}
    known, notes = hours(sunday)
    assert known is not None
    assert (known.saturday, known.sunday, notes) == ([["0600", "2300"]], [], {})
    known, notes = hours(sunday | {"recurringSpecialDay": [{}]})
    assert known is not None
    assert (known.sunday, notes) == ([], {"exceptions to opening hours, not read": 1})
    known, notes = hours(sunday | {"startOfPeriod": "2026-05-04T00:00:00Z", "endOfPeriod": "2026-06-04T00:00:00Z"})
    assert known is not None
    assert (known.sunday, notes) == ([["0600", "2300"]], {"exceptions to opening hours, not read": 1})


def test_green_and_wheelchair_are_unknown_apart_from_no(tmp_path: Path) -> None:
    def of(site: dict[str, Any]) -> Conditions | None:
        [point], _, _ = split(file(tmp_path, {"payload": table(site)}))
        return point.conditions if isinstance(point, OfferedPoint) else None

    station = {name: value for name, value in STATION.items() if name != "accessibility"}
    bare = {name: value for name, value in POINT.items() if name != "electricEnergy"}
    for energy, wheels, green, wheelchair in (
            (False, "none", False, False), (None, None, None, None), (True, "unknown", True, None)):
        point = bare if energy is None else bare | {"electricEnergy": [{"isGreenEnergy": energy}]}
        given = station | {"refillPoint": [{"aegiElectricChargingPoint": point}]} | (
            {} if wheels is None else {"accessibility": [{"value": wheels}]})
        found = of(SITE | {"energyInfrastructureStation": [given]})
        assert (found and found.green, found and found.wheelchair) == (green, wheelchair)


@pytest.mark.parametrize(("content", "words"), [
    (json.dumps({"payload": table(SITE, SITE)})[:-200], "cut off"), (XML[:-300], "cut off"),
    (XML.replace("</fac:operator>", ""), "damaged")])
def test_a_damaged_file_says_so(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        list(read(file(tmp_path, content)))


def test_xml_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden words")
    doctype = f'<!DOCTYPE d [<!ENTITY a SYSTEM "file://{secret}">]>\n'
    text = XML.replace("<d2:payload", doctype + "<d2:payload", 1).replace("Strom AG", "&a;")
    points, _, _ = split(file(tmp_path, text))
    assert [point.cpo for point in points] == [None]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_a_large_file_is_read_site_by_site(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"large.{kind}"
    head, _, rest = (json.dumps({"payload": table("@")}) if kind == "json" else XML).partition('"@"' if kind == "json" else
                                                                                               "  <egi:energyInfrastructureSite ")
    site, tail = (json.dumps(SITE), rest) if kind == "json" else (
        "  <egi:energyInfrastructureSite " + rest.partition(" </egi:energyInfrastructureTable>")[0],
        " </egi:energyInfrastructureTable>" + rest.partition(" </egi:energyInfrastructureTable>")[2])
    count = 4_000 if kind == "json" else 2_200  # some 6 MB of either
    with path.open("w") as out:
        out.write(head)
        for number in range(count):
            out.write(site.replace("DE*ABC*E1*2", f"DE*ABC*E{number}*2") + ("," if kind == "json" and number < count - 1 else ""))
        out.write(tail)
    tracemalloc.start()
    try:
        found = sum(isinstance(one, ChargePoint) for one in read(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == count
    assert peak < 30 << 20
    assert path.stat().st_size > 5 << 20


def test_the_real_files() -> None:
    points, rejected, notes = split(real("feeds/datex2-3.6-afir-enbw-static-3sites.json"))
    assert (len(points), rejected, dict(notes)) == (13, [], {})
    assert len({point.charging_station_id for point in points}) == 6
    by_id = {point.charge_point_id: point for point in points}
    for id, city, power in (("DE*EBW*E914082*2", "Wangen", 150.0), ("DE*EBW*E910942*2", "Freiberg", 100.0),
                            ("DE*EBW*E914082*1", "Wangen", 150.0)):
        assert (by_id[id].city, by_id[id].power, by_id[id].cpo, by_id[id].plug_types) == (city, power, "ENBW", ("CCS",))
    reports = [one for one in read(real("feeds/datex2-3.6-afir-enbw-status.json")) if isinstance(one, StatusReport)]
    assert len(reports) == 11
    assert [report.status for report in reports[:3]] == ["FREE", "IN_USE", "FAULTED"]
    points, rejected, _ = split(real("feeds/datex2-3.6-fintraffic-1site.json"))
    assert ([point.evseid for point in points], rejected) == (
        ["FI*911*E*PDC*FI1000061*0000001", "FI*911*E*PDC*FI1000244*0000001"], [])
    assert {(point.city, point.power, point.plug_types, point.current) for point in points} == {
        ("Helsinki", 12.8, ("TYPE_2_ATCH",), 32)}
    points, rejected, _ = split(real("feeds/datex2-schema/table/EnergyInfrastructureTablePublication_rev2.json"))
    assert (len(points), rejected) == (4, [])
    [report] = read(real("feeds/datex2-schema/status/EnergyInfrastructureStatusPublication_rev2.json"))
    assert isinstance(report, StatusReport)
    assert report.ref == points[0].charge_point_id


def test_closings_with_a_begin_and_an_end_are_read_and_others_noted() -> None:
    whole = {"overallStartTime": "2025-01-01T00:00:00Z",
             "validPeriod": [{"recurringTimePeriodOfDay": [{"startTimeOfPeriod": "08:00:00Z", "endTimeOfPeriod": "20:00:00Z"}]}],
             "exceptionPeriod": [
                 {"startOfPeriod": "2026-12-24T00:00:00+01:00", "endOfPeriod": "2026-12-27T00:00:00+01:00"},
                 {"startOfPeriod": "2027-03-01T00:00:00Z"},
                 {"recurringSpecialDay": [{"intersectWithApplicableDays": False, "specialDayType": "publicHoliday"}]}]}
    notes = Notes()
    found = hours(plain({"afacOperatingHoursSpecification": {"idG": "1", "overallPeriod": whole}}), notes).known

    def at(when: str) -> bool | None:
        return is_open(found, "Europe/Berlin", datetime.fromisoformat(when))

    assert [at(f"2026-12-{day}T12:00:00+01:00") for day in (23, 24, 26, 27)] == [True, False, False, True]
    assert not at("2027-05-01T12:00:00+02:00"), "until further notice"
    assert notes == {"exceptions to opening hours, not read": 1}
