"""Real sessions played onto the upstream's network, and what was changed when."""

import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wirelane_geo.demo.replay import Playback, events_of, points_of, read_sessions, replay
from wirelane_geo.model import Status
from wirelane_geo.store import Store

BEGIN_MS = 1_733_040_000_000
"""A Sunday morning, 2024-12-01 08:00 UTC: from here on there is traffic."""

Sent = Callable[[str, Status, float], None]
"""Called with a point's id, the status it came to, and when (seconds since 1970)."""


class Traffic:
    """A replay in a thread, which can be halted and told to date its changes wrongly (`clock_s`, seconds)."""

    def __init__(self, store: Store, sessions: Path, speed: float, sent: Sent) -> None:
        ids, known = points_of(read_sessions(sessions), store)
        self._store, self._ids, self._sent = store, ids, sent
        self._playback = Playback(events_of(known), list(ids), BEGIN_MS)
        self._status = dict.fromkeys(ids, Status.UNKNOWN)
        self.clock_s = 0.0
        self.told_of: Collection[str] = ()
        self.changes = 0
        self._halted = self._ended = False
        self._lost_time = 0.0
        self._standing = threading.Event()
        self._beats = replay(self._playback, self._write, speed=speed, clock=self._clock, wait=self._wait, loop=True)
        self._thread = threading.Thread(target=self._play, name="traffic", daemon=True)

    def open(self) -> None:
        """Every point as it is at the beginning."""
        next(self._beats)
        self.changes = 0

    def start(self) -> None:
        """Play on."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended = True
        self._thread.join()

    def halt(self) -> None:
        """Change nothing from now on."""
        self._halted = True
        self._standing.wait()

    def go_on(self) -> None:
        """Go on where it was halted."""
        self._halted = False

    def _play(self) -> None:
        for _ in self._beats:
            pass

    def _clock(self) -> float:
        return time.monotonic() - self._lost_time

    def _wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        began = time.monotonic()
        while self._halted and not self._ended:
            self._standing.set()
            time.sleep(0.02)
        self._standing.clear()
        self._lost_time += time.monotonic() - began
        return self._ended

    def _write(self, changes: dict[int, Status]) -> int:
        new = {number: status for number, status in changes.items() if self._status[number] is not status}
        if not new:
            return 0
        at = datetime.now(UTC) + timedelta(seconds=self.clock_s)
        count = self._store.set_statuses({self._ids[number]: status for number, status in new.items()}, at)
        written = time.time()
        self._status.update(new)
        self.changes += len(new)
        for number, status in new.items():
            if self._ids[number] in self.told_of:
                self._sent(self._ids[number], status, written)
        return count
