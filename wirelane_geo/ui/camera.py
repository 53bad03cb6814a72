"""Where to look so that an open station is not under its own panel."""

import math
from collections.abc import Mapping

from wirelane_geo.geo import Bounds, mercator
from wirelane_geo.permalink import MAX_ZOOM, View
from wirelane_geo.ui.viewport import MapEvent

NARROW_PX = 700
"""Below this width of the map a panel is a sheet at the bottom; style.css has the same number, and the next two."""
PANEL_PX = 412
SHEET = 0.62
MARGIN_PX = {"top": 70, "right": 50, "bottom": 50, "left": 50}
LEAST_PX, CLOSEST_FIT = 100, 16.0
"""camera.js has the same numbers."""
EDGE_PX = 60
"""Of search and buttons at the top."""


def padding(width: int, *, panel_open: bool) -> dict[str, int]:
    """CSS pixels of a map of this width that stay covered when it flies somewhere, by side."""
    if not panel_open:
        return {"top": EDGE_PX, "bottom": 90}
    return {"top": EDGE_PX, "bottom": 440} if width < NARROW_PX else {"top": EDGE_PX, "bottom": 90, "right": PANEL_PX}


def view_of(event: MapEvent) -> View | None:
    """Where the map looks, by its own last report."""
    if event.bounds is None or event.zoom is None:
        return None
    lon, lat = event.bounds.center
    return View(lat, lon, min(max(event.zoom, 0.0), MAX_ZOOM))


def fitted(bounds: Bounds, width: int, height: int, hidden: Mapping[str, int]) -> View:
    """The view in which a map of some CSS pixels shows bounds, clear of what is hidden at its sides: as camera.js fits them."""
    width, height = max(width, LEAST_PX), max(height, LEAST_PX)
    left, right, top, bottom = (MARGIN_PX[side] + hidden.get(side, 0) for side in ("left", "right", "top", "bottom"))
    if left + right > 0.8 * width:
        left = right = 10
    if top + bottom > 0.8 * height:
        top = bottom = 10
    north, south = float(mercator.y_of(bounds.north)), float(mercator.y_of(bounds.south))
    lon, _ = bounds.center
    across = (width - left - right) / max(bounds.width / 360, 1e-4 / 360)
    down = (height - top - bottom) / max(south - north, 1e-4 / 360)
    zoom = min(max(math.log2(min(across, down) / mercator.TILE_PX), 0.0), CLOSEST_FIT)
    x = mercator.x_of(lon) + (right - left) / 2 / across  # math.gl moves each axis by its own scale
    y = (north + south) / 2 + (bottom - top) / 2 / down
    return View(float(mercator.lat_of(min(max(y, 0.0), 1.0))), float((mercator.lon_of(x) + 180) % 360 - 180), zoom)


def covered(lon: float, lat: float, event: MapEvent) -> bool:
    """Whether a place (degrees) in the viewport lies where a panel is, or near the edge, or outside."""
    if event.bounds is None or event.zoom is None:
        return False
    center_lon, center_lat = event.bounds.center
    scale = mercator.TILE_PX * 2**event.zoom
    x = event.width / 2 + ((mercator.x_of(lon) - mercator.x_of(center_lon) + 0.5) % 1 - 0.5) * scale
    y = event.height / 2 + (mercator.y_of(lat) - mercator.y_of(center_lat)) * scale
    right, bottom = _free(event)
    return not (20 < x < right - 20 and EDGE_PX < y < bottom - 20)


def beside(lon: float, lat: float, zoom: float, event: MapEvent) -> View:
    """The view that shows a place (degrees) in the middle of what a panel leaves free, at a zoom."""
    scale = mercator.TILE_PX * 2**zoom
    right, bottom = _free(event)
    x = mercator.x_of(lon) + (event.width - right) / 2 / scale
    y = mercator.y_of(lat) + (event.height - bottom - EDGE_PX) / 2 / scale
    return View(float(mercator.lat_of(y)), float((mercator.lon_of(x) + 180) % 360 - 180), min(zoom, MAX_ZOOM))


def _free(event: MapEvent) -> tuple[float, float]:
    """Right and bottom edge, in CSS pixels, of what a panel leaves free."""
    if event.width < NARROW_PX:
        return event.width, event.height * (1 - SHEET)
    return event.width - PANEL_PX, event.height
