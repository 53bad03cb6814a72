"""Files that have IRVE static and IRVE dynamic in one: each point, and what it is doing."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from tests.importers.files import IRVE
from wirelane_geo.cli import main
from wirelane_geo.errors import BadFile
from wirelane_geo.importers import Reject, read
from wirelane_geo.model import ChargePoint, StatusReport
from wirelane_geo.store import PointQuery, open_store

DYNAMIC = {"etat_pdc": "en_service", "occupation_pdc": "libre", "horodatage": "2026-03-01T12:00:00+01:00",
           "etat_prise_type_2": "fonctionnel"}


def row(number: int, **changes: Any) -> dict[str, Any]:
    return IRVE | {"id_pdc_itinerance": f"FRV75E{number}"} | DYNAMIC | changes


ROWS = [row(1), row(2, occupation_pdc="occupe"), row(3, etat_pdc="hors_service"),
        row(4, etat_pdc=None, occupation_pdc="", etat_prise_type_2=None, horodatage=None), row(5, coordonneesXY=None),
        row(6, id_pdc_itinerance="Non concerné", id_pdc_local="ici", occupation_pdc="reserve")]
EXPECTED = {"FRV75E1": "FREE", "FRV75E2": "IN_USE", "FRV75E3": "FAULTED", "FRV75E4": "UNKNOWN", "ici": "RESERVED"}


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]), delimiter=";")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def as_workbook(rows: list[dict[str, Any]]) -> bytes:
    book, packed = openpyxl.Workbook(), io.BytesIO()
    for values in (list(rows[0]), *(list(one.values()) for one in rows)):
        book.worksheets[0].append(values)
    book.save(packed)
    return packed.getvalue()


def as_geojson(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": one, "geometry": None} for one in rows]}).encode()


FORMS = {"x.csv": as_csv, "x.xlsx": as_workbook, "x.geojson": as_geojson, "x.json": lambda rows: json.dumps(rows).encode(),
         "x.jsonl": lambda rows: b"".join(json.dumps(one).encode() + b"\n" for one in rows)}


@pytest.mark.parametrize("name", FORMS)
def test_points_and_statuses_come_of_each_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FORMS[name](ROWS))
    found = list(read(path))
    assert [point.charge_point_id for point in found if isinstance(point, ChargePoint)] == list(EXPECTED)
    assert [report.ref for report in found if isinstance(report, StatusReport)] == [
        "FRV75E1", "FRV75E2", "FRV75E3", "FRV75E5", "ici"]
    assert [(reject.row, reject.reason) for reject in found if isinstance(reject, Reject)] == [
        (6 if name in ("x.csv", "x.xlsx") else 5, "no coordinates")]


def test_they_are_on_the_map_after_an_import(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv(ROWS))
    result = CliRunner().invoke(main, ["import", str(path)], env={"WIRELANE_GEO_DATA": str(tmp_path / "data")})
    assert (result.exit_code, "IRVE, CSV, with statuses" in result.output) == (0, True)
    assert "5 statuses: 4 changed a point, 1 are of points that are not here" in result.output
    store = open_store(tmp_path / "data" / "points.sqlite")
    try:
        found = [json.loads(body) for body in store.query(PointQuery(page_size=100)).bodies]
    finally:
        store.close()
    assert {point["charge_point_id"]: point["status"] for point in found} == EXPECTED


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.json"])
def test_statuses_alone_in_any_form(tmp_path: Path, name: str) -> None:
    path, rows = tmp_path / name, [{"id_pdc_itinerance": f"FRV75E{number}"} | DYNAMIC for number in (1, 2)]
    path.write_bytes(FORMS[name]([*rows, {"id_pdc_itinerance": "Non concerné"} | DYNAMIC]))
    *reports, last = read(path)
    assert [report.ref for report in reports if isinstance(report, StatusReport)] == ["FRV75E1", "FRV75E2"]
    assert isinstance(last, Reject)
    assert last.reason == "no identifier"


def test_statuses_without_the_column_that_says_whose_they_are_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for lines in (1, 50):
        path.write_bytes(as_csv([{"id": f"FRV75E{number}"} | DYNAMIC for number in range(lines)]))
        with pytest.raises(BadFile, match=r"no row with the names of the columns \(id_pdc_itinerance\)"):
            list(read(path))


@pytest.mark.parametrize("above", [[], [["Export du jour"], []], [["Export du jour", *["x"] * 20]]])
def test_a_workbook_s_header_is_where_its_columns_are(tmp_path: Path, above: list[list[str]]) -> None:
    book, path = openpyxl.Workbook(), tmp_path / "x.xlsx"
    for values in (*above, [None, *ROWS[0]], [None, *ROWS[0].values()]):
        book.worksheets[0].append(values)
    book.save(path)
    point, report = read(path)
    assert (isinstance(point, ChargePoint), isinstance(report, StatusReport)) == (True, True)
