"""`wirelane-geo import`: files into the store."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wirelane_geo.errors import BadFile, StoreError
from wirelane_geo.model import PointId

if TYPE_CHECKING:
    from wirelane_geo.importers import Reader, Rejected
    from wirelane_geo.model import ChargePoint
    from wirelane_geo.store import Store
from wirelane_geo.store import private_file

POINTS_A_STEP = 1_000
"""Points between two steps of the progress bar."""


@dataclass
class Summary:
    """What became of a file. `problem` says where and why it could not be read to its end."""

    file: str
    format: str = ""
    points: int = 0
    stations: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    rejects: str | None = None
    seconds: float = 0.0
    problem: str | None = None


@click.command("import", short_help="Put the charge points of files on the map.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--keep-demo", is_flag=True, help="Leave the demo network in place, beside the imported points.")
@click.option("--replace", is_flag=True, help="Then remove what earlier imports of the same format brought and these files don't "
              "have. Nothing is removed if a file can't be read to its end.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, for scripts.")
def import_files(files: tuple[Path, ...], keep_demo: bool, replace: bool, as_json: bool) -> None:
    """Put the charge points of files on the map: IRVE (JSON lines, CSV) or OCPI Locations (JSON), plain, .gz or .xz.

    Importing a file again updates what has changed since; points that it has no more stay, unless you say --replace.
    Rows that can't be used are written, each with its reason, to the directory "rejects" in the data directory. The demo
    network goes with the first points that come in. A running map shows the new points by itself. A file that can't be
    read stops none of the others, and makes the exit code 1.

    \b
    Examples:
      wirelane-geo import irve-static-2025-07.jsonl.xz
      wirelane-geo import --keep-demo locations/*.json
      wirelane-geo import --replace locations/*.json
    """
    from wirelane_geo import settings
    from wirelane_geo.store import open_store

    found = settings.load()
    data, store = found.data, open_store(found.database)
    summaries: list[Summary] = []
    brought: dict[str, set[PointId]] = {}
    try:
        for file in files:
            taken = {summary.rejects for summary in summaries}
            summaries.append(load(store, file, _rejects_path(data / "rejects", file, taken), brought))
            if not as_json:
                _tell(summaries[-1])
        removed = store.remove("demo") if not keep_demo and any(s.points for s in summaries) else 0
        whole = not any(summary.problem for summary in summaries)
        left = sum(store.remove(origin, ids) for origin, ids in brought.items()) if replace and whole else 0
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps({"files": [vars(summary) for summary in summaries], "demo_removed": removed, "removed": left}))
    else:
        _tell_total(summaries, removed)
        if replace:
            click.echo(f"{left:,} points of earlier imports, which these files don't have, are removed." if whole else
                       "Nothing is removed, for not all files could be read to the end.")
    if not whole:
        sys.exit(1)


def load(store: "Store", path: Path, rejects: Path, brought: dict[str, set[PointId]]) -> Summary:
    """Put one file's points into a store, and its rejected rows into a file of JSON lines (none where none). The points' ids
    are added to what was `brought` by origin.

    What was read before a file broke off stays. Raises StoreError.
    """
    from wirelane_geo.importers import read
    from wirelane_geo.store import id_of

    summary, start = Summary(str(path)), time.perf_counter()
    rejects.unlink(missing_ok=True)
    try:
        reader = read(path)
    except BadFile as error:
        summary.problem = str(error)
        return summary
    summary.format = reader.format
    ids = brought.setdefault(reader.origin, set())

    def noted() -> "Iterator[ChargePoint]":
        for point in _points(reader, summary, rejects):
            ids.add(id_of(point, reader.origin))
            yield point
    done = store.take(noted(), reader.origin)
    summary.inserted, summary.updated, summary.unchanged = done.inserted, done.updated, done.unchanged
    summary.points, summary.notes = done.total, reader.notes
    summary.seconds = round(time.perf_counter() - start, 3)
    if not summary.points and not summary.problem:
        summary.problem = f"{path} has no charge point that can be used."
    return summary


def _points(reader: "Reader", summary: Summary, rejects: Path) -> "Iterator[ChargePoint]":
    """The reader's charge points; what else it gives goes into the summary and the rejects file."""
    from wirelane_geo.importers import Noted, Rejected

    stations: set[int] = set()
    batch: list[ChargePoint] = []
    with _bar(reader) as bar:
        shown = 0
        try:
            for found in reader:
                if isinstance(found, Rejected):
                    _write(found, rejects)
                    summary.rejects = str(rejects)
                    summary.rejected[found.reason] += 1
                    continue
                if isinstance(found, Noted):
                    continue
                batch.append(found)
                if len(batch) == POINTS_A_STEP:
                    yield from _counted(batch, stations)
                    batch.clear()
                    bar.update(reader.position - shown)
                    shown = reader.position
        except BadFile as error:
            summary.problem = str(error)
        yield from _counted(batch, stations)
        bar.update(reader.size - shown)
    summary.stations = len(stations)


def _counted(batch: "Iterable[ChargePoint]", stations: set[int]) -> "Iterable[ChargePoint]":
    from wirelane_geo.store.station_keys import station_keys

    points = list(batch)
    stations.update(station_keys(points).tolist())
    return points


class _NoBar:
    def update(self, steps: int) -> None:
        """Nothing to show."""


def _bar(reader: "Reader") -> AbstractContextManager[Any]:
    """Progress in bytes of the file on stderr; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return nullcontext(_NoBar())
    return click.progressbar(length=reader.size, label=reader.path.name, file=sys.stderr, show_eta=True)


def _rejects_path(directory: Path, file: Path, taken: set[str | None]) -> Path:
    """Where a file's rejected rows go; of two files with one name the second gets a number."""
    number, path = 1, directory / f"{file.name}.rejects.jsonl"
    while str(path) in taken:
        number += 1
        path = directory / f"{file.name}.{number}.rejects.jsonl"
    return path


def _write(rejected: "Rejected", path: Path) -> None:
    line = {"row": rejected.row, "id": rejected.id, "reason": rejected.reason, "detail": rejected.detail,
            "original": rejected.raw}
    try:
        private_file.make_directory(path.parent)
        private_file.touch(path)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from None


def _tell(summary: Summary) -> None:
    click.echo(f"{summary.file}" + (f" ({summary.format}, {summary.seconds:.1f} s)" if summary.format else ""))
    if summary.problem:
        click.echo(f"Error: {summary.problem}", err=True)
        if summary.points:
            click.echo("  Read before that, and kept:")
    if summary.format:
        _tell_counts(summary)
    for reason, count in summary.rejected.most_common():
        click.echo(f"    {count:>9,} rejected: {reason}")
    if summary.rejects:
        click.echo(f"    the rejected rows are in {summary.rejects}")
    for note, count in summary.notes.most_common():
        click.echo(f"    {count:>9,} noted: {note}")


def _tell_counts(summary: Summary) -> None:
    click.echo(f"  {summary.points:,} points in {summary.stations:,} stations: {summary.inserted:,} new, "
               f"{summary.updated:,} updated, {summary.unchanged:,} unchanged; {summary.rejected.total():,} rejected")


def _tell_total(summaries: list[Summary], removed: int) -> None:
    good = [summary for summary in summaries if summary.points]
    if len(summaries) > 1:
        total = Summary("all")
        for summary in good:
            for name in ("points", "stations", "inserted", "updated", "unchanged"):
                setattr(total, name, getattr(total, name) + getattr(summary, name))
        total.rejected = sum((summary.rejected for summary in summaries), Counter())
        click.echo(f"All {len(summaries)} files:")
        _tell_counts(total)
    if removed:
        click.echo(f"The demo network ({removed:,} points) is gone, now that there are real ones. --keep-demo keeps it.")
    if broken := [summary for summary in summaries if summary.problem]:
        click.echo(f"Error: {len(broken)} of {len(summaries)} files could not be read to the end: "
                   + ", ".join(summary.file for summary in broken), err=True)
