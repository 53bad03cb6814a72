"""Dates of files: every common spelling, and never one that lists, pages or answers could fail at."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.files import EVSE, IRVE, LOCATION, irve_file, ocpi_file, split
from wirelane_geo.importers._dates import AHEAD, EARLIEST, LATEST, planned, recorded
from wirelane_geo.importers._notes import Notes

TENTH = datetime(2025, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(("given", "moment"), [
    ("2025-01-10", TENTH), ("2025-01-10T00:00:00Z", TENTH), ("2025-01-10T01:00:00+01:00", TENTH), ("20250110", TENTH),
    ("2025-01-10 00:00:00", TENTH), ("2025-01-10 00:00:00 UTC", TENTH), ("2025-01-10 01:00:00 +0100", TENTH),
    ("2025-01-10T00:00:00.0000000Z", TENTH), ("10/01/2025", TENTH), ("10.01.2025", TENTH), ("10.1.2025 00:00", TENTH),
    ("Fri, 10 Jan 2025 01:00:00 +0100", TENTH), (1736467200, TENTH), (1736467200000, TENTH), ("1736467200000", TENTH),
    (1736467200.0, TENTH), ("", None), (None, None),
    ("2025/01/10", TENTH), ("2025/1/10 00:00", TENTH), ("10-01-2025", TENTH), ("2025-01-10T00:00:00Z[UTC]", TENTH),
    ("2025-01-10T01:00:00+01:00[Europe/Paris]", TENTH), ("2025-01-09T24:00:00Z", TENTH), ("2025-01-09 24:00", TENTH),
    ("2025-01-10 01:00:00 CET", TENTH), ("2025-01-10T01:00:00MEZ", TENTH), ("2025-01-10 02:00 cest", TENTH),
    ("2025-01-10 02:00:00 EET", TENTH), ("2025-01-10 00:00:00 WET", TENTH), ("/Date(1736467200000)/", TENTH),
    ("/Date(1736467200000+0100)/", TENTH), ("1736467200000000", TENTH), (1736467200000000, TENTH),
    (45667, TENTH), ("45667", TENTH), (45667.0, TENTH), ("45667.5", TENTH + timedelta(hours=12)),
])
def test_a_date_is_read_in_any_common_spelling(given: Any, moment: datetime | None) -> None:
    notes = Notes()
    assert recorded(given, "last_updated", notes) == moment
    assert planned(given, "date", notes) == moment
    assert not notes


@pytest.mark.parametrize(("given", "reason"), [
    ("0001-01-01T00:00:00+02:00", "can't be true"), ("0001-01-01", "can't be true"), ("1900-01-01", "can't be true"),
    ("1970-01-01T00:00:00Z", "can't be true"), ("9999-12-31T23:59:59-12:00", "can't be true"), (0, "can't be true"),
    ("0000-00-00", "can't be read"), ("0000-00-00 00:00:00", "can't be read"), ("2025-02-30", "can't be read"),
    ("soon", "can't be read"), (True, "can't be read"), ({"year": 2025}, "can't be read"), (1e300, "can't be read"),
    (float("nan"), "can't be read"), ("99999999999999", "can't be true"),
    ("2025/13/01", "can't be read"), ("31-02-2025", "can't be read"), ("9999-12-31T24:00:00Z", "can't be read"),
    ("12345", "can't be true"), (45667e3, "can't be true"), ("2025-01-10T25:00:00Z", "can't be read"),
])
def test_a_date_that_cannot_be_is_dropped_and_noted(given: Any, reason: str) -> None:
    notes = Notes()
    assert recorded(given, "last_updated", notes) is None
    [noted] = notes.taken(3, "x")
    assert reason in noted.reason
    assert (noted.row, noted.id, noted.column) == (3, "x", "last_updated")


def test_what_is_planned_may_lie_ahead_and_what_was_may_not() -> None:
    notes, ahead = Notes(), datetime.now(UTC) + timedelta(days=300)
    assert planned(ahead.isoformat(), "date", notes) == ahead
    assert not notes
    assert recorded(ahead.isoformat(), "last_updated", notes) is None
    assert notes == {"date in the future, the time of the import counts": 1}


def test_another_machines_clock_may_be_a_little_ahead() -> None:
    notes, before = Notes(), datetime.now(UTC)
    found = recorded((before + AHEAD / 2).isoformat(), "last_updated", notes)
    assert found is not None
    assert before <= found <= datetime.now(UTC)
    assert not notes


@given(st.text(max_size=30) | st.datetimes().map(str) | st.integers() | st.floats() | st.none() | st.lists(st.integers()))
def test_whatever_is_given_a_date_is_within_bounds(value: Any) -> None:
    for read in (recorded, planned):
        found = read(value, "x", Notes())
        assert found is None or EARLIEST <= found < LATEST


def test_a_point_keeps_no_date_that_cannot_be(tmp_path: Path) -> None:
    points, rejected, notes = split(ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {
        "last_updated": "0001-01-01T00:00:00+02:00"}]}))
    assert ([point.update_date for point in points], rejected) == ([None], [])
    assert notes == {"date can't be true, left out": 1}
    [point], _, notes = split(irve_file(tmp_path, IRVE | {"date_maj": "2099-01-01", "date_mise_en_service": "1899-12-30"}))
    assert (point.update_date, point.creation_date, notes.total()) == (None, None, 2)
