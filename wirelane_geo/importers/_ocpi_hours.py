"""OCPI's opening times, as they are written: what can't be read costs the hours, and is noted; never the point.

Nothing said is not known: no hours, an empty list of them, and "not around the clock" without any are no closed door.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from wirelane_geo.importers._dates import EARLIEST, parsed, within_bounds
from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.model import OpeningHours, opening_hours

COLUMN = "opening_times"

MOST_EXCEPTIONS = 100
"""Exceptional openings and closings of a location that are kept, of each kind."""

NOTICE = timedelta(days=5 * 366)
"""An end farther ahead than this says that there is none yet: closed until further notice."""

UNSAID = "; …"
"""Stands in a text for days of which nothing is said: so that nobody takes them for closed."""

ALL_DAY = (0, 24 * 60)
_FIELDS = ("twentyfourseven", "regular_hours", "exceptional_openings", "exceptional_closings")

_DAYS = {name: number for number, day in enumerate(opening_hours.WEEKDAYS) for name in (
    day.upper(), day[:3].upper(), day[:2].upper())}
_PLACE_TIME = re.compile(r"(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*Z", re.I)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.]\d{2})?\s*([ap])\.?m\.?", re.I)


class Hours(NamedTuple):
    """Hours that are known, and what is shown of them as text; None each where there is nothing."""

    known: OpeningHours | None = None
    text: str | None = None


def hours(given: Any, notes: Notes) -> Hours:
    """Of a location's `opening_times`."""
    if given is None or given in ("", [], {}):
        return Hours()
    if isinstance(given, str):
        return of_text(given, COLUMN, notes)
    if isinstance(given, list):
        return _of_list(given, notes)
    if not isinstance(given, dict):
        notes.add("opening hours can't be read, left out", COLUMN, given)
        return Hours()
    if given.keys().isdisjoint(_FIELDS):
        notes.add("opening hours can't be read, left out", COLUMN, given)
        return Hours()
    exceptions = {kind: spans for kind, key in (("openings", "exceptional_openings"), ("closings", "exceptional_closings"))
                  if (spans := list(_exceptions(given.get(key), key, notes)))}
    regular = given.get("regular_hours")
    if flag(given.get("twentyfourseven")):
        if regular:
            notes.add("open around the clock and regular hours, of which the first is taken", COLUMN, regular)
        return of_known(OpeningHours(open247=True, exceptionalOpenings=exceptions or None))
    week = _week(regular, notes)
    if week is None:
        # A closing is known though the week isn't; an opening without a week would make all other times look closed.
        closings = {kind: spans for kind, spans in exceptions.items() if kind == "closings"}
        if "openings" in exceptions:
            notes.add("exceptional openings without regular hours, left out", f"{COLUMN}.exceptional_openings",
                      given.get("exceptional_openings"))
        return Hours(OpeningHours(exceptionalOpenings=closings) if closings else None)
    return of_known(opening_hours.of_week(week, exceptions or None))


def of_known(known: OpeningHours) -> Hours:
    """Hours with their text."""
    return Hours(known, opening_hours.text(known))


def of_text(given: str, column: str, notes: Notes) -> Hours:
    """Hours in words, with their text as it stands there."""
    said = text(given, column, notes)
    known = opening_hours.parse(said)
    if said and known is None:
        notes.add("opening hours not understood, kept as text", column, said)
    return Hours(known, said)


def _of_list(given: list[Any], notes: Notes) -> Hours:
    """Regular hours without what belongs around them: whether a day that is missing is closed isn't said."""
    week = _week(given, notes)
    if week is None:
        return Hours()
    notes.add("a bare list of opening hours, kept as text", COLUMN, given)
    said = opening_hours.text(opening_hours.of_week(week))
    return Hours(None, said if all(week) else said + UNSAID)


def _week(given: Any, notes: Notes) -> list[list[tuple[int, int]]] | None:
    """The spans of seven days, Monday first; None where nothing is given, or one of them can't be read."""
    if not given:
        return None
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    given = given if isinstance(given, list) else [given]
    if any(_is_zoned(entry) for entry in given):
        notes.add("opening hours with a Z behind them, read as the place's own time", f"{COLUMN}.regular_hours", given[:3])
    for entry in given:
        read = _entry(entry)
        if read is None:
            notes.add("opening hours can't be read, left out", f"{COLUMN}.regular_hours", entry)
            return None
        day, span = read
        week[day].append(span)
    if any(ALL_DAY in spans for spans in week) and any(spans and ALL_DAY not in spans for spans in week):
        notes.add("00:00 to 00:00 beside other hours, read as the whole day", f"{COLUMN}.regular_hours")
    return week


