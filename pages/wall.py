"""The wall: a full screen that nobody operates. Its link is all of its configuration; a fragment looks for news."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo import Bounds
from wirelane_geo.installation import installation
from wirelane_geo.map.service import MapView
from wirelane_geo.map.wall_service import Board
from wirelane_geo.permalink import View
from wirelane_geo.ui import address, page_setup
from wirelane_geo.ui.news import news
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import MapEvent, last_event, viewport_map
from wirelane_geo.ui.wall import board, choice, component, faults, lists, open_faults, redact, screen
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.screen import Shown
from wirelane_geo.ui.wall.tour import Walk

MAP, WALL, NEWS, SEEN = "wall_map", "wall", "wall_news", "wall_seen"
PAUSE_S = 0.25
"""Between two renewals, however much changes."""
MOST_CHANGES, MOST_WORST = 24, {"full": (2, 1), "lists": (12, 2)}
"""Of the worst: those that are out, and those that keep going out. As many as there is room for on a large screen; what
doesn't fit on a smaller one is left out."""
SEARCH_PX, QR_PX, PHONE_PX = 25, 105, 400
"""Of the map: the height that is kept clear for a search, most of which a wall gets back, since it has none; the width at the
left that the QR code takes; how wide it is at most on a phone, where there is no code."""

settings, service, watch, live = (getattr(installation(), name) for name in ("settings", "service", "watch", "live"))


@dataclass
class WallProgress:
    """What a screen remembers: the last good picture, where its tour is, and what the whole network was at first."""

    view: MapView | None = None
    parts: dict[str, str] = field(default_factory=dict)
    pulses: list[list[float]] = field(default_factory=list)
    here: Shown | None = None
    walk: Walk | None = None
    extent: Bounds | None = None


def show() -> None:
    """The page, for one run of it."""
    asked = choice.read(address.parameters(st.query_params))
    st.set_page_config(page_title="Wirelane Geo", page_icon=str(page_setup.ICON), layout="wide",
                       initial_sidebar_state="collapsed")
    st.html(f"<style>{page_setup.style()}{component.style(asked.theme)}</style>")
    texts = page_setup.texts(asked.state.lang)
    st.fragment(run_every=asked.refresh_s)(show_wall)(asked, texts)


def show_wall(asked: WallChoice, texts: Texts) -> None:
    """Everything on the screen."""
    event, number = last_event(MAP), watch.status().number
    seen: WallProgress = st.session_state.setdefault(SEEN, WallProgress())
    failure = look(seen, asked, event, texts)
    if asked.has_map:
        viewport_map(seen.view, key=MAP, theme=asked.theme, basemap=settings.basemap, texts=texts,
                     camera=where(seen, event), padding=covered(asked, event), pulses=seen.pulses)
    status = watch.status()
    reason = "" if asked.redacted else board.reason(status, texts) or failure
    parts = seen.parts or {"wall-head": board.head(asked, None, texts, demo=False)}
    component.wall(parts, status, reason, key=WALL, now=live.now(), refresh_s=asked.refresh_s, texts=texts)
    news(status, number, key=NEWS, pause_s=PAUSE_S, texts=texts)


def look(seen: WallProgress, asked: WallChoice, event: MapEvent, texts: Texts) -> str:
    """Renew the picture; what can't be renewed stays as it is, and the answer says why. Never raises: a page that fails
    shows nothing any more."""
    try:
        here = seek(seen, asked, event)
        if asked.has_map and event.bounds and event.zoom is not None:
            view = service.view(here.state, event.bounds, event.zoom, by_hours=False)
            seen.view = redact.view(view) if asked.redacted else view
        seen.parts, seen.pulses = picture(asked, here, event, texts)
        seen.here = here
    except WirelaneGeoError as error:
        return str(error)
    except Exception:
        logging.getLogger(__name__).exception("the wall could not be renewed")
        return texts("wall.cause.fault")
    return ""


def seek(seen: WallProgress, asked: WallChoice, event: MapEvent) -> Shown:
    """Where the screen is to be now: where its tour is, if it has one."""
    now = live.clock.monotonic()
    if asked.tour:
        if seen.walk is None or seen.walk.stops != asked.tour:
            jump_s = asked.jump_s if asked.has_map else 0.0
            seen.walk = Walk(asked.tour, jump_s, live.now().timestamp() - now, watch.status().number)
        faults.hear(seen.walk, watch, event, now)
    return screen.shown(asked, seen.walk if asked.tour else None, event, now)


def picture(asked: WallChoice, here: Shown, event: MapEvent, texts: Texts) -> tuple[dict[str, str], list[list[float]]]:
    """The parts by name, and what pulses on the map."""
    now = live.now()
    numbers = watch.board(here.state, here.bounds)
    whole = asked.has_map and here.place is None and event.bounds
    outside = watch.outside(here.state, event.bounds) if whole and event.bounds else None
    parts = board.parts(asked, here, numbers, texts, demo=service.demo, outside=outside)
    if asked.has_lists:
        parts["wall-side"] = side(asked, here, numbers, now, texts)
    if asked.qr:
        parts["wall-qr"] = board.qr(screen.link(asked, here, event, st.context.url or ""), texts)
    return parts, [] if asked.redacted else faults.pulses(watch.faults(here.state), now)


def side(asked: WallChoice, here: Shown, numbers: Board, now: datetime, texts: Texts) -> str:
    """The lists: what the link says of changes and what is out, then the worst points; where there is little room, what is
    out has all of it."""
    state, place = here.state, (here.state, here.bounds)
    if asked.feed == "faults":
        made = open_faults.listed(state, numbers, watch.open_faults(*place, limit=MOST_CHANGES), now, texts)
        if asked.layout == "full":
            return made
    else:
        made = lists.changes(state, numbers, watch.feed(*place, limit=MOST_CHANGES), now, texts)
    out, flapping = MOST_WORST[asked.layout]
    worst = watch.worst(*place, max(out, flapping))
    return made + lists.worst_points(state, numbers, worst, now, texts, out=out, flapping=flapping)


def covered(asked: WallChoice, event: MapEvent) -> dict[str, int]:
    """What is not the map's at its sides: what is fitted into it stays clear of the QR code."""
    has_code = asked.qr and not 0 < event.width <= PHONE_PX
    return {"top": -SEARCH_PX, "left": QR_PX if has_code else 0}


def where(seen: WallProgress, event: MapEvent) -> tuple[View | Bounds, str] | None:
    """Where the camera stands: at the link's view or the tour's stop, else on the network as it was at first, so that data
    doesn't move it. It goes there anew when the screen has another size."""
    if seen.extent is None and (seen.here is None or seen.here.place is None):
        seen.extent = watch.extent()
    place = (seen.here and seen.here.place) or seen.extent
    name = seen.here.name if seen.here else "start"
    return None if place is None else (place, f"{name} {event.width} x {event.height}")


show()
