"""What is true at the operators: points, their statuses, and every change with the moment at which it was published."""

import random
import threading
import time
from dataclasses import dataclass, field

WORDS = ("FREE", "IN_USE", "FAULTED")


@dataclass
class Change:
    """A change of a point: when it was published (monotonic seconds), and when it was shown, None while it wasn't."""

    number: int
    status: str
    published: float
    shown: float | None = None


@dataclass
class Operator:
    """One operator with the points of one feed. Thread-safe."""

    name: str
    count: int
    statuses: dict[int, str] = field(default_factory=dict)
    since: dict[int, float] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.statuses = dict.fromkeys(range(self.count), "FREE")
        self.since = dict.fromkeys(range(self.count), time.time())

    def evse(self, number: int) -> str:
        """The EVSE ID of a point."""
        return f"DE*{self.name.upper()[:3]}*E{number}"

    def change(self, rng: random.Random) -> Change:
        """Let a point change."""
        with self.lock:
            number = rng.randrange(self.count)
            status = rng.choice([word for word in WORDS if word != self.statuses[number]])
            self.statuses[number], self.since[number] = status, time.time()
            made = Change(number, status, time.monotonic())
            self.changes.append(made)
            return made

    def show(self, number: int, status: str, at: float) -> None:
        """A point is shown with a status: that is the newest change to it which isn't shown yet, and all before are overtaken."""
        with self.lock:
            for change in reversed(self.changes):
                if change.number == number:
                    if change.status == status and change.shown is None:
                        change.shown = at
                    return
