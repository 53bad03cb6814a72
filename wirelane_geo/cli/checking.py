"""`wirelane-geo check`."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import click
import httpx

from wirelane_geo import settings as reading
from wirelane_geo.api import Retry, Tally, WirelaneClient
from wirelane_geo.cli.exits import DONE, FAILED, code_of
from wirelane_geo.cli.network import opened_client, opened_store
from wirelane_geo.cli.options import form_options
from wirelane_geo.cli.printable import printable
from wirelane_geo.cli.records import RecordProblem, of_account, of_store
from wirelane_geo.errors import ApiForbidden, OtherDialect, WirelaneGeoError
from wirelane_geo.feeds.config import read_feeds
from wirelane_geo.model import ChargePoint
from wirelane_geo.settings import Settings
from wirelane_geo.store.import_journal import ImportJournal
from wirelane_geo.ui.streets import check as check_region
from wirelane_geo.ui.streets import is_region

CLOCK_S = 30.0
"""Seconds that this machine's clock may differ from the upstream's: a token's last minute is not used anyhow."""
MOST_SHOWN = 20
"""Records, or values, that are named in the table; --json has more of them."""
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Finding:
    """What came of one check. "warning": works, but not all of it. `code`: the exit code of a failure. `records` that it is
    about, the first ones by name."""

    check: str
    result: Literal["ok", "warning", "failed"]
    text: str
    code: int = DONE
    records: tuple[RecordProblem, ...] = ()


@click.command(short_help="Say whether configuration and data are right.")
@form_options("json")
def check(form: Literal["json"] | None) -> None:
    """Say whether the configuration is right, and the data: settings, feeds.toml, a file of streets, token, dialect of the API,
    organization, scopes, clock, and every charge point.

    Each record is read, and those that no page could show are named, with the reason. Nothing is changed. The exit code is that
    of the first thing that failed, 0 if none did.

    \b
    Examples:
      wirelane-geo check
      wirelane-geo check --json | python3 -m json.tool
    """
    found: list[Finding] = []
    for finding in findings():
        found.append(finding)
        if form is None:
            mark = {"ok": "ok     ", "warning": "warning", "failed": "FAILED "}[finding.result]
            click.echo(f"{mark}  {finding.check + ':':<14} {printable(finding.text)}")
            for one in finding.records[:MOST_SHOWN]:
                click.echo(f"{'':<24} {printable(f'{one.record}: {one.reason}')}")
    if form == "json":
        shown = json.dumps([asdict(finding) for finding in found], ensure_ascii=False)
        click.echo(shown.encode("utf-8", "backslashreplace").decode())
    sys.exit(next((finding.code for finding in found if finding.result == "failed"), DONE))


def findings() -> Iterator[Finding]:
    """Each check as soon as it is done; those that can't be done any more are left out."""
    try:
        settings = reading.load()
    except WirelaneGeoError as error:
        yield Finding("settings", "failed", str(error), code_of(error))
        return
    yield _settings(settings)
    if is_region(settings.basemap):
        yield _basemap(Path(settings.basemap).expanduser())
    dates, tally = Dates(), Tally()
    try:
        if settings.embedded:
            yield from _feeds(settings)
            with opened_store(settings) as store:
                counts, origins = store.counts(), ", ".join(f"{n:,} {name}" for name, n in store.origins().items())
            yield Finding("network", "ok", f"{counts.points:,} points in {counts.stations:,} stations ({origins}).")
            if left := ImportJournal(settings.data).unfinished():
                yield Finding("import", "warning", str(left))
        with opened_client(settings, dates.around, observe=tally, retry=Retry(attempts=1)) as client:
            reached = settings.embedded
            for finding in _upstream(settings, client, tally):
                yield finding
                reached |= finding.check == "one point"
        if reached:
            yield from _records(settings)
    except WirelaneGeoError as error:
        yield Finding("network", "failed", str(error), code_of(error))
    yield from dates.findings()


def _settings(settings: Settings) -> Finding:
    if settings.embedded:
        return Finding("settings", "ok", f"the embedded network in {settings.data}.")
    text = (f"the {settings.environment} environment, {settings.api_url}, organization {settings.organization}, the API of "
            f"{settings.dialect}.")
    plain = [url for url in (settings.api_url, settings.token_url)
             if url and urlsplit(url).scheme == "http" and urlsplit(url).hostname not in LOCAL]
    if plain:
        return Finding("settings", "warning", f"{text} {' and '.join(plain)}: not https, secrets go in clear.")
    return Finding("settings", "ok", text)


def _feeds(settings: Settings) -> Iterator[Finding]:
    file = settings.feeds_file
    try:
        feeds = read_feeds(file, reading.secrets_of_feeds())
    except WirelaneGeoError as error:
        yield Finding("feeds", "failed", str(error), code_of(error))
        return
    if feeds:
        yield Finding("feeds", "ok", f"{file}: {', '.join(feed.name for feed in feeds)}.")
    elif settings.feeds and not file.exists():
        yield Finding("feeds", "warning", f"{file}, which WIRELANE_GEO_FEEDS names, isn't there: no feed is followed.")


def _basemap(file: Path) -> Finding:
    try:
        found = check_region(file)
    except WirelaneGeoError as error:
        return Finding("basemap", "failed", str(error), code_of(error))
    said = found.lines
    result: Literal["ok", "warning"] = "ok" if found.zooms_in_the_middle else "warning"
    return Finding("basemap", result, f"{file}: {said['region']}, zooms {said['zooms']}; in the middle {said['middle']}.")


