"""What replicas and workers bring: tiles a second of one and of two; then, with a million points, how soon a replica is there,
and how soon a change at one is seen at another."""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import psycopg

from benchmarks.cluster.machines import ROLE, ROOT, Cluster, Replica, until
from benchmarks.cluster.million import multiply
from benchmarks.cluster.programs import Missing, free_port
from benchmarks.cluster.traffic import TILES
from wirelane_geo.model import PointId, Status
from wirelane_geo.server.credentials import load_or_create
from wirelane_geo.store import open_store
from wirelane_geo.store.shared_state import open_shared_state

PEOPLE = 8
ROUNDS = 3
"""So often one and two are measured, in turns: the middle one counts."""

ASKING = """
local tiles, number = {%s}, 0
local who = tonumber(io.open("/proc/self/stat"):read("*n"))
request = function()
  number = number + 1
  local path = "/map/tiles/" .. tiles[number %% #tiles + 1]
  if %s then path = string.format("%%s?kw=%%d.%%d-", path, number %% 300, who) end
  return wrk.format("GET", path, {["Accept-Encoding"] = "gzip"})
end
done = function(summary)
  io.write(string.format("RESULT %%d %%d\\n", summary.requests, summary.errors.status + summary.errors.connect
    + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""
"""What wrk asks for: one tile after the other; where they are to be made anew, each with a filter that nobody else has."""
KINDS = {"kept": "false", "made anew": "true"}


def tiles_a_second(directory: Path, seconds: float, kind: str, *urls: str) -> float:
    """Tiles of a kind that PEOPLE get in a second, each over a connection of their own that begins a moment after the last."""
    script = directory / "tiles.lua"
    script.write_text(ASKING % (", ".join(f'"{zoom}/{x}/{y}"' for zoom, x, y in TILES), KINDS[kind]), encoding="utf-8")
    asking = []
    for number in range(PEOPLE):
        asking.append(subprocess.Popen(
            [shutil.which("wrk") or "wrk", "-t1", "-c1", f"-d{seconds:g}s", "--timeout", "30s", "-s", str(script),
             urls[number % len(urls)]], stdout=subprocess.PIPE, text=True))
        time.sleep(0.05)
    answered = 0
    for one in asking:
        [said] = [line for line in one.communicate()[0].splitlines() if line.startswith("RESULT")]
        _, requests, errors = said.split()
        if int(errors):
            raise RuntimeError(f"{errors} of {requests} tiles failed")
        answered += int(requests)
    return answered / seconds


class Workers:
    """So many workers on one SQLite directory, started within `with`."""

    def __init__(self, directory: Path, count: int, stations: int) -> None:
        self._count, port = count, free_port()
        self._environment = {**os.environ, "WIRELANE_GEO_DATA": str(directory), "WIRELANE_GEO_SIMULATOR": "off",
                             "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "1000000", "WIRELANE_GEO_DEMO_STATIONS": str(stations)}
        self._command = [sys.executable, "-c", "from wirelane_geo.cli import main; main()", "run", "--port", str(port),
                         "--workers", str(count)]
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> str:
        self._process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        names = set[str]()

        def all_serve() -> bool:
            try:
                if found := ROLE.search(httpx.get(f"{self.url}/metrics", timeout=5).text):
                    names.add(found[1])
            except httpx.HTTPError:
                return False
            return len(names) == self._count

        until(all_serve, 300)
        return self.url

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)


Speeds = dict[str, tuple[list[float], list[float]]]
"""Of each kind: tiles a second of one process and of two, in each round."""


def of_workers(directory: Path, seconds: float, stations: int) -> Speeds:
    """Of one worker and of two, in turns."""
    found: Speeds = {kind: ([], []) for kind in KINDS}
    for _ in range(ROUNDS):
        for number in (1, 2):
            with Workers(directory / "workers", number, stations) as url:
                tiles_a_second(directory, 1, "kept", url)
                for kind, rounds in found.items():
                    rounds[number - 1].append(tiles_a_second(directory, seconds, kind, url))
    return found


def of_replicas(directory: Path, seconds: float, cluster: Cluster) -> Speeds:
    """Of one replica and of two, in turns."""
    urls = [one.url for one in cluster.replicas[:2]]
    tiles_a_second(directory, 1, "kept", *urls)
    return {kind: tuple(zip(*([tiles_a_second(directory, seconds, kind, *urls[:number]) for number in (1, 2)]  # type: ignore[misc]
                              for _ in range(ROUNDS)), strict=True)) for kind in KINDS}


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
        for number in range(times):
            point["status"] = ("FREE", "FAULTED")[number % 2]
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
    while web.get(f"/live/news?seq={seq}").json()["seq"] == seq:
        pass
    heard.append(time.monotonic())


def many_statuses(cluster: Cluster, count: int = 10_000, times: int = 20) -> list[float]:
    """Milliseconds from the begin of a write of statuses until all replicas tell of it."""
    took = []
    with psycopg.connect(cluster.database) as connection:
        ids = [PointId(id) for (id,) in connection.execute(
            "SELECT id FROM points WHERE quadkey IS NOT NULL ORDER BY rowid LIMIT %s", (count,))]
    webs = [httpx.Client(base_url=one.url, timeout=30) for one in cluster.replicas]
    with closing(open_store(cluster.database)) as store:
        for number in range(times):
            status = (Status.FREE, Status.IN_USE)[number % 2]
            began = time.monotonic()
            store.set_statuses(dict.fromkeys(ids, status))
            seq = store.last_seq()
            until(partial(_all_tell, webs, seq))
            took.append(1000 * (time.monotonic() - began))
    for web in webs:
        web.close()
    return took


def _all_tell(webs: Sequence[httpx.Client], seq: int) -> bool:
    return all(web.get("/live/news?number=-1").json()["seq"] >= seq for web in webs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=10_000, help="of the network whose tiles are asked for")
    parser.add_argument("--seconds", type=float, default=2.5, help="for which tiles are asked for, each time")
    parser.add_argument("--points", type=int, default=1_000_000, help="of the network that is started and changed")
    found = parser.parse_args()
    began = time.monotonic()
    try:
        if shutil.which("wrk") is None:
            raise Missing("wrk isn't installed. On Debian and Ubuntu: apt install wrk")
        with tempfile.TemporaryDirectory() as made:
            directory = Path(made)
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


def compare(what: str, speeds: Speeds) -> None:
    """Print tiles a second of one and of two, the middle of the rounds."""
    for kind, rounds in speeds.items():
        one, two = map(statistics.median, rounds)
        print(f"{what}, tiles that are {kind}: 1 {one:,.0f}/s, 2 {two:,.0f}/s: {two / one:.2f} times", flush=True)


def say(what: str, took: list[float]) -> None:
    """Print milliseconds."""
    p95 = statistics.quantiles(took, n=20)[-1]
    print(f"{what}: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, worst {max(took):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
