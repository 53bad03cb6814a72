"""What became of imported files: counted, told to people, and written down row by row."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import click

from wirelane_geo.cli.printable import printable
from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file

MOST_LINES = 100_000
"""Lines of a file of notes: a file may be odd in every row."""
MOST_KINDS = 200
"""Reasons that are counted one by one."""
MOST_REASONS = 30
"""Reasons that are told one by one."""


@dataclass
class Summary:
    """What became of a file. `problem` says where and why it could not be read to its end, `first` has where each thing was
    noted first. `empty`: it is a list of charge points or statuses without any. Of `statuses`, `changed` changed a point,
    `unmatched` wait for theirs, and `older_statuses` are older than what is known."""

    file: str
    format: str = ""
    points: int = 0
    stations: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    statuses: int = 0
    changed: int = 0
    unmatched: int = 0
    older_statuses: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    rejects: str | None = None
    noted: str | None = None
    empty: bool = False
    seconds: float = 0.0
    problem: str | None = None

    def note(self, reason: str, row: int | None, id: str | None, column: str, value: Any) -> None:
        """Count what was noted."""
        self.notes[reason if reason in self.notes or len(self.notes) < MOST_KINDS else "other things"] += 1
        if reason not in self.first and len(self.first) < MOST_REASONS:
            self.first[reason] = _where(row, id, column, value)


class Lines:
    """A file of JSON lines in the data directory, made with the first line; an old one is gone then or at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
        else:
            self.path.unlink(missing_ok=True)

    def write(self, line: Mapping[str, Any]) -> None:
        """Write a line, whatever is in it: half a character is written as its number. Raises StoreError."""
        self.count += 1
        try:
            if self._file is None:
                private_file.make_directory(self.path.parent)
                self.path.unlink(missing_ok=True)
                private_file.touch(self.path)
                self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
            self._file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        except OSError as error:
            raise StoreError(f"{self.path} can't be written: {error.strerror}.") from None


def _where(row: int | None, id: str | None, column: str, value: Any) -> str:
    """ "row 3, FR*ABC*E1, puissance_nominale: 22 000", as far as it is known."""
    shown = "" if value is None else json.dumps(value, ensure_ascii=False, default=str)[:80]
    parts = [f"row {row}" if row is not None else "", id or "", f"{column}: {shown}" if column and shown else column or shown]
    return printable(", ".join(part for part in parts if part))


def tell(summary: Summary) -> None:
    """Say what became of a file: on stderr what could not be read, else on stdout."""
    timing = f" ({summary.format}, {summary.seconds:.1f} s)" if summary.format else ""
    click.echo(printable(summary.file) + timing)
    if summary.problem:
        click.echo(f"Error: {printable(summary.problem)}", err=True)
        if summary.points or summary.statuses:
            click.echo("  Read before that, and kept:")
    if summary.empty:
        click.echo("  no charge point in it" if summary.notes else "  nothing in it")
    elif summary.format:
        _tell_counts(summary)
    for reason, count in summary.rejected.most_common():
        click.echo(f"    {count:>9,} rejected: {reason}")
    if summary.rejects:
        click.echo(f"    the rejected rows are in {printable(summary.rejects)}")
    for note, count in summary.notes.most_common(MOST_REASONS):
        where = summary.first.get(note)
        click.echo(f"    {count:>9,} noted: {printable(note)}" + (f" ({'first ' if count > 1 else ''}{where})" if where else ""))
    if len(summary.notes) > MOST_REASONS:
        click.echo(f"              and {len(summary.notes) - MOST_REASONS:,} more kinds of notes")
    if summary.noted:
        click.echo(f"    every note is in {printable(summary.noted)}")


def _tell_counts(summary: Summary) -> None:
    if summary.statuses:
        older = f", {summary.older_statuses:,} are older than what is known" if summary.older_statuses else ""
        click.echo(f"  {summary.statuses:,} statuses: {summary.changed:,} changed a point, {summary.unmatched:,} are of points "
                   f"that are not here, and wait for them{older}")
    if summary.statuses and not summary.points:
        return
    older = f", {summary.older:,} older than what is known" if summary.older else ""
    click.echo(f"  {summary.points:,} points in {summary.stations:,} stations: {summary.inserted:,} new, "
               f"{summary.updated:,} updated, {summary.unchanged:,} unchanged{older}; {summary.rejected.total():,} rejected")


def tell_total(summaries: list[Summary], removed: int) -> None:
    """Say what became of all files, and of the demo network."""
    good = [summary for summary in summaries if summary.points or summary.statuses]
    if len(summaries) > 1:
        total = Summary("all")
        for summary in good:
            for name in ("points", "stations", "inserted", "updated", "unchanged", "older", "statuses", "changed", "unmatched",
                         "older_statuses"):
                setattr(total, name, getattr(total, name) + getattr(summary, name))
        total.rejected = sum((summary.rejected for summary in summaries), Counter())
        click.echo(f"All {len(summaries)} files:")
        _tell_counts(total)
    if removed:
        click.echo(f"The demo network ({removed:,} points) is gone, now that there are real ones. --keep-demo keeps it.")
    if broken := [summary for summary in summaries if summary.problem]:
        click.echo(f"Error: {len(broken)} of {len(summaries)} files could not be read to the end: "
                   + ", ".join(printable(summary.file) for summary in broken), err=True)
