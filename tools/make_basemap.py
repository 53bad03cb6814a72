"""Cut the embedded basemap: `world.json.gz` from Natural Earth, `cities.json.gz` and the like from the gazetteer.

    python tools/make_basemap.py

Outlines: land and the borders between countries from Natural Earth (https://www.naturalearthdata.com, public domain) as
the npm package world-atlas 2.0.2 (ISC) carries them, which `npm pack` fetches: 1:50m, and close up in Europe 1:10m. Three
levels of detail, a file each, cut into squares, so that a map draws no more than it shows; of the finest, and of villages, it
fetches no more either (`wirelane_geo/ui/basemap_squares.py`). Degrees are rounded
to 0.001 (110 m) and written as differences, which is what makes the files small.

Places: towns of `wirelane_geo.places.gazetteer` (GeoNames, CC BY 4.0), each with the zoom from which its name has room on the
map beside all larger ones.

    world.json.gz, region.json.gz, detail.json.gz
                    {"credit", "side": degrees, "squares": {"column,row": {"land", "borders"}}}
                    columns count from -180 eastwards, rows from -90 northwards; land is polygons of rings (outside, then
                    holes), borders are lines; a ring or line is [lon, lat, lon, lat, ...] in 0.001 degrees, each pair
                    less the one before
    cities.json.gz  {"credit", "names": ["Munich|de=München"], "lon", "lat" (0.001 degrees), "zoom" (0.1), "size" (0..3)}
                    by rising zoom, then falling population
"""

import gzip
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).parent.parent))
from wirelane_geo.geo import mercator
from wirelane_geo.places import gazetteer

TARGET = Path(__file__).parent.parent / "wirelane_geo" / "ui" / "static"
PACKAGE = "world-atlas@2.0.2"
CREDIT = "Natural Earth (https://www.naturalearthdata.com), public domain"
PLACES = (("cities", 0.0), ("towns", 5.0), ("villages", 7.5))
"""Files of places, and from which zoom their names show; static/places.js has the same."""
LEVELS = (("world", 45, 0.06), ("region", 30, 0.025), ("detail", 15, 0.0))
"""File, side of its squares and how far its lines may be off, in degrees; basemap.js says from which zoom each is shown."""
EUROPE = (-30.0, 30.0, 45.0, 75.0)
"""West, south, east, north of where the detail is that of 1:10m, to FINE degrees; edges of squares."""
FINE = 0.003
SEAM = 0.02
"""Degrees by which squares overlap, so that no sea shines through between two of them."""
TILE = 512
"""Size in px of the whole world at zoom 0."""
ZOOMS = np.arange(10, 126, 5) / 10
SIZES = (1_000_000, 200_000, 30_000)
"""Populations from which a name is written in the largest letters, in the next ones, and so on."""
LETTER = (8.2, 7.4, 6.8, 6.3)
"""Mean width of a letter of each size, in px."""
AIR = (30, 34)
"""What stays free around a name, in px: a map of names only would be no map."""

Line = Any
"""Positions in degrees, n x 2."""


def topologies() -> list[dict[str, Any]]:
    """The TopoJSON of countries at 1:50m and at 1:10m."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True)
        with tarfile.open(Path(folder) / packed.stdout.strip().splitlines()[-1]) as archive:
            files = [archive.extractfile(f"package/countries-{scale}m.json") for scale in (50, 10)]
            return [json.load(file) for file in files if file]


def decode_arcs(topo: dict[str, Any]) -> list[Line]:
    """Every arc as positions in degrees: quantized differences, summed and scaled."""
    scale, shift = np.array(topo["transform"]["scale"]), np.array(topo["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topo["arcs"]]


def stitch(arcs: list[Line], numbers: list[int]) -> Line:
    """The line along some arcs (~n is arc n backwards) on a plane: across the antimeridian it goes on beyond 180 degrees,
    and a ring around a pole is closed along that pole."""
    line = np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers])
    line[:, 0] = np.unwrap(line[:, 0], period=360)
    if abs(line[0, 0] - line[-1, 0]) > 180:
        pole = np.copysign(90, line[:, 1].mean())
        line = np.concatenate([line, [[line[-1, 0], pole], [line[0, 0], pole], line[0]]])
    return line


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Polygons of a TopoJSON geometry, each a list of rings, each a list of arc numbers."""
    if geometry["type"] == "GeometryCollection":
        return list(chain.from_iterable(map(polygons, geometry["geometries"])))
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def on_map(geometry: shapely.Geometry) -> shapely.Geometry:
    """What lies beyond the map's edges is brought back from the other side; the poles are cut off."""
    wrapped = [shapely.transform(geometry, lambda at, by=by: np.add(at, (by, 0))) for by in (-360, 0, 360)]
    edge = mercator.MAX_LATITUDE
    return shapely.union_all([shapely.intersection(part, shapely.box(-180, -edge, 180, edge)) for part in wrapped])


