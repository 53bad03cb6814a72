"""The demo organization's members: believable, complete, the same each time, and nobody's."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from wirelane_geo.demo import demo_members, demo_payment_methods, demo_subscription
from wirelane_geo.demo._accounts import home
from wirelane_geo.demo._network import MOMENT
from wirelane_geo.model import (
    Account,
    AccountStatus,
    BlockedReason,
    Currency,
    IntervalType,
    Member,
    MemberStatus,
    PlanGroup,
)
from wirelane_geo.places.gazetteer import nearest

PATTERN = re.compile(r"^[a-zA-Z0-9-_]+$")
GONE = (MemberStatus.terminated, MemberStatus.revoked)


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return list(demo_members("DEMOTENANT"))


def account_of(member: Member) -> Account:
    assert member.account is not None
    return member.account


def test_how_many(members: list[Member]) -> None:
    assert len(members) == 400
    assert len(list(demo_members("DEMOTENANT", 3))) == 3
    assert list(demo_members("DEMOTENANT", 0)) == []


def test_the_same_each_time_and_others_elsewhere(members: list[Member]) -> None:
    assert list(demo_members("DEMOTENANT")) == members
    assert list(demo_members("DEMOTENANT", 30)) == members[:30]
    elsewhere = {account_of(member).account_id for member in demo_members("OTHER")}
    assert not elsewhere & {account_of(member).account_id for member in members}


def test_another_moment_moves_the_dates_and_nothing_else(members: list[Member]) -> None:
    now = MOMENT + timedelta(days=400)
    for then, later in zip(members, demo_members("DEMOTENANT", now=now), strict=True):
        there, here = account_of(then), account_of(later)
        assert (later.id, later.email, here.account_id, here.address) == (then.id, then.email, there.account_id, there.address)
        assert here.created is not None
        assert here.updated is not None
        assert there.created == here.created - timedelta(days=400)
        assert here.created <= here.updated <= now
        period = demo_subscription(later, now).current_period
        assert (period is None) == (demo_subscription(then).current_period is None)
        assert period is None or (period.begin is not None and period.end is not None and period.begin <= now < period.end)
        assert [m.id for m in demo_payment_methods(later, now)] == [m.id for m in demo_payment_methods(then)]


def test_who_is_told_apart(members: list[Member]) -> None:
    assert len({member.id for member in members}) == len(members)
    assert len({member.email for member in members}) == len(members)
    assert len({account_of(member).account_id for member in members}) == len(members)


def test_states(members: list[Member]) -> None:
    count = Counter(member.status for member in members)
    assert set(count) == set(MemberStatus)
    assert count[MemberStatus.active] > 0.8 * len(members)


def test_accounts_are_complete_and_well_formed(members: list[Member]) -> None:
    for member in members:
        account = account_of(member)
        assert PATTERN.match(account.account_id or "")
        assert re.fullmatch(r"[a-z0-9.-]+@example\.com", member.email or "")
        assert account.email == member.email
        assert account.tenant == "DEMOTENANT"
        assert account.language in ("de", "fr", "it")
        assert account.salutation in ("Mr", "Mrs")
        assert account.address is not None
        assert all(getattr(account.address, name) for name in account.address.__struct_fields__ if name != "description")
        assert account.created is not None
        assert account.updated is not None
        assert account.created <= account.updated <= MOMENT
        assert bool(account.terminationEffective) == (member.status is MemberStatus.terminated)


def test_nobody_is_rung_up_or_taxed(members: list[Member]) -> None:
    """Telephone numbers are those that the German Federal Network Agency keeps for films; no VAT number begins with 0."""
    vat = {"DE": r"DE000\d{6}", "AT": r"ATU00\d{6}", "CH": r"CHE-000\.\d{3}\.\d{3}"}
    companies = 0
    for member in members:
        account = account_of(member)
        assert re.fullmatch(r"\+49 30 23125 \d{3}", account.phone_number or "")
        assert (account.vat_number is None) == (account.company_name is None) == (account.invoice_email_address is None)
        if account.vat_number:
            companies += 1
            assert account.address is not None
            assert re.fullmatch(vat[account.address.country or ""], account.vat_number)
            assert (account.invoice_email_address or "").endswith("@example.com")
    assert 20 < companies < 80


def test_they_live_in_towns_of_their_countries(members: list[Member]) -> None:
    count = Counter((member.account and member.account.address and member.account.address.country) for member in members)
    assert set(count) == {"DE", "AT", "CH"}
    assert min(count.values()) > 25
    for member in members:
        where, address = home(member), account_of(member).address
        assert where is not None
        assert address is not None
        assert nearest(*where).country == address.country


def test_who_is_blocked_has_not_paid(members: list[Member]) -> None:
    blocked = [account_of(member) for member in members if account_of(member).status is AccountStatus.BLOCKED]
    assert blocked
    assert all(account.blocked_reasons == (BlockedReason.UNPAID_INVOICE,) for account in blocked)
    assert all(not account_of(member).blocked_reasons for member in members
               if account_of(member).status is not AccountStatus.BLOCKED)


def test_how_they_pay(members: list[Member]) -> None:
    kinds: Counter[str | None] = Counter()
    for member in members:
        methods = demo_payment_methods(member)
        assert methods == demo_payment_methods(member)
        kinds.update(method.type for method in methods)
        assert (methods == ()) == (member.status is MemberStatus.pending)
        assert all(method.status is AccountStatus.INACTIVE for method in methods) or member.status not in GONE
        assert len({method.id for method in methods}) == len(methods)
    assert set(kinds) == {"card", "sepa_debit", "invoice"}


def test_what_they_have_booked(members: list[Member]) -> None:
    upcoming = 0
    for member in members:
        subscription = demo_subscription(member)
        assert subscription == demo_subscription(member)
        assert subscription.account_id == account_of(member).account_id
        assert subscription.begin == account_of(member).created
        assert (subscription.current_period is not None) == (member.status is MemberStatus.active)
        upcoming += subscription.upcoming_subscription is not None and member.status is MemberStatus.active
        if member.status is MemberStatus.pending:
            assert subscription.upcoming_subscription is not None
        if member.status in GONE:
            assert subscription.upcoming_subscription is None
    assert upcoming > 5


def test_the_period_that_runs(members: list[Member]) -> None:
    for member in members:
        period = demo_subscription(member).current_period
        if period is None:
            continue
        plan = period.plan
        assert plan is not None
        assert plan.interval_type is IntervalType.MONTHS
        assert plan.interval_count in (1, 12)
        assert period.begin is not None
        assert period.end is not None
        assert period.begin <= MOMENT < period.end
        assert timedelta(27) < (period.end - period.begin) / plan.interval_count < timedelta(32)


def test_its_price_is_the_plan_s(members: list[Member]) -> None:
    for member in members:
        period, address = demo_subscription(member).current_period, account_of(member).address
        if period is None:
            continue
        assert period.money is not None
        assert period.plan is not None
        assert address is not None
        assert period.currency is period.plan.currency is (Currency.CHF if address.country == "CH" else Currency.EUR)
        seats = (period.quantity - 1) * (period.plan.amount_seat_recurrent or 0)
        assert period.money.amount * 100 == (period.plan.amount or 0) + seats
        assert (period.quantity > 1) == (period.plan.plan_group is PlanGroup.PRIVATE)
        assert bool(period.plan.unlock_code) == (period.plan.plan_group is PlanGroup.PRIVATE)


def test_plans_lead_to_tariffs_of_sessions(members: list[Member]) -> None:
    from wirelane_geo.demo._tariffs import TARIFFS

    there = {tariff.key for tariff in TARIFFS.values()}
    for member in members:
        period = demo_subscription(member).current_period
        if period is not None and period.plan is not None:
            assert {level.tariff for level in period.plan.service_levels} <= there


def test_a_member_without_an_account_has_nothing() -> None:
    stranger = Member(id="m", email="a@example.com", status=MemberStatus.pending)
    assert demo_payment_methods(stranger) == ()
    assert demo_subscription(stranger).plan_key is None
    assert home(stranger) is None
