"""The list of what is in view, nearest to the centre first: the map in words, and the way to its data as files."""

from datetime import UTC, datetime

from wirelane_geo.filters import Filters
from wirelane_geo.map.open_state import OpenState
from wirelane_geo.map.service import Nearby, StationSummary
from wirelane_geo.ui.opening import sentence
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts


def listing(nearby: Nearby, filters: Filters, texts: Texts, *, query: str, now: datetime | None = None) -> str:
    """The panel's HTML. `query` is the query string of the export routes; `now` is an aware datetime, for opening hours."""
    closed = {station.id: _closed(station, texts, now or datetime.now(UTC)) for station in nearby.stations}
    shown, total = len(nearby.stations), nearby.total
    if shown < total:
        extent = texts("list.some", shown=texts.number(shown), total=texts.number(total))
    else:
        extent = texts("list.all", total=texts.number(total))
    return render(
        "listing", t=texts, stations=nearby.stations, extent=extent, filtered=bool(filters), query=query, closed=closed,
    )


def _closed(station: StationSummary, texts: Texts, now: datetime) -> str:
    """What a row says where points are free but closed now."""
    if station.only_closed:
        return sentence(OpenState(False, station.opens_at), texts, now)
    return texts.count("closed_now", station.closed_now) if station.closed_now else ""
