"""`wirelane-geo import`: files into the store."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wirelane_geo.cli.import_record import FileRecord
from wirelane_geo.cli.import_statuses import StatusesOfFile
from wirelane_geo.cli.import_summary import MOST_LINES, Lines, Summary, tell, tell_total
from wirelane_geo.errors import BadFile
from wirelane_geo.wire.gc_pause import collector_paused

if TYPE_CHECKING:
    from wirelane_geo.importers import Note, Reader, ReaderAhead, Reject, Version
    from wirelane_geo.model import ChargePoint, PlaceReport, PointId, StatusReport
    from wirelane_geo.store import Store, UpsertCounts

LONGEST_NAME = 220
"""Bytes of a file's name that its rejected rows and notes are called by: with what they are, a file system takes 255."""
POINTS_A_STEP = 1_000
"""Points between two steps of the progress bar, and points that come in when the demo network goes."""
STATUSES_A_STEP = 100_000
"""Statuses that are told in one transaction."""
MOST_STATUSES = 1_000_000
"""The same of a file that has points, too, which are to be there first."""


@click.command("import", short_help="Put the charge points of files on the map.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--keep-demo", is_flag=True, help="Leave the demo network in place, beside the imported points.")
@click.option("--replace", is_flag=True, help="Then remove what earlier imports of the same format brought and these files don't "
              "have. Nothing is removed if a file can't be read to its end.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON, for scripts.")
def import_files(files: tuple[Path, ...], keep_demo: bool, replace: bool, as_json: bool) -> None:
    """Put the charge points of files on the map: IRVE (JSON, GeoJSON, CSV), OCPI Locations (JSON), DATEX II (JSON, XML), OICP
    (JSON), Open Charge Map (JSON) or BNetzA's register (CSV, XLSX), plain, .zip, .gz or .xz. Files of statuses (DATEX II, OICP,
    IRVE dynamic) set the status of points that are there; the others wait for their points.

    Importing a file again updates what has changed since; an older record never overwrites a newer one, and points that a file
    has no more stay, unless you say --replace. Rows that can't be used are written, each with its reason, to the directory
    "rejects" in the data directory; what was read otherwise than it stands in a file, to the directory "notes". The demo
    network goes with the first points that come in. A running map shows the new points by itself. A file that can't be read
    stops none of the others, and makes the exit code 1.

    \b
    Examples:
      wirelane-geo import irve-static-2025-07.jsonl.xz
      wirelane-geo import --keep-demo locations/*.json
      wirelane-geo import --replace locations/*.json
    """
    from wirelane_geo import settings
    from wirelane_geo.store import open_store
    from wirelane_geo.store.import_journal import ImportJournal

    found = settings.load()
    store, journal = open_store(found.database, found.data), ImportJournal(found.data)
    try:
        if left := journal.unfinished():
            click.echo(f"Note: {left}", err=True)
        with journal.under_way(files), collector_paused():
            work = Import(store, found.data, keep_demo, replace)
            for summary in work.files(files):
                if not as_json:
                    tell(summary)
            left_out = work.replace() if replace else 0
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps({"files": [vars(summary) for summary in work.summaries], "demo_removed": work.demo_removed,
                               "removed": left_out}, default=str))
    else:
        tell_total(work.summaries, work.demo_removed)
        if replace:
            click.echo(f"{left_out:,} points of earlier imports, which these files don't have, are removed." if work.whole else
                       "Nothing is removed, for not all files could be read to the end.")
    if not work.whole:
        sys.exit(1)


