"""What a moment of the past costs: a million points and a day of 1.7 million changes, in SQLite and in PostgreSQL.

    python benchmarks/history.py [--points 1000000] [--changes 1700000]

A process reads the last day once, at its start, and works out any moment of it from what is now; afterwards it reads what the
leader has written since.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.points import Table
from tests.postgres import Server
from wirelane_geo.live._coverage import Coverage
from wirelane_geo.live._history import History
from wirelane_geo.live._history_interface import HistoryStore, InventedPast
from wirelane_geo.live._postgres_history import PostgresHistory
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.curve import DAY, HOUR, MINUTE, PointSelection, counts_at, moments
from wirelane_geo.model import PointId

STATUSES = 4


def a_day(points: int, changes: int, now: datetime) -> InventedPast:
    """Changes at random, each to another status."""
    random = np.random.default_rng(7)
    point = np.sort(random.integers(0, points, changes))
    at = to_ms(now) - random.integers(0, DAY, changes)
    order = np.lexsort((at, point))
    point, at = point[order], at[order]
    first = np.append(True, point[1:] != point[:-1])
    turn = np.arange(changes) - np.maximum.accumulate(np.where(first, np.arange(changes), 0))
    before, after = (turn % STATUSES).astype(np.uint8), ((turn + 1) % STATUSES).astype(np.uint8)
    last = np.append(first[1:], True)
    status = np.zeros(points, np.uint8)
    since = np.full(points, to_ms(now) - DAY)
    status[point[last]], since[point[last]] = after[last], at[last]
    by_time = np.argsort(at, kind="stable")
    return InventedPast(
        handles=np.arange(1, points + 1), ids=[PointId(f"point {number}") for number in range(points)], status=status,
        since=since, exact=np.zeros(points, np.bool_), point=point[by_time], at=at[by_time], before=before[by_time],
        after=after[by_time],
        begin=now - timedelta(days=8), end=now)


def measured(history: HistoryStore, past: InventedPast, now: datetime) -> list[float]:
    """Seconds: everything as it is now, the day's changes, one moment, all moments of a day's curve, 1,000 points' pasts."""
    history.begin_with(past, "benchmark")
    times = [time.perf_counter()]

    def lap() -> None:
        times.append(time.perf_counter())

    end = to_ms(now)
    known = history.known_status()
    lap()
    events = history.events(end - DAY)
    lap()
    watched = Coverage(history.watched(end - 8 * DAY), 30_000).watched(end - 7 * DAY, end)
    selection = PointSelection(known.handles, np.sort(known.handles.astype(np.uint64)), known.status)
    counts_at(np.array([end - 12 * HOUR]), selection, events, watched)
    lap()
    counts_at(moments(end, DAY, 5 * MINUTE), selection, events, watched)
    lap()
    history.pasts({int(handle): past.ids[handle - 1] for handle in past.handles[:1000]}, end - 7 * DAY)  # type: ignore[misc]
    lap()
    history.close()
    return [after - before for before, after in pairwise(times)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--changes", type=int, default=1_700_000)
    found = parser.parse_args()
    now = datetime.now(UTC)
    past, server = a_day(found.points, found.changes, now), Server()
    try:
        with tempfile.TemporaryDirectory() as directory:
            sqlite = measured(History(Path(directory) / "history.sqlite"), past, now)
            postgres = measured(PostgresHistory(server.create(), "history"), past, now)
    finally:
        server.stop()
    table: Table = [["", "SQLite", "PostgreSQL"]]
    for name, one, other in zip(("all points as they are now, at a start", f"a day of {found.changes:,} changes, at a start",
                                 "one moment of that day, in memory", "the day's curve, 289 moments, in memory",
                                 "the week of 1,000 points"), sqlite, postgres, strict=True):
        table.append([name, f"{1000 * one:,.0f} ms", f"{1000 * other:,.0f} ms"])
    for row in table:
        print(" | ".join(row))


if __name__ == "__main__":
    main()
