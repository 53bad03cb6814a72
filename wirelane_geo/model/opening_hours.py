"""Opening hours: read from text, and asked whether it is open.

The text is the part of OpenStreetMap's opening_hours that IRVE and operators use: "24/7", "Mo-Fr 08:00-19:30, Sa
09:00-12:00", "Tu 14:00-02:00; Su off". "," adds hours to a day, ";" replaces those of the days it names. What is not
understood (months, sunset, "on request") is None, that is: not known, rather than guessed.

Times are wall-clock times in the charge point's own time zone. An end at or before its start lies on the next day; an
end of 23:59 is midnight, which is what everybody means by it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from wirelane_geo.model import OpeningHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The fields of OpeningHours that are days, Monday first."""

DAY = 24 * 60
Spans = list[tuple[int, int]]
"""Minutes after the day's midnight, start < end; an end after DAY lies on the next day."""

_NAMES = [name for day in WEEKDAYS for name in (day, day[:2], day[:3])] + ["tues", "thur", "thurs", "ph", "sh"]
_DAY = rf"(?:{'|'.join(sorted(_NAMES, reverse=True))})\b"
_DAYS = rf"(?:{_DAY}(?:\s*-\s*{_DAY})?[\s,:]*)*"
_SPAN = r"(\d{1,2})[:h](\d{2})?\s*(?:-|–|to|à)\s*(\d{1,2})[:h](\d{2})?"
_RULE = re.compile(rf"\s*(?P<days>{_DAYS})(?P<what>{_SPAN}|off|closed|24h|24/24)?\s*")
_ALWAYS = re.compile("24/7|24h/?24|24h?/24h?,?-?7j?/7j?|7j?/7j?,?-?24h?/24h?|24h/7j?")


@lru_cache(maxsize=4096)
def parse(text: str | None) -> OpeningHours | None:
    """Opening hours from text; None where the text is empty or says something else than hours on weekdays.

    Hours on public holidays ("PH off") are kept in `exceptionalOpenings["PH"]` and play no part in `is_open`: which
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
    return of_week([spans or [] for spans in week], None if holidays is None else {"PH": _pairs(holidays)})


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


def minutes(begin: str, end: str) -> tuple[int, int] | None:
    """A span from two "HH:MM", as `Spans` has it; None if they aren't times. "26:00" is 02:00 on the next day."""
    numbers = [re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?", value.strip()) for value in (begin, end)]
    if not all(numbers):
        return None
    start, stop = (int(n[1]) * 60 + int(n[2]) for n in numbers if n)
    if start > DAY or stop > 2 * DAY:
        return None
    start %= DAY
    if stop <= start:
        stop += DAY
    if stop % DAY == DAY - 1:
        stop += 1
    return start, min(stop, start + DAY)


def of_week(week: Sequence[Iterable[tuple[int, int]]], exceptional: Mapping[str, Any] | None = None) -> OpeningHours:
    """Opening hours from the spans of seven days, Monday first; overlaps are joined, seven whole days are 24/7."""
    days = [_pairs(spans) for spans in week]
    more = dict(exceptional) if exceptional else None
    if all(pairs == [["00:00", "00:00"]] for pairs in days):
        return OpeningHours(open247=True, exceptionalOpenings=more)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return OpeningHours(monday=monday, tuesday=tuesday, wednesday=wednesday, thursday=thursday, friday=friday,
                        saturday=saturday, sunday=sunday, exceptionalOpenings=more)


def _pairs(spans: Iterable[tuple[int, int]]) -> list[list[str]]:
    """Spans of one day, overlapping ones joined, as far as one pair can say it: up to 24 hours."""
    joined: list[list[int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] and max(end, joined[-1][1]) - joined[-1][0] <= DAY:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [[_clock(start), _clock(end)] for start, end in joined]


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def week(hours: OpeningHours) -> list[list[list[str]]]:
    """The pairs of each day, Monday first; seven whole days where it is always open."""
    if hours.open247:
        return [[["00:00", "00:00"]] for _ in WEEKDAYS]
    return [list(getattr(hours, day) or []) for day in WEEKDAYS]


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

    Exceptional closings and openings ({"closings": [{"begin", "end"}], "openings": ...}, ISO times with offset) go
    before the week; a closing goes before an opening.
    """
    if hours is None or (not hours.open247 and all(getattr(hours, day) is None for day in WEEKDAYS)):
        return None
    for kind, answer in (("closings", False), ("openings", True)):
        if any(begin <= when < end for begin, end in _exceptions(hours, kind)):
            return answer
    if hours.open247:
        return True
    zone = _zone(timezone)
    if zone is None:
        return None
    local = when.astimezone(zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = (_spans(hours, (local.weekday() - back) % 7) for back in (0, 1))
    return any(start <= minute < end for start, end in today) or any(minute < end - DAY for _, end in yesterday)


def next_change(hours: OpeningHours | None, timezone: str | None, when: datetime) -> datetime | None:
    """The next moment within a week at which `is_open` answers otherwise, in the point's time zone; None: not known,
    or never."""
    zone, now = _zone(timezone), is_open(hours, timezone, when)
    if hours is None or zone is None or now is None:
        return None
    moments = [edge for kind in ("closings", "openings") for pair in _exceptions(hours, kind) for edge in pair]
    local = when.astimezone(zone)
    for ahead in range(-1, 9):
        day = local.date() + timedelta(days=ahead)
        for edge in {edge for span in _spans(hours, day.weekday()) for edge in span}:
            clock = time(edge % DAY // 60, edge % 60)
            moments.append(datetime.combine(day + timedelta(days=edge // DAY), clock, zone))
    for moment in sorted(moment.astimezone(zone) for moment in moments if moment > when):
        if is_open(hours, timezone, moment) != now:
            return moment
    return None


def _spans(hours: OpeningHours, weekday: int) -> Spans:
    if hours.open247:
        return []
    pairs = getattr(hours, WEEKDAYS[weekday]) or []
    return [span for pair in pairs if len(pair) == 2 and (span := minutes(*pair)) is not None]


def _exceptions(hours: OpeningHours, kind: str) -> list[tuple[datetime, datetime]]:
    """The spans of one kind; the contract leaves the object's shape open, so what is none of ours is passed over."""
    given = (hours.exceptionalOpenings or {}).get(kind)
    spans = []
    for entry in given if isinstance(given, list) else []:
        try:
            begin, end = datetime.fromisoformat(entry["begin"]), datetime.fromisoformat(entry["end"])
        except (KeyError, TypeError, ValueError):
            continue
        if begin.tzinfo and end.tzinfo:
            spans.append((begin, end))
    return spans


@lru_cache(maxsize=1024)
def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