def _upstream(settings: Settings, client: WirelaneClient, tally: Tally) -> Iterator[Finding]:
    """Token, dialect, organization and one point; then what else the token may read."""
    user = settings.embedded or settings.username is not None
    grant = f"password grant, scope {client.scope}" if user else "client_credentials grant, scope account"
    try:
        points = client.points(page=1, page_size=1)
    except WirelaneGeoError as error:
        if ("token", "200") not in tally.requests():
            yield Finding("token", "failed", f"none by the {grant}: {error}", code_of(error))
            return
        yield Finding("token", "ok", f"granted ({grant}).")
        if isinstance(error, OtherDialect):
            yield Finding("dialect", "failed", f"{error} {_answered(client)}", code_of(error))
            return
        hint = " Its scope is not enough, or it is for another organization." if isinstance(error, ApiForbidden) else ""
        yield Finding("organization", "failed", f"{error}{hint}", code_of(error))
        return
    yield Finding("token", "ok", f"granted ({grant}).")
    yield Finding("dialect", "ok", f"the server speaks the API of {client.dialect}, as is set. {_answered(client)}")
    many = "its charge points can be listed" if points.total is None else f"{points.total:,} {client.records}"
    yield Finding("organization", "ok", f"{many}.")
    yield _one_point(client, points[0] if len(points) else None)
    for what, ask in (("sessions", lambda: next(client.sessions(page_size=1, limit=1), None)),
                      ("members", lambda: next(client.members(page_size=1, limit=1), None))):
        yield _may(what, ask, user)


def _answered(client: WirelaneClient) -> str:
    """Which of the dialects' lists of charge points the server has."""
    return " ".join(f"{path} ({dialect}): {outcome}." for dialect, (path, outcome) in client.answered().items())


def _one_point(client: WirelaneClient, first: ChargePoint | None) -> Finding:
    if first is None:
        return Finding("one point", "warning", "there is no charge point that could be read: the map will be empty.")
    try:
        point = client.renewed(first)
    except WirelaneGeoError as error:
        return Finding("one point", "failed", str(error), code_of(error))
    name = point.evseid or point.charge_point_id
    if point.longitude is None or point.latitude is None:
        return Finding("one point", "warning", f"{name} can be read, but has no position.")
    return Finding("one point", "ok", f"{name} can be read, it is {point.status}.")


def _may(what: str, ask: Callable[[], object], user: bool) -> Finding:
    """The map needs neither sessions nor members: not to reach them is no failure."""
    try:
        ask()
    except ApiForbidden:
        hint = "" if user else " They need WIRELANE_USERNAME and WIRELANE_PASSWORD."
        return Finding(what, "warning", f"this account may not read {what}.{hint} The map works without.")
    except WirelaneGeoError as error:
        return Finding(what, "failed", str(error), code_of(error))
    return Finding(what, "ok", f"{what} can be read.")


def _records(settings: Settings) -> Iterator[Finding]:
    """Of all records, and of those that are on no map."""
    now = datetime.now(UTC)
    if settings.embedded:
        with opened_store(settings) as store:
            found = of_store(store, now)
    else:
        with opened_client(settings) as client:
            found = of_account(client, now)
    if found.unshown:
        yield Finding("records", "failed", f"{found.unshown:,} of {found.read:,} charge points can be shown by "
                      "no page.", FAILED, tuple(found.named))
    else:
        yield Finding("records", "ok", f"all {found.read:,} charge points were read, and can be shown.")
    if found.nowhere:
        yield Finding("positions", "warning", f"{found.nowhere:,} charge points have no position: they are on no map.",
                      records=tuple(found.unplaced))
    if found.unknown:
        words = ", ".join(f"{word} ({count:,})" for word, count in list(found.unknown.items())[:MOST_SHOWN])
        yield Finding("values", "warning", f"not understood, and left out: {words}.")


class Dates(httpx.BaseTransport):
    """Notes by how many seconds the clock of each host is ahead of this machine's, by its answers' Date."""

    def __init__(self) -> None:
        self._ahead: dict[str, float] = {}
        self._inner: httpx.BaseTransport | None = None

    def around(self, inner: httpx.BaseTransport) -> httpx.BaseTransport:
        """Listen to a transport."""
        self._inner = inner
        return self

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What the transport answers."""
        assert self._inner is not None  # noqa: S101 - see around
        response = self._inner.handle_request(request)
        try:
            said = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError, TypeError):
            return response
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        self._ahead[request.url.host] = (said - datetime.now(UTC)).total_seconds()
        return response

    def close(self) -> None:
        """Close the transport."""
        if self._inner is not None:
            self._inner.close()

    def findings(self) -> Iterator[Finding]:
        """What is to be said of the clocks."""
        for host, ahead in self._ahead.items():
            if abs(ahead) > CLOCK_S:
                where = "behind" if ahead > 0 else "ahead of"
                yield Finding("clock", "failed", f"this machine's is {abs(ahead):,.0f} s {where} that of {host}. Set it "
                              "right: tokens and ages of data depend on it.", FAILED)
                return
        if self._ahead:
            yield Finding("clock", "ok", "this machine's agrees with the upstream's.")
