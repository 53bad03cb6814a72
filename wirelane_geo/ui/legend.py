"""What is said over the map: how much is in view (the numbers are the browser's, the words are here); what of the link was not
understood; the buttons of the panels."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import msgspec

from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.model import Status
from wirelane_geo.permalink import IgnoredPart
from wirelane_geo.ui.conditions import feed_lines, trouble
from wirelane_geo.ui.palette import CLOSED_NOW, in_order
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import CAUSES, HTTP

LONGEST = 300
"""Characters of a broken link's parts that are named; a part is cut, and what comes after so many is left out."""
COUNTED = ("stations", "points", "free", "closed_now", "results.show")
SAID = ("counts.none", "counts.none.filtered", "counts.nearest", "counts.label", "data.from", "data.problem", "results.map",
        HTTP, *CAUSES.values())
"""Texts of the legend: those of a number, and the others."""


def legend(texts: Texts, *, demo: bool, feeds: Sequence[FeedRow] = (), now: datetime | None = None,
           viewer_zone: str | None = None) -> str:
    """The legend without its numbers, which static/legend.js fills in. feeds: how each feed is at `now` (aware, UTC)."""
    moment = now or datetime.now(UTC)
    return render("legend", words=msgspec.json.encode(words(texts, demo=demo)).decode(), t=texts,
                  feeds=feed_lines(feeds, texts, moment, viewer_zone), feeds_trouble=trouble(feeds, texts, moment, viewer_zone))


def words(texts: Texts, *, demo: bool) -> dict[str, Any]:
    """The legend's words for the browser: texts by key, statuses in order with what they are called, and which of them are
    explained even where there is none in view, as long as anything is known of what there is."""
    return {
        "lang": texts.lang,
        "texts": {key: texts.template(key) for key in (*SAID, *(f"{key}.{n}" for key in COUNTED for n in ("one", "many")))},
        "statuses": list(_statuses(texts)),
        "always": [Status.FREE, Status.IN_USE, Status.FAULTED, Status.UNKNOWN],
        "demo": texts("app.demo") if demo else "",
        "demoMeaning": texts("app.demo.meaning"),
    }


def _statuses(texts: Texts) -> Iterator[tuple[str, str, str]]:
    """What points are drawn as, in order: its name, in words, in more words."""
    for name in in_order():
        if name == CLOSED_NOW:
            yield name, texts("CLOSED_NOW"), texts("CLOSED_NOW.meaning")
        else:
            yield name, texts.term(Status(name)), texts.term(Status(name))


def notice(ignored: Sequence[IgnoredPart], texts: Texts, *, others: Sequence[str] = ()) -> str:
    """One line for what of the link could not be used, one for what was corrected, one for each other message; "" where
    there is nothing to say."""
    lines = list(others)
    for key, taken in (("link.ignored", False), ("link.corrected", True)):
        parts = [_part(part, texts) for part in ignored if part.taken is taken]
        lines += [texts(key, parts=_named(parts))] if parts else []
    return render("notice", lines=lines) if lines else ""


def _part(part: IgnoredPart, texts: Texts) -> str:
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
