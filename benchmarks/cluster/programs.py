"""PostgreSQL and HAProxy of this machine, as an ordinary user's processes on loopback."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

HAPROXY = Path(__file__).parents[2] / "deploy" / "haproxy.cfg"
PATIENCE_S = 60.0


class Missing(Exception):
    """A program isn't on this machine; the text says how to get it."""


def faketime_library() -> Path | None:
    """What gives a process another clock, where that is on this machine."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def postgres_programs() -> Path:
    """Where the newest PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    own = shutil.which("initdb")
    if found or own:
        return found[-1].parent if found else Path(str(own)).resolve().parent
    raise Missing("PostgreSQL isn't installed. On Debian and Ubuntu: apt install postgresql")


def haproxy_program() -> str:
    """HAProxy."""
    found = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing("HAProxy isn't installed. On Debian and Ubuntu: apt install haproxy")
    return found


def as_ordinary_user(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL refuses to be run by root: then it is its own user's."""
    words = [str(word) for word in command]
    return ["runuser", "-u", _user(), "--", *words] if os.getuid() == 0 else words


def _user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


class Postgres:
    """A server in a directory, on a port of loopback. Without `follows` a new one; else a standby of that one."""

    def __init__(self, directory: Path, name: str, follows: "Postgres | None" = None) -> None:
        self._bin, self.name, self.port = postgres_programs(), name, free_port()
        self.directory = directory / name
        self.directory.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(self.directory, _user())
        self.data = self.directory / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self.leads, self.waits_for = follows is None, ""
        if follows is None:
            self._run("initdb", "-D", self.data, "-U", "geo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        else:
            self._run("pg_basebackup", "-h", "127.0.0.1", "-p", follows.port, "-U", "geo", "-D", self.data, "-R", "-X", "stream",
                      "-c", "fast", "-d", f"application_name={name}")

    def start(self, waits_for: str = "") -> None:
        """Begin; `waits_for`: the standby that has to have what is acknowledged."""
        self.waits_for = waits_for
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.directory,
                   "max_connections": 200, "shared_buffers": "512MB", "max_wal_size": "4GB", "wal_compression": "lz4",
                   "checkpoint_timeout": "15min",
                   "synchronous_standby_names": waits_for,
                   "client_connection_check_interval": "1s", "wal_keep_size": "256MB", "log_min_messages": "fatal"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(as_ordinary_user([self._bin / "postgres", "-D", self.data, *words]), cwd="/",
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self._wait("pg_isready", "-h", "127.0.0.1", "-p", self.port, "-U", "geo")

    def create(self, database: str) -> None:
        """Make a database."""
        self._run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "geo", database)

    def promote(self) -> None:
        """What was a standby takes over."""
        self._run("pg_ctl", "promote", "-D", self.data, "-w")
        self.leads = True

    def kill(self) -> None:
        """As after a power cut: all its processes at once."""
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
            os.kill(pid, signal.SIGQUIT)
        if self._process is not None:
            self._process.wait(PATIENCE_S)

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def _run(self, program: str, *words: object) -> None:
        done = subprocess.run(as_ordinary_user([self._bin / program, *map(str, words)]), cwd="/", text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()[-500:]}")

    def _wait(self, program: str, *words: object) -> None:
        give_up = time.monotonic() + PATIENCE_S
        command = as_ordinary_user([self._bin / program, *map(str, words)])
        while subprocess.run(command, cwd="/", capture_output=True).returncode:
            if time.monotonic() > give_up or not self.runs:
                raise RuntimeError(f"{self.name} did not start")
            time.sleep(0.1)


class HAProxy:
    """HAProxy before three replicas, each given as "address:port", by the project's own configuration."""

    def __init__(self, replicas: Sequence[str]) -> None:
        self.port = free_port()
        places = {f"GEO_{number}": place for number, place in enumerate(replicas, 1)}
        self._process = subprocess.Popen(
            [haproxy_program(), "-db", "-f", str(HAPROXY)], env={"GEO_BIND": f"127.0.0.1:{self.port}", **places},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether its process is there."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End."""
        self._process.kill()
        self._process.wait()
