"""What is drawn of an area: clusters of stations, and stations one by one."""

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, Clusters, PointTable

MARKS_ZOOM = 14.0
"""From this zoom on every station is drawn by itself."""
MOST_MARKS = 5_000
"""The most stations that are drawn one by one; with more in view there are clusters at any zoom."""


def one_by_one(zoom: float, stations: int) -> bool:
    """Whether all of so many stations are drawn by themselves at a zoom."""
    return zoom >= MARKS_ZOOM and stations <= MOST_MARKS


def drawn(table: PointTable, bounds: Bounds, around: Bounds, zoom: float, filters: Filters, stations: int
          ) -> tuple[Clusters, npt.NDArray[np.int64]]:
    """Clusters of several stations, and the numbers of the stations that are drawn by themselves, ascending. `around`: the
    bounds grown to whole squares of the zoom; `stations`: how many match in the bounds."""
    if one_by_one(zoom, stations):
        return table.clusters(bounds, zoom, filters).select(slice(0)), np.unique(table.station[table.scan(bounds, filters)])
    cells = table.clusters(around, zoom, filters)
    return cells.select(cells.stations > 1), np.unique(table.station[cells.first[cells.stations == 1]])
