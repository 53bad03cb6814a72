"""`wirelane-geo sessions` and `session`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import click

from wirelane_geo import settings as reading
from wirelane_geo.api.query import SESSION_ORDERS
from wirelane_geo.cli.network import opened_client
from wirelane_geo.cli.options import MapQuery, form_options, limit_option, link, rows_of
from wirelane_geo.cli.output import (
    counted,
    csv_rows,
    end_listing,
    json_list,
    named,
    note,
    print_fields,
    print_pieces,
    print_table,
)
from wirelane_geo.cli.times import read_moment
from wirelane_geo.model import ChargingSession, PointId, SessionStatus, total
from wirelane_geo.wire.records import encode


@click.command(short_help="List charging sessions.")
@click.option("--since", metavar="TIME", callback=read_moment, help="Begun at this time or later.")
@click.option("--until", metavar="TIME", callback=read_moment, help="Begun at this time or earlier.")
@click.option("--status", metavar="STATUS", help=f"Any of {', '.join(SessionStatus)}, separated by commas.")
@click.option("--charge-point-id", metavar="IDS",
              help="At these charge points, by their charge_point_id (the operator's own name), separated by commas.")
@click.option("--charging-point-id", metavar="ID", help="At one charge point, by its id in the API (see `point`).")
@click.option("--organization-type", metavar="ROLE", help="What the organization was in it: any of emp, cpo, owner.")
@click.option("--owner-id", metavar="ID", help="At charge points of these owners, separated by commas.")
@click.option("--search", metavar="TEXT", help="Words that the upstream looks for.")
@click.option("--order-by", type=click.Choice(SESSION_ORDERS), help="Default: sessionBegin, the newest first.")
@click.option("--desc", is_flag=True, help="The other way round.")
@limit_option("sessions")
@form_options("json", "csv")
def sessions(limit: int | None, form: Literal["json", "csv"] | None, order_by: str | None, desc: bool,
             since: datetime | None, until: datetime | None, **asked: str | None) -> None:
    """List the charging sessions of the organization, with energy and price.

    They are read page by page as they are printed. Personal data is in JSON and CSV: keep such files to yourself. The
    account needs the scope account_admin, that is WIRELANE_USERNAME and WIRELANE_PASSWORD.

    \b
    Examples:
      wirelane-geo sessions --since 2026-01-01 --status closed --csv > closed.csv
      wirelane-geo sessions --charge-point-id RQW-29865-1 --status closed --limit 5
      wirelane-geo sessions --charging-point-id 6558be6adad6d71b06bc9b100623b410 --order-by kwh --desc
    """
    newest = order_by is None and not desc
    with opened_client(reading.load()) as client, client.sessions(
        limit=rows_of(limit, form), since=since, until=until, order_by=order_by or "sessionBegin",
        order_direction="desc" if desc or newest else "asc", **asked,  # type: ignore[arg-type]  # names of the API
    ) as listing:
        if form is None:
            found = list(listing)
            print_table(("begin", "minutes", "kWh", "price", "status", "point", "place", "session"), map(_row, found))
            note(f"{len(found):,} of {listing.total or len(found):,} sessions; {_totals(found)}")
        elif form == "json":
            print_pieces(json_list(encode(session) for session in counted(listing, lambda: listing.total)))
        else:
            names = ChargingSession.__struct_fields__
            rows = ([getattr(session, name) for name in names] for session in counted(listing, lambda: listing.total))
            print_pieces(csv_rows(names, rows))
        end_listing(listing, limited=rows_of(limit, form) is not None)


@click.command(short_help="Show one charging session.")
@click.argument("id")
@form_options("json")
@click.option("--url", is_flag=True, help="Print the link to its station on the map, and nothing else.")
def session(id: str, form: Literal["json"] | None, url: bool) -> None:
    """Show one charging session, by its session_id. Exit code 3: there is no such session.

    \b
    Examples:
      wirelane-geo session c46636877f87d545
      wirelane-geo session c46636877f87d545 --url
    """
    settings = reading.load()
    with opened_client(settings) as client, named(f"There is no session {id}."):
        found = client.session(id)
    if url:
        point = found.charging_point_id
        click.echo(link(settings, MapQuery(), PointId(point) if point else None))
    elif form == "json":
        click.echo(encode(found))
    else:
        print_fields((name, getattr(found, name)) for name in ChargingSession.__struct_fields__)


def _row(session: ChargingSession) -> tuple[Any, ...]:
    duration = session.duration
    place = " ".join(filter(None, (session.zip_code, session.city)))
    return (session.session_begin, None if duration is None else int(duration.total_seconds() // 60), session.kwh,
            session.money, session.status, session.evseid or session.charge_point_id, place, session.session_id)


def _totals(found: Iterable[ChargingSession]) -> str:
    """Energy and prices of the sessions that are shown."""
    shown = list(found)
    prices = [f"{amount:,.2f} {currency}" for currency, amount in total(session.money for session in shown).items()]
    energy = f"these took {sum(session.kwh or 0 for session in shown):,.1f} kWh"
    return f"{energy} for {' and '.join(prices)}" if prices else energy
