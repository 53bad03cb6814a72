"""A wall's picture: all that a screen shows at a moment, as it was made last."""

import threading
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from wirelane_geo.geo import Bounds, mercator
from wirelane_geo.installation import Installation
from wirelane_geo.map.wall_service import Board, WallService
from wirelane_geo.permalink import View
from wirelane_geo.ui.camera import view_of
from wirelane_geo.ui.conditions import trouble
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall import board, faults, lists, open_faults, screen, shares
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.screen import WallView

MOST_CHANGES, MOST_WORST = 24, {"full": (2, 1), "lists": (12, 2)}
"""Of the worst: those that are out, and those that keep going out. As many as there is room for on a large screen; what
doesn't fit on a smaller one is left out."""
MOST_SHARES = 12
"""Operators or plugs that are listed where nothing else is."""
MOST_KEPT = 64


@dataclass(frozen=True, eq=False)
class Picture:
    """Where the screen is, the parts by name, and what pulses on the map."""

    here: WallView
    parts: dict[str, str]
    pulses: list[list[float]]


def paint(installation: Installation, asked: WallChoice, here: WallView, camera: View | None, event: MapEvent, texts: Texts,
          page: str, zone: str | None) -> Picture:
    """The picture of a moment; `camera` is where the map is to look, `page` the wall's address, `zone` the screen's (IANA name).
    May take as long as the upstream does. Raises WirelaneGeoError."""
    service, watch, now = installation.service, installation.watch, installation.live.now()
    seen = _seen(camera, event) if asked.has_map else None
    if seen:
        installation.tiles.fetch(*seen)  # so that the camera goes there once its tiles take no time
    numbers = watch.board(here.state, here.bounds)
    outside = watch.outside(here.state, seen[0]) if seen and here.place is None else None
    parts = board.parts(asked, here, numbers, texts, demo=service.demo, outside=outside,
                        feeds=trouble(service.feeds(), texts, now, zone))
    if asked.has_lists:
        parts["wall-side"] = side(watch, asked, here, numbers, now, texts)
    if asked.qr:
        parts["wall-qr"] = board.qr(screen.link(asked, here, event, page), texts)
    pulses = [] if asked.redacted else faults.pulses(watch.faults(here.state), now)
    return Picture(here, parts, pulses)


def _seen(camera: View | None, event: MapEvent) -> tuple[Bounds, float] | None:
    """What the map shows, and its zoom: by its own report where it is there already; None until it has said how large it is.
    So the camera goes nowhere before it is known what is there."""
    said = view_of(event)
    if said is None or event.bounds is None:
        return None
    if camera is None or _alike(camera, said):
        return event.bounds, said.zoom
    return Bounds.from_viewport(camera.lon, camera.lat, camera.zoom, event.width, event.height), camera.zoom


def _alike(one: View, other: View) -> bool:
    """Whether two views are within a few pixels."""
    near = 4 * 360 / mercator.TILE_PX / 2**one.zoom
    return abs(one.zoom - other.zoom) < 0.02 and abs(one.lat - other.lat) < near and abs(one.lon - other.lon) < near


def side(watch: WallService, asked: WallChoice, here: WallView, numbers: Board, now: datetime, texts: Texts) -> str:
    """The lists: what the link says of changes and what is out, then the worst points; where there is little room, what is
    out has all of it. Where there is much and nothing to say, how each operator's points are."""
    state, place, room = here.state, (here.state, here.bounds), asked.layout
    if asked.feed == "faults":
        found = watch.open_faults(*place, limit=MOST_CHANGES)
        made, calm = open_faults.listed(state, numbers, found, now, texts), not found.shown
        if asked.layout == "full":
            return made
    else:
        feed = watch.feed(*place, limit=MOST_CHANGES)
        made, calm = lists.changes(state, numbers, feed, now, texts), not feed
        if calm:  # nothing else needs the room
            room = "lists"
    out, flapping = MOST_WORST[room]
    worst = watch.worst(*place, max(out, flapping))
    made += lists.worst_points(state, numbers, worst, now, texts, out=out, flapping=flapping)
    return made + shares.listed(watch.shares(*place)[:MOST_SHARES], texts) if calm and asked.layout == "lists" else made


class LastPictures:
    """The last picture of each link and language, of this process: a page that is loaded anew begins with it. Thread-safe."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[WallChoice, str], Picture] = LRUCache(MOST_KEPT)
        self._lock = threading.Lock()

    def keep(self, asked: WallChoice, texts: Texts, picture: Picture) -> None:
        """Remember it."""
        with self._lock:
            self._kept[asked, texts.lang] = picture

    def get(self, asked: WallChoice, texts: Texts) -> Picture | None:
        """The last one, None where there is none yet."""
        with self._lock:
            return self._kept.get((asked, texts.lang))


LAST = LastPictures()
"""This process's."""
