"""A worker: one of several processes that answer at one port, started and watched by `wirelane-geo run --workers N`."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

FLAG = "--worker"


@dataclass(frozen=True)
class Worker:
    """number: from 1 on; listening: the socket that all of them accept from; told: a pipe's end, written to once this one serves;
    parent: a pipe's end that is closed when the parent has ended."""

    number: int
    listening: int
    told: int
    parent: int

    def arguments(self) -> list[str]:
        """What the program is given to be this one."""
        return [FLAG, *map(str, (self.number, self.listening, self.told, self.parent))]

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the process has to inherit."""
        return self.listening, self.told, self.parent

    def socket(self) -> socket.socket:
        """Where it listens."""
        return socket.socket(fileno=self.listening)

    def serves(self) -> None:
        """Tell the parent that this one answers; from now on it ends, as on SIGTERM, when the parent has."""
        with suppress(BrokenPipeError):
            os.write(self.told, b"1")
        os.close(self.told)
        threading.Thread(target=self._end_with_parent, name="parent", daemon=True).start()

    def _end_with_parent(self) -> None:
        os.read(self.parent, 1)  # nothing is ever written there
        os.kill(os.getpid(), signal.SIGTERM)


def worker_of(arguments: Sequence[str] = tuple(sys.argv[1:])) -> Worker | None:
    """The worker that a program was started as, None for a program by itself."""
    if len(arguments) == 5 and arguments[0] == FLAG and all(one.isdecimal() for one in arguments[1:]):
        return Worker(*map(int, arguments[1:]))
    return None
