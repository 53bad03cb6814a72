"""`wirelane-geo publish`: whether what is published is complete, and the token of those who read it as OCPI."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Literal

import click

from wirelane_geo import settings as reading
from wirelane_geo.cli.exits import DONE, FAILED
from wirelane_geo.cli.network import opened_store
from wirelane_geo.cli.options import MapQuery, form_options, query_options
from wirelane_geo.cli.printable import printable
from wirelane_geo.errors import BadInput
from wirelane_geo.geo.bounds import write_bbox
from wirelane_geo.permalink import format as link_of
from wirelane_geo.publish import Publication, Selection
from wirelane_geo.publish.completeness import Shortfall, missing
from wirelane_geo.settings import Settings
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store

Row = dict[str, Any]


@click.group(short_help="Say what a published feed lacks; print its token.")
def publish() -> None:
    """What a running map publishes: DATEX II at /datex2/table and /datex2/status, OCPI at /ocpi/versions.

    docs/publish.md has all of it.

    \b
    Examples:
      wirelane-geo publish check
      wirelane-geo publish check --kw 150- --json | python3 -m json.tool
      wirelane-geo publish token
    """


@publish.command(short_help="Say what is missing for a complete feed.")
@query_options
@form_options("json")
def check(asked: MapQuery, form: Literal["json"] | None) -> None:
    """Say what is missing for a complete feed, in plain words.

    Whatever is missing, what is published is valid: what isn't known is left out, or said to be unknown. The exit code is 1 where
    nothing at all can be published.
    """
    settings = reading.load()
    if not settings.embedded:
        raise BadInput("The settings name a Wirelane account, whose points are not published. WIRELANE_ENVIRONMENT=embedded is "
                       "the network of this installation.")
    with opened_store(settings) as store:
        points, rows = _rows(settings, store, asked)
    if form == "json":
        shown = json.dumps({"points": points, "checks": rows}, ensure_ascii=False)
        click.echo(shown.encode("utf-8", "backslashreplace").decode())
    else:
        click.echo(f"{points:,} points are published.")
        for row in rows:
            named = f" ({', '.join(row['named'])}{', …' if row['missing'] > len(row['named']) else ''})" if row["named"] else ""
            mark = "missing" if row["missing"] else "ok     "
            click.echo(printable(f"{mark}  {row['check'] + ':':<14} {row['text']}{named}"))
    sys.exit(DONE if points else FAILED)


@publish.command(short_help="Print the token of those who read OCPI.")
def token() -> None:
    """Print the token that a reader of /ocpi/2.2.1/locations has to know.

    It is made for this installation the first time, and kept in its data directory for your user only.
    """
    from wirelane_geo.server.publishing import load_or_create_token
    from wirelane_geo.store.shared_state import open_shared_state

    found = reading.load()
    with closing(open_shared_state(found.database, found.data)) as shared:
        click.echo(found.ocpi_token or load_or_create_token(shared))


def _rows(settings: Settings, store: Store, asked: MapQuery) -> tuple[int, list[Row]]:
    """How many points are published, and what is missing."""
    bbox = None if asked.bounds is None else f"bbox={write_bbox(asked.bounds)}"
    publication = Publication(EmbeddedSource(store), store)
    try:
        edition = publication.edition()
        positions = publication.positions(edition, Selection.of("&".join(filter(None, (link_of(asked.state), bbox)))))
        points, found = missing(publication.stations(edition, positions), datetime.now(UTC).date(), edition.names.of_point)
    finally:
        publication.close()
    unplaced = store.counts().points - len(edition.placed.table)
    return points, [*_of_whole(settings, unplaced), *(_row(each, points) for each in found)]


def _of_whole(settings: Settings, unplaced: int) -> Iterator[Row]:
    """What is missing of the publication itself."""
    yield {"check": "publisher", "missing": int(settings.publisher is None), "named": [], "text": settings.publisher or
           "who publishes isn't said: set WIRELANE_GEO_PUBLISHER to what the national access point calls you"}
    yield {"check": "party", "missing": int(settings.party is None), "named": [], "text": settings.party or
           "for OCPI: set WIRELANE_GEO_PARTY to your country and party, such as DE*ABC"}
    yield {"check": "position", "missing": unplaced, "named": [], "text":
           f"{unplaced:,} points have none, and are not published" if unplaced else "all points have one"}


def _row(each: Shortfall, points: int) -> Row:
    text = f"{each.points:,} of {points:,} points lack it: {each.need.advice}" if each.points else "known of all points"
    return {"check": each.need.name, "missing": each.points, "named": each.named, "text": text}
