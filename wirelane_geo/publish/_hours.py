"""Opening hours as both standards have them: a week that is known for all of its days, and exceptions with a begin and an end."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from wirelane_geo.model import ChargePoint, OpeningHours
from wirelane_geo.model.opening_hours import WEEKDAYS, Schedule, week
from wirelane_geo.store.schedules import hours_of, zone_of

MOST_EXCEPTIONS = 100
"""Of each kind, of a point; the nearest ones."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[OpeningHours, str | None]).decode
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_ONE_DAY = timedelta(days=1)

Span = tuple[datetime, datetime | None]
"""Begin and end, aware; no end: until further notice."""


class Hours(NamedTuple):
    """always: around the clock, but for the exceptions; without any the week is empty. week: the pairs of each day, Monday first,
    ["09:00", "12:30"]; "00:00" at the end is midnight, an end before its begin lies on the next day. Of the exceptions a closing
    goes before an opening."""

    always: bool
    week: list[list[list[str]]]
    closings: list[Span]
    openings: list[Span]


_ALWAYS = Hours(True, [], [], [])


def hours(point: ChargePoint, today: date) -> Hours | None:
    """Of a point, without what is over; None where they aren't known for each day of the week."""
    found = hours_of(point)
    if found is None:
        return None
    if found.open247 and not found.exceptionalOpenings:
        return _ALWAYS
    return _of_schedule(_encode((found, zone_of(point))), today)


@lru_cache(2_000)
def _of_schedule(said: bytes, today: date) -> Hours | None:
    """Of hours and time zone as JSON: a large network has few different ones."""
    found, zone = _decode(said)
    days = week(found)
    if not found.open247 and (any(getattr(found, day) is None for day in WEEKDAYS) or not any(days)):
        return None
    schedule = Schedule(found, zone)
    closings, openings = ([(begin, None if end.year > 9_000 else end) for begin, end in spans]
                          for spans in (schedule.closed, schedule.opened))
    for day in sorted(date.fromisoformat(_padded(key)) for key in found.exceptionalOpenings or {} if _DATE.fullmatch(key)):
        if day >= today and schedule.zone is not None:
            _add_date(schedule, day, closings, openings)
    return Hours(bool(found.open247), days, *(_coming(spans, today) for spans in (closings, openings)))


def _padded(key: str) -> str:
    year, month, day = key.split("-")
    return f"{year}-{month:>02}-{day:>02}"


def _add_date(schedule: Schedule, day: date, closings: list[Span], openings: list[Span]) -> None:
    """The hours of a date: it is open for its spans, and closed between them."""
    said = schedule.day(day)
    if not said.known:
        return
    at, end_of_day = 0, 24 * 60
    for begin, end in sorted(said.spans):
        if begin > at:
            closings.append((schedule.moment(day, at), schedule.moment(day, begin)))
        last = (schedule.moment(day, end) if end < end_of_day else schedule.moment(day + _ONE_DAY, end - end_of_day))
        openings.append((schedule.moment(day, begin), last))
        at = max(at, end)
    if at < end_of_day:
        closings.append((schedule.moment(day, at), schedule.moment(day + _ONE_DAY, 0)))


def _coming(spans: list[Span], today: date) -> list[Span]:
    return sorted((span for span in spans if span[1] is None or span[1].date() >= today), key=lambda span: span[0])[
        :MOST_EXCEPTIONS]
