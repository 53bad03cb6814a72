"""What a screen is about at a moment: which points, where from, where its camera stands, and the link to it."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from wirelane_geo import permalink
from wirelane_geo.geo import Bounds
from wirelane_geo.map.service import zoom_of
from wirelane_geo.map.wall_service import FeedItem, PointName
from wirelane_geo.permalink import MapState, View
from wirelane_geo.ui.camera import view_of
from wirelane_geo.ui.share import full_link
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall.choice import WallChoice
from wirelane_geo.ui.wall.tour import Walk

SCREEN_PX = 1200, 700
"""How large the map is taken to be until it has said so, and where a layout has none."""
FAULT_ZOOM = 13.0


@dataclass(frozen=True)
class WallView:
    """The points that the numbers and lists are about (`bounds` None: everywhere), where the camera stands (None: the
    whole network) and what it is called. `fault` is the one that the camera is at, for a while."""

    state: MapState
    bounds: Bounds | None
    place: View | Bounds | None
    title: str
    name: str
    fault: PointName | None = None
    change: FeedItem | None = None


def view_at(asked: WallChoice, walk: Walk | None, event: MapEvent, now: float) -> WallView:
    """What it is the turn of; `now` is the walk's clock."""
    if walk is None:
        place = asked.state.view
        return WallView(asked.state, region(place, event), place, "", "start")
    number = walk.look(now)
    stop, fault = asked.tour[number], walk.fault
    here = WallView(stop.state, region(stop.place, event), stop.place, stop.title, f"stop {number}")
    if fault is None or fault.point is None:
        return here
    view = View(fault.point.lat, fault.point.lon, FAULT_ZOOM)
    return replace(here, place=view, name=f"change {fault.change.number}", fault=fault.point, change=fault)


def region(place: View | Bounds | None, event: MapEvent) -> Bounds | None:
    """Where the numbers of a place are from: the bounds, or what the map shows of a view; None for the whole network."""
    if not isinstance(place, View):
        return place
    return Bounds.from_viewport(place.lon, place.lat, place.zoom, event.width or SCREEN_PX[0], event.height or SCREEN_PX[1])


def link(asked: WallChoice, here: WallView, event: MapEvent, page: str) -> str:
    """The address of the map with the same view, filters and language; `page` is the wall's own. A redacted wall's is a
    redacted wall, for the map would tell more."""
    view = here.place if isinstance(here.place, View) else None
    if isinstance(here.place, Bounds):
        lon, lat = here.place.center
        view = (view_of(event) if asked.has_map else None) or View(lat, lon, zoom_of(here.place))
    station = here.fault.id if here.fault else None
    query = permalink.format(replace(here.state, view=view, station=station))
    root = urlsplit(page).path.rstrip("/").removesuffix("/wall")
    if not asked.redacted:
        return _at(page, f"{root}/", query)
    return _at(page, f"{root}/wall", "&".join(filter(None, (query, "layout=map&redacted=1"))))


def _at(page: str, path: str, query: str) -> str:
    return full_link(urlsplit(page)._replace(path=path).geturl(), query)
