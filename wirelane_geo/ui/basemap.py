"""What lies beneath the marks: a remote style, or the embedded outlines that are always there first.

Embedded: Natural Earth 1:50m land and borders and GeoNames cities, cut by tools/make_basemap.py into static files.
"""

from typing import Any

import pydeck as pdk
from pydeck.bindings.map_styles import CARTO_DARK, CARTO_LIGHT

from wirelane_geo.ui.palette import TONES, Theme
from wirelane_geo.ui.streets import is_region, style


def embedded_layers(theme: Theme) -> list[pdk.Layer]:
    """Land, borders and city labels, from bottom to top, in the theme's tones; the component feeds them."""
    tones = TONES[theme]
    return [
        pdk.Layer("SolidPolygonLayer", id="land", data=[], get_fill_color=rgb(tones.land), position_format="'XY'"),
        pdk.Layer("LineLayer", id="borders", data=[], get_color=rgb(tones.border), width_units="'pixels'", get_width=1.2),
        pdk.Layer("TextLayer", id="labels", data=[], get_color=rgb(tones.label)),
    ]


def rgb(colour: str) -> list[int]:
    """#RRGGBB as deck.gl's numbers."""
    return list(bytes.fromhex(colour[1:]))


OPENFREEMAP: dict[Theme, str] = {"light": "https://tiles.openfreemap.org/styles/positron",
                                  "dark": "https://tiles.openfreemap.org/styles/dark"}


def remote_style(theme: Theme, basemap: str) -> str | dict[str, Any] | None:
    """The style for a basemap setting: its URL, or, of a file of tiles, itself; None where there is none (`embedded`, `none`).
    Raises BadRegion."""
    if basemap in ("embedded", "none"):
        return None
    if basemap == "carto":
        return str(CARTO_DARK if theme == "dark" else CARTO_LIGHT)
    if basemap == "openfreemap":
        return OPENFREEMAP[theme]
    return style(theme, basemap) if is_region(basemap) else basemap


def style_url(basemap: str) -> str | None:
    """Whom the map's style is asked of, as a URL; None: nobody but this server."""
    found = remote_style("light", basemap)
    return found if isinstance(found, str) else None


def credits(basemap: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Attribution (text, URL) that is owed while the embedded basemap shows, and while the remote one does (for a style
    of one's own, and for a file: what its sources say, which the browser reads)."""
    embedded = (("Natural Earth", "https://www.naturalearthdata.com"), ("GeoNames", "https://www.geonames.org"))
    osm = ("OpenStreetMap", "https://www.openstreetmap.org/copyright")
    remote = {"carto": (("CARTO", "https://carto.com/attributions"), osm),
              "openfreemap": (("OpenFreeMap", "https://openfreemap.org"),
                              ("© OpenMapTiles", "https://www.openmaptiles.org"), osm)}
    return {"embedded": () if basemap == "none" else embedded, "remote": remote.get(basemap, ())}
