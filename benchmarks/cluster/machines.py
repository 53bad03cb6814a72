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
from benchmarks.cluster.namespace import Address, Namespace
from benchmarks.cluster.programs import HAProxy, Postgres, faketime_library, free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0
STANDBY = "standby"
LOOPBACK = re.compile(r"http://127\.0\.0\.1:(\d+)")
ROLE = re.compile(r'^wirelane_geo_replica\{replica="([^"]+)",role="(leader|standby)"\} 1.0$', re.MULTILINE)


class Replica:
    """One process of the application, with a data directory of its own; in a network namespace, if one is given. `servers`: the
    ports of the database's servers."""

    def __init__(self, number: int, directory: Path, servers: Sequence[int], settings: dict[str, str],
                 namespace: Namespace | None = None) -> None:
        self.namespace, here = namespace, namespace.here if namespace else "127.0.0.1"
        self._links = [Link(port, here) for port in servers]
        self.name, address = f"geo{number}", namespace.there if namespace else "127.0.0.1"
        self.place = f"{address}:{free_port()}"
        self.url = f"http://{self.place}"
        self.data = directory / self.name
        self.data.mkdir(mode=0o700)
        self._log = directory / f"{self.name}.log"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
        self._environment = {
            **inherited, "WIRELANE_GEO_DATA": str(self.data),
            "WIRELANE_GEO_DATABASE": database_at([link.port for link in self._links], here), "WIRELANE_GEO_REPLICA": self.name,
            "STREAMLIT_SERVER_PORT": self.place.rpartition(":")[2], "STREAMLIT_SERVER_ADDRESS": address,
            "FORWARDED_ALLOW_IPS": here, "WIRELANE_GEO_REQUESTS_PER_ADDRESS": "100000",
            **settings}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, ahead_s: float = 0.0) -> None:
        """Begin, with a clock that is so many seconds ahead; `wait` until it answers."""
        command = [sys.executable, "app.py"]
        environment = self._environment
        if ahead_s:
            environment = {**environment, "LD_PRELOAD": str(faketime_library()), "FAKETIME": f"{ahead_s:+g}s",
                           "DONT_FAKE_MONOTONIC": "1"}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self.namespace.command(command) if self.namespace else command, cwd=ROOT,
                                            env=environment, stdout=log, stderr=log, start_new_session=True)

    def start_ahead(self, seconds: float) -> None:
        """Begin with a clock that is so many seconds ahead, and wait until it answers. libfaketime now and then miscounts a
        sleep, which ends a process that begins: then it begins again."""
        for attempt in range(3):
            self.start(seconds)
            try:
                return self.wait()
            except RuntimeError:
                if attempt == 2:
                    raise

    def cut(self) -> None:
        """Its link is down: that of its machine; without a namespace that to the database's servers alone."""
        for link in [self.namespace] if self.namespace else self._links:
            link.cut()

    def mend(self) -> None:
        """Its link is up again."""
        for link in [self.namespace] if self.namespace else self._links:
            link.mend()

    def close(self) -> None:
        """Let go of its network, once it has ended."""
        for link in self._links:
            link.close()
        if self.namespace is not None:
            self.namespace.close()

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
    """Started within `with`. `say` hears what is being done; `namespaces`: each replica in a network namespace."""

    def __init__(self, *, stations: int = 25_000, count: int = 3, say: Callable[[str], None] = lambda _: None,
                 namespaces: bool = False, **settings: str) -> None:
        self._stations, self._count, self._say, self._settings = stations, count, say, settings
        self._namespaces = namespaces
        self.directory = Path(tempfile.mkdtemp(prefix="wirelane-geo-cluster-"))
        self.directory.chmod(0o755)  # its directories are closed; PostgreSQL's user has to come to its own
        self.servers: list[Postgres] = []
        self.replicas: list[Replica] = []
        self.balancer: HAProxy | None = None
        self._address: Address | None = None
        self._links: list[Link] = []

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
        if self._namespaces:
            self._address = Address()
        settings = {"WIRELANE_GEO_DEMO_STATIONS": str(self._stations),
                    **{name: self._reached(value) for name, value in self._settings.items()}}
        servers = [server.port for server in self.servers]
        for number in range(1, self._count + 1):
            self.replicas.append(Replica(number, self.directory, servers, settings, Namespace() if self._namespaces else None))
        for replica in self.replicas:
            self._say(f"replica {replica.name} at {replica.url}")
            replica.start()
            replica.wait()
        self.balancer = HAProxy(([replica.place for replica in self.replicas] * 3)[:3])
        until(self._is_balanced)

    def _reached(self, value: str) -> str:
        """A setting that names a server of loopback, by an address at which all replicas reach it: what a callback was told is
        known by its URL."""
        if self._address is None:
            return value
        address = self._address.text

        def link(found: re.Match[str]) -> str:
            self._links.append(made := Link(int(found[1]), address))
            return f"http://{made.address}:{made.port}"

        return LOOPBACK.sub(link, value)

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
            replica.close()
        for link in self._links:
            link.close()
        if self._address is not None:
            self._address.close()
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def database_at(ports: Sequence[int], address: str = "127.0.0.1") -> str:
    """The URL of the database, at whichever of some ports of an address a server can be written to."""
    hosts = ",".join(address for _ in ports)
    return f"postgresql://geo@/geo?host={hosts}&port={','.join(map(str, ports))}&target_session_attrs=read-write"


def until(check: Callable[[], object], seconds: float = PATIENCE_S) -> float:
    """Wait until something is so; the seconds that took."""
    began = time.monotonic()
    while not check():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not so within {seconds:g} s")
        time.sleep(0.02)
    return time.monotonic() - began
