"""What a session says about its time and state."""

from datetime import datetime, timedelta, timezone

import pytest

from wirelane_geo.model import ChargingSession, SessionStatus

SUMMER = timezone(timedelta(hours=2))
SAMPLE = ChargingSession(
    session_id="sample",
    session_begin=datetime(2017, 10, 15, 16, 44, 40, tzinfo=SUMMER),
    session_end=datetime(2017, 10, 15, 17, 52, 59, tzinfo=SUMMER),
    session_duration=68,
)
"""The contract's own."""


def test_minutes_are_whole_and_rounded_down() -> None:
    assert SAMPLE.duration == timedelta(minutes=68, seconds=19)
    assert SAMPLE.session_duration == SAMPLE.duration // timedelta(minutes=1)


def test_minutes_will_do_where_an_end_is_missing() -> None:
    assert ChargingSession(session_id="a", session_duration=68).duration == timedelta(minutes=68)
    assert ChargingSession(session_id="a", session_begin=SAMPLE.session_begin).duration is None


@pytest.mark.parametrize("status", SessionStatus)
def test_what_goes_on(status: SessionStatus) -> None:
    over = {"stopped", "closed", "canceled", "error", "error_consecutive_start"}
    assert status.open == (status not in over)
