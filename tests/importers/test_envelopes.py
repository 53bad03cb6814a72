"""Records are found whatever they are wrapped, encoded or packed in."""

import codecs
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.importers.envelopes import ROWS, TWO, features, file, labels, lines, zipped
from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, Reject, members, read
from wirelane_geo.model import ChargePoint

WRAPPINGS: list[Callable[[list[Any]], str]] = [
    json.dumps, lambda found: json.dumps(found, indent=1), lines, lambda found: "\n\n" + lines(found) + "\n",
    lambda found: json.dumps({"data": found, "status_code": 1000}), lambda found: json.dumps({"items": found, "total_count": 2}),
    lambda found: json.dumps({"content": found, "totalPages": 1}, indent=2), lambda found: json.dumps({"results": found}),
    lambda found: json.dumps({"Data": found}), lambda found: json.dumps({"data": {"items": found}}),
    lambda found: json.dumps([{"data": found[:1]}, {"data": found[1:]}]),
    lambda found: lines([{"items": [one]} for one in found]),
    lambda found: "\n".join(json.dumps(one, indent=1) for one in found), lambda found: "\ufeff" + json.dumps(found),
]


@pytest.mark.parametrize("wrap", WRAPPINGS)
def test_records_are_found_in_every_wrapping(tmp_path: Path, wrap: Callable[[list[Any]], str]) -> None:
    assert labels(file(tmp_path, wrap(TWO))) == ["7", "8"]
    assert labels(file(tmp_path, wrap(ROWS))) == ["FRV75E1", "FRV75E2"]


@pytest.mark.parametrize("wrap", [
    lambda found: json.dumps({"type": "FeatureCollection", "features": features(found)}),
    lambda found: json.dumps({"type": "FeatureCollection", "features": features(found)}, indent=1),
    lambda found: lines(features(found)), lambda found: json.dumps(features(found))])
