"""Several processes that answer at one port: started one after the other, started again when one ends, ended together.

They accept from one socket, which this process never lets go of: who comes while one of them ends, or is started, waits a moment
and is answered.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wirelane_geo.web.worker import Worker

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Before a worker that has ended is started again; the longer, the more often it has."""
STEADY_S = 60.0
"""One that has served for so long begins with the shortest pause again."""
FAILED_STARTS = 5
"""After so many in a row, without any of them serving, all of it ends: nothing would get better by itself."""
DRAIN_S = 20.0
"""So long a worker may take for answers under way when all end; then it is killed."""

Say = Callable[[str], None]


@dataclass
class _Place:
    """One worker after the other, under one number."""

    number: int
    process: "subprocess.Popen[bytes] | None" = None
    told: int = -1
    serving: bool = False
    began: float = 0.0
    failed: int = 0
    ends: int = 0
    start_at: float = 0.0


class Workers:
    """`count` workers of a program on a listening socket. `name`: what replicas are called, with a number behind it. `say` hears
    of the first that serves (an empty text), and in words what becomes of them."""

    def __init__(self, program: Path, listening: socket.socket, count: int, name: str, say: Say) -> None:
        self._program, self._listening, self._name, self._say = program, listening, name, say
        self._places = [_Place(number) for number in range(1, count + 1)]
        self._parent, self._held = os.pipe()  # the workers read; the end that is ours alone closes with this process
        self._ending, self._said = threading.Event(), False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT. The exit code: 0, or that of workers that can't be started."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ending.set())
        try:
            while not self._ending.wait(0.1):
                if (code := self._look()) is not None:
                    return code
            return 0
        finally:
            self._end()

    def _look(self) -> int | None:
        """Start what isn't there: the first alone, since it may make the network that the others only read. An exit code where
        all of it is in vain."""
        for place in self._places:
            if place.process is not None and place.process.poll() is not None:
                self._note_end(place, place.process.returncode)
                if place.failed >= FAILED_STARTS:
                    return place.process.returncode or 1
                place.process = None
            if place.process is None and time.monotonic() >= place.start_at:
                self._start(place)
            if place.process is not None and not place.serving:
                self._hear(place)
            if not place.serving and not any(one.serving for one in self._places):
                return None
        return None

    def _start(self, place: _Place) -> None:
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.environ["WIRELANE_GEO_REPLICA"] = f"{self._name}-{place.number}"
        worker = Worker(place.number, self._listening.fileno(), write, self._parent)
        place.process = subprocess.Popen(  # noqa: S603 - the same interpreter, our own file
            [sys.executable, str(self._program), *worker.arguments()], pass_fds=worker.descriptors,
            start_new_session=True)  # Ctrl-C is for the parent, which ends them one and all
        os.close(write)
        place.told, place.serving, place.began = read, False, time.monotonic()

    def _hear(self, place: _Place) -> None:
        with suppress(BlockingIOError):
            if os.read(place.told, 1):
                if not self._said:
                    self._said = True
                    self._say("")
                place.serving, place.failed = True, 0
                if place.ends:
                    self._say(f"Worker {place.number} serves again.")

    def _note_end(self, place: _Place, code: int) -> None:
        os.close(place.told)
        place.failed = 0 if place.serving else place.failed + 1
        place.ends = 1 if time.monotonic() - place.began > STEADY_S else place.ends + 1
        pause = PAUSES_S[min(place.ends, len(PAUSES_S)) - 1]
        place.start_at, place.serving = time.monotonic() + pause, False
        how = f"was ended by signal {-code}" if code < 0 else f"has ended ({code})"
        self._say(f"Worker {place.number} {how}; it is started again in {pause:g} s.")

    def _end(self) -> None:
        running = [place.process for place in self._places if place.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + DRAIN_S
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
