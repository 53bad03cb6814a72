"""What every import format has in common: charge points and rejected rows out of a file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint

Notes = Counter[str]
"""What was kept, but not as the file has it: how often each thing happened."""


class NotAPoint(ValueError):
    """A row that can't become a charge point: the reason in words that are the same for all such rows, and the detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Rejected:
    """A row that was left out. `row` counts from 1 (lines of a file, or entries of a JSON list); `raw` is the original."""

    row: int
    id: str | None
    reason: str
    detail: str
    raw: Any


@dataclass(frozen=True)
class Format:
    """A kind of file: `rows` gives (row, original) or what is already rejected, `point` makes a charge point of one.

    `point` raises NotAPoint, or a ValueError, TypeError, KeyError or AttributeError for an original of another shape.
    """

    name: str
    origin: str
    rows: Callable[[Source], Iterable[tuple[int, Any] | Rejected]]
    point: Callable[[Any, Notes], ChargePoint]
    name_of: Callable[[Any], str | None]


class Reader:
    """The charge points of one file. Iterate once; then `notes` tells what was changed on the way."""

    def __init__(self, source: Source, form: Format) -> None:
        self._source = source
        self._format = form
        self.notes: Notes = Counter()

    @property
    def path(self) -> Path:
        """The file."""
        return self._source.path

    @property
    def format(self) -> str:
        """The name of its format, e.g. "OCPI 2.2.1"."""
        return self._format.name

    @property
    def origin(self) -> str:
        """The origin that the store keeps its points under."""
        return self._format.origin

    @property
    def size(self) -> int:
        """Length of the file in bytes, packed as it is."""
        return self._source.size

    @property
    def position(self) -> int:
        """How many of these bytes have been read: for a progress bar."""
        return self._source.position

    def __iter__(self) -> Iterator[ChargePoint | Rejected]:
        """Each row once, in the file's order. Raises BadFile where the file breaks off; what came before is good."""
        seen: dict[tuple[str, str | None], int] = {}
        with self._source:
            for entry in self._format.rows(self._source):
                if isinstance(entry, Rejected):
                    yield entry
                    continue
                row, raw = entry
                found = self._point(row, raw)
                if isinstance(found, ChargePoint):
                    first = seen.setdefault((found.charge_point_id, found.evseid), row)
                    if first != row:
                        yield self._rejected(row, raw, "the same id as an earlier row", f"row {first}")
                        continue
                yield found

    def _point(self, row: int, raw: Any) -> ChargePoint | Rejected:
        try:
            return self._format.point(raw, self.notes)
        except NotAPoint as error:
            return self._rejected(row, raw, error.reason, error.detail)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            return self._rejected(row, raw, "a value of the wrong kind", f"{type(error).__name__}: {error}")

    def _rejected(self, row: int, raw: Any, reason: str, detail: str) -> Rejected:
        try:
            name = self._format.name_of(raw)
        except (TypeError, KeyError, AttributeError):
            name = None
        return Rejected(row, name, reason, detail, raw)
