"""Whatever stands in a field that a charge point can do without costs that field; never the point."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, split
from wirelane_geo.cli.records import Shown

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


def checked(path: Path, number: int) -> None:
    points, rejected, _ = split(path)
    assert [(row.reason, row.detail) for row in rejected] == []
    assert len(points) == number
    shown = Shown(datetime(2026, 1, 15, tzinfo=UTC))
    assert [why for point in points if (why := shown.why_not(point))] == []


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
