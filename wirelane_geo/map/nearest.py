"""The stations that are nearest to the middle of a viewport, without looking at all that are in it."""

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.distance import METRES_PER_DEGREE, distance_m
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.stations import WIDE_M
from wirelane_geo.sources import Snapshot

Stations = npt.NDArray[np.int64]


def nearest(snapshot: Snapshot, bounds: Bounds, filters: Filters, limit: int, total: int) -> tuple[Stations, Floats]:
    """Stations with a matching point in the bounds, at most `limit`, and how far the middle of each is from that of the
    bounds, in metres; nearest first. `total`: how many there are in the bounds.

    Looks around the middle, farther each time, until there are enough. A station whose middle is within reach has all its
    points not much farther, unless it is wide: those are looked at every time.
    """
    lon, lat = bounds.center
    reach = bounds.height / 2 * METRES_PER_DEGREE * (limit / (total or 1)) ** 0.5 / 4 if total > 2 * limit else np.inf
    while True:
        around = Bounds.around(lon, lat, reach + WIDE_M) if reach < np.inf else bounds
        everything = around.holds(bounds)
        stations = _stations(snapshot, bounds if everything else around, bounds, filters)
        distance = distance_m(lon, lat, *snapshot.stations.middles(stations))
        if everything or np.count_nonzero(distance <= reach) >= limit:
            first = np.argsort(distance, kind="stable")[:limit]
            return stations[first], distance[first]
        reach = max(2 * reach, WIDE_M)


def _stations(snapshot: Snapshot, around: Bounds, bounds: Bounds, filters: Filters) -> Stations:
    """Stations with a matching point in both bounds, and wide ones with one in the second, ascending."""
    table, wide = snapshot.table, snapshot.stations.wide
    found = np.concatenate([table.scan(around, filters), wide[table.holds(wide, filters)]])
    return np.unique(table.station[found[bounds.contains(table.lon[found], table.lat[found])]])
