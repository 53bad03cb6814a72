"""A pan as a rerun of a page's session, and as a tile and counts over HTTP: how many a second, and what they cost.

    python benchmarks/tiles.py [--data DIRECTORY] [--points 1000000] [--pans 200] [--zoom 10] [--people 100 500] [--seconds 10]

All rows go through the same viewports of a network whose statuses stay, in one run: at the last commit that asked a session for
each pan, and now. Then so many people pan every two seconds, and so many viewports are asked for behind nginx's cache.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import cached
from benchmarks.application import application
from benchmarks.before import BEFORE_TILES, NotThere, application_before
from benchmarks.connection import Connection, connection
from benchmarks.million import directory
from benchmarks.points import Table, text
from benchmarks.session import Session, visit
from benchmarks.sessions import EVERY_S, crowd, meters
from wirelane_geo.geo import Bounds, mercator
from wirelane_geo.geo.clusters import level_of

AROUND = ((47.4, 54.0), (6.5, 14.5))
"""Latitudes and longitudes where viewports are."""
AT_ONCE = 8
"""Who ask at the same time, each for one thing after another, where pans a second are measured."""
MORE = 5
"""So many times the viewports for that, others than those whose time is measured one by one."""
LEVELS = 5
"""A tile's zoom is the level of the map's squares minus this."""

Pan = Callable[[Bounds], Awaitable[int]]


def viewports(count: int, zoom: float, seed: int = 12) -> list[Bounds]:
    """Viewports of 1280 x 800 px, all over the country."""
    random = np.random.default_rng(seed)
    lats, lons = (random.uniform(*ends, count) for ends in AROUND)
    return [Bounds.from_viewport(lon, lat, zoom, 1280, 800) for lat, lon in zip(lats.tolist(), lons.tolist(), strict=True)]


def paths(bounds: Bounds, zoom: float) -> tuple[str, str]:
    """The tile in the middle of a viewport, and its counts."""
    level = max(level_of(zoom) - LEVELS, 0)
    lon, lat = bounds.center
    x, y = (int(part * 2**level) for part in (mercator.x_of_one(lon), mercator.y_of_one(lat)))
    box = ",".join(f"{value:.6f}" for value in (bounds.west, bounds.south, bounds.east, bounds.north))
    return f"/map/tiles/{level}/{x}/{y}", f"/map/counts?bbox={box}&zoom={zoom:g}"


async def measured(name: str, url: str, places: Sequence[Bounds], more: Sequence[Bounds], pans: Sequence[Pan]) -> list[str]:
    """A row: pans a second and CPU of the server where all `pans` ask for `more` at once; times and bytes of one for `places`."""
    taken, received = [], 0
    for place in places:
        asked = time.perf_counter()
        received += await pans[0](place)
        taken.append((time.perf_counter() - asked) * 1000)
    before, begun, left = meters(url), time.perf_counter(), iter(more)

    async def go_on(pan: Pan) -> None:
        for place in left:
            await pan(place)

    await asyncio.gather(*map(go_on, pans))
    seconds, after = time.perf_counter() - begun, meters(url)
    return [name, f"{len(more) / seconds:,.0f}", f"{(after.cpu - before.cpu) / len(more) * 1000:.2f}",
            f"{np.median(taken):.1f}", f"{np.percentile(taken, 95):.1f}", f"{received / len(places) / 1000:.1f}"]


async def reruns(name: str, url: str, places: list[Bounds], more: list[Bounds], zoom: float) -> list[str]:
    """Pans of sessions."""
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(visit(url, f"zoom={zoom:g}")) for _ in range(AT_ONCE)]

        def pan_of(session: Session) -> Pan:
            async def pan(bounds: Bounds) -> int:
                return (await session.pan(bounds, zoom)).received
            return pan

        pans = list(map(pan_of, sessions))
        for pan in pans:
            await pan(places[0])
        return await measured(name, url, places, more, pans)


async def tiles(url: str, places: list[Bounds], more: list[Bounds], zoom: float) -> list[list[str]]:
    """Pans of those who ask for a tile and counts each time: what nobody asked for before, what others did, the same."""
    etags: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(connection(url)) for _ in range(AT_ONCE)]

        def pan_of(there: Connection, *, again: bool = False) -> Pan:
            async def pan(bounds: Bounds) -> int:
                size = 0
                for path in paths(bounds, zoom):
                    reply = await there.get(path, etags[path] if again else None)
                    etags[path] = reply.headers["etag"]
                    size += reply.size
                return size
            return pan

        pans, again = list(map(pan_of, connections)), [pan_of(there, again=True) for there in connections]
        return [await measured("tile and counts, new", url, places, more, pans),
                await measured("tile and counts, asked for before", url, places, more, pans),
                await measured("tile and counts, 304", url, places, more, again)]


def people(url: str, count: int, zoom: float, seconds: float) -> list[str]:
    """A row: so many people who pan every two seconds, half a screen at a time, each time for a tile and counts."""
    async def all_of_them() -> list[float]:
        random, taken, loop = np.random.default_rng(count), list[float](), asyncio.get_running_loop()

        async def pan_on(lat: float, lon: float, phase: float) -> None:
            async with connection(url) as one, connection(url) as other:
                begin, until = loop.time() + phase, loop.time() + seconds
                for turn in range(int(seconds / EVERY_S) + 1):
                    if (due := begin + turn * EVERY_S) >= until:
                        return
                    await asyncio.sleep(max(0.0, due - loop.time()))
                    view = Bounds.from_viewport(lon + 360 / 2**zoom * turn / 2, lat, zoom, 1280, 800)
                    tile, its_counts = paths(view, zoom)
                    await asyncio.gather(one.get(tile), other.get(its_counts))
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
    places, *parts = (viewports(pans, zoom, seed) for seed in range(12, 13 + MORE))
    more = [place for part in parts for place in part]
    single = [["a pan", f"pans/s, {AT_ONCE} at once", "CPU ms", "p50 ms", "p95 ms", "kB"]]
    many = [["people who pan every two seconds", "p50 ms", "p95 ms", "CPU"]]
    cache = [["viewports behind nginx's cache, asked for before", "answers/s", "p99 ms"]]
    settings = {"WIRELANE_GEO_SIMULATOR": "off", "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "1000000"}
    try:
        with application_before(BEFORE_TILES, data, **settings) as (url, _):
            single.append(asyncio.run(reruns("rerun of the session, before", url, places, more, zoom)))
            row, _ = asyncio.run(crowd(url, min(crowds), (50.1, 8.7), zoom, seconds))
            many.append([f"{row[0]}, sessions, before", *row[1:4]])
    except NotThere as error:
        print(f"not measured: {error}", file=sys.stderr)
    with application(data, **settings) as url:
        single += asyncio.run(tiles(url, places, more, zoom))
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
