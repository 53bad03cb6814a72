"""Which points make up a station: those with one charging_station_id within an owner, else one place and operator."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey
from wirelane_geo.model import ChargePoint

PLACE_LEVEL = 21
"""Quadkey level that counts as one place: squares of 12 m at 50 degrees north, 19 m at the equator."""


def station_keys(points: Sequence[ChargePoint]) -> npt.NDArray[np.int64]:
    """A number per point, the same for all points of a station in every process, for ever: 63 bits, not negative.

    An unknown owner is replaced by the operator (cpo). A point with neither charging_station_id nor position is
    a station by itself. Raises ValueError where a position is not on Earth.
    """
    places = _places(points)
    keys: dict[tuple[str, ...], int] = {}
    numbers = np.empty(len(points), np.int64)
    for i, (point, place) in enumerate(zip(points, places, strict=True)):
        if point.charging_station_id:
            parts: tuple[str, ...] = ("station", point.owner or point.cpo or "", point.charging_station_id)
        elif place:
            parts = ("place", point.cpo or point.owner or "", place)
        else:
            parts = ("point", point.id or "", point.cpo or "", point.charge_point_id, point.evseid or "")
        key = keys.get(parts)
        if key is None:
            key = keys[parts] = _number(parts)
        numbers[i] = key
    return numbers


def _places(points: Sequence[ChargePoint]) -> list[str]:
    """The square that each point lies in, as text; "" for a point without position."""
    located = [i for i, point in enumerate(points) if point.longitude is not None and point.latitude is not None]
    lon = np.array([points[i].longitude for i in located], np.float64)
    lat = np.array([points[i].latitude for i in located], np.float64)
    places = [""] * len(points)
    squares = quadkey.encode(lon, lat) >> np.uint64(2 * (quadkey.DEPTH - PLACE_LEVEL))
    for i, square in zip(located, squares.tolist(), strict=True):
        places[i] = str(square)
    return places


def _number(parts: tuple[str, ...]) -> int:
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
