"""The wall: a full screen that nobody operates. Its link is all of its configuration; a fragment looks for news."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import streamlit as st

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo import Bounds
from wirelane_geo.permalink import View
from wirelane_geo.service import MapView
from wirelane_geo.start import installation
from wirelane_geo.ui import chrome
from wirelane_geo.ui.news import news
from wirelane_geo.ui.text import Texts, choose
from wirelane_geo.ui.viewport import MapEvent, last_event, viewport_map
from wirelane_geo.ui.wall import board, choice, mount, redact
from wirelane_geo.ui.wall.choice import WallChoice

MAP, WALL, NEWS, SEEN = "wall_map", "wall", "wall_news", "wall_seen"
PAUSE_S = 0.25
"""Between two renewals, however much changes."""
MOST_CHANGES, MOST_WORST = 12, 3
SCREEN_PX = 1200, 700
"""How large the map is taken to be until it has said so."""

settings, service, watch = installation().settings, installation().service, installation().watch


@dataclass
class Seen:
    """The last good picture."""

    view: MapView | None = None
    parts: dict[str, str] = field(default_factory=dict)


def show() -> None:
    """The page, for one run of it."""
    st.set_page_config(page_title="Wirelane Geo", page_icon=str(chrome.ICON), layout="wide",
                       initial_sidebar_state="collapsed")
    st.html(f"<style>{chrome.style()}{mount.style()}</style>")
    asked = choice.read(st.query_params)
    texts = Texts(choose(asked.state.lang, st.context.locale))
    st.fragment(run_every=asked.refresh_s)(show_wall)(asked, texts)


def show_wall(asked: WallChoice, texts: Texts) -> None:
    """Everything on the screen."""
    event, number = last_event(MAP), watch.status().number
    seen: Seen = st.session_state.setdefault(SEEN, Seen())
    failure = look(seen, asked, event, texts)
    viewport_map(seen.view, key=MAP, theme="dark", basemap=settings.basemap, lang=texts.lang, texts=texts.group("map"),
                 camera=where(asked), in_address=False, padding={"top": -40})
    status = watch.status()
    reason = "" if asked.redacted else board.reason(status, texts) or failure
    parts = seen.parts or {"wall-head": board.head(asked, texts, demo=False)}
    mount.wall(parts, status, reason, key=WALL, refresh_s=asked.refresh_s, texts=texts)
    news(status, number, key=NEWS, pause_s=PAUSE_S, texts=texts)


def look(seen: Seen, asked: WallChoice, event: MapEvent, texts: Texts) -> str:
    """Renew the picture; what can't be renewed stays as it is, and the answer says why."""
    try:
        if event.bounds and event.zoom is not None:
            view = service.view(asked.state, event.bounds, event.zoom)
            seen.view = redact.view(view) if asked.redacted else view
        bounds = area(asked, event)
        numbers = watch.board(asked.state, bounds)
        feed = () if asked.redacted else watch.feed(asked.state, bounds, limit=MOST_CHANGES)
        worst = None if asked.redacted else watch.worst(asked.state, bounds, MOST_WORST)
        demo = bool(seen.view and seen.view.demo)
        seen.parts = board.parts(asked, numbers, feed, worst, texts, now=datetime.now(UTC), demo=demo)
    except WirelaneGeoError as error:
        return str(error)
    return ""


def area(asked: WallChoice, event: MapEvent) -> Bounds | None:
    """Where the numbers are from: what the map shows where the link names a view, else the whole network (None)."""
    view = asked.state.view
    if view is None:
        return None
    return event.bounds or Bounds.from_viewport(view.lon, view.lat, view.zoom, *SCREEN_PX)


def where(asked: WallChoice) -> tuple[View | Bounds, str] | None:
    """Where the camera stands: the link's view, else the network as it was at first. Data doesn't move it."""
    if "wall_camera" not in st.session_state:
        target = asked.state.view or service.extent()
        if target is None:
            return None
        st.session_state["wall_camera"] = target
    return st.session_state["wall_camera"], "start"


show()
