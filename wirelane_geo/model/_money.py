"""Amounts of money: decimals with their currency, which only add up within it."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from wirelane_geo.errors import BadInput
from wirelane_geo.model._terms import Currency


class Money(msgspec.Struct, frozen=True, order=False):
    """An amount in a currency's major unit (1.70 EUR is `Money(Decimal("1.70"), Currency.EUR)`).

    Raises BadInput for a float, which holds no exact price, and for an amount that is no number.
    """

    amount: Decimal
    currency: Currency

    def __post_init__(self) -> None:
        """Refuse what can't be summed."""
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise BadInput(f"{self.amount!r} is not an amount of money: give a finite Decimal.")

    @classmethod
    def of_minor(cls, amount: int, currency: Currency) -> "Money":
        """From whole cents, Rappen, öre or agorot."""
        return cls(Decimal(amount).scaleb(-2), currency)

    def __add__(self, other: "Money") -> "Money":
        """The sum. Raises BadInput for two currencies."""
        if not isinstance(other, Money):
            return NotImplemented
        if other.currency is not self.currency:
            raise BadInput(f"{self.currency} and {other.currency} don't add up: total each currency by itself.")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        """As "1.70 EUR"; more than two decimals are kept, fewer filled up."""
        places = max(2, -int(self.amount.as_tuple().exponent))
        return f"{self.amount:.{places}f} {self.currency}"


def total(prices: Iterable[Money | None]) -> dict[Currency, Decimal]:
    """The exact sum of prices in each currency that occurs, in the contract's order; None, a price not known, is skipped."""
    sums: dict[Currency, Decimal] = {}
    for price in prices:
        if price is not None:
            sums[price.currency] = sums.get(price.currency, Decimal(0)) + price.amount
    return {currency: sums[currency] for currency in Currency if currency in sums}


def money(amount: Decimal | None, currency: Currency | None) -> Money | None:
    """An amount and its currency where both are known."""
    return None if amount is None or currency is None else Money(amount, currency)
