"""A large file, read by a child process while what was read of it is written."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from wirelane_geo.child import ChildEnded, items_of, second_core
from wirelane_geo.errors import BadFile
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._ocpi_versions import Version
from wirelane_geo.importers._reader import Reader, Reject
from wirelane_geo.model import ChargePoint, PlaceReport, PointId, StatusReport
from wirelane_geo.wire.gc_pause import collector_paused
from wirelane_geo.wire.packed_points import pack, unpack

LARGE = 8 << 20
"""Bytes of a file, of which a packed one has a tenth, that take about as long to read as the child process to start."""
POINTS_A_PART, MOST_A_PART = 1_000, 10_000
"""Points, and entries of any kind, that come together."""

Entry = ChargePoint | StatusReport | PlaceReport | Reject | Note


class _Part(NamedTuple):
    """Entries in their order, points of them packed; how far it is, and what is new in `superseded`."""

    entries: list[tuple[bool, Any]]
    position: int
    superseded: set[PointId]


def worth_while(reader: Reader) -> bool:
    """Whether a file is so large that a second core gains more than a child process costs."""
    return reader.size >= (LARGE // 10 if reader.packed else LARGE) and second_core()


class ReaderAhead:
    """As the `Reader` that it is made of, whose file it takes; a child process iterates."""

    def __init__(self, reader: Reader, member: str | None, feed: str | None,
                 newest: Mapping[str, Version] | None = None) -> None:
        self.path, self.format, self.origin = reader.path, reader.format, reader.origin
        self.published, self.size, self.position = reader.published, reader.size, 0
        self.superseded: set[PointId] = set()
        self._member, self._feed, self._newest = member, feed, newest
        reader.close()

    def __iter__(self) -> Iterator[Entry]:
        """As `Reader`. Raises BadFile also where the child process is killed; what came before is good."""
        try:
            with items_of(parts, self.path, self._member, self._feed, self._newest) as found:
                for part in found:
                    self.position = part.position
                    self.superseded |= part.superseded
                    for are_points, some in part.entries:
                        yield from unpack(some) if are_points else some
        except ChildEnded as ended:
            raise BadFile(f"{self.path} was not read to its end: the process that reads it was gone ({ended}). There may be too "
                          "little memory. Try again.") from None


def parts(path: Path, member: str | None, feed: str | None, newest: Mapping[str, Version] | None = None) -> Iterator[_Part]:
    """What the child process does: read, and pack what it reads. Where points are counted by the thousand, a part ends."""
    from wirelane_geo.importers import read

    with collector_paused():
        reader, entries, points = read(path, member, feed, newest=newest), list[Entry](), 0
        told: set[PointId] = set()
        broken: BadFile | None = None
        try:
            for found in reader:
                entries.append(found)
                is_point = isinstance(found, ChargePoint)
                points += is_point
                if (is_point and points % POINTS_A_PART == 0) or len(entries) == MOST_A_PART:
                    yield _part(reader, entries, told)
                    entries.clear()
        except BadFile as error:
            broken = error
        yield _part(reader, entries, told)
        if broken is not None:
            raise broken


def _part(reader: Reader, entries: list[Entry], told: set[PointId]) -> _Part:
    fresh = reader.superseded - told if len(reader.superseded) > len(told) else set()
    told |= fresh
    packed: list[tuple[bool, Any]] = [
        (are_points, pack(list(some)) if are_points else list(some))  # type: ignore[arg-type]  # points, then
        for are_points, some in groupby(entries, lambda entry: isinstance(entry, ChargePoint))]
    return _Part(packed, reader.position, fresh)
