"""Stations that share a place: drawn as one cluster, whatever the zoom, and listed when it is chosen."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Clusters
from wirelane_geo.geo.columns import CLOSED_NOW, FREE, STATUSES, counted_as
from wirelane_geo.map._marks import fold
from wirelane_geo.model import Handles
from wirelane_geo.sources import Snapshot

Stations = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sites:
    """Places that several matching stations share: these, place after place, and where each place begins among them. All that
    share a place are there, wherever their points are: so it is the same whatever part of the map is looked at."""

    stations: Stations
    starts: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.starts)

    def positions(self, snapshot: Snapshot) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """The positions of the points of each place, place after place, and where each place starts in them."""
        positions, starts = snapshot.stations.positions(self.stations)
        return positions, starts[self.starts]

    def select(self, keep: npt.NDArray[np.bool_]) -> "Sites":
        """Some of the places."""
        lengths = np.diff(self.starts, append=len(self.stations))
        left = lengths[keep]
        return Sites(self.stations[keep.repeat(lengths)], np.cumsum(left) - left)

    def clusters(self, snapshot: Snapshot, filters: Filters) -> tuple[Clusters, Handles]:
        """A cluster for each place, and the handle of one of its matching points."""
        table, count = snapshot.table, np.diff(self.starts, append=len(self.stations))
        lon, lat = snapshot.stations.middles(self.stations)
        positions, starts = self.positions(snapshot)
        of_point = np.arange(len(self)).repeat(np.diff(starts, append=len(positions)))
        matching = table.holds(positions, filters)
        positions, of_point = positions[matching], of_point[matching]
        code = of_point * (CLOSED_NOW + 1) + counted_as(table.status[positions], table.closed_now[positions])
        counts = np.bincount(code, minlength=len(self) * (CLOSED_NOW + 1)).reshape(len(self), CLOSED_NOW + 1)
        by_status, closed_now = counts[:, :STATUSES], counts[:, CLOSED_NOW]
        by_status[:, FREE] += closed_now
        begin = np.searchsorted(of_point, np.arange(len(self)))
        start, stop = fold(np.minimum, positions, begin), fold(np.maximum, positions, begin) + 1
        clusters = Clusters(
            lon=np.add.reduceat(lon, self.starts) / count, lat=np.add.reduceat(lat, self.starts) / count,
            count=by_status.sum(axis=1), by_status=by_status, closed_now=closed_now, start=start, stop=stop, stations=count,
            keys=(table.quadkey.take(start), table.quadkey.take(stop - 1)))
        return clusters, fold(np.minimum, snapshot.handles[positions], begin)


NONE = Sites(np.empty(0, np.int64), np.empty(0, np.intp))


def sites_among(snapshot: Snapshot, stations: Stations, filters: Filters) -> tuple[Stations, Sites]:
    """Of some matching stations, ascending, those that have a place to themselves, and the places of the others."""
    index = snapshot.stations
    shared = index.shares[stations]
    if not shared.any():
        return stations, NONE
    members, starts = index.at(np.unique(index.site[stations[shared]]))
    matching = _matching(snapshot, members, filters)
    count = fold(np.add, matching.astype(np.int64), starts)
    several = (count > 1).repeat(np.diff(starts, append=len(members)))
    left = count[count > 1]
    return (np.sort(np.concatenate([stations[~shared], members[matching & ~several]])),
            Sites(members[matching & several], np.cumsum(left) - left))


def neighbours(snapshot: Snapshot, station: int, filters: Filters) -> Stations:
    """The matching stations that share the place of one, itself too where it matches."""
    members, _ = snapshot.stations.at(snapshot.stations.site[[station]])
    return members[_matching(snapshot, members, filters)]


def _matching(snapshot: Snapshot, stations: Stations, filters: Filters) -> npt.NDArray[np.bool_]:
    """Which of some stations have a point that matches."""
    positions, starts = snapshot.stations.positions(stations)
    return fold(np.logical_or, snapshot.table.holds(positions, filters), starts)
