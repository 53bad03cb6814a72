"""Exceptional closings and openings told as dates with hours of their own, which is all that the contract has."""

from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile

import msgspec

from wirelane_geo.model._hours_spans import DAY, Spans, joined, pair_of
from wirelane_geo.model._points import OpeningHours
from wirelane_geo.model._schedule import Schedule

LONGEST = timedelta(days=400)
"""What lasts longer ("until further notice") is no list of dates."""

_decoder = msgspec.json.Decoder(OpeningHours)
_DATE = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


def as_dates(hours: OpeningHours, timezone: str | None) -> OpeningHours:
    """The same hours to the minute, each date that a closing or opening touches with its own. They stay as they are where
    one lasts longer than `LONGEST`, and where the time zone or the hours of such a date aren't known."""
    given = hours.exceptionalOpenings or {}
    if "closings" not in given and "openings" not in given:
        return hours
    dated = _as_dates(msgspec.json.encode(hours), timezone)
    return hours if dated == hours else dated


@lru_cache(maxsize=4096)
def _as_dates(encoded: bytes, timezone: str | None) -> OpeningHours:
    """Feeds have few different hours, and a long closing has many dates."""
    hours = _decoder.decode(encoded)
    schedule = Schedule(hours, timezone)
    exceptions = schedule.closed + schedule.opened
    if schedule.zone is None or any(end - begin > LONGEST for begin, end in exceptions):
        return hours
    waiting = {day for begin, end in exceptions for day in _dates(schedule.date_of(begin), schedule.date_of(end - _INSTANT))}
    dates: dict[date, Spans] = {}
    while waiting:
        day = waiting.pop()
        if (spans := _spans(schedule, day)) is None:
            return hours
        dates[day] = spans
        if day + _DATE not in dates and _night(schedule, day) and not _reaches_midnight(spans):
            waiting.add(day + _DATE)  # a date that ends before midnight can't say what comes after it
    kept = {key: given for key, given in (hours.exceptionalOpenings or {}).items() if key not in ("closings", "openings")}
    for day, spans in sorted(dates.items()):
        if day + _DATE not in dates and (night := _night(schedule, day)):
            spans = joined([*spans, (DAY - 1, DAY + night)])
        kept[f"{day:%Y-%m-%d}"] = [pair_of(span) for span in spans]
    return msgspec.structs.replace(hours, exceptionalOpenings=kept or None)


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _spans(schedule: Schedule, day: date) -> Spans | None:
    """When it is open on a date, what is left of the night before included; None where that is not known."""
    begin, end = schedule.moment(day, 0), schedule.moment(day + _DATE, 0)
    edges = [*takewhile(lambda edge: edge < end, schedule.edges(begin - _INSTANT)), end]
    answers = [schedule.is_open(edge) for edge in edges[:-1]]
    if None in answers:
        return None
    spans = [(schedule.minute_of(first), schedule.minute_of(last) or DAY)
             for (first, last), is_open in zip(pairwise(edges), answers, strict=True) if is_open]
    return joined(span for span in spans if span[0] < span[1])


def _night(schedule: Schedule, day: date) -> int:
    """Minutes after midnight that a date's own hours last."""
    return max([0, *(end - DAY for _, end in schedule.day(day).spans)])


def _reaches_midnight(spans: Spans) -> bool:
    return bool(spans) and spans[-1][1] == DAY