def outlines(topo: dict[str, Any]) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Land, and borders as the lines that two countries share, in degrees."""
    arcs = decode_arcs(topo)
    land = []
    for polygon in polygons(topo["objects"]["land"]):
        shell, *holes = (stitch(arcs, ring) for ring in polygon)
        if len(shell) >= 4:
            land.append(on_map(shapely.make_valid(shapely.Polygon(shell, [hole for hole in holes if len(hole) >= 4]))))
    uses: Counter[int] = Counter()
    for country in topo["objects"]["countries"]["geometries"]:
        if country.get("arcs"):
            uses.update({n if n >= 0 else ~n for ring in chain.from_iterable(polygons(country)) for n in ring})
    lines = shapely.MultiLineString([stitch(arcs, [n]) for n, count in uses.items() if count > 1])
    return shapely.union_all(land), shapely.line_merge(on_map(lines))


def simplified(land: shapely.Geometry, borders: shapely.Geometry, tolerance: float) -> tuple[Any, Any]:
    """The same with fewer points; islands too small to be seen are left out."""
    pieces = [piece.simplify(tolerance) for piece in shapely.get_parts(land) if piece.area > 4 * tolerance**2]
    return shapely.union_all(pieces), borders.simplify(tolerance)


def squares(land: shapely.Geometry, borders: shapely.Geometry, side: int) -> dict[str, Any]:
    """The squares of a level that have land, by "column,row"."""
    found = {}
    for column in range(360 // side):
        for row in range(180 // side):
            west, south = column * side - 180, row * side - 90
            east, north = west + side, south + side
            ground = shapely.clip_by_rect(land, west - SEAM, south - SEAM, east + SEAM, north + SEAM)
            lines = shapely.clip_by_rect(borders, west, south, east, north)
            rings = [[differences(ring) for ring in (piece.exterior, *piece.interiors)]
                     for piece in shapely.get_parts(ground) if piece.area > 0]
            if rings:
                found[f"{column},{row}"] = {
                    "land": rings,
                    "borders": [differences(line) for line in shapely.get_parts(lines) if line.length > 0],
                }
    return found


def differences(line: shapely.Geometry) -> list[int]:
    """A line or ring as the file has it."""
    points = np.rint(shapely.get_coordinates(line) * 1000).astype(int)
    points = points[np.r_[True, np.any(np.diff(points, axis=0) != 0, axis=1)]]
    flat: list[int] = np.diff(points, axis=0, prepend=0).ravel().tolist()
    return flat


def europe(side: int, coarse: tuple[shapely.Geometry, shapely.Geometry], topo: dict[str, Any]) -> dict[str, Any]:
    """Squares of 1:10m in Europe and of 1:50m elsewhere."""
    west, south, east, north = EUROPE
    land, borders = (shapely.clip_by_rect(part, west - 1, south - 1, east + 1, north + 1) for part in outlines(topo))
    fine = squares(*simplified(land, borders, FINE), side)
    columns = range(int(west + 180) // side, int(east + 180) // side)
    rows = range(int(south + 90) // side, int(north + 90) // side)
    inside = {f"{column},{row}" for column in columns for row in rows}
    elsewhere = {place: square for place, square in squares(*coarse, side).items() if place not in inside}
    return elsewhere | {place: square for place, square in fine.items() if place in inside}


def first_zooms(lon: Any, lat: Any, width: Any) -> Any:
    """For places by falling importance: the first of ZOOMS at which each has room, NaN never.

    Room is what its name and those of more important places need; one that has no room itself keeps half of its own from
    less important ones, lest a suburb be named where its city isn't.
    """
    x, y = np.asarray(mercator.x_of(lon)) * TILE, np.asarray(mercator.y_of(lat)) * TILE
    zooms = np.full(len(x), np.nan)
    for zoom in ZOOMS:
        px, py, half = x * 2.0**zoom, y * 2.0**zoom, (width + AIR[0]) / 2
        cells: dict[tuple[int, int], list[int]] = {}
        for i in range(len(x)):
            column, row = int(px[i] // 200), int(py[i] // AIR[1])
            if np.isnan(zooms[i]):
                near = chain.from_iterable(cells.get((column + a, row + b), ()) for a in (-1, 0, 1) for b in (-1, 0, 1))
                for j in near:
                    share = 0.5 if np.isnan(zooms[j]) else 1.0
                    if abs(px[i] - px[j]) < (half[i] + half[j]) * share and abs(py[i] - py[j]) < AIR[1] * share:
                        break
                else:
                    zooms[i] = zoom
            cells.setdefault((column, row), []).append(i)
    return zooms


def places(smallest: int, smallest_dense: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The places files: towns of at least so many inhabitants, in Germany, Austria and Switzerland fewer, by the zoom from which
    they are named."""
    table = gazetteer.cities()
    dense = np.isin(table.country, ["DE", "AT", "CH", "LI"])
    rows = np.flatnonzero(table.population >= np.where(dense, smallest_dense, smallest))
    size = np.searchsorted(-np.array(SIZES), -table.population[rows], side="left")
    names = ["|".join(part for part in table.labels[row].split("|") if "=" not in part or part.startswith("de="))
             for row in rows]
    width = np.array([len(name.split("|")[0]) for name in names]) * np.array(LETTER)[size]
    zooms = first_zooms(table.lon[rows], table.lat[rows], width)
    order = [i for i in np.argsort(zooms, kind="stable") if not np.isnan(zooms[i])]
    tenths = np.rint(zooms[order] * 10).astype(int)
    ends = np.searchsorted(tenths, [10 * zoom for _, zoom in PLACES] + [1000])
    for (name, _), begin, end in zip(PLACES, ends, ends[1:], strict=False):
        part = order[begin:end]
        yield name, {
            "credit": "GeoNames (https://www.geonames.org), CC BY 4.0",
            "names": [names[i] for i in part],
            "lon": np.rint(table.lon[rows][part] * 1000).astype(int).tolist(),
            "lat": np.rint(table.lat[rows][part] * 1000).astype(int).tolist(),
            "zoom": tenths[begin:end].tolist(),
            "size": size[part].tolist(),
        }


def write(name: str, content: dict[str, Any]) -> None:
    """A gzipped JSON file; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    packed = gzip.compress(text, 9, mtime=0)
    (TARGET / name).write_bytes(packed)
    print(f"{name}: {len(text):,} bytes, {len(packed):,} packed")


def main() -> None:
    """Make both files."""
    coarse, fine = topologies()
    land, borders = outlines(coarse)
    for name, side, tolerance in LEVELS:
        made = squares(*simplified(land, borders, tolerance), side) if tolerance else europe(side, (land, borders), fine)
        points = sum(len(line) // 2 for square in made.values() for line in chain(square["borders"], *square["land"]))
        print(f"{name}: {len(made)} squares, {points:,} points")
        write(f"{name}.json.gz", {"credit": CREDIT, "side": side, "squares": made})
    for name, content in places(15_000, 1_500):
        write(f"{name}.json.gz", content)


if __name__ == "__main__":
    main()
