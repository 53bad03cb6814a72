"""How results are printed: tables for people, JSON and CSV for programs, piece by piece."""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from typing import Any, TypeVar

import click

from wirelane_geo.api.listing import Listing
from wirelane_geo.cli.exits import INCOMPLETE
from wirelane_geo.cli.printable import printable
from wirelane_geo.errors import ApiNotFound
from wirelane_geo.map.export import cell

T = TypeVar("T")

GAP = "  "
STEP = 500
"""Records between two steps of a progress bar."""


def print_pieces(pieces: Iterable[str]) -> None:
    """Print a text that comes in pieces, as it comes."""
    for piece in pieces:
        click.echo(piece, nl=False)


def json_list(bodies: Iterable[bytes]) -> Iterator[str]:
    """A JSON array, one element a line."""
    before = "[\n"
    for body in bodies:
        yield before + body.decode()
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV; what a spreadsheet would take for a formula gets a "'"."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def print_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Print rows in columns, numbers to the right. Returns how many there were."""
    cells = [[_shown(value) for value in row] for row in rows]
    raw = [header, *cells]
    right = [bool(cells) and all(_is_number(row[i]) for row in cells if row[i]) for i in range(len(header))]
    widths = [max(len(row[i]) for row in raw) for i in range(len(header))]
    for row in raw:
        line = GAP.join(text.rjust(width) if to_right else text.ljust(width)
                        for text, width, to_right in zip(row, widths, right, strict=True))
        click.echo(line.rstrip())
    return len(cells)


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Print names and values, one a line, without the empty ones."""
    shown = [(name, _shown(value)) for name, value in fields if value not in (None, (), "")]
    width = max((len(name) for name, _ in shown), default=0)
    for name, text in shown:
        click.echo(f"{name:<{width}}{GAP}{text}")


def counted(found: Iterable[T], total: Callable[[], int | None], *, to_file: bool = False) -> Iterator[T]:
    """The same; meanwhile a bar on stderr, where that is a terminal, and nothing else is printed to one. `total` is asked
    once the first is there."""
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not to_file):
        yield from found
        return
    given = iter(found)
    first = list(islice(given, 1))
    bar: Any = click.progressbar(length=total(), file=sys.stderr, show_pos=True)
    with bar:
        number = 0
        for number, item in enumerate(chain(first, given), 1):
            yield item
            if number % STEP == 0:
                bar.update(STEP)
        bar.update(number % STEP)


def note(text: str) -> None:
    """Say something about the result: on stderr, so that it isn't in the data."""
    click.echo(text, err=True)


@contextmanager
def named(missing: str) -> Iterator[None]:
    """Within, what is not there is said in these words."""
    try:
        yield
    except ApiNotFound as error:
        raise ApiNotFound(missing, request=error.request, status=error.status) from None


def end(problem: str | None) -> None:
    """End the command: with INCOMPLETE and the reason where there is a problem."""
    if problem:
        note(f"This is not all of it, or not up to date: {problem}")
        sys.exit(INCOMPLETE)


def end_listing(listing: Listing[Any], *, limited: bool) -> None:
    """End a command that has read a list; to read no more than was asked for is no problem."""
    if listing.rejections:
        end(f"{listing.rejections:,} records could not be understood, the first: {listing.rejected[0].reason}")
    end(None if limited else listing.problem)


def _shown(value: Any) -> str:
    """A value in a line: no control characters, whoever wrote them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    text = ", ".join(map(str, value)) if isinstance(value, tuple | frozenset) else str(value)
    return printable(text)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).removeprefix("-").isdecimal()