def test_irve_in_geojson(tmp_path: Path, wrap: Callable[[list[Any]], str]) -> None:
    bare = [{name: value for name, value in row.items() if name != "coordonneesXY"} for row in ROWS]
    for rows in (ROWS, bare, [row | {"coordonneesXY": None} for row in ROWS]):
        path = file(tmp_path, wrap(rows))
        assert labels(path) == ["FRV75E1", "FRV75E2"]
        assert read(path).format == "IRVE, GeoJSON"
        assert split(path)[0][0].longitude == 2.3735


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_encodings(tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    rows = [row | {"nom_operateur": "Électricité"} for row in ROWS] * 400
    for text in (json.dumps(rows, ensure_ascii=False), "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)):
        points, _, notes = split(file(tmp_path, pack(mark + text.encode(encoding))))
        assert {point.cpo for point in points} == {"Électricité"}
        assert not notes


CSV = "id_pdc_itinerance;coordonneesXY;nom_operateur;département\r\nFRV75E1;[2.4, 48.9];Électricité;Ain\r\n"


@pytest.mark.parametrize(("content", "noted"), [
    (CSV.encode(), 0), (CSV.encode("utf-8-sig"), 0), (CSV.encode("cp1252"), 2), (CSV.encode("latin-1"), 2),
    (CSV.encode("utf-16"), 0), (b"sep=;\r\n" + CSV.encode("cp1252"), 2), (b"\xef\xbb\xbfsep=;\n" + CSV.encode(), 0),
    (CSV.replace(";", "\t").encode(), 0), (CSV.replace(";", "|").encode(), 0),
    (CSV.replace("id_pdc_itinerance", " Id_PDC_Itinerance ").replace("XY", "xy").encode(), 0)])
def test_tables(tmp_path: Path, content: bytes, noted: int) -> None:
    points, rejected, notes = split(file(tmp_path, content, "x.csv"))
    assert [(point.evseid, point.cpo) for point in points] == [("FRV75E1", "Électricité")]
    assert rejected == []
    assert notes["not UTF-8, read as Windows-1252"] == noted


def test_json_in_windows_1252_is_read_and_noted(tmp_path: Path) -> None:
    text = json.dumps(TWO, ensure_ascii=False).replace("Stroom", "Électricité")
    points, _, notes = split(file(tmp_path, text.encode("cp1252")))
    assert {point.cpo for point in points} == {"Électricité"}
    assert notes == {"not UTF-8, read as Windows-1252": 1}


def test_what_a_text_ends_with_is_no_other_column(tmp_path: Path) -> None:
    points, rejected, _ = split(file(tmp_path, CSV.replace("Ain", "Ain;;").encode(), "x.csv"))
    assert ([point.evseid for point in points], rejected) == (["FRV75E1"], [])


def test_a_zip_archive_is_its_files(tmp_path: Path) -> None:
    path = file(tmp_path, zipped(a=lines(ROWS).encode()), "x.bin")
    assert labels(path) == ["FRV75E1", "FRV75E2"]
    path = file(tmp_path, zipped(data__a=lines(ROWS[:1]).encode(), data__b=lines(ROWS[1:]).encode(), data__=b"",
                                 **{"data__.DS_Store": b"x"}))
    found = members(path)
    assert found == ["data/a", "data/b"]
    assert [point.charge_point_id for name in found for point in read(path, name) if isinstance(point, ChargePoint)] == [
        "FRV75E1", "FRV75E2"]
    assert members(file(tmp_path, lines(ROWS), "y")) == []
    beside = file(tmp_path, zipped(**{"..__a": lines(ROWS).encode()}), "z.zip")  # as `zip z.zip ../a` names it
    assert labels(beside) == ["FRV75E1", "FRV75E2"]
    assert members(beside) == ["../a"]


@pytest.mark.parametrize(("content", "words"), [
    (zipped(), "without a file"), (zipped(a=lines(ROWS).encode() * 50)[:-60], "damaged"), (b"PK\x03\x04nonsense", "damaged"),
    (zipped(**{"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x/>"}), "Save the table as CSV"),
    (zipped(a=b""), "is empty")], ids=range(5))
def test_archives_that_cannot_be_read_say_why(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        list(read(file(tmp_path, content, "x.zip")))


def camel(value: Any) -> Any:
    if isinstance(value, list):
        return [camel(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    parts = {name: name.split("_") for name in value}
    return {first + "".join(map(str.capitalize, rest)): camel(value[name]) for name, (first, *rest) in parts.items()}


@pytest.mark.parametrize("spell", [camel, lambda value: json.loads(json.dumps(value).replace("evse_id", "EVSE-ID"))])
def test_names_in_another_spelling(tmp_path: Path, spell: Callable[[Any], Any]) -> None:
    hours = {"twentyfourseven": False, "regular_hours": [{"weekday": 1, "period_begin": "08:00", "period_end": "18:00"}]}
    given = LOCATION | {"opening_times": hours}
    expected, _, _ = split(file(tmp_path, json.dumps([given])))
    found, rejected, notes = split(file(tmp_path, json.dumps([spell(given)])))
    assert (found, rejected, dict(notes)) == (expected, [], {})


@pytest.mark.parametrize(("evse", "connector"), [
    ({"status": "CHARGING "}, {"format": "socket"}), ({"status": "charging"}, {"power_type": "ac_3_phase"}),
    ({"status": "Charging"}, {"standard": "iec 62196 t2", "format": None}), ({"status": "CHARGING"}, {"format": " Socket"})])
def test_words_in_another_case(tmp_path: Path, evse: dict[str, Any], connector: dict[str, Any]) -> None:
    given = LOCATION | {"evses": [EVSE | evse | {"connectors": [CONNECTOR | connector]}]}
    [point], _, notes = split(file(tmp_path, json.dumps([given])))
    assert (point.status, point.plug_types, point.charging_type, point.power) == ("IN_USE", ("TYPE_2",), "AC", 22.0)
    assert not notes


def test_typed_values_are_read_like_text(tmp_path: Path) -> None:
    typed = IRVE | {"telephone_operateur": 33176310684, "date_maj": 1743120000000, "nom_operateur": 123, "id_pdc_local": 7,
                    "puissance_nominale": 22.08, "prise_type_2": 1.0, "prise_type_ef": True, "coordonneesXY": [2.3735, 48.9003],
                    "horaires": 24, "consolidated_code_postal": 6000, "adresse_station": "Rue Haute"}
    [point], rejected, notes = split(file(tmp_path, lines([typed])))
    assert rejected == []
    assert (point.service_hotline, point.cpo, point.display_id, point.power) == ("33176310684", "123", "7", 22.08)
    assert (point.plug_types, point.zip_code, point.opening_hours) == (("TYPE_2", "SCHUKO"), "06000", "24")
    assert point.update_date is not None
    assert f"{point.update_date:%Y-%m-%d}" == "2025-03-28"
    assert notes == {"opening hours not understood, kept as text": 1}


def test_every_entry_is_a_point_or_rejected_or_noted(tmp_path: Path) -> None:
    new = {"id": "E", "charging_stations": [{"evses": [EVSE]}]}
    given = [LOCATION, LOCATION | {"id": "B", "evses": []}, LOCATION | {"id": "C", "evses": None}, {"data": TWO}, new, 3]
    found = list(read(file(tmp_path, json.dumps(given))))
    assert [type(one) for one in found] == [ChargePoint, Note, Note, Note, Note, Reject]
    notes = [one for one in found if isinstance(one, Note)]
    assert [(noted.id, noted.row) for noted in notes] == [("B", None), ("C", None), (None, 4), ("E", None)]
    assert ["EVSEs" in noted.reason or "page" in noted.reason or "3.0" in noted.reason for noted in notes] == [True] * 4


def test_the_next_ocpi_is_read_as_far_as_it_is_the_same(tmp_path: Path) -> None:
    place = {name: value for name, value in LOCATION.items() if name != "evses"}
    path = file(tmp_path, json.dumps([place | {"charging_stations": [{"id": "S", "evses": [EVSE]}, {"id": "T"}, 3]}]))
    assert read(path).format == "OCPI 3.0"
    assert labels(path) == ["7"]


@pytest.mark.parametrize("given", [
    {"data": {"locations": {"edges": [{"node": one, "cursor": "x"} for one in TWO]}}},
    {"data": {"locations": {"nodes": TWO}}},
    {"data": [{"type": "location", "id": one["id"], "attributes": {name: inner for name, inner in one.items() if name != "id"}}
              for one in TWO]},
    [{name: inner for name, inner in one.items() if name != "coordinates"} | one["coordinates"] for one in TWO]])
def test_what_graphql_and_json_api_put_around_a_location(tmp_path: Path, given: Any) -> None:
    plain = split(file(tmp_path, json.dumps(TWO)))[0]
    assert split(file(tmp_path, json.dumps(given))) == (plain, [], {})


def test_a_list_under_a_name_of_its_own_beside_a_code_is_not_nothing(tmp_path: Path) -> None:
    """As a hub answers in OICP: its code beside the data isn't OCPI's around an empty list."""
    record = {"EvseID": "CH*ABC*E1", "GeoCoordinates": {"Google": "46.948 7.447"}, "Plugs": ["Type 2 Outlet"]}
    given = {"EvseData": {"OperatorEvseData": [{"OperatorID": "CH*ABC", "EvseDataRecord": [record]}]},
             "StatusCode": {"Code": "000", "Description": None}}
    [point], _, _ = split(file(tmp_path, json.dumps(given)))
    assert point.evseid == "CH*ABC*E1"
    for nothing in ({"data": [], "status_code": 1000, "links": {"next": None}}, {"status_code": 1000, "data": [], "errors": []}):
        assert split(file(tmp_path, json.dumps(nothing))) == ([], [], {})


def test_json_within_a_text_is_not_nothing(tmp_path: Path) -> None:
    """As functions in a cloud answer that wrap twice what they send."""
    path = file(tmp_path, json.dumps({"statusCode": 200, "body": json.dumps({"data": TWO})}))
    assert [reject.reason for reject in split(path)[1]] == ["a value of the wrong kind"]
    sites = [{"idG": "P" * number} for number in range(20)]
    table = json.dumps({"energyInfrastructureTable": [{"energyInfrastructureSite": sites}]})
    path = file(tmp_path, json.dumps({"aegiEnergyInfrastructureTablePublication": table}))
    assert split(path)[2] == {"JSON or XML within a text, not read": 1}
