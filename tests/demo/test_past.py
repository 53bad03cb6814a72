"""The days before a demo network was made: they end in what is, and say what its sessions say."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import charge_points
from wirelane_geo.demo import demo_members, demo_points, demo_sessions
from wirelane_geo.demo._network import MOMENT
from wirelane_geo.demo.past import DAYS, DemoPast, demo_past
from wirelane_geo.model import ChargePoint, ChargingSession, PointId, Status

STATUSES = tuple(Status)
FREE, IN_USE = Status.FREE.number, Status.IN_USE.number
BEGIN, END = int((MOMENT - timedelta(days=DAYS)).timestamp()), int(MOMENT.timestamp())


@pytest.fixture(scope="module")
def points() -> list[ChargePoint]:
    return [msgspec.structs.replace(point, id=PointId(f"id-{number}")) for number, point in enumerate(demo_points(1_200))]


@pytest.fixture(scope="module")
def sessions(points: list[ChargePoint]) -> list[ChargingSession]:
    return list(demo_sessions(points[:900], demo_members("T", 50)))


@pytest.fixture(scope="module")
def past(points: list[ChargePoint], sessions: list[ChargingSession]) -> DemoPast:
    return demo_past(points, MOMENT, sessions, {point.id for point in points[:900] if point.id})


def changes_of(past: DemoPast) -> dict[int, list[tuple[int, int, int]]]:
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for point, *change in zip(*(column.tolist() for column in (past.point, past.at, past.before, past.after)), strict=True):
        found[point].append(tuple(change))
    return found


def check(points: list[ChargePoint], past: DemoPast, until: datetime) -> None:
    """One thing follows from another, and the last is what is."""
    assert (past.end, past.begin) == (int(until.timestamp()), int(until.timestamp()) - DAYS * 86_400)
    assert (np.diff(past.at) >= 0).all()
    assert ((past.at > past.begin) & (past.at <= past.end)).all()
    found = changes_of(past)
    for row, point in enumerate(points):
        mine = found.get(row, [])
        assert all(one[0] < other[0] and one[2] == other[1] for one, other in pairwise(mine))
        assert all(before != after for _, before, after in mine)
        if mine:
            assert mine[-1][2] == point.status.number
            assert past.since[row] == mine[-1][0]
        assert past.exact[row] == bool(mine)
        assert not mine or point.status is not Status.CLOSED


@pytest.mark.slow
def test_it_ends_in_what_is(points: list[ChargePoint], past: DemoPast) -> None:
    check(points, past, MOMENT)
    for row, point in enumerate(points):
        assert point.update_date is not None
        changed = int(point.update_date.timestamp())
        assert past.since[row] <= changed, "nothing changed after it was last written"
        if point.status not in (Status.FREE, Status.CLOSED):
            assert past.since[row] == changed
            assert past.exact[row] == (changed > BEGIN)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(charge_points(), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_whatever_the_points_it_ends_in_what_is(points: list[ChargePoint], until: datetime) -> None:
    until = until.replace(tzinfo=UTC, microsecond=0)
    check(points, demo_past(points, until), until)


@pytest.mark.slow
def test_the_same_each_time(points: list[ChargePoint], past: DemoPast, sessions: list[ChargingSession]) -> None:
    again = demo_past(points, MOMENT, sessions, {point.id for point in points[:900] if point.id})
    assert all(np.array_equal(getattr(past, name), getattr(again, name)) for name in ("point", "at", "before", "after", "since"))
    other = demo_past(points, MOMENT, sessions, {point.id for point in points[:900] if point.id}, seed=1)
    assert not np.array_equal(past.at, other.at)


def test_a_session_means_in_use_and_nothing_else_does(points: list[ChargePoint], sessions: list[ChargingSession],
                                                      past: DemoPast) -> None:
    row_of = {point.id: row for row, point in enumerate(points)}
    told: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
    for session in sessions:
        begin, end = session.session_begin, session.session_end
        assert begin is not None
        if end is None or end.timestamp() > BEGIN:
            told[row_of[session.charging_point_id]].add((int(begin.timestamp()), end and int(end.timestamp())))
    found = changes_of(past)
    for row, point in enumerate(points[:900]):
        state = found[row][0][1] if found[row] else point.status.number
        since: int | None = BEGIN if state == IN_USE else None
        used = set()
        for at, _, after in found[row]:
            if since is not None:
                used.add((since, at))
            since = at if after == IN_USE else None
        used |= {(since, None)} if since is not None else set()
        wanted = {(max(begin, BEGIN), end) for begin, end in told[row]}
        assert used == wanted, point.charge_point_id


def test_it_looks_like_days_at_charge_points(points: list[ChargePoint], past: DemoPast) -> None:
    counts = []
    state = np.array([point.status.number for point in points])
    events = list(zip(past.point.tolist(), past.at.tolist(), past.before.tolist(), strict=True))
    for hour in range(24 * DAYS):
        while events and events[-1][1] > END - 3600 * hour:
            point, _, before = events.pop()
            state[point] = before
        counts.append(np.bincount(state, minlength=len(STATUSES)) / len(points))
    shares = np.array(counts)
    assert (shares[:, [Status.FAULTED.number, Status.UNKNOWN.number, Status.UNAVAILABLE.number]] > 0.002).all()
    assert 0.6 < shares[:, FREE].mean() < 0.95
    nights = shares[[hour for hour in range(24 * DAYS) if (MOMENT - timedelta(hours=hour)).hour == 2], IN_USE]
    evenings = shares[[hour for hour in range(24 * DAYS) if (MOMENT - timedelta(hours=hour)).hour == 17], IN_USE]
    assert 2 * nights.mean() < evenings.mean()
    assert abs(np.diff(shares[:24, IN_USE])).max() < 0.06, "no step where the past ends"


def test_what_is_offline_is_so_as_a_station(points: list[ChargePoint], past: DemoPast) -> None:
    went = np.flatnonzero(past.after == Status.UNKNOWN.number)
    together = defaultdict(set)
    for row in went.tolist():
        point = points[past.point[row]]
        together[point.charging_station_id, int(past.at[row])].add(int(past.point[row]))
    assert max(map(len, together.values())) > 2


def test_no_points_no_past() -> None:
    past = demo_past([], MOMENT)
    assert len(past.at) == len(past.since) == 0
