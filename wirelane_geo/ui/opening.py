"""Opening hours in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wirelane_geo.map.open_state import OpenState, state_of
from wirelane_geo.map.service import StationDetails
from wirelane_geo.model import OpeningHours, opening_hours
from wirelane_geo.store.schedules import hours_of
from wirelane_geo.ui.text import Texts

_DAYS_AHEAD = 14


@dataclass(frozen=True)
class Opening:
    """Opening hours in words: whether it is open `now` (None: not known), the sentence for it, the local time there,
    the week and the days to come that have hours of their own as (day, times), or the text as the operator gave it."""

    now: bool | None
    sentence: str
    local_time: str
    week: Sequence[tuple[str, str]]
    special: Sequence[tuple[str, str]]
    text: str


def opening(station: StationDetails, texts: Texts, now: datetime) -> Opening | None:
    """The hours of a station's first point that has any, as they are at an aware time; None where there are none."""
    said = next((p for p in station.points if p.availability or p.opening_hours), None)
    if said is None:
        return None
    known, zone = hours_of(said), said.timezone or station.timezone
    state = state_of(known, zone, now)
    return Opening(
        now=state.is_open,
        sentence=texts("details.always") if known and known.open247 and state.is_open else sentence(state, texts, now),
        local_time="" if known is None or known.open247 else texts("details.local_time", time=texts.clock(now, zone)),
        week=_week(known, texts),
        special=_special(known, zone, now, texts),
        text=(said.opening_hours or (known.label if known else "") or "").strip(),
    )


def sentence(state: OpenState, texts: Texts, now: datetime) -> str:
    """ "Open now, until 20:00", "Closed now, opens Mon 06:00"; "" where it isn't known."""
    if state.is_open is None:
        return ""
    if state.no_end:
        return texts("details.no_end")
    words = texts("details.open" if state.is_open else "details.closed")
    if state.changes_at is None:
        return words
    time = texts.moment(state.changes_at, now.astimezone(state.changes_at.tzinfo))
    return texts("details.until" if state.is_open else "details.opens", state=words, time=time)


def _week(known: OpeningHours | None, texts: Texts) -> Sequence[tuple[str, str]]:
    """(day, times), Monday first; days that follow each other with the same times are one row."""
    if known is None or known.open247 or all(getattr(known, day) is None for day in opening_hours.WEEKDAYS):
        return ()
    rows: list[list[str]] = []
    for day, pairs in zip(opening_hours.WEEKDAYS, opening_hours.week(known), strict=True):
        times = _times(pairs if pairs or getattr(known, day) == [] else None, texts)
        name = texts(f"day.{day}")
        if rows and rows[-1][2] == times:
            rows[-1][1] = name
        else:
            rows.append([name, name, times])
    return [(first if first == last else f"{first}–{last}", times) for first, last, times in rows]


def _special(known: OpeningHours | None, zone: str | None, now: datetime, texts: Texts) -> Sequence[tuple[str, str]]:
    """(date, times) of the days with hours of their own from today on, as far as a driver plans."""
    return [(texts.date(day, now.date()), _times(pairs, texts))
            for day, pairs in opening_hours.special_days(known, zone, now, _DAYS_AHEAD)]


def _times(pairs: Sequence[Sequence[str]] | None, texts: Texts) -> str:
    """A day's times; closed where there are none, not known where nothing can be read."""
    if pairs is None:
        return texts("details.hours_unknown")
    return ", ".join("–".join(pair) for pair in pairs) or texts("details.closed_all_day")
