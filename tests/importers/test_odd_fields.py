"""Whatever stands in a field that a charge point can do without costs that field; never the point."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, split
from wirelane_geo.cli.records import DisplayCheck
from wirelane_geo.errors import BadFile
from wirelane_geo.importers._reader import Format, Reader, Row
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint, PointId

ODD: list[Any] = [
    [], {}, [[]], [{}], {"a": [1]}, 1, -1, 0, 1.5, 1e300, 10**400, True, False, None, "", " ", "x", "\x00", "\ud83d", "9" * 5_000,
    [None], ["x"], [1], {"name": {}}, {"id": []}, "[1,2]", "NaN", "0000-00-00", "9999-12-31T23:59:59Z", "\u202e", "=1+1"]

PLACE = [name for name in LOCATION if name not in ("id", "coordinates", "evses", "publish")] + [
    "suboperator", "help_phone", "facilities", "related_locations", "directions", "parking_type", "name"]
POINT = [name for name in EVSE if name != "uid"] + ["coordinates", "floor_level", "images", "status_schedule"]
PLUG = [*CONNECTOR, "max_power", "max_power_kw", "voltage", "amperage", "tariff_ids"]
HOURS = {"twentyfourseven": False, "regular_hours": [{"weekday": 1, "period_begin": "08:00", "period_end": "18:00"}]}
SPAN = {"period_begin": "2026-01-01T00:00:00Z", "period_end": "2026-02-01T00:00:00Z"}
ROW = [name for name in IRVE if name not in ("coordonneesXY", "id_pdc_itinerance")] + ["consolidated_commune"]


def locations(odd: Any) -> list[dict[str, Any]]:
    """A location for each field of OCPI that may be odd."""
    found = [LOCATION | {name: odd} for name in PLACE]
    found += [LOCATION | {"evses": [EVSE | {name: odd}]} for name in POINT]
    found += [LOCATION | {"evses": [EVSE | {"connectors": [CONNECTOR | {name: odd}]}]} for name in PLUG]
    found += [LOCATION | {"evses": [EVSE | {"connectors": [CONNECTOR, odd]}]}, LOCATION | {"opening_times": [odd]}]
    found += [LOCATION | {"opening_times": HOURS | {name: odd}}
              for name in (*HOURS, "exceptional_openings", "exceptional_closings")]
    found += [LOCATION | {"opening_times": {"regular_hours": [HOURS["regular_hours"][0] | {name: odd}]}}  # type: ignore[index]
              for name in ("weekday", "period_begin", "period_end")]
    found += [LOCATION | {"opening_times": {"twentyfourseven": True, "exceptional_closings": [SPAN | {name: odd}]}}
              for name in SPAN]
    return [one | {"id": f"L{number}", "evses": [evse | {"uid": f"{number}", **(
        {"evse_id": f"NL*ABC*E{number}"} if evse["evse_id"] == EVSE["evse_id"] else {})} for evse in one["evses"]]}
        for number, one in enumerate(found)]


OCM = {"ID": 1, "AddressInfo": {"Latitude": 52.5, "Longitude": 13.4, "Country": {"ISOCode": "DE"}, "Town": "Berlin"},
       "Connections": [{"ConnectionTypeID": 25, "PowerKW": 22, "Quantity": 1}], "OperatorInfo": {"Title": "O"},
       "StatusType": {"ID": 50}, "DateLastStatusUpdate": "2025-01-01T00:00:00Z"}


def checked(path: Path, number: int) -> None:
    points, rejected, _ = split(path)
    assert [(row.reason, row.detail) for row in rejected] == []
    assert len(points) == number
    check = DisplayCheck(datetime(2026, 1, 15, tzinfo=UTC))
    assert [why for point in points if (why := check.why_not(point))] == []


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_odd_field_of_ocpi_costs_itself(tmp_path: Path, odd: Any) -> None:
    path, given = tmp_path / "x.json", locations(odd)
    path.write_text(json.dumps(given))
    checked(path, len(given))


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_odd_field_of_irve_costs_itself(tmp_path: Path, odd: Any) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(IRVE | {"id_pdc_itinerance": f"FRV75E{number}", name: odd}) + "\n"
                            for number, name in enumerate(ROW)))
    checked(path, len(ROW))


@pytest.mark.parametrize("odd", [odd for odd in ODD if not isinstance(odd, list) or odd[:1] != [{}]])
def test_an_odd_field_of_open_charge_map_costs_itself(tmp_path: Path, odd: Any) -> None:
    path = tmp_path / "x.json"
    names = [name for name in OCM if name not in ("ID", "AddressInfo")]
    path.write_text(json.dumps([OCM | {"ID": number, name: odd} for number, name in enumerate(names, start=1)]))
    checked(path, len(names))


@pytest.mark.parametrize("longitude", [10**400, -10**400, "9" * 5_000, 1e300, True, [], {}])
def test_a_position_that_cannot_be_is_rejected_by_name(tmp_path: Path, longitude: Any) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps([LOCATION | {"coordinates": {"latitude": "52.5", "longitude": longitude}}]))
    _, [rejected], _ = split(path)
    assert rejected.reason in ("coordinates can't be read", "coordinates are not on Earth")


def test_what_a_format_never_thought_of_ends_its_file_and_no_other(tmp_path: Path) -> None:
    def rows(_: Source) -> Iterator[Row]:
        yield Row(1, {}, {})
        raise TypeError("'int' object is not iterable")

    path = tmp_path / "x.json"
    path.write_text("[]")
    reader = Reader(Source(path), Format("x", "x", rows, lambda _, __: ChargePoint(charge_point_id="1", id=PointId("1")), str))
    found = iter(reader)
    assert isinstance(next(found), ChargePoint), "what came before is good"
    with pytest.raises(BadFile, match=r"x\.json can't be read to its end: TypeError"):
        next(found)
