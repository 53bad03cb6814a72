"""Which role a process has among all that serve one network: it leads, or stands by to take over.

The leader does what only one may do: it numbers changes, writes and trims the history, and has its duties, which are added here:
simulating, telling callbacks, following feeds. All that it writes is behind its fence (`store.fence`).
"""

import logging
import threading
from typing import Protocol

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.store.fence import Fence
from wirelane_geo.store.shared_state import LeaderLock

log = logging.getLogger(__name__)

LOOK_S = 0.25
"""So often a leader says that it is alive, and the others look whether it is."""


class Duty(Protocol):
    """What only a leader does, in threads of its own. Both are called by one thread, in turns; neither should take long."""

    def begin(self, fence: Fence) -> None:
        """This process leads from now on. What is written is written within `fenced(fence)`."""

    def end(self) -> None:
        """It leads no longer."""


class Leader:
    """The role of this process. `name`: what it is called where people read of it."""

    def __init__(self, lock: LeaderLock, name: str = "") -> None:
        self.name = name
        self._lock, self._looking = lock, threading.Lock()
        self._fence: Fence | None = None
        self._turned = threading.Condition()
        self._duties: list[Duty] = []
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def add(self, duty: Duty) -> None:
        """Give it a duty. Before `start`."""
        self._duties.append(duty)

    @property
    def fence(self) -> Fence | None:
        """What to write by, while this process leads; None while it stands by."""
        return self._fence

    @property
    def leads(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self._fence is not None

    def look(self) -> Fence | None:
        """Take the lead where nobody has it, or say that its holder is alive. What to write by, if it is this process."""
        with self._looking:
            if self._stopping.is_set():
                return None
            before = self._fence
            try:
                fence = self._lock.take() if before is None else before if self._lock.renew() else None
            except (OSError, WirelaneGeoError) as error:
                if before is not None:
                    log.warning("%s can't tell whether it still leads, and stands by: %s", self.name, error)
                fence = None
            self._turn(fence)
            return fence

    def start(self) -> None:
        """Begin to look, and to do the duties of whoever leads."""
        for run, name in ((self._look_on, "leader"), (self._do_duties, "duties")):
            thread = threading.Thread(target=run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End the duties, then let another one lead."""
        self._stopping.set()
        with self._turned:
            self._turned.notify_all()
        for thread in self._threads:
            thread.join()
        with self._looking:
            self._lock.release()
            self._fence = None

    def _look_on(self) -> None:
        while not self._stopping.wait(LOOK_S):
            self.look()

    def _turn(self, fence: Fence | None) -> None:
        if fence is self._fence:
            return
        if self.name:
            log.info("%s leads (epoch %d)" if fence else "%s leads no longer (epoch %d)", self.name,
                     (fence or self._fence).epoch)  # type: ignore[union-attr]  # one of the two is there
        with self._turned:
            self._fence = fence
            self._turned.notify_all()

    def _do_duties(self) -> None:
        done: Fence | None = None
        while not (stopping := self._stopping.is_set()) or done is not None:
            wanted = None if stopping else self._fence
            if done is not wanted:
                self._end(done)
                self._begin(wanted)
                done = wanted
            with self._turned:
                if done is self._fence and not self._stopping.is_set():
                    self._turned.wait()

    def _begin(self, fence: Fence | None) -> None:
        for duty in self._duties if fence is not None else ():
            assert fence is not None  # noqa: S101 - else there are none
            try:
                duty.begin(fence)
            except Exception:  # the others are done all the same
                log.exception("a duty of the leader could not be begun")

    def _end(self, fence: Fence | None) -> None:
        for duty in reversed(self._duties if fence is not None else ()):
            try:
                duty.end()
            except Exception:
                log.exception("a duty of the leader could not be ended")
