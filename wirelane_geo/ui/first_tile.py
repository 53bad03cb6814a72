"""The tile that a link's map will ask for first, to be sent for with the page."""

from wirelane_geo import permalink
from wirelane_geo.geo import Bounds
from wirelane_geo.map.tiles import SPAN, tiles_of
from wirelane_geo.permalink import MapState

LONGEST = 2_000
"""Characters of a link; for a longer one nothing is sent ahead, since headers have to stay small."""


def first_tile(query: str) -> str | None:
    """The address of the tile in the middle of what a link shows, as the map asks for it; None where the link says no place
    or is long."""
    state = permalink.parse(query)
    if state.view is None or len(query) > LONGEST:
        return None
    lon, lat = state.view.lon, state.view.lat
    tile = tiles_of(Bounds(lat, lon, lat, lon), state.view.zoom)[0]
    farther = f"at={SPAN - tile.farther}" if tile.farther else ""
    asked = "&".join(filter(None, (farther, permalink.format(MapState(filters=state.filters)))))
    return f"map/tiles/{tile}" + (f"?{asked}" if asked else "")