@dataclass
class Import:
    """Files on their way into a store; with the first points of them the demo network goes, unless it is kept."""

    store: "Store"
    data: Path
    keep_demo: bool = False
    replacing: bool = False
    summaries: list[Summary] = field(default_factory=list)
    demo_removed: int = 0
    _brought: "dict[str, set[PointId]]" = field(default_factory=dict)
    """Ids of the points that came, by origin."""
    _files: Sequence[Path] = ()
    _newest: "dict[str, Version] | None" = None
    """Of locations of OCPI that the files have more than once; None before it is looked for."""

    @property
    def whole(self) -> bool:
        """Whether all files so far could be read to their end."""
        return not any(summary.problem for summary in self.summaries)

    def files(self, files: Sequence[Path]) -> Iterator[Summary]:
        """Take in each file, each of an archive by itself; what became of it. Raises StoreError."""
        from wirelane_geo.importers import members

        self._files, self._newest = files, None
        for file in files:
            try:
                inside = members(file)
            except BadFile as error:
                self.summaries.append(Summary(str(file), problem=str(error)))
                yield self.summaries[-1]
                continue
            yield from self._archive(file, inside) if inside else self._alone(file)

    def _alone(self, file: Path) -> Iterator[Summary]:
        self.summaries.append(self._file(file, None, file.name))
        yield self.summaries[-1]

    def _archive(self, file: Path, inside: "list[str]") -> Iterator[Summary]:
        """What nobody knows in it, a README for example, is noted where there is anything else."""
        from wirelane_geo.importers import Unrecognised

        unknown: list[Summary] = []
        for member in inside:
            name = file.name if len(inside) == 1 else f"{file.name}.{Path(member).name}"
            try:
                self.summaries.append(self._file(file, member, name))
            except Unrecognised as error:
                unknown.append(Summary(f"{file}: {member}", problem=str(error)))
            else:
                yield self.summaries[-1]
        for summary in unknown:
            if len(unknown) < len(inside):
                summary.problem = None
                summary.note("no file of charge points, left out", None, None, "", None)
            self.summaries.append(summary)
            yield summary

    def replace(self) -> int:
        """Remove what earlier imports of the same formats brought, and these files didn't; nothing where one of them broke off.
        Returns how many points went."""
        return sum(self.store.remove(origin, ids) for origin, ids in self._brought.items() if ids) if self.whole else 0

    def _file(self, path: Path, member: str | None, name: str) -> Summary:
        """What was read before a file broke off stays."""
        from wirelane_geo.importers import Unrecognised, newest_in_files, read_ahead

        summary, start = Summary(str(path) if name == path.name else f"{path}: {member}"), time.perf_counter()
        record = None if self.replacing else FileRecord.of(self.data, self.store, path, name)
        if record is not None and not self._demo_leaves() and (known := record.unchanged()) is not None:
            known.seconds = round(time.perf_counter() - start, 3)
            return known
        self._newest = newest_in_files(self._files) if self._newest is None else self._newest
        rejects, notes = (self._lines(kind, name) for kind in ("rejects", "notes"))
        with rejects, notes:
            try:
                reader = read_ahead(path, member, newest=self._newest)
            except BadFile as error:
                if isinstance(error, Unrecognised) and member is not None:
                    raise
                summary.problem = str(error)
                return summary
            summary.format = reader.format
            self._take(reader, summary, rejects, notes)
        summary.rejects = str(rejects.path) if rejects.count else None
        summary.noted = str(notes.path) if notes.count else None
        summary.seconds = round(time.perf_counter() - start, 3)
        summary.empty = not (summary.points or summary.statuses or summary.problem or summary.rejected)
        if not (summary.points or summary.statuses) and summary.rejected and not summary.problem:
            summary.problem = f"{path} has no charge point that can be used."
        if record is not None and summary.problem is None:
            record.keep(summary)
        return summary

    def _demo_leaves(self) -> bool:
        return not self.keep_demo and self.store.holds("demo")

    def _take(self, reader: "Reader | ReaderAhead", summary: Summary, rejects: Lines, notes: Lines) -> None:
        from wirelane_geo.importers import Note

        brought = self._brought.setdefault(reader.origin, set())
        ids: set[PointId] = set()

        def kept(point: "ChargePoint", what: str) -> None:
            if what == "status":
                say(Note(None, point.evseid or point.charge_point_id, "status", "status kept, what is known is newer",
                          str(point.status)))
            elif point.id not in reader.superseded:
                say(Note(None, point.evseid or point.charge_point_id, "", "an older record than what is known"))

        def say(noted: "Note") -> None:
            summary.note(noted.reason, noted.row, noted.id, noted.column, noted.value)
            if notes.count < MOST_LINES:
                notes.write({"row": noted.row, "id": noted.id, "column": noted.column, "reason": noted.reason,
                             "value": noted.value})

        left: list[StatusReport | PlaceReport] = []
        statuses = StatusesOfFile(self.store, reader, summary, say)

        def points() -> "Iterator[ChargePoint]":
            for point in _points(reader, summary, rejects, say, statuses.tell, left):
                if point.id is not None:
                    ids.add(point.id)
                yield point

        read = points()
        done = self._first(list(islice(read, POINTS_A_STEP)), reader.origin, kept)
        done += self.store.take(read, reader.origin, kept)
        if left:  # of a file that has both, after its points, that they are found
            statuses.tell(left)
        if summary.problem is None:
            statuses.end(reader.path)
        brought |= ids
        summary.inserted, summary.updated, summary.unchanged, summary.older = (
            done.inserted, done.updated, done.unchanged, done.older)
        summary.points = len(ids)

    def _first(self, points: "list[ChargePoint]", origin: str, kept: Any) -> "UpsertCounts":
        """The first points of a file; with them, in one step, the demo network goes."""
        if not points or self.keep_demo or not self.store.holds("demo"):
            return self.store.take(points, origin, kept)
        with self.store.transaction():
            done = self.store.take(points, origin, kept)
            self.demo_removed += self.store.remove("demo")
        return done

    def _lines(self, kind: str, name: str) -> Lines:
        """Where a file's rejected rows or notes go; of two files with one name the second gets a number."""
        taken = {path for summary in self.summaries for path in (summary.rejects, summary.noted)}
        name = os.fsdecode(os.fsencode(name)[:LONGEST_NAME])
        number, path = 1, self.data / kind / f"{name}.{kind}.jsonl"
        while str(path) in taken:
            number += 1
            path = self.data / kind / f"{name}.{number}.{kind}.jsonl"
        return Lines(path)


