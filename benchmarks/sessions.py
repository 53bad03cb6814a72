"""Many at once: sessions that pan every two seconds over one process, and what they cost the upstream behind it.

    python benchmarks/sessions.py DATA [--sessions 1 10 50 100] [--seconds 10] [--zoom 9]

DATA is a data directory. The sessions are real: the websocket and the messages of Streamlit's page, without a browser.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import application
from benchmarks.session import Session, visit
from wirelane_geo.geo import Bounds

EVERY_S = 2.0
AT_ONCE = 10
"""Pages that are opened at the same time."""
PLACES = 5
"""Viewports that a session goes through, half a screen apart; all sessions go through the same ones."""

Table = list[list[str]]


@dataclass(frozen=True)
class Meters:
    """What /metrics says: seconds of CPU, bytes of memory, requests to the upstream."""

    cpu: float
    memory: float
    upstream: float


def meters(url: str) -> Meters:
    """The process's meters now."""
    text = httpx.get(f"{url}/metrics", timeout=60).text

    def total(name: str) -> float:
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))

    return Meters(total("process_cpu_seconds_total"), total("process_resident_memory_bytes"),
                  total("wirelane_geo_upstream_seconds_count"))


async def panning(session: Session, places: list[Bounds], zoom: float, begin: float, until: float) -> list[float]:
    """Milliseconds of each answer to a session that pans every two seconds, whether or not the last one has come."""
    taken, turn, loop = [], 0, asyncio.get_running_loop()
    while (due := begin + turn * EVERY_S) < until:
        await asyncio.sleep(max(0.0, due - loop.time()))
        await session.pan(places[turn % len(places)], zoom)
        taken.append((loop.time() - due) * 1000)
        turn += 1
    return taken


async def crowd(url: str, count: int, place: tuple[float, float], zoom: float, seconds: float) -> tuple[list[str], Meters]:
    """A row of the table, without the memory: so many sessions, what they got, and what they cost; the meters at the end."""
    before = meters(url)
    views = [Bounds.from_viewport(place[1] + 360 / 2**zoom * turn / 2, place[0], zoom, 1280, 800) for turn in range(PLACES)]
    async with AsyncExitStack() as stack:
        gate = asyncio.Semaphore(AT_ONCE)

        async def enter() -> Session:
            async with gate:
                session = await stack.enter_async_context(visit(url, f"lat={place[0]}&lon={place[1]}&zoom={zoom:g}"))
                await session.pan(views[0], zoom)
                return session

        sessions = await asyncio.gather(*(enter() for _ in range(count)))
        opened, start, now = meters(url), time.perf_counter(), asyncio.get_running_loop().time()
        phases = np.random.default_rng(count).uniform(0, EVERY_S, count)
        taken = np.concatenate(await asyncio.gather(*(
            panning(session, views, zoom, now + phase, now + seconds)
            for session, phase in zip(sessions, phases, strict=True))))
        after, lasted = meters(url), time.perf_counter() - start
    row = [f"{count}", f"{np.median(taken):.0f}", f"{np.percentile(taken, 95):.0f}", f"{(after.cpu - opened.cpu) / lasted:.0%}",
           f"{(after.cpu - opened.cpu) / len(taken) * 1000:.1f}", f"{after.upstream - before.upstream:.0f}"]
    return row, after


def header(what: str) -> list[str]:
    """Of the table that `crowd` fills."""
    return [f"sessions, {what}", "p50 ms", "p95 ms", "CPU", "CPU ms a pan", "upstream requests", "MB a session"]


def measure(url: str, what: str, place: tuple[float, float], zoom: float, counts: list[int], seconds: float) -> Table:
    """One row for each number of sessions; one session before them all, so that no row pays for what is loaded once."""
    async def rows() -> Table:
        _, empty = await crowd(url, 1, place, zoom, EVERY_S * PLACES)
        table, so_far = [header(what)], 0
        for count in counts:
            row, after = await crowd(url, count, place, zoom, seconds)
            so_far += count  # Streamlit keeps a session for two minutes after it has gone
            print(f"measured {count} sessions", file=sys.stderr)
            table.append([*row, f"{(after.memory - empty.memory) / so_far / 1e6:.1f}"])
        return table
    return asyncio.run(rows())


@contextmanager
def account(upstream: str, data: Path, own: Path) -> Iterator[str]:
    """The URL of a second process, with a data directory of its own, that has the first one (on `data`) as its account."""
    command = [str(Path(sys.executable).with_name("wirelane-geo")), "credentials", "--json"]
    said = subprocess.run(command, env={**os.environ, "WIRELANE_GEO_DATA": str(data)}, check=True, capture_output=True)
    names = ("client_id", "client_secret", "username", "password", "organization")
    secrets = {f"WIRELANE_{name.upper()}": str(json.loads(said.stdout)[name]) for name in names}
    with application(own, WIRELANE_ENVIRONMENT="staging", WIRELANE_API_DIALECT="2023", WIRELANE_API_URL=f"{upstream}/apis/emc",
                     WIRELANE_TOKEN_URL=f"{upstream}/token", **secrets) as url:
        yield url


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sessions", type=int, nargs="*", default=[1, 10, 50, 100])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--zoom", type=float, default=9.0)
    parser.add_argument("--place", type=float, nargs=2, default=(50.1, 8.7))
    options = parser.parse_args()
    with application(options.data) as address:
        for line in measure(address, options.data.name, tuple(options.place), options.zoom, options.sessions, options.seconds):
            print(*line, sep="\t")
