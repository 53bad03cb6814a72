"""The wall's component: shows the parts, and by itself counts the seconds, tells the time and watches the server."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.live import LiveStatus
from wirelane_geo.ui.assets import STATIC
from wirelane_geo.ui.text import Texts

LATE, STALE = 2, 8
"""After so many refreshes data is late, and stale: as in `live.Level`."""

_SCRIPT = """
const module = import(new URL('./assets/wall.js', document.baseURI));
export default async component => (await module).render(component);
"""


def wall(parts: Mapping[str, str], status: LiveStatus, reason: str, *, key: str, refresh_s: float, texts: Texts) -> None:
    """Show the parts (escaped HTML by name); `reason` is why the data could not be renewed, "" where it could."""
    _component()(key=key, data={
        "parts": dict(parts),
        "lang": texts.lang,
        "texts": {"age": texts("wall.age", age="{age}"), "never": texts("wall.never"), "offline": texts("wall.offline")},
        "age": None if status.fetched_at is None else status.age_s,
        "late": LATE * status.refresh_seconds,
        "stale": STALE * status.refresh_seconds,
        "reason": reason,
        "refresh": refresh_s,
    }, on_action_change=_nothing)


def _nothing() -> None:
    """Nobody clicks on a wall."""


@cache
def style() -> str:
    """The wall's CSS; it comes after the pages' own."""
    return (STATIC / "wall.css").read_text(encoding="utf-8")


@cache
def _component() -> Any:
    return st.components.v2.component(
        "wirelane_geo_wall", html='<div class="wl-panels wl-wall"></div>', js=_SCRIPT, isolate_styles=False
    )
