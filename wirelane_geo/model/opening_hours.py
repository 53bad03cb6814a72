"""Opening hours: read from text, and asked whether it is open.

The text is the part of OpenStreetMap's opening_hours that IRVE and operators use: "24/7", "Mo-Fr 08:00-19:30, Sa
09:00-12:00", "Tu 14:00-02:00; Su off". "," adds hours to a day, ";" replaces those of the days it names. What is not
understood (months, sunset, "on request") is None, that is: not known, rather than guessed.

Times are wall-clock times in the charge point's own time zone, "0900" as the contract writes them; "09:00" is read as
well. An end at or before its start lies on the next day; an end of 23:59 is midnight, which is what everybody means by it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from wirelane_geo.model import ChargePoint, OpeningHours
from wirelane_geo.model._exceptions_as_dates import as_dates
from wirelane_geo.model._hours_spans import DAY, Spans, joined, minutes, pair_of, span_of
from wirelane_geo.model._schedule import WEEKDAYS, Schedule

__all__ = ["HOLIDAYS", "WEEKDAYS", "Schedule", "as_published", "is_open", "minutes", "next_change", "of_week", "parse",
           "published", "special_days", "text", "until_further_notice", "week"]

HOLIDAYS = "PH"
"""The key of `exceptionalOpenings` that has the hours of public holidays."""

_NAMES = [name for day in WEEKDAYS for name in (day, day[:2], day[:3])] + ["tues", "thur", "thurs", "ph", "sh"]
_DAY = rf"(?:{'|'.join(sorted(_NAMES, reverse=True))})\b"
_DAYS = rf"(?:{_DAY}(?:\s*-\s*{_DAY})?[\s,:]*)*"
_SPAN = r"(\d{1,2})[:h](\d{2})?\s*(?:-|–|to|à)\s*(\d{1,2})[:h](\d{2})?"
_RULE = re.compile(rf"\s*(?P<days>{_DAYS})(?P<what>{_SPAN}|off|closed|24h|24/24)?\s*")
_ALWAYS = re.compile("24/7|24h/?24|24h?/24h?,?-?7j?/7j?|7j?/7j?,?-?24h?/24h?|24h/7j?")


@lru_cache(maxsize=4096)
def parse(text: str | None) -> OpeningHours | None:
    """Opening hours from text; None where the text is empty or says something else than hours on weekdays.

    Hours on public holidays ("PH off") are kept in `exceptionalOpenings[HOLIDAYS]` and play no part in `is_open`: which
    days are holidays is not known here.
    """
    wanted = (text or "").strip().lower()
    if _ALWAYS.fullmatch(wanted.replace(" ", "")):
        return OpeningHours(open247=True)
    week: list[Spans | None] = [None] * 7
    holidays: Spans | None = None
    for rule in filter(None, (part.strip() for part in wanted.split(";"))):
        if (read := _read_rule(rule)) is None:
            return None
        for day, spans in read.items():
            if day == 7:
                holidays = spans
            else:
                week[day] = spans
    if all(spans is None for spans in week):
        return None
    return of_week([spans or [] for spans in week], None if holidays is None else {HOLIDAYS: _pairs(holidays)})


def _read_rule(rule: str) -> dict[int, Spans] | None:
    """What one rule says of the days it names (0 Monday ... 6 Sunday, 7 holidays); None if it isn't understood."""
    week: dict[int, Spans] = {}
    days: list[int] = []
    at = 0
    while at < len(rule):
        match = _RULE.match(rule, at)
        if match is None or match.end() == at or not match["what"]:
            return None
        days = _days(match["days"]) if match["days"].strip() else days or list(range(7))
        if not days:
            return None
        span = _span(match["what"])
        if span is None and match["what"] not in ("off", "closed"):
            return None
        for day in days:
            week.setdefault(day, [])
            if span is not None:
                week[day].append(span)
        at = match.end()
        if at < len(rule):
            if rule[at] != ",":
                return None
            at += 1
    return week


def _days(text: str) -> list[int]:
    """Days of "mo-fr, su"; "fr-mo" goes over the weekend; school holidays (sh) are no days of their own."""
    days: list[int] = []
    for first, last in re.findall(rf"({_DAY})(?:\s*-\s*({_DAY}))?", text):
        start, end = _number(first), _number(last or first)
        if start is None or end is None:
            continue
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)] if start < 7 > end else [7]
    return list(dict.fromkeys(days))


def _number(day: str) -> int | None:
    return {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6, "ph": 7}.get(day[:2])


def _span(text: str) -> tuple[int, int] | None:
    if text.startswith("24"):
        return 0, DAY
    match = re.fullmatch(_SPAN, text)
    return minutes(f"{match[1]}:{match[2] or '00'}", f"{match[3]}:{match[4] or '00'}") if match else None


