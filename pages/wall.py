"""The wall: a full screen that nobody operates. Its link is all of its configuration; a fragment looks for news."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo import Bounds
from wirelane_geo.installation import installation
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui import address, camera, page_setup
from wirelane_geo.ui.news import news
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import in_words
from wirelane_geo.ui.viewport import MapEvent, last_event, viewport_map
from wirelane_geo.ui.wall import board, choice, component, faults, screen
from wirelane_geo.ui.wall.background import Background
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.picture import LAST, Picture, paint
from wirelane_geo.ui.wall.screen import WallView
from wirelane_geo.ui.wall.tour import Walk

T = TypeVar("T")

MAP, WALL, NEWS, SEEN = "wall_map", "wall", "wall_news", "wall_seen"
PAUSE_S = 0.25
"""Between two renewals, however much changes."""
PATIENCE_S, SILENT_S = 1.0, 5.0
"""So long a renewal waits for what it asked for before the last picture is shown again; after so long the screen says that
there is no answer."""
ALWAYS = -1
"""The number of no change: the page is to run again at once."""
SEARCH_PX, QR_PX, PHONE_PX = 25, 105, 400
"""Of the map: the height that is kept clear for a search, most of which a wall gets back, since it has none; the width at the
left that the QR code takes; how wide it is at most on a phone, where there is no code."""

here = installation()
settings, watch, live = here.settings, here.watch, here.live


@dataclass
class WallProgress:
    """What a screen remembers: the last good picture, what it wants to show, where its tour is, what the whole network was at
    first, what it asked for, and since when (seconds of the live core's clock) it waits for that."""

    picture: Picture | None = None
    wanted: WallView | None = None
    walk: Walk | None = None
    extent: Bounds | None = None
    jobs: Background = field(default_factory=Background)
    waiting: float | None = None


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
    seen: WallProgress = st.session_state.setdefault(SEEN, WallProgress(LAST.get(asked, texts)))
    failure = look(seen, asked, event, texts)
    shown = seen.picture
    if asked.has_map:
        viewport_map(key=MAP, theme=asked.theme, basemap=settings.basemap, texts=texts, camera=where(seen, event),
                     padding=covered(asked, event), filters=filters(seen, asked), pulses=shown.pulses if shown else [])
    status = watch.status()
    reason = "" if asked.redacted else board.reason(status, texts) or failure
    component.wall(shown.parts if shown else board.loading(asked, texts), status, reason, key=WALL, now=live.now(),
                   refresh_s=asked.refresh_s, texts=texts)
    news(status, number if seen.waiting is None else ALWAYS, key=NEWS, pause_s=PAUSE_S, texts=texts)


def look(seen: WallProgress, asked: WallChoice, event: MapEvent, texts: Texts) -> str:
    """Renew the picture; what can't be renewed, or not soon, stays as it is, and the answer says why. Never raises: a page that
    fails shows nothing any more."""
    try:
        done = renew(seen, asked, event, texts)
    except WirelaneGeoError as error:
        seen.waiting = None
        return in_words(error, texts)
    except Exception:
        logging.getLogger(__name__).exception("the wall could not be renewed")
        seen.waiting = None
        return texts("wall.cause.fault")
    now = live.clock.monotonic()
    seen.waiting = None if done else now if seen.waiting is None else seen.waiting
    return texts("wall.cause.silent") if seen.waiting is not None and now - seen.waiting > SILENT_S else ""


def renew(seen: WallProgress, asked: WallChoice, event: MapEvent, texts: Texts) -> bool:
    """Have the picture made of where the screen is to be now; whether it is done."""
    def ask(what: object, job: Callable[[], T], patience_s: float = PATIENCE_S) -> T | None:
        return seen.jobs.ask(what, job, patience_s)

    now = live.clock.monotonic()
    if asked.tour:
        if seen.walk is None or seen.walk.stops != asked.tour:
            jump_s = asked.jump_s if asked.has_map else 0.0
            seen.walk = Walk(asked.tour, jump_s, live.now().timestamp() - now, watch.status().number)
        walk, heard, kept = seen.walk, seen.walk.heard, seen.walk.next_kept()
        if (found := ask("faults", lambda: faults.at_stops(walk.stops, heard, watch, event), PATIENCE_S / 4)) is not None:
            walk.hear(*found, now)
        ask("kept", lambda: faults.keep_fresh(kept, watch, event), 0.0)
    place = screen.view_at(asked, seen.walk if asked.tour else None, event, now)
    seen.wanted = place
    if place.place is None and seen.extent is None:
        seen.extent = ask("extent", watch.extent)
    page, zone, view = st.context.url or "", st.context.timezone, camera_at(seen, place, asked, event)
    picture = ask((place.name, event.bounds), lambda: paint(here, asked, place, view, event, texts, page, zone))
    if picture is None:
        return False
    seen.picture = picture
    LAST.keep(asked, texts, picture)
    return True


def covered(asked: WallChoice, event: MapEvent) -> dict[str, int]:
    """What is not the map's at its sides: what is fitted into it stays clear of the QR code."""
    has_code = asked.qr and not 0 < event.width <= PHONE_PX
    return {"top": -SEARCH_PX, "left": QR_PX if has_code else 0}


def place_of(seen: WallProgress, shown: WallView) -> View | Bounds | None:
    """Where the camera is to stand: at the link's view or the tour's stop, else on the network as it was at first, so that data
    doesn't move it."""
    return shown.place or seen.extent


def camera_at(seen: WallProgress, shown: WallView, asked: WallChoice, event: MapEvent) -> View | None:
    """The view that the map will have there, on this screen."""
    place = place_of(seen, shown)
    return camera.fitted(place, event.width, event.height, covered(asked, event)) if isinstance(place, Bounds) else place


def filters(seen: WallProgress, asked: WallChoice) -> str | None:
    """What the map's tiles are asked for by; None: nothing is known yet. On a wall a status is what the upstream says,
    whatever the opening hours."""
    shown = seen.picture.here if seen.picture else seen.wanted
    if shown is None:
        return None
    link = address.link_of(MapState(filters=shown.state.filters))
    return "&".join(filter(None, (link, "hours=off", "redacted=1" if asked.redacted else "")))


def where(seen: WallProgress, event: MapEvent) -> tuple[View | Bounds, str] | None:
    """Where the camera stands while the picture that is there is shown. It goes there anew when the screen has another size."""
    shown = seen.picture.here if seen.picture else seen.wanted
    place = place_of(seen, shown) if shown else None
    return (place, f"{shown.name} {event.width} x {event.height}") if shown and place else None


show()
