"""What was sent, what was seen on the wall, and how long it took.

A change is *seen* when the wall's feed names it: that is when its pixels are on screen. Some never are, by design: a point
that changed again before anybody asked has only its last status to show (*overtaken*), and after an outage more comes at once
than the feed has lines for. Those are *found*: the whole picture (every number, every cluster and mark of the map) was
compared with the upstream's and was the same. What the picture still lacks when that was waited for is *lost*.
"""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from wirelane_geo.model import Status


@dataclass
class Change:
    """A point came to a status at a time (s since 1970); how the wall was told at that time."""

    after: Status
    at: float
    way: str


class Tally:
    """Counts; thread-safe. `way`: how changes are told now: "webhook", "polling", or "fault" while something is broken."""

    def __init__(self) -> None:
        self.way = "fault"
        self.sent: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.overtaken = self.lost = self.reported_twice = 0
        self.delays: dict[str, list[float]] = defaultdict(list)
        self._waiting: dict[str, list[Change]] = defaultdict(list)
        self._numbers: dict[int, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def send(self, point: str, after: Status, at: float) -> None:
        """A change was written."""
        with self._lock:
            self.sent[self.way] += 1
            self._waiting[point].append(Change(after, at, self.way))

    def see(self, number: int, point: str, after: str, at: float) -> None:
        """The feed shows a change. The oldest one that it can be is taken for it, so that no delay looks shorter than it was."""
        with self._lock:
            if self._numbers.setdefault(number, (point, after)) != (point, after):
                self.reported_twice += 1
            waiting = self._waiting.get(point, [])
            for i, change in enumerate(waiting):
                if change.after == after and change.at <= at:
                    self.delays[change.way].append(at - change.at)
                    self.overtaken += i
                    del waiting[: i + 1]
                    return

    def settle(self, missing: int) -> None:
        """The picture was compared, after everything had come to rest: so many points of it were wrong."""
        with self._lock:
            for waiting in self._waiting.values():
                if waiting:
                    self.overtaken += len(waiting) - 1
                    self.found[waiting[-1].way] += 1
            self.lost += missing
            self._waiting.clear()
            self._numbers.clear()

    def spread(self, way: str) -> tuple[float, float, float]:
        """p50, p95 and the longest delay in seconds, nan where there was none."""
        delays = self.delays[way] or [float("nan")]
        return float(np.percentile(delays, 50)), float(np.percentile(delays, 95)), float(np.max(delays))

    @property
    def seen(self) -> int:
        """How many the feed has shown."""
        return sum(map(len, self.delays.values()))
