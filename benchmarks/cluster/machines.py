"""The cluster: a primary and its synchronous standby, three replicas, HAProxy before them. All of it ends with this process."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from benchmarks.cluster.link import Link
from benchmarks.cluster.programs import HAProxy, Postgres, free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0
STANDBY = "standby"
ROLE = re.compile(r'^wirelane_geo_replica\{replica="([^"]+)",role="(leader|standby)"\} 1.0$', re.MULTILINE)


class Replica:
    """One process of the application, with a data directory of its own."""

    def __init__(self, number: int, directory: Path, links: Sequence[Link], settings: dict[str, str]) -> None:
        self.links, database = links, database_at([link.port for link in links])
        self.name, self.port = f"geo{number}", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = directory / self.name
        self.data.mkdir(mode=0o700)
        self._log = directory / f"{self.name}.log"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
        self._environment = {
            **inherited, "WIRELANE_GEO_DATA": str(self.data), "WIRELANE_GEO_DATABASE": database,
            "WIRELANE_GEO_REPLICA": self.name, "STREAMLIT_SERVER_PORT": str(self.port),
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1", "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "100000", **settings}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; `wait` until it answers."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=self._environment, stdout=log,
                                            stderr=log, start_new_session=True)

    def wait(self) -> None:
        """Until it answers."""
        until(lambda: self.answers() or self._failed())

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def role(self) -> str | None:
        """What it says of its role, None: nothing now."""
        try:
            found = ROLE.search(httpx.get(f"{self.url}/metrics", timeout=5).text)
        except httpx.HTTPError:
            return None
        return found[2] if found else None

    def send(self, number: int) -> None:
        """Send its process a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _failed(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended:\n{self._log.read_text(encoding='utf-8', errors='replace')[-1500:]}")
        return False


class Cluster:
    """Started within `with`. `say` hears what is being done."""

    def __init__(self, *, stations: int = 25_000, count: int = 3, say: Callable[[str], None] = lambda _: None,
                 **settings: str) -> None:
        self._stations, self._count, self._say, self._settings = stations, count, say, settings
        self.directory = Path(tempfile.mkdtemp(prefix="wirelane-geo-cluster-"))
        self.directory.chmod(0o755)  # its directories are closed; PostgreSQL's user has to come to its own
        self.servers: list[Postgres] = []
        self.replicas: list[Replica] = []
        self.balancer: HAProxy | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def database(self) -> str:
        """The URL of the database, whichever of the two servers leads."""
        return database_at([server.port for server in self.servers])

    @property
    def url(self) -> str:
        """Where the map is."""
        assert self.balancer is not None
        return self.balancer.url

    def leader(self) -> Replica | None:
        """Who says that it leads."""
        return next((one for one in self.replicas if one.process and one.process.poll() is None and one.role() == "leader"), None)

    def _start(self) -> None:
        self._say("PostgreSQL, and its synchronous standby")
        primary = Postgres(self.directory, "primary")
        self.servers.append(primary)
        primary.start()
        standby = Postgres(self.directory, STANDBY, follows=primary)
        self.servers.append(standby)
        primary.kill()
        primary.start(waits_for=STANDBY)
        standby.start()
        primary.create("geo")
        settings = {"WIRELANE_GEO_DEMO_STATIONS": str(self._stations), **self._settings}
        self.replicas = [Replica(number, self.directory, [Link(server.port) for server in self.servers], settings)
                         for number in range(1, self._count + 1)]
        for replica in self.replicas:
            self._say(f"replica {replica.name} at {replica.url}")
            replica.start()
            replica.wait()
        ports = [replica.port for replica in self.replicas]
        self.balancer = HAProxy((ports * 3)[:3])
        until(self._is_balanced)

    def _is_balanced(self) -> bool:
        if self.balancer is None or not self.balancer.runs:
            raise RuntimeError("HAProxy did not start")
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End all of it, and remove what it kept."""
        if self.balancer is not None:
            self.balancer.stop()
        for replica in self.replicas:
            if replica.process and replica.process.poll() is None:
                replica.send(signal.SIGCONT)
                replica.send(signal.SIGTERM)
        for replica in self.replicas:
            replica.stop()
            for link in replica.links:
                link.close()
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def database_at(ports: Sequence[int]) -> str:
    """The URL of the database, at whichever of some ports of loopback a server can be written to."""
    hosts = ",".join("127.0.0.1" for _ in ports)
    return f"postgresql://geo@/geo?host={hosts}&port={','.join(map(str, ports))}&target_session_attrs=read-write"


def until(check: Callable[[], object], seconds: float = PATIENCE_S) -> float:
    """Wait until something is so; the seconds that took."""
    began = time.monotonic()
    while not check():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not so within {seconds:g} s")
        time.sleep(0.02)
    return time.monotonic() - began
