"""What is drawn of an area: clusters of stations, and stations one by one, those that share a place together."""

from dataclasses import dataclass

import numpy as np

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, Clusters
from wirelane_geo.map._sites import NONE, Sites, sites_among
from wirelane_geo.model import Handles
from wirelane_geo.sources import Snapshot

MARKS_ZOOM = 14.0
"""From this zoom on every station is drawn by itself, or with those at its place."""
MOST_MARKS = 5_000
"""The most stations that are drawn one by one; with more in view there are clusters."""
SITES_ZOOM = 18.0
"""From here on there are no clusters: so many stations are on one screen only where they lie upon each other."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Clusters by the squares of the zoom; numbers of the stations that are drawn by themselves, ascending; and the places that
    several share. Where there are squares there are no places."""

    squares: Clusters
    alone: Handles
    sites: Sites

    def clusters(self, snapshot: Snapshot, filters: Filters) -> tuple[Clusters, Handles]:
        """All that is drawn as a cluster; of places the handle of one station each, else none."""
        return self.sites.clusters(snapshot, filters) if len(self.sites) else (self.squares, np.empty(0, np.int64))


def one_by_one(zoom: float, stations: int) -> bool:
    """Whether all of so many stations are drawn by themselves at a zoom."""
    return zoom >= SITES_ZOOM or (zoom >= MARKS_ZOOM and stations <= MOST_MARKS)


def drawn(snapshot: Snapshot, bounds: Bounds, around: Bounds, zoom: float, filters: Filters, stations: int) -> Picture:
    """What is drawn of bounds. `around`: these grown to whole squares of the zoom; `stations`: how many match in the bounds."""
    table = snapshot.table
    if one_by_one(zoom, stations):
        alone, sites = sites_among(snapshot, np.unique(table.station[table.scan(bounds, filters)]), filters)
        return Picture(Clusters.none(), alone, sites)
    cells = table.clusters(around, zoom, filters)
    return Picture(cells.select(cells.stations > 1), np.unique(table.station[cells.first[cells.stations == 1]]), NONE)


def zoom_of(bounds: Bounds) -> float:
    """A zoom at which these bounds are about a screen wide."""
    width = (bounds.east - bounds.west) % 360 or 360.0
    return float(np.clip(np.log2(360 / width) + 1, 0, 20))
