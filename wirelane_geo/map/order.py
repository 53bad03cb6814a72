"""In which order a list has its stations: the nearest, the strongest, or those with the most points that are free."""

from typing import Literal

import numpy as np

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.distance import distance_m
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.map._marks import marks
from wirelane_geo.map.nearest import Stations, matching, nearest
from wirelane_geo.sources import Snapshot

Order = Literal["distance", "power", "free"]


def ordered(snapshot: Snapshot, bounds: Bounds, filters: Filters, order: Order, limit: int, total: int,
            ) -> tuple[Stations, Floats]:
    """The first `limit` of the `total` stations with a matching point in the bounds, and how far each is from the middle of
    the bounds, in metres. By power those with the strongest matching point come first, by free those with the most that are
    free and not known to be closed; of equals the nearest."""
    if order == "distance":
        return nearest(snapshot, bounds, filters, limit, total)
    stations = matching(snapshot, bounds, bounds, filters)
    distance = distance_m(*bounds.center, *snapshot.stations.middles(stations))
    drawn = marks(snapshot, stations, filters)
    worth = np.nan_to_num(drawn.power_kw, nan=-1.0) if order == "power" else drawn.free.astype(np.float32)
    chosen = np.lexsort((distance, -worth))[:limit]
    return stations[chosen], distance[chosen]
