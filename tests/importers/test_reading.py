"""Whole files: packed or not, cut off, of no known kind, and the real ones."""

import gzip
import json
import lzma
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importers.files import EVSE, IRVE, LOCATION, irve_file, ocpi_file, real, split
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Reject, _connectors, _ocpi, read
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint
from wirelane_geo.store.station_keys import station_keys

MANY = [IRVE | {"id_pdc_itinerance": f"FRV75E{n}", "adresse_station": f"{n} Rue du Nord {n**5}"} for n in range(1, 1_000)]


@pytest.mark.slow
@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_packed_or_plain_under_any_name(tmp_path: Path, pack: Callable[[bytes], bytes], bom: bytes) -> None:
    plain = irve_file(tmp_path, *MANY)
    path = tmp_path / "data.bin"
    path.write_bytes(pack(bom + plain.read_bytes()))
    found = split(path)[0]
    assert found == split(plain)[0]
    assert len(found) == len(MANY)


def test_lines_are_lines(tmp_path: Path) -> None:
    """However they fall into blocks, with either line end, with none at the end of the file."""
    path = tmp_path / "x"
    lines = [b"a" * n for n in (1, 65_535, 65_536, 200_000, 0, 7, 700_000, 3)]
    for end in (b"\n", b"\r\n"):
        path.write_bytes(end.join(lines))
        with Source(path) as source:
            assert [line.rstrip(b"\r\n") for line in source.lines()] == lines


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    reader = read(irve_file(tmp_path, *MANY))
    seen = [reader.position for _ in reader]
    assert seen == sorted(seen)
    assert 0 < seen[0] < reader.size
    assert reader.position == reader.size


@pytest.mark.parametrize(("name", "content", "words"), [
    ("empty.json", b"", "is empty"), ("blank.json", b" \n\t ", "is empty"), ("x.txt", b"hello", "neither IRVE"),
    ("x.csv", b"a,b\n1,2\n", "neither IRVE"), ("x.png", b"\x89PNG\r\n\x1a\n", "neither IRVE"),
    ("x.xz", lzma.compress(b"x" * 9_000)[:40], "cut off or damaged"), ("x.gz", b"\x1f\x8bnonsense", "cut off or damaged"),
    ("sessions.jsonl", b'{"id_pdc_itinerance": "FRV75E1", "start": 1, "end": 2}\n', "not where they are"),
])
def test_what_is_no_import_file_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile, match=words) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nope.json", tmp_path):
        with pytest.raises(BadFile, match="can't be opened"):
            read(path)


@pytest.mark.parametrize("content", [b'{"data": [{"id": ', b'[{"id": 1}', b'{"data": 3}', b'"x', b"{}}",
                                     b'{"data": "\xff"}', b"[" * 100_000])
def test_broken_json_is_a_bad_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(BadFile):
        list(read(path))


@pytest.mark.slow
def test_what_came_before_a_cut_is_good(tmp_path: Path) -> None:
    rows = [IRVE | {"id_pdc_itinerance": f"FRV75E{n}"} for n in range(3_000)]
    whole = lzma.compress(irve_file(tmp_path, *rows).read_bytes())
    path = tmp_path / "cut.xz"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    found: list[ChargePoint | Reject] = []
    with pytest.raises(BadFile, match="cut off"):
        found.extend(read(path))
    assert [entry.charge_point_id for entry in found if isinstance(entry, ChargePoint)] == [
        f"FRV75E{n}" for n in range(len(found))]
    assert found


def test_formats_are_named(tmp_path: Path) -> None:
    old = LOCATION | {"publish": None, "party_id": None}
    old = {key: value for key, value in old.items() if value is not None}
    assert read(irve_file(tmp_path, IRVE)).format == "IRVE, JSON lines"
    assert read(ocpi_file(tmp_path, LOCATION)).format == "OCPI 2.2"
    assert read(ocpi_file(tmp_path, old)).format == "OCPI 2.1"


# --- the real files --------------------------------------------------------------------------------------------------

