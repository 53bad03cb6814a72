"""The deadline of a call: each network operation of it ends then, however slowly the other side sends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy

Clock = Callable[[], float]
"""A monotonic clock, in seconds."""


class Deadline:
    """The moment at which a call must be over. It can be brought forward from any thread: `cancel`."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether somebody ended it before its time."""
        return self._cancelled.is_set()

    def remaining(self) -> float:
        """Seconds left, 0 when it has passed."""
        return 0.0 if self.cancelled else max(0.0, self._end - self._clock())

    def cancel(self) -> None:
        """Let no more time be left; whoever waits goes on at once."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Wait, until it is cancelled at most."""
        self._cancelled.wait(seconds)

    def part(self) -> "Deadline":
        """The same moment, for a part of the call; as a context it is cancelled at the end."""
        part = copy(self)
        part._cancelled = threading.Event()
        return part

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(self, *exc: object) -> None:
        self.cancel()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the network operations of this thread end with the deadline."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def left(timeout: float | None, passed: type[Exception]) -> float | None:
    """Seconds for one operation of this thread: its timeout, or less where the deadline is nearer. Raises `passed` where it has
    passed."""
    deadline = _current.get()
    if deadline is None:
        return timeout
    remaining = deadline.remaining()
    if remaining <= 0:
        raise passed("the time of the whole call is up")
    return remaining if timeout is None else min(timeout, remaining)
