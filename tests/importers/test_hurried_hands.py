"""Files as hurried hands and other programs make them: marks that nobody closes, headers further down, answers that are none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from tests.importers import datex
from tests.importers.envelopes import TWO, file, zipped
from tests.importers.files import IRVE, LOCATION, split
from wirelane_geo.cli import main
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, Reject, read
from wirelane_geo.model import ChargePoint, StatusReport

HEADER = ",".join(IRVE)


def row(id: str, **changes: str) -> str:
    return ",".join(f'"{value or ""}"' for value in (IRVE | {"id_pdc_itinerance": id} | changes).values())


def table(*rows: str) -> str:
    return "".join(line + "\n" for line in rows)


def ids(path: Path) -> list[str]:
    return [point.charge_point_id for point in split(path)[0]]


@pytest.mark.parametrize("broken", ['x,"nobody closes it,y', '"', row("FRXE9").rstrip('"') + ',"', 'x,"' + "y" * 140_000])
def test_a_mark_that_nobody_closes_costs_its_own_line(tmp_path: Path, broken: str) -> None:
    content = table(HEADER, row("FR1E1"), broken, *(row(f"FR2E{number}") for number in range(300)))
    points, rejected, _ = split(file(tmp_path, content, "x.csv"))
    assert len(points) == 301
    assert [(reject.row, reject.reason) for reject in rejected] == [(3, "another number of values than the header")]


def test_two_marks_in_two_rows_are_no_text_between_them(tmp_path: Path) -> None:
    odd = [row(f"FR1E{number}").replace('"True"', '"True', 1) for number in (1, 2)]
    found = list(read(file(tmp_path, table(HEADER, *odd, row("FR1E3")), "x.csv")))
    assert [(entry.row, entry.reason) for entry in found if isinstance(entry, Reject)] == [
        (number, "another number of values than the header") for number in (2, 3)]
    assert ids(tmp_path / "x.csv") == ["FR1E3"]


def test_a_text_of_several_lines_is_one_value(tmp_path: Path) -> None:
    content = table(HEADER, row("FR1E1", nom_station="Paris,\nHalle\n3"), row("FR1E2"))
    assert ids(file(tmp_path, content, "x.csv")) == ["FR1E1", "FR1E2"]


@pytest.mark.parametrize("above", ["\n\n", "Export of today\n", "# Export, of, today\n", "\ufeff\nsep=,\n"])
def test_the_header_is_where_its_columns_are(tmp_path: Path, above: str) -> None:
    assert ids(file(tmp_path, above + table(HEADER, row("FR1E1")), "x.csv")) == ["FR1E1"]


REGISTER = ("Betreiber", "Straße", "Hausnummer", "Postleitzahl", "Ort", "Breitengrad", "Längengrad", "Anschlussleistung",
            "Anzahl Ladepunkte", "Steckertypen1", "P1 [kW]", "Steckertypen2", "P2 [kW]")
STATION = ("Werke", "Weg", "1", "01067", "Dresden", "51,05123.", "13,73456.", "44", "1", "AC Steckdose Typ 2", "22",
           "DC Kupplung Combo", "50")


@pytest.mark.parametrize("above", [0, 1, 60])
def test_a_register_by_its_columns_and_with_dots_behind_its_positions(tmp_path: Path, above: int) -> None:
    nowhere = (*STATION[:5], "x", "y", *STATION[7:])
    content = table(*["Hinweise;;"] * above, *map(";".join, (REGISTER, STATION, nowhere)))
    [point], rejected, notes = split(file(tmp_path, content, "x.csv"))
    assert (point.latitude, point.longitude, point.power) == (51.05123, 13.73456, 22.0)
    assert [reject.reason for reject in rejected] == ["coordinates can't be read"]
    assert notes["plugs of more points than there are said to be, left out"] == 2


def test_a_register_without_its_header_is_not_an_empty_one(tmp_path: Path) -> None:
    content = table("Breitengrad, Betreiber und Steckertypen stehen unten", *["Hinweise;;;"] * 150, ";".join(REGISTER))
    with pytest.raises(BadFile, match="no row with the names of the columns"):
        list(read(file(tmp_path, content, "x.csv")))


def test_a_table_on_a_later_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Hinweise", "zum Register"])
    sheet = book.create_sheet("Daten")
    sheet.append(REGISTER)
    sheet.append(STATION)
    book.save(tmp_path / "x.xlsx")
    assert len(ids(tmp_path / "x.xlsx")) == 1


@pytest.mark.parametrize(("content", "words"), [
    ('{"StatusCode": {"Code": "210", "Description": "No subscription"}, "EvseStatuses": null}', "210, No subscription"),
    ('{"error": "invalid_client", "error_description": "Unknown key."}', "Unknown key"),
    ('{"message": "Forbidden"}', "Forbidden"),
    ('{"error": {"code": 403, "message": "Not for you"}}', "Not for you"),
    ('{"errors": [{"status": "404", "title": "None here"}]}', "None here"),
    ('<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>a</faultcode><faultstring>No offer</faultstring></s:Fault></s:Body>'
     "</s:Envelope>", "No offer"),
    ('<e:Envelope xmlns:e="x"><e:Fault><e:Reason><e:Text xml:lang="en">Broken</e:Text></e:Reason></e:Fault></e:Envelope>',
     "Broken")])
def test_what_an_answer_without_data_says_is_told(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(BadFile, match=f"went wrong: {words}\\.$"):
        list(read(file(tmp_path, content)))


@pytest.mark.parametrize(("content", "words"), [
    ("chargeDeviceID,reference,name,latitude,longitude\nx,y,z,51.5,-0.1\n", "United Kingdom"),
    ('{"Scheme": {}, "ChargeDevice": [{"ChargeDeviceId": "x"}]}', "United Kingdom"),
    ("<ChargeDevices><ChargeDevice/></ChargeDevices>", "United Kingdom"),
    ('[{"stationId": "x", "points": [{"evseId": "AT*ABC*E1", "energyInKw": 22}]}]', "E-Control"),
    ('{"last_updated": 1, "ttl": 0, "version": "2.3", "data": {"stations": [{"lat": 1}]}}', "GBFS"),
    ('{"type": "FeatureCollection", "features": [{"properties": {"amenity": "charging_station"}}]}', "OpenStreetMap"),
    ('{"data": [{"party_id": "ABC", "country_code": "DE", "role": "CPO", "status": "CONNECTED"}]}', "parties"),
    ('<v:eRoamingEvseData xmlns:v="x"><v:EvseDataRecord/></v:eRoamingEvseData>', "OICP in XML"),
    ('{"payload": {"aprkParkingTablePublication": {"publicationTime": "2026-01-01T00:00:00Z"}}}', "of another kind")])
def test_what_is_not_read_is_named(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        list(read(file(tmp_path, content)))


@pytest.mark.parametrize("content", [
    '{"messageContainer": {"payload": []}}', '{"messageContainer": {"exchangeInformation": {"x": 1}}}',
    '{"exchangeInformation": {"x": 1}, "payload": []}'])
def test_an_exchange_without_a_publication_has_nothing_in_it(tmp_path: Path, content: str) -> None:
    reader = read(file(tmp_path, content))
    assert (reader.format.startswith("DATEX II"), list(reader)) == (True, [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xml_that_says_which_two_bytes_a_letter_it_has(tmp_path: Path, encoding: str) -> None:
    content = datex.XML.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode(encoding)
    assert ids(file(tmp_path, content, "x.xml")) == ["DE*ABC*E1*2"]


def report(path: Path) -> StatusReport:
    [found] = [entry for entry in read(path) if isinstance(entry, StatusReport)]
    return found


@pytest.mark.parametrize("part", ["point", "station", "site"])
@pytest.mark.parametrize(("said", "free", "charging"), [
    ({"operationStatus": {"value": "notInOperation"}}, "UNAVAILABLE", "IN_USE"),
    ({"operationStatus": {"value": "technicalDefect"}}, "FAULTED", "IN_USE"),
    ({"openingStatus": {"value": "closedOnMaintenance"}}, "UNAVAILABLE", "IN_USE"),
    ({"openingStatus": {"value": "open"}, "operationStatus": {"value": "inOperation"}}, "FREE", "IN_USE"),
    ({"openingStatus": {"value": "statusUnknown"}}, "FREE", "IN_USE")])
def test_nothing_is_free_where_it_is_said_to_be_shut(tmp_path: Path, part: str, said: dict[str, Any], free: str,
                                                     charging: str) -> None:
    for word, expected in (("available", free), ("charging", charging)):
        content = datex.status(datex.point_status("DE*ABC*E1*2", word))
        [publication] = content["messageContainer"]["payload"][0].values()
        [site] = publication["energyInfrastructureSiteStatus"]
        station = site["energyInfrastructureStationStatus"][0]
        {"site": site, "station": station, "point": station["refillPointStatus"][0]["aegiRefillPointStatus"]}[part].update(said)
        table, told = datex.file(tmp_path, datex.table(datex.SITE)), tmp_path / "told.json"
        told.write_text(json.dumps(content), encoding="utf-8")
        assert datex.shown(tmp_path, table, told) == {"DE*ABC*E1*2": expected}


@pytest.mark.parametrize(("state", "use", "plugs", "expected"), [
    ("en_maintenance", "libre", ",", "UNKNOWN"), ("inconnu", "libre", ",", "UNKNOWN"), ("inconnu", "occupe", ",", "IN_USE"),
    ("", "libre", ",", "FREE"), ("en_service", "libre", "hors_service,hors_service", "FAULTED"),
    ("en_service", "libre", "hors_service,fonctionnel", "FREE"), ("en_service", "libre", "hors_service,inconnu", "FREE"),
    ("en_service", "libre", ",hors_service", "FAULTED")])
def test_nothing_is_free_that_is_not_said_to_work(tmp_path: Path, state: str, use: str, plugs: str, expected: str) -> None:
    content = table("id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage,etat_prise_type_2,etat_prise_type_combo_ccs",
                    f"FR1E1,{state},{use},2026-01-01T00:00:00Z,{plugs}")
    assert report(file(tmp_path, content, "x.csv")).status == expected


EVSE = {"EvseID": "CH*ABC*E1", "GeoCoordinates": {"Google": "47.37 8.54"}, "Plugs": "Type 2 Outlet", "IsOpen24Hours": False,
        "ChargingFacilities": {"power": 22, "powertype": "AC_3_PHASE"}, "AuthenticationModes": "REMOTE",
        "OpeningTimes": {"on": "Workdays", "Period": {"begin": "08:00", "end": "18:00"}}}


def test_one_where_oicp_has_a_list(tmp_path: Path) -> None:
    content = {"EVSEData": {"OperatorID": "CH*ABC", "EVSEDataRecord": EVSE}}
    [point], rejected, notes = split(file(tmp_path, json.dumps(content)))
    assert (point.plug_types, point.power, point.authentication_types) == (("TYPE_2",), 22.0, ("remote",))
    assert (point.opening_hours, rejected, sum(notes.values())) == ("Mo-Fr 08:00-18:00", [], 0)


def test_hours_of_oicp_in_words(tmp_path: Path) -> None:
    content = [EVSE | {"OpeningTimes": "Mo-Fr 08:00-18:00"}, EVSE | {"EvseID": "CH*ABC*E2", "OpeningTimes": "when it is light"}]
    points, _, notes = split(file(tmp_path, json.dumps(content)))
    assert [(point.opening_hours, point.availability is None) for point in points] == [
        ("Mo-Fr 08:00-18:00", False), ("when it is light", True)]
    assert notes["opening hours not understood, kept as text"] == 1


def test_open_charge_map_counts_in_text_and_as_geojson(tmp_path: Path) -> None:
    place = {"ID": 1, "AddressInfo": {"Latitude": 52.5, "Longitude": 13.4},
             "Connections": [{"ID": 9, "ConnectionTypeID": 25, "PowerKW": 22, "Quantity": "2"}]}
    collection = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"poi": place}}]}
    for content in ([place], collection):
        assert ids(file(tmp_path, json.dumps(content))) == ["1*9*1", "1*9*2"]


def test_what_is_something_else_in_an_archive_is_noted(tmp_path: Path) -> None:
    tariffs = {"data": [{"id": "1", "elements": [{"price_components": []}]}], "status_code": 1000}
    packed = zipped(a__locations=json.dumps(TWO).encode(), tariffs=json.dumps(tariffs).encode(), manual=b"%PDF-1.7 x")
    path = file(tmp_path, packed, "x.zip")
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path / "data")}).invoke(main, ["import", "--json", str(path)])
    files = json.loads(done.stdout)["files"]
    assert (done.exit_code, sorted(one["points"] for one in files)) == (0, [0, 0, 2])
    assert [one["notes"] for one in files if not one["points"]] == [{"no file of charge points, left out": 1}] * 2


def swapped(lat: Any, lon: Any) -> list[tuple[str, Any]]:
    """Places of Berlin in each format."""
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": lat, "longitude": lon}}}
    return [
        ("x.json", datex.table(datex.SITE | {"energyInfrastructureStation": [datex.STATION | {"locationReference": place}]})),
        ("x.json", [EVSE | {"EvseID": "DE*ABC*E1", "GeoCoordinates": {"Google": f"{lat} {lon}"}}]),
        ("x.json", [{"ID": 1, "AddressInfo": {"Latitude": lat, "Longitude": lon, "Country": {"ISOCode": "DE"}},
                     "Connections": []}]),
        ("x.csv", table(";".join(REGISTER), ";".join((*STATION[:5], str(lat), str(lon), *STATION[7:]))))]


@pytest.mark.parametrize("format", range(4))
def test_swapped_positions_are_put_right_in_every_format(tmp_path: Path, format: int) -> None:
    for lat, lon, noted in ((52.52, 13.405, 0), (13.405, 52.52, 1)):
        name, content = swapped(lat, lon)[format]
        [point], _, notes = split(file(tmp_path, content if isinstance(content, str) else json.dumps(content), name))
        assert (point.longitude, point.latitude) == (13.405, 52.52)
        assert notes["latitude and longitude swapped, put right"] == noted


@pytest.mark.parametrize("content", [
    datex.XML.replace(' encoding="UTF-8"', "").encode("cp1252"), datex.XML.encode("cp1252"),
    datex.XML.replace("UTF-8", "ISO-8859-1").encode("latin-1"), b" \r\n" + datex.XML.encode(),
    b"\xef\xbb\xbf\n" + datex.XML.encode()])
def test_xml_as_it_is_written(tmp_path: Path, content: bytes) -> None:
    points, rejected, notes = split(file(tmp_path, content, "x.xml"))
    assert ([point.street for point in points], rejected) == (["Siemensstraße"], [])
    assert notes["not UTF-8, read as Windows-1252"] == (b"ISO" not in content and b"\xdf" in content)


@pytest.mark.parametrize("at", [-3, -60, -500])
def test_xml_that_ends_too_early_is_cut_off(tmp_path: Path, at: int) -> None:
    with pytest.raises(BadFile, match="it is cut off"):
        list(read(file(tmp_path, datex.XML.rstrip()[:at], "x.xml")))


@pytest.mark.parametrize(("hours", "known", "noted"), [
    ([{"afacOpenAllHours": {}}], "24/7", 0), ({"afacOpenAllHours": {}}, "24/7", 0), ({"afacOnRequest": {}}, None, 1),
    ({"idG": "h", "label": {"values": []}}, None, 0)])
def test_hours_of_datex_in_a_list_and_of_a_kind_that_is_not_known(tmp_path: Path, hours: Any, known: str | None,
                                                                  noted: int) -> None:
    content = datex.table(datex.SITE | {"energyInfrastructureStation": [datex.STATION | {"operatingHours": hours}]})
    [point], _, notes = split(datex.file(tmp_path, content))
    assert (point.opening_hours, notes["opening hours can't be read, left out"]) == (known, noted)


@pytest.mark.parametrize("time", ["18:00Z", "18:00:00Z", "18:00:00.000z", "18:00"])
def test_a_z_behind_a_time_of_the_week_is_noted(tmp_path: Path, time: str) -> None:
    hours = {"twentyfourseven": False, "regular_hours": [{"weekday": 5, "period_begin": "08:00", "period_end": time}]}
    [point], _, notes = split(file(tmp_path, json.dumps([LOCATION | {"opening_times": hours}])))
    assert (point.opening_hours, sum(notes.values())) == ("Fr 08:00-18:00", int(time != "18:00"))


MEASURE = """
import sys
from pathlib import Path
from wirelane_geo.importers import read
def most(path):  # kB; what getrusage says is the parent's at the fork
    list(read(path))
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])
before = most(sys.argv[1])
print(most(sys.argv[2]) - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel doesn't tell here how much memory was used")
def test_what_is_beside_the_sites_in_xml_takes_no_memory(tmp_path: Path) -> None:
    small, large = (file(tmp_path, f'<a xmlns="http://datex2.eu/x">{"<b>1</b>" * count}</a>', f"{count}.xml")
                    for count in (1_000, 250_000))
    done = subprocess.run([sys.executable, "-c", MEASURE, small, large], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 35_000  # where it is kept it is twice as much


def test_points_of_one_site_with_one_evse_id_are_told_apart(tmp_path: Path) -> None:
    same = [{"identifier": "DE*ABC*E5", "typeOfIdentifier": {"value": "extendedG", "extendedValueG": "evseId"}}]
    points = [{"aegiElectricChargingPoint": datex.POINT | {"idG": id, "externalIdentifier": same}} for id in ("a", "b", "b")]
    content = datex.table(datex.SITE | {"energyInfrastructureStation": [datex.STATION | {"refillPoint": points}]})
    found, rejected, _ = split(datex.file(tmp_path, content))
    assert [(point.charge_point_id, point.evseid) for point in found] == [("a", "DE*ABC*E5"), ("b", "DE*ABC*E5")]
    assert found[0].id != found[1].id
    assert [(reject.row, reject.reason) for reject in rejected] == [(3, "the same id as an earlier row")]


def test_stations_without_ids_at_one_address_are_as_many_as_there_are(tmp_path: Path) -> None:
    other = (*STATION[:9], "DC Kupplung Combo", "150", "", "")
    content = table(";".join(REGISTER), *map(";".join, (STATION, STATION, other, STATION)))
    points, rejected, _ = split(file(tmp_path, content, "x.csv"))
    assert ([point.power for point in points], rejected) == ([22.0, 22.0, 150.0, 22.0], [])
    assert len({point.id for point in points}) == len({point.charging_station_id for point in points}) == 4
    again, _, _ = split(file(tmp_path, content, "again.csv"))
    assert [point.id for point in again] == [point.id for point in points]


def test_ocpi_in_features_of_geojson(tmp_path: Path) -> None:
    place = {name: value for name, value in LOCATION.items() if name not in ("coordinates", "id")}
    inside = {"".join(part.title() if number else part for number, part in enumerate(name.split("_"))): value
              for name, value in place.items()} | {"lastUpdated": None}
    geometry = {"type": "Point", "coordinates": [5.870263, 51.98424]}
    features = [{"type": "Feature", "id": "L9", "geometry": geometry, "properties": inside},
                {"type": "Feature", "id": "L8", "geometry": None, "properties": inside | {"evses": []}}]
    reader = read(file(tmp_path, json.dumps({"type": "FeatureCollection", "features": features})))
    point, note = reader
    assert reader.format.startswith("OCPI")
    assert isinstance(point, ChargePoint)
    assert (point.evseid, point.charging_station_id, point.longitude, point.latitude, point.status, point.power) == (
        "NL*ABC*E7", "L9", 5.870263, 51.98424, "FREE", 22.0)
    assert isinstance(note, Note)
    assert note.id == "L8"


def test_irve_as_esri_writes_it(tmp_path: Path) -> None:
    inside = {name: value for name, value in IRVE.items() if name != "coordonneesXY"}
    content = {"features": [{"attributes": inside, "geometry": {"x": 2.3735, "y": 48.9003}}], "spatialReference": {"wkid": 4326}}
    [point], rejected, _ = split(file(tmp_path, json.dumps(content)))
    assert (point.evseid, point.longitude, point.latitude, rejected) == ("FRV75E1", 2.3735, 48.9003, [])


def test_every_status_of_a_file_is_accounted_for(tmp_path: Path) -> None:
    def imported(name: str, content: str) -> dict[str, Any]:
        path = file(tmp_path, content, name)
        done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path / "data")}).invoke(main, ["import", "--json", str(path)])
        [found] = json.loads(done.stdout)["files"]
        assert done.exit_code == 0
        return {name: found[name] for name in ("statuses", "changed", "older_statuses", "notes")}

    header = "id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage"
    again = "another status of the same point, of which the newest counts"
    imported("points.csv", table(HEADER, row("FRABCE1")))
    assert imported("new.csv", table(header, *(f"FRABCE1,en_service,{use},2026-01-0{day}T10:00:00Z" for use, day in (
        ("libre", 1), ("occupe", 3), ("libre", 2))))) == {
            "statuses": 1, "changed": 1, "older_statuses": 0, "notes": {again: 2}}
    assert imported("old.csv", table(header, "FRABCE1,en_service,libre,2026-01-02T10:00:00Z")) == {
        "statuses": 1, "changed": 0, "older_statuses": 1, "notes": {}}
    done = CliRunner(env={"WIRELANE_GEO_DATA": str(tmp_path / "data")}).invoke(main, ["import", str(tmp_path / "old.csv")])
    assert "1 are older than what is known" in done.stdout


@pytest.mark.parametrize("id", ['="FR1E1"', "'FR1E1", " FR1E1 "])
def test_an_id_that_a_spreadsheet_was_to_take_for_a_text(tmp_path: Path, id: str) -> None:
    plain = split(file(tmp_path, table(HEADER, row("FR1E1")), "plain.csv"))[0]
    quoted = row("FR1E1").replace('"FR1E1"', id)
    assert split(file(tmp_path, table(HEADER, quoted), "x.csv"))[0] == plain
    dynamic = table("id_pdc_itinerance,etat_pdc,occupation_pdc", f"{id},en_service,libre")
    assert [entry.ref for entry in read(file(tmp_path, dynamic, "d.csv")) if isinstance(entry, StatusReport)] == ["FR1E1"]
