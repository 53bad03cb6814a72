"""What every import format has in common: charge points and rejected rows out of a file."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint, PlaceReport, PointId, Status, StatusReport
from wirelane_geo.model.precedence import Standing, outdoes, standing

_PUBLISHED = re.compile(rb"""publicationTime["']?\s*[:>]\s*["']?([0-9T:.+Z-]{10,40})""")


_TAKEN = (Status.IN_USE, Status.RESERVED, Status.FAULTED, Status.UNAVAILABLE)
"""Of two records of one time one with such a status counts, and not one that is free."""


class NotAPoint(ValueError):
    """A row that can't become a charge point: the reason in words that are the same for all such rows, and the detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Reject:
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
    """A kind of file: `rows` gives rows, what is already rejected, and notes; `point` makes of a row's fields a charge point
    with its id, or a status.

    `point` raises NotAPoint, or any other error for fields of another shape.
    """

    name: str
    origin: str
    rows: Callable[[Source], Iterable[Row | Reject | Note | PlaceReport]]
    point: Callable[[Any, Notes], ChargePoint | StatusReport | PlaceReport]
    name_of: Callable[[Any], str | None]


class Reader:
    """The charge points of one file. Iterate once; then `notes` counts what was kept otherwise than it stands there, and
    `superseded` has the ids of points of which it had an older record before a newer one."""

    def __init__(self, source: Source, form: Format, seen: "RowsOfPoints | None" = None) -> None:
        self._source = source
        self._format = form
        self._seen = seen or RowsOfPoints()
        self.notes = Notes()
        self.superseded: set[PointId] = set()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

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
    def published(self) -> str | None:
        """When a publication was made, as it says itself; None where it doesn't."""
        match = _PUBLISHED.search(self._source.head)
        return None if match is None else match[1].decode("ascii", "replace")

    @property
    def size(self) -> int:
        """Length of the file in bytes, packed as it is."""
        return self._source.size

    @property
    def packed(self) -> bool:
        """Whether it is unpacked while it is read."""
        return self._source.packed

    @property
    def position(self) -> int:
        """How many of these bytes have been read: for a progress bar."""
        return self._source.position

    def __iter__(self) -> Iterator[ChargePoint | StatusReport | PlaceReport | Reject | Note]:
        """Each row once, in the file's order, as a point, a status or rejected, and what is to be noted of it. Of two
        records of one point the one that doesn't count is rejected or noted. Raises BadFile where the file breaks off; what came
        before is good."""
        with self._source:
            for entry in self._rows():
                if isinstance(entry, Row):
                    found = self._point(entry)
                    if self.notes.fresh:
                        yield from self.notes.taken(entry.number, self._name(entry))
                    if not isinstance(found, ChargePoint) or (before := self._seen.row(found, entry.number)) is None:
                        yield found
                    else:
                        yield from self._of_two(found, entry, before)
                    continue
                if isinstance(entry, Note):
                    self.notes.count(entry.reason)
                yield entry

    def _rows(self) -> Iterator[Row | Reject | Note | PlaceReport]:
        """The file's rows. Whatever it holds, it ends itself, and no other file."""
        try:
            yield from self._format.rows(self._source)
        except BadFile:
            raise
        except Exception as error:
            raise BadFile(f"{self._source} can't be read to its end: {type(error).__name__}: {error}.") from error

    def _of_two(self, found: ChargePoint, row: Row, before: int) -> Iterator[ChargePoint | Reject | Note]:
        """The record of a point of which the row `before` had one."""
        at, earlier = _standing(found), self._seen.standing(found.id)
        if at.dated == earlier.dated and found.status in _TAKEN and self._seen.status(found.id) is Status.FREE:
            self._seen.put(found, row.number)
            yield self._noted_older(before, row, found, "another record of the same time says that it isn't free")
            yield found
        elif outdoes(at, earlier, tie=False):
            self._seen.put(found, row.number)
            yield self._noted_older(before, row, found)
            yield found
        elif at.dated == earlier.dated or at.dated is None:
            yield self._rejected(row, "the same id as an earlier row", f"row {before}")
        else:
            yield self._rejected(row, "an older record than an earlier row", f"row {before}")

    def _noted_older(self, before: int, row: Row, found: ChargePoint, reason: str = "an older record than a later row") -> Note:
        if found.id is not None:
            self.superseded.add(found.id)
        self.notes.count(reason)
        return Note(before, self._name(row), "", reason, f"row {row.number}")

    def _point(self, row: Row) -> ChargePoint | StatusReport | PlaceReport | Reject:
        return read_row(self._format, row, self.notes)

    def _rejected(self, row: Row, reason: str, detail: str) -> Reject:
        return Reject(row.number, self._name(row), reason, detail, row.raw)

    def _name(self, row: Row) -> str | None:
        return _name(self._format, row)


def read_row(form: Format, row: Row, notes: Notes) -> ChargePoint | StatusReport | PlaceReport | Reject:
    """What a row is. Whatever it holds, it costs itself, and no more."""
    try:
        return form.point(row.fields, notes)
    except NotAPoint as error:
        return Reject(row.number, _name(form, row), error.reason, error.detail, row.raw)
    except Exception as error:
        return Reject(row.number, _name(form, row), "a value of the wrong kind", f"{type(error).__name__}: {error}", row.raw)


def _name(form: Format, row: Row) -> str | None:
    try:
        return form.name_of(row.fields)
    except (TypeError, KeyError, AttributeError):
        return None


class RowsOfPoints:
    """Which row had the record of each point that counts: in columns, which cost the garbage collector nothing."""

    def __init__(self) -> None:
        self._places: dict[PointId | None, int] = {}
        self._rows: list[int] = []
        self._dates: list[datetime | None] = []
        self._statuses: list[Status] = []
        self._stations: list[str | None] = []

    def row(self, found: ChargePoint, number: int) -> int | None:
        """The row that had the point before; None where there was none, which is then this one."""
        place = self._places.setdefault(found.id, len(self._rows))
        if place < len(self._rows):
            return self._rows[place]
        self._rows.append(number)
        self._dates.append(found.update_date)
        self._statuses.append(found.status)
        self._stations.append(found.charging_station_id)
        return None

    def put(self, found: ChargePoint, number: int) -> None:
        """Another row has the record that counts."""
        place = self._places[found.id]
        self._rows[place], self._dates[place] = number, found.update_date
        self._statuses[place], self._stations[place] = found.status, found.charging_station_id

    def standing(self, id: PointId | None) -> Standing:
        """Of the record that counts so far."""
        place = self._places[id]
        return standing(self._dates[place], self._statuses[place] is Status.CLOSED, self._stations[place])

    def status(self, id: PointId | None) -> Status:
        """The same record's."""
        return self._statuses[self._places[id]]


def _standing(found: ChargePoint) -> Standing:
    return standing(found.update_date, found.status is Status.CLOSED, found.charging_station_id)
