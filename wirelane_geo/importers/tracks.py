"""Lines and areas from files: GPX (tracks, routes), GeoJSON (lines, polygons)."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from wirelane_geo.errors import BadInput

MOST_BYTES = 32 * 2**20
"""Bytes of a file."""

Points = list[tuple[float, float]]


def read_track(path: Path) -> Points:
    """The points, (lon, lat) in degrees, of a file's track, route, line or polygon, several of them one after the other. Raises
    BadInput, in words."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise BadInput(f"{path} has more than {MOST_BYTES // 2**20} MB. Give a shorter track.")
    points = _gpx(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _geojson(data)
    if points is None:
        raise BadInput(f"{path} is neither GPX nor GeoJSON. Give a file of one of them.")
    if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points):
        raise BadInput(f"{path} has a point that is not on Earth")
    if len(points) < 2:
        raise BadInput(f"{path} has no track, route, line or polygon")
    return points


def _gpx(data: bytes) -> Points | None:
    """Of tracks, else of routes."""
    found: dict[str, Points] = {"trkpt": [], "rtept": []}
    try:
        for _, element in etree.iterparse(BytesIO(data), resolve_entities=False, no_network=True, huge_tree=False):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name in found:
                found[name].append((float(element.get("lon", "")), float(element.get("lat", ""))))
            element.clear()
    except (etree.XMLSyntaxError, ValueError):
        return None
    return found["trkpt"] or found["rtept"]


def _geojson(data: bytes) -> Points | None:
    try:
        document = json.loads(data)
        return [(float(lon), float(lat)) for lon, lat, *_ in _positions(document)]
    except (ValueError, OverflowError, TypeError, KeyError, RecursionError):  # OverflowError: a whole number beyond any float
        return None


def _positions(part: Any) -> list[Any]:
    """Positions of lines, and of the outer rings of polygons."""
    kind = part["type"]
    if kind == "FeatureCollection":
        return [position for feature in part["features"] for position in _positions(feature)]
    if kind == "Feature":
        return _positions(part["geometry"])
    if kind == "GeometryCollection":
        return [position for geometry in part["geometries"] for position in _positions(geometry)]
    at = part["coordinates"]
    if kind == "LineString":
        return list(at)
    lines = {"MultiLineString": at, "Polygon": at[:1], "MultiPolygon": [part[0] for part in at] if kind == "MultiPolygon" else []}
    return [position for line in lines.get(kind, []) for position in line]
