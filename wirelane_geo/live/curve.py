"""How many points had each status at moments of the past: worked out backwards, from what is now and what has changed since."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import lookup
from wirelane_geo.geo.lookup import RowLookup
from wirelane_geo.live._coverage import WatchedSpans
from wirelane_geo.live._recent import Events
from wirelane_geo.live.interface import OUT, WORKING
from wirelane_geo.model import Handles, Status

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""In milliseconds."""

KIND = np.full(256, 2, np.uint8)
"""0 where a status is working, 1 where it is out, 2 where it is neither, by number."""
KIND[[status.number for status in WORKING]] = 0
KIND[[status.number for status in OUT]] = 1

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PointSelection:
    """The points that are asked about: n of them by ascending quadkey, with their handles and their statuses now."""

    handles: Handles
    quadkeys: npt.NDArray[np.uint64]
    status: npt.NDArray[np.uint8]


def moments(now: int, span: int, step: int) -> npt.NDArray[np.int64]:
    """The whole multiples of `step` within the last `span`, and now; milliseconds since 1970."""
    return np.append(np.arange(-(-(now - span) // step) * step, now, step), now)


def counts_at(
    times: npt.NDArray[np.int64], points: PointSelection, events: Events, watched: WatchedSpans
) -> tuple[Counts, npt.NDArray[np.bool_]]:
    """counts i8[k, 7] by status at k ascending times, of the points that were watched then; gap bool[k]: none was.

    For times at which all were watched, the changes since are subtracted from the counts of now. For others each change is
    undone, the last one first, and the points that were watched are counted.
    """
    index, events = _of_points(points.handles, events)
    order = np.argsort(events.at, kind="stable")
    index, events = index[order], events[order]
    ends = np.searchsorted(events.at, times, side="right")
    seen = [_seen(points, watched, time) for time in times.tolist()]
    counts = _counts_of_all(points.status, events, ends)
    parts = [k for k, slices in enumerate(seen) if slices and slices != [(0, len(points.handles))]]
    counts[[k for k, slices in enumerate(seen) if not slices]] = 0
    _count_parts(counts, parts, seen, points.status.copy(), index, events.before, ends)
    return counts, np.array([not slices for slices in seen], np.bool_)


def available(counts: Counts) -> float | None:
    """The part of counts by status that was working, of those working or out; None where there are none."""
    total = counts.reshape(-1, len(Status)).sum(axis=0)
    working, out = (int(total[[status.number for status in kind]].sum()) for kind in (WORKING, OUT))
    return working / (working + out) if working + out else None


def known(counts: Counts) -> float | None:
    """The part of counts by status of which a status is known, those that are CLOSED left out; None where there are none."""
    total = counts.reshape(-1, len(Status)).sum(axis=0)
    told = int(total[[status.number for status in WORKING | OUT]].sum())
    every = told + int(total[Status.UNKNOWN.number])
    return told / every if every else None


def _of_points(handles: Handles, events: Events) -> tuple[npt.NDArray[np.intp], Events]:
    """The events of these points, and the index of each one's point among them."""
    if not len(handles) or not len(events):
        return np.empty(0, np.intp), events[:0]
    index, there = RowLookup(handles).find(events.handle)
    return index[there], events[there]


def _counts_of_all(status: npt.NDArray[np.uint8], events: Events, ends: npt.NDArray[np.intp]) -> Counts:
    """Counts by status of all points after the first `ends[k]` events, from their statuses after all of them."""
    bucket = np.searchsorted(ends, np.arange(len(events)), side="right")  # the first moments that lack the event
    change = np.zeros((len(ends) + 1, 256), np.int64)
    for statuses, sign in ((events.after, 1), (events.before, -1)):
        change += sign * np.bincount(bucket * 256 + statuses, minlength=change.size).reshape(change.shape)
    later = change[::-1].cumsum(axis=0)[::-1][1:]
    counts: Counts = np.bincount(status, minlength=256) - later
    return counts[:, : len(Status)]


def _seen(points: PointSelection, watched: WatchedSpans, time: int) -> list[tuple[int, int]]:
    """The slices of points that were watched at a moment; where that is all of them, the one slice of all."""
    rows = (watched.begin <= time) & (time <= watched.end)
    begin, stop = lookup.slices(points.quadkeys, watched.first[rows], watched.last[rows] + np.uint64(1))
    everything = (0, len(points.handles))
    slices = {slice_ for slice_ in zip(begin.tolist(), stop.tolist(), strict=True) if slice_[1] > slice_[0]}
    if everything in slices or (everything == (0, 0) and rows.any()):
        return [everything]
    return sorted(slices)


def _count_parts(
    counts: Counts, rows: list[int], seen: list[list[tuple[int, int]]], state: npt.NDArray[np.uint8],
    index: npt.NDArray[np.intp], before: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp],
) -> None:
    """Fill in rows of counts: of the points in any of the row's slices. `state` is undone event by event."""
    undone = len(index)
    for k in reversed(rows):
        undo = slice(ends[k], undone)
        state[index[undo][::-1]] = before[undo][::-1]
        undone = int(ends[k])
        here = np.zeros(len(state), np.bool_)
        for first, end in seen[k]:
            here[first:end] = True
        counts[k] = np.bincount(state[here], minlength=256)[: len(Status)]
