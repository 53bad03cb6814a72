"""What is no such file is named for what it is; what is damaged costs itself; envelopes that nobody knows."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.importers.envelopes import ROWS, TWO, file, labels, lines, zipped
from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Note, Reject, members, read
from wirelane_geo.model import ChargePoint


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


@pytest.mark.parametrize(("content", "words"), [
    ("cb(%s);", r"JavaScript \(JSONP\).*without a callback"), ("/**/ jQuery12_3( %s )", "JSONP"),
    ("var points = %s;", "JavaScript"), ("window.data=%s", "JavaScript"),
    ("// of today\n%s", "with comments.*Remove"), ("/* a\n * b */\n// c\n%s", "with comments"),
    ("# export\n%s", "with comments"), (")]}',\n%s", "guard before it"), ("while(1);%s", "guard before it")])
@pytest.mark.parametrize("inside", [json.dumps({"data": TWO}), json.dumps(TWO), '{"versionG": "3", "x": "http://datex2.eu/"}'])
def test_json_in_something_else_is_named(tmp_path: Path, content: str, words: str, inside: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(file(tmp_path, content % inside))


@pytest.mark.parametrize("at", ['"evses"', '"uid"', '"connectors"'])
@pytest.mark.parametrize("comment", ["// of the place\n", "/* of the place */"])
def test_comments_within_json_are_named(tmp_path: Path, comment: str, at: str) -> None:
    path = file(tmp_path, json.dumps({"data": TWO}, indent=1).replace(at, f"{comment} {at}", 1))
    with pytest.raises(BadFile, match=r"has comments \(// or /\* \*/\).*Remove them"):
        list(read(path))


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
    assert isinstance(rejected, Reject)


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
    assert [type(one) for one in found] == [ChargePoint, *[Reject] * 6, *[Note] * 3, ChargePoint]
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
