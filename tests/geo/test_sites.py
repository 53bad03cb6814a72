"""Sites against brute force: what can't be told apart at the closest zoom is one, what can be isn't."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelane_geo.geo import mercator
from wirelane_geo.geo._sites import sites

PX = 1 / (512 * 2**20)
"""A pixel of the closest zoom, as a part of the world's width."""


def brute(lon: np.ndarray, lat: np.ndarray) -> list[set[int]]:
    """Places by connected squares of 8 px, as the words say it."""
    squares = [(int(x), int(y)) for x, y in zip(mercator.x_of(lon) / PX // 8, mercator.y_of(lat) / PX // 8, strict=True)]
    left, found = set(range(len(squares))), []
    while left:
        reached, group = [left.pop()], set()
        while reached:
            one = reached.pop()
            group.add(one)
            near = {i for i in left if max(abs(squares[i][0] - squares[one][0]), abs(squares[i][1] - squares[one][1])) <= 1}
            left -= near
            reached += near
        found.append(group)
    return found


def grouped(numbers: np.ndarray) -> list[set[int]]:
    return [set(np.flatnonzero(numbers == number).tolist()) for number in np.unique(numbers)]


@pytest.mark.slow
@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1), st.integers(0, 120), st.sampled_from([0.0, 3.0, 30.0, 100.0, 1000.0]))
def test_sites_are_what_brute_force_joins(seed: int, count: int, width_px: float) -> None:
    rng = np.random.default_rng(seed)
    middle = rng.uniform(0.1, 0.9, 2)
    x, y = (middle[:, None] + rng.uniform(-1, 1, (2, count)) * width_px * PX)
    lon, lat = mercator.lon_of(x), mercator.lat_of(y)
    found = grouped(sites(lon, lat))
    assert sorted(map(sorted, found)) == sorted(map(sorted, brute(lon, lat)))


def test_a_rounding_apart_is_together_wherever_it_is() -> None:
    for lon in np.linspace(-179, 179, 500):
        assert len(set(sites(np.array([lon, lon + 1e-7]), np.array([48.1, 48.1])).tolist())) == 1


def test_next_to_each_other_on_the_car_park_is_not() -> None:
    metres = np.array([0.0, 2.5, 5.0, 7.5])
    assert sites(2.37 + metres / 73_000, np.full(4, 48.75)).tolist() == [0, 1, 2, 3]


def test_a_long_row_of_neighbours_is_one_site() -> None:
    x = 0.5 + np.arange(3000) * 8 * PX
    rng = np.random.default_rng(0)
    order = rng.permutation(len(x))
    assert set(sites(mercator.lon_of(x[order]), np.full(len(x), 10.0)).tolist()) == {0}


def test_none_are_no_sites() -> None:
    assert sites(np.empty(0), np.empty(0)).tolist() == []
