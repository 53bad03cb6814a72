"""How we treat an upstream host: not asked more often than it should be, and left alone for a while when it has failed.

A host's *circuit* is closed as long as it works. After `failures` calls in a row that failed (each with its repetitions) it
opens: calls fail at once, with the last cause. After `rest` seconds one call is let through, half-open: if it is answered
the circuit closes, if it fails the host rests again, for twice as long each time, up to `longest_rest`. A host has failed
when no answer came, or one of 5xx; any other answer, also a refusal, shows that it works.

A host's *places* are for requests under way, where it can't stand many at a time.

A host's *bucket* holds up to `burst` requests and fills with `rate` a second; who comes when it is empty waits.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import httpx

from wirelane_geo.api._deadline import Deadline
from wirelane_geo.errors import ApiError, ApiPaused

Clock = Callable[[], float]
_LOOK_S = 0.1
"""How soon a call that waits for its place learns that it was given up."""
State = Literal["closed", "open", "half-open"]


class Hosts:
    """What is known of each host, by scheme, name and port. Thread-safe. Give several clients the same one, so that
    together they ask no more, and all know what one has found out. `clock`: monotonic seconds."""

    def __init__(
        self, *, failures: int = 5, rest: float = 10.0, longest_rest: float = 60.0, rate: float = 50.0, burst: int = 100,
        clock: Clock = time.monotonic,
    ) -> None:
        self.failures = failures
        self.rest = rest
        self.longest_rest = longest_rest
        self.rate = rate
        self.burst = burst
        self.clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}

    def of(self, url: str) -> "Host":
        """The host that a URL is at."""
        parts = httpx.URL(url)
        name = f"{parts.scheme}://{parts.netloc.decode('ascii')}"
        with self._lock:
            return self._hosts.setdefault(name, Host(name, self))

    def states(self) -> dict[str, State]:
        """The state of each host's circuit, by "scheme://name:port"."""
        with self._lock:
            hosts = list(self._hosts.values())
        return {host.name: host.state for host in hosts}


class Host:
    """One host: its circuit and its bucket."""

    def __init__(self, name: str, rules: Hosts) -> None:
        self.name = name
        self._rules = rules
        self._lock = threading.Lock()
        self._failed = 0
        self._cause: ApiError | None = None
        self._rests_until = 0.0
        self._trying = False
        self._left = float(rules.burst)
        self._filled_at = rules.clock()
        self._free = threading.Condition()
        self._under_way = 0

    @property
    def state(self) -> State:
        """Whether calls go through: closed, all of them; open, none; half-open, the next one or the one on its way."""
        with self._lock:
            if self._failed < self._rules.failures:
                return "closed"
            return "half-open" if self._trying or self._rules.clock() >= self._rests_until else "open"

    def enter(self, request: str) -> None:
        """Let a call through. Raises ApiPaused where the circuit is open."""
        with self._lock:
            if self._failed < self._rules.failures:
                return
            left = self._rests_until - self._rules.clock()
            if left <= 0 and not self._trying:
                self._trying = True
                return
            when = f"It is tried again in {left:,.0f} s." if left > 0 else "It is being tried again right now."
            cause = self._cause
        raise ApiPaused(f"{request} was not sent: {self.name} failed {self._rules.failures} times in a row, so it is left "
                        f"alone for a while. {when} The last failure: {cause}", request=request, cause=cause)

    def worked(self) -> None:
        """A call was answered."""
        with self._lock:
            self._failed, self._cause, self._trying = 0, None, False

    def failed(self, cause: ApiError) -> None:
        """A call was not answered, or 5xx."""
        with self._lock:
            self._cause, self._trying = cause, False
            self._failed += 1
            if (times := self._failed - self._rules.failures) >= 0:
                rest = min(self._rules.longest_rest, self._rules.rest * 2 ** min(times, 30))
                self._rests_until = self._rules.clock() + rest

    def left_open(self) -> None:
        """A call ended without telling anything of the host: it was given up, or never sent."""
        with self._lock:
            self._trying = False

    @contextmanager
    def place(self, most: int, deadline: Deadline) -> Iterator[bool]:
        """Inside, no more than `most` requests are under way, those of other callers counted; False where the deadline came
        first, and nothing may be sent."""
        with self._free:
            while self._under_way >= most and deadline.remaining() > 0:
                self._free.wait(min(_LOOK_S, deadline.remaining()))
            taken = self._under_way < most and deadline.remaining() > 0
            self._under_way += taken
        try:
            yield taken
        finally:
            if taken:
                with self._free:
                    self._under_way -= 1
                    self._free.notify()

    def turn(self, patience: float) -> float | None:
        """Take one request from the bucket: seconds until it may be sent, None (and nothing taken) if above `patience`."""
        with self._lock:
            now = self._rules.clock()
            self._left = min(float(self._rules.burst), self._left + (now - self._filled_at) * self._rules.rate)
            self._filled_at = now
            wait = max(0.0, (1.0 - self._left) / self._rules.rate)
            if wait > patience:
                return None
            self._left -= 1.0
            return wait
