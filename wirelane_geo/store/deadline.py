"""How long a question to a store may take: past its deadline, or once nobody waits for the answer, the database stops.

A deadline holds for all questions that are asked below `within`, in this thread and in those that get its context
(`anyio.to_thread`, `contextvars.copy_context`).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

STEPS = 20_000
"""Instructions of SQLite's virtual machine between two looks at the clock: some milliseconds at the most."""


class Deadline:
    """`seconds` from the first question on. `clock`: monotonic seconds. Thread-safe."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._until: float | None = None
        self._cancelled = False
        self._lock = threading.Lock()
        self._stop: Callable[[], object] | None = None

    def start(self) -> None:
        """The time begins to run, if it doesn't yet."""
        if self._until is None:
            self._until = self._clock() + self.seconds

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        with self._lock:
            self._cancelled = True
            if self._stop is not None:
                self._stop()

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._cancelled

    def left(self) -> float:
        """Seconds until it has passed; after `start`."""
        return self.seconds if self._until is None else self._until - self._clock()

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """Inside, `stop` is called when nobody waits any more, once: what another program does for the answer is to end."""
        with self._lock:
            self._stop = stop
            if self._cancelled:
                stop()
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    def passed(self) -> bool:
        """Whether to stop."""
        return self._cancelled or (self._until is not None and self._clock() > self._until)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """The deadline of what is being asked here."""
    return _current.get()


@contextmanager
def within(deadline: Deadline) -> Iterator[None]:
    """What is asked inside has this deadline; the store raises StoreTimeout past it."""
    before = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(before)
