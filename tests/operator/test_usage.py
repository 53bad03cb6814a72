"""Totals of sessions: exact, whatever the order, and what is not known is counted and not guessed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.operator.sums import usage_of
from wirelane_geo.model import ChargingSession, Currency

BERLIN = ZoneInfo("Europe/Berlin")

sessions = st.lists(st.builds(
    ChargingSession,
    session_id=st.just("x"),
    kwh=st.none() | st.integers(0, 10**6).map(lambda wh: wh / 1000),
    price=st.none() | st.decimals(0, 1000, places=2),
    currency=st.none() | st.sampled_from(Currency),
    session_begin=st.none() | st.datetimes(datetime(2025, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
    session_duration=st.none() | st.integers(0, 3000),
), max_size=40)


@given(sessions, st.randoms())
def test_all_of_it_is_counted_once_in_any_order(given: list[ChargingSession], random: object) -> None:
    usage = usage_of(given, BERLIN)
    assert usage.sessions == len(given)
    assert usage.kwh == sum((Decimal(str(s.kwh)) for s in given if s.kwh is not None), Decimal(0))
    assert usage.duration == timedelta(minutes=sum(s.session_duration or 0 for s in given))
    for currency in Currency:
        wanted = sum((s.price for s in given if s.price is not None and s.currency is currency), Decimal(0))
        assert usage.revenue.get(currency, Decimal(0)) == wanted
    assert usage.unpriced == sum(s.price is None or s.currency is None for s in given)
    assert usage.unmeasured == sum(s.kwh is None for s in given)
    assert sum(map(sum, usage.by_hour)) + usage.undated == len(given)
    dated = sum((Decimal(str(s.kwh)) for s in given if s.kwh is not None and s.session_begin), Decimal(0))
    assert sum(usage.by_day.values(), Decimal(0)) == dated
    random.shuffle(given)  # type: ignore[attr-defined]
    again = usage_of(given, BERLIN)
    assert (again.kwh, again.revenue, again.by_day, again.by_hour) == (usage.kwh, usage.revenue, usage.by_day, usage.by_hour)


def test_a_session_counts_for_the_day_and_hour_where_the_reader_is() -> None:
    late = ChargingSession(session_id="1", kwh=0.1, session_begin=datetime(2025, 7, 6, 22, 30, tzinfo=UTC))
    there, here = usage_of([late], UTC), usage_of([late], BERLIN)  # a Sunday in UTC, Monday 00:30 in Berlin
    assert (list(there.by_day), there.by_hour[6][22]) == ([date(2025, 7, 6)], 1)
    assert (list(here.by_day), here.by_hour[0][0]) == ([date(2025, 7, 7)], 1)


def test_days_without_a_session_are_days_too() -> None:
    usage = usage_of([ChargingSession(session_id="1", kwh=2.5, session_begin=datetime(2025, 7, 6, 12, tzinfo=UTC))], UTC)
    assert list(usage.days(date(2025, 7, 5), date(2025, 7, 7))) == [
        (date(2025, 7, 5), Decimal(0)), (date(2025, 7, 6), Decimal("2.5")), (date(2025, 7, 7), Decimal(0))]


def test_francs_and_euros_are_never_one_sum() -> None:
    def paid(price: str, currency: Currency) -> ChargingSession:
        return ChargingSession(session_id="x", price=Decimal(price), currency=currency)
    usage = usage_of([paid("0.10", Currency.EUR), paid("0.20", Currency.EUR), paid("9", Currency.CHF)], UTC)
    assert usage.revenue == {Currency.EUR: Decimal("0.30"), Currency.CHF: Decimal(9)}
