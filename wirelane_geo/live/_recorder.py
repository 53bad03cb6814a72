"""What is known of every point and what came to be known when: numbered, in memory and in the history's file."""

import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wirelane_geo.errors import StoreError
from wirelane_geo.live._coverage import Coverage
from wirelane_geo.live._history import FULL_DAYS, ORIGINS, Entry
from wirelane_geo.live._known_status import NOWHERE, KnownStatus
from wirelane_geo.live._network_history import history_of
from wirelane_geo.live._recent import Events, Recent
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.curve import DAY, KIND
from wirelane_geo.live.observation import Identity, Observation
from wirelane_geo.live.source import LiveSource
from wirelane_geo.model import Handle, Handles, PointId

log = logging.getLogger(__name__)

Times = npt.NDArray[np.int64]

FLUSH_MS = 10_000
"""So much of the coverage may be lost when the process is killed: it is a gap then."""
COMPACT_MS = 6 * 3_600_000


class Recorder:
    """One thread at a time may `enter`; everything else may be read meanwhile.

    `patience_ms`: for how long nothing may be heard without that being a gap. Raises StoreError where no file can
    be made.
    """

    def __init__(self, path: Path, source: LiveSource, now: datetime, *, patience_ms: int, keep_days: float) -> None:
        self._keep_days = keep_days
        self.history = history_of(source, path, now)
        begin = to_ms(now)
        self.book: KnownStatus = self.history.book()
        self.number = self.history.last_number()
        self.recent = Recent(self.history.events(begin - DAY))
        self.outages = Recent(self.history.events(begin - 7 * DAY, outages_only=True))
        self.coverage = Coverage(self.history.watched(begin - FULL_DAYS * DAY), patience_ms)
        self.problem: str | None = None
        self._complete = True  # the file has all that is in the book
        self._flushed, self._compacted = begin, begin - COMPACT_MS + 600_000

    def enter(self, seen: Observation, now: datetime) -> int:
        """Take note of an observation. Returns how many changes it brought; `number` is the last one's."""
        asked, clock = to_ms(seen.asked_at), to_ms(now)
        index, there = self.book.find(seen.handles)
        before = self.book.at(index, there)
        new = before == NOWHERE
        moved = ~new & (before != seen.statuses)
        gone = self._gone(seen, index[there])
        first = asked if self.coverage.overlaps(seen.spans) else 0
        added = self._add(seen, new, asked, first)
        changes, ids = self._change(seen, moved, before, clock)
        if len(gone):
            self.book = self.book.without(gone)
        self.coverage.extend(seen.spans, asked)
        if added or len(changes) or len(gone) or clock - self._flushed >= FLUSH_MS:
            self._write(Entry(added=added, changes=list(zip(*(column.tolist() for column in (
                changes.number, changes.handle, changes.at, changes.before, changes.after, changes.origin)), strict=True)),
                ids=ids, gone=gone.tolist(), watched=self.coverage.written()), clock)
        return len(changes)

    def trim(self, now: datetime) -> None:
        """Let go of what is too old in memory. Not while an observation is entered."""
        clock = to_ms(now)
        self.recent.trim(clock - DAY)
        self.outages.trim(clock - 7 * DAY)
        if clock - self._compacted >= COMPACT_MS:
            self.coverage.trim(clock - FULL_DAYS * DAY)

    def compact(self, now: datetime) -> None:
        """Let go of what is too old in the file, a few times a day. Observations may be entered meanwhile."""
        clock = to_ms(now)
        if clock - self._compacted < COMPACT_MS:
            return
        self._compacted = clock
        try:
            dropped = self.history.compact(clock, self._keep_days)
        except StoreError as error:
            log.error("the history could not be compacted", extra={"reason": str(error)})
        else:
            log.info("the history was compacted", extra={"dropped": dropped})

    def close(self) -> None:
        """Write what isn't written yet and let go of the file."""
        self._write(Entry(watched=self.coverage.written()), self._flushed)
        if self._complete:
            with contextlib.suppress(OSError, StoreError):  # the next start takes longer, that is all
                self.history.keep(self.book)
        self.history.close()

    def _gone(self, seen: Observation, found: npt.NDArray[np.intp]) -> Handles:
        """Handles of the book that are gone; `found` is where those are that were seen."""
        gone = seen.gone[self.book.find(seen.gone)[1]]
        if not seen.complete:
            return gone
        there = np.zeros(len(self.book), np.bool_)
        there[found] = True
        return np.union1d(gone, self.book.handles[~there])

    def _add(self, seen: Observation, new: npt.NDArray[np.bool_], asked: int, first: int
             ) -> list[tuple[Handle, int, int, bool, int]]:
        """Points that were not known. One that is out has been so at least since the upstream changed it last. `first`: when
        they came, 0 where their place was never watched before."""
        handles, statuses = seen.handles[new], seen.statuses[new]
        if not len(handles):
            return []
        order = handles.argsort()  # the file takes a million points several times faster in this order
        handles, statuses = handles[order], statuses[order]
        since = np.full(len(handles), asked)
        out = np.flatnonzero(KIND[statuses] == 1)
        for row, who in zip(out, seen.identify(handles[out].tolist()), strict=True):
            if who and who.update_date:
                since[row] = min(asked, to_ms(who.update_date))
        self.book = self.book.added(handles, statuses, since, np.zeros(len(handles), np.bool_))
        if first:
            events = Events.of(np.zeros(len(handles)), handles, np.full(len(handles), first),
                               np.full(len(handles), NOWHERE), statuses, np.zeros(len(handles)))
            self.recent.append(events)
            self.outages.append(events)
        return [(handle, status, begin, False, first) for handle, status, begin in
                zip(handles.tolist(), statuses.tolist(), since.tolist(), strict=True)]

    def _change(self, seen: Observation, moved: npt.NDArray[np.bool_], before: npt.NDArray[np.uint8], clock: int
                ) -> tuple[Events, list[tuple[PointId | None, Handle]]]:
        handles, after = seen.handles[moved], seen.statuses[moved]
        if not len(handles):
            return Events.of(), []
        who = seen.identify(handles.tolist())
        number = self.number + 1 + np.arange(len(handles))
        at = self._happened(seen, handles, who, clock)
        events = Events.of(number, handles, at, before[moved], after,
                           np.full(len(handles), ORIGINS.index(seen.origin)))
        self.book = self.book.changed(handles, after, at)
        self.number = int(number[-1])
        self.recent.append(events)
        self.outages.append(events[KIND[events.before] != KIND[events.after]])
        return events, [(None if one is None else one.id, handle) for one, handle in zip(who, handles.tolist(), strict=True)]

    def _happened(self, seen: Observation, handles: Handles, who: Sequence[Identity | None], clock: int) -> Times:
        """When points changed: as the upstream dates it, but neither before it was last asked nor later than now."""
        index, _ = self.book.find(handles)
        earliest = np.maximum(self.book.since[index], to_ms(seen.looked_at) if seen.looked_at else 0)
        asked = to_ms(seen.asked_at)
        said = np.array([to_ms(one.update_date) if one and one.update_date else asked for one in who], np.int64)
        return np.maximum(np.minimum(said, clock), earliest)

    def _write(self, entry: Entry, clock: int) -> None:
        """A disk that is full costs the past, not the present: the next start sees what changed."""
        try:
            self.history.write(entry)
        except StoreError as error:
            if self.problem is None:
                log.error("the history could not be written", extra={"reason": str(error)})
            self.problem, self._complete = str(error), False
        else:
            self.problem, self._flushed = None, clock
