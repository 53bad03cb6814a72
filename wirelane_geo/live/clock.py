"""The time that the live core goes by; tests bring their own."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)


class Clock(Protocol):
    """What o'clock it is, and how much time passes."""

    def now(self) -> datetime:
        """UTC, aware; may be set by whoever administers the machine."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See Clock."""
        return time.monotonic()


def to_ms(time: datetime) -> int:
    """Milliseconds since 1970 of an aware time."""
    return (time - EPOCH) // MS


def of_ms(ms: int) -> datetime:
    """The inverse of `to_ms`."""
    return EPOCH + ms * MS
