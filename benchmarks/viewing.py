"""What the service takes to answer a page at a million points with several points a station: view, and the nearest stations.

    python benchmarks/viewing.py [--points 1000000] [--viewports 200]
"""

import argparse
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.measure import milliseconds
from benchmarks.network import SEED, ZOOMS, Columns, columns, viewports
from benchmarks.peers import FILTER
from benchmarks.points import Table, text
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import WORLD, Bounds, PointTable
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.map.nearest import nearest
from wirelane_geo.map.service import MapService
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource, Snapshot

LISTED = 50
CLOSED = 0.14
"""Part of the points that are closed at night."""


def stations(network: Columns) -> Columns:
    """The same network with 1 to 8 points at each place, one station."""
    points = len(network["lon"])
    station = np.repeat(np.arange(points), np.random.default_rng(SEED).choice([1, 2, 2, 2, 3, 4, 6, 8], points))[:points]
    first = np.searchsorted(station, station)
    return network | {"station": station, "lon": network["lon"][first], "lat": network["lat"][first]}


class TileContents(EmbeddedSource):
    """A source of one table that is in memory; names of stations aren't asked for."""

    def __init__(self, network: Columns) -> None:
        self._demo = False
        table = PointTable.from_arrays(**network)
        table.set_closed_now(np.random.default_rng(SEED).random(len(table)) < CLOSED)
        self.held = Snapshot(table, table.order.astype(np.int64), StationIndex(table.station, table.lon, table.lat),
                             datetime.now(UTC))

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:  # noqa: ARG002 - as the embedded network's
        return self.held


def main(points: int = 1_000_000, count: int = 200) -> Table:
    """Rows: zoom, filtered or not, p50 and p95 of a view and of the nearest stations; the first of them the header."""
    network = stations(columns(points))
    source = TileContents(network)
    service, snapshot = MapService(source), source.held
    rows = [["1,280 x 800 px", "zoom", "view p50 ms", "view p95 ms", f"nearest {LISTED} p50 ms", "p95 ms"]]
    for name, filters in (("all", EVERYTHING), ("filtered", FILTER)):
        state = MapState(filters=filters)
        service.view(state, WORLD, 4)  # what a filter costs when it is new, benchmarks/points.py says

        def listed(bounds: Bounds, filters: Filters = filters) -> None:
            total = snapshot.table.totals(bounds, filters).stations
            nearest(snapshot, bounds, filters, min(LISTED, total), total)

        listed(WORLD)
        for zoom in ZOOMS:
            asked = viewports(network, count, zoom)
            views = [milliseconds(partial(service.view, state, bounds, zoom)) for bounds in asked]
            lists = [milliseconds(partial(listed, bounds)) for bounds in asked]
            rows.append([name, str(zoom), *(f"{reading:.2f}" for taken in (views, lists)
                                            for reading in np.percentile(taken, [50, 95]))])
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--viewports", type=int, default=200, dest="count")
    print(text(main(**vars(parser.parse_args()))))
