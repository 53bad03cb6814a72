"""What a member has booked, for how long and at what price.

The contract gives two ways to write money. `Plan.amount` and its siblings are integers: read as the minor unit, whole
cents or Rappen. `SubscriptionPeriod.amount` is a number: read as the major unit. It also gives two ways to write a tax
rate: a plan's default, 19.0, can only be per cent; a session's sample, 0.19, is a share. The rates of periods and
upcoming subscriptions come without a sample: `tax_share` reads what is below 1 as a share and the rest as per cent.
Whether amounts include tax, and whether a period's is for one seat or for all, the contract doesn't say.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from wirelane_geo.model._money import Money, money
from wirelane_geo.model._privacy import Record
from wirelane_geo.model._terms import Currency, IntervalType, PlanGroup


def tax_share(rate: Decimal | None) -> Decimal | None:
    """A tax rate as a share of the net price, 0.19 for both 0.19 and 19.0. No country taxes below 1 %, or at 100 %."""
    return rate if rate is None or rate < 1 else rate / 100


class DisplayText(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A text in one language (ISO 639-1)."""

    language: str | None = None
    text: str | None = None


class PlanServiceLevel(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What a plan gives to who has booked it: above all the key of the tariff that sessions are billed by."""

    id: int | None = None
    key: str | None = None
    title: str | None = None
    description: str | None = None
    tariff: str | None = None


class Plan(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Something that can be booked: `amount` minor units of `currency`, every `interval_count` times `interval_type`.

    `amount_seat_order` and `amount_seat_recurrent` are minor units as well: for each further seat, once and each
    interval. `seat_active_min` is the least number of seats. `default_tax_rate` is per cent. It can be booked from
    `activation_date` to `deactivation_date` and ends for everybody at `termination_date`, aware datetimes.
    `unlock_code` opens a private plan, and so is not shown. `properties` is whatever the platform keeps there.
    """

    PERSONAL = frozenset({"unlock_code"})

    id: int | None = None
    plan_key: str | None = None
    name: str | None = None
    amount: int | None = None
    currency: Currency | None = None
    interval_type: IntervalType | None = None
    interval_count: int | None = None
    properties: dict[str, Any] | None = None
    plan_group: PlanGroup | None = None
    default_tax_rate: Decimal = Decimal("19.0")
    tax_rate_invoice_text: tuple[DisplayText, ...] = ()
    seat_active_min: int | None = None
    amount_seat_order: int | None = None
    amount_seat_recurrent: int | None = None
    activation_date: datetime | None = None
    deactivation_date: datetime | None = None
    termination_date: datetime | None = None
    service_levels: tuple[PlanServiceLevel, ...] = ()
    unlock_code: str | None = None
    subscription_count: int = 0

    @property
    def money(self) -> Money | None:
        """The price of an interval."""
        return None if self.amount is None or self.currency is None else Money.of_minor(self.amount, self.currency)


class SubscriptionPeriod(Record, kw_only=True, frozen=True, omit_defaults=True):
    """One period of a subscription, from `begin` to `end` (aware datetimes): `quantity` seats of a plan.

    `amount` is in the major unit of `currency`.
    """

    plan: Plan | None = None
    currency: Currency | None = None
    amount: Decimal | None = None
    uid: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    quantity: int = 1
    tax_rate: Decimal | None = None

    @property
    def money(self) -> Money | None:
        """What the period costs."""
        return money(self.amount, self.currency)


class UpcomingSubscription(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What takes over when the current period ends: `quantity` seats of a plan."""

    plan: Plan | None = None
    quantity: int | None = None
    tax_rate: Decimal | None = None


class Subscription(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A member's subscription. `begin` is its first day, `end` its last where that is known (aware datetimes)."""

    PERSONAL = frozenset({"account_id"})

    id: str | None = None
    upcoming_subscription: UpcomingSubscription | None = None
    current_period: SubscriptionPeriod | None = None
    plan_key: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    account_id: str | None = None
