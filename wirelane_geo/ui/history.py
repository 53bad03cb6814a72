"""A point's past in words and as a drawing: since when it has its status, how available it was, its last 24 hours."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from wirelane_geo.live import Interval, PointHistory
from wirelane_geo.model import Status
from wirelane_geo.ui.palette import look
from wirelane_geo.ui.text import Texts

WIDTH, HEIGHT = 288, 22
BARS: dict[Status | None, float] = {
    Status.FREE: 0.4, Status.RESERVED: 0.6, Status.IN_USE: 0.6, Status.FAULTED: 1.0, Status.UNAVAILABLE: 1.0, Status.CLOSED: 0.2}
"""Parts of the height: what is out stands out to eyes that don't tell colours apart, too. What isn't here is a gap."""
HATCH = Markup('<defs><pattern id="wl-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
               'patternTransform="rotate(45)"><path d="M0 0v6"/></pattern></defs>')
LEAST_PX = 1.2
"""A fault of a minute can be seen."""
ENOUGH = 0.5
"""The part of a time of which the status must be known for anything to be said of all of it."""
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


@dataclass(frozen=True)
class Past:
    """What a point's panel says: how long it has had its status; (what time, part available), see `availability`;
    how often it went out; the drawing of its last 24 hours."""

    since: str
    availability: Sequence[tuple[str, str]]
    flaps: str
    strip: Markup


def past(history: PointHistory, texts: Texts, now: datetime) -> Past:
    """A history in words. `now` is an aware datetime."""
    time = duration((now - history.since).total_seconds(), texts)
    return Past(
        since=texts("history.for" if history.since_exact else "history.for_least", time=time),
        availability=availability(history, texts),
        flaps=texts.count("history.flaps", history.flaps_24h) if history.flaps_24h else "",
        strip=strip(history.strip, texts),
    )


def told(history: PointHistory) -> bool:
    """Whether the point ever had a status that says something, as far as is known."""
    return (history.status is not Status.UNKNOWN or history.since_exact
            or any(one.status not in (None, Status.UNKNOWN) for one in history.strip))


def availability(history: PointHistory, texts: Texts) -> Sequence[tuple[str, str]]:
    """(what time, part available) for an hour, a day and a week: of a time of which too little was recorded nothing is
    said; where that holds for the hour already, what was recorded of it stands in its place."""
    known, recorded = history.availability, history.recorded
    spans = [("1 h", known.hour, recorded.hour, HOUR_S), ("24 h", known.day, recorded.day, DAY_S),
             (texts("history.days", n=7), known.week, recorded.week, 7 * DAY_S)]
    if 0 < recorded.hour < ENOUGH * HOUR_S:
        spans[0] = duration(recorded.hour, texts), known.hour, HOUR_S, HOUR_S
    return [(name, "–" if part is None or seconds < ENOUGH * whole else texts.percentage(part))
            for name, part, seconds, whole in spans]


def strip(intervals: Sequence[Interval], texts: Texts) -> Markup:
    """SVG of what was when, oldest at the left: a bar for each status, hatched where none is known: nothing was recorded, or
    nobody said it. In words for those who don't see it."""
    begin, end = intervals[0].begin, intervals[-1].end
    whole = (end - begin).total_seconds() or 1.0
    bars = Markup("")
    for one in sorted(intervals, key=lambda one: BARS.get(one.status, 0.0)):  # faults are on top
        left = WIDTH * (one.begin - begin).total_seconds() / whole
        width = WIDTH * (one.end - one.begin).total_seconds() / whole
        if one.status is None or one.status not in BARS:
            bars += Markup('<rect class="wl-unrecorded" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(
                left, width, HEIGHT)
            continue
        width, height = max(width, LEAST_PX), HEIGHT * BARS[one.status]
        bars += Markup('<rect data-status="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
            one.status, min(left, WIDTH - width), HEIGHT - height, width, height, look(one.status).colour)
    return Markup('<svg class="wl-full wl-strip" role="img" aria-label="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">'
                  "<title>{}</title>{}{}</svg>").format(spoken := in_words(intervals, texts), WIDTH, HEIGHT, spoken, HATCH, bars)


def in_words(intervals: Sequence[Interval], texts: Texts) -> str:
    """ "Last 24 hours: free 18 h, in use 5 h, not recorded 1 h", the longest first."""
    spent: defaultdict[Status | None, float] = defaultdict(float)
    for one in intervals:
        spent[one.status] += (one.end - one.begin).total_seconds()
    parts = [f"{texts.term(status) if status else texts('history.gap')} {duration(seconds, texts)}"
             for status, seconds in sorted(spent.items(), key=lambda each: -each[1])]
    return f"{texts('history.title')}: {', '.join(parts)}"


def duration(seconds: float, texts: Texts) -> str:
    """ "40 s", "5 min", "2 h 5 min", "3 d 4 h": the two largest units that fit, nothing that is 0."""
    left = max(0, int(seconds))
    if left < MINUTE_S:
        return f"{left} s"
    days, hours, minutes = left // DAY_S, left % DAY_S // HOUR_S, left % HOUR_S // MINUTE_S
    if days:
        return " ".join([texts("history.days", n=texts.number(days)), *([f"{hours} h"] if hours else [])])
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])
