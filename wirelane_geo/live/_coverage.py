"""When which part of the map was watched: everything else is a gap.

A row says that a square was watched from `begin` to `end`. It is made longer for as long as it is watched, so that
whatever ends the watching - the upstream, a lapsed lease, kill -9 - leaves a gap without anybody having to notice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import lookup
from wirelane_geo.live.observation import Span

Times = npt.NDArray[np.int64]
Row = tuple[int, int, int, int]
"""First and last quadkey of a square, begin and end in milliseconds since 1970, all included."""


@dataclass(frozen=True, eq=False)
class WatchedSpans:
    """n rows. first, last: quadkeys, u8; begin, end: milliseconds since 1970, i8."""

    first: npt.NDArray[np.uint64]
    last: npt.NDArray[np.uint64]
    begin: Times
    end: Times

    def of_point(self, quadkey: int) -> tuple[Times, Times]:
        """Begins and ends of when a point was watched, in no order, maybe overlapping."""
        here = (self.first <= quadkey) & (quadkey <= self.last)
        return self.begin[here], self.end[here]

    def since(self, quadkeys: npt.NDArray[np.uint64], now: int) -> int | None:
        """Since when some of these points, given by ascending quadkey, have been watched without a break until now; None
        where none are."""
        begin, end = lookup.slices(quadkeys, self.first, self.last + np.uint64(1))
        begins = self.begin[(self.end >= now) & ((begin < end) | (len(quadkeys) == 0))]
        return int(begins.min()) if len(begins) else None

    def all_since(self, quadkeys: npt.NDArray[np.uint64], now: int) -> int | None:
        """Since when all of these points, given by ascending quadkey, have been watched without a break until now; None
        where some aren't, or there are no points."""
        still = self.end >= now
        begins = np.full(len(quadkeys), np.iinfo(np.int64).max)
        for first, stop, begin in zip(*lookup.slices(quadkeys, self.first[still], self.last[still] + np.uint64(1)),
                                      self.begin[still], strict=True):
            np.minimum(begins[first:stop], begin, out=begins[first:stop])
        latest = int(begins.max(initial=0))
        return latest if len(quadkeys) and latest < np.iinfo(np.int64).max else None


class Coverage:
    """The rows since some time, those that go on and those that ended. `patience` (milliseconds): for how long nothing may
    be heard of a square without that being a gap. Callers see to it that one thread at a time writes."""

    def __init__(self, rows: Iterable[Row], patience: int) -> None:
        self._patience = patience
        self._rows: list[Row] = []
        self._open: dict[Span, int] = {}
        self._changed: set[int] = set()
        for row in sorted(rows, key=lambda row: row[2]):
            self._open[row[0], row[1]] = len(self._rows)
            self._rows.append(row)

    @property
    def until(self) -> int | None:
        """The end of what was watched last."""
        return max((row[3] for row in self._rows), default=None)

    def extend(self, spans: Iterable[Span], at: int) -> None:
        """Note that these squares were seen at a time: they were watched since the time before, unless that is longer ago than
        `patience`."""
        for span in spans:
            index = self._open.get(span)
            if index is None or at - self._rows[index][3] > self._patience:
                index = self._open[span] = len(self._rows)
                self._rows.append((*span, at, at))
            elif at > self._rows[index][3]:
                self._rows[index] = (*self._rows[index][:3], at)
            self._changed.add(index)

    def overlaps(self, spans: Iterable[Span]) -> bool:
        """Whether a part of these squares was ever watched, as far back as is known."""
        wanted = list(spans)
        return any(first <= row[1] and row[0] <= last for row in self._rows for first, last in wanted) or not wanted

    def written(self) -> list[Row]:
        """The rows that changed since this was called last."""
        rows = [self._rows[index] for index in sorted(self._changed)]
        self._changed.clear()
        return rows

    def trim(self, before: int) -> None:
        """Drop what ended before a time."""
        changed = {self._rows[index] for index in self._changed}
        self._rows = [row for row in self._rows if row[3] >= before]
        self._open = {row[:2]: index for index, row in enumerate(self._rows)}
        self._changed = {index for index, row in enumerate(self._rows) if row in changed}

    def forget(self, until: int) -> None:
        """Nothing was watched before a time."""
        self.trim(until + 1)
        self._rows = [(first, last, max(begin, until), end) for first, last, begin, end in self._rows]

    def watched(self, since: int, now: int) -> WatchedSpans:
        """The rows that end at or after a time. What was said a moment ago holds until now."""
        rows = [row for row in tuple(self._rows) if row[3] >= since]
        table = np.array(rows, np.int64).reshape(-1, 4)
        table[now - table[:, 3] <= self._patience, 3] = now
        return WatchedSpans(table[:, 0].astype(np.uint64), table[:, 1].astype(np.uint64), table[:, 2], table[:, 3])
