"""The demo organization's members, how they pay, and what they have booked. All of them are made up.

A member follows from the organization and a number, payment methods and subscription follow from the member, whatever
else is asked for: the same each time, with dates as long before the moment they are made. E-mail addresses are of
example.com, telephone numbers ring nobody, and VAT numbers begin with a zero, which none does.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from random import Random

from wirelane_geo.demo import _addresses
from wirelane_geo.demo._network import MOMENT
from wirelane_geo.demo._people import FAMILIES, MEN, TRADES, WOMEN, company, mailbox
from wirelane_geo.demo._places import SHARES
from wirelane_geo.model import Account, AccountStatus, BlockedReason, KeyValue, Member, MemberStatus, PaymentMethod, PostalAddress
from wirelane_geo.places.gazetteer import cities

STATES = ((MemberStatus.active, 0.88), (MemberStatus.pending, 0.05), (MemberStatus.terminated, 0.04),
          (MemberStatus.revoked, 0.03))
COMPANIES, BLOCKED = 0.12, 0.02
"""Shares of the members that are companies, and whose account is blocked for an unpaid invoice."""


def demo_members(organization: str, count: int = 400, now: datetime = MOMENT) -> Iterator[Member]:
    """The members of an organization at a moment, each with an account; their account ids are all different.

    Some nine in ten are active, the others invited, terminated or revoked.
    """
    mailboxes: set[str] = set()
    first = int.from_bytes(blake2b(organization.encode(), digest_size=4).digest()) % 9_000_000
    for i in range(count):
        # 2_000_003 has no factor in common with 9,000,000: numbers come around after as many members only
        number = 1_000_000 + (first + i * 2_000_003) % 9_000_000
        yield _member(organization, f"{organization}-{number}", mailboxes, now)


def demo_payment_methods(member: Member, now: datetime = MOMENT) -> tuple[PaymentMethod, ...]:
    """How a member pays: a card, a bank account, an invoice to a company, or nothing yet before the first sign-in."""
    account = member.account
    if account is None or member.status is MemberStatus.pending:
        return ()
    random = Random(f"payment {account.account_id}")
    kinds = ["invoice"] if account.company_name else [random.choice(("card", "card", "sepa_debit"))]
    if random.random() < 0.2:
        kinds.append("card")
    blocked = BlockedReason.UNPAID_INVOICE in account.blocked_reasons
    state = AccountStatus.BLOCKED if blocked else AccountStatus.ACTIVE
    if member.status in (MemberStatus.terminated, MemberStatus.revoked):
        state = AccountStatus.INACTIVE
    return tuple(_payment_method(kind, state, now, random) for kind in kinds)


def home(member: Member) -> tuple[float, float] | None:
    """Where a member lives: the position (lon, lat in degrees) of the town in the address, if it is known here."""
    address = member.account and member.account.address
    return _positions().get((address.country, address.city)) if address else None


def card_number(account_id: str) -> str:
    """The number on a member's charging card."""
    return f"DEMO{Random(f'card {account_id}').randrange(10**8):08}"


def _member(organization: str, account_id: str, mailboxes: set[str], now: datetime) -> Member:
    random = Random(f"member {account_id}")
    [state] = random.choices([state for state, _ in STATES], [share for _, share in STATES])
    account = _account(organization, account_id, random, state, mailboxes, now)
    return Member(id=str(uuid.UUID(int=random.getrandbits(128), version=4)), account=account, email=account.email,
                  status=state)


