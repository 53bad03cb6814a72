"""The list of what is in view, a page at a time: the map in words, and the way to its data as files."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.map.open_state import OpenState
from wirelane_geo.map.order import Order
from wirelane_geo.map.service import Nearby, StationSummary
from wirelane_geo.ui.opening import sentence
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts

MOST_AT_A_SITE = 200
"""Stations of one place that are listed; more are said, and found by the search."""


def listing(nearby: Nearby, filters: Filters, texts: Texts, *, query: str, now: datetime | None = None) -> str:
    """The panel's HTML. `query` is the query string of the export routes; `now` is an aware datetime, for opening hours."""
    before, total = (nearby.page - 1) * nearby.size, texts.number(nearby.total)
    if (shown := len(nearby.stations)) < nearby.total:
        extent = texts("list.some", first=texts.number(before + 1), last=texts.number(before + shown), total=total)
    else:
        extent = texts("list.all", total=total)
    return render("listing", **_rows(nearby.stations, filters, texts, now), nearby=nearby, extent=extent, query=query,
                  orders=get_args(Order), more=before + shown < nearby.total)


def site_listing(stations: Sequence[StationSummary], filters: Filters, texts: Texts, *, now: datetime) -> str:
    """The HTML of a panel with the stations that share a place."""
    places = {station.place for station in stations}
    return render("site", **_rows(stations[:MOST_AT_A_SITE], filters, texts, now), total=len(stations),
                  place=places.pop() if len(places) == 1 else "")


def favourite_listing(stations: Sequence[StationSummary], asked: int, texts: Texts, *, link: str, only: bool,
                      now: datetime) -> str:
    """The HTML of a panel with the favourites, of which `asked` were asked for. `link` shows them alone; `only`: they are
    all that the map shows."""
    return render("favourites", **_rows(stations, EVERYTHING, texts, now), asked=asked, link=link, only=only,
                  named=",".join(str(station.handle) for station in stations))


def _rows(stations: Sequence[StationSummary], filters: Filters, texts: Texts, now: datetime | None) -> dict[str, Any]:
    """What the rows of a list are made of. Those that would read the same have their EVSE IDs."""
    alike = Counter(map(_look, stations))
    return {
        "t": texts, "stations": stations, "filtered": bool(filters), "by_hours": filters.open is not None,
        "closed": {station.id: _closed(station, texts, now or datetime.now(UTC)) for station in stations},
        "labels": {each.id: each.label for each in stations if alike[_look(each)] > 1 and each.label != each.title},
    }


def _look(station: StationSummary) -> tuple[str | None, ...]:
    """What a row tells a station from others by."""
    return station.title, station.place, station.cpo


def _closed(station: StationSummary, texts: Texts, now: datetime) -> str:
    """What a row says where points are free but closed now."""
    if station.only_closed:
        return sentence(OpenState(False, station.opens_at), texts, now)
    return texts("closed_here", n=texts.number(station.closed_now)) if station.closed_now else ""
