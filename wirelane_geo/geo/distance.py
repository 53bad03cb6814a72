"""How far places are from each other: great circles on a sphere of the Earth's mean radius, in metres; degrees WGS 84."""

import math
from typing import Any

import numpy as np

from wirelane_geo.geo.mercator import Floats

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180
"""Length of a degree of latitude."""


def distance_m(lon: float, lat: float, lons: Floats, lats: Floats) -> Floats:
    """Metres from one place to each of others (haversine)."""
    a, b = np.radians(lat), np.radians(lats)
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def distance_m_of_one(lon: float, lat: float, lon_0: float, lat_0: float) -> float:
    """`distance_m` of two places, many times faster; it may differ in the last digits."""
    a, b = math.radians(lat_0), math.radians(lat)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon - lon_0) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(h, 1.0)))


def unit_vectors(lon: Any, lat: Any) -> Floats:
    """Places on the unit sphere, n x 3 (3 of one): the greater the product of two, the nearer they are."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def unit_vector_of_one(lon: float, lat: float) -> Floats:
    """`unit_vectors` of one place, many times faster."""
    lon, lat = math.radians(lon), math.radians(lat)
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def metres_of(products: Floats) -> Floats:
    """Metres between places, from the products of their unit vectors; good to about 0.1 m."""
    return np.asarray(np.arccos(np.clip(products, -1.0, 1.0)) * EARTH_RADIUS_M)
