"""Availability without fault details: what is faulted, unavailable or unknown becomes one thing, on the server."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from wirelane_geo.map.tiles import TileContent
from wirelane_geo.model import Status
from wirelane_geo.ui.wall.choice import NOT_AVAILABLE

_INTO = np.arange(len(Status), dtype=np.uint8)
_INTO[[status.number for status in NOT_AVAILABLE]] = Status.UNAVAILABLE.number


def counts(by_status: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Counts by status (the last axis), those of NOT_AVAILABLE all under UNAVAILABLE."""
    folded = np.zeros_like(by_status)
    for status, into in enumerate(_INTO):
        folded[..., into] += by_status[..., status]
    return folded


def tile(seen: TileContent) -> TileContent:
    """What the map draws of a tile, with NOT_AVAILABLE in one colour, and without a word of why data is old."""
    return replace(
        seen,
        marks=replace(seen.marks, status=_INTO[seen.marks.status]),
        clusters=replace(seen.clusters, by_status=counts(seen.clusters.by_status)),
        problem=None,
    )
