"""Times on a wall, as the page goes on to tell them (wall.js)."""

from datetime import datetime

from markupsafe import Markup, escape

from wirelane_geo.ui.text import Texts

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


def ago(when: datetime, now: datetime, texts: Texts) -> str:
    """How long it has been, as the page goes on to count it (ages.js): "40 s", "2 min", "3 h", "12 d"."""
    seconds = max(0, int((now - when).total_seconds()))
    if seconds >= 2 * DAY_S:
        return texts("wall.d", n=texts.number(seconds // DAY_S))
    if seconds < MINUTE_S:
        return f"{seconds} s"
    return f"{seconds // MINUTE_S} min" if seconds < 1.5 * HOUR_S else f"{seconds // HOUR_S} h"


def at_the_screen(when: datetime, texts: Texts) -> Markup:
    """What o'clock it was: where the screen stands, once the page has said it; until then UTC."""
    return Markup('<time data-time="{:.0f}">{}</time>').format(1000 * when.timestamp(), texts.clock(when, "UTC"))


def since(when: datetime, words: str = "{time}", *, now: datetime, texts: Texts) -> Markup:
    """How long ago something was, which the page goes on to count."""
    spent = Markup('<span data-at="{:.0f}">{}</span>').format(1000 * when.timestamp(), ago(when, now, texts))
    return escape(words).format(time=spent)
