"""All benchmarks, printed and written to benchmarks/results.md.

    python benchmarks/run.py [--points 1000000] [--large 10000000] [--viewports 200] [--pans 30]
                             [--sessions 1 10 50 100] [--seconds 10] [--data DIRECTORY] [--only SECTION ...]

DIRECTORY: a data directory with a million points (`python benchmarks/store.py DIRECTORY`); without it one is made.
"""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import country, decoding, drag, first_visit, lists, loading, million, pan, points, tiles, viewing

RESULTS = Path(__file__).with_name("results.md")
Section = tuple[str, list[points.Table]]


def sections(options: argparse.Namespace, data: Callable[[], Path]) -> Iterator[Section]:
    """Title and tables of each section, one after the other, measured when asked for; `data` gives the store of many."""
    measures: dict[str, Callable[[], Section]] = {
        "points": lambda: _points(options.points, options.viewports),
        "large": lambda: (f"{options.large:,} points", [points.main(options.large, options.viewports, alone=True)[0]]),
        "viewing": lambda: (f"The service's answers, {options.points:,} points",
                            [viewing.main(options.points, options.viewports)]),
        "loading": lambda: (f"Starting with {options.points:,} points", [loading.main(options.points, data())]),
        "country": lambda: (f"A country's OCPI, {country.EVSES:,} EVSEs", [country.main()]),
        "decoding": lambda: ("Decoding", [decoding.main()]),
        "pan": lambda: ("From a pan to repainted points, and an account", _filled(*pan.main(options.pans, options.seconds))),
        "tiles": lambda: (f"A pan over HTTP, {options.points:,} points",
                          tiles.main(data(), options.viewports, 10.0, [100, 500], options.seconds)),
        "first_visit": lambda: ("A phone's first visit", first_visit.main(data())),
        "drag": lambda: (f"While the hand drags, {options.points:,} points", [drag.main(data())]),
        "lists": lambda: (f"The API's lists, {options.points:,} points",
                          lists.main(data(), options.points, options.pans, options.seconds)),
        "million": lambda: _million(options, data()),
    }
    for name, measure in measures.items():
        if not options.only or name in options.only:
            print(f"measuring: {name}", file=sys.stderr)
            yield measure()


def _points(count: int, viewports: int) -> Section:
    aims, beside, absent = points.main(count, viewports)
    return f"The point table, {count:,} points", [aims, beside, [["not measured"], *([reason] for reason in absent)]]


def _million(options: argparse.Namespace, data: Path) -> Section:
    tables = million.main(data, options.pans, options.sessions, options.seconds)
    return f"The whole way, {options.points:,} points", _filled(*tables)


def _filled(*tables: points.Table) -> list[points.Table]:
    return [table for table in tables if table]


def markdown(table: points.Table) -> str:
    """A table as Markdown."""
    header, *rows = table
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Print each section as soon as it is measured; write them all at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--viewports", type=int, default=200)
    parser.add_argument("--pans", type=int, default=30)
    parser.add_argument("--sessions", type=int, nargs="*", default=[1, 10, 50, 100])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    report = [f"# Benchmarks\n\nMade by `make bench` on {machine}. docs/performance.md explains them."]
    with ExitStack() as made:
        data = cache(lambda: made.enter_context(million.directory(options.data, options.points)))
        for title, tables in sections(options, data):
            shown = [table for table in tables if len(table) > 1]
            print(f"\n{title}\n", *(points.text(table) for table in shown), sep="\n")
            report.append(f"## {title}\n\n" + "\n\n".join(map(markdown, shown)))
    if not options.only:
        RESULTS.write_text("\n\n".join(report) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
