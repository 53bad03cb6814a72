"""When points are closed: their opening hours and time zones, of which a million points have few different ones."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import PointTable
from wirelane_geo.model import ChargePoint, OpeningHours, opening_hours
from wirelane_geo.places.gazetteer import timezone_at

NEVER = 0
"""The number that stands for no schedule: nobody knows of a time when the point is closed."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[OpeningHours, str | None])


def hours_of(point: ChargePoint) -> OpeningHours | None:
    """When a point can be used, as far as that is known; from the operator's text where there is nothing better."""
    return point.availability or opening_hours.parse(point.opening_hours)


def zone_of(point: ChargePoint) -> str | None:
    """The time zone (IANA name) of a point: its own, else that of the closest place; None without a position."""
    if point.timezone or point.longitude is None or point.latitude is None:
        return point.timezone
    return timezone_at(point.longitude, point.latitude)


def schedule_of(point: ChargePoint) -> str | None:
    """A text that all points have that open and close together, JSON of hours and time zone; None: never known to be closed."""
    hours = hours_of(point)
    if hours is None or (hours.open247 and not hours.exceptionalOpenings):
        return None
    zone = zone_of(point)
    plain = msgspec.structs.replace(opening_hours.as_published(hours, zone), label=None)
    return _encoder.encode((plain, zone)).decode()


def read_schedule(text: str) -> tuple[OpeningHours, str | None]:
    """The hours and the time zone (IANA name) that a text of `schedule_of` stands for."""
    return _decoder.decode(text)


@lru_cache(10_000)
def schedule_in(text: str) -> opening_hours.Schedule:
    """The schedule that a text of `schedule_of` stands for; one for all who ask."""
    return opening_hours.Schedule(*read_schedule(text))


def ranked(numbers: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.unsignedinteger], list[int]]:
    """The numbers that there are, ascending, and for each one given which of them it is; in as few bytes as it takes."""
    used = np.bincount(numbers).nonzero()[0] if len(numbers) else np.zeros(1, np.intp)
    rank = np.zeros(int(used.max()) + 1, np.min_scalar_type(len(used)))
    rank[used] = np.arange(len(used))
    return rank.take(numbers), used.tolist()


class ClosedNow:
    """Which points of a table are closed, kept up by the minute. `number`: of each row's schedule, NEVER or a key of
    `schedules`; a number that isn't there says nothing."""

    def __init__(self, number: npt.NDArray[np.uint32], schedules: Mapping[int, str]) -> None:
        self._rank, used = ranked(number)
        self._schedules = [schedule_in(schedules[n]) if n in schedules else None for n in used]
        self._minute: datetime | None = None
        self._closed = np.zeros(len(self._schedules), np.bool_)

    def apply(self, table: PointTable, now: datetime) -> bool:
        """Bring a table of these rows to the minute of an aware time; whether anything opened or closed."""
        minute = now.replace(second=0, microsecond=0)
        if minute == self._minute:
            return False
        self._minute = minute
        closed = np.array([schedule is not None and schedule.is_open(minute) is False for schedule in self._schedules], np.bool_)
        if np.array_equal(closed, self._closed):
            return False
        self._closed = closed
        table.set_closed_now(closed.take(self._rank))
        return True
