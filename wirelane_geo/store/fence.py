"""Keeps a process that led, and doesn't know yet that another one has taken over, from writing.

A fence holds for all writes below `fenced`, in this thread and in those that get its context. Every transaction that writes asks
it, once no other writer can be in between: what it lets through is there before the next leader writes anything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from wirelane_geo.errors import NotLeading


class Fence(Protocol):
    """What a leader writes by. `epoch`: how many leaders there have been, this one included."""

    @property
    def epoch(self) -> int:
        """The number of this leader."""

    def holds(self) -> bool:
        """Whether nobody has taken over, as far as can be told without asking a database."""


_current: ContextVar[Fence | None] = ContextVar("fence", default=None)


def current() -> Fence | None:
    """The fence of what is being written here; None where anybody may write it."""
    return _current.get()


def check() -> None:
    """Raises NotLeading where what is being written here belongs to the leader, and another process leads by now."""
    fence = current()
    if fence is not None and not fence.holds():
        raise NotLeading(fence.epoch)


@contextmanager
def fenced(fence: Fence | None) -> Iterator[None]:
    """What is written inside is written only while this leader leads, else the store raises NotLeading. None: by anybody."""
    before = _current.set(fence)
    try:
        yield
    finally:
        _current.reset(before)
