"""`wirelane-geo replay`."""

import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wirelane_geo.cli.numbers import Decimal
from wirelane_geo.cli.times import read_moment
from wirelane_geo.errors import BadInput, BadSetting

if TYPE_CHECKING:
    from wirelane_geo.demo.replay import Playback, ReplayStep, Sessions
    from wirelane_geo.model import Status


@click.command("replay", short_help="Play back real charging sessions.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--speed", type=Decimal(0, min_open=True, max=1e12), default=600.0, show_default=True,
              help="How many times faster than it was: with 600 a day takes 2 min 24 s.")
@click.option("--from", "begin", metavar="TIME", callback=read_moment,
              help="Where in the recording to begin (default: its first session).")
@click.option("--loop", is_flag=True, help="Begin again at the end, until Ctrl-C.")
def replay_file(file: Path, speed: float, begin: datetime | None, loop: bool) -> None:
    """Play back real charging sessions on the imported network: points turn IN_USE and FREE as they did.

    FILE holds sessions as JSON lines (id_pdc_itinerance, start, end in ms since 1970), plain, .gz or .xz. Points that
    occur in it are FREE until their first session; the others keep the status they have. A running map, wall and history
    show the changes as they come.

    \b
    Examples:
      wirelane-geo replay irve-sessions-2024-12.jsonl.xz
      wirelane-geo replay --speed 3600 --from 2024-12-05T06:00 --loop irve-sessions-2024-12.jsonl.xz
    """
    from wirelane_geo import settings
    from wirelane_geo.demo.replay import Playback, events_of, points_of, read_sessions, replay
    from wirelane_geo.store import open_store

    found = settings.load()
    if not found.embedded:
        raise BadSetting(f"A replay goes onto the embedded network only, and WIRELANE_ENVIRONMENT is {found.environment}.")
    sessions = read_sessions(file)
    store = open_store(found.database, found.data)
    try:
        ids, known = points_of(sessions, store)
        if not ids:
            raise BadInput(f"None of the {len(sessions.evseids):,} points in {file} is in the network. Import their static "
                           "data first, with `wirelane-geo import`.")
        playback = Playback(events_of(known), list(ids), None if begin is None else int(begin.timestamp() * 1000))
        _tell_left_out(sessions, known, len(ids))
        title = f"{len(known):,} sessions at {len(ids):,} points, from {_moment(playback.begin)} to {_moment(playback.end)}"

        def write(changes: "dict[int, Status]") -> int:
            return store.set_statuses({ids[number]: status for number, status in changes.items()})

        _show(title, playback, replay(playback, write, speed=speed, clock=time.monotonic, wait=_wait, loop=loop))
    finally:
        store.close()


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _tell_left_out(sessions: "Sessions", known: "Sessions", points: int) -> None:
    for reason, count in sessions.rejected.items():
        click.echo(f"{count:,} lines left out: {reason}", err=True)
    if missing := len(sessions.evseids) - points:
        click.echo(f"{missing:,} points with {len(sessions) - len(known):,} sessions are not in the network.", err=True)


def _show(title: str, playback: "Playback", beats: "Iterable[ReplayStep]") -> None:
    """The moment that is shown, on a terminal; at the end how much was changed."""
    changes = written = 0
    live = sys.stderr.isatty()
    try:
        click.echo(title)
        for beat in beats:
            changes, written = changes + beat.changes, written + beat.written
            if live:
                share = (beat.at - playback.begin) / (playback.end - playback.begin)
                click.echo(f"\r  {_moment(beat.at)}  {share:4.0%}  {changes:,} changes ", nl=False, err=True)
    finally:
        if live:
            click.echo(err=True)
        click.echo(f"{changes:,} changes played, {written:,} statuses written")


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