def of_week(week: Sequence[Iterable[tuple[int, int]]], exceptional: Mapping[str, Any] | None = None) -> OpeningHours:
    """Opening hours from the spans of seven days, Monday first; overlaps are joined, seven whole days are 24/7."""
    days = [_pairs(spans) for spans in week]
    more = dict(exceptional) if exceptional else None
    if all(pairs == [pair_of((0, DAY))] for pairs in days):
        return OpeningHours(open247=True, exceptionalOpenings=more)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return OpeningHours(monday=monday, tuesday=tuesday, wednesday=wednesday, thursday=thursday, friday=friday,
                        saturday=saturday, sunday=sunday, exceptionalOpenings=more)


def _pairs(spans: Iterable[tuple[int, int]]) -> list[list[str]]:
    return [pair_of(span) for span in joined(spans)]


def week(hours: OpeningHours) -> list[list[list[str]]]:
    """The pairs of each day that can be read, Monday first, as people write them: ["09:00", "12:30"]; seven whole days
    where it is always open. A day of which nothing is said has none."""
    if hours.open247:
        return [for_people([pair_of((0, DAY))]) for _ in WEEKDAYS]
    return [for_people(getattr(hours, day)) for day in WEEKDAYS]


def for_people(pairs: object) -> list[list[str]]:
    """The pairs of a day that can be read, as people write them."""
    spans = (span_of(pair) for pair in (pairs if isinstance(pairs, list) else ()))
    return [[f"{clock[:2]}:{clock[2:]}" for clock in pair_of(span)] for span in spans if span]


def as_published(hours: OpeningHours, timezone: str | None = None) -> OpeningHours:
    """The same hours as the contract writes them: "0900", and dates instead of closings and openings where the time zone is
    known; itself where they are. What can't be read stays as it is."""
    if hours.open247 and hours.exceptionalOpenings is None and not any(map(hours.__getattribute__, WEEKDAYS)):
        return hours  # most are that
    hours = as_dates(hours, timezone)
    changes: dict[str, Any] = {day: pairs for day in WEEKDAYS if (pairs := _published(given := getattr(hours, day))) != given}
    exceptional = {key: _published(given) for key, given in (hours.exceptionalOpenings or {}).items()}
    if exceptional and exceptional != hours.exceptionalOpenings:
        changes["exceptionalOpenings"] = exceptional
    return msgspec.structs.replace(hours, **changes) if changes else hours


def published(point: ChargePoint) -> ChargePoint:
    """The point with its hours as the contract writes them; itself where they are."""
    if point.availability is None or (hours := as_published(point.availability, point.timezone)) is point.availability:
        return point
    return msgspec.structs.replace(point, availability=hours)


def _published(pairs: Any) -> Any:
    if not isinstance(pairs, list):
        return pairs
    return [pair_of(span) if (span := span_of(pair)) else pair for pair in pairs]


def text(hours: OpeningHours) -> str:
    """The week as `parse` reads it: "24/7", "Mo-Fr 08:00-18:00; Sa 09:00-12:00", "off". Exceptions are left out."""
    if hours.open247:
        return "24/7"
    rules: list[tuple[list[str], str]] = []
    for day, pairs in zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), week(hours), strict=True):
        spans = ",".join(f"{begin}-{end}" for begin, end in pairs)
        if rules and rules[-1][1] == spans:
            rules[-1][0].append(day)
        else:
            rules.append(([day], spans))
    return "; ".join(f"{'-'.join(dict.fromkeys((days[0], days[-1])))} {spans}" for days, spans in rules if spans) or "off"




def is_open(hours: OpeningHours | None, timezone: str | None, when: datetime) -> bool | None:
    """Whether it is open at a moment (an aware datetime); None where that is not known: no hours, or no time zone.

    What goes before what is told in `Schedule`.
    """
    return None if hours is None else Schedule(hours, timezone).is_open(when)


def next_change(hours: OpeningHours | None, timezone: str | None, when: datetime) -> datetime | None:
    """The next moment at which `is_open` answers otherwise, in the point's time zone. None: not known, or not within a
    week; with exceptions, not within 400 days."""
    return None if hours is None else Schedule(hours, timezone).next_change(when)


def until_further_notice(hours: OpeningHours | None, timezone: str | None, when: datetime) -> bool:
    """Whether it is closed at a moment, and nobody has said until when."""
    return hours is not None and Schedule(hours, timezone).until_further_notice(when)


def special_days(hours: OpeningHours | None, timezone: str | None, when: datetime,
                 days: int) -> list[tuple[date, list[list[str]] | None]]:
    """The dates with hours of their own among some days from a moment on, with their pairs as people write them: none
    where it is closed, None where they can't be read. Without a time zone days are those of UTC."""
    if hours is None:
        return []
    schedule = Schedule(hours, timezone)
    first = schedule.date_of(when)
    dates = ((day, schedule.day(day)) for day in (first + timedelta(days=ahead) for ahead in range(days)))
    return [(day, for_people([pair_of(span) for span in said.spans]) if said.known else None)
            for day, said in dates if said.special]
