"""The others: the same network and the same questions, put to what people use today."""

import json
import shutil
import sqlite3
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.measure import Figures, median, milliseconds, percentiles, spread
from benchmarks.network import Columns
from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, mercator
from wirelane_geo.geo.clusters import level_of
from wirelane_geo.model import Status

HERE = Path(__file__).parent

Viewports = dict[int, list[Bounds]]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

FILTER = Filters(statuses=frozenset({Status.FREE, Status.RESERVED}), power_kw=(11, None))


def chosen(network: Columns) -> Mask:
    """The rows of a network that FILTER keeps, in numpy's words."""
    kept: Mask = ((network["status"] == 0) | (network["status"] == 5)) & (network["power_kw"] >= 11)
    return kept


class NotHere(Exception):
    """A peer can't be measured on this machine; says why."""


def supercluster(network: Columns, viewports: Viewports, matching: Mask, changed: Rows) -> Figures:
    """supercluster in Node: clusters made in advance for all zooms, so that a filter or a status makes them anew."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotHere("needs Node and npm")
    if not (HERE.parent / "node_modules/supercluster").exists():
        install = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE.parent, capture_output=True, text=True)
        if install.returncode:
            raise NotHere(f"npm ci failed: {install.stderr.strip().splitlines()[-1]}")
    boxes = {zoom: [[b.west, b.south, b.east, b.north] for b in some] for zoom, some in viewports.items()}
    with tempfile.TemporaryDirectory() as directory:
        for name, column in {**network, "matching": matching}.items():
            if name in ("lon", "lat", "status", "matching"):
                column.tofile(Path(directory, name))
        Path(directory, "questions.json").write_text(json.dumps({"viewports": boxes, "changed": changed.tolist()}))
        command = ["node", "--expose-gc", "--max-old-space-size=12000", str(HERE / "supercluster.mjs"), directory]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    clusters, filtered = ({int(zoom): percentiles(taken) for zoom, taken in said[which].items()}
                          for which in ("clusters", "filtered"))
    return Figures("supercluster", said["build"], said["bytes"], said["filter"], said["update"], clusters, filtered)


def strtree(network: Columns, viewports: Viewports, matching: Mask, changed: Rows) -> Figures:
    """shapely's STRtree for the points in a box, numpy to group these."""
    lon, lat, status = network["lon"], network["lat"], network["status"].copy()
    x, y = mercator.x_of(lon), mercator.y_of(lat)
    trees: list[shapely.STRtree] = []
    before = _resident_bytes()
    build = milliseconds(lambda: trees.append(shapely.STRtree(shapely.points(lon, lat))))
    held, tree = _resident_bytes() - before, trees[0]

    def within(bounds: Bounds) -> Rows:
        rows: Rows = tree.query(shapely.box(bounds.west, bounds.south, bounds.east, bounds.north))
        return rows

    def clusters(bounds: Bounds, zoom: int, mask: Mask | None = None) -> Any:
        rows = within(bounds)
        rows = rows if mask is None else rows[mask[rows]]
        side = 1 << level_of(zoom)
        square = (x[rows] * side).astype(np.int64) * side + (y[rows] * side).astype(np.int64)
        squares, group = np.unique(square, return_inverse=True)
        mix = np.bincount(group * 7 + status[rows], minlength=len(squares) * 7).reshape(-1, 7)
        return mix, np.bincount(group, lon[rows]) / mix.sum(axis=1), np.bincount(group, lat[rows]) / mix.sum(axis=1)

    def update() -> None:
        status[changed] = 3
        clusters(viewports[8][0], 8)

    return Figures(
        "shapely STRtree", build, held / len(lon),
        filter=median(lambda _: clusters(viewports[8][0], 8, chosen(network)), 5),
        update=milliseconds(update),
        clusters={zoom: spread(partial(clusters, zoom=zoom), some) for zoom, some in viewports.items()},
        filtered={zoom: spread(partial(clusters, zoom=zoom, mask=matching), some) for zoom, some in viewports.items()},
        within={zoom: spread(within, some) for zoom, some in viewports.items()},
    )


def rtree(network: Columns, viewports: Viewports, matching: Mask, changed: Rows) -> Figures:
    """SQLite's R*Tree, joined to a table of points, grouped by SQL; in memory."""
    base = sqlite3.connect(":memory:")
    lon, lat = network["lon"].tolist(), network["lat"].tolist()
    x, y = (mercator.x_of(network["lon"]) * 2**31).astype(np.int64), (mercator.y_of(network["lat"]) * 2**31).astype(np.int64)

    def build() -> None:
        base.execute("CREATE TABLE point (id INTEGER PRIMARY KEY, lon REAL, lat REAL, x INT, y INT, status INT, ok INT)")
        base.executemany("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?, ?)", zip(
            range(len(lon)), lon, lat, x.tolist(), y.tolist(), network["status"].tolist(), matching.tolist(), strict=True))
        base.execute("CREATE VIRTUAL TABLE box USING rtree (id, west, east, south, north)")
        base.execute("INSERT INTO box SELECT id, lon, lon, lat, lat FROM point ORDER BY id")

    built = milliseconds(build)
    held = base.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()[0]
    inside = ("FROM box JOIN point USING (id) WHERE east >= :west AND west <= :east AND north >= :south AND south <= :north "
              "AND lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north")

    def within(bounds: Bounds) -> Any:
        return base.execute(f"SELECT id {inside}", vars(bounds)).fetchall()

    def clusters(bounds: Bounds, zoom: int, condition: str = "") -> Any:
        shift = 31 - level_of(zoom)
        return base.execute(f"SELECT x >> {shift}, y >> {shift}, status, COUNT(*), SUM(lon), SUM(lat) {inside} {condition} "
                            "GROUP BY 1, 2, 3", vars(bounds)).fetchall()

    def update() -> None:
        with base:
            base.executemany("UPDATE point SET status = 3 WHERE id = ?", ((row,) for row in changed.tolist()))
        clusters(viewports[8][0], 8)

    return Figures(
        "SQLite R*Tree", built, held / len(lon),
        filter=median(lambda _: clusters(viewports[8][0], 8, "AND ok"), 5),
        update=milliseconds(update),
        clusters={zoom: spread(partial(clusters, zoom=zoom), some) for zoom, some in viewports.items()},
        filtered={zoom: spread(partial(clusters, zoom=zoom, condition="AND ok"), some) for zoom, some in viewports.items()},
        within={zoom: spread(within, some) for zoom, some in viewports.items()},
    )


def _resident_bytes() -> int:
    """Memory of this process that is in RAM; 0 where the system doesn't say it this way."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except OSError:
        return 0
