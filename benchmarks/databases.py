"""The store's operations in SQLite and in PostgreSQL, on the same network, side by side.

    python benchmarks/databases.py [--data DIRECTORY] [--points 1000000] [--rounds 5]

DIRECTORY is a data directory that has the points; it is only read. PostgreSQL is started from the programs of this machine, with
fsync as it comes, and gets the network by `wirelane-geo copy`'s own code.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

import msgspec

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.points import Table, text
from benchmarks.store import fill
from tests.postgres import Server
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PointId, Seq, Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import PointQuery, SqlStore, open_any
from wirelane_geo.store.network_copy import copy_network

STATUSES = (Status.FREE, Status.IN_USE, Status.FAULTED)
FRANKFURT = (8.7, 50.1)

Operation = Callable[[SqlStore, int], object]
"""What is measured, in a round."""


def operations(ids: list[PointId], points: list[ChargePoint]) -> Iterator[tuple[str, Operation]]:
    """Each operation with its name. Rounds differ, so that each changes something."""
    def changed(round: int) -> list[ChargePoint]:
        return [msgspec.structs.replace(point, city=f"{point.city} {round}") for point in points]

    def new(round: int) -> list[ChargePoint]:
        return [msgspec.structs.replace(point, id=PointId(f"new {round} {point.id}"), charging_point_id=None, evseid=None)
                for point in points]

    def view(zoom: float) -> Bounds:
        return Bounds.from_viewport(*FRANKFURT, zoom, 1280, 800)

    yield "all points into numpy", lambda store, _: store.database.read(  # without the copy that is kept of them
        lambda connection: connection.columns(None, lambda *_: None))
    yield "10,000 statuses", lambda store, round: store.set_statuses({id: STATUSES[(round + i) % 3] for i, id in enumerate(ids)})
    yield "what changed since (10,000)", lambda store, _: store.columns(since=Seq(store.last_seq() - 1))
    yield "one status", lambda store, round: store.set_statuses({ids[0]: STATUSES[round % 3]})
    yield "2,000 points that are new", lambda store, round: store.upsert(new(round), "benchmark")
    yield "2,000 points that differ", lambda store, round: store.upsert(changed(round), "benchmark")
    yield "2,000 points, the first time different", lambda store, _: store.upsert(changed(-1), "benchmark")
    yield "2,000 records of a file", lambda store, round: store.take(changed(round), "irve")
    for zoom in (6.0, 9.0, 12.0):
        yield f"a page of 50, zoom {zoom:g}", lambda store, _, zoom=zoom: store.query(  # type: ignore[misc]
            PointQuery(bounds=view(zoom), page_size=50))
    yield "a page of 50 by distance", lambda store, _: store.query(
        PointQuery(center=FRANKFURT, distance_m=20_000.0, order_by="distance"))
    yield "a page of stations with a free point", lambda store, _: store.query(
        PointQuery(bounds=view(11), statuses=frozenset([Status.FREE])))
    for words in ("frankfurt", "haupt 1", "DE*"):
        yield f"search {words!r}", lambda store, _, words=words: store.search(words, 32)  # type: ignore[misc]
    yield "50 records", lambda store, round: store.records(
        [handle for handle, _ in store.places(ids[50 * round:50 * round + 50]).values()])
    yield "a point by its EVSE ID", lambda store, round: store.get("evseid", points[round].evseid or "")
    yield "how many points and stations", lambda store, _: store.counts()
    yield "the last change's number", lambda store, _: store.last_seq()
    yield "2,000 points removed", lambda store, round: store.remove("benchmark") if round == 0 else None


def measured(one: SqlStore, other: SqlStore, rounds: int) -> Table:
    """Rows: operation, ms in each, how many times as long."""
    found = one.database.ask(lambda connection: connection.execute(
        "SELECT id FROM points WHERE rowid % 97 = 0 ORDER BY rowid LIMIT 10000").fetchall())
    ids = [PointId(id) for (id,) in found]
    points = one.records([handle for handle, _ in one.places(ids[:2000]).values()])
    rows: Table = [["operation", "SQLite", "PostgreSQL", "times"]]
    for name, operation in operations(ids, points):
        taken: tuple[list[float], list[float]] = ([], [])
        for round in range(rounds):
            for store, times in zip((one, other), taken, strict=True):
                begin = time.perf_counter()
                operation(store, round)
                times.append((time.perf_counter() - begin) * 1000)
        here, there = (median(times if "removed" not in name else times[:1]) for times in taken)
        rows.append([name, f"{here:,.2f} ms", f"{there:,.2f} ms", f"{there / here:.2f}"])
        print(*rows[-1], sep="  ", file=sys.stderr, flush=True)
    return rows


@contextmanager
def both(data: Path) -> Iterator[tuple[SqlStore, SqlStore, float]]:
    """The network of a data directory, copied, in either kind of database; and the seconds that copying took."""
    server = Server(("fsync=on", "full_page_writes=on", "shared_buffers=512MB", "autovacuum=on", "autovacuum_naptime=5"))
    with tempfile.TemporaryDirectory() as directory:
        try:
            shutil.copy(data / DATABASE, Path(directory) / DATABASE)
            with closing(open_any(Path(directory) / DATABASE)) as one, closing(open_any(server.create())) as other:
                begin = time.perf_counter()
                copy_network(one, other, lambda *_: None, lambda _: None)
                taken = time.perf_counter() - begin
                other.database.write(lambda connection: connection.execute("ANALYZE"))
                yield one, other, taken
        finally:
            server.stop()


def main(points: int = 1_000_000, data: Path | None = None, rounds: int = 5) -> Table:
    """The table; `data`: a directory with a store that is there already."""
    with tempfile.TemporaryDirectory() as directory:
        here = data or Path(directory)
        if data is None:
            fill(here, points)
        with both(here) as (one, other, taken):
            return [*measured(one, other, rounds), ["copying the network, and comparing it", "", f"{taken:,.0f} s", ""]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="a data directory that benchmarks/store.py made")
    parser.add_argument("--rounds", type=int, default=5)
    print(text(main(**vars(parser.parse_args()))))
