"""What was asked of an upstream, told request by request to whoever counts."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One request, repetitions counted by themselves. `operation`: the client's method, or "token"; `host`:
    "scheme://name:port"; `outcome`: the HTTP status as text, or the name of the error where no whole answer came
    ("ApiPaused" for what was not sent since the host rests); `seconds` that it took."""

    operation: str
    host: str
    outcome: str
    seconds: float


Observe = Callable[[Exchange], object]
"""Is told of each exchange, in the thread that made it; must be quick and raise nothing."""


class Tally:
    """Counts exchanges. Thread-safe; `WirelaneClient(..., observe=tally)`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._seconds: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        """Count one."""
        with self._lock:
            self._requests[exchange.operation, exchange.outcome] += 1
            self._seconds[exchange.operation] += exchange.seconds  # type: ignore[assignment]

    def requests(self) -> dict[tuple[str, str], int]:
        """How many requests there were, by operation and outcome."""
        with self._lock:
            return dict(self._requests)

    def seconds(self) -> dict[str, float]:
        """How many seconds they took in all, by operation."""
        with self._lock:
            return dict(self._seconds)
