"""The server that is attacked: started with a data directory of its own, and watched from outside."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Server:
    """Where it answers (loopback), its process id, its data directory."""

    url: str
    pid: int
    data: Path

    def memory_mb(self) -> float:
        """Its resident memory."""
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(text.split("VmRSS:")[1].split()[0]) / 1024

    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


@contextmanager
def running(data: Path, stations: int) -> Iterator[Server]:
    """A server on a demo network, on a free port, until the end of the block."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
    environment = kept | {"WIRELANE_GEO_DATA": str(data), "WIRELANE_GEO_DEMO_STATIONS": str(stations),
                          "WIRELANE_GEO_BASEMAP": "embedded", "STREAMLIT_SERVER_PORT": "0"}
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    assert process.stderr is not None
    try:
        url = next(line.split(" is at ")[1].strip() for line in process.stderr if " is at http" in line)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield Server(url, process.pid, data)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SystemExit("The server did not end within 30 s of SIGTERM.") from None


@dataclass
class Health:
    """What `/healthz` took while it was asked, in seconds, and what the server needed at the most."""

    took: list[float] = field(default_factory=list)
    failed: int = 0
    memory_mb: float = 0.0
    descriptors: int = 0


@contextmanager
def watched(server: Server, every: float = 0.05) -> Iterator[Health]:
    """Ask `/healthz` again and again on one connection, and look at memory and descriptors, until the end of the block."""
    health, over = Health(), threading.Event()

    def look() -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            while not over.wait(every):
                begun = time.perf_counter()
                try:
                    health.failed += client.get("/healthz").status_code != 200
                except httpx.HTTPError:
                    health.failed += 1
                health.took.append(time.perf_counter() - begun)
                health.memory_mb = max(health.memory_mb, server.memory_mb())
                health.descriptors = max(health.descriptors, server.descriptors())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield health
    finally:
        over.set()
        thread.join()
