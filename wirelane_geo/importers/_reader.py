"""What every import format has in common: charge points and rejected rows out of a file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from wirelane_geo.importers._notes import Noted, Notes
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.model.precedence import Standing, outdoes, standing


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


class Row(NamedTuple):
    """A row as it stands in the file, and its fields by their usual names."""

    number: int
    raw: Any
    fields: Any


@dataclass(frozen=True)
class Format:
    """A kind of file: `rows` gives rows, what is already rejected, and notes; `point` makes a charge point of a row's fields,
    with its id.

    `point` raises NotAPoint, or any other error for fields of another shape.
    """

    name: str
    origin: str
    rows: Callable[[Source], Iterable[Row | Rejected | Noted]]
    point: Callable[[Any, Notes], ChargePoint]
    name_of: Callable[[Any], str | None]


class Reader:
    """The charge points of one file. Iterate once; then `notes` counts what was kept otherwise than it stands there, and
    `superseded` has the ids of points of which it had an older record before a newer one."""

    def __init__(self, source: Source, form: Format) -> None:
        self._source = source
        self._format = form
        self._seen: dict[PointId | None, tuple[int, Standing]] = {}
        self.notes = Notes()
        self.superseded: set[PointId] = set()

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

    def __iter__(self) -> Iterator[ChargePoint | Rejected | Noted]:
        """Each row once, in the file's order, as a point or rejected, and what is to be noted of it. Of two records of one
        point the one that doesn't count is rejected or noted. Raises BadFile where the file breaks off; what came before is
        good."""
        with self._source:
            for entry in self._format.rows(self._source):
                if isinstance(entry, Row):
                    yield from self._read(entry)
                    continue
                if isinstance(entry, Noted):
                    self.notes.count(entry.reason)
                yield entry

    def _read(self, row: Row) -> Iterator[ChargePoint | Rejected | Noted]:
        found = self._point(row)
        if self.notes.fresh:
            yield from self.notes.taken(row.number, self._name(row))
        if isinstance(found, Rejected):
            yield found
            return
        at = standing(found)
        before, known = self._seen.setdefault(found.id, (row.number, at))
        if before != row.number:
            if not outdoes(at, known, tie=False):
                if at.dated == known.dated or at.dated is None:
                    yield self._rejected(row, "the same id as an earlier row", f"row {before}")
                else:
                    yield self._rejected(row, "an older record than an earlier row", f"row {before}")
                return
            self._seen[found.id] = row.number, at
            yield self._noted_older(before, row, found)
        yield found

    def _noted_older(self, before: int, row: Row, found: ChargePoint) -> Noted:
        if found.id is not None:
            self.superseded.add(found.id)
        reason = "an older record than a later row"
        self.notes.count(reason)
        return Noted(before, self._name(row), "", reason, f"row {row.number}")

    def _point(self, row: Row) -> ChargePoint | Rejected:
        try:
            return self._format.point(row.fields, self.notes)
        except NotAPoint as error:
            return self._rejected(row, error.reason, error.detail)
        except Exception as error:  # whatever a file holds, it costs a row, and no more
            return self._rejected(row, "a value of the wrong kind", f"{type(error).__name__}: {error}")

    def _rejected(self, row: Row, reason: str, detail: str) -> Rejected:
        return Rejected(row.number, self._name(row), reason, detail, row.raw)

    def _name(self, row: Row) -> str | None:
        try:
            return self._format.name_of(row.fields)
        except (TypeError, KeyError, AttributeError):
            return None
