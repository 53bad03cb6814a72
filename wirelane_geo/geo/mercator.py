"""Web Mercator: degrees (WGS 84) to and from the unit square, x eastwards from 180 W, y southwards from 85.05 N.

A map of zoom z is this square, 512 * 2**z pixels wide (deck.gl's zoom; that of 256 px tiles is one more).
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MAX_LATITUDE = 85.05112877980659
"""Where Web Mercator ends, atan(sinh(pi)) in degrees: the map is square."""

TILE_PX = 512

_BELOW_ONE = math.nextafter(1.0, 0.0)


def x_of(lon: npt.ArrayLike) -> Floats:
    """x in [0, 1) of longitudes in [-180, 180] degrees. 180 itself is the last value below 1, not 0."""
    x = (np.asarray(lon, np.float64) + 180.0) / 360.0
    return np.clip(x, 0.0, _BELOW_ONE)


def y_of(lat: npt.ArrayLike) -> Floats:
    """y in [0, 1) of latitudes in degrees; beyond MAX_LATITUDE it is that of the nearest edge."""
    angle = np.radians(np.clip(np.asarray(lat, np.float64), -MAX_LATITUDE, MAX_LATITUDE))
    return np.clip(0.5 - np.arcsinh(np.tan(angle)) / (2.0 * math.pi), 0.0, _BELOW_ONE)


def x_of_one(lon: float) -> float:
    """`x_of` of one longitude, many times faster."""
    return min(max((lon + 180.0) / 360.0, 0.0), _BELOW_ONE)


def y_of_one(lat: float) -> float:
    """`y_of` of one latitude, many times faster; it may differ in the last digit."""
    angle = math.radians(min(max(lat, -MAX_LATITUDE), MAX_LATITUDE))
    return min(max(0.5 - math.asinh(math.tan(angle)) / (2.0 * math.pi), 0.0), _BELOW_ONE)


def lon_of(x: npt.ArrayLike) -> Floats:
    """Longitude in degrees of x in [0, 1]."""
    return np.asarray(x, np.float64) * 360.0 - 180.0


def lat_of(y: npt.ArrayLike) -> Floats:
    """Latitude in degrees of y in [0, 1]."""
    return np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * np.asarray(y, np.float64)))))
