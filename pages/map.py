"""The map: filters at the left, over the map what is said about it. What is chosen reruns the map's fragment, never the
sidebar; a pan does while a panel shows what is in view."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from wirelane_geo import permalink
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import write_bbox
from wirelane_geo.installation import installation
from wirelane_geo.live import PointHistory
from wirelane_geo.map.service import Nearby, StationDetails, StationSummary
from wirelane_geo.model import PointId
from wirelane_geo.permalink import MAX_STATION, MapState, View
from wirelane_geo.sources import Background
from wirelane_geo.ui import address, camera, legend, page_setup, panels
from wirelane_geo.ui.address import Choice
from wirelane_geo.ui.details import NO_BACKGROUND, details
from wirelane_geo.ui.layers import Highlight
from wirelane_geo.ui.listing import favourite_listing, listing, site_listing
from wirelane_geo.ui.news import news
from wirelane_geo.ui.share import full_link, share, snippet
from wirelane_geo.ui.sidebar import sidebar
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import in_words
from wirelane_geo.ui.viewport import MapEvent, last_event, viewport_map

MAP, PANELS, NEWS = "map", "panels", "news"
PAUSE_S = 5.0
"""Between two renewals, however much changes."""
STATION_ZOOM = 16.0
"""How close a link goes that names a station and no view."""

session = st.session_state
settings, service, step = installation().settings, installation().service, installation().live.metrics.step
watch = installation().watch


def show() -> None:
    """The page, for one run of it."""
    page_setup.dress("Wirelane Geo")
    texts = speak(chosen(last_event(MAP)))
    sidebar(texts)
    show_map(texts)


@st.fragment
def show_map(texts: Texts) -> None:
    """The map and everything that changes with it."""
    with step("url"):
        event, number = last_event(MAP), watch.status().number
        choice = chosen(event)
        if speak(choice).lang != texts.lang:
            st.rerun()
        state = replace(choice.state, view=camera.view_of(event) or choice.state.view)
    with step("query"):
        seen = look(state, choice, event, texts)
    station = seen.station
    if seen.missing:
        state = replace(state, station=None)
    viewport_map(
        key=MAP,
        theme=page_setup.theme(),
        basemap=settings.basemap,
        texts=texts,
        camera=where_to(event, seen, state.filters),
        selected=highlight(seen),
        padding=camera.padding(event.width, panel_open=bool(station or choice.panel)),
        link=address.answer(choice, state),
        step=step,
    )
    with step("panels"):
        show_panels(state, choice, event, seen, texts)
    follows = bool(station or seen.site or seen.nearby or seen.favourites or seen.trouble)
    news(watch.status(), number, key=NEWS, pause_s=PAUSE_S, texts=texts, follows=follows, ages=bool(seen.feeds))


def chosen(event: MapEvent) -> Choice:
    """What the visitor chose last, a station by its id. What is new is remembered until the camera has followed it."""
    choice = address.choice(event.choice, address.parameters(st.query_params))
    if choice.how and session.get("heard") != choice.version:
        session["heard"], session["chosen"], session["unfolded"] = choice.version, choice.how, frozenset()
    if choice.handle is None:
        return choice
    return replace(choice, state=replace(choice.state, station=service.locate(choice.handle)))


def speak(choice: Choice) -> Texts:
    """The words of the page, in the language that was chosen."""
    session[page_setup.LANG] = choice.state.lang
    return page_setup.texts()


@dataclass
class Lookup:
    """What the service answered: the open station, whether the one asked for is not there, the list of what is in view, the
    stations of the place that is listed, the favourites, and what went wrong, in words."""

    station: StationDetails | None = None
    missing: bool = False
    histories: dict[PointId, PointHistory] = field(default_factory=dict)
    nearby: Nearby | None = None
    site: tuple[StationSummary, ...] | None = None
    favourites: list[StationDetails] | None = None
    feeds: Sequence[FeedRow] = ()
    background: Background = NO_BACKGROUND
    trouble: list[str] = field(default_factory=list)


def look(state: MapState, choice: Choice, event: MapEvent, texts: Texts) -> Lookup:
    """Ask for the open station and, where a list is open, what is in it."""
    seen = Lookup()
    try:
        seen.feeds = service.feeds()
        if event.bounds and choice.panel == "list" and not state.station:
            seen.nearby = service.nearby(state, event.bounds, order=choice.order, page=choice.page)
        if choice.site is not None and choice.panel == "site" and not state.station:
            seen.site = service.site(choice.site, state.filters)
        if choice.panel == "favourites" and not state.station:
            seen.favourites = service.favourites(choice.stars)
        if state.station:
            if session.get("missing") != state.station:  # what isn't there is looked for once
                seen.station = service.station(state.station, state.filters)
            if seen.station is None:
                session["missing"], seen.missing = state.station, True
                seen.trouble.append(texts("link.no_station"))
            else:
                ids = [point.id for point in seen.station.points if point.id]
                seen.histories = watch.points(ids)
                seen.background = service.background(seen.station)
    except WirelaneGeoError as error:
        seen.trouble.append(texts("app.failed", reason=in_words(error, texts)))
    return seen


def show_panels(state: MapState, choice: Choice, event: MapEvent, seen: Lookup, texts: Texts) -> None:
    """What is said over the map."""
    parts = {"tools": legend.tools(None if seen.station else choice.panel, state.filters, texts)}
    if notice := legend.notice(state.ignored, texts, others=seen.trouble):
        parts["notice"] = notice
    parts["legend"] = legend.legend(
        texts, demo=service.demo, feeds=seen.feeds, now=datetime.now(UTC), viewer_zone=st.context.timezone)
    if panel := side_panel(state, choice, event, seen, texts):
        parts["panel"] = panel
    panels.panels(parts, key=PANELS, lang=texts.lang, on_action=clicked)


def side_panel(state: MapState, choice: Choice, event: MapEvent, seen: Lookup, texts: Texts) -> str:
    """The panel at the right: the open station, else the list or the link where one was asked for."""
    link = full_link(st.context.url or "", permalink.format(state))
    if seen.station:
        zone = st.context.timezone
        return details(seen.station, state.filters, texts, now=datetime.now(UTC), viewer_zone=zone, histories=seen.histories,
                       unfolded=session.get("unfolded", frozenset()), prices=service.prices(seen.station),
                       background=seen.background, snippet=snippet(link, seen.station.summary.title))
    if choice.panel == "share":
        return share(link, texts, settings.frames)
    if seen.favourites is not None:
        found = [details.summary for details in seen.favourites]
        shown = MapState(filters=Filters(named=frozenset(station.handle for station in found)))
        return favourite_listing(found, len(choice.stars), texts, link=full_link(st.context.url or "", permalink.format(shown)),
                                 only=bool(found) and state.filters.named == shown.filters.named, now=datetime.now(UTC))
    if seen.site is not None:
        return site_listing(seen.site, state.filters, texts, now=datetime.now(UTC))
    if seen.nearby and event.bounds:
        query = f"{address.link_of(MapState(filters=state.filters))}&bbox={write_bbox(event.bounds)}".lstrip("&")
        return listing(seen.nearby, state.filters, texts, query=query)
    return ""


def highlight(seen: Lookup) -> Highlight | None:
    """What has a ring on the map: the open station, or the place whose stations are listed."""
    if seen.station:
        station = seen.station.summary
        return Highlight(station.lon, station.lat, station=station)
    return Highlight(seen.site[0].lon, seen.site[0].lat, shared=True) if seen.site else None


def where_to(event: MapEvent, seen: Lookup, filters: Filters) -> tuple[View | Bounds, str] | None:
    """Where the map starts whose link names no view, and where it flies so that what was just chosen can be seen."""
    place = highlight(seen)
    if "camera" not in session:
        if place:
            fly(View(place.lat, place.lon, STATION_ZOOM))
            session["chosen"] = "link"
        elif (extent := service.extent(filters)) is not None:
            fly(extent)
    if event.zoom is None:  # nobody knows yet what the panel covers
        return session.get("camera")
    how = session.pop("chosen", None)
    if how and place:
        if how == "search":
            fly(camera.beside(place.lon, place.lat, STATION_ZOOM, event))
        elif camera.covered(place.lon, place.lat, event):
            fly(camera.beside(place.lon, place.lat, event.zoom, event))
    return session.get("camera")


def fly(target: View | Bounds) -> None:
    """Send the camera somewhere, once."""
    session["flights"] = session.get("flights", 0) + 1
    session["camera"] = target, str(session["flights"])


def clicked() -> None:
    """A group of points was unfolded or folded. All else that can be clicked is a choice, and those the map tells."""
    name, argument = panels.action(PANELS)
    if name == "unfold":
        session["unfolded"] = session.get("unfolded", frozenset()) ^ {argument[:MAX_STATION]}


show()
