"""What the demo organization's members can book, and what each of them has booked."""

import uuid
from datetime import datetime
from decimal import Decimal
from random import Random

from wirelane_geo.demo._network import MOMENT
from wirelane_geo.demo._tariffs import TAX
from wirelane_geo.model import (
    Currency,
    DisplayText,
    IntervalType,
    Member,
    MemberStatus,
    Plan,
    PlanGroup,
    PlanServiceLevel,
    Subscription,
    SubscriptionPeriod,
    UpcomingSubscription,
)

_SOLD_FROM = datetime.fromisoformat("2021-01-01T00:00:00+01:00")
_INVOICE_TEXTS = {
    "DE": ("Enthält {} % Umsatzsteuer", "Includes {} % VAT"), "AT": ("Enthält {} % Umsatzsteuer", "Includes {} % VAT"),
    "CH": ("Enthält {} % Mehrwertsteuer", "Includes {} % VAT"),
}
_LEVELS = (("AC", "AC charging"), ("DC", "Fast charging"), ("HPC", "Ultra-fast charging"))
_OFFERS = (
    # key, name, minor units, months, more for a seat: once, each interval
    ("BASIC", "Basic", 0, 1, None, None),
    ("PLUS", "Plus", 499, 1, None, None),
    ("PLUS-ANNUAL", "Plus, yearly", 4_990, 12, None, None),
    ("FLEET", "Fleet", 1_990, 1, 1_500, 790),
)


def plan(offer: int, country: str) -> Plan:
    """One of the four plans as it is sold in a country: in francs in Switzerland, in euros elsewhere."""
    key, name, amount, months, order, recurrent = _OFFERS[offer]
    rate = TAX[country] * 100
    fleet = recurrent is not None
    return Plan(
        id=100 * (1 + ("DE", "AT", "CH").index(country)) + offer, plan_key=f"DEMO-{key}-{country}", name=name,
        amount=amount, currency=Currency.CHF if country == "CH" else Currency.EUR,
        interval_type=IntervalType.MONTHS, interval_count=months,
        plan_group=PlanGroup.PRIVATE if fleet else PlanGroup.PUBLIC, default_tax_rate=rate,
        tax_rate_invoice_text=tuple(DisplayText(language=lang, text=text.format(f"{rate.normalize():f}"))
                                    for lang, text in zip(("de", "en"), _INVOICE_TEXTS[country], strict=True)),
        seat_active_min=2 if fleet else 1, amount_seat_order=order, amount_seat_recurrent=recurrent,
        activation_date=_SOLD_FROM,
        service_levels=tuple(
            PlanServiceLevel(id=10 * offer + n, key=f"{kind}-{country}", title=title, tariff=f"MEMBER-{kind}-{country}",
                             description=f"{title} at the price for members")
            for n, (kind, title) in enumerate(_LEVELS)),
        unlock_code=f"FLEET-{country}-2025" if fleet else None)


def demo_subscription(member: Member, now: datetime = MOMENT) -> Subscription:
    """What a member has booked: the period that a moment lies in, and what takes over after it.

    Who is invited but has not come yet has an upcoming plan only; who has left has none.
    """
    account = member.account
    if account is None or account.created is None:
        return Subscription()
    random = Random(f"subscription {account.account_id}")
    country = (account.address and account.address.country) or "DE"
    offer = 3 if account.company_name else random.choices((0, 1, 2), (0.5, 0.35, 0.15))[0]
    booked = plan(offer, country)
    seats = random.randrange(2, 15) if account.company_name else 1
    gone = member.status in (MemberStatus.terminated, MemberStatus.revoked)
    period = None if gone or member.status is MemberStatus.pending else _period(booked, seats, account.created, now, random)
    upcoming = None
    if member.status is MemberStatus.pending or (period and random.random() < 0.08):
        other = booked if period is None else plan(offer if account.company_name else (offer + 1) % 3, country)
        upcoming = UpcomingSubscription(plan=other, quantity=seats, tax_rate=other.default_tax_rate)
    return Subscription(
        id=str(uuid.UUID(int=random.getrandbits(128), version=4)), upcoming_subscription=upcoming, current_period=period,
        plan_key=booked.plan_key, begin=account.created, end=account.terminationEffective if gone else None,
        account_id=account.account_id)


def _period(booked: Plan, seats: int, begin: datetime, now: datetime, random: Random) -> SubscriptionPeriod:
    """The period of a plan, booked at `begin`, that is running; `amount` is for all seats."""
    months, run = booked.interval_count or 1, 0
    while _months_after(begin, run + months) <= now:
        run += months
    minor = (booked.amount or 0) + (seats - 1) * (booked.amount_seat_recurrent or 0)
    return SubscriptionPeriod(
        plan=booked, currency=booked.currency, amount=Decimal(minor).scaleb(-2),
        uid=f"{random.getrandbits(64):016x}", begin=_months_after(begin, run), end=_months_after(begin, run + months),
        quantity=seats, tax_rate=booked.default_tax_rate)


def _months_after(begin: datetime, months: int) -> datetime:
    """The same day of a later month; its 28th for the last days of a month."""
    year, month = divmod(begin.month - 1 + months, 12)
    return begin.replace(year=begin.year + year, month=month + 1, day=min(begin.day, 28))
