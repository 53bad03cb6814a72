"""The sessions of a large demo network: at some of its points, and as of its moment."""

import msgspec
import pytest

from tests.demo.sessions import Sessions, begin
from wirelane_geo.demo import demo_members, demo_points, demo_sessions, with_sessions
from wirelane_geo.demo._sessions import OWNER_WITH_SESSIONS, SMALL_NETWORK
from wirelane_geo.model import (
    ChargePoint,
    ChargingState,
    SessionStatus,
    Status,
)


def test_which_points_of_a_large_network() -> None:
    small = list(demo_points(300))
    assert with_sessions(iter(small)) == small
    large = [msgspec.structs.replace(small[i % len(small)], charge_point_id=f"P{i}") for i in range(SMALL_NETWORK + 1)]
    assert with_sessions(iter(large)) == [point for point in large if point.owner == OWNER_WITH_SESSIONS]
    assert with_sessions(iter(large[:-1])) == large[:-1]


@pytest.fixture(scope="module")
def of_whole_network() -> tuple[list[ChargePoint], Sessions]:
    points = with_sessions(demo_points())
    return points, list(demo_sessions(points, demo_members("DEMOTENANT")))


@pytest.mark.slow
def test_the_whole_network_s(of_whole_network: tuple[list[ChargePoint], Sessions]) -> None:
    points, sessions = of_whole_network
    assert {point.country for point in points} == {"DE", "AT", "CH"}
    assert 60_000 < len(sessions) < 80_000


@pytest.mark.slow
def test_in_a_large_network_some_sessions_are_about_to_begin_or_to_end(
        of_whole_network: tuple[list[ChargePoint], Sessions]) -> None:
    points, sessions = of_whole_network
    assert {session.status for session in sessions} == set(SessionStatus)
    by_status = {session.status: session for session in sessions if session.status and session.status.open}
    words = [SessionStatus.initial, SessionStatus.authorization_pending, SessionStatus.start_pending,
             SessionStatus.start_accepted]
    youngest = [begin(by_status[word]) for word in words]
    assert youngest == sorted(youngest, reverse=True)
    assert all(by_status[word].kwh == 0 and by_status[word].charging_state is None for word in words)
    for word in (SessionStatus.stop_accepted, SessionStatus.stop_pending):
        assert by_status[word].charging_state is ChargingState.ending_charge
        assert begin(by_status[word]) < min(youngest)
    in_use = {point.charging_point_id or point.id or point.charge_point_id for point in points if point.status is Status.IN_USE}
    assert in_use == {session.charging_point_id for session in sessions if session.status and session.status.open}
