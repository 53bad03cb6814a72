"""A pan as a rerun of a page's session, and as a tile and counts over HTTP: how many a second, and what they cost.

    python benchmarks/tiles.py [--stations 25000] [--pans 200] [--zoom 10] [--before CHECKOUT]

All rows go through the same viewports of a demo network whose statuses stay, one after the other, in one run. CHECKOUT is a
worktree of an earlier commit, whose rerun is measured beside.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import application, application_of
from benchmarks.session import visit
from benchmarks.sessions import meters
from wirelane_geo.geo import Bounds, mercator
from wirelane_geo.geo.clusters import level_of

AROUND = ((47.4, 54.0), (6.5, 14.5))
"""Latitudes and longitudes where viewports are."""
LEVELS = 5
"""A tile's zoom is the level of the map's squares minus this."""

Pan = Callable[[Bounds], Awaitable[int]]


def viewports(count: int, zoom: float) -> list[Bounds]:
    """Viewports of 1280 x 800 px, all over the country."""
    random = np.random.default_rng(12)
    lats, lons = (random.uniform(*ends, count) for ends in AROUND)
    return [Bounds.from_viewport(lon, lat, zoom, 1280, 800) for lat, lon in zip(lats.tolist(), lons.tolist(), strict=True)]


def paths(bounds: Bounds, zoom: float) -> tuple[str, str]:
    """The tile in the middle of a viewport, and its counts."""
    level = max(level_of(zoom) - LEVELS, 0)
    lon, lat = bounds.center
    x, y = (int(part * 2**level) for part in (mercator.x_of_one(lon), mercator.y_of_one(lat)))
    box = ",".join(f"{value:.6f}" for value in (bounds.west, bounds.south, bounds.east, bounds.north))
    return f"/map/tiles/{level}/{x}/{y}", f"/map/counts?bbox={box}&zoom={zoom:g}"


async def measured(name: str, url: str, places: list[Bounds], pan: Pan) -> list[str]:
    """A row: pans a second, CPU of the server, what took how long, bytes."""
    before, begun = meters(url), time.perf_counter()
    taken, received = [], 0
    for place in places:
        asked = time.perf_counter()
        received += await pan(place)
        taken.append((time.perf_counter() - asked) * 1000)
    seconds, after = time.perf_counter() - begun, meters(url)
    return [name, f"{len(places) / seconds:.0f}", f"{(after.cpu - before.cpu) / len(places) * 1000:.2f}",
            f"{np.median(taken):.1f}", f"{np.percentile(taken, 95):.1f}", f"{received / len(places) / 1000:.1f}"]


async def reruns(name: str, url: str, places: list[Bounds], zoom: float) -> list[str]:
    """Pans of one session."""
    async with visit(url, f"zoom={zoom:g}") as session:
        async def pan(bounds: Bounds) -> int:
            return (await session.pan(bounds, zoom)).received
        await pan(places[0])
        return await measured(name, url, places, pan)


async def tiles(url: str, places: list[Bounds], zoom: float) -> list[list[str]]:
    """Pans of somebody who asks for a tile and counts each time: what nobody asked for before, what others did, the same."""
    etags: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        async def pan(bounds: Bounds, *, revalidate: bool = False) -> int:
            size = 0
            for path in paths(bounds, zoom):
                headers = {"If-None-Match": etags[path]} if revalidate else {}
                answer = await client.get(path, headers=headers)
                if answer.status_code not in (200, 304):
                    raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
                etags[path] = answer.headers["etag"]
                size += int(answer.headers.get("content-length", 0))
            return size
        return [await measured("tile and counts, new", url, places, pan),
                await measured("tile and counts, asked for before", url, places, pan),
                await measured("tile and counts, 304", url, places, lambda bounds: pan(bounds, revalidate=True))]


def main(stations: int, pans: int, zoom: float, before: Path | None) -> list[list[str]]:
    """All rows, under a header."""
    places = viewports(pans, zoom)
    rows = [["a pan", "pans/s", "CPU ms", "p50 ms", "p95 ms", "kB"]]
    settings = {"WIRELANE_GEO_DEMO_STATIONS": str(stations), "WIRELANE_GEO_SIMULATOR": "off"}
    if before is not None:
        with tempfile.TemporaryDirectory() as data, application_of(before, Path(data), **settings) as url:
            rows.append(asyncio.run(reruns("rerun of the session, before", url, places, zoom)))
    with tempfile.TemporaryDirectory() as data, application(Path(data), **settings) as url:
        rows.append(asyncio.run(reruns("rerun of the session", url, places, zoom)))
        rows += asyncio.run(tiles(url, places, zoom))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stations", type=int, default=25_000)
    parser.add_argument("--pans", type=int, default=200)
    parser.add_argument("--zoom", type=float, default=10.0)
    parser.add_argument("--before", type=Path)
    chosen = parser.parse_args()
    for row in main(chosen.stations, chosen.pans, chosen.zoom, chosen.before):
        print(" | ".join(row))
