"""The wall's component: shows the parts, and by itself counts the seconds, tells the time and watches the server."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.live import LATE, STALE, LiveStatus
from wirelane_geo.ui.assets import STATIC, script
from wirelane_geo.ui.insides import read_style
from wirelane_geo.ui.palette import Theme
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.wall.colours import COLOURS

PROCESS = secrets.token_hex(8)
"""Another one after a restart: a page that sees it change loads itself anew, and with it the files it is made of."""

def wall(parts: Mapping[str, str], status: LiveStatus, reason: str, *, key: str, now: datetime, refresh_s: float,
         texts: Texts) -> None:
    """Show the parts (escaped HTML by name); `reason` is why the data could not be renewed, "" where it could; `now` is the
    server's time, which the page goes by."""
    _component()(key=key, data={
        "parts": dict(parts),
        "lang": texts.lang,
        "main": texts("wall.main"),
        "texts": {"age": texts("wall.age", age="{age}"), "never": texts("wall.never"), "offline": texts("wall.offline"),
                  "days": texts("wall.d", n="{n}")},
        "process": PROCESS,
        "now": 1000 * now.timestamp(),
        "age": None if status.fetched_at is None else status.age_s,
        "late": status.late_s,
        "stale": status.stale_s,
        "silent": status.silent_s,
        "silent_late": LATE * status.refresh_seconds,
        "silent_stale": STALE * status.refresh_seconds,
        "reason": reason,
        "refresh": refresh_s,
    }, on_action_change=_nothing)


def _nothing() -> None:
    """Nobody clicks on a wall."""


@cache
def style(theme: Theme) -> str:
    """The wall's CSS; it comes after the pages' own."""
    colours = "; ".join(f"--wall-{name}: {colour}" for name, colour in COLOURS[theme].items())
    return f":root {{ {colours} }}\n{read_style(STATIC / 'wall.css')}"


@cache
def _component() -> Any:
    return st.components.v2.component(
        "wirelane_geo_wall", html='<div class="wl-panels wl-wall"></div>', js=script("wall.js"), isolate_styles=False
    )
