"""Which records of OCPI a feed has had, and which points came of each: what is the same as last time isn't read again."""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from wirelane_geo.importers import Version, location_key, version_of
from wirelane_geo.model import PointId

_NEVER = b""
"""In place of the digest of a record that is read every time."""


class KnownRecord(NamedTuple):
    """Of a location: the digest of its record, its points, and its dates, None where several records have some of it."""

    digest: bytes
    ids: tuple[PointId, ...]
    version: Version | None


Known = dict[str, KnownRecord]
"""By country, party and id of a location."""
Versions = Mapping[str, Version]
"""As `importers.newest_versions` gives them."""


class KnownRecords:
    """Of one feed. A record that had something to reject is read every time, so that this is said again; so is one that has a
    status planned, which depends on when it is read."""

    def __init__(self) -> None:
        self.records: Known = {}

    def left_by(self, records: Known) -> set[PointId]:
        """The points that these records, of a later answer, had before and have no more, nor any other record."""
        before = {id for key in records if key in self.records for id in self.records[key].ids}
        left = before.difference(*(record.ids for record in records.values()))
        return left.difference(*(record.ids for key, record in self.records.items() if key not in records)) if left else left

    def add_untaken(self, records: Known) -> None:
        """Know what records had that weren't taken, as far as nothing is known of them, as after a restart: they are read."""
        self.records = {key: KnownRecord(_NEVER, record.ids, None) for key, record in records.items()} | self.records

    def read_again(self) -> None:
        """Read everything again; what each record had is known still."""
        self.records = {key: record._replace(digest=_NEVER) for key, record in self.records.items()}


class FeedReading:
    """One reading of a feed's answers. `passes_over` is asked before each record is read, `found` and `rejected` are told what
    came of it; at the end `records` has those that were there. `twice`: of locations that are there more than once.
    `changes`: they are not all locations, but what changed."""

    def __init__(self, known: KnownRecords | None, twice: Versions, *, changes: bool = False) -> None:
        self._known = {} if known is None else known.records
        self._twice, self._changes = twice, changes
        self._record: tuple[str, KnownRecord] | None = None
        self._points: list[PointId] = []
        self.records: Known = {}
        self.same: set[PointId] = set()
        """The points of records that were passed over."""
        self.repeated = False
        """Whether a location is there more than once."""
        self.older = 0
        """Versions of locations that are there twice, and were passed over as there is a newer one."""

    def passes_over(self, record: Any) -> bool:
        """Whether a record is the same as before, or an older version of its location."""
        self.end()
        key = location_key(record)
        if key is None:
            return False
        self.repeated |= key in self.records
        digest = _digest(record)
        before, twice = self._known.get(key), self._twice.get(key)
        if before is not None and before.digest == digest and twice is None:
            self.records[key] = before
            self.same.update(before.ids)
            return True
        version = version_of(record)
        if twice is not None and twice.outdoes(version):
            self.older += 1
            return True
        if key in self.records and self.records[key].digest == digest:
            return True
        if self._changes and before is not None and before.version is not None and before.version.outdoes(version):
            return True
        self._record = key, KnownRecord(_NEVER if _is_planned(record) else digest, (), version._replace(evses=frozenset()))
        return False

    def found(self, ids: Iterable[PointId]) -> None:
        """Points came of the record that is being read."""
        self._points.extend(ids)

    def rejected(self) -> None:
        """Something of it can't be used."""
        if self._record is not None:
            self._record = self._record[0], self._record[1]._replace(digest=_NEVER)

    def end(self) -> None:
        """The record that is being read is read."""
        if self._record is not None:
            key, record = self._record
            other, ids = self.records.get(key), tuple(self._points)
            self.records[key] = record._replace(ids=ids) if other is None else KnownRecord(_NEVER, other.ids + ids, None)
        self._record = None
        self._points.clear()


def _digest(record: Any) -> bytes:
    try:
        text = msgspec.msgpack.encode(record)
    except (OverflowError, ValueError):  # a number beyond 64 bits, or half a character
        text = json.dumps(record).encode()
    return blake2b(text, digest_size=16).digest()


def _is_planned(record: dict[str, Any]) -> bool:
    """Whether a location says what the status of one of its EVSEs will be."""
    evses = record.get("evses")
    return isinstance(evses, list) and any(isinstance(evse, dict) and evse.get("status_schedule") for evse in evses)
