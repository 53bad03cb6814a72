"""`wirelane-geo members` and `member`."""

from typing import Any, Literal

import click

from wirelane_geo import settings as reading
from wirelane_geo.api.query import MEMBER_ORDERS
from wirelane_geo.cli.network import opened_client
from wirelane_geo.cli.options import form_options, limit_option, rows_of
from wirelane_geo.cli.output import (
    counted,
    csv_rows,
    end,
    end_listing,
    json_list,
    named,
    note,
    print_fields,
    print_pieces,
    print_table,
)
from wirelane_geo.errors import ApiNotFound
from wirelane_geo.model import Account, Member, MemberStatus, Subscription
from wirelane_geo.wire.records import encode, encode_page

MEMBER_COLUMNS = ("account_id", "status", "email", "first_name", "last_name", "company_name", "account_status", "created", "id")
"""Of a member in CSV."""


@click.command(short_help="List members.")
@click.option("--status", metavar="STATUS", help=f"Any of {', '.join(MemberStatus)}, separated by commas.")
@click.option("--search", metavar="TEXT", help="Words that the upstream looks for.")
@click.option("--order-by", type=click.Choice(MEMBER_ORDERS), help="What to sort by.")
@click.option("--desc", is_flag=True, help="The other way round.")
@limit_option("members")
@form_options("json", "csv")
def members(status: str | None, search: str | None, order_by: str | None, desc: bool, limit: int | None,
            form: Literal["json", "csv"] | None) -> None:
    """List the members of the organization.

    What is printed is personal data: keep it to yourself. The account needs the scope account_admin, that is
    WIRELANE_USERNAME and WIRELANE_PASSWORD.

    \b
    Examples:
      wirelane-geo members --status active --order-by email
      wirelane-geo members --search neumann --json
    """
    most = rows_of(limit, form)
    with opened_client(reading.load()) as client, client.members(
        limit=most, member_status=status, search=search, order_by=order_by, order_direction="desc" if desc else None,
    ) as listing:
        found = counted(listing, lambda: listing.total)
        if form is None:
            shown = print_table(("account", "status", "e-mail", "name", "company", "since"), map(_row, listing))
            note(f"{shown:,} of {listing.total or shown:,} members")
        elif form == "json":
            print_pieces(json_list(map(encode, found)))
        else:
            print_pieces(csv_rows(MEMBER_COLUMNS, map(_cells, found)))
        end_listing(listing, limited=most is not None)


@click.command(short_help="Show one member.")
@click.argument("account_id")
@form_options("json")
def member(account_id: str, form: Literal["json"] | None) -> None:
    """Show one member, by the id of its account, with payment methods and subscription.

    Exit code 3: there is no such member.

    \b
    Examples:
      wirelane-geo member DEMOTENANT-3082698
      wirelane-geo member DEMOTENANT-3082698 --json
    """
    with opened_client(reading.load()) as client:
        with named(f"There is no member with the account {account_id}."):
            found = client.member(account_id)
        methods = client.payment_methods(account_id)
        try:
            subscription: Subscription | None = client.subscription(account_id)
        except ApiNotFound:
            subscription = None
    if form == "json":
        booked = encode(subscription) if subscription else b"null"
        paid = encode_page(list(methods))
        click.echo(b'{"member":%s,"payment_methods":%s,"subscription":%s}' % (encode(found), paid, booked))
        return
    account = found.account or Account()
    print_fields([("account", account.account_id), ("status", found.status), ("e-mail", _email(found)),
                  ("name", _name(account)), ("company", account.company_name), ("phone", account.phone_number),
                  ("language", account.language), ("account status", account.status),
                  ("blocked for", account.blocked_reasons), ("since", account.created), *_booked(subscription),
                  *(("pays by", " ".join(filter(None, (m.type, m.label, m.processor, m.status)))) for m in methods)])
    end("some payment methods could not be understood" if methods.rejected else None)


def _booked(subscription: Subscription | None) -> list[tuple[str, Any]]:
    if subscription is None:
        return [("subscription", "none")]
    period, upcoming = subscription.current_period, subscription.upcoming_subscription
    return [
        ("subscription", subscription.plan_key),
        ("from", subscription.begin),
        ("to", subscription.end),
        ("period to", period and period.end),
        ("period costs", period and period.money),
        ("then", upcoming and upcoming.plan and upcoming.plan.name),
    ]


def _row(member: Member) -> tuple[Any, ...]:
    account = member.account or Account()
    return account.account_id, member.status, _email(member), _name(account), account.company_name, account.created


def _cells(member: Member) -> tuple[Any, ...]:
    account = member.account or Account()
    return (account.account_id, member.status, _email(member), account.first_name, account.last_name, account.company_name,
            account.status, account.created, member.id)


def _email(member: Member) -> str | None:
    return member.email or (member.account.email if member.account else None)


def _name(account: Account) -> str:
    return " ".join(filter(None, (account.first_name, account.last_name)))
