"""Which change the network had come to at which time, as long as this process knows."""

import threading
from bisect import bisect_right
from datetime import datetime

from wirelane_geo.model import Seq

MOST = 20_000
"""Moments that are known; of those before nothing is."""


class Moments:
    """Thread-safe. Changes within a second are one moment."""

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._seqs: list[Seq] = []
        self._lock = threading.Lock()

    def note(self, at: datetime, seq: Seq) -> None:
        """At a time (aware) the network had come to a change."""
        with self._lock:
            if self._seqs and (seq <= self._seqs[-1] or at < self._times[-1]):
                return
            if self._times and at.replace(microsecond=0) == self._times[-1].replace(microsecond=0):
                self._times.pop()
                self._seqs.pop()
            self._times.append(at)
            self._seqs.append(seq)
            if len(self._times) > MOST:
                del self._times[:MOST // 10], self._seqs[:MOST // 10]

    def seq_at(self, at: datetime) -> Seq | None:
        """The last change that was there at a time, or one before it; None where nobody knows."""
        with self._lock:
            place = bisect_right(self._times, at)
            return self._seqs[place - 1] if place else None
