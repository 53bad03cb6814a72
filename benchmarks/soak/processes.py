"""The two servers: an upstream with the embedded network, and the application that shows it as an account."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.application import ROOT, answers, free_port, wait_until

START_S = 120.0


class Application:
    """An application on a port that it keeps. `clock_s`: by how much its clock is wrong."""

    def __init__(self, data: Path, log: Path, **settings: str) -> None:
        self.data, self.port, self.clock_s = data, free_port(), 0.0
        self._log, self._settings = log, settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises SystemExit where it ends instead, TimeoutError."""
        others = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
        environment = {**others, "WIRELANE_GEO_DATA": str(self.data), "WIRELANE_GEO_BASEMAP": "embedded",
                       "WIRELANE_GEO_SIMULATOR": "off", "STREAMLIT_SERVER_PORT": str(self.port),
                       "STREAMLIT_SERVER_ADDRESS": "127.0.0.1", **self._settings}
        command = ["-m", "benchmarks.soak.clocked", str(self.clock_s)] if self.clock_s else ["app.py"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
        process = self._process
        wait_until(lambda: process.poll() is not None or answers(f"{self.url}/healthz"), seconds=START_S)
        if process.poll() is not None:
            raise SystemExit(f"the application ended with {process.returncode}; {self._log} says why")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, by kill -9 if asked for, and if it doesn't listen."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def memory_mb(self) -> float:
        """Resident memory; nan while it doesn't run."""
        return resident_mb(self._process.pid) if self._process else float("nan")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, nan for one that is gone."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return float("nan")
    return int(found[1]) / 1024 if found else float("nan")
