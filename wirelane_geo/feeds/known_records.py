"""Which records of OCPI a feed has had, and which points came of each: what is the same as last time isn't read again."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import msgspec

from wirelane_geo.model import PointId

Known = dict[str, tuple[bytes, tuple[PointId, ...]]]
"""By country, party and id of a location: the digest of its record, and its points."""

_NEVER = b""
"""In place of the digest of a record that is read every time."""


class KnownRecords:
    """Of one feed. A record that had something to reject is read every time, so that this is said again; so is one that has a
    status planned, which depends on when it is read."""

    def __init__(self) -> None:
        self.records: Known = {}

    def left_by(self, records: Known) -> set[PointId]:
        """The points that these records, of a later answer, had before and have no more, nor any other record."""
        before = {id for key in records for id in self.records.get(key, (_NEVER, ()))[1]}
        left = before.difference(*(ids for _, ids in records.values()))
        return left.difference(*(ids for key, (_, ids) in self.records.items() if key not in records)) if left else left

    def read_again(self) -> None:
        """Read everything again; what each record had is known still."""
        self.records = {key: (_NEVER, ids) for key, (_, ids) in self.records.items()}


class FeedReading:
    """One reading of a feed's answers. `passes_over` is asked before each record is read, `found` and `rejected` are told what
    came of it; at the end `records` has those that were there."""

    def __init__(self, known: KnownRecords | None) -> None:
        self._known = known
        self._record: tuple[str, bytes] | None = None
        self._points: list[PointId] = []
        self.records: Known = {}
        self.same: set[PointId] = set()
        """The points of records that were passed over."""

    def passes_over(self, record: Any) -> bool:
        """Whether a record is the same as before."""
        self.end()
        key = _key(record)
        if self._known is None or key is None:
            return False
        digest = blake2b(msgspec.msgpack.encode(record), digest_size=16).digest()
        before = self._known.records.get(key)
        if before is None or before[0] != digest:
            self._record = key, _NEVER if _is_planned(record) else digest
            return False
        self.records[key] = before
        self.same.update(before[1])
        return True

    def found(self, ids: Iterable[PointId]) -> None:
        """Points came of the record that is being read."""
        self._points.extend(ids)

    def rejected(self) -> None:
        """Something of it can't be used."""
        self._record = (self._record[0], _NEVER) if self._record is not None else None

    def end(self) -> None:
        """The record that is being read is read."""
        if self._record is not None:
            self.records[self._record[0]] = self._record[1], tuple(self._points)
        self._record = None
        self._points.clear()


def _key(record: Any) -> str | None:
    if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
        return None
    return f"{record.get('country_code')}*{record.get('party_id')}*{record['id']}"


def _is_planned(record: dict[str, Any]) -> bool:
    """Whether a location says what the status of one of its EVSEs will be."""
    evses = record.get("evses")
    return isinstance(evses, list) and any(isinstance(evse, dict) and evse.get("status_schedule") for evse in evses)
