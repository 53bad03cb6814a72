"""`wirelane-geo feed`: which feeds there are, what they answer, and how they are."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from wirelane_geo.cli.numbers import Seconds
from wirelane_geo.cli.printable import printable
from wirelane_geo.errors import BadInput, NoSuchFeed, WirelaneGeoError

if TYPE_CHECKING:
    from wirelane_geo.feeds.config import Feed
    from wirelane_geo.feeds.state import FeedState
    from wirelane_geo.settings import Settings
    from wirelane_geo.store import Store

AHEAD_S = 300
"""So far ahead another machine's clock may be."""
KINDS = ("datex2", "ocpi", "irve", "oicp")
VERSIONS = ("2.2.1", "2.1.1")


@click.group(short_help="Follow live feeds: DATEX II, OCPI, IRVE, OICP.")
def feed() -> None:
    """Follow live feeds: DATEX II, OCPI, IRVE and OICP.

    They stand in feeds.toml in the data directory; docs/feeds.md has all of it. A running map follows a feed within seconds after
    it was added.

    \b
    Examples:
      wirelane-geo feed test https://example.org/table.json
      wirelane-geo feed add city --kind datex2 --url https://example.org/table.json \\
        --status-url https://example.org/status.json
      wirelane-geo feed list
    """


@feed.command("add", short_help="Add a feed.")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What it is.")
@click.option("--url", help="Where its points are (of OCPI: its locations).")
@click.option("--status-url", help="Where its statuses are.")
@click.option("--tariffs-url", help="Where tariffs are that its locations name (of OCPI).")
@click.option("--every", type=Seconds(), help="Seconds between two questions for statuses (default 60).")
@click.option("--static-every", type=Seconds(), help="Seconds between two questions for points (default 21600).")
@click.option("--silent-after", type=Seconds(),
              help="Seconds without an answer after which its statuses are unknown (default 900).")
@click.option("--version", type=click.Choice(VERSIONS), help="Version of OCPI: 2.2.1 (default) or 2.1.1.")
@click.option("--token-env", help="Environment variable that has its token.")
@click.option("--push-key-env", help="Environment variable with the key that it sends to POST /feeds/NAME; of OCPI, its token.")
@click.option("--parties", help="Of OCPI that is pushed: whose locations, as DE*ABC, NL*XYZ.")
@click.option("--certificate", help="File with the certificate that we are known by (mutual TLS).")
@click.option("--certificate-key", help="File with its key, where that is another one.")
@click.option("--trust", help="File with the authority that its server is known by, where that isn't a public one.")
@click.option("--deltas", is_flag=True, help="Its answers have only what changed, where they don't say it themselves.")
def add(name: str, **given: Any) -> None:
    """Add a feed to feeds.toml. Of a point that several feeds have, the one that was added first gives the facts."""
    from wirelane_geo.feeds.config import BadFeed, add_feed

    _check_certificate(given["certificate"], given["certificate_key"])
    settings, environ = _settings()
    values = {key: value for key, value in given.items() if value is not None and value is not False}
    try:
        added = add_feed(settings.feeds_file, name, values, environ)
    except BadFeed as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"The feed {added.name} is in {settings.feeds_file}. A running map follows it within seconds.")


def _check_certificate(certificate: str | None, key: str | None) -> None:
    if key and not certificate:
        raise click.UsageError("--certificate-key goes with --certificate.")


@feed.command("remove", short_help="Remove a feed.")
@click.argument("name")
def remove(name: str) -> None:
    """Take a feed out of feeds.toml, and its points off the map."""
    from wirelane_geo.feeds.config import remove_feed

    settings, _ = _settings()
    there = remove_feed(settings.feeds_file, name)
    with _store(settings) as store:
        if not there and f"feed:{name}" not in store.feed_states():
            raise NoSuchFeed(name)
        gone = store.forget(f"feed:{name}")
    click.echo(f"The feed {name} is removed, with {gone:,} points.")


