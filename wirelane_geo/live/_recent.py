"""The status changes of the last hours or days in memory, as columns."""

import threading
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from wirelane_geo.live._known_status import NOT_KNOWN
from wirelane_geo.model import Handles


@dataclass(frozen=True, eq=False)
class Events:
    """n changes in the order of their numbers. at: milliseconds since 1970; before, after: numbers of statuses, before is
    `NOT_KNOWN` where a point was seen for the first time (then the number is 0); origin: position in `_history.ORIGINS`.
    """

    number: npt.NDArray[np.int64]
    handle: Handles
    at: npt.NDArray[np.int64]
    before: npt.NDArray[np.uint8]
    after: npt.NDArray[np.uint8]
    origin: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.number)

    def __getitem__(self, rows: "slice | npt.NDArray[np.bool_] | npt.NDArray[np.intp]") -> "Events":
        return Events(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def of(cls, number: npt.ArrayLike = (), handle: npt.ArrayLike = (), at: npt.ArrayLike = (),
           before: npt.ArrayLike = (), after: npt.ArrayLike = (), origin: npt.ArrayLike = ()) -> "Events":
        """Events of sequences of one length."""
        return cls(np.asarray(number, np.int64), np.asarray(handle, np.int64), np.asarray(at, np.int64),
                   np.asarray(before, np.uint8), np.asarray(after, np.uint8), np.asarray(origin, np.uint8))

    @classmethod
    def seen(cls, handle: Handles, at: npt.NDArray[np.int64], after: npt.ArrayLike) -> "Events":
        """Points seen for the first time, each with the status it had."""
        count = len(handle)
        return cls.of(np.zeros(count), handle, at, np.full(count, NOT_KNOWN), after, np.zeros(count))

    def followed_by(self, others: "Events") -> "Events":
        """These and then others."""
        return Events(*(np.concatenate([getattr(self, field.name), getattr(others, field.name)]) for field in fields(self)))


class Recent:
    """Events that are added at the end and dropped at the beginning. What was read stays as it was."""

    def __init__(self, events: Events) -> None:
        self._columns, self._begin, self._end = events, 0, len(events)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._end - self._begin

    def read(self) -> Events:
        """All events. Costs nothing."""
        with self._lock:
            return self._columns[self._begin:self._end]

    def append(self, events: Events) -> None:
        """Add events at the end."""
        with self._lock:
            end = self._end + len(events)
            if end > len(self._columns):
                self._make_room(len(events))
                end = self._end + len(events)
            for field in fields(Events):
                getattr(self._columns, field.name)[self._end:end] = getattr(events, field.name)
            self._end = end

    def trim(self, before: int) -> None:
        """Drop events of before a time (milliseconds since 1970); one that is older than those before it may stay."""
        with self._lock:
            if self._begin == self._end or self._columns.at[self._begin] >= before:
                return
            old = self._columns.at[self._begin:self._end] < before
            self._begin += int(np.argmin(old)) if not old.all() else len(old)

    def _make_room(self, more: int) -> None:
        """New columns, half as long again as needed: what was handed out is never written to."""
        kept = self._columns[self._begin:self._end]
        room = len(kept) + more + (len(kept) + more) // 2 + 64
        self._columns = Events(*(np.concatenate([column, np.empty(room - len(kept), column.dtype)])
                                 for column in (getattr(kept, field.name) for field in fields(Events))))
        self._begin, self._end = 0, len(kept)
