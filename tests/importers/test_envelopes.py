"""The same records in every wrapping that feeds have: lists, pages, lines, archives, encodings, spellings of names."""

import bz2
import codecs
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Noted, Rejected, members, read
from wirelane_geo.model import ChargePoint

TWO = [LOCATION, LOCATION | {"id": "L8", "evses": [EVSE | {"uid": "8", "evse_id": "NL*ABC*E8"}]}]
ROWS = [IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2"}]


def file(directory: Path, content: bytes | str, name: str = "x.json") -> Path:
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def labels(path: Path) -> list[str]:
    points, rejected, _ = split(path)
    assert rejected == []
    return [point.charge_point_id for point in points]


def lines(records: list[Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def features(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    point = {"type": "Point", "coordinates": [2.3735, 48.9003]}
    return [{"type": "Feature", "geometry": point, "properties": row} for row in rows]


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


def zipped(**contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


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
    assert [type(one) for one in found] == [ChargePoint, Noted, Noted, Noted, Noted, Rejected]
    notes = [one for one in found if isinstance(one, Noted)]
    assert [(noted.id, noted.row) for noted in notes] == [("B", None), ("C", None), (None, 4), ("E", None)]
    assert ["EVSEs" in noted.reason or "page" in noted.reason or "3.0" in noted.reason for noted in notes] == [True] * 4


def test_the_next_ocpi_is_read_as_far_as_it_is_the_same(tmp_path: Path) -> None:
    place = {name: value for name, value in LOCATION.items() if name != "evses"}
    path = file(tmp_path, json.dumps([place | {"charging_stations": [{"id": "S", "evses": [EVSE]}, {"id": "T"}, 3]}]))
    assert read(path).format == "OCPI 3.0"
    assert labels(path) == ["7"]


@pytest.mark.parametrize("content", ["[]", '{"data": []}', '{"data": [], "status_code": 1000}', ' {"items":[], "total": 0}',
                                     '{"content": [], "totalPages": 0}', '{"data": [], "status_code": 1000}\n',
                                     "id_pdc_itinerance,coordonneesXY\n"])
def test_an_empty_page_has_nothing_in_it(tmp_path: Path, content: str) -> None:
    assert list(read(file(tmp_path, content))) == []


@pytest.mark.parametrize(("content", "words"), [
    ('{"status_code": 2001, "status_message": "Invalid token"}', "2001, Invalid token"),
    ('{"data": [], "status_code": 3000, "status_message": "Busy"}', "3000, Busy"),
    ('{"data": null, "status_code": 2000}', "2000")])
def test_an_error_answer_is_told(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        list(read(file(tmp_path, content)))


def test_a_number_that_is_none_costs_the_field(tmp_path: Path) -> None:
    text = json.dumps(TWO).replace("22000", "NaN").replace('"physical_reference": "B2"', '"physical_reference": "\\ud800"')
    points, rejected, _ = split(file(tmp_path, text))
    assert ([point.power for point in points], rejected) == ([22.0, 22.0], [])


OTHERS = {
    "DATEX II": '{"payload": {"situationPublication": {"situation": []}}, "modelBaseVersionG": "3", "x": "http://datex2.eu/"}',
    "DATEX II ": '<d2:payload xmlns:d2="http://datex2.eu/schema/3/d2Payload" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
                 'i:type="s:SituationPublication"></d2:payload>',
    "NOBIL": '{"Provider": "NOBIL.no", "chargerstations": [{"csmd": {"id": 3}}]}',
    "Overpass": '{"version": 0.6, "elements": [{"type": "node", "tags": {"amenity": "charging_station"}}]}',
    "OpenStreetMap XML": '<?xml version="1.0"?><osm version="0.6"><node/></osm>',
    "GeoJSON": '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {}}]}',
    "this program": '[{"charge_point_id": "A", "plug_types": ["CCS"], "status": "FREE"}]',
    "tariffs": '{"data": [{"id": "1", "elements": [{"price_components": []}]}], "status_code": 1000}',
    "a web page": "<!DOCTYPE html><html><body>Sign in</body></html>",
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("lead", ["", " \n"])
def test_other_formats_are_named_for_what_they_are(tmp_path: Path, name: str, lead: str) -> None:
    with pytest.raises(BadFile) as caught:
        list(read(file(tmp_path, lead + OTHERS[name], "x.json")))
    said = str(caught.value).replace(str(tmp_path), "")
    assert name.strip() in said
    assert "OCPI 2" not in said
    assert "cut off" not in said


@pytest.mark.parametrize(("content", "words", "never"), [
    (json.dumps(TWO)[:-20], "cut off", "damaged"), ('{"data": [}', "damaged", "cut off"),
    (b"\x00" * 4_000, "zero bytes", "empty"), (b"", "is empty", "damaged"), (b" \r\n\t", "is empty", "damaged")])
def test_damaged_files_are_named_for_what_they_are(tmp_path: Path, content: bytes | str, words: str, never: str) -> None:
    with pytest.raises(BadFile, match=words) as caught:
        list(read(file(tmp_path, content)))
    assert never not in str(caught.value).replace(str(tmp_path), "")


def test_a_line_that_is_cut_off_costs_itself(tmp_path: Path) -> None:
    found, rejected = read(file(tmp_path, lines(ROWS)[:-30]))
    assert isinstance(found, ChargePoint)
    assert isinstance(rejected, Rejected)


WRITTEN = [("\\ud83d Gare", "\N{REPLACEMENT CHARACTER} Gare"), ("\t", " "), ("\x00", " "), ("\\ud83d\\ude80", "\U0001f680"),
           ("\n", " ")]


@pytest.mark.parametrize(("written", "read_as", "wrap"), [
    *((*one, wrap) for one in WRITTEN for wrap in (json.dumps, lambda found: json.dumps(found, indent=1))),
    *((*one, lines) for one in WRITTEN[:-1])])
def test_texts_that_json_does_not_allow_cost_nothing(
        tmp_path: Path, wrap: Callable[[list[Any]], str], written: str, read_as: str) -> None:
    rows = [row | {"nom_enseigne": "Belle#Borne"} for row in ROWS]
    points, rejected, _ = split(file(tmp_path, wrap(rows).replace("#", written)))
    assert rejected == []
    assert [point.charging_provider for point in points] == [f"Belle{read_as}Borne"] * 2


def test_the_version_is_that_of_the_records_not_of_one_among_them(tmp_path: Path) -> None:
    around = {key: value for key, value in LOCATION.items() if key != "evses"}
    new = around | {"id": "N", "charging_stations": [{"evses": [EVSE]}]}
    assert read(file(tmp_path, json.dumps([LOCATION, new]))).format == "OCPI 2.2"
    assert read(file(tmp_path, json.dumps([new, new]))).format == "OCPI 3.0"


@pytest.mark.parametrize("wrap", [
    lambda found: {"response": {"body": {"data": found}}}, lambda found: {"payload": {"stations": found}},
    lambda found: {one["id"]: one for one in found}, lambda found: {"data": {one["id"]: one for one in found}},
    lambda found: [found[:1], found[1:]], lambda found: {"data": [[], found]},
    lambda found: {"success": True, "result": {"rows": found}}])
def test_records_are_found_in_envelopes_that_nobody_knows(tmp_path: Path, wrap: Callable[[list[Any]], Any]) -> None:
    for indent in (None, 1):
        assert labels(file(tmp_path, json.dumps(wrap(TWO), indent=indent))) == ["7", "8"]


def test_records_as_opendatasoft_wraps_them(tmp_path: Path) -> None:
    bare = [{name.lower(): value for name, value in row.items() if name != "coordonneesXY"} for row in ROWS]
    wrapped = [{"recordid": f"{number}", "fields": row, "geometry": {"type": "Point", "coordinates": [2.37, 48.9]}}
               for number, row in enumerate(bare)]
    assert labels(file(tmp_path, json.dumps({"nhits": 2, "records": wrapped}))) == ["FRV75E1", "FRV75E2"]
    place = {"lon": 2.37, "lat": 48.9}
    results = [row | {"coordonneesxy": place} for row in bare]
    assert labels(file(tmp_path, json.dumps({"total_count": 2, "results": results}))) == ["FRV75E1", "FRV75E2"]


def test_a_text_sequence_is_its_records(tmp_path: Path) -> None:
    assert labels(file(tmp_path, "".join(f"\x1e{json.dumps(one)}\n" for one in TWO))) == ["7", "8"]


@pytest.mark.parametrize("content", [
    "[]", "[[]]", '{"data": []}', '{"data": null, "status_code": 1000}', '{"data": {}}', '{"data": [[]]}',
    '{"status_code": 1000}',
    '{"data": {"locations": []}}', '{"type": "FeatureCollection", "features": []}', '{"items": [], "total": 0}',
    '{"EVSEData": []}', '\ufeff {"results": [], "total_count": 0}'])
def test_a_page_without_anything_in_it_is_no_error(tmp_path: Path, content: str) -> None:
    assert split(file(tmp_path, content)) == ([], [], {})


@pytest.mark.parametrize("content", ["null", "{}", '""', "3", "[null]", '{"foo": "bar"}', '{"data": 3}', '{"data": "x"}'])
def test_what_is_no_page_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadFile):
        split(file(tmp_path, content))


@pytest.mark.parametrize("pack", [
    lambda content: gzip.compress(gzip.compress(content)), bz2.compress,
    lambda content: zipped(**{"x.gz": gzip.compress(content)}),
    lambda content: bz2.compress(lzma.compress(content)), lambda content: gzip.compress(content) + gzip.compress(b"\n")])
def test_what_is_packed_twice_is_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert labels(file(tmp_path, pack(lines(TWO).encode()))) == ["7", "8"]
    cut = pack(lines(TWO * 400).encode())[:-12]
    with pytest.raises(BadFile, match="cut off or damaged"):
        split(file(tmp_path, cut))


NO_TEXT = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old office program.*as CSV"), (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    (b"PAR1\x15\x00" + bytes(90), "Parquet"), (b"SQLite format 3\x00" + bytes(90), "an SQLite database"),
    (b"(\xb5/\xfd" + bytes(90), "zstd.*Unpack"), (b"7z\xbc\xaf\x27\x1c" + bytes(90), "7z archive.*Unpack"),
    (gzip.compress(b"x.json".ljust(257, b"\0") + b"ustar" + bytes(300)), "tar archive.*Unpack"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"}), "office program.*as CSV"),
    (zipped(a=zipped(b=b"x")), "archive in an archive"), (b'<?xml version="1.0"?><kml xmlns="x"/>', "is KML"),
    (b'{"data": [{"version": "2.2", "url": "https://x"}], "status_code": 1000}', "versions"),
    (b'{"data": [{"uid": "1", "contract_id": "x", "whitelist": "NEVER"}]}', "tokens")]


@pytest.mark.parametrize(("content", "words"), NO_TEXT, ids=[words for _, words in NO_TEXT])  # archives have the time in them
@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_files_that_hold_no_text_are_named_whatever_they_are_called(
        tmp_path: Path, content: bytes, words: str, name: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(file(tmp_path, content, name), *members(file(tmp_path, content, name))[:1])


@pytest.mark.parametrize("many", [
    LOCATION | {"evses": {"7": EVSE}}, LOCATION | {"evses": EVSE},
    LOCATION | {"evses": [EVSE | {"connectors": {"1": CONNECTOR}}]}, LOCATION | {"evses": [EVSE | {"connectors": CONNECTOR}]}])
def test_one_object_alone_or_some_by_their_ids_are_a_list(tmp_path: Path, many: dict[str, Any]) -> None:
    assert split(file(tmp_path, json.dumps([many]))) == split(file(tmp_path, json.dumps([LOCATION])))


def test_of_a_mixed_list_each_entry_is_told_of(tmp_path: Path) -> None:
    mixed = [TWO[0], None, 3, "x", {}, {"foo": 1}, EVSE, {"id": "A"}, [TWO[0]], {"data": TWO[:1]}, TWO[1]]
    found = list(read(file(tmp_path, json.dumps(mixed))))
    assert [type(one) for one in found] == [ChargePoint, *[Rejected] * 6, *[Noted] * 3, ChargePoint]
    assert len(found) == len(mixed)


def test_a_table_in_a_workbook_whatever_it_is_called(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active
    names = [*IRVE, "remark"]
    book.active.append(names)
    for row in ROWS:
        typed = row | {"date_maj": date(2025, 3, 28), "puissance_nominale": 22, "prise_type_2": True, "coordonneesXY": None}
        book.active.append([typed.get(name) for name in names] + [2.3735, 48.9003])
    for column, name in enumerate(("consolidated_longitude", "consolidated_latitude"), start=len(names) + 1):
        book.active.cell(1, column, name)
    book.save(tmp_path / "x.xlsx")
    path = file(tmp_path, (tmp_path / "x.xlsx").read_bytes(), "x.csv")
    points, rejected, _ = split(path)
    assert rejected == []
    assert [(point.evseid, point.power, point.longitude, point.update_date) for point in points] == [
        (evseid, 22.0, 2.3735, datetime(2025, 3, 28, tzinfo=UTC)) for evseid in ("FRV75E1", "FRV75E2")]
    assert read(path).format == "IRVE, workbook"
