"""The tile that a link's map will ask for first, to be sent for with the page."""

import numpy as np

from wirelane_geo import permalink
from wirelane_geo.geo import mercator
from wirelane_geo.geo.clusters import level_of
from wirelane_geo.map.tiles import FINEST, SPAN
from wirelane_geo.permalink import MapState

SQUARES = 5
"""Levels of squares below a tile; static/tile_grid.js has the same."""
LONGEST = 2_000
"""Characters of a link that are read."""


def first_tile(query: str) -> str | None:
    """The address of the tile in the middle of what a link shows, as the map asks for it; None where the link says no place."""
    state = permalink.parse(query[:LONGEST])
    if state.view is None:
        return None
    zoom = min(max(level_of(state.view.zoom) - SQUARES, -SPAN), FINEST)
    side = 1 << max(zoom, 0)
    x, y = (min(max(int(part * side), 0), side - 1) for part in (
        float(np.asarray(mercator.x_of(state.view.lon))), float(np.asarray(mercator.y_of(state.view.lat)))))
    filters = permalink.format(MapState(filters=state.filters))
    asked = "&".join(filter(None, (f"at={zoom + SPAN}" if zoom < 0 else "", filters)))
    return f"map/tiles/{max(zoom, 0)}/{x}/{y}" + (f"?{asked}" if asked else "")
