"""Where nearly all points are: a few far away from the others don't make a picture of all of them small."""

import numpy as np

from wirelane_geo.geo import mercator
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.mercator import Floats

MOST = 0.98
"""The part of the points that a picture has at least."""
WORTHWHILE, ALIKE = 1.25, 1.1
"""Points are left out where the picture of the others is so many times closer; no more than it takes for nearly that."""


def nearly_all(lon: Floats, lat: Floats) -> Bounds:
    """The box of all points (degrees, at least one), or of at least MOST of them where that is much smaller: those left out
    are the ones that are farthest from the middle one, on a map."""
    every = Bounds.of(lon, lat)
    may_go = len(lon) - int(np.ceil(MOST * len(lon)))
    if not may_go:
        return every
    x = np.where(lon < every.west, lon + 360.0, lon) if every.crosses_antimeridian else lon
    y = 360.0 * mercator.y_of(lat)
    order = np.argsort(np.maximum(np.abs(x - np.median(x)), np.abs(y - np.median(y))), kind="stable")
    least = len(lon) - may_go
    size = np.maximum(_spread(x[order]), _spread(y[order]))[least - 1:]  # of the nearest `least`, one more, ..., all
    if size[-1] < WORTHWHILE * size[0]:
        return every
    count = least + int(np.searchsorted(size, max(ALIKE * size[0], np.nextafter(0, 1)), side="right")) - 1
    return Bounds.of(lon[order[:count]], lat[order[:count]])


def _spread(values: Floats) -> Floats:
    """How far the first 1, 2, ..., n values reach."""
    spread: Floats = np.maximum.accumulate(values) - np.minimum.accumulate(values)
    return spread
