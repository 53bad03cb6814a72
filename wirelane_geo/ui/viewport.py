"""The map component: it asks for what it draws by itself (ui/tiles.py), reports what was chosen, flies where it is told to.

    event = viewport.last_event("map")                 # what the browser said last, before anything is drawn
    viewport_map(key="map", texts=texts, theme="light", basemap="carto", camera=(state.view or extent, 0), ...)

Mount it once per page and always with the same `key`, inside a fragment. That runs again when something is chosen, and for a pan
while a panel shows what is in view. The browser keeps the camera, writes lat, lon, zoom into the address bar and follows Back;
Python only asks for flights.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.geo import Bounds
from wirelane_geo.permalink import MAX_ZOOM, View
from wirelane_geo.ui import assets, layers
from wirelane_geo.ui import basemap as basemaps
from wirelane_geo.ui.palette import Theme, sheet
from wirelane_geo.ui.text import Texts


@dataclass(frozen=True)
class MapEvent:
    """What the browser last said, of where it was then. `bounds` and `zoom` (deck.gl's, 512 px tiles) are None until the map
    is on screen; `width` and `height` are CSS pixels; `serial` counts reports of the viewport. `choice` is what was chosen on
    the page, as the browser says it (`address.choice` reads it)."""

    bounds: Bounds | None = None
    zoom: float | None = None
    width: int = 0
    height: int = 0
    serial: int = 0
    choice: Any = None


def last_event(key: str) -> MapEvent:
    """What the map with this key reported, before it is drawn in this run; an empty MapEvent if nothing yet."""
    return read_event(st.session_state.get(key) or {})


def viewport_map(
    *,
    key: str,
    theme: Theme = "light",
    basemap: str = "carto",
    texts: Texts,
    camera: tuple[View | Bounds, object] | None = None,
    selected: layers.Highlight | None = None,
    padding: Mapping[str, int] | None = None,
    link: Mapping[str, Any] | None = None,
    filters: str | None = None,
    pulses: Sequence[Sequence[float]] = (),
    step: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> MapEvent:
    """Draw the map and answer what the browser said last.

    camera: (where, token): where the map starts (the address bar's lat, lon, zoom win), and where it flies each time
    the token is another one. A View or Bounds to fit. The "whole network" button goes to the last Bounds given.
    selected: what has a ring. padding: CSS px covered by panels, of "top", "right",
    "bottom", "left", kept clear when fitting. link: `address.answer` to the last choice; None: this map has nothing to do
    with the address bar, and nothing can be chosen on it.
    filters: of a map without a link, the query string of its tiles; None: not known yet.
    pulses: what draws attention for its first minute: a number that names it, lon, lat in degrees, its age in seconds.
    basemap: as in the setting WIRELANE_GEO_BASEMAP. texts: the map's are those of the group "map".
    step: times "serialise".
    """
    event = last_event(key)
    data = {
        "deck": layers.spec(theme, basemap),
        "palette": sheet(theme),
        "bundle": assets.BUNDLE_URL,
        "theme": theme,
        "basemap": basemap,
        "credits": basemaps.credits(basemap),
        "lang": texts.lang,
        "texts": texts.group("map"),
        "camera": _command(camera),
        "selected": layers.selected(selected),
        "padding": dict(padding or {}),
        "link": None if link is None else dict(link),
        "filters": filters,
        "pulses": [list(pulse) for pulse in pulses],
        "answers": event.serial,
    }
    with step("serialise"):
        result = _component()(
            key=key,
            data=data,
            default={"viewport": None},
            on_viewport_change=_nothing,
        )
    return read_event(result)


def _nothing() -> None:
    """A state value needs a callback to have a default."""


def _command(camera: tuple[View | Bounds, object] | None) -> dict[str, Any] | None:
    if camera is None:
        return None
    target, token = camera
    if isinstance(target, View):
        return {"token": str(token), "view": [target.lon, target.lat, target.zoom]}
    return {"token": str(token), "bounds": [target.south, target.west, target.north, target.east]}


def read_event(values: Mapping[str, Any]) -> MapEvent:
    """The component's state as an event. A browser can send anything: what makes no sense counts as not said."""
    said = values.get("viewport")
    viewport: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    choice = viewport.get("choice")
    try:
        zoom = float(viewport["zoom"])
        if not math.isfinite(zoom):
            raise ValueError("zoom")
        return MapEvent(
            bounds=Bounds(*(float(viewport[edge]) for edge in ("south", "west", "north", "east"))),
            zoom=min(max(zoom, 0.0), MAX_ZOOM),
            width=int(viewport["width"]),
            height=int(viewport["height"]),
            serial=int(viewport["serial"]),
            choice=choice,
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return MapEvent(choice=choice)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "wirelane_geo_map",
        html='<div class="wg-map"></div>',
        js=assets.script("map.js"),
        isolate_styles=False,
    )
