"""Members as an operator reads them: a line of the list, one of them with subscription and payment methods."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from markupsafe import Markup

from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiNotFound
from wirelane_geo.model import Account, AccountStatus, Member, MemberStatus, PaymentMethod, Subscription, tax_share
from wirelane_geo.ui.operator.paging import ListPage
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

_TONES = {MemberStatus.active: "good", MemberStatus.pending: "on", MemberStatus.revoked: "bad"}


@dataclass(frozen=True)
class Details:
    """A member, what it has booked (None: nothing) and how it pays."""

    member: Member
    subscription: Subscription | None
    payment_methods: tuple[PaymentMethod, ...]


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    id: str
    name: str
    email: str
    city: str
    status: MemberStatus | None
    tone: str


def details_of(client: WirelaneClient, member: Member) -> Details:
    """All there is about a member; a member without an account, subscription or payment method has none. Raises ApiError."""
    account_id = member.account.account_id if member.account else None
    if account_id is None:
        return Details(member, None, ())
    member = client.member(account_id)
    try:
        subscription: Subscription | None = client.subscription(account_id)
    except ApiNotFound:
        subscription = None
    try:
        methods = tuple(client.payment_methods(account_id))
    except ApiNotFound:
        methods = ()
    return Details(member, subscription, methods)


def id_of(member: Member) -> str:
    """What a member's line is known by."""
    return member.id or (member.account.account_id if member.account else None) or member.email or ""


def name_of(member: Member) -> str:
    """The company's or person's name, else the e-mail address."""
    account = member.account or Account()
    person = " ".join(filter(None, (account.first_name, account.last_name)))
    return account.company_name or person or member.email or account.email or id_of(member)


def members_html(shown: ListPage[Member], texts: Texts, *, opened: str | None, details: str) -> str:
    """The list; `details` is the rendered `member_html` of the member whose line is `opened`."""
    trusted = Markup(details)  # noqa: S704 - rendered, and so escaped, by member_html
    return render("members", t=texts, shown=shown, rows=[_row(member) for member in shown.records], opened=opened,
                  details=trusted)


def member_html(details: Details, texts: Texts, zone: tzinfo) -> str:
    """One member in full."""
    member = details.member
    return render("member", t=texts, account=list(_account(member, texts, zone)),
                  has_account=bool(member.account and member.account.account_id),
                  subscription=list(_subscription(details.subscription, texts, zone)) if details.subscription else [],
                  payment_methods=details.payment_methods)


def _row(member: Member) -> Row:
    account = member.account or Account()
    city = account.address.city if account.address else None
    tone = "bad" if account.status is AccountStatus.BLOCKED else _TONES.get(member.status, "") if member.status else ""
    return Row(id_of(member), name_of(member), member.email or account.email or "", city or "", member.status, tone)


def _account(member: Member, texts: Texts, zone: tzinfo) -> Iterator[tuple[str, str]]:
    account = member.account or Account()
    address = account.address
    lines: Sequence[str | None] = () if address is None else (
        address.name, " ".join(filter(None, (address.street, address.house_number))),
        " ".join(filter(None, (address.country, address.zip_code, address.city))))
    person = " ".join(filter(None, (account.first_name, account.last_name)))
    rows = (
        ("member.account", account.account_id),
        ("operator.status", texts.term(account.status) if account.status else None),
        ("member.blocked", ", ".join(texts.term(reason) for reason in account.blocked_reasons)),
        ("member.name", " · ".join(filter(None, (account.company_name, person)))),
        ("member.phone", account.phone_number),
        ("member.address", ", ".join(filter(None, lines))),
        ("member.vat", account.vat_number),
        ("member.since", _day(account.created, zone)),
        ("member.ends", _day(account.terminationEffective, zone)),
    )
    return ((texts(key), text) for key, text in rows if text)


def _subscription(subscription: Subscription, texts: Texts, zone: tzinfo) -> Iterator[tuple[str, str]]:
    period, upcoming = subscription.current_period, subscription.upcoming_subscription
    plan = period.plan if period else None
    rows = [
        ("member.plan", (plan.name if plan else None) or subscription.plan_key),
        ("member.since", _day(subscription.begin, zone)),
        ("member.ends", _day(subscription.end, zone)),
    ]
    if period:
        rate = tax_share(period.tax_rate)
        tax = f" ({texts('session.tax')} {texts.number(float(rate * 100), 1)} %)" if rate is not None else ""
        money = period.money
        rows += [
            ("member.period", " – ".join(filter(None, (_day(period.begin, zone), _day(period.end, zone))))),
            ("member.amount", texts.money(money.amount, money.currency) + tax if money else None),
            ("member.seats", texts.number(period.quantity)),
        ]
    if upcoming and upcoming.plan:
        rows.append(("member.upcoming", upcoming.plan.name or upcoming.plan.plan_key))
    return ((texts(key), text) for key, text in rows if text)


def _day(when: datetime | None, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%Y-%m-%d}" if when else ""
