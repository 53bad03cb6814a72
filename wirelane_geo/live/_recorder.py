"""Compares what a source sees with what is known, numbers the changes, and writes them to the history; or, where another process
does, reads on in its history."""

import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.errors import NotLeading, StoreError
from wirelane_geo.live._backlog import Backlog
from wirelane_geo.live._coverage import Coverage
from wirelane_geo.live._history_interface import FULL_DAYS, ORIGINS, Entry
from wirelane_geo.live._known_status import NOT_KNOWN, KnownStatus
from wirelane_geo.live._network_history import history_of
from wirelane_geo.live._recent import Events, Recent
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.curve import DAY, KIND
from wirelane_geo.live.history_place import HistoryPlace
from wirelane_geo.live.observation import Identity, Observation
from wirelane_geo.live.source import LiveSource
from wirelane_geo.model import Handle, Handles, PointId

log = logging.getLogger(__name__)

Times = npt.NDArray[np.int64]

FLUSH_MS = 10_000
"""So much of the coverage may be lost when the process is killed: it is a gap then."""
COMPACT_MS = 6 * 3_600_000


class Recorder:
    """One thread at a time may `record`; everything else may be read meanwhile.

    `patience_ms`: so long a square may go unseen without that being a gap. Raises StoreError where no file can be
    made.
    """

    def __init__(self, place: HistoryPlace, source: LiveSource, now: datetime, *, patience_ms: int, keep_days: float) -> None:
        self._keep_days, self._patience = keep_days, patience_ms
        self.history = history_of(source, place, now)
        self.problem: str | None = None
        self._compacted = to_ms(now) - COMPACT_MS + 600_000
        self.load(now)

    def load(self, now: datetime) -> None:
        """Read all that is known from the file. Not while an observation is recorded. Raises StoreError."""
        begin = to_ms(now)
        number, known = self.history.last_number(), self.history.known_status()
        seen = self.history.first_seen(begin - 7 * DAY)
        self.recent = Recent(seen[seen.at >= begin - DAY].followed_by(self.history.events(begin - DAY)))
        self.outages = Recent(seen.followed_by(self.history.events(begin - 7 * DAY, outages_only=True)))
        self.coverage = Coverage(self.history.watched(begin - FULL_DAYS * DAY), self._patience)
        self._invented = self.history.invented_until()
        self.known: KnownStatus = known
        self._backlog = Backlog()
        self.number = number
        self._complete = True  # the file has all that is in `known`
        self._flushed = begin

    def take_over(self, now: datetime) -> None:
        """Read all that is known once those that led before have written their last. Within the fence."""
        self.history.settle()
        self.load(now)

    def news(self) -> tuple[Events, int]:
        """What the leader has written and this process doesn't know yet, and the number of the last change: one that is before
        what is known says that the history was put back to an earlier state. Raises StoreError."""
        return self.history.after(self.number)

    def follow(self, observation: Observation, news: tuple[Events, int]) -> int:
        """Take an observation over as the leader records it elsewhere: its changes are known from the history's news. Returns
        how many those are."""
        asked, (changes, number) = to_ms(observation.asked_at), news
        index, there = self.known.find(observation.handles)
        gone = self._gone(observation, index[there])
        self._add(observation, self.known.at(index, there) == NOT_KNOWN, asked,
                  asked if self.coverage.overlaps(observation.spans) else 0)
        if len(gone):
            self.known = self.known.without(gone)
        self.coverage.extend(observation.spans, asked)
        self.coverage.written()  # by the leader
        changes = changes[self.known.find(changes.handle)[1]] if len(changes) else changes
        self._remember(changes)
        self.number = max(self.number, number)
        if observation.origin == "store" and len(late := self._backlog.late(observation, self.known, asked)):
            self._know_as_kept(late, asked)
        return len(changes)

    def _know_as_kept(self, handles: Handles, asked: int) -> None:
        """Know of some points what the history does."""
        self.known = self.known.as_in(self.history.known_status(), handles)
        seen = self.history.first_seen(asked - 7 * DAY)
        seen = seen[np.isin(seen.handle, handles)]
        self.recent.append(seen[seen.at >= asked - DAY])
        self.outages.append(seen)
        self._backlog.forget(handles)

    def record(self, observation: Observation, now: datetime) -> int:
        """Number and write what is new in an observation. Returns how many changes that is; `number` is that of the last one."""
        asked, clock = to_ms(observation.asked_at), to_ms(now)
        index, there = self.known.find(observation.handles)
        before = self.known.at(index, there)
        new = before == NOT_KNOWN
        moved = ~new & (before != observation.statuses)
        gone = self._gone(observation, index[there])
        first = asked if self.coverage.overlaps(observation.spans) else 0
        changes, ids = self._change(observation, moved, before, clock)
        added = self._add(observation, new, asked, first)
        self.coverage.extend(observation.spans, asked)
        if added or len(changes) or len(gone) or clock - self._flushed >= FLUSH_MS:
            self._write(Entry(added=added, changes=list(zip(*(column.tolist() for column in (
                changes.number, changes.handle, changes.at, changes.before, changes.after, changes.origin)), strict=True)),
                ids=ids, gone=gone.tolist(), watched=self.coverage.written()), clock)
        self._remember(changes)  # once it is written: who leads next would give other numbers to what isn't
        if len(gone):
            self.known = self.known.without(gone)
        return len(changes)

    def forget_invented(self, *, write: bool) -> None:
        """The demo network is over: what was made up for the days before it is true of no other. Not while an observation is
        recorded. `write`: in the file, too."""
        until, self._invented = self._invented, None
        if until is None:
            return
        self.coverage.forget(until)
        self.recent, self.outages = (Recent(events[events.origin != ORIGINS.index("demo")])
                                     for events in (self.recent.read(), self.outages.read()))
        if not write:
            return
        try:
            self.history.forget_invented(until)
        except StoreError as error:  # the next start does it
            log.error("what was made up could not be taken out of the history", extra={"reason": str(error)})

    def trim(self, now: datetime) -> None:
        """Let go of what is too old in memory. Not while `record` runs."""
        clock = to_ms(now)
        self.recent.trim(clock - DAY)
        self.outages.trim(clock - 7 * DAY)
        if clock - self._compacted >= COMPACT_MS:
            self.coverage.trim(clock - FULL_DAYS * DAY)

    def compact(self, now: datetime) -> None:
        """Let go of what is too old in the file, a few times a day. `record` may run meanwhile."""
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

    def close(self, *, write: bool) -> None:
        """Let go of the file; `write`: when what isn't written yet is."""
        if write:
            with contextlib.suppress(NotLeading):
                self._write(Entry(watched=self.coverage.written()), self._flushed)
                if self._complete:
                    with contextlib.suppress(OSError, StoreError):  # the next start takes longer, that is all
                        self.history.keep(self.known)
        self.history.close()

    def _gone(self, observation: Observation, found: npt.NDArray[np.intp]) -> Handles:
        """Known handles that are gone; `found`: the indices of those that were seen."""
        gone = observation.gone[self.known.find(observation.gone)[1]]
        if not observation.complete:
            return gone
        there = np.zeros(len(self.known), np.bool_)
        there[found] = True
        return np.union1d(gone, self.known.handles[~there])

    def _add(self, observation: Observation, new: npt.NDArray[np.bool_], asked: int, first: int
             ) -> list[tuple[Handle, int, int, bool, int]]:
        """Points that were not known. One that is out has been so at least since the upstream changed it last. `first`: when
        they came, 0 where their place was never watched before."""
        handles, statuses = observation.handles[new], observation.statuses[new]
        if not len(handles):
            return []
        order = handles.argsort()  # the file takes a million points several times faster in this order
        handles, statuses = handles[order], statuses[order]
        since = np.full(len(handles), asked)
        out = np.flatnonzero(KIND[statuses] == 1)
        for row, who in zip(out, observation.identify(handles[out].tolist()), strict=True):
            if who and who.update_date:
                since[row] = min(asked, to_ms(who.update_date))
        self.known = self.known.added(handles, statuses, since, np.zeros(len(handles), np.bool_))
        if first:
            events = Events.seen(handles, np.full(len(handles), first), statuses)
            self.recent.append(events)
            self.outages.append(events)
        return [(handle, status, begin, False, first) for handle, status, begin in
                zip(handles.tolist(), statuses.tolist(), since.tolist(), strict=True)]

    def _change(self, observation: Observation, moved: npt.NDArray[np.bool_], before: npt.NDArray[np.uint8], clock: int
                ) -> tuple[Events, list[tuple[PointId | None, Handle]]]:
        handles, after = observation.handles[moved], observation.statuses[moved]
        if not len(handles):
            return Events.of(), []
        who = observation.identify(handles.tolist())
        number = self.number + 1 + np.arange(len(handles))
        at = self._happened(observation, handles, who, clock)
        events = Events.of(number, handles, at, before[moved], after,
                           np.full(len(handles), ORIGINS.index(observation.origin)))
        return events, [(None if one is None else one.id, handle) for one, handle in zip(who, handles.tolist(), strict=True)]

    def _remember(self, changes: Events) -> None:
        if not len(changes):
            return
        self.known = self.known.changed(changes.handle, changes.after, changes.at)
        self.number = int(changes.number[-1])
        self.recent.append(changes)
        self.outages.append(changes[KIND[changes.before] != KIND[changes.after]])

    def _happened(self, observation: Observation, handles: Handles, who: Sequence[Identity | None], clock: int) -> Times:
        """When points changed: as the upstream dates it, but neither before it was last asked nor later than now."""
        index, _ = self.known.find(handles)
        earliest = np.maximum(self.known.since[index], to_ms(observation.looked_at) if observation.looked_at else 0)
        asked = to_ms(observation.asked_at)
        said = np.array([to_ms(one.update_date) if one and one.update_date else asked for one in who], np.int64)
        return np.maximum(np.minimum(said, clock), earliest)

    def _write(self, entry: Entry, clock: int) -> None:
        """Where the file can't be written (a full disk), what is shown stays right; the next start finds what has changed. Raises
        NotLeading."""
        try:
            self.history.write(entry)
        except NotLeading:
            raise
        except StoreError as error:
            if self.problem is None:
                log.error("the history could not be written", extra={"reason": str(error)})
            self.problem, self._complete = str(error), False
        else:
            self.problem, self._flushed = None, clock
