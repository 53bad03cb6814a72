"""Opening hours in use: open or not at a moment, and when that changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from wirelane_geo.model._hours_spans import DAY, Spans, span_of
from wirelane_geo.model._points import OpeningHours
from wirelane_geo.model._special_days import SpecialDays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The fields of OpeningHours that are days, Monday first."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_WEEK_AHEAD = timedelta(days=8)
_YEAR_AHEAD = timedelta(days=400)
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""What begins later or ends earlier is nobody's plan, and no calendar can count on from there."""


@dataclass(frozen=True)
class Day:
    """A date's hours: its spans, whether anything is known (else nothing was said, or nothing that can be read), and
    whether they are said of the date instead of its weekday."""

    spans: Spans
    known: bool
    special: bool


class Schedule:
    """Opening hours in a time zone (an IANA name; None or one that isn't: not known).

    What is said goes before what is said more generally: exceptional closings and openings ({"closings": [{"begin",
    "end"}], "openings": ...}, ISO times with offset; without "end" until further notice), of which a closing goes before an
    opening; then a date's own hours, which are all of that date's; then the week.
    """

    def __init__(self, hours: OpeningHours, timezone: str | None) -> None:
        self._hours = hours
        self.zone = _zone(timezone)
        self.closed, self.opened = _exceptions(hours, "closings"), _exceptions(hours, "openings")
        self._special = SpecialDays(hours.exceptionalOpenings)

    def is_open(self, when: datetime) -> bool | None:
        """Whether it is open at a moment (an aware datetime); None where that is not known."""
        for spans, answer in ((self.closed, False), (self.opened, True)):
            if any(begin <= when < end for begin, end in spans):
                return answer
        if self.zone is None:
            return self._is_open_anywhere(when)
        minute, today = self.minute_of(when), self.date_of(when)
        day = self.day(today)
        if any(start <= minute < end for start, end in day.spans):
            return True
        if not day.special and any(minute < end - DAY for _, end in self.day(today - timedelta(days=1)).spans):
            return True
        return False if day.known else None

    def is_open_at(self, local: datetime) -> bool | None:
        """Whether it is open at a time on its own clock (a datetime without a zone); None where that is not known."""
        return self.is_open(local.replace(tzinfo=self.zone or UTC))

    def next_change(self, when: datetime) -> datetime | None:
        """The next moment at which `is_open` answers otherwise, in the point's time zone. None: not known, or not within
        a week; with exceptions, not within 400 days."""
        now = self.is_open(when)
        if self.zone is None or now is None:
            return None
        for moment in self.edges(when):
            if (then := self.is_open(moment)) is not now:
                return None if then is None else moment.astimezone(self.zone)
        return None

    def until_further_notice(self, when: datetime) -> bool:
        """Whether it is closed, and nobody has said until when."""
        endless = any(end == _NEVER for _, end in self.closed)
        return endless and self.is_open(when) is False and self.next_change(when) is None

    def date_of(self, when: datetime) -> date:
        """The date at a moment there; that of UTC where the time zone is not known."""
        return when.astimezone(self.zone or UTC).date()

    def minute_of(self, when: datetime) -> int:
        """Minutes after midnight at a moment there."""
        local = when.astimezone(self.zone or UTC)
        return local.hour * 60 + local.minute

    def day(self, day: date) -> Day:
        """What is said of a date."""
        if (key := self._special.key_of(day)) is not None:
            return _read(self._special[key], special=True)
        if self._hours.open247:
            return Day([(0, DAY)], known=True, special=False)
        return _read(getattr(self._hours, WEEKDAYS[day.weekday()]), special=False)

    def _is_open_anywhere(self, when: datetime) -> bool | None:
        """Without a time zone it is known to be open where it always is, whatever day it may be there."""
        days = (self.date_of(when) + timedelta(days=ahead) for ahead in (-1, 0, 1))
        return True if self._hours.open247 and all(self._special.key_of(day) is None for day in days) else None

    def edges(self, when: datetime) -> Iterator[datetime]:
        """Moments after `when`, in their order, at which something may change."""
        exceptions = [edge for spans in (self.closed, self.opened) for span in spans for edge in span]
        ahead = _YEAR_AHEAD if exceptions or self._special else _WEEK_AHEAD
        soon = [edge.astimezone(UTC) for edge in exceptions if when < edge <= when + ahead]
        first = self.date_of(when)
        for number in range(ahead.days):
            day = first + timedelta(days=number)
            begin, end = (self.moment(day + timedelta(days=more), 0) for more in (0, 1))
            minutes = {edge for span in self.day(day).spans for edge in span} | {
                edge - DAY for span in self.day(day - timedelta(days=1)).spans for edge in span}
            moments = {begin, *(edge for edge in soon if begin <= edge < end),
                       *(self.moment(day, minute) for minute in minutes if 0 <= minute < DAY)}
            yield from (moment for moment in sorted(moments) if moment > when)

    def moment(self, day: date, minute: int) -> datetime:
        """The moment in UTC that is so many minutes after a date's midnight there."""
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)


def _read(pairs: object, *, special: bool) -> Day:
    """A day from pairs of times. Of several those count that can be read; where none can, nothing is known."""
    given = pairs if isinstance(pairs, list) else [pairs]
    spans = [span for pair in given if (span := span_of(pair)) is not None]
    return Day(spans, known=bool(spans) or not given, special=special)


def _exceptions(hours: OpeningHours, kind: str) -> list[tuple[datetime, datetime]]:
    """The spans of one kind; the contract leaves the object's shape open, so what is none of ours is passed over."""
    given = (hours.exceptionalOpenings or {}).get(kind)
    spans = []
    for entry in given if isinstance(given, list) else []:
        try:
            begin = datetime.fromisoformat(entry["begin"])
            end = _NEVER if entry.get("end") is None else datetime.fromisoformat(entry["end"])
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if begin.tzinfo and end.tzinfo and begin < _LATEST and end > _EARLIEST:
            spans.append((begin, end))
    return spans


@lru_cache(maxsize=1024)
def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
