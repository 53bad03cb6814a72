"""Small files of vector tiles, written for tests: a region with streets, water, parks and names, encoded by hand."""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely import LineString, Point, Polygon, clip_by_rect

from wirelane_geo.geo import mercator

BERLIN = (13.2, 52.4, 13.6, 52.6)
"""West, south, east, north of the region."""
EDGES = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
LAYERS = ("earth", "water", "landuse", "roads", "places")


def _varint(number: int) -> bytes:
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _geometry(kind: int, points: Sequence[tuple[int, int]]) -> bytes:
    """Commands and zigzag deltas (vector tile specification 2.1, 4.3)."""
    numbers, at = [9], (0, 0)
    for place, (x, y) in enumerate(points):
        if place == 1:
            numbers.append((len(points) - 1) << 3 | 2)
        numbers += [(delta << 1) ^ (delta >> 31) for delta in (x - at[0], y - at[1])]
        at = x, y
    if kind == POLYGON:
        numbers.append(15)
    return b"".join(map(_varint, numbers))


def layer(name: str, features: Iterable[tuple[int, Sequence[tuple[int, int]], dict[str, str]]]) -> bytes:
    """A layer of a tile: features with a kind of geometry, its points within EXTENT, and properties."""
    keys: list[str] = []
    values: list[str] = []
    body = b""
    for kind, points, properties in features:
        tags = b""
        for key, value in properties.items():
            for known, word in ((keys, key), (values, value)):
                if word not in known:
                    known.append(word)
                tags += _varint(known.index(word))
        body += _field(2, _field(2, tags) + b"\x18" + _varint(kind) + _field(4, _geometry(kind, points)))
    body += b"".join(_field(3, key.encode()) for key in keys)
    body += b"".join(_field(4, _field(1, value.encode())) for value in values)
    return _field(3, _field(1, name.encode()) + body + b"\x28" + _varint(EXTENT) + b"\x78\x02")


Shape = tuple[int, Sequence[tuple[float, float]], dict[str, str]]


def _town() -> Iterable[tuple[str, Shape]]:
    """What there is, by layer, in degrees: a town with a dozen streets and more, a river, a lake, two parks, and villages."""
    west, south, east, north = BERLIN
    yield "earth", (POLYGON, [(west, north), (east, north), (east, south), (west, south)], {"kind": "earth"})
    yield "water", (POLYGON, [(13.36, 52.515), (13.378, 52.518), (13.38, 52.509), (13.362, 52.507)], {"kind": "lake"})
    yield "water", (POLYGON, [(13.2, 52.546), (13.42, 52.532), (13.6, 52.541), (13.6, 52.538), (13.42, 52.529), (13.2, 52.542)],
                    {"kind": "river", "name": "Kachelfluss"})
    yield "landuse", (POLYGON, [(13.4, 52.527), (13.418, 52.526), (13.416, 52.518), (13.4, 52.519)], {"kind": "park"})
    yield "landuse", (POLYGON, [(13.25, 52.5), (13.31, 52.5), (13.31, 52.47), (13.25, 52.47)], {"kind": "forest"})
    for number in range(20):
        lon, lat = 13.21 + 0.02 * number, 52.41 + 0.0095 * number
        yield "roads", (LINE, [(lon, south), (lon + 0.01, north)], {"kind": "minor_road", "name": f"Nebenweg {number}"})
        yield "roads", (LINE, [(west, lat), (east, lat + 0.002)], {"kind": "minor_road", "name": f"Querstraße {number}"})
    yield "roads", (LINE, [(west, 52.505), (13.39, 52.524), (east, 52.528)], {"kind": "major_road", "name": "Hauptstraße"})
    yield "roads", (LINE, [(13.34, south), (13.4, 52.52), (13.43, north)], {"kind": "highway", "name": "Ringautobahn"})
    yield "places", (POINT, [(13.394, 52.5235)], {"kind": "locality", "name": "Kachelstadt"})
    for number, name in enumerate(("Oberkachel", "Unterkachel", "Kachelmühle", "Übersee", "Neukachel")):
        yield "places", (POINT, [(13.25 + 0.07 * number, 52.45 + 0.05 * (number % 3))], {"kind": "locality", "name": name})


def streets(zoom: int, x: int, y: int) -> bytes:
    """A tile of the town."""
    layers: dict[str, list[tuple[int, Sequence[tuple[int, int]], dict[str, str]]]] = {name: [] for name in LAYERS}
    for name, (kind, degrees, properties) in _town():
        points = [(round((mercator.x_of(lon) * 2**zoom - x) * EXTENT), round((mercator.y_of(lat) * 2**zoom - y) * EXTENT))
                  for lon, lat in degrees]
        for part in _within(kind, points):
            layers[name].append((kind, part, properties))
    return b"".join(layer(name, features) for name, features in layers.items() if features)


def _within(kind: int, points: Sequence[tuple[int, int]]) -> Iterable[list[tuple[int, int]]]:
    """The parts of a shape that lie in a tile, or a little beyond."""
    shape = {POINT: lambda: Point(points[0]), LINE: lambda: LineString(points), POLYGON: lambda: Polygon(points)}[kind]()
    edge = 0 if kind == POINT else 64
    for part in getattr(found := clip_by_rect(shape, -edge, -edge, EXTENT + edge, EXTENT + edge), "geoms", [found]):
        if not part.is_empty:
            line = part.exterior.coords[:-1] if kind == POLYGON else part.coords
            yield [(round(x), round(y)) for x, y in line]


def write_region(path: Path, *, zooms: tuple[int, int] = (8, 13), kind: TileType = TileType.MVT,
                 compression: Compression = Compression.GZIP, layers: Sequence[str] = LAYERS,
                 credit: str = "© Nobody <b>Inc</b>") -> Path:
    """A file with `streets` in all tiles of BERLIN."""
    west, south, east, north = BERLIN
    with path.open("wb") as file:
        writer = Writer(file)
        places = [(zoom, x, y) for zoom in range(zooms[0], zooms[1] + 1)
                  for x in range(int(mercator.x_of(west) * 2**zoom), int(mercator.x_of(east) * 2**zoom) + 1)
                  for y in range(int(mercator.y_of(north) * 2**zoom), int(mercator.y_of(south) * 2**zoom) + 1)]
        for place in sorted(places, key=lambda place: zxy_to_tileid(*place)):
            tile = streets(*place)
            writer.write_tile(zxy_to_tileid(*place), gzip.compress(tile, mtime=0) if compression is Compression.GZIP else tile)
        head: dict[str, Any] = {
            "tile_type": kind, "tile_compression": compression, "min_zoom": zooms[0], "max_zoom": zooms[1],
            **{name: int(edge * 1e7) for name, edge in zip(EDGES, BERLIN, strict=True)},
            "center_zoom": 10, "center_lon_e7": int(13.4e7), "center_lat_e7": int(52.5e7)}
        writer.finalize(head, {"vector_layers": [{"id": name} for name in layers], "attribution": credit})
    return path