def _points(reader: "Reader | ReaderAhead", summary: Summary, rejects: Lines, say: Any, tell: Any,
            reports: "list[StatusReport | PlaceReport]") -> "Iterator[ChargePoint]":
    """The reader's charge points; statuses are told, the last ones left in `reports`, what else it gives is counted and written
    down."""
    from wirelane_geo.importers import Note, Reject
    from wirelane_geo.model import PlaceReport, StatusReport

    stations: dict[PointId | None, int] = {}
    batch: list[ChargePoint] = []
    with _bar(reader) as bar:
        shown = 0
        try:
            for found in reader:
                if isinstance(found, Reject):
                    summary.rejected[found.reason] += 1
                    rejects.write(_line(found))
                elif isinstance(found, Note):
                    say(found)
                elif isinstance(found, StatusReport | PlaceReport):
                    reports.append(found)
                else:
                    batch.append(found)
                if len(reports) == (STATUSES_A_STEP if not stations else MOST_STATUSES):
                    tell(reports)
                    reports.clear()
                if len(batch) == POINTS_A_STEP:
                    yield from _counted(batch, stations)
                    batch.clear()
                    bar.update(reader.position - shown)
                    shown = reader.position
        except BadFile as error:
            summary.problem = str(error)
        yield from _counted(batch, stations)
        bar.update(reader.size - shown)
    summary.stations = len(set(stations.values()))


def _line(found: "Reject") -> dict[str, Any]:
    return {"row": found.row, "id": found.id, "reason": found.reason, "detail": found.detail, "original": found.raw}


def _counted(batch: "Iterable[ChargePoint]", stations: "dict[PointId | None, int]") -> "Iterable[ChargePoint]":
    """The points; each one's station is remembered: that of the record that came last."""
    from wirelane_geo.store.station_keys import station_keys

    points = list(batch)
    stations.update(zip((point.id for point in points), station_keys(points).tolist(), strict=True))
    return points


class _NoBar:
    def update(self, steps: int) -> None:
        """Nothing to show."""


def _bar(reader: "Reader | ReaderAhead") -> AbstractContextManager[Any]:
    """Progress in bytes of the file on stderr; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return nullcontext(_NoBar())
    return click.progressbar(length=reader.size, label=reader.path.name, file=sys.stderr, show_eta=True)


