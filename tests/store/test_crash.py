"""The store outlives kill -9 at any moment: what was acknowledged is there, and the file is whole."""

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from wirelane_geo.store import PointQuery, open_store

pytestmark = pytest.mark.slow

WRITER = """
import sys
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.store import open_store

store, start = open_store(sys.argv[1]), int(sys.argv[2])
for n in range(start, start + 100_000):
    points = [ChargePoint(charge_point_id=f"{n}-{k}", longitude=k / 100, latitude=50.0, city="Gmünd") for k in range(40)]
    store.upsert(points, "irve")
    print("upsert", n, flush=True)
    one = store.create(ChargePoint(charge_point_id=f"{n}", longitude=1.0, latitude=50.0))
    print("create", one.id, flush=True)
    store.set_statuses({one.id: Status.FAULTED})
    print("status", one.id, flush=True)
    if n % 3 == 0:
        store.upsert([ChargePoint(charge_point_id="gone", longitude=1.0, latitude=50.0)], "demo")
        store.remove("demo")
        print("remove", n, flush=True)
"""


@pytest.mark.parametrize("round_", range(4))
def test_nothing_acknowledged_is_lost(url: str, round_: int) -> None:
    draw = random.Random(round_)
    acknowledged: list[list[str]] = []
    for life in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url, str(life * 1_000_000)], stdout=subprocess.PIPE,
                                  text=True)
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().split() for _ in range(draw.randrange(1, 60))]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line.split() for line in writer.stdout.read().splitlines()]  # said before it died
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        check(url, acknowledged)


def check(url: str, acknowledged: list[list[str]]) -> None:
    store = open_store(url)
    labels = {row.charge_point_id for row in store.records(store.columns().handle.tolist())}
    for what, name in acknowledged:
        if what == "upsert":
            assert {f"{name}-{k}" for k in range(40)} <= labels
        elif what == "create":
            assert store.get("id", name) is not None
        elif what == "status":
            assert store.get("id", name).status == "FAULTED"
    upserts = sum(label.endswith("-0") for label in labels)
    assert sum("-" in label for label in labels) == 40 * upserts, "a transaction is there whole or not at all"
    assert store.query(PointQuery(page_size=1)).total == len(labels) == store.counts().points
    points, bodies, words = store.database.read(lambda database: [  # type: ignore[attr-defined]
        {row[0] for row in database.execute(f"SELECT rowid FROM {table}")} for table in ("points", "bodies", "words")])
    assert points == bodies == words
    store.close()
    if not url.startswith("sqlite"):
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO words (words) VALUES ('integrity-check')")
