"""How long a question to a store may take: past its deadline, or once nobody waits for the answer, the database stops.

A deadline holds for all questions that are asked below `within`, in this thread and in those that get its context
(`anyio.to_thread`, `contextvars.copy_context`).
"""

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

    def start(self) -> None:
        """The time begins to run, if it doesn't yet."""
        if self._until is None:
            self._until = self._clock() + self.seconds

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        self._cancelled = True

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
