"""What an answer of a feed brings into the store: points, statuses, and what became of every row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.known_records import FeedReading, Known, KnownRecords, Versions
from wirelane_geo.importers import (
    OLDER,
    Note,
    Reader,
    ReaderAhead,
    Reject,
    RowsOfPoints,
    Unrecognised,
    members,
    newest_versions,
    read,
    read_ahead,
)
from wirelane_geo.model import ChargePoint, PlaceReport, PointId, Status, StatusReport
from wirelane_geo.model.evse_ids import evse_key
from wirelane_geo.store import Store

Tariffs = dict[str, dict[str, Any]]
"""As `importers.read_tariffs` gives them."""

POINTS_A_STEP, STATUSES_A_STEP = 10_000, 100_000
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all that was said of a status."""
DROPPED = 0.3
"""A feed that drops this part of what it had, at once, is held."""
MOST_REASONS = 50


@dataclass
class FeedContents:
    """What was read of a feed's answers. ids, refs: of its points, and what it calls those whose status it says. added: points
    that were new. passed_over: points of records that are the same as before, of which nothing was told. problem: why they
    couldn't be read to their end. published: when it says that it was made. called: of OCPI's changes,
    what the status of each point is told under. records, twice: see `known_records`.
    """

    ids: set[PointId] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)
    points: int = 0
    statuses: int = 0
    changed: int = 0
    elsewhere: int = 0
    added: int = 0
    passed_over: int = 0
    called: dict[PointId, str] = field(default_factory=dict)
    records: Known = field(default_factory=dict)
    twice: Versions = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    problem: str | None = None
    published: str | None = None
    format: str = ""

    def reject(self, reason: str) -> None:
        """Count a row that can't be used."""
        self.rejected[reason if reason in self.rejected or len(self.rejected) < MOST_REASONS else "other reasons"] += 1


def look(feed: Feed, paths: Sequence[Path], known: KnownRecords | None = None, twice: Versions | None = None) -> FeedContents:
    """Read answers without taking them: which points and statuses they have, and what would become of every row. `known`: what of
    them is the same as before isn't read. `twice`: the newest of locations that they have more than once; found where needed."""
    taken, reading = FeedContents(twice=twice or {}), FeedReading(known, twice or {})
    for found in _entries(feed, paths, taken, reading):
        if isinstance(found, ChargePoint):
            taken.points += 1
            if feed.kind == "ocpi":
                taken.refs |= {status_of(found).ref, status_of(found, shared=True).ref}
        elif isinstance(found, StatusReport):
            taken.statuses += 1
            taken.refs.add(found.ref)
        else:
            taken.statuses += found.field != ""
    return look(feed, paths, known, newest_versions(paths)) if reading.repeated and twice is None else taken


def take(store: Store, feed: Feed, paths: Sequence[Path], rank: Sequence[str], *, complete: bool = False,
         again: bool = False, changes: bool = False, looked: FeedContents | None = None, known: KnownRecords | None = None,
         tariffs: Tariffs | None = None) -> FeedContents:
    """Take answers into the store. What came before one breaks off is taken. `rank`: origins of all feeds. `complete`, `again`:
    of the statuses, see `Store.tell`; where an answer breaks off it isn't complete. `changes`: of OCPI, they have what changed,
    not all. `looked`: what `look` saw. `known`: what is the same as before is passed over. `tariffs`: those that its locations
    may name. Raises StoreError."""
    taken, points, reports = FeedContents(), list[ChargePoint](), list[StatusReport | PlaceReport]()
    twice = looked.twice if looked else newest_versions(paths) if feed.kind == "ocpi" else {}
    reading = FeedReading(known, twice, changes=changes)

    def put() -> None:
        counts = store.take(points, feed.origin, rank=rank)
        taken.elsewhere, taken.added = taken.elsewhere + counts.elsewhere, taken.added + counts.inserted
        if feed.kind == "ocpi":
            reports.extend(statuses_of(points))
            taken.called |= {point.id: status_of(point).ref for point in points if changes and point.id is not None}
        elif feed.kind == "datex2" and counts.elsewhere:
            reports.extend(_places_of(points))
        points.clear()

    def tell(*, whole: bool) -> None:
        told = store.tell(feed.origin, reports, complete=whole, again=again)
        taken.statuses, taken.changed = taken.statuses + told.told, taken.changed + told.changed
        taken.refs.update(report.ref for report in reports if isinstance(report, StatusReport))
        reports.clear()

    for found in _entries(feed, paths, taken, reading, tariffs):
        if isinstance(found, StatusReport | PlaceReport):
            reports.append(found)
        else:
            points.append(found)
        if len(points) == POINTS_A_STEP:
            put()
        if len(reports) >= STATUSES_A_STEP and not complete:
            tell(whole=False)
    put()
    tell(whole=complete and taken.problem is None)
    taken.points = len(taken.ids)
    return taken


