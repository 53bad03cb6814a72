"""What tests ask of the demo network's sessions."""

from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from wirelane_geo.model import (
    ChargePoint,
    ChargingSession,
    SessionStatus,
    Status,
)

ZONE = ZoneInfo("Europe/Berlin")
Sessions = list[ChargingSession]


def by_point(sessions: Sessions) -> dict[str | None, Sessions]:
    found: dict[str | None, Sessions] = defaultdict(list)
    for session in sessions:
        found[session.charging_point_id].append(session)
    return found


def begin(session: ChargingSession) -> datetime:
    assert session.session_begin is not None
    return session.session_begin


def end(session: ChargingSession) -> datetime:
    assert session.session_end is not None
    return session.session_end


def check_against_statuses(points: list[ChargePoint], sessions: Sessions, until: datetime) -> None:
    """What a status says of sessions, and that those of one point follow one another."""
    there = by_point(sessions)
    for point in points:
        mine = there.pop(point.id, [])
        last = mine[-1:] if point.status is Status.IN_USE else []
        assert [session.status for session in last] == [SessionStatus.started] * (point.status is Status.IN_USE)
        assert all(session.session_end is None for session in last)
        over = mine[: len(mine) - len(last)]
        assert all(session.status and not session.status.open for session in over)
        assert all(begin(session) < end(session) <= until for session in over)
        assert all(end(one) < begin(other) for one, other in pairwise([*over, *last][: len(over)]))
        assert all(end(session) < begin(last[0]) for session in over if last)
        assert not mine or point.status is not Status.CLOSED
    assert there == {}
