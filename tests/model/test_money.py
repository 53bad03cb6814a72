"""Prices add up exactly, within a currency."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.errors import BadInput
from wirelane_geo.model import (
    ChargingSession,
    Currency,
    Money,
    Plan,
    SubscriptionPeriod,
    tax_share,
    total,
)

amounts = st.decimals(-10**9, 10**9, places=4)
prices = st.lists(st.none() | st.builds(Money, amounts, st.sampled_from(Currency)), max_size=50)


@given(prices)
def test_a_total_is_exact_in_each_currency_that_occurs(prices: list[Money | None]) -> None:
    known = [price for price in prices if price is not None]
    sums = total(prices)
    assert list(sums) == [currency for currency in Currency if any(p.currency is currency for p in known)]
    for currency, amount in sums.items():
        assert Fraction(amount) == sum(Fraction(p.amount) for p in known if p.currency is currency)


def test_ten_times_ten_cents_are_one_euro() -> None:
    assert total([Money(Decimal("0.10"), Currency.EUR)] * 10) == {Currency.EUR: Decimal("1.00")}
    assert total([]) == {}


def test_currencies_don_t_mix() -> None:
    with pytest.raises(BadInput, match="EUR and CHF"):
        Money(Decimal(1), Currency.EUR) + Money(Decimal(1), Currency.CHF)
    assert Money(Decimal(1), Currency.CHF) + Money(Decimal("0.05"), Currency.CHF) == Money(Decimal("1.05"), Currency.CHF)


@pytest.mark.parametrize("amount", [0.1, 1, "1.70", Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_exact_amount_is_refused(amount: object) -> None:
    with pytest.raises(BadInput, match="finite Decimal"):
        Money(amount, Currency.EUR)  # type: ignore[arg-type]


@pytest.mark.parametrize(("amount", "text"), [("1.7", "1.70 EUR"), ("0", "0.00 EUR"), ("0.395", "0.395 EUR"),
                                              ("1E+3", "1000.00 EUR"), ("-2.5", "-2.50 EUR")])
def test_how_it_reads(amount: str, text: str) -> None:
    assert str(Money(Decimal(amount), Currency.EUR)) == text


def test_a_plan_counts_in_cents_and_a_period_in_euros() -> None:
    assert Plan(amount=1999, currency=Currency.CHF).money == Money(Decimal("19.99"), Currency.CHF)
    period = SubscriptionPeriod(amount=Decimal("19.99"), currency=Currency.CHF)
    assert period.money == Plan(amount=1999, currency=Currency.CHF).money


def test_half_a_price_is_none() -> None:
    assert ChargingSession(session_id="a", price=Decimal(1)).money is None
    assert ChargingSession(session_id="a", currency=Currency.EUR).money is None
    assert Plan(amount=1).money is None
    assert SubscriptionPeriod().money is None


@pytest.mark.parametrize(("rate", "share"), [("0.19", "0.19"), ("19.0", "0.19"), ("8.1", "0.081"), ("0", "0")])
def test_a_tax_rate_is_read_either_way(rate: str, share: str) -> None:
    assert tax_share(Decimal(rate)) == Decimal(share)
    assert tax_share(None) is None
