"""What is said over the map: how much is in view, by status; how old it is; what of the link was not understood."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.map.service import MapView, StationSummary
from wirelane_geo.model import Status
from wirelane_geo.permalink import Ignored, MapState
from wirelane_geo.ui.conditions import feed_lines, trouble
from wirelane_geo.ui.palette import CLOSED_NOW, in_order
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

LONGEST = 300
"""Characters of a broken link's parts that are named; a part is cut, and what comes after so many is left out."""


def legend(view: MapView, state: MapState, texts: Texts, *, viewer_zone: str | None, now: datetime | None = None,
           nearest: StationSummary | None = None, feeds: Sequence[FeedRow] = ()) -> str:
    """Counts of the viewport, in all and for each status, and the time of the data (in the visitor's zone; with its date where
    that isn't the one of `now`). What is free but closed now is counted by itself. nearest: the way to it, where nothing is in
    view; feeds: how each feed is."""
    told = int(view.by_status[Status.UNKNOWN.number]) < view.points
    return render(
        "legend",
        t=texts,
        view=view,
        filtered=bool(state.filters),
        told=told,
        counts=[row for row in _counts(view, texts) if row[-1] or (told and row[0] in _ALWAYS)],
        fetched=texts.past(view.fetched_at, now or view.fetched_at, viewer_zone),
        nearest=nearest,
        feeds=feed_lines(feeds, texts, now or view.fetched_at, viewer_zone),
        feeds_trouble=trouble(feeds, texts, now or view.fetched_at, viewer_zone),
    )


def _counts(view: MapView, texts: Texts) -> Iterator[tuple[str, str, str, int]]:
    """What points are drawn as, in order: its name, in words, in more words, and how many there are."""
    for name in in_order():
        if name == CLOSED_NOW:
            yield name, texts("CLOSED_NOW"), texts("CLOSED_NOW.meaning"), view.closed_now
        else:
            status = Status(name)
            count = view.free if status is Status.FREE else int(view.by_status[status.number])
            yield status, texts.term(status), texts.term(status), count


_ALWAYS = frozenset({Status.FREE, Status.IN_USE, Status.FAULTED, Status.UNKNOWN})
"""Statuses that the legend explains even where there is none in view, as long as anything is known of what there is."""


def notice(ignored: Sequence[Ignored], texts: Texts, *, others: Sequence[str] = ()) -> str:
    """One line for what of the link could not be used, one for what was corrected, one for each other message; "" where
    there is nothing to say."""
    lines = list(others)
    for key, taken in (("link.ignored", False), ("link.corrected", True)):
        parts = [_part(part, texts) for part in ignored if part.taken is taken]
        lines += [texts(key, parts=_named(parts))] if parts else []
    return render("notice", lines=lines) if lines else ""


def _part(part: Ignored, texts: Texts) -> str:
    """What the link says, and what would be right where that is known."""
    said = f"{part.key[:40]}={part.value[:40]}"
    if part.taken:
        return f"{said} → {part.instead}"
    return f"{said} ({texts('link.instead', link=part.instead[:80])})" if part.instead else said


def _named(parts: Sequence[str]) -> str:
    lengths = accumulate(len(part) + 2 for part in parts)
    shown = [part for part, length in zip(parts, lengths, strict=True) if length <= LONGEST]
    return ", ".join([*shown, *(["…"] if len(shown) < len(parts) else [])])


def tools(opened: str | None, filters: Filters, texts: Texts) -> str:
    """The buttons that open and close the panels (`opened` is the one on screen), and one that drops the filters."""
    chosen = sum(getattr(filters, row.name) != row.default for row in FILTERS)
    return render("tools", t=texts, opened=opened, chosen=chosen)