@pytest.mark.slow
def test_the_real_irve_file_gives_every_point() -> None:
    points, rejected, notes = split(path := real("irve-static-2025-07.jsonl.xz"))
    rows = [json.loads(line) for line in lzma.decompress(path.read_bytes()).splitlines()]
    assert rejected == []
    assert len(points) == 29_109
    assert [point.evseid for point in points] == [row["id_pdc_itinerance"] for row in rows]
    assert [point.charging_station_id for point in points] == [row["id_station_itinerance"] for row in rows]
    assert len(set(station_keys(points).tolist())) == 5_571
    assert notes == {"no plug given, kept with an unknown one": 260}
    for point, row in zip(points, rows, strict=True):
        assert [point.longitude, point.latitude] == pytest.approx(json.loads(row["coordonneesXY"]), abs=1e-7)
        assert point.power == pytest.approx(float(row["puissance_nominale"]), abs=5e-4)
        assert ("CCS" in point.plug_types) == (row["prise_type_combo_ccs"] == "True")
        assert point.availability is not None
        assert point.zip_code is None or (len(point.zip_code) == 5 and point.zip_code in row["adresse_station"])
    assert sum(point.city is None for point in points) < 1_500


@pytest.mark.slow
@pytest.mark.parametrize(("name", "locations", "evses", "reasons"), [
    ("ocpi_2_1_1_locations-fastned.json.xz", 106, 273, {"coordinates are not in the country": 3}),
    ("ocpi_2_2_locations-chargesini.json.xz", 448, 1_155, {"not to be published": 11}),
    ("ocpi_2_2_1_locations-punkt.json.xz", 489, 1_227, {"not to be published": 20}),
])
def test_the_real_ocpi_files_lose_nothing(name: str, locations: int, evses: int, reasons: dict[str, int]) -> None:
    points, rejected, _ = split(path := real(name))
    document = json.loads(lzma.decompress(path.read_bytes()).decode("utf-8-sig"))["data"]
    assert len(document) == locations
    rows = [(location, evse) for location in document for evse in location["evses"]]
    assert len(points) + len(rejected) == len(rows) == evses
    assert Counter(bad.reason for bad in rejected) == reasons
    assert {bad.row for bad in rejected} < set(range(1, evses + 1))
    kept = [evse for number, (_, evse) in enumerate(rows, 1) if number not in {bad.row for bad in rejected}]
    assert [point.charge_point_id for point in points] == [evse["uid"] for evse in kept]
    assert len({(point.charge_point_id, point.evseid) for point in points}) == len(points)
    known = Counter(evse["status"] == "AVAILABLE" for evse in kept)
    assert Counter(point.status == "FREE" for point in points) == known
    for bad in rejected:
        assert bad.raw["evse"] == rows[bad.row - 1][1]


def test_the_real_sessions_are_not_taken_for_points() -> None:
    with pytest.raises(BadFile, match="not where they are"):
        read(real("irve-sessions-2024-12.jsonl.xz"))


def test_uids_of_several_networks_do_not_meet() -> None:
    """The Russian network numbers its EVSEs 1, 2, 3: the EVSE ID tells them from others'."""
    points, _, _ = split(real("ocpi_2_2_1_locations-punkt.json.xz"))
    assert EVSE["evse_id"] not in {point.evseid for point in points}
    assert all(point.evseid and point.evseid.startswith("RU*TBM*E") for point in points)


# --- the documentation -----------------------------------------------------------------------------------------------

def test_the_documented_tables_are_the_ones_used() -> None:
    """docs/import.md: each table of words, row by row, and each reason."""
    text = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    rows = {cells[0].split(" ")[0]: cells[1:] for line in text.splitlines() if line.startswith("| ")
            and (cells := [cell.strip() for cell in line.strip("| ").split(" | ")])}
    for word, status in _ocpi.STATUSES.items():
        assert rows[word] == [status]
    for capability, means in _ocpi.CAPABILITIES.items():
        assert rows[capability] == [means]
    for standard in {standard for standard, _ in _connectors.PLUGS} | set(_connectors.PLUGS_EITHER_WAY):
        either = _connectors.PLUGS_EITHER_WAY.get(standard)
        assert rows[standard] == [_connectors.PLUGS.get((standard, form), either) for form in ("SOCKET", "CABLE")]
    sources = [path.read_text(encoding="utf-8") for path in Path(_ocpi.__file__).parent.glob("*.py")]
    raised = re.compile(r'(?:NotAPoint|_rejected|Reject)\([^"\n]*"([^"]+)"')
    reasons = {reason for source in sources for reason in raised.findall(source)}
    assert len(reasons) > 10
    assert {reason for reason in reasons if reason not in text} == set()
