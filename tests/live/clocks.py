"""A clock that stands still until it is told to go on."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Starts at a time of the past, so that what a machine dates itself is later than all of it."""

    def __init__(self, start: datetime = datetime(2025, 7, 1, 12, tzinfo=UTC)) -> None:
        self.time, self.passed = start, 1000.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.passed

    def go_on(self, seconds: float) -> datetime:
        """Let time pass. Returns what o'clock it is then."""
        self.time += timedelta(seconds=seconds)
        self.passed += seconds
        return self.time
