"""What was read, but not as it stands in the file: said with row, id, column and reason."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

MOST_REASONS = 200
"""Different reasons that are counted one by one: a file may have a word of its own in every row."""
OTHER = "other things"


@dataclass(frozen=True, slots=True)
class Note:
    """A thing that was kept otherwise than the file has it, or not at all. `row` as in `Reject`, None where it isn't about
    one row. `column` is the field's name in the file, "" where it isn't about one; `value` what stands there."""

    row: int | None
    id: str | None
    column: str
    reason: str
    value: Any = None


class Notes(Counter[str]):
    """How often each reason was given. What was added since the last `taken` is kept with its column and value."""

    def __init__(self) -> None:
        dict.__init__(self)  # a Counter would look for what to count: there are several for each record
        self._fresh: list[tuple[str, str, Any]] = []

    @property
    def fresh(self) -> bool:
        """Whether anything was noted since the last `taken`."""
        return bool(self._fresh)

    def add(self, reason: str, column: str = "", value: Any = None) -> None:
        """Note something of the row that is being read. The reason names the value only where there are few of them."""
        self.count(reason)
        self._fresh.append((reason, column, value))

    def repeat(self, others: "Notes") -> None:
        """Note again what others have, of another row that it is true of as well."""
        for reason, column, value in others._fresh:
            self.add(reason, column, value)

    def count(self, reason: str) -> None:
        """Count a reason, or with many different ones the rest of them together."""
        self[reason if reason in self or len(self) < MOST_REASONS else OTHER] += 1

    def taken(self, row: int, id: str | None) -> list[Note]:
        """What was noted since the last time, of a row."""
        if not self._fresh:
            return []
        noted = [Note(row, id, column, reason, value) for reason, column, value in self._fresh]
        self._fresh.clear()
        return noted
