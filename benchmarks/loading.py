"""From nothing to a map that answers: the first start on a store of a million points, and every other one.

    python benchmarks/loading.py [--points 1000000]

Each start is a process of its own: the time is that of the whole process, imports and all, until the first view is there.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import ROOT, application
from benchmarks.points import Table, text
from benchmarks.store import ORIGIN, fill
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

STARTING = """
import streamlit, wirelane_geo.server, wirelane_geo.ui.routes
from wirelane_geo.installation import installation
from wirelane_geo.geo import WORLD
from wirelane_geo.permalink import MapState
here = installation()
view = here.service.view(MapState(), WORLD, 4)
print(view.points, flush=True)
here.stop()
"""


def start(data: Path) -> tuple[float, int]:
    """Seconds until the service has answered a view, and how many points that has."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", STARTING], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env={**os.environ, "WIRELANE_GEO_DATA": str(data)}, text=True)
    assert process.stdout is not None
    points = int(process.stdout.readline())
    taken = time.perf_counter() - begin
    if process.wait():
        raise SystemExit("the start failed")
    return taken, points


def serve(data: Path) -> float:
    """Seconds until `python app.py` answers over HTTP."""
    begin = time.perf_counter()
    with application(data):
        return time.perf_counter() - begin


def main(points: int = 1_000_000, data: Path | None = None) -> Table:
    """Rows: what, seconds, aim; the first of them the header. `data`: a directory with a store that is there already."""
    with tempfile.TemporaryDirectory() as directory:
        here = data or Path(directory)
        made = 0.0 if data else fill(here, points)
        with closing(open_store(here / DATABASE)) as store:
            if set(store.origins()) != {ORIGIN}:
                raise SystemExit(f"{here} is not a benchmark's: its history would be lost")
        for file in here.iterdir():
            if file.suffix in (".columns", ".book") or file.name.startswith("history"):
                file.unlink()
        first, there = start(here)
        second, _ = start(here)
        (here / "history.book").unlink(missing_ok=True)
        killed, _ = start(here)
        rows = [[f"{there:,} points", "seconds", "aim"],
                ["first start, until a view is there", f"{first:.1f}", "15"],
                ["next start", f"{second:.1f}", "3"],
                ["next start after kill -9", f"{killed:.1f}", "3"],
                ["python app.py, until it answers over HTTP", f"{serve(here):.1f}", "3"]]
        return rows + ([["making the store", f"{made:.0f}", ""]] if made else [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="a data directory that benchmarks/store.py made")
    print(text(main(**vars(parser.parse_args()))))
