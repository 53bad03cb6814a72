"""Stations as they are drawn one by one: each with the best that a driver can hope for there."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo.columns import CLOSED_NOW
from wirelane_geo.model import Handles, Status
from wirelane_geo.sources import Snapshot

N = TypeVar("N", bound=np.generic)

BEST_FIRST = (Status.FREE, Status.IN_USE, Status.RESERVED, Status.UNKNOWN, Status.FAULTED, Status.UNAVAILABLE,
              Status.CLOSED)
"""A station shows the first of these that one of its matching points has: what a driver can hope for. A point that works but
is closed now comes after all those that work and aren't."""
WORKING = 3
"""So many of them mean that a point works."""

_NUMBERS = [status.number for status in BEST_FIRST]
_DRAWN = np.array([*_NUMBERS[:WORKING], CLOSED_NOW, *_NUMBERS[1:WORKING], *_NUMBERS[WORKING:]], np.uint8)
"""What is drawn for each rank: a status's number, or CLOSED_NOW for what is free and closed now."""
_OPEN = np.argsort(_NUMBERS)
_RANK = np.concatenate([np.where(_OPEN < WORKING, _OPEN, _OPEN + WORKING), _OPEN + WORKING]).astype(np.uint8)
"""The rank of a point by its status; then that of one which is closed now."""


@dataclass(frozen=True, eq=False)
class Marks:
    """Stations to draw one by one, n rows, degrees and kW.

    status is the number of the best status among the points that match (`BEST_FIRST`), or `geo.columns.CLOSED_NOW` where that
    is FREE and closed now. matching, free, closed_now and total count the points that match, those of them that are free and
    not known to be closed now, those that are free and closed, and all points. A station's handle is that of the first of
    its points.
    """

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    handle: Handles
    status: npt.NDArray[np.uint8]
    matching: npt.NDArray[np.uint16]
    free: npt.NDArray[np.uint16]
    closed_now: npt.NDArray[np.uint16]
    total: npt.NDArray[np.uint16]
    power_kw: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.lon)


def marks(snapshot: Snapshot, stations: npt.NDArray[np.integer], filters: Filters, *, by_hours: bool = True) -> Marks:
    """The marks of some stations. Without `by_hours` nothing counts as closed now."""
    table = snapshot.table
    positions, starts = snapshot.stations.positions(stations)
    lon, lat = snapshot.stations.middles(stations)
    lengths = np.diff(starts, append=len(positions))
    match, status = table.holds(positions, filters), table.status[positions]
    closed = (table.closed_now[positions] & by_hours).view(np.uint8)
    free = match & (status == Status.FREE.number)
    closed_now = _count(free & closed, starts)
    # Where nothing matches (a station opened by its link), the station still shows its own best status.
    none = np.repeat(~fold(np.logical_or, match, starts), lengths)
    rank = np.where(match | none, _RANK.take(status + closed * np.uint8(len(Status))), np.uint8(len(_DRAWN) - 1))
    power = np.where(match | none, table.power_kw[positions], np.nan)
    return Marks(
        lon=lon,
        lat=lat,
        handle=snapshot.handles[positions[starts]],
        status=_DRAWN[fold(np.minimum, rank, starts)],
        matching=_count(match, starts),
        free=_count(free, starts) - closed_now,
        closed_now=closed_now,
        total=lengths.astype(np.uint16),
        power_kw=fold(np.fmax, power.astype(np.float32), starts),
    )


def fold(operation: np.ufunc, values: npt.NDArray[N], starts: npt.NDArray[np.intp]) -> npt.NDArray[N]:
    """One value per station; `reduceat` alone can't do none."""
    return operation.reduceat(values, starts, dtype=values.dtype) if len(starts) else values[:0]


def _count(chosen: npt.NDArray[np.bool_ | np.uint8], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.uint16]:
    return fold(np.add, chosen.astype(np.uint16), starts)
