"""`wirelane-geo copy`: a network from one database to another."""

import sys
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wirelane_geo.errors import BadInput

if TYPE_CHECKING:
    from wirelane_geo.live.history_place import HistoryPlace


@click.command("copy", short_help="Copy the network to another database, with its history.")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy the embedded network with all that belongs to it: points, statuses, members, sessions, feeds, history.

    FROM and TO are each a data directory, the path of a database file, or postgresql://user:password@host/name. Ids, handles and
    the numbers of changes stay as they are, so links and bookmarks hold. TO has to be empty, and nothing may run on it. An
    interrupted copy goes on where it was when it is called again. At the end both are read once more and compared, by count and
    digest of each table. FROM stays as it is; what changes there meanwhile is not in the copy, and said.

    \b
    Examples:
      wirelane-geo copy ~/.local/share/wirelane-geo postgresql://geo:secret@db.example.org/geo
      wirelane-geo copy postgresql://geo:secret@db.example.org/geo ./elsewhere
    """
    from wirelane_geo.live.history_copy import copy_history
    from wirelane_geo.live.history_place import open_history
    from wirelane_geo.store import open_any
    from wirelane_geo.store.network_copy import copy_network

    (origin, old_history), (copied, new_history) = _places(source), _places(target)
    if origin == copied:
        raise click.UsageError("FROM and TO are the same.")
    if isinstance(origin, Path) and not origin.exists():
        raise BadInput(f"There is no network in {origin}.")
    with ExitStack() as opened:
        here, there = opened.enter_context(closing(open_any(origin))), opened.enter_context(closing(open_any(copied)))
        if here.unfinished:
            raise BadInput("FROM is itself a copy that was not finished.")
        told, counts, now = _Progress(), dict[str, int](), datetime.now(UTC)

        def copy_past(goes_on: bool) -> None:
            if isinstance(old_history, Path) and not old_history.exists():
                return
            with closing(open_history(old_history, now)) as past, closing(open_history(new_history, now)) as its_copy:
                counts.update(copy_history(past, its_copy, told, goes_on=goes_on))

        before = here.last_seq()
        counts = copy_network(here, there, told, copy_past) | counts
        told.end()
        for name, count in counts.items():
            click.echo(f"{count:>12,}  {name}")
        click.echo("All of it is there, and the same.")
        if (after := here.last_seq()) != before:
            click.echo(f"Meanwhile {source if isinstance(origin, Path) else 'the source'} went on from change {before:,} to "
                       f"{after:,}: that is not in the copy. End what writes there, and copy to an empty database.", err=True)
            sys.exit(1)


def _places(named: str) -> "tuple[Path | str, HistoryPlace]":
    """Where a network and its history are."""
    from wirelane_geo.live.history_place import PostgresPlace
    from wirelane_geo.settings import DATABASE, POSTGRES

    if named.startswith(POSTGRES):
        return named, PostgresPlace(named, "history")
    if "://" in named and not named.startswith("sqlite:///"):
        raise click.UsageError("FROM and TO are each a directory, a file, or a URL that starts with postgresql://.")
    path = Path(named.removeprefix("sqlite:///"))
    file = path / DATABASE if path.is_dir() or not path.suffix else path
    return file, file.parent / "history.sqlite"


class _Progress:
    """Says on a terminal what is copied, and how much of it."""

    def __init__(self) -> None:
        self._at, self._shows = 0.0, sys.stderr.isatty()

    def __call__(self, what: str, done: int) -> None:
        if self._shows and time.monotonic() > self._at + 0.2:
            self._at = time.monotonic()
            click.echo(f"\r\033[K{what}: {done:,}", nl=False, err=True)

    def end(self) -> None:
        """Take the line away."""
        if self._shows:
            click.echo("\r\033[K", nl=False, err=True)
