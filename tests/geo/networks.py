"""Networks and bounds that hypothesis draws, and what brute force over the given arrays says of them."""

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from wirelane_geo.geo import Bounds, PointFilter, PointTable

Network = dict[str, npt.NDArray[Any]]

# Where things go wrong: both sides of the antimeridian, the poles and Mercator's edge, the edges of big squares.
LON_MARKS = [-180.0, 180.0, 0.0, 90.0, -90.0, 179.99999999999997, -179.99999999999997, 13.4, 1e-300]
LAT_MARKS = [-90.0, 90.0, 0.0, 85.05112877980659, -85.05112877980659, 85.06, 66.51326044311186, 52.5, -1e-300]

longitudes = st.one_of(st.sampled_from(LON_MARKS), st.floats(-180, 180))
latitudes = st.one_of(st.sampled_from(LAT_MARKS), st.floats(-90, 90))
zooms = st.one_of(st.integers(-1, 22).map(float), st.floats(-1, 22))


@st.composite
def networks(draw: st.DrawFn, max_size: int = 4000) -> Network:
    """Up to some thousand points: clumped, spread, or one upon the other; stations of up to five points at one place."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    places = draw(st.integers(0, 6)) or draw(st.integers(7, max_size // 5))
    lon, lat = draw(longitudes), draw(latitudes)
    width = draw(st.sampled_from([0.0, 1e-7, 0.01, 1.0, 40.0, 400.0]))
    place_lon = np.clip(lon + width * rng.uniform(-1, 1, places), -180, 180)
    place_lat = np.clip(lat + width * rng.uniform(-1, 1, places), -90, 90)
    marked = rng.random(places) < draw(st.sampled_from([0.0, 0.1, 1.0]))
    place_lon[marked] = rng.choice(LON_MARKS, marked.sum())
    place_lat[marked] = rng.choice(LAT_MARKS, marked.sum())
    station = rng.permutation(np.repeat(np.arange(places), rng.integers(1, 6, places)))
    n = len(station)
    return {
        "lon": place_lon[station],
        "lat": place_lat[station],
        "status": rng.integers(0, 7, n),
        "power_kw": rng.choice(np.array([np.nan, 3.7, 22, 50, 150], np.float32), n),
        "plugs": rng.integers(0, 1024, n),
        "station": station * 7 - 5,
        "charging_type": rng.choice([0, 1, 255], n),
        "authentication": rng.integers(0, 16, n),
        "reservable": rng.random(n) < 0.5,
    }


@st.composite
def bounds_of(draw: st.DrawFn, network: Network) -> Bounds:
    """Bounds whose edges often run through points; some over the antimeridian, some without width, some the world."""
    places = np.stack([network["lon"], network["lat"]], axis=1)[:: max(len(network["lon"]) // 20, 1)].tolist()
    corner = st.tuples(longitudes, latitudes)
    corner = st.one_of(st.sampled_from(places).map(tuple), corner) if places else corner
    (west, south), (east, north) = draw(corner), draw(corner)
    if draw(st.booleans()):
        west, east = sorted((west, east))
    south, north = sorted((south, north))
    return draw(st.sampled_from([Bounds(south, west, north, east)] * 9 + [Bounds(-90, -180, 90, 180)]))


def table_of(network: Network) -> PointTable:
    return PointTable.from_arrays(**network)


def rows_within(network: Network, bounds: Bounds) -> npt.NDArray[np.intp]:
    """Rows of the points in the bounds, edges included, as the words say it."""
    lon, lat = network["lon"], network["lat"]
    east_of_west, west_of_east = lon >= bounds.west, lon <= bounds.east
    across = (east_of_west & west_of_east) if bounds.west <= bounds.east else (east_of_west | west_of_east)
    return np.flatnonzero(across & (lat >= bounds.south) & (lat <= bounds.north))


class Odd:
    """A filter of our own making: rows whose station's number is odd."""

    def mask(self, table: PointTable) -> npt.NDArray[np.bool_]:
        return table.station % 2 == 1


ODD: PointFilter = Odd()