def _entry(entry: Any) -> tuple[int, tuple[int, int]] | None:
    """Weekday, 0 for Monday, and span of an entry of regular hours."""
    if not isinstance(entry, dict):
        return None
    day = _weekday(entry.get("weekday"))
    begin, end = (_clock(entry.get(key)) for key in ("period_begin", "period_end"))
    span = opening_hours.minutes(begin, end) if begin and end else None
    return None if day is None or span is None else (day, span)


def _is_zoned(entry: Any) -> bool:
    """Whether its times have a "Z": OCPI has them in local time, and so do those who write it."""
    return isinstance(entry, dict) and any(isinstance(value := entry.get(key), str) and _PLACE_TIME.fullmatch(value.strip())
                                           for key in ("period_begin", "period_end"))


def _weekday(value: Any) -> int | None:
    """0 for Monday. OCPI counts from 1, Monday, to 7; 0 is Sunday in what counts from there. Names are English ones."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,2}\s*", value):
        value = int(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return (int(value) + 6) % 7 if value in range(8) else None
    return _DAYS.get(word(value))


def _clock(value: Any) -> str | None:
    """A time as "HH:MM", of "08:00 AM" as well. A "Z" behind one says nothing: these are times of the place."""
    if not isinstance(value, str):
        return None
    if match := _PLACE_TIME.fullmatch(value.strip()):
        return match[1]
    match = _TIME.fullmatch(value.strip())
    if match is None:
        return value
    hour = int(match[1])
    if not 1 <= hour <= 12:
        return None
    return f"{hour % 12 + (12 if match[3].lower() == 'p' else 0):02}:{match[2] or '00'}"


def _exceptions(given: Any, key: str, notes: Notes) -> Iterator[dict[str, str]]:
    """Spans as `Schedule` reads them; without "end" where none is in sight. What makes no sense is noted."""
    entries = given if isinstance(given, list) else [] if given is None else [given]
    if len(entries) > MOST_EXCEPTIONS:
        notes.add(f"exceptions beyond the first {MOST_EXCEPTIONS}, left out", f"{COLUMN}.{key}", len(entries))
    for entry in entries[:MOST_EXCEPTIONS]:
        span = _exception(entry, closing=key == "exceptional_closings")
        if span is None:
            notes.add("an exception that makes no sense, left out", f"{COLUMN}.{key}", entry)
            continue
        yield _as_said(*span)


def closing(begin: Any, end: Any) -> dict[str, str] | None:
    """A closing as `Schedule` reads it; None where it makes no sense."""
    span = _exception({"period_begin": begin, "period_end": end}, closing=True)
    return None if span is None else _as_said(*span)


def _as_said(begin: datetime, end: datetime | None) -> dict[str, str]:
    return {"begin": begin.isoformat()} | ({} if end is None else {"end": end.isoformat()})


def _exception(entry: Any, *, closing: bool) -> tuple[datetime, datetime | None] | None:
    """Begin and end, UTC. A closing without an end, or with one that nobody can mean, lasts until further notice; an opening
    needs both. A begin before there were charge points is the first moment that there could be."""
    if not isinstance(entry, dict):
        return None
    values = [entry.get(key) for key in ("period_begin", "period_end")]
    begin, end = (parsed(value) if isinstance(value, str | int | float) and value != "" else None for value in values)
    if (begin is None and values[0] not in (None, "")) or (end is None and values[1] not in (None, "")):
        return None
    if begin is None and end is None:
        return None
    begin = EARLIEST if begin is None or begin.year < EARLIEST.year else begin
    if not within_bounds(begin):
        return None
    begin = begin.astimezone(UTC)
    if end is None or not within_bounds(end) or end > datetime.now(UTC) + NOTICE:
        never = end is not None and end.year < EARLIEST.year
        return (begin, None) if closing and not never else None
    return (begin, end.astimezone(UTC)) if end > begin else None
