"""The one place where dates of files are read: in any common spelling, and only dates that can be true.

A date that is stored is within bounds, so that no list, page or answer has to fear it.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from wirelane_geo.importers._notes import Notes

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before this there were no charge points: 0001-01-01, 1900-01-01 and 1970-01-01 stand for nothing."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""How far another machine's clock may be ahead of this one's."""

_MILLISECONDS_ABOVE = 1e11
"""Seconds since 1970 stay below this until the year 5138; larger numbers are milliseconds, and a thousand times as large ones
microseconds."""
_MILLISECONDS = re.compile(r"\\?/?Date\((\d{9,14})(?:[+-]\d{4})?\)\\?/?", re.I)
"""As .NET writes it."""
_ZONES = {"CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00", "MESZ": "+02:00", "WET": "+00:00", "WEST": "+01:00",
          "EET": "+02:00", "EEST": "+03:00", "BST": "+01:00"}
_NAMED_ZONE = re.compile(rf"(.*\d)\s*({'|'.join(_ZONES)})", re.I)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})((?:[ T,].*)?)")
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})((?:[ T,].*)?)")
_SMALL = re.compile(r"\d{4}-\d\d-\d\dt|\d{4}-\d\d-\d\d[ T][\d:.]+z")
"""RFC 3339 has its letters in either case."""
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]24:00(?::00(?:\.0+)?)?(.*)")

SHEET_DAYS = 32_874, 73_050
"""What the days from 1990 to 2099 are to a spreadsheet, which counts from the end of 1899."""


def recorded(value: Any, column: str, notes: Notes) -> datetime | None:
    """When a record was true: UTC. None, and noted, where it can't be read, or lies before charge points or ahead of now."""
    moment = _read(value, column, notes)
    now = datetime.now(UTC)
    if moment is not None and moment > now:
        if moment <= now + AHEAD:
            return now
        notes.add("date in the future, the time of the import counts", column, value)
        return None
    return moment


def planned(value: Any, column: str, notes: Notes) -> datetime | None:
    """A date that may lie ahead, as that of a commissioning: UTC. None, and noted, where it can't be true."""
    return _read(value, column, notes)


def parsed(value: str | int | float) -> datetime | None:
    """A moment, of whatever year, from text, from seconds, milliseconds or microseconds since 1970, or from a spreadsheet's days;
    without a zone it is in UTC. None where it is no date. A day is its first moment; "10.01.2025" and "10/01/2025" are in
    January."""
    if not isinstance(value, str):
        return _of_number(value)
    text = re.sub(r"\[[\w/+-]+\]$", "", value.strip())  # as Java writes it: "2025-05-01T10:00:00Z[UTC]"
    if match := _MILLISECONDS.fullmatch(text):
        text = match[1]
    if re.fullmatch(r"\d{9,16}(\.\d+)?|\d{5}(\.\d+)?", text):
        return _of_number(float(text))
    if match := _NAMED_ZONE.fullmatch(text):
        text = f"{match[1]}{_ZONES[match[2].upper()]}"
    if match := _DAY_FIRST.fullmatch(text):
        text = f"{match[4]}-{match[3]:>02}-{match[1]:>02}{match[5].replace(', ', ' ')}"
    elif match := _YEAR_FIRST.fullmatch(text):
        text = f"{match[1]}-{match[2]:>02}-{match[3]:>02}{match[4].replace(', ', ' ')}"
    if match := _MIDNIGHT.fullmatch(text):
        day = parsed(f"{match[1]}T00:00{match[2]}")
        return None if day is None or day.year > LATEST.year else day + timedelta(days=1)
    if _SMALL.match(text):
        text = text.upper()
    for read in (datetime.fromisoformat, _spaced, parsedate_to_datetime):
        try:
            moment = read(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def within_bounds(moment: datetime) -> bool:
    """Whether it lies between EARLIEST and LATEST; of any moment."""
    return EARLIEST.year <= moment.year < LATEST.year


def can_be(value: Any) -> bool:
    """Whether a date can be read, and lies between EARLIEST and LATEST."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and _bounded(value)[0] is not None


def _read(value: Any, column: str, notes: Notes) -> datetime | None:
    if value is None or value == "":
        return None
    known = isinstance(value, str | int | float) and not isinstance(value, bool)
    moment, reason = _bounded(value) if known else (None, "date can't be read, left out")
    if reason:
        notes.add(reason, column, value)
    return moment


@lru_cache(maxsize=100_000)
def _bounded(value: str | int | float) -> tuple[datetime | None, str]:
    """A moment in UTC, and what is to be noted of it."""
    moment = parsed(value)
    if moment is None:
        return None, "date can't be read, left out"
    return (moment.astimezone(UTC), "") if within_bounds(moment) else (None, "date can't be true, left out")


def _of_number(number: float) -> datetime | None:
    if SHEET_DAYS[0] <= number <= SHEET_DAYS[1]:
        return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=number)
    return _since_1970(number)


def _since_1970(number: float) -> datetime | None:
    scale = next((scale for above, scale in ((_MILLISECONDS_ABOVE * 1_000, 1e6), (_MILLISECONDS_ABOVE, 1e3))
                  if abs(number) >= above), 1.0)
    try:
        return datetime.fromtimestamp(number / scale, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _spaced(text: str) -> datetime:
    """As databases write it: "2025-01-10 08:00:00 UTC", "2025-01-10 08:00:00 +0100"."""
    return datetime.fromisoformat(re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", re.sub(r"\s+([+-]\d)", r"\1", text)))
