"""The stations that are nearest to the middle of a viewport, without looking at all that are in it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.distance import METRES_PER_DEGREE, distance_m
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.stations import WIDE_M
from wirelane_geo.sources import Snapshot

Stations = npt.NDArray[np.int64]

FIRST_RING_M, FARTHEST_M = 10_000.0, 20_040_000.0
"""How far is looked at first, and half the way around the Earth, where there is nothing farther."""


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
        stations = matching(snapshot, bounds if everything else around, bounds, filters)
        distance = distance_m(lon, lat, *snapshot.stations.middles(stations))
        if everything or np.count_nonzero(distance <= reach) >= limit:
            first = np.argsort(distance, kind="stable")[:limit]
            return stations[first], distance[first]
        reach = max(2 * reach, WIDE_M)


def matching(snapshot: Snapshot, around: Bounds, bounds: Bounds, filters: Filters) -> Stations:
    """Stations with a matching point in both bounds, and wide ones with one in the second, ascending."""
    table, wide = snapshot.table, snapshot.stations.wide
    found = np.concatenate([table.scan(around, filters), wide[table.holds(wide, filters)]])
    return np.unique(table.station[found[bounds.contains(table.lon[found], table.lat[found])]])


def nearest_anywhere(look: Callable[[Bounds], Snapshot], lon: float, lat: float, filters: Filters,
                     ) -> tuple[Snapshot, Stations, Floats] | None:
    """The station with a matching point that is nearest to a place (degrees): what `look` answered for its surroundings, its
    number there and its distance in metres, one each; None where nothing matches. Looks farther and farther."""
    reach = FIRST_RING_M
    while True:
        around = Bounds.around(lon, lat, reach)
        snapshot = look(around)
        stations = matching(snapshot, around, around, filters)
        distance = distance_m(lon, lat, *snapshot.stations.middles(stations))
        if len(distance) and (distance.min() <= reach or reach >= FARTHEST_M):
            one = np.argsort(distance, kind="stable")[:1]
            return snapshot, stations[one], distance[one]
        if reach >= FARTHEST_M:
            return None
        reach = min(4 * reach, FARTHEST_M)
