"""What an embedded map says over itself, as a function of what was chosen on it: the legend, a panel, what was wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from wirelane_geo import permalink
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import write_bbox
from wirelane_geo.map.service import MapService, StationDetails
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.permalink import MapState
from wirelane_geo.ui import address, layers, legend
from wirelane_geo.ui.address import Choice
from wirelane_geo.ui.details import details
from wirelane_geo.ui.embed.page import full_map
from wirelane_geo.ui.layers import Highlight
from wirelane_geo.ui.listing import listing, site_listing
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.trouble import in_words


@dataclass(frozen=True)
class EmbedRequest:
    """What was chosen on an embedded map; zone: the visitor's time zone (IANA name); bounds: what is in view, where a list of
    that is open; unfolded: see `details`."""

    choice: Choice
    texts: Texts
    zone: str | None
    bounds: Bounds | None
    unfolded: frozenset[str]


class EmbedParts:
    """Answers embedded maps; thread-safe."""

    def __init__(self, service: Callable[[], MapService], watch: Callable[[], WallService]) -> None:
        self._service, self._watch = service, watch

    def answer(self, asked: EmbedRequest) -> Mapping[str, Any]:
        """The canonical link ("query"), the HTML of each part, where a ring is ("selected"), the bounds of the whole network,
        and what of it changes ("news"), for static/embed.js."""
        live, trouble = self._watch().status(), list[str]()
        state, station, extent, panel, ring = asked.choice.state, None, None, "", None
        feeds: tuple[FeedRow, ...] = ()
        try:
            feeds = tuple(self._service().feeds())
            extent = self._service().extent()
            state = self._located(asked.choice)
            if state.station and (station := self._service().station(state.station, state.filters)) is None:
                trouble.append(asked.texts("link.no_station"))
                state = replace(state, station=None)
            panel, ring = self._station(station, state, asked) if station else self._list(state, asked)
        except WirelaneGeoError as error:
            trouble.append(asked.texts("app.failed", reason=in_words(error, asked.texts)))
        parts = {
            "tools": render("embed_tools", t=asked.texts, full=full_map(permalink.format(state)),
                            listed=asked.choice.panel == "list" and not station),
            "notice": legend.notice(state.ignored, asked.texts, others=trouble),
            "legend": legend.legend(asked.texts, demo=self._service().demo, feeds=feeds, now=datetime.now(UTC),
                                    viewer_zone=asked.zone),
            "panel": panel,
        }
        return {
            "query": address.link_of(state), "parts": {name: html for name, html in parts.items() if html},
            "selected": layers.selected(ring), "bounds": extent and [extent.south, extent.west, extent.north, extent.east],
            "news": {"number": live.number, "age": live.age_s if live.fetched_at else None, "follows": bool(panel or trouble),
                     "ages": bool(feeds)},
        }

    def _located(self, choice: Choice) -> MapState:
        """The state, a station by its mark brought to its id."""
        if choice.handle is None:
            return choice.state
        return replace(choice.state, station=self._service().locate(choice.handle))

    def _station(self, station: StationDetails, state: MapState, asked: EmbedRequest) -> tuple[str, Highlight]:
        """The panel of a station and its ring."""
        service, summary = self._service(), station.summary
        html = details(station, state.filters, asked.texts, now=datetime.now(UTC), viewer_zone=asked.zone,
                       histories=self._watch().points([point.id for point in station.points if point.id]),
                       unfolded=asked.unfolded, prices=service.prices(station), background=service.background(station))
        return html, Highlight(summary.lon, summary.lat, station=summary)

    def _list(self, state: MapState, asked: EmbedRequest) -> tuple[str, Highlight | None]:
        """The panel with a list, of a place or of what is in view, where one is open, and the place's ring."""
        service, choice, texts = self._service(), asked.choice, asked.texts
        if choice.panel == "site" and choice.site is not None and (site := service.site(choice.site, state.filters)):
            return (site_listing(site, state.filters, texts, now=datetime.now(UTC)),
                    Highlight(site[0].lon, site[0].lat, shared=True))
        if choice.panel == "list" and asked.bounds:
            nearby = service.nearby(state, asked.bounds, order=choice.order, page=choice.page)
            query = f"{address.link_of(MapState(filters=state.filters))}&bbox={write_bbox(asked.bounds)}".lstrip("&")
            return listing(nearby, state.filters, texts, query=query), None
        return "", None
