"""A store of a million points, made in some minutes: the demo network's stations, many times as many, without sessions.

    python benchmarks/store.py DIRECTORY [--points 1000000]
"""

import argparse
import sys
import time
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from wirelane_geo.demo import demo_points
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

ORIGIN = "benchmark"
"""Not the demo's: nobody makes sessions for these points, or moves them."""
POINTS_A_STATION = 2.3
"""No more than the demo network has: there are always enough."""


def fill(data: Path, points: int) -> float:
    """Make a store of so many points in a data directory, the same ones every time. Returns the seconds it took."""
    begin = time.perf_counter()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = open_store(data / DATABASE)
    store.upsert(islice(demo_points(round(points / POINTS_A_STATION)), points), ORIGIN)
    store.close()
    return time.perf_counter() - begin


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{options.points:,} points in {fill(options.data, options.points):.0f} s")