def status_of(point: ChargePoint, *, shared: bool = False) -> StatusReport:
    """What a point's record says of its status; `shared`: of one whose EVSE ID others have, too, by its own id."""
    ref = str(point.id) if shared else point.evseid or point.charge_point_id
    return StatusReport(ref, point.status, point.update_date, point.charging_station_id, (point.charging_station_id, None))


def statuses_of(points: Sequence[ChargePoint]) -> list[StatusReport]:
    """The same of each of some points. What was told of an EVSE ID that several have now, when it was one's alone, is unknown."""
    known, shared = dict[str, PointId | None](), set[str]()
    keys = [evse_key(point.evseid or point.charge_point_id) for point in points]
    for key, point in zip(keys, points, strict=True):
        if known.setdefault(key, point.id) != point.id:
            shared.add(key)
    alone: dict[str, StatusReport] = {}
    for key, point in zip(keys, points, strict=True):
        if key in shared:
            told, before = status_of(point)._replace(status=Status.UNKNOWN, station=None, places=(None, None)), alone.get(key)
            alone[key] = told if before is None or (told.at and before.at and told.at < before.at) else before
    return [*(status_of(point, shared=key in shared) for key, point in zip(keys, points, strict=True)), *alone.values()]


def _places_of(points: Sequence[ChargePoint]) -> Iterator[StatusReport]:
    """Where the feed's points are, for when that is shut as a whole, though another feed gives their facts."""
    return (StatusReport(point.evseid, Status.UNKNOWN, _NEVER, places=(point.charging_station_id, None))
            for point in points if point.evseid)


def _entries(feed: Feed, paths: Sequence[Path], taken: FeedContents, reading: FeedReading,
             tariffs: Tariffs | None = None) -> Iterator[ChargePoint | StatusReport | PlaceReport]:
    seen = RowsOfPoints()
    for path in paths:
        try:
            for reader in _readers(feed, path, taken, reading, tariffs, seen):
                taken.format, taken.published = reader.format, reader.published or taken.published
                for found in reader:
                    if isinstance(found, Reject):
                        reading.rejected()
                        taken.reject(found.reason)
                    elif isinstance(found, Note):
                        taken.noted[found.reason[:100]] += 1
                    else:
                        if isinstance(found, ChargePoint) and found.id is not None:
                            reading.found((found.id,))
                            taken.ids.add(found.id)
                        yield found
                reading.end()
        except BadFile as error:
            taken.problem = str(error).replace(str(path), "What it sent")
            break
    taken.ids |= reading.same
    taken.passed_over, taken.records = len(reading.same), reading.records
    if reading.older:
        taken.noted[OLDER] = reading.older


def _readers(feed: Feed, path: Path, taken: FeedContents, reading: FeedReading, tariffs: Tariffs | None,
             seen: RowsOfPoints) -> Iterator[Reader | ReaderAhead]:
    """Of an answer; where it is an archive, of each file in it. What nobody knows beside others, as a README, is noted."""
    inside: Sequence[str | None] = members(path) or (None,)
    unknown: list[Unrecognised] = []
    for member in inside:
        try:
            # Of OCPI it is asked record by record what is known already; anything else, where it is large, a child process reads.
            yield (read(path, member, feed.name, reading.passes_over, tariffs, seen) if feed.kind == "ocpi"
                   else read_ahead(path, member, feed.name))
        except Unrecognised as error:
            unknown.append(error)
            taken.noted["no file of charge points, left out"] += len(inside) > 1
    if len(unknown) == len(inside):
        raise unknown[0]
