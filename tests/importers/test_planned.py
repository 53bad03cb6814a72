"""OCPI's planned statuses: what is planned for now is never a false FREE."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.importers.files import EVSE, LOCATION, ocpi_file, split
from wirelane_geo.model.opening_hours import Schedule


def ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds").replace("+00:00", "Z")


def period(begin: Any, end: Any, status: Any = "INOPERATIVE") -> dict[str, Any]:
    return {"period_begin": begin, "period_end": end, "status": status}


BROKEN = "a planned status that can't be read, left out"


@pytest.mark.parametrize(("schedule", "expected"), [
    ([period(ago(1), ago(-1))], "UNAVAILABLE"),
    ([period(ago(1), ago(-1), "OUTOFORDER")], "FAULTED"),
    ([period(ago(1), ago(-1), "out_of_order ")], "FAULTED"),
    ([period(ago(1), None)], "UNAVAILABLE"),
    ([{"period_begin": ago(1), "status": "BLOCKED"}], "UNAVAILABLE"),
    ([period(None, ago(-1))], "UNAVAILABLE"),
    ([period(ago(1), ago(-1), "SOMETHING")], "UNKNOWN"),
    ([period(ago(1), ago(-1), "AVAILABLE"), period(ago(2), ago(-2), "CHARGING")], "IN_USE"),
    (period(ago(1), ago(-1)), "UNAVAILABLE"),
    ([period(ago(2), ago(1))], "FREE"),
    ([period(ago(-1), ago(-2))], "FREE"),
    ([period(ago(1), ago(-1), "AVAILABLE")], "FREE"),
    ([], "FREE"), (None, "FREE"), ("", "FREE"),
])
def test_what_is_planned_for_now(tmp_path: Path, schedule: Any, expected: str) -> None:
    [point], rejected, notes = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"status_schedule": schedule}]}))
    assert (str(point.status), rejected) == (expected, [])
    assert (notes.total() > 0) == (expected != "FREE")


@pytest.mark.parametrize("schedule", [["x"], "x", [period("soon", ago(-1))], [period(ago(1), "31.31.2026")], [period(None, None)],
                                      [{"status": None}], [period(True, ago(-1))], 7, [[period(ago(1), ago(-1))]]])
def test_a_plan_that_can_t_be_read_is_noted(tmp_path: Path, schedule: Any) -> None:
    [point], _, notes = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"status_schedule": schedule}]}))
    assert (str(point.status), dict(notes)) == ("FREE", {BROKEN: 1})


@pytest.mark.parametrize("status", ["CHARGING", "OUTOFORDER", "RESERVED", "REMOVED"])
def test_what_isn_t_free_stays_as_it_is_said(tmp_path: Path, status: str) -> None:
    plain, _, _ = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"status": status}]}))
    given = EVSE | {"status": status, "statusSchedule": [period(ago(1), ago(-1))]}
    assert split(ocpi_file(tmp_path, LOCATION | {"evses": [given]}))[0] == plain


def test_names_in_another_spelling(tmp_path: Path) -> None:
    given = EVSE | {"statusSchedule": [{"periodBegin": ago(1), "periodEnd": ago(-1), "status": "inoperative"}]}
    assert str(split(ocpi_file(tmp_path, LOCATION | {"evses": [given]}))[0][0].status) == "UNAVAILABLE"


@pytest.mark.parametrize("hours", [{"twentyfourseven": True}, None, {"twentyfourseven": True, "exceptional_closings": [
    {"period_begin": ago(-72), "period_end": ago(-73)}]}])
def test_what_is_planned_for_later_is_closed_then(tmp_path: Path, hours: Any) -> None:
    """So it isn't free for a driver when the time comes, though nobody asks again."""
    plans = [period(ago(-1), ago(-2)), period(ago(-5), ago(-6), "AVAILABLE"), period(ago(-9), ago(-10), "RESERVED"),
             period(ago(-11), ago(-10)), period(ago(3), ago(2)), period(ago(-20), None, "REMOVED")]
    planned, other = (EVSE | changes for changes in ({"status_schedule": plans}, {"uid": "8", "evse_id": "NL*ABC*E8"}))
    [point, beside], rejected, notes = split(ocpi_file(tmp_path, LOCATION | {"opening_times": hours, "evses": [planned, other]}))
    assert (str(point.status), rejected, dict(notes)) == ("FREE", [], {})
    [plain], _, _ = split(ocpi_file(tmp_path, LOCATION | {"opening_times": hours, "evses": [other]}))
    assert beside.availability == plain.availability
    assert point.availability is not None
    schedule, now = Schedule(point.availability, point.timezone), datetime.now(UTC)
    usual = None if hours is None else True
    expected = [(0, usual), (1.5, False), (3, usual), (5.5, usual), (9.5, usual), (10.5, usual), (19, usual), (21, False),
                (999, False)]
    assert [(ahead, schedule.is_open(now + timedelta(hours=ahead))) for ahead, _ in expected] == expected
