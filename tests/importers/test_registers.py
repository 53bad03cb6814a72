"""OICP, Open Charge Map, Germany's register and IRVE dynamic."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.importers.files import real, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Reject, read
from wirelane_geo.model import ChargePoint, Conditions, OfferedPoint, Status, StatusReport

EVSE: dict[str, Any] = {
    "EvseID": "CH*ABC*E1", "lastUpdate": "2024-03-12T13:44:52Z", "ChargingStationId": "S", "Plugs": ["Type 2 Outlet"],
    "Address": {"Country": "CHE", "City": "Silvaplana", "Street": "Via vers Mulins", "HouseNum": "5", "PostalCode": "7513"},
    "GeoCoordinates": {"Google": "46.459309 9.795548"},
    "ChargingFacilities": [{"Voltage": 230, "Amperage": 32, "power": 22.0, "powertype": "AC_3_PHASE"}],
    "AuthenticationModes": ["NFC RFID Classic", "REMOTE"], "RenewableEnergy": True, "Accessibility": "Free publicly accessible",
    "IsOpen24Hours": True, "HotlinePhoneNumber": "+41814237070",
}


def oicp(directory: Path, *operators: dict[str, Any]) -> Path:
    path = directory / "oicp.json"
    path.write_text(json.dumps({"EVSEData": list(operators)}), encoding="utf-8")
    return path


def test_a_whole_evse_of_oicp(tmp_path: Path) -> None:
    [point], rejected, notes = split(oicp(tmp_path, {"EVSEDataRecord": [EVSE], "OperatorID": "CH*ABC", "OperatorName": "Strom"}))
    assert (rejected, dict(notes)) == ([], {})
    assert (point.evseid, point.charging_station_id, point.cpo, point.status) == ("CH*ABC*E1", "S", "Strom", "UNKNOWN")
    assert (point.plug_types, point.charging_type, point.power) == (("TYPE_2",), "AC", 22.0)
    assert (point.voltage, point.current) == (230, 32)
    assert (point.country, point.city, point.zip_code, point.street, point.house_number) == (
        "CH", "Silvaplana", "7513", "Via vers Mulins", "5")
    assert (point.longitude, point.latitude) == (9.795548, 46.459309)
    assert (point.timezone, point.opening_hours) == ("Europe/Zurich", "24/7")
    assert (point.authentication_types, point.service_hotline) == (("card", "remote"), "+41814237070")
    assert point.update_date == datetime(2024, 3, 12, 13, 44, 52, tzinfo=UTC)
    assert isinstance(point, OfferedPoint)
    assert point.conditions is not None
    assert (point.conditions.free, point.conditions.public, point.conditions.green) == (True, True, True)


@pytest.mark.parametrize(("changes", "free", "adhoc"), [
    ({"PaymentOptions": ["Direct", "Contract"]}, True, True), ({"PaymentOptions": ["Contract"]}, True, False),
    ({"PaymentOptions": ["No Payment"], "Accessibility": "Restricted access"}, True, None),
    ({"PaymentOptions": ["Contract"], "Accessibility": "Paying publicly accessible"}, None, False),
    ({"PaymentOptions": "Direct", "Accessibility": None}, None, None), ({"PaymentOptions": [3, None]}, True, None)])
def test_how_an_evse_of_oicp_is_paid_for(tmp_path: Path, changes: dict[str, Any], free: bool | None, adhoc: bool | None) -> None:
    [point], _, _ = split(oicp(tmp_path, {"EVSEDataRecord": [EVSE | changes]}))
    assert isinstance(point, OfferedPoint)
    assert point.conditions is not None
    assert (point.conditions.free, point.conditions.adhoc) == (free, adhoc)


def test_a_record_has_its_own_operator_wherever_that_stands(tmp_path: Path) -> None:
    first = {"OperatorName": "One", "EVSEDataRecord": [EVSE]}
    second = {"EVSEDataRecord": [EVSE | {"EvseID": "CH*ABC*E2"}], "OperatorName": "Two"}
    third = {"EVSEDataRecord": [EVSE | {"EvseID": "CH*ABC*E3"}]}
    points, _, _ = split(oicp(tmp_path, first, second, third))
    assert [point.cpo for point in points] == ["One", "Two", None]


@pytest.mark.parametrize(("given", "expected"), [
    ({"Google": "46.459309 9.795548"}, 9.795548), ({"Google": "46.459309,9.795548"}, 9.795548),
    ({"Google": "46,459309 9,795548"}, 9.795548),
    ({"Google": {"Coordinates": "46.459309 9.795548"}}, 9.795548),
    ({"DecimalDegree": {"Longitude": "9.795548", "Latitude": "46.459309"}}, 9.795548),
    ({"Google": "None None"}, None), (None, None)])
def test_coordinates_of_oicp(tmp_path: Path, given: Any, expected: float | None) -> None:
    points, rejected, _ = split(oicp(tmp_path, {"EVSEDataRecord": [EVSE | {"GeoCoordinates": given}]}))
    assert [point.longitude for point in points] == ([] if expected is None else [expected])
    assert len(rejected) == (expected is None)


def test_opening_times_of_oicp(tmp_path: Path) -> None:
    times = [{"Period": [{"begin": "08:00", "end": "18:00"}], "on": "Workdays"}, {"Period": [{"begin": "09:00", "end": "12:00"}],
                                                                                "on": "Saturday"}]
    given = EVSE | {"IsOpen24Hours": False, "OpeningTimes": times}
    [point], _, notes = split(oicp(tmp_path, {"EVSEDataRecord": [given]}))
    assert (point.opening_hours, dict(notes)) == ("Mo-Fr 08:00-18:00; Sa 09:00-12:00", {})


@pytest.mark.parametrize(("word", "expected"), [
    ("Available", "FREE"), ("Occupied", "IN_USE"), ("Reserved", "RESERVED"), ("OutOfService", "UNAVAILABLE"),
    ("Unknown", "UNKNOWN"), ("EvseNotFound", "UNKNOWN")])
def test_statuses_of_oicp(tmp_path: Path, word: str, expected: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"EVSEStatuses": [{"OperatorID": "CH*ABC", "EVSEStatusRecord": [
        {"EvseID": "CH*ABC*E1", "EVSEStatus": word}, {"EVSEStatus": word}, 3]}]}))
    found = list(read(path))
    assert found[0] == StatusReport("CH*ABC*E1", Status(expected), None)
    assert [type(one) for one in found[1:]] == [Reject, Reject]


PLACE: dict[str, Any] = {
    "ID": 460284, "UsageTypeID": 2, "StatusTypeID": 50, "DateLastStatusUpdate": "2025-08-25T07:52:00Z",
    "OperatorInfo": {"Title": "Strom"},
    "AddressInfo": {"AddressLine1": "Rietstrasse 3", "Town": "Balzers", "Postcode": "9496", "Latitude": 47.06478,
                    "Longitude": 9.50606, "Country": {"ISOCode": "LI"}},
    "Connections": [{"ID": 1, "ConnectionTypeID": 25, "PowerKW": 22, "CurrentTypeID": 20, "Quantity": 2, "Amps": 32,
                     "Voltage": 400},
                    {"ID": 2, "ConnectionTypeID": 33, "PowerKW": 50, "CurrentTypeID": 30, "StatusTypeID": 100}],
}


def test_a_place_of_open_charge_map(tmp_path: Path) -> None:
    path = tmp_path / "ocm.json"
    path.write_text(json.dumps([PLACE, 3]))
    points, rejected, notes = split(path)
    assert ([one.reason for one in rejected], dict(notes)) == (["not a JSON object"], {})
    assert [(point.plug_types, point.power, point.status) for point in points] == [
        (("TYPE_2",), 22.0, "UNKNOWN"), (("TYPE_2",), 22.0, "UNKNOWN"), (("CCS",), 50.0, "UNAVAILABLE")]
    assert len({point.id for point in points}) == 3
    assert {(point.charging_station_id, point.cpo, point.street, point.house_number, point.country, point.timezone)
            for point in points} == {("460284", "Strom", "Rietstrasse", "3", "LI", "Europe/Vaduz")}
    assert isinstance(points[0], OfferedPoint)
    assert points[0].conditions is not None
    assert points[0].conditions.public is False


@pytest.mark.parametrize(("changes", "expected"), [
    ({"UsageTypeID": 5, "UsageCost": "0,50€/kWh"}, Conditions(public=True, adhoc=True, tariff="0,50€/kWh")),
    ({"UsageTypeID": 4, "UsageCost": "Free"}, Conditions(public=True, adhoc=False, tariff="Free", free=True)),
    ({"UsageTypeID": 1, "UsageCost": "Free for guests"}, Conditions(public=True, tariff="Free for guests")),
    ({"UsageTypeID": None, "UsageType": {"ID": 7}}, Conditions(public=True))])
def test_what_a_place_of_open_charge_map_costs(tmp_path: Path, changes: dict[str, Any], expected: Conditions) -> None:
    path = tmp_path / "ocm.json"
    path.write_text(json.dumps([PLACE | changes]))
    [point, *_], _, _ = split(path)
    assert isinstance(point, OfferedPoint)
    assert point.conditions == expected


HEADER = ["Ladeeinrichtungs-ID", "Betreiber", "Status", "Anzahl Ladepunkte", "Nennleistung Ladeeinrichtung [kW]",
          "Inbetriebnahmedatum", "Straße", "Hausnummer", "Postleitzahl", "Ort", "Breitengrad", "Längengrad", "Bezahlsysteme",
          "Öffnungszeiten", "Öffnungszeiten: Wochentage", "Öffnungszeiten: Tageszeiten", "Steckertypen1", "Nennleistung Stecker1",
          "EVSE-ID1", "Steckertypen2", "Nennleistung Stecker2", "EVSE-ID2"]
ROWS: list[list[Any]] = [
    [1144860, "Strom AG", "In Betrieb", 1, 3.7, date(2025, 11, 7), "Schwarzer Weg", "0", "10115", "Berlin", 52.52979, 13.377059,
     "RFID-Karte;Kreditkarte (NFC)", "247", None, None, "AC Typ 2 Steckdose", 3.7, None, None, None, None],
    [2, "Strom AG", "Außer Betrieb", 2, 350, date(2022, 7, 25), "Gartenstr.", "87", "01067", "Dresden", 51.05, 13.74, None,
     "Keine Angabe", "Montag; Dienstag", "08:00-18:00; 09:00-12:00", "DC Fahrzeugkupplung Typ Combo 2 (CCS); DC CHAdeMO",
     "175; 50", "DE*ABC*E1", "AC Typ 2 Fahrzeugkupplung", 43, "DE*ABC*E2"]]


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def register(directory: Path, kind: str, ahead: int = 0) -> Path:
    path = directory / f"register.{kind}"
    above = [["Ladesäulenregister", *[None] * 21], *[[None] * 22] * (ahead - 1)] if ahead else []
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in (*above, HEADER, *ROWS):
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(";".join(f'"{as_text(value)}"' if ";" in as_text(value) else as_text(value) for value in row)
                         for row in (*above, HEADER, *ROWS))
        path.write_bytes(text.encode("cp1252" if kind == "txt" else "utf-8-sig"))
    return path


def test_the_register_as_it_was_until_2020(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes("""Ladesäulenkarte;;
Betreiber;Adresse;Postleitzahl Ort;Bundesland;Breitengrad;Längengrad;Inbetriebnahmedatum;Anschlussleistung;Anzahl Ladepunkte;\
Steckertypen1;P1 [kW];Public Key1
Strom AG;Schwarzer Weg 7a;01067 Dresden;Sachsen;51,05;13,74;01.05.2019;22;1;AC Steckdose Typ 2;22;
""".encode("cp1252"))
    [point], rejected, _ = split(path)
    assert (point.street, point.house_number, point.zip_code, point.city, point.power, rejected) == (
        "Schwarzer Weg", "7a", "01067", "Dresden", 22.0, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx", "txt"])
@pytest.mark.parametrize("ahead", [0, 10])
def test_germanys_register(tmp_path: Path, kind: str, ahead: int) -> None:
    points, rejected, notes = split(register(tmp_path, kind, ahead))
    assert rejected == []
    assert set(notes) <= {"not UTF-8, read as Windows-1252"}
    assert [(point.charge_point_id, point.charging_station_id, point.plug_types, point.power, point.status)
            for point in points] == [
        ("1144860*1", "1144860", ("TYPE_2",), 3.7, "UNKNOWN"),
        ("DE*ABC*E1", "2", ("CHADEMO", "CCS"), 175.0, "UNAVAILABLE"), ("DE*ABC*E2", "2", ("TYPE_2_ATCH",), 43.0, "UNAVAILABLE")]
    assert [(point.zip_code, point.city, point.street, point.house_number, point.opening_hours) for point in points[:2]] == [
        ("10115", "Berlin", "Schwarzer Weg", None, "24/7"),
        ("01067", "Dresden", "Gartenstr.", "87", "Mo 08:00-18:00; Tu 09:00-12:00")]
    assert points[0].authentication_types == ("card", "nfc_terminal")
    assert points[0].creation_date == datetime(2025, 11, 7, tzinfo=UTC)
    assert [(point.longitude, point.latitude) for point in points[:2]] == [(13.377059, 52.52979), (13.74, 51.05)]


def test_another_workbook_is_named_for_what_it_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(BadFile, match="Save the table as CSV"):
        list(read(tmp_path / "x.xlsx"))


@pytest.mark.parametrize(("state", "use", "expected"), [
    ("en_service", "libre", "FREE"), ("en_service", "occupe", "IN_USE"), ("en_service", "reserve", "RESERVED"),
    ("en_service", "inconnu", "UNKNOWN"), ("hors_service", "libre", "FAULTED"), ("inconnu", "inconnu", "UNKNOWN"),
    ("En service", "Occupé", "IN_USE")])
def test_irve_dynamic(tmp_path: Path, state: str, use: str, expected: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage\nFRA1E1,{state},{use},2022-10-18T12:35:49+0000\n"
                    ",en_service,libre,2022-10-18T12:35:49+0000\n", encoding="utf-8")
    reader = read(path)
    assert (reader.format, reader.origin) == ("IRVE dynamic", "irve")
    report, rejected = reader
    assert report == StatusReport("FRA1E1", Status(expected), datetime(2022, 10, 18, 12, 35, 49, tzinfo=UTC))
    assert isinstance(rejected, Reject)
    assert rejected.reason == "no identifier"


@pytest.mark.parametrize(("name", "points", "reports"), [
    ("oicp-opendata-swiss-static-30.json", 30, 0), ("oicp-opendata-swiss-status-30.json", 0, 30), ("ocm-poi-1.json", 1, 0),
    ("bnetza-ladesaeulenregister-berlin-40rows.csv", 65, 0), ("irve-dynamique-example.csv", 0, 2),
    ("ocpi-2.1.1-driveco-12loc.json", 48, 0), ("ocpi-ndw-page-content.json", 4, 0), ("ocpi-chargecloud-items-6loc.json", 12, 0)])
def test_the_real_files(name: str, points: int, reports: int) -> None:
    found = list(read(real(f"feeds/{name}")))
    assert (sum(not isinstance(one, StatusReport) for one in found), sum(isinstance(one, StatusReport) for one in found)) == (
        points, reports)
    assert not any(isinstance(one, Reject) for one in found)


def test_three_points_of_each_real_file() -> None:
    points, _, _ = split(real("feeds/oicp-opendata-swiss-static-30.json"))
    assert [(point.evseid, point.cpo, point.city, point.power, point.house_number)
            for point in (points[0], points[1], points[29])] == [
        ("CH*REPE020*01*1", "PLUG N ROLL", "Silvaplana", 22.0, "5"), ("CH*REPE020*01*2", "PLUG N ROLL", "Silvaplana", 22.0, "5"),
        ("+41*031*1869*2", "ENMOBILECHARGE", "Kippel", 22.0, None)]
    points, _, _ = split(real("feeds/bnetza-ladesaeulenregister-berlin-40rows.csv"))
    assert len({point.charging_station_id for point in points}) == 40
    assert [(point.charge_point_id, point.power, point.plug_types, point.zip_code)
            for point in (points[0], points[2], points[64])] == [
        ("1144860*1", 3.7, ("TYPE_2",), "10115"), ("1112348*1", 11.0, ("TYPE_2",), "10115"),
        ("1031975*1", 175.0, ("CHADEMO", "CCS"), "10115")]


def test_oicp_that_has_statuses_beside_the_points(tmp_path: Path) -> None:
    for word, expected in (("Available", "FREE"), ("Occupied", "IN_USE")):
        found = list(read(oicp(tmp_path, {"EVSEDataRecord": [EVSE | {"EVSEStatus": word}]})))
        assert [entry.status for entry in found if isinstance(entry, ChargePoint)] == ["UNKNOWN"]
        assert [(entry.ref, str(entry.status)) for entry in found if isinstance(entry, StatusReport)] == [("CH*ABC*E1", expected)]


def test_a_status_of_oicp_is_as_old_as_it_says(tmp_path: Path) -> None:
    path = tmp_path / "oicp.json"
    path.write_text(json.dumps({"EVSEStatuses": [{"EVSEStatusRecord": [
        {"EvseID": "CH*ABC*E1", "EVSEStatus": "Available", "lastUpdate": "2024-03-12T13:44:52Z"}]}]}), encoding="utf-8")
    [report] = list(read(path))
    assert isinstance(report, StatusReport)
    assert report.at == datetime(2024, 3, 12, 13, 44, 52, tzinfo=UTC)


@pytest.mark.parametrize("place", ["46.459309 9.795548", "46.459309, 9.795548", {"Google": "46.459309 9.795548"}])
def test_a_position_of_oicp_in_one_text(tmp_path: Path, place: Any) -> None:
    [point], _, _ = split(oicp(tmp_path, {"EVSEDataRecord": [EVSE | {"GeoCoordinates": place}]}))
    assert (point.longitude, point.latitude) == (9.795548, 46.459309)


@pytest.mark.parametrize("cover", [[["Ladesäulenregister"]], [[f"Spalte {n}" for n in range(15)], list(range(15))]])
def test_a_register_behind_another_sheet(tmp_path: Path, cover: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for row in cover:
        book.worksheets[0].append(row)
    sheet = book.create_sheet("Daten")
    for row in ([None, *HEADER], *([None, *row] for row in ROWS)):  # and a column that is empty before the others
        sheet.append(row)
    book.save(tmp_path / "register.xlsx")
    assert split(tmp_path / "register.xlsx")[0] == split(register(tmp_path, "csv"))[0]


def test_several_evse_ids_in_one_cell_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    row = [as_text(value) for value in ROWS[1]]
    row[HEADER.index("EVSE-ID1")] = "DE*ABC*E1, DE*ABC*E9"
    path.write_text("".join(";".join(f'"{value}"' for value in values) + "\n" for values in (HEADER, row)), encoding="utf-8")
    found, _, notes = split(path)
    assert [point.evseid for point in found] == [None, "DE*ABC*E2"]
    assert notes["EVSE ID can't be read, left out"] == 1


@pytest.mark.parametrize("record", [{"EVSEStatus": "Available"}, {"EvseID": {"id": "CH*ABC*E1"}, "EVSEStatus": "Available"},
                                    {name: value for name, value in EVSE.items() if name != "EvseID"}])
def test_records_of_oicp_without_an_id_are_told_wherever_they_stand(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "oicp.json"
    for inside in ([record], {"content": [record]}, [[record]]):
        path.write_text(json.dumps({"EVSEStatuses": inside, "x": [{"EvseID": "CH*ABC*E2", "EVSEStatus": "Occupied"}]}))
        assert [entry.reason for entry in read(path) if isinstance(entry, Reject)] == ["no identifier"]
