"""Whether a charge point is open at a moment, and when that changes: as a driver wants to know it."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from wirelane_geo.model import ChargePoint, OpeningHours, Status, opening_hours
from wirelane_geo.store.schedules import hours_of, read_schedule, schedule_of


@dataclass(frozen=True)
class OpenState:
    """is_open: None where that isn't known. changes_at: when it will be otherwise, in the point's own time zone; None: not
    known, or not soon (`Schedule.next_change`). no_end: closed until further notice."""

    is_open: bool | None
    changes_at: datetime | None = None
    no_end: bool = False


def open_state(point: ChargePoint, when: datetime) -> OpenState:
    """How it is at a moment (an aware datetime), to the minute."""
    text = schedule_of(point)
    if text is not None:
        return _of_schedule(text, when.replace(second=0, microsecond=0))
    hours = hours_of(point)
    return OpenState(True if hours is not None and hours.open247 else None)


def state_of(hours: OpeningHours | None, zone: str | None, when: datetime) -> OpenState:
    """How it is by some hours in a time zone (IANA name) at a moment (an aware datetime)."""
    return OpenState(opening_hours.is_open(hours, zone, when), opening_hours.next_change(hours, zone, when),
                     opening_hours.until_further_notice(hours, zone, when))


def closed_now(point: ChargePoint, when: datetime) -> bool:
    """Whether it is free by its status, and known to be closed."""
    return point.status is Status.FREE and open_state(point, when).is_open is False


@lru_cache(4096)
def _of_schedule(text: str, minute: datetime) -> OpenState:
    """Many points have one schedule, and lists ask for all of them at one moment."""
    hours, zone = read_schedule(text)
    return state_of(hours, zone, minute)