@feed.command("list", short_help="Show all feeds: age, health, counts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
def list_feeds(as_json: bool) -> None:
    """Show each feed: how it is, when it answered last, how many points and statuses it has, what was rejected and why."""
    from wirelane_geo.feeds.summary import rows

    settings, _ = _settings()
    with _store(settings) as store:
        found = rows(store, _feeds(settings))
    if as_json:
        click.echo(json.dumps([row.as_json() for row in found]))
        return
    if not found:
        click.echo(f"There are no feeds in {settings.feeds_file}. `wirelane-geo feed add` adds one.")
    for row in found:
        _tell_feed(row.name, row.state, row.health, row.age_s)


@feed.command("run", short_help="Ask a feed now.")
@click.argument("name")
@click.option("--accept", is_flag=True, help="Take what it says, though it has dropped many of its points.")
def run_feed(name: str, accept: bool) -> None:
    """Ask a feed for points and statuses now, whatever is running."""
    from wirelane_geo.feeds.followers import replace_demo
    from wirelane_geo.feeds.pulling import Puller
    from wirelane_geo.store import private_file

    settings, _ = _settings()
    feeds = _feeds(settings)
    wanted = _named(feeds, name)
    with _store(settings) as store:
        directory = settings.data / "feeds"
        private_file.make_directory(directory)
        puller = Puller(store, wanted, directory, [one.origin for one in feeds])
        try:
            state = puller.pull(static=True, live=True, accept=accept)
        finally:
            puller.close()
        gone = replace_demo(store)
    _tell_feed(name, state, state.health(datetime.now(UTC)), state.age_s(datetime.now(UTC)))
    if gone:
        click.echo(f"The demo network ({gone:,} points) is gone, now that there are real ones.")
    if state.problem:
        sys.exit(1)


@feed.command("test", short_help="Say what a feed or an address answers.")
@click.argument("what", metavar="NAME|URL")
@click.option("--kind", type=click.Choice(KINDS), default="datex2", help="Of an address: how it is asked (default datex2).")
@click.option("--version", type=click.Choice(VERSIONS), default="2.2.1", help="Of an address of OCPI: 2.2.1 or 2.1.1.")
@click.option("--token-env", help="Of an address: environment variable that has its token.")
@click.option("--certificate", help="Of an address: file with the certificate that we are known by.")
@click.option("--certificate-key", help="Of an address: file with its key.")
def test(what: str, kind: str, version: str, token_env: str | None, certificate: str | None, certificate_key: str | None) -> None:
    """Say in plain words what a feed or an address answers: format, points, statuses, what would be rejected, age. Nothing of it
    is kept. An answer that is right and has nothing in it is good; one that can't be read, or of which nothing can be used, makes
    the exit code 1."""
    from pathlib import Path

    from wirelane_geo.feeds.config import Feed

    _check_certificate(certificate, certificate_key)
    settings, environ = _settings()
    if "://" in what:
        token = environ.get(token_env) if token_env else None
        if token_env and not token:
            raise click.UsageError(f"The environment variable {token_env} is not set.")
        tested = Feed(name="test", kind=kind, url=what, version=version, token=token,  # type: ignore[arg-type]  # checked by click
                      certificate=Path(certificate) if certificate else None,
                      certificate_key=Path(certificate_key) if certificate_key else None)
    else:
        tested = _named(_feeds(settings), what)
    urls = [url for url in (tested.url, tested.status_url) if url]
    if not urls:
        raise BadInput(f"{what} is pushed to us: there is nothing to ask. It sends to " + (
            "/ocpi/2.2.1/receiver/locations." if tested.kind == "ocpi" else f"POST /feeds/{what}."))
    if not all([_test(tested, url) for url in urls]):  # noqa: C419 - each of them is told
        sys.exit(1)


def _test(tested: "Feed", url: str) -> bool:
    """Whether it can be used."""
    import tempfile
    from pathlib import Path

    from wirelane_geo.feeds import taking
    from wirelane_geo.feeds.config import without_secrets
    from wirelane_geo.feeds.fetching import Client
    from wirelane_geo.feeds.pages import authorization
    from wirelane_geo.feeds.pulling import is_delta
    from wirelane_geo.importers import count_records

    headers = {"Authorization": authorization(tested)} if tested.kind == "ocpi" and tested.token else {}
    with tempfile.TemporaryDirectory() as directory:
        client = Client(tested, Path(directory))
        try:
            with client.get(url, headers=headers) as answer:
                assert answer.path is not None  # noqa: S101 - nothing was sent that a 304 could answer, and it is refused
                looked = taking.look(tested, [answer.path])
                delta = is_delta(answer.path, tested.deltas)
                paged = answer.total is not None and answer.total > count_records(answer.path)
        except WirelaneGeoError as error:
            click.echo(f"Error: {error}", err=True)
            return False
        finally:
            client.close()
    shown = without_secrets(url)
    if not looked.format:
        click.echo(f"Error: {shown}: {printable(looked.problem or 'nothing that can be read')}", err=True)
        return False
    click.echo(f"{shown} answers {looked.format}, {_bytes(answer.size)}" + _made(looked.published))
    for word, count in (("points", looked.points), ("statuses", looked.statuses)):
        if count:
            click.echo(f"  {count:,} {word}" + (", only what changed" if delta and word == "statuses" else ""))
    if not looked.points and not looked.statuses and not looked.rejected and not looked.problem:
        click.echo("  no charge point in it" if looked.noted else "  nothing in it, which is right where nothing has changed")
    if answer.next or paged:
        click.echo("  this is the first of several pages" + (f", of {answer.total:,} locations in all" if answer.total else ""))
    _tell_counts("would be rejected", looked.rejected)
    _tell_counts("would be noted", looked.noted)
    if answer.marks.get("last-modified"):
        click.echo(f"  last changed {answer.marks['last-modified']}; asked again, it sends only what is new")
    if looked.problem:
        click.echo(f"Error: it breaks off: {printable(looked.problem)}", err=True)
    return looked.problem is None and bool(looked.points or looked.statuses or not looked.rejected)


def _tell_counts(words: str, counts: Counter[str]) -> None:
    for reason, count in counts.most_common(20):
        click.echo(f"    {count:>9,} {words}: {printable(reason)}")


def _made(published: str | None) -> str:
    from wirelane_geo.importers import parsed_date

    moment = parsed_date(published) if published else None
    if moment is None:
        return "; when it was made it doesn't say"
    age_s = (datetime.now(UTC) - moment).total_seconds()
    said = f", made {moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC, "
    return said + (_ago(age_s) if age_s > -AHEAD_S else "which is ahead: its clock is wrong, or ours")


def _tell_feed(name: str, state: "FeedState", health: str, age_s: float | None) -> None:
    words = {"good": "good", "late": "late", "failing": "no good answer to the last question", "held": "held: it dropped many",
             "silent": "silent: its statuses are unknown",
             "new": "has sent nothing yet" if state.pushed else "has not answered yet"}
    answered = f", {'sent' if state.pushed else 'answered'} {_ago(age_s)}" if age_s is not None else ""
    click.echo(f"{name} ({state.kind}, {state.url}): {words[health]}{answered}")
    click.echo(f"  {state.points:,} points, {state.statuses:,} statuses; {state.unmatched:,} statuses wait for their points"
               + (f"; of {state.elsewhere:,} points another feed gives the facts" if state.elsewhere else ""))
    if state.drop is not None:
        click.echo(f"  It had {state.drop.before:,} {state.drop.what} and has {state.drop.now:,} since "
                   f"{state.drop.since:%Y-%m-%d %H:%M} UTC: nothing is removed. Where that is meant: "
                   f"wirelane-geo feed run {name} --accept")
    if state.silent and state.answered_at is not None:
        click.echo(f"  not reported since {state.answered_at:%Y-%m-%d %H:%M} UTC")
    for reason, count in sorted(state.rejected.items(), key=lambda pair: -pair[1]):
        click.echo(f"    {count:>9,} rejected: {printable(reason)}")
    if state.problem:
        click.echo(f"  Problem: {printable(state.problem)}")


def _ago(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit} ago"
    return f"{max(0, seconds):.0f} seconds ago"


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{size / 1e3:,.1f} kB"


def _settings() -> "tuple[Settings, Any]":
    from wirelane_geo import settings

    return settings.load(), settings.secrets_of_feeds()


def _feeds(settings: "Settings") -> "tuple[Feed, ...]":
    from wirelane_geo.feeds.config import read_feeds
    from wirelane_geo.settings import secrets_of_feeds

    return read_feeds(settings.feeds_file, secrets_of_feeds())


def _named(feeds: "tuple[Feed, ...]", name: str) -> "Feed":
    found = next((one for one in feeds if one.name == name), None)
    if found is None:
        raise NoSuchFeed(name)
    return found


@contextmanager
def _store(settings: "Settings") -> "Iterator[Store]":
    from wirelane_geo.store import open_store

    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()
