"""Which points of a table make up each station, and where it is."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo._sites import sites
from wirelane_geo.geo.distance import METRES_PER_DEGREE
from wirelane_geo.geo.indices import Positions
from wirelane_geo.geo.mercator import Floats

WIDE_M = 200.0
"""Stations that reach farther than this from their middle, in metres, are listed: nobody finds them by looking around it."""


class StationIndex:
    """From station numbers (0..n-1, one per position of a table, as its degrees are) to the positions of each station."""

    def __init__(self, station: npt.NDArray[np.integer], lon: Floats, lat: Floats) -> None:
        self._lon, self._lat = lon, lat
        self._positions: Positions = np.argsort(station, kind="stable")
        self._offsets = np.concatenate([[0], np.cumsum(np.bincount(station))])

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def positions(self, stations: npt.NDArray[np.integer]) -> tuple[Positions, Positions]:
        """The positions of these stations' points, station after station, and where each station starts in them."""
        begin = self._offsets[stations]
        lengths = self._offsets[stations + 1] - begin
        starts = np.cumsum(lengths) - lengths
        inside = np.arange(lengths.sum(), dtype=np.intp) + np.repeat(begin - starts, lengths)
        return self._positions[inside], starts

    def middles(self, stations: npt.NDArray[np.integer]) -> tuple[Floats, Floats]:
        """Mean positions in degrees of these stations' points; of those on both sides of the antimeridian, near it."""
        positions, starts = self.positions(stations)
        if not len(starts):
            return np.empty(0), np.empty(0)
        lon, lat, lengths = self._lon[positions], self._lat[positions], np.diff(starts, append=len(positions))
        far_east = np.repeat(_extent(lon, starts) > 180, lengths) & (lon < 0)
        if far_east.any():
            lon[far_east] += 360
        x, y = (np.add.reduceat(axis, starts) / lengths for axis in (lon, lat))
        return np.where(x > 180, x - 360, x), y

    @cached_property
    def site(self) -> npt.NDArray[np.int32]:
        """The number of the site of each station, from 0: those whose middles can't be told apart have the same."""
        return sites(*self.middles(np.arange(len(self)))).astype(np.int32)

    @cached_property
    def shares(self) -> npt.NDArray[np.bool_]:
        """Which stations share their site with others."""
        return np.bincount(self.site).take(self.site) > 1

    def at(self, sites: npt.NDArray[np.integer]) -> tuple[Positions, Positions]:
        """The stations of some sites, site after site, and where each site starts in them."""
        begin, end = (self._at_sites[1].searchsorted(sites, side) for side in ("left", "right"))
        lengths = end - begin
        starts = np.cumsum(lengths) - lengths
        return self._at_sites[0][np.arange(lengths.sum()) + np.repeat(begin - starts, lengths)], starts

    @cached_property
    def _at_sites(self) -> tuple[Positions, npt.NDArray[np.int32]]:
        """Stations that share a site, by site, and the site of each; those alone come with theirs as well."""
        stations = self.site.argsort(kind="stable")
        return stations, self.site[stations]

    @cached_property
    def wide(self) -> Positions:
        """Positions of all points of wide stations (`WIDE_M`)."""
        starts, lon, lat = self._offsets[:-1], self._lon[self._positions], self._lat[self._positions]
        if not len(starts):
            return self._positions
        # Along the parallel that is longest, then along the meridian: no two points are farther from each other.
        across = _extent(lon, starts) * np.cos(np.radians(np.minimum.reduceat(np.abs(lat), starts)))
        wide = (across + _extent(lat, starts)) * METRES_PER_DEGREE > WIDE_M
        return self._positions[np.repeat(wide, np.diff(self._offsets))]


def _extent(degrees: Floats, starts: Positions) -> Floats:
    """From the least to the greatest of each station."""
    return np.maximum.reduceat(degrees, starts) - np.minimum.reduceat(degrees, starts)
