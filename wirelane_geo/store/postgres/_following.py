"""Tells who wants to know that something changed in the database: by its notifications, and by a look a second."""

import contextlib
import threading
from collections.abc import Callable

import psycopg

from wirelane_geo.store.postgres.connection import CHANNEL

LOOK_S = 1.0
"""Seconds between two looks, in case that a notification was lost with its connection."""
AGAIN_S = 0.5
"""Seconds until a lost connection is tried again."""


class Followers:
    """All that follow one database; from the first one on a thread listens, with a connection of its own."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lock = threading.Lock()
        self._told: list[Callable[[], object]] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._listening = threading.Event()

    def add(self, told: Callable[[], object]) -> Callable[[], None]:
        """Call `told` from now on; what is returned ends that. Waits until a change would be heard of, some seconds at most."""
        with self._lock:
            self._told.append(told)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="store-changes", daemon=True)
                self._thread.start()
        self._listening.wait(5.0)

        def end() -> None:
            with self._lock, contextlib.suppress(ValueError):
                self._told.remove(told)

        return end

    def stop(self) -> None:
        """End, within a second."""
        self._stopping.set()

    def _run(self) -> None:
        known: int | None = None
        while not self._stopping.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._conninfo, autocommit=True) as wire:
                wire.execute(f"LISTEN {CHANNEL}".encode())
                while not self._stopping.is_set():
                    row = wire.execute("SELECT seq FROM state").fetchone()
                    if row and row[0] != known:  # the first one too: nobody knows what changed just before it
                        known = row[0]
                        self._tell()
                    self._listening.set()
                    for _ in wire.notifies(timeout=LOOK_S, stop_after=1):
                        pass
            self._stopping.wait(AGAIN_S)

    def _tell(self) -> None:
        with self._lock:
            followers = list(self._told)
        for told in followers:
            told()
