"""`GET points` of the embedded API over a million points, and at the commit before the table in memory answered it.

    python benchmarks/lists.py [--data DIRECTORY] [--points 1000000] [--requests 30] [--seconds 10]

Each kind of request is made with other bounds or places each time, one after the other; then all kinds in turn by eight clients
at once. Both commits get the same requests, in one run; an answer that is refused, as after its deadline, took for ever.
"""

import argparse
import asyncio
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import application
from benchmarks.before import BEFORE_LISTS, NotThere, application_before
from benchmarks.million import directory
from benchmarks.points import Table, text
from benchmarks.sessions import meters
from wirelane_geo.server import load_or_create

CLIENTS = 8
AROUND = ((47.5, 53.5), (7.0, 14.0))
"""Latitudes and longitudes where places are."""
PAGE = 50

Parameters = dict[str, str]
Random = np.random.Generator


def _place(random: Random) -> tuple[float, float]:
    lat, lon = (float(random.uniform(*ends)) for ends in AROUND)
    return lat, lon


def _box(random: Random, height: float) -> Parameters:
    lat, lon = _place(random)
    return _bounds(lat - height / 2, lon - height * 0.8, lat + height / 2, lon + height * 0.8)


def _bounds(south: float, west: float, north: float, east: float) -> Parameters:
    return {"south_west_lat": f"{south:.5f}", "south_west_lon": f"{west:.5f}", "north_east_lat": f"{north:.5f}",
            "north_east_lon": f"{east:.5f}"}


def _near(random: Random) -> Parameters:
    lat, lon = _place(random)
    return {"lat": f"{lat:.5f}", "lon": f"{lon:.5f}", "distance": "5000", "order_by": "distance"}


def kinds(points: int) -> dict[str, Callable[[Random], Parameters]]:
    """What is asked for, by name."""
    return {
        "bounds of a city (0.3°)": lambda random: _box(random, 0.3),
        "bounds of a region (2°)": lambda random: _box(random, 2.0),
        "bounds of a country": lambda random: _bounds(47.2 + random.uniform(0, 0.1), 5.8, 55.1, 15.1),
        "status=FREE": lambda _: {"status": "FREE"},
        "5 km around a place, by distance": _near,
        "the last page": lambda _: {"page": str(-(-points // PAGE))},
    }


@dataclass(frozen=True)
class Answers:
    """ms: what the requests of each kind took; cpu_ms: the server's time of one; rate: answers a second to all clients."""

    ms: dict[str, list[float]]
    cpu_ms: dict[str, float]
    rate: float

    def cells(self, name: str) -> list[str]:
        """Of a row of the table."""
        return [*(f"{np.percentile(self.ms[name], share):,.1f}" for share in (50, 99)), f"{self.cpu_ms[name]:,.1f}"]


def answers_of(url: str, data: Path, points: int, requests: int, seconds: float) -> Answers:
    """What the embedded API of an application says."""
    secrets = load_or_create(data)
    form = {"grant_type": "password", "client_id": secrets.client_id, "client_secret": secrets.client_secret,
            "username": secrets.username, "password": secrets.password}
    token = httpx.post(f"{url}/token", data=form).raise_for_status().json()["access_token"]
    to = f"{url}/apis/emc/organizations/id/{secrets.organization}/points"
    headers = {"Authorization": f"Bearer {token}"}
    ms: dict[str, list[float]] = {}
    cpu_ms: dict[str, float] = {}
    with httpx.Client(headers=headers, timeout=120) as client:
        client.get(to).raise_for_status()
        for name, make in kinds(points).items():
            random = np.random.default_rng(5)
            client.get(to, params=make(random))
            before = meters(url).cpu
            ms[name] = [_timed(client, to, make(random)) for _ in range(requests)]
            cpu_ms[name] = (meters(url).cpu - before) / requests * 1000
            print(f"  {name}: {np.median(ms[name]):.1f} ms, {cpu_ms[name]:.1f} of the server", file=sys.stderr)
    return Answers(ms, cpu_ms, asyncio.run(_rate(to, headers, points, seconds)))


def _timed(client: httpx.Client, to: str, parameters: Parameters) -> float:
    begun = time.perf_counter()
    answer = client.get(to, params=parameters)
    return (time.perf_counter() - begun) * 1000 if answer.is_success else math.inf


async def _rate(to: str, headers: dict[str, str], points: int, seconds: float) -> float:
    """Answers a second to all clients at once, who ask for all kinds in turn."""
    makes, random, turns, done = list(kinds(points).values()), np.random.default_rng(6), count(), 0
    async with httpx.AsyncClient(headers=headers, timeout=120) as client:
        begun = time.perf_counter()

        async def ask() -> None:
            nonlocal done
            while time.perf_counter() - begun < seconds:
                answer = await client.get(to, params=makes[next(turns) % len(makes)](random))
                done += answer.is_success

        await asyncio.gather(*(ask() for _ in range(CLIENTS)))
        return done / (time.perf_counter() - begun)


def main(data: Path, points: int, requests: int, seconds: float) -> list[Table]:
    """Times of each kind, and how many a second, before and now."""
    settings = {"WIRELANE_GEO_SIMULATOR": "off"}
    found: list[Answers | None] = [None, None]
    try:
        with application_before(BEFORE_LISTS, data, **settings) as (url, own):
            found[0] = answers_of(url, own, points, requests, seconds)
    except NotThere as error:
        print(f"not measured: {error}", file=sys.stderr)
    with application(data, **settings) as url:
        found[1] = answers_of(url, data, points, requests, seconds)
    times = [["GET points", "before p50 ms", "p99 ms", "CPU ms", "now p50 ms", "p99 ms", "CPU ms"]]
    times += [[name, *(cell for each in found for cell in (each.cells(name) if each else "---"))] for name in kinds(points)]
    rates = [["all kinds in turn, eight clients", "before /s", "now /s"],
             ["one process", *(f"{each.rate:.0f}" if each else "-" for each in found)]]
    return [times, rates]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with directory(options.data, options.points) as place:
        for table in main(place, options.points, options.requests, options.seconds):
            print(text(table), end="\n\n")
