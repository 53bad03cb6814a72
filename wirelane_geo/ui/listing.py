"""The list of what is in view, nearest to the centre first: the map in words, and the way to its data as files."""

from wirelane_geo.filters import Filters
from wirelane_geo.map.service import Nearby
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import Texts


def listing(nearby: Nearby, filters: Filters, texts: Texts, *, query: str) -> str:
    """The panel's HTML. `query` is the query string of the export routes."""
    shown, total = len(nearby.stations), nearby.total
    if shown < total:
        extent = texts("list.some", shown=texts.number(shown), total=texts.number(total))
    else:
        extent = texts("list.all", total=texts.number(total))
    return render(
        "listing", t=texts, stations=nearby.stations, extent=extent, filtered=bool(filters), query=query
    )
