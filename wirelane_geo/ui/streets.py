"""Streets from a file of our own (WIRELANE_GEO_BASEMAP=FILE.pmtiles): the style of its tiles in a theme's tones, and its tiles.

The style knows the layers of the two kinds of files there are: Protomaps' and OpenMapTiles'. What a file hasn't got isn't drawn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.geo import mercator
from wirelane_geo.ui.palette import TONES, Theme
from wirelane_geo.web.answers import names_etag, takes
from wirelane_geo.web.packed_files import FOR_EVER
from wirelane_geo.web.region_tiles import BadRegion, RegionTiles

ENDING = ".pmtiles"
SOURCE, REGION = "streets", "region"
BASE = "{base}"
"""What stands in a style for where the page is: the browser fills it in (static/stage.js), since only it knows."""
CREDIT = "© OpenStreetMap contributors"
TINTS: dict[Theme, dict[str, str]] = {
    "light": {"road": "#FFFFFF", "main": "#FBE9C6", "rim": "#D9D3C7", "green": "#DFE9D3", "building": "#E9E4DB"},
    "dark": {"road": "#37454F", "main": "#566570", "rim": "#141C24", "green": "#1D312A", "building": "#232E38"},
}
"""What a map of streets has colours for beyond TONES."""
GREEN = ["park", "forest", "wood", "grass", "grassland", "nature_reserve", "garden", "cemetery", "meadow", "scrub"]
MAIN = ["highway", "major_road", "motorway", "trunk", "primary"]
ROADS = [*MAIN, "medium_road", "minor_road", "secondary", "tertiary", "minor", "residential", "street", "service"]
TOWNS = ["locality", "city", "town", "village"]
QUARTERS = ["neighbourhood", "neighborhood", "suburb", "quarter", "macrohood", "hamlet"]
WIDTH = ["interpolate", ["exponential", 1.6], ["zoom"], 5, 0.4, 10, 1.2, 14, 4, 18, 22]
THIN = ["interpolate", ["exponential", 1.6], ["zoom"], 11, 0.3, 14, 2.2, 18, 16]


@cache
def region(path: str) -> RegionTiles:
    """The tiles of the file that the setting names; it is opened once. Raises BadRegion."""
    return RegionTiles(Path(path).expanduser())


def style(theme: Theme, path: str) -> dict[str, Any]:
    """The style (https://docs.mapbox.com/style-spec/) of a file in a theme's tones. Raises BadRegion."""
    tiles = region(path)
    west, south, east, north = tiles.bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    layers = [layer for layer in _layers(theme, tiles) if layer.get("source") == REGION or _has(tiles, layer["source-layer"])]
    return {
        "version": 8,
        "metadata": {"region": {"bounds": list(tiles.bounds), "from": tiles.zooms[0]}},
        "glyphs": f"{BASE}basemap/none/{{fontstack}}/{{range}}",
        "sources": {
            SOURCE: {"type": "vector", "tiles": [f"{BASE}basemap/{tiles.digest}/{{z}}/{{x}}/{{y}}.mvt"],
                     "bounds": list(tiles.bounds), "minzoom": tiles.zooms[0], "maxzoom": tiles.zooms[1],
                     "attribution": _credit(tiles)},
            REGION: {"type": "geojson", "data": {"type": "Polygon", "coordinates": [ring]}},
        },
        "layers": layers,
    }


@dataclass(frozen=True)
class RegionCheck:
    """What a file of tiles has: words and what is to be said of each, and the zooms that have a tile in its middle (none where
    its region is told wrong)."""

    lines: dict[str, str]
    zooms_in_the_middle: list[int]


def check(path: Path) -> RegionCheck:
    """What a file has. Raises BadRegion: it can't be shown, and why."""
    tiles = RegionTiles(path)
    try:
        west, south, east, north = tiles.bounds
        known = {layer["source-layer"] for layer in _layers("light", tiles) if "source-layer" in layer}
        drawn = sorted(known & set(tiles.layers))
        if tiles.layers and not drawn:
            raise BadRegion(f"{path.name} has no layer that is drawn here ({', '.join(tiles.layers[:8])}). Protomaps' and "
                            "OpenMapTiles' layers are.")
        x, y = mercator.x_of((west + east) / 2), mercator.y_of((south + north) / 2)
        found = [zoom for zoom in range(tiles.zooms[0], tiles.zooms[1] + 1)
                 if tiles.tile(zoom, int(x * 2**zoom), int(y * 2**zoom)) is not None]
        return RegionCheck({
            "bytes": f"{tiles.size:,}",
            "region": f"{west:.4f},{south:.4f},{east:.4f},{north:.4f} (west, south, east, north)",
            "zooms": f"{tiles.zooms[0]} to {tiles.zooms[1]}",
            "layers": ", ".join(drawn) or "the file doesn't say",
            "credit": _credit(tiles),
            "middle": f"tiles at zooms {', '.join(map(str, found))}" if found else "no tile there: is the region right?",
        }, found)
    finally:
        tiles.close()


def is_region(basemap: str) -> bool:
    """Whether a setting names a file of tiles."""
    return basemap.lower().endswith(ENDING)


def _has(tiles: RegionTiles, layer: str) -> bool:
    return not tiles.layers or layer in tiles.layers


def _credit(tiles: RegionTiles) -> str:
    """Who the tiles are owed to, as text: OpenStreetMap, where the file doesn't say."""
    return unescape(re.sub(r"<[^>]*>", "", tiles.credit)).strip() or CREDIT


def _one_of(words: list[str]) -> list[Any]:
    """A filter by what a feature is, in the words of both kinds of files."""
    kind = ["coalesce", ["get", "kind"], ["get", "class"], ""]
    return ["any", ["in", kind, ["literal", words]], ["in", ["coalesce", ["get", "kind_detail"], ""], ["literal", words]]]


def _layers(theme: Theme, tiles: RegionTiles) -> Iterator[dict[str, Any]]:
    """From bottom to top."""
    tones, tints = TONES[theme], TINTS[theme]
    areal: list[Any] = ["==", ["geometry-type"], "Polygon"]
    yield {"id": "ground", "type": "fill", "source": REGION, "minzoom": tiles.zooms[0],
           "paint": {"fill-color": tones.land, "fill-antialias": False}}
    yield _fill("earth", tones.land)
    for name in ("landcover", "landuse", "park"):
        yield _fill(name, tints["green"], _one_of(GREEN) if name != "park" else areal)
    yield _fill("water", tones.sea, areal)
    for name in ("water", "waterway"):
        yield _line(f"{name}-line", name, tones.sea, 1.2, ["==", ["geometry-type"], "LineString"])
    for name in ("buildings", "building"):
        yield {**_fill(name, tints["building"], areal), "minzoom": 14}
    for name in ("roads", "transportation"):
        yield _line(f"{name}-rim", name, tints["rim"], _wider(THIN), _one_of(ROADS))
        yield _line(name, name, tints["road"], THIN, _one_of(ROADS))
        yield _line(f"{name}-main", name, tints["main"], WIDTH, _one_of(MAIN))
    for name in ("boundaries", "boundary"):
        level = ["to-number", ["coalesce", ["get", "kind_detail"], ["get", "admin_level"], 9], 9]
        yield _line(name, name, tones.border, 1.2, ["<=", level, 4])
    for name in ("roads", "transportation_name"):
        yield {**_names(theme, f"{name}-names", name, _one_of(ROADS), 11, along="line"), "minzoom": 13}
    for name in ("places", "place"):
        yield {**_names(theme, f"{name}-quarters", name, _one_of(QUARTERS), 11), "minzoom": 11}
        yield _names(theme, name, name, _one_of(TOWNS), 14)


def _wider(width: list[Any]) -> list[Any]:
    """The same width by zoom, with a rim."""
    return [*width[:3], *(part if number % 2 == 0 else part + 1.4 for number, part in enumerate(width[3:]))]


def _fill(name: str, colour: str, where: list[Any] | None = None) -> dict[str, Any]:
    layer = {"id": name, "type": "fill", "source": SOURCE, "source-layer": name, "paint": {"fill-color": colour}}
    return {**layer, "filter": where} if where else layer


def _line(name: str, layer: str, colour: str, width: Any, where: list[Any]) -> dict[str, Any]:
    return {"id": name, "type": "line", "source": SOURCE, "source-layer": layer, "filter": where,
            "layout": {"line-cap": "round", "line-join": "round"}, "paint": {"line-color": colour, "line-width": width}}


def _names(theme: Theme, name: str, layer: str, where: list[Any], size: int, along: str = "point") -> dict[str, Any]:
    tones = TONES[theme]
    return {"id": name, "type": "symbol", "source": SOURCE, "source-layer": layer, "filter": where,
            "layout": {"text-field": ["coalesce", ["get", "name"], ""], "text-font": ["Medium"], "text-size": size,
                       "text-padding": 6, "symbol-placement": along},
            "paint": {"text-color": tones.label, "text-halo-color": tones.halo, "text-halo-width": 1.4}}


def street_routes(basemap: str) -> list[BaseRoute]:
    """`basemap/{digest}/{z}/{x}/{y}.mvt`: a tile of the file that the setting names. Raises BadRegion."""
    if not is_region(basemap):
        return []
    tiles = region(basemap)

    def tile(request: Request) -> Response:
        digest, *place = (request.path_params[name] for name in ("digest", "zoom", "x", "y"))
        if digest != tiles.digest or not all(part.isascii() and part.isdigit() and len(part) < 9 for part in place):
            return PlainTextResponse("There is no such tile.", 404, {"Cache-Control": "no-store"})
        etag = f'"{digest}-{"-".join(place)}"'
        headers = {"Cache-Control": FOR_EVER, "ETag": etag, "Vary": "Accept-Encoding"}
        if names_etag(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        packed = tiles.coding and takes(request.headers.get("accept-encoding", ""), tiles.coding)
        try:
            body = tiles.tile(*map(int, place))
            if body and not packed:
                body = tiles.unpacked(body)
        except BadRegion as error:
            return PlainTextResponse(f"This tile can't be read. {error}", 503, {"Cache-Control": "no-store"})
        if body is None:
            return Response(status_code=204, headers=headers)
        if packed and tiles.coding:
            headers["Content-Encoding"] = tiles.coding
        return Response(body, headers=headers, media_type="application/vnd.mapbox-vector-tile")

    return [Route("/basemap/{digest}/{zoom}/{x}/{y}.mvt", tile)]
