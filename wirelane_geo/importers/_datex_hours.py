"""DATEX II's operating hours: around the clock, or a week of periods. What can't be read is noted."""

import re
from typing import Any

from wirelane_geo.importers._datex_names import Object, everywhere, inner, many, objects, seek
from wirelane_geo.importers._fields import LONGEST, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._ocpi_hours import ALL_DAY, MOST_EXCEPTIONS, Hours, closing, of_known
from wirelane_geo.model import OpeningHours, opening_hours

COLUMN = "operatingHours"
_ALWAYS = re.compile(r"24\s*[/x]\s*7|24\s*(?:h|horas|hours|stunden|heures)\.?", re.I)
_NO_HOURS = {"id", "version", "label", "name", "operatinghoursspecification"}
"""What hours have beside them, or in place of them."""
_TIME = re.compile(r"\d{1,2}:\d{2}")
_DAYS = [day.upper() for day in opening_hours.WEEKDAYS]


def hours(given: Any, notes: Notes) -> Hours:
    """Of what a point, a station or a site says; nothing where it isn't said."""
    given = next(iter(objects(given)), None)
    if given is None:
        return Hours()
    if "openallhours" in given:
        return of_known(OpeningHours(open247=True))
    periods = [period for overall in everywhere(given, "overallperiod") for whole in objects(overall)
               for period in objects(whole.get("validperiod"))]
    if not periods:
        if seek(given, "operatinghoursreference") is not None:
            notes.add("opening hours by reference, not read", COLUMN)
        elif not given.keys() <= _NO_HOURS:
            notes.add("opening hours can't be read, left out", COLUMN, given)
        return _of_label(given)
    week: list[list[tuple[int, int]]] = [[] for _ in opening_hours.WEEKDAYS]
    for period in periods:
        if not _add(period, week):
            notes.add("opening hours can't be read, left out", COLUMN, period)
            return Hours()
    closings = _closings(given, week, notes)
    if all(spans == [ALL_DAY] for spans in week):
        return of_known(OpeningHours(open247=True, exceptionalOpenings=closings))
    return of_known(opening_hours.of_week(week, closings))


def _of_label(given: Object) -> Hours:
    """Of hours that have a name only, as Spain's register writes "24/7"; any other name is kept as text."""
    said = [text for name in ("label", "name", "id") if isinstance(text := given.get(name), str)]
    if any(_ALWAYS.fullmatch(text.strip()) for text in said):
        return of_known(OpeningHours(open247=True))
    label = given.get("label")
    if not isinstance(label, str) or not label.strip():
        return Hours()
    known = opening_hours.parse(label)
    return Hours(text=label.strip()[:LONGEST]) if known is None else of_known(known)


def _closings(given: Object, week: list[list[tuple[int, int]]], notes: Notes) -> dict[str, Any] | None:
    """The exceptions that have a begin and an end of their own, as `Schedule` reads them. Days that are closed every week are
    taken out of it; what else comes again, holidays for example, is noted."""
    excepted = [period for found in everywhere(given, "exceptionperiod") for period in objects(found)]
    read: list[dict[str, str]] = []
    for period in excepted:
        plain = period.keys() <= {"startofperiod", "endofperiod", "periodname"}
        span = closing(period.get("startofperiod"), period.get("endofperiod")) if plain else None
        weekly = period.keys() <= {"recurringdayweekmonthperiod", "recurringspecialday", "periodname"} and _close(period, week)
        if span is None and (not weekly or "recurringspecialday" in period):
            notes.add("exceptions to opening hours, not read", COLUMN, period)
        elif span is not None and len(read) < MOST_EXCEPTIONS:
            read.append(span)
    return {"closings": read} if read else None


def _close(period: Object, week: list[list[tuple[int, int]]]) -> bool:
    """Close the days of the week that a period names; whether it names any."""
    closed: list[list[tuple[int, int]]] = [[] for _ in week]
    if not period.get("recurringdayweekmonthperiod") or not _add(period, closed):
        return False
    for day, spans in enumerate(closed):
        week[day] = [] if spans else week[day]
    return True


def _add(period: Object, week: list[list[tuple[int, int]]]) -> bool:
    """Add a period to the days that it is for, of seven, Monday first; whether it could be read."""
    given = everywhere(period.get("recurringdayweekmonthperiod"), "applicableday")
    named = [word(day) for days in given for day in many(days)]
    if not all(day in _DAYS for day in named):
        return False
    times = objects([inner(time) for time in many(period.get("recurringtimeperiodofday"))])
    spans = [_span(time) for time in times] if times else [ALL_DAY]
    for day in {_DAYS.index(name) for name in named} if named else range(len(_DAYS)):
        week[day].extend(span for span in spans if span is not None)
    return None not in spans


def _span(time: Object) -> tuple[int, int] | None:
    begin, end = (_TIME.match(str(time.get(name) or "")) for name in ("starttimeofperiod", "endtimeofperiod"))
    return opening_hours.minutes(begin[0], end[0]) if begin and end else None
