"""What replicas and workers bring: tiles a second of one and of two; then, with a million points, how soon a replica is there,
and how soon a change at one is seen at another."""

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import psycopg

from benchmarks.cluster.machines import Cluster, Replica, until
from benchmarks.cluster.million import multiply
from benchmarks.cluster.programs import Missing
from benchmarks.cluster.speed import compare, machine, of_replicas, of_workers
from wirelane_geo.model import PointId, Status
from wirelane_geo.server.credentials import load_or_create
from wirelane_geo.store import open_store
from wirelane_geo.store.shared_state import open_shared_state


def start(replica: Replica) -> float:
    """Seconds from a replica's start until it has answered a tile."""
    def answers(web: httpx.Client) -> bool:
        try:
            return web.get(f"{replica.url}/map/tiles/4/8/5").status_code == 200
        except httpx.HTTPError:
            return False

    with httpx.Client(timeout=30) as web:
        began = time.monotonic()
        replica.start()
        until(lambda: answers(web))
        return time.monotonic() - began


def starts(cluster: Cluster, points: int, rounds: int = 2) -> tuple[float, float]:
    """Seconds until a replica answers that finds another one leading: without its copy of the columns, and with it; the middle
    of some rounds each."""
    for replica in cluster.replicas:
        replica.stop()
        _forget_copy(replica)
    print(f"{multiply(cluster.database, points):,} points", flush=True)
    leader, other, third = cluster.replicas
    start(leader)
    until(lambda: leader.role() == "leader")
    start(third)
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        _forget_copy(other)
        for times in found:
            times.append(start(other))
            until(lambda: any(other.data.glob("*.columns")))
            other.stop()
    start(other)
    return statistics.median(found[0]), statistics.median(found[1])


def _forget_copy(replica: Replica) -> None:
    for file in replica.data.glob("*.columns"):
        file.unlink()


def put_to_answer(cluster: Cluster, times: int = 60) -> list[float]:
    """Milliseconds from a PUT at one replica until another one tells of it."""
    state = open_shared_state(cluster.database, cluster.directory)
    own = load_or_create(state)
    here, there = cluster.replicas[0], cluster.replicas[1]
    form = {"grant_type": "password", "username": own.username, "password": own.password, "client_id": own.client_id,
            "client_secret": own.client_secret}
    took = []
    with httpx.Client(base_url=here.url, timeout=30) as web, httpx.Client(base_url=there.url, timeout=30) as other:
        bearer = {"Authorization": "Bearer " + web.post("/token", data=form).json()["access_token"]}
        points = f"/apis/emc/organizations/id/{own.organization}/points"
        point = web.get(points, headers=bearer).json()[0]
        for _ in range(times):
            point["status"] = "FREE" if point["status"] == "FAULTED" else "FAULTED"  # the same again would be no change
            seq = other.get("/live/news?number=-1").json()["seq"]
            heard: list[float] = []
            waiting = threading.Thread(target=_hear, args=(other, seq, heard))
            waiting.start()
            time.sleep(0.1)
            began = time.monotonic()
            web.put(f"{points}/id/{point['id']}", headers=bearer, json=point).raise_for_status()
            waiting.join()
            took.append(1000 * (heard[0] - began))
    return took


def _hear(web: httpx.Client, seq: int, heard: list[float]) -> None:
    until(lambda: web.get(f"/live/news?seq={seq}").json()["seq"] != seq)
    heard.append(time.monotonic())


def many_statuses(cluster: Cluster, count: int = 10_000, times: int = 20) -> list[float]:
    """Milliseconds from the begin of a write of statuses, of points all over the network, until all replicas tell of it."""
    took = []
    with psycopg.connect(cluster.database) as connection:
        ids = [PointId(id) for (id,) in connection.execute(
            "SELECT id FROM points WHERE quadkey IS NOT NULL AND rowid %% "
            "(SELECT greatest(1, count(*) / %s) FROM points) = 0 LIMIT %s", (count, count))]
    with closing(open_store(cluster.database)) as store, ThreadPoolExecutor(len(cluster.replicas)) as pages:
        webs = [httpx.Client(base_url=one.url, timeout=30) for one in cluster.replicas]
        for number in range(times):
            status, before = (Status.FREE, Status.IN_USE)[number % 2], store.last_seq()
            began = time.monotonic()
            store.set_statuses(dict.fromkeys(ids, status))
            list(pages.map(partial(_wait_for, before, store.last_seq()), webs))
            took.append(1000 * (time.monotonic() - began))
        for web in webs:
            web.close()
    return took


def _wait_for(known: int, wanted: int, web: httpx.Client) -> None:
    """Wait, as a page does, until a replica tells of a change."""
    until(lambda: web.get(f"/live/news?seq={known}").json()["seq"] >= wanted)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=5_000, help="of the network whose tiles are asked for")
    parser.add_argument("--seconds", type=int, default=3, help="for which tiles are asked for, each time")
    parser.add_argument("--points", type=int, default=1_000_000, help="of the network that is started and changed")
    found = parser.parse_args()
    began = time.monotonic()
    try:
        if shutil.which("wrk") is None:
            raise Missing("wrk isn't installed. On Debian and Ubuntu: apt install wrk")
        with tempfile.TemporaryDirectory() as made:
            directory = Path(made)
            print(f"two processes that only count, each on a core of its own: {machine(found.seconds):.2f} times one", flush=True)
            compare("workers", of_workers(directory, found.seconds, found.stations))
            with Cluster(stations=found.stations, WIRELANE_GEO_SIMULATOR="off",
                         WIRELANE_GEO_REQUESTS_PER_ADDRESS="1000000") as cluster:
                compare("replicas", of_replicas(directory, found.seconds, cluster))
                without, with_copy = starts(cluster, found.points)
                print(f"a replica answers {without:.1f} s after its start, with its copy of the columns {with_copy:.1f} s",
                      flush=True)
                say("a PUT at one replica, told by another", put_to_answer(cluster))
                say("10,000 statuses to all replicas' answers", many_statuses(cluster))
    except Missing as error:
        raise SystemExit(str(error)) from None
    print(f"in {time.monotonic() - began:.0f} s; load {os.getloadavg()[1]:.1f} of {os.cpu_count()} cores")


def say(what: str, took: list[float]) -> None:
    """Print milliseconds."""
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{what}: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, worst {max(took):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
