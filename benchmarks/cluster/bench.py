"""What replicas and workers bring: tiles a second of one and of two, and how soon a change at one is seen at another."""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx

from benchmarks.cluster.machines import ROLE, ROOT, Cluster, until
from benchmarks.cluster.programs import Missing, free_port
from benchmarks.cluster.traffic import TILES
from wirelane_geo.model import PointId, Status
from wirelane_geo.server.credentials import load_or_create
from wirelane_geo.store import open_store
from wirelane_geo.store.shared_state import open_shared_state

SECONDS = 8.0
PEOPLE = 8

ASKING = """
import itertools, sys, time, httpx
urls, seconds, tiles = sys.argv[1].split(","), float(sys.argv[2]), sys.argv[3].split(",")
until, count = time.monotonic() + seconds, 0
webs = [httpx.Client(base_url=url, timeout=30) for url in urls]
for web, tile in zip(itertools.cycle(webs), itertools.cycle(tiles)):
    if time.monotonic() > until:
        break
    assert web.get("/map/tiles/" + tile, headers={"Accept-Encoding": "gzip"}).status_code == 200
    count += 1
print(count)
"""
"""A person in a process of its own, so that asking is not what is measured."""


def tiles_a_second(*urls: str) -> float:
    """Tiles that PEOPLE get in a second."""
    tiles = ",".join("/".join(map(str, tile)) for tile in TILES)
    asking = [subprocess.Popen([sys.executable, "-c", ASKING, urls[number % len(urls)], str(SECONDS), tiles],
                               stdout=subprocess.PIPE, text=True) for number in range(PEOPLE)]
    return sum(int(one.communicate()[0]) for one in asking) / SECONDS


def workers(directory: Path, count: int) -> float:
    """Tiles a second of so many workers on one SQLite directory."""
    port = free_port()
    environment = {**os.environ, "WIRELANE_GEO_DATA": str(directory), "WIRELANE_GEO_SIMULATOR": "off",
                   "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "1000000", "WIRELANE_GEO_DEMO_STATIONS": "25000"}
    command = [sys.executable, "-c", "from wirelane_geo.cli import main; main()", "run", "--port", str(port),
               "--workers", str(count)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, names = f"http://127.0.0.1:{port}", set[str]()

    def all_serve() -> bool:
        try:
            if found := ROLE.search(httpx.get(f"{url}/metrics", timeout=5).text):
                names.add(found[1])
        except httpx.HTTPError:
            return False
        return len(names) == count

    try:
        until(all_serve, 300)
        tiles_a_second(url)
        return tiles_a_second(url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


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
        for number in range(times):
            point["status"] = ("FREE", "FAULTED")[number % 2]
            seq = other.get("/live/news?number=-1").json()["seq"]
            heard: list[float] = []
            waiting = threading.Thread(target=_hear, args=(there.url, seq, heard))
            waiting.start()
            time.sleep(0.1)
            began = time.monotonic()
            web.put(f"{points}/id/{point['id']}", headers=bearer, json=point).raise_for_status()
            waiting.join()
            took.append(1000 * (heard[0] - began))
    return took


def _hear(url: str, seq: int, heard: list[float]) -> None:
    while httpx.get(f"{url}/live/news?seq={seq}", timeout=30).json()["seq"] == seq:
        pass
    heard.append(time.monotonic())


def many_statuses(cluster: Cluster, count: int = 10_000, times: int = 8) -> list[float]:
    """Milliseconds from the begin of a write of statuses until all replicas tell of it."""
    took = []
    with closing(open_store(cluster.database)) as store:
        ids = [PointId(str(one.id)) for one in store.records(store.columns().handle[:count].tolist())]
        for number in range(times):
            status = (Status.FREE, Status.IN_USE)[number % 2]
            began = time.monotonic()
            store.set_statuses(dict.fromkeys(ids, status))
            seq = store.last_seq()
            until(partial(_all_tell, cluster, seq))
            took.append(1000 * (time.monotonic() - began))
    return took


def _all_tell(cluster: Cluster, seq: int) -> bool:
    return all(httpx.get(f"{one.url}/live/news?number=-1", timeout=30).json()["seq"] >= seq for one in cluster.replicas)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=25_000)
    found = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as directory:
            one, two = (workers(Path(directory), count) for count in (1, 2))
        print(f"workers: 1 {one:,.0f} tiles/s, 2 {two:,.0f} tiles/s: {two / one:.2f} times", flush=True)
        with Cluster(stations=found.stations, WIRELANE_GEO_SIMULATOR="off") as cluster:
            first, second, _ = cluster.replicas
            tiles_a_second(first.url, second.url)
            one, two = tiles_a_second(first.url), tiles_a_second(first.url, second.url)
            print(f"replicas: 1 {one:,.0f} tiles/s, 2 {two:,.0f} tiles/s: {two / one:.2f} times", flush=True)
            took = put_to_answer(cluster)
            say("a PUT at one replica, told by another", took)
            say("10,000 statuses to all replicas' answers", many_statuses(cluster))
    except Missing as error:
        raise SystemExit(str(error)) from None


def say(what: str, took: list[float]) -> None:
    """Print milliseconds."""
    print(f"{what}: p50 {statistics.median(took):.0f} ms, worst {max(took):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
