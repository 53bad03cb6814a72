"""The point table beside supercluster, shapely's STRtree and SQLite's R*Tree: the same points, viewports and questions.

    python benchmarks/points.py [--points 1000000] [--viewports 200] [--alone]

Each query is asked three times and the middle counts; the very first of all belongs to the build.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import peers
from benchmarks.measure import Figures, Spread, median, spread
from benchmarks.network import ZOOMS, Columns, columns, viewports
from wirelane_geo.filters import Filters
from wirelane_geo.geo import PointTable

Table = list[list[str]]
"""Rows of text, the first of them the header."""

UPDATES = 10_000


def ours(network: Columns, asked: peers.Viewports, changed: npt.NDArray[np.int64]) -> Figures:
    """The figures of the point table. To build is to answer the first query; each filter is one never seen before."""
    tables: list[PointTable] = []
    first = asked[8][0]

    def build(_: int) -> None:
        tables[:] = [PointTable.from_arrays(**network)]
        tables[0].clusters(first, 8)

    built = median(build, 3)
    table = tables[0]
    table.set_status(changed, network["status"][changed])
    table.clusters(first, 8)
    held = table.nbytes / len(table)
    never_seen = [Filters(statuses=peers.FILTER.statuses, power_kw=(10 + each / 100, None)) for each in range(9)]

    def update(each: int) -> None:
        table.set_status(changed, (changed + each) % 7)
        table.clusters(first, 8)

    filtered = median(lambda each: table.clusters(first, 8, never_seen[each]), len(never_seen))
    return Figures(
        "Wirelane Geo", built, held, filtered, median(update, 9),
        clusters={zoom: spread(partial(table.clusters, zoom=zoom), some) for zoom, some in asked.items()},
        filtered={zoom: spread(partial(table.clusters, zoom=zoom, filters=peers.FILTER), some) for zoom, some in asked.items()},
        within={zoom: spread(table.within, some) for zoom, some in asked.items()},
    )


def contest(points: int, count: int, alone: bool) -> tuple[list[Figures], list[str]]:
    """The figures of all who can be measured here, ours first; and who can't, and why."""
    network = columns(points)
    asked = {zoom: viewports(network, count, zoom) for zoom in ZOOMS}
    changed = np.random.default_rng(1).choice(points, min(UPDATES, points), replace=False)
    reached = [ours(network, asked, changed)]
    matching = peers.chosen(network)
    absent = []
    for peer in () if alone else (peers.supercluster, peers.strtree, peers.rtree):
        print(f"measuring {peer.__name__}", file=sys.stderr)
        try:
            reached.append(peer(network, asked, matching, changed))
        except peers.NotHere as reason:
            absent.append(f"{peer.__name__} is not measured: {reason}")
    return reached, absent


def beside(reached: list[Figures]) -> Table:
    """All figures side by side, with how many times ours are better."""
    rows = [["", *(each.name for each in reached)]]

    def row(what: str, value: Callable[[Figures], float | None], unit: str) -> None:
        readings = [value(each) for each in reached]
        times = ["", *(_times(reading, readings[0]) for reading in readings[1:])]
        rows.append([what, *(f"{_short(reading)} {unit}{more}" if reading else "-"
                             for reading, more in zip(readings, times, strict=True))])

    row("build, until the first answer", lambda f: f.build, "ms")
    row("filter change, until the first answer", lambda f: f.filter, "ms")
    row(f"{UPDATES:,} status updates, until seen", lambda f: f.update, "ms")
    row("memory of a point", lambda f: f.bytes, "B")
    for name, label in (("clusters", "clusters"), ("filtered", "clusters, filtered"), ("within", "points within")):
        for zoom in ZOOMS:
            for place, percentile in enumerate(("p50", "p99")):
                row(f"{label}, zoom {zoom}, {percentile}", partial(_reading, name=name, zoom=zoom, place=place), "ms")
    return rows


def _reading(figures: Figures, name: str, zoom: int, place: int) -> float | None:
    """One of a figure's p50 and p99 at a zoom, where it was measured."""
    spreads: dict[int, Spread] = getattr(figures, name) or {}
    return spreads[zoom][place] if zoom in spreads else None


def _short(number: float) -> str:
    """A number with three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _times(reading: float | None, own: float | None) -> str:
    return f" ({_short(float(f'{reading / own:.2g}'))}x)" if reading and own else ""


def aims(own: Figures, supercluster: Figures | None, points: int) -> Table:
    """What was aimed at, what was reached, and whether that is enough."""
    rows = [["aim", "reached", "met"]]

    def row(aim: str, reached: str, met: bool) -> None:
        rows.append([aim, reached, "yes" if met else "NO"])

    worst = {place: max(some[place] for some in (*own.clusters.values(), *own.filtered.values())) for place in (0, 1)}
    near = max(p50 for zoom, (p50, _) in (own.within or {}).items() if zoom >= 8)
    if points > 1_000_000:
        row("build under 8 s", f"{own.build / 1000:.2f} s", own.build < 8000)
    elif supercluster:
        build, change = supercluster.build / own.build, supercluster.filter / own.filter
        row("build 20x faster than supercluster", f"{build:.0f}x ({own.build:.0f} ms)", build >= 20)
        row("filter change 150x faster than supercluster's rebuild", f"{change:.0f}x", change >= 150)
    if points <= 1_000_000:
        row("filter change to first answer under 20 ms", f"{own.filter:.1f} ms", own.filter < 20)
        row(f"{UPDATES:,} status updates seen in under 20 ms", f"{own.update:.1f} ms", own.update < 20)
    row("clusters p50 under 0.5 ms, any zoom, filtered or not", f"worst {worst[0]:.2f} ms", worst[0] < 0.5)
    row("clusters p99 under 1.5 ms, any zoom, filtered or not", f"worst {worst[1]:.2f} ms", worst[1] < 1.5)
    row("within p50 under 0.5 ms at zoom 8 and closer", f"worst {near:.2f} ms", near < 0.5)
    row("memory under 60 bytes a point", f"{own.bytes:.1f} B", own.bytes < 60)
    return rows


def main(points: int = 1_000_000, viewports: int = 200, alone: bool = False) -> tuple[Table, Table, list[str]]:
    """(aims, all side by side, who is absent and why)."""
    reached, absent = contest(points, viewports, alone)
    supercluster = next((each for each in reached if each.name == "supercluster"), None)
    return aims(reached[0], supercluster, points), beside(reached), absent


def text(table: Table) -> str:
    """A table for the terminal."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--viewports", type=int, default=200)
    parser.add_argument("--alone", action="store_true", help="without the others")
    goals, figures, missing = main(**vars(parser.parse_args()))
    print(text(goals), text(figures), *missing, sep="\n\n")
