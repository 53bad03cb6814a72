"""A pan as a rerun of a page's session, and as a tile and counts over HTTP: how many a second, and what they cost.

    python benchmarks/tiles.py [--data DIRECTORY] [--points 1000000] [--pans 200] [--zoom 10] [--people 100 500] [--seconds 10]

All rows go through the same viewports of a network whose statuses stay, in one run: at the last commit that asked a session for
each pan, and now. Then so many people pan every two seconds, and so many viewports are asked for behind nginx's cache.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import cached
from benchmarks.application import application
from benchmarks.before import BEFORE_TILES, NotThere, application_before
from benchmarks.million import directory
from benchmarks.points import Table, text
from benchmarks.session import visit
from benchmarks.sessions import EVERY_S, crowd, meters
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


def people(url: str, count: int, zoom: float, seconds: float) -> list[str]:
    """A row: so many people who pan every two seconds, half a screen at a time, each time for a tile and counts."""
    async def all_of_them() -> list[float]:
        random, taken, loop = np.random.default_rng(count), list[float](), asyncio.get_running_loop()
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
            async def pan_on(lat: float, lon: float, phase: float) -> None:
                begin, until = loop.time() + phase, loop.time() + seconds
                for turn in range(int(seconds / EVERY_S) + 1):
                    if (due := begin + turn * EVERY_S) >= until:
                        return
                    await asyncio.sleep(max(0.0, due - loop.time()))
                    view = Bounds.from_viewport(lon + 360 / 2**zoom * turn / 2, lat, zoom, 1280, 800)
                    for answer in await asyncio.gather(*map(client.get, paths(view, zoom))):
                        answer.raise_for_status()
                    taken.append((loop.time() - due) * 1000)

            places = zip(*(random.uniform(*ends, count) for ends in AROUND), random.uniform(0, EVERY_S, count), strict=True)
            await asyncio.gather(*(pan_on(*map(float, place)) for place in places))
        return taken

    before, begun = meters(url), time.perf_counter()
    taken = asyncio.run(all_of_them())
    busy = (meters(url).cpu - before.cpu) / (time.perf_counter() - begun)
    return [f"{count}, tiles and counts", f"{np.median(taken):.0f}", f"{np.percentile(taken, 95):.0f}", f"{busy:.0%}"]


def main(data: Path, pans: int, zoom: float, crowds: list[int], seconds: float) -> list[Table]:
    """Tables of single pans, of people, of the cache."""
    places = viewports(pans, zoom)
    single = [["a pan", "pans/s", "CPU ms", "p50 ms", "p95 ms", "kB"]]
    many = [["people who pan every two seconds", "p50 ms", "p95 ms", "CPU"]]
    cache = [["viewports behind nginx's cache, asked for before", "answers/s", "p99 ms"]]
    settings = {"WIRELANE_GEO_SIMULATOR": "off", "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "1000000"}
    try:
        with application_before(BEFORE_TILES, data, **settings) as (url, _):
            single.append(asyncio.run(reruns("rerun of the session, before", url, places, zoom)))
            row, _ = asyncio.run(crowd(url, min(crowds), (50.1, 8.7), zoom, seconds))
            many.append([f"{row[0]}, sessions, before", *row[1:4]])
    except NotThere as error:
        print(f"not measured: {error}", file=sys.stderr)
    with application(data, **settings) as url:
        single += asyncio.run(tiles(url, places, zoom))
        many += [people(url, count, zoom, seconds) for count in crowds]
        if reason := cached.why_not():
            print(f"not measured: {reason}", file=sys.stderr)
        else:
            asked = [path for place in places for path in paths(place, zoom)]
            cache.append([f"{pans}", *cached.measure(url, asked)])
    return [single, many, cache]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--pans", type=int, default=200)
    parser.add_argument("--zoom", type=float, default=10.0)
    parser.add_argument("--people", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    with directory(chosen.data, chosen.points) as there:
        for table in main(there, chosen.pans, chosen.zoom, chosen.people, chosen.seconds):
            print(text(table), end="\n\n")
