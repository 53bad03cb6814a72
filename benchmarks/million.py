"""The browser and many sessions over a store of a million points, and what records take for the same viewports.

    python benchmarks/million.py [--data DIRECTORY] [--points 1000000] [--pans 30] [--sessions 1 10 50 100]

DIRECTORY is a data directory that has them; without it one is made, which takes a few minutes.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import pan, records, sessions
from benchmarks.application import application, chromium
from benchmarks.network import Columns
from benchmarks.points import Table, text
from benchmarks.session import visit
from benchmarks.store import fill
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.settings import DATABASE
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store

PLACE = (50.1, 8.7)
ZOOMS = (5.0, 8.0, 11.0)
VIEWPORT = (1280, 700)
TURNS = 6
BESIDE = (("pydeck", 8.0), ("pydeck", 10.0), ("pydeck", 12.0), ("folium", 10.0), ("folium", 12.0))
"""Who is asked at which zoom: a hundred thousand, twenty thousand and four thousand points in view."""
NAMES = {"pydeck": "st.pydeck_chart, records", "folium": "streamlit-folium, FastMarkerCluster"}


@contextmanager
def directory(data: Path | None, points: int) -> Iterator[Path]:
    """A data directory with so many points: the one given, else one made for the time being."""
    if data:
        yield data
        return
    with tempfile.TemporaryDirectory() as made:
        print(f"making a store of {points:,} points", file=sys.stderr)
        fill(Path(made), points)
        yield Path(made)


def columns(data: Path) -> Columns:
    """Longitude, latitude, status and power of the points of a data directory."""
    store = open_store(data / DATABASE)
    source = EmbeddedSource(store)
    source.refresh()
    table = source.snapshot(WORLD, 0).table
    store.close()
    return {name: np.asarray(getattr(table, name)) for name in ("lon", "lat", "status", "power_kw")}


def viewports(zoom: float) -> list[Bounds]:
    """A way eastwards."""
    return [Bounds.from_viewport(PLACE[1] + turn * 40 / 2**zoom, PLACE[0], zoom, *VIEWPORT) for turn in range(TURNS)]


async def bytes_of(url: str, zoom: float) -> float:
    """What our server sends for each of these viewports, the median."""
    async with visit(url, f"lat={PLACE[0]}&lon={PLACE[1]}&zoom={zoom:g}") as session:
        return float(np.median([(await session.pan(view, zoom, *VIEWPORT)).received for view in viewports(zoom)][1:]))


def beside(browser: Browser, own: dict[float, float], network: Columns) -> Table:
    """Bytes and times of the others for a few viewports, and how many times our bytes (`own`, by zoom) that is."""
    table = [["the same viewports elsewhere", "zoom", "points in view", "p50 ms", "p95 ms", "kB", "ours, kB", "times ours"]]
    for kind, zoom in BESIDE:
        views = viewports(zoom)
        within = f"{np.median([records.inside(network, view) for view in views[1:]]):,.0f}"
        found = records.measure(browser, kind, network, views, zoom)
        if isinstance(found, str):
            table.append([NAMES[kind], f"{zoom:g}", within, f"not measured: {found}", "", "", f"{own[zoom] / 1000:.0f}", ""])
            continue
        taken, sizes = found
        size = float(np.median(sizes))
        table.append([NAMES[kind], f"{zoom:g}", within, f"{np.median(taken):,.0f}", f"{np.percentile(taken, 95):,.0f}",
                      f"{size / 1000:,.0f}", f"{own[zoom] / 1000:.0f}", f"{size / own[zoom]:,.0f}"])
    return table


def main(data: Path, pans: int, counts: list[int], seconds: float) -> tuple[Table, Table, Table]:
    """Pans in the browser, the others beside them, many sessions."""
    network = columns(data)
    with application(data, WIRELANE_GEO_SIMULATOR="off") as url:
        crowds = sessions.measure(url, f"{len(network['lon']):,} points", PLACE, 9.0, counts, seconds)
        own = {zoom: asyncio.run(bytes_of(url, zoom)) for _, zoom in BESIDE}
        with chromium() as browser:
            name = f"{len(network['lon']):,} points"
            pans_of = [pan.header(), *pan.rows(browser, url, name, PLACE, ZOOMS, pans)]
            return pans_of, beside(browser, own, network), crowds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--pans", type=int, default=30)
    parser.add_argument("--sessions", type=int, nargs="*", default=[1, 10, 50, 100])
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with directory(options.data, options.points) as here:
        print(*map(text, main(here, options.pans, options.sessions, options.seconds)), sep="\n\n")
