"""The point table against brute force over the arrays it was given."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.geo import Bounds, PointTable

places = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def table_of(points, status=None):
    n = len(points)
    lon, lat = (np.array([p[i] for p in points], float) for i in (0, 1))
    status = np.arange(n) % 7 if status is None else status
    return PointTable.from_arrays(lon, lat, status, np.full(n, 22.0), np.ones(n), np.arange(n) // 2), lon, lat


@given(st.lists(places, max_size=60), st.tuples(places, places), st.floats(0, 20))
def test_within_and_clusters_are_exact(points, corners, zoom):
    (west, south), (east, north) = corners
    south, north = sorted((south, north))
    bounds = Bounds(south, west, north, east)
    table, lon, lat = table_of(points)
    side = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    want = np.flatnonzero(side & (lat >= south) & (lat <= north))
    assert sorted(table.within(bounds).tolist()) == want.tolist()
    clusters = table.clusters(bounds, zoom)
    assert clusters.count.sum() == len(want)
    assert (clusters.by_status.sum(axis=0) == np.bincount(want % 7, minlength=7)).all()
