"""Which points are one station."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.points import charge_points, point
from wirelane_geo.model import ChargePoint
from wirelane_geo.store.station_keys import station_keys

METRE = 1 / 111_000
"""A metre in degrees of latitude."""


def together(one: dict[str, Any], other: dict[str, Any]) -> bool:
    first, second = station_keys([point("A", **one), point("B", **other)])
    return bool(first == second)


@pytest.mark.parametrize(("one", "other", "same"), [
    ({"charging_station_id": "S", "owner": "o"}, {"charging_station_id": "S", "owner": "o"}, True),
    ({"charging_station_id": "S", "owner": "o"}, {"charging_station_id": "S", "owner": "p"}, False),
    ({"charging_station_id": "S", "owner": "o"}, {"charging_station_id": "T", "owner": "o"}, False),
    ({"charging_station_id": "S", "owner": "o"}, {"charging_station_id": "S", "owner": "o", "latitude": 1.0}, True),
    ({"charging_station_id": "S", "cpo": "c"}, {"charging_station_id": "S", "cpo": "d"}, False),
    ({"charging_station_id": "S"}, {"charging_station_id": "S"}, True),
    ({"cpo": "c"}, {"cpo": "c"}, True),
    ({"cpo": "c"}, {"cpo": "d"}, False),
    ({"cpo": "c"}, {"cpo": "c", "latitude": 48.8 + 100 * METRE}, False),
    ({"cpo": "c"}, {"cpo": "c", "charging_station_id": "S"}, False),
    ({"longitude": None, "latitude": None}, {"longitude": None, "latitude": None}, False),
])
def test_points_are_one_station(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert together(one, other) == same


def test_a_place_is_about_ten_metres() -> None:
    """Of points in a row, 1 m apart, no more than some 20 m make up one place."""
    row = [point(str(n), latitude=50 + n * METRE) for n in range(500)]
    _, sizes = np.unique(station_keys(row), return_counts=True)
    assert 8 <= np.median(sizes) <= 20


@settings(deadline=None)
@given(points=st.lists(charge_points, max_size=8))
def test_a_key_is_the_points_own(points: list[ChargePoint]) -> None:
    """Whatever it is counted together with, and in which order."""
    keys = station_keys(points)
    assert keys.dtype == np.int64
    assert (keys >= 0).all()
    assert [station_keys([one])[0] for one in points] == keys.tolist()
    assert station_keys(points[::-1]).tolist() == keys.tolist()[::-1]


@pytest.mark.slow
def test_a_key_is_the_same_in_every_process() -> None:
    code = ("from wirelane_geo.store.station_keys import station_keys; from wirelane_geo.model import ChargePoint; "
            "print(station_keys([ChargePoint(charge_point_id='A', cpo='c', longitude=9.8, latitude=48.8)])[0])")
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(other) == station_keys([point("A", cpo="c")])[0]
