"""The demo network's sessions: they agree with the points, the members, the tariffs, and with one another."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice, pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.demo.sessions import ZONE, Sessions, begin, by_point, check_against_statuses, end
from tests.strategies import charge_points
from wirelane_geo.demo import demo_members, demo_points, demo_sessions
from wirelane_geo.demo._network import MOMENT
from wirelane_geo.demo._timetable import RECENT
from wirelane_geo.model import (
    ChargePoint,
    ChargingState,
    ChargingType,
    Currency,
    Member,
    MemberStatus,
    SessionStatus,
    SessionType,
    Status,
    opening_hours,
    total,
)

pytestmark = pytest.mark.slow  # made for them all: six weeks of sessions


@pytest.fixture(scope="module")
def points() -> list[ChargePoint]:
    return [msgspec.structs.replace(point, id=f"id-{number}") for number, point in enumerate(demo_points(400))]


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return list(demo_members("DEMOTENANT"))


@pytest.fixture(scope="module")
def sessions(points: list[ChargePoint], members: list[Member]) -> Sessions:
    return list(demo_sessions(points, members))


def test_the_same_each_time_in_order(points: list[ChargePoint], members: list[Member], sessions: Sessions) -> None:
    assert list(demo_sessions(points, members)) == sessions
    assert list(demo_sessions(points[:50], members)) != list(demo_sessions(points[:50], members, seed=1))
    assert [begin(session) for session in sessions] == sorted(begin(session) for session in sessions)


def test_they_come_one_by_one(points: list[ChargePoint], sessions: Sessions) -> None:
    first = list(islice(demo_sessions(points), 3))
    assert [session.session_id for session in first] == [session.session_id for session in sessions[:3]]


def test_six_weeks(sessions: Sessions) -> None:
    assert MOMENT - timedelta(weeks=6) <= begin(sessions[0]) < MOMENT - timedelta(days=41)
    days = Counter(begin(session).astimezone(ZONE).date() for session in sessions)
    assert len(days) == 43  # with half a day at either end
    whole = [days[day] for day in sorted(days)[1:-1]]
    assert max(whole) < 1.8 * min(whole)


def test_statuses(points: list[ChargePoint], sessions: Sessions) -> None:
    check_against_statuses(points, sessions, MOMENT)
    at = {point.id: point for point in points}
    assert sum(session.status is SessionStatus.started for session in sessions) == sum(
        point.status is Status.IN_USE for point in points)
    for session in sessions:
        since = at[session.charging_point_id].update_date
        assert since is not None
        if session.status is SessionStatus.started and since > MOMENT - RECENT:
            assert begin(session) == since
        elif since > MOMENT - RECENT:
            assert end(session) <= since


def test_many_faults_ended_a_session(points: list[ChargePoint], sessions: Sessions) -> None:
    there = by_point(sessions)
    faulted = [point for point in points if point.status is Status.FAULTED]
    ended = sum(there[point.id][-1].status is SessionStatus.error and end(there[point.id][-1]) == point.update_date
                for point in faulted if there[point.id])
    assert len(faulted) * 0.3 < ended < len(faulted)


@pytest.mark.parametrize("later", [timedelta(hours=1), timedelta(days=400)])
def test_another_moment(points: list[ChargePoint], later: timedelta) -> None:
    until = MOMENT + later
    sessions = list(demo_sessions(points, until=until))
    check_against_statuses(points, sessions, until)
    assert all(begin(session) >= until - timedelta(weeks=6, hours=36) for session in sessions)
    assert len(sessions) > 100 * 6 * 7


@settings(max_examples=40, deadline=None)
@given(charge_points(), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_any_points_at_any_time(points: list[ChargePoint], until: datetime) -> None:
    """Without position, power, country, or current as well."""
    until = until.replace(tzinfo=UTC, microsecond=0)
    sessions = list(demo_sessions(points, demo_members("T", 20), until=until))
    check_against_statuses(points, sessions, until)


def test_ids_are_the_same_at_any_moment(points: list[ChargePoint], sessions: Sessions) -> None:
    later = list(demo_sessions(points, until=MOMENT + timedelta(days=100, hours=9)))
    first = {point: mine[0].session_id for point, mine in by_point(sessions).items()}
    assert {point: mine[0].session_id for point, mine in by_point(later).items() if point in first}.items() <= first.items()


def test_no_points_no_sessions() -> None:
    assert list(demo_sessions([])) == []


def test_energy_fits_power_and_time(points: list[ChargePoint], sessions: Sessions) -> None:
    power = {point.id: point.power or 0.0 for point in points}
    for session in sessions:
        over = session.session_end or MOMENT
        hours = (over - begin(session)) / timedelta(hours=1)
        assert session.kwh is not None
        assert 0 <= session.kwh <= power[session.charging_point_id] * hours + 0.001
        assert session.kwh <= 80


def test_meters_go_forward(sessions: Sessions) -> None:
    for mine in by_point(sessions).values():
        for session in mine:
            if session.meter_stop is not None:
                assert session.meter_start is not None
                assert session.meter_stop - session.meter_start == round(1_000 * (session.kwh or 0))
        assert all(one.meter_stop == other.meter_start for one, other in pairwise(mine))


def test_times_and_minutes(sessions: Sessions) -> None:
    for session in sessions:
        assert session.transaction_begin == session.session_begin
        assert session.transaction_end == session.session_end
        assert session.process_begin is not None
        assert session.process_begin < begin(session)
        if session.session_end is None:
            assert session.session_duration is session.transaction_duration is session.process_end is None
        else:
            assert session.session_duration == int((end(session) - begin(session)).total_seconds() // 60)
            assert session.process_end is not None
            assert session.process_end > end(session)


def test_prices_are_tariff_times_energy(sessions: Sessions) -> None:
    for session in sessions:
        price, _, unit = (session.tariff_text or "").partition(" ")
        assert unit == f"{session.currency}/kWh"
        exact = Decimal(price) * Decimal(str(session.kwh))
        if session.status is SessionStatus.closed:
            assert session.price == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        elif session.status in (SessionStatus.started, SessionStatus.stopped):
            assert session.price is None
        else:
            assert session.price == 0


def test_currency_and_tax_of_the_country(sessions: Sessions) -> None:
    tax = {"DE": "0.19", "AT": "0.20", "CH": "0.081"}
    for session in sessions:
        assert session.currency is (Currency.CHF if session.country == "CH" else Currency.EUR)
        assert session.tax_rate == Decimal(tax[session.country or ""])
    assert set(total(session.money for session in sessions)) == {Currency.EUR, Currency.CHF}


def test_who_pays_more(sessions: Sessions) -> None:
    """Members less than guests, guests less than passers-by, at each kind of charger in each country."""
    prices: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for session in sessions:
        payer, kind, country = (session.tariff or "").split("-")
        prices[kind, country][payer] = Decimal((session.tariff_text or "").split()[0])
    assert any(len(price) == 3 for price in prices.values())
    for price in prices.values():
        known = [price[payer] for payer in ("MEMBER", "ROAMING", "DIRECT") if payer in price]
        assert known == sorted(set(known))


def test_errors_say_what_went_wrong(sessions: Sessions) -> None:
    wrong = {SessionStatus.error, SessionStatus.error_consecutive_start}
    assert {session.status for session in sessions} >= wrong | {SessionStatus.canceled, SessionStatus.closed}
    for session in sessions:
        assert bool(session.error_code) == bool(session.error_message) == (session.status in wrong)
        if session.status in (SessionStatus.canceled, SessionStatus.error_consecutive_start):
            assert session.kwh == 0
    assert sum(session.status in wrong for session in sessions) < 0.05 * len(sessions)


def test_members_pay_for_some(members: list[Member], sessions: Sessions) -> None:
    there = {member.account.account_id: member for member in members if member.account}
    paid: dict[str | None, Sessions] = defaultdict(list)
    for session in sessions:
        if session.charging_session_type is SessionType.comfort_charging:
            paid[session.customer_id].append(session)
        else:
            assert session.customer_id not in there
            assert session.customer_email is session.card_number is session.customer_membership_owner is None
    assert len(paid) > 50
    for customer, mine in paid.items():
        member = there[customer]
        assert member.status is MemberStatus.active
        assert member.account is not None
        assert member.account.created is not None
        assert {session.customer_email for session in mine} == {member.email}
        assert len({session.card_number for session in mine}) == 1
        assert begin(mine[0]) >= member.account.created
        assert all(end(one) < begin(other) for one, other in pairwise(mine))
        assert len(mine) < 6 * 7 * 3


def test_sessions_without_members(points: list[ChargePoint]) -> None:
    types = {session.charging_session_type for session in demo_sessions(points[:100])}
    assert types == {SessionType.charging, SessionType.direct_charging}


def test_ids_and_what_the_contract_requires(sessions: Sessions) -> None:
    assert len({session.session_id for session in sessions}) == len(sessions)
    assert len({session.cpo_session_id for session in sessions}) == len(sessions)
    for session in sessions:
        assert re.fullmatch(r"[a-zA-Z0-9-_]+", session.session_id)
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", session.cpo_session_id or "")
        assert session.customer_id
        assert session.owner
        assert session.emp
        assert session.charging_point_id


def test_a_session_is_at_its_point(points: list[ChargePoint], sessions: Sessions) -> None:
    at = {point.id: point for point in points}
    same = ("charge_point_id", "evseid", "charging_station_id", "owner", "cpo", "charging_type", "country", "city",
            "zip_code", "street", "house_number")
    for session in sessions:
        point = at[session.charging_point_id]
        assert [getattr(session, name) for name in same] == [getattr(point, name) for name in same]
        assert session.plug_type in point.plug_types
        assert point.creation_date is not None
        assert begin(session) >= point.creation_date
        assert session.charging_type is ChargingType.AC or session.plug_type in ("CCS", "CHADEMO")


def test_open_sessions_charge_until_the_car_is_full(sessions: Sessions) -> None:
    states = Counter(session.charging_state for session in sessions if session.status is SessionStatus.started)
    assert set(states) == {ChargingState.charging, ChargingState.charge_suspended}
    assert {session.charging_state for session in sessions if session.session_end} == {ChargingState.end_charge}


@pytest.mark.parametrize(("kind", "busiest", "minutes", "kwh"), [
    (ChargingType.AC, range(16, 20), (150, 330), (10, 20)),
    (ChargingType.DC, range(10, 18), (18, 40), (25, 42)),
])
def test_day_and_night(sessions: Sessions, kind: ChargingType, busiest: range, minutes: tuple[int, int],
                       kwh: tuple[int, int]) -> None:
    mine = [session for session in sessions if session.charging_type is kind and session.status is SessionStatus.closed]
    by_hour = Counter(begin(session).astimezone(ZONE).hour for session in mine)
    assert by_hour.most_common(1)[0][0] in busiest
    assert sum(by_hour[hour] for hour in range(5)) < 0.06 * len(mine)
    assert minutes[0] < sum(session.session_duration or 0 for session in mine) / len(mine) < minutes[1]
    assert kwh[0] < sum(session.kwh or 0 for session in mine) / len(mine) < kwh[1]


def test_doors_are_open_when_a_session_begins(points: list[ChargePoint], sessions: Sessions) -> None:
    at = {point.id: point for point in points if point.availability and not point.availability.open247}
    mine = [session for session in sessions if session.charging_point_id in at and session.status is SessionStatus.closed]
    assert len(mine) > 200
    for session in mine:
        point = at[session.charging_point_id]
        assert opening_hours.is_open(point.availability, point.timezone, begin(session))