def _account(organization: str, account_id: str, random: Random, state: MemberStatus, mailboxes: set[str],
             now: datetime) -> Account:
    rows, shares = _homes()
    [row] = random.choices(rows, cum_weights=shares)
    table = cities()
    country, city = str(table.country[row]), table.name(row, "local")
    lon, lat = float(table.lon[row]), float(table.lat[row])
    lang = _addresses.language(country, lon, lat)
    woman = random.random() < 0.45
    given, family = random.choice((WOMEN if woman else MEN)[lang]), random.choice(FAMILIES[lang])
    firm = company(family, random.choice(TRADES[lang]), country, lang) if random.random() < COMPANIES else None
    street = _addresses.street(random.randrange(2**16), country, lang)
    address = PostalAddress(
        id=random.randrange(10**5, 10**6), name=firm or f"{given} {family}", street=street,
        house_number=str(1 + int(90 * random.random() ** 2)), zip_code=_addresses.postcode(country, city, lon, lat),
        city=city, country=country)
    created = _created(random, state, now)
    blocked = state is MemberStatus.active and random.random() < BLOCKED
    leaving = _leaving(random, state, created, now)
    email = _email(given, family, mailboxes)
    return Account(
        account_id=account_id, tenant=organization, email=email,
        invoice_email_address=f"invoices.{email}" if firm else None,
        first_name=given, last_name=family, company_name=firm,
        vat_number=_vat_number(country, random) if firm else None,
        phone_number=f"+49 30 23125 {random.randrange(1000):03}",
        address=address, language=lang, salutation="Mrs" if woman else "Mr",
        status=AccountStatus.BLOCKED if blocked else
        AccountStatus.INACTIVE if state is MemberStatus.terminated else AccountStatus.ACTIVE,
        terminationRequested=leaving, terminationEffective=leaving and leaving + timedelta(days=14),
        terminationReason="Sold the car" if leaving else None,
        created=created, updated=leaving or _some_time_since(created, now, random), anonymized=False,
        blocked_reasons=(BlockedReason.UNPAID_INVOICE,) if blocked else ())


def _created(random: Random, state: MemberStatus, now: datetime) -> datetime:
    """Up to four years ago; an invitation that is still open is some days old."""
    days = 14 * random.random() if state is MemberStatus.pending else 60 + 1_400 * random.random() ** 1.4
    return (now - timedelta(days=days)).replace(microsecond=0)


def _leaving(random: Random, state: MemberStatus, created: datetime, now: datetime) -> datetime | None:
    """When the end was asked for; it has come two weeks later."""
    if state is not MemberStatus.terminated:
        return None
    return (created + (now - timedelta(days=20) - created) * random.uniform(0.3, 1)).replace(microsecond=0)


def _some_time_since(created: datetime, now: datetime, random: Random) -> datetime:
    return (created + (now - created) * random.random()).replace(microsecond=0)


def _email(given: str, family: str, taken: set[str]) -> str:
    mail, more = mailbox(given, family), 1
    while mail in taken:
        more += 1
        mail = mailbox(given, family) + str(more)
    taken.add(mail)
    return f"{mail}@example.com"


def _vat_number(country: str, random: Random) -> str:
    digits = random.randrange(10**6)
    if country == "CH":
        return f"CHE-000.{digits // 1000:03}.{digits % 1000:03}"
    return f"{'ATU00' if country == 'AT' else 'DE000'}{digits:06}"


def _payment_method(kind: str, state: AccountStatus, now: datetime, random: Random) -> PaymentMethod:
    last = f"{random.randrange(10_000):04}"
    until = datetime(now.year + 1 + random.randrange(4), 1 + random.randrange(12), 1, tzinfo=UTC)
    label, metadata = {
        "card": (f"Card •••• {last}", (KeyValue(key="last4", value=last), KeyValue(key="expires", value=f"{until:%m/%Y}"))),
        "sepa_debit": (f"Bank account •••• {last}", (KeyValue(key="last4", value=last),)),
        "invoice": ("Invoice, 14 days", ()),
    }[kind]
    return PaymentMethod(id=f"pm-{random.getrandbits(64):016x}", status=state, processor="demo-pay", type=kind, label=label,
                         metadata=metadata)


@cache
def _homes() -> tuple[list[int], list[float]]:
    """The rows of towns with 20,000 people or more, and each one's share of the members, running total."""
    table = cities()
    rows = [row for row in range(len(table)) if table.country[row] in SHARES and table.population[row] >= 20_000]
    people = {country: sum(int(table.population[row]) for row in rows if table.country[row] == country)
              for country in SHARES}
    shares = [int(table.population[row]) * SHARES[country] / people[country]
              for row in rows for country in [str(table.country[row])]]
    return rows, list(accumulate(shares))


@cache
def _positions() -> dict[tuple[str | None, str | None], tuple[float, float]]:
    """Where towns are, by country and name; the largest of those that share a name."""
    table = cities()
    rows = sorted(_homes()[0], key=lambda row: int(table.population[row]))
    return {(str(table.country[row]), table.name(row, "local")): (float(table.lon[row]), float(table.lat[row]))
            for row in rows}
