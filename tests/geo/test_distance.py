"""How far places are from each other: one fact in three ways of reckoning, which agree."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_layers import modules
from wirelane_geo.geo.distance import EARTH_RADIUS_M, METRES_PER_DEGREE, distance_m, distance_m_of_one, metres_of, unit_vectors

lons, lats = st.floats(-180, 180), st.floats(-90, 90)
HALF_ROUND = math.pi * EARTH_RADIUS_M


@pytest.mark.parametrize(("one", "other", "metres"), [
    ((13.4050, 52.5200), (11.5755, 48.1374), 504_000),  # Berlin, Munich
    ((179.9, 0.0), (-179.9, 0.0), 0.2 * METRES_PER_DEGREE),  # over the antimeridian
    ((0.0, 90.0), (123.0, 90.0), 0.0),  # a pole has every longitude
    ((0.0, 0.0), (180.0, 0.0), HALF_ROUND),
    ((10.0, 50.0), (10.0, 51.0), METRES_PER_DEGREE),
])
def test_distances_that_everybody_knows(one: tuple[float, float], other: tuple[float, float], metres: float) -> None:
    assert distance_m_of_one(*one, *other) == pytest.approx(metres, rel=1e-3, abs=1e-3)


@given(lons, lats, lons, lats)
def test_however_it_is_reckoned_it_is_as_far(lon: float, lat: float, lon_0: float, lat_0: float) -> None:
    one = distance_m_of_one(lon, lat, lon_0, lat_0)
    assert 0 <= one <= HALF_ROUND * (1 + 1e-12)
    assert one == pytest.approx(distance_m_of_one(lon_0, lat_0, lon, lat), abs=1e-6), "there as back"
    assert distance_m(lon, lat, np.array([lon_0]), np.array([lat_0])) == pytest.approx([one], rel=1e-7, abs=1e-3)
    # The cosine of a small angle, and of one near the half circle, has few digits left.
    assert metres_of(unit_vectors(lon, lat) @ unit_vectors(lon_0, lat_0)) == pytest.approx(one, rel=1e-6, abs=1.0)


def test_the_size_of_the_earth_is_said_once() -> None:
    says_so = [path.stem for path in modules() if "6371" in path.read_text(encoding="utf-8").replace("_", "")]
    assert says_so == ["distance"]
