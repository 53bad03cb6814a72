"""The picture of nearly all points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wirelane_geo.geo import Bounds
from wirelane_geo.geo.extent import MOST, nearly_all

GERMANY = np.random.default_rng(7).uniform((6, 47.5), (15, 55), (500, 2))
ICELAND = (-21.9, 64.1)


def of(*points: tuple[float, float], among: np.ndarray = GERMANY) -> Bounds:
    every = np.concatenate([among, np.array(points).reshape(-1, 2)])
    return nearly_all(every[:, 0], every[:, 1])


@pytest.mark.parametrize("far", [
    [ICELAND], [ICELAND] * 10, [ICELAND, (174.8, -41.3)], [(179.9, 0.0)], [(0.0, 0.0)], [(10.0, 85.0)],
])
def test_a_few_far_away_are_left_out(far: list[tuple[float, float]]) -> None:
    assert of(*far) == of()


@pytest.mark.parametrize("count", [60, 99, 500])
def test_one_of_a_small_network_too(count: int) -> None:
    few = GERMANY[:count]
    assert of(ICELAND, among=few) == of(among=few)


def test_what_is_no_exception_stays() -> None:
    assert of(*[ICELAND] * 11).contains(*ICELAND), "2.2 % are more than may be left out"
    assert of(ICELAND, among=GERMANY[:10]).contains(*ICELAND), "of 11 points each is more than 2 %"
    assert of(*[(15.5, 55.3)] * 4).contains(15.5, 55.3), "the picture would hardly be closer"


def test_points_around_the_antimeridian_are_one_place() -> None:
    fiji = np.column_stack([np.concatenate([np.linspace(177, 179.9, 60), np.linspace(-179.9, -179, 40)]),
                            np.linspace(-19, -16, 100)])
    assert of(among=fiji) == Bounds(-19, 177, -16, -179)
    assert of(ICELAND, among=fiji) == of(among=fiji)


@given(arrays(np.float64, st.tuples(st.integers(1, 200), st.just(2)), elements=st.floats(-80, 80)))
def test_most_are_always_in_it(points: np.ndarray) -> None:
    lon, lat = points[:, 0].copy(), points[:, 1].copy()
    box = nearly_all(lon, lat)
    inside = box.contains(lon, lat).sum()
    assert inside >= MOST * len(points) - 1e-9
    assert Bounds.of(lon, lat).padded(1e-9).holds(box)
