"""From what is now and what changed to what was: counts by status at some moments of the past."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.live.coverage import Watched
from wirelane_geo.live.interface import OUT, WORKING
from wirelane_geo.live.recent import Events
from wirelane_geo.model import Status

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
"""In milliseconds."""

KIND = np.full(256, 2, np.uint8)
"""0 where a status is working, 1 where it is out, 2 where it is neither, by number."""
KIND[[status.number for status in WORKING]] = 0
KIND[[status.number for status in OUT]] = 1

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Points:
    """The points that are asked about: n of them by ascending quadkey, with their handles and their statuses now."""

    handles: npt.NDArray[np.int64]
    quadkeys: npt.NDArray[np.uint64]
    status: npt.NDArray[np.uint8]


def moments(now: int, span: int, step: int) -> npt.NDArray[np.int64]:
    """The whole multiples of `step` within the last `span`, and now; milliseconds since 1970."""
    return np.append(np.arange(-(-(now - span) // step) * step, now, step), now)


def counts_at(
    times: npt.NDArray[np.int64], points: Points, events: Events, watched: Watched
) -> tuple[Counts, npt.NDArray[np.bool_]]:
    """counts i8[k, 7] by status at k ascending times, of the points that were watched then; gap bool[k]: none was.

    Goes back from now: each change that came after a moment is undone, the last one first.
    """
    counts, gap = np.zeros((len(times), len(Status)), np.int64), np.ones(len(times), np.bool_)
    slot, events = _places(points.handles, events)
    order = np.argsort(events.at, kind="stable")
    at, slot, before = events.at[order], slot[order], events.before[order]
    ends = np.searchsorted(at, times, side="right")
    begin, stop = watched.slices(points.quadkeys)
    state, undone = points.status.copy(), len(at)
    for k in range(len(times) - 1, -1, -1):
        undo = slice(ends[k], undone)
        state[slot[undo][::-1]] = before[undo][::-1]
        undone = min(undone, int(ends[k]))
        rows = np.flatnonzero((watched.begin <= times[k]) & (times[k] <= watched.end))
        gap[k] = not (len(rows) if not len(state) else (stop[rows] > begin[rows]).any())
        if not gap[k]:
            counts[k] = np.bincount(_seen(state, begin[rows], stop[rows]), minlength=256)[: len(Status)]
    return counts, gap


def available(counts: Counts) -> float | None:
    """The part of counts by status that was working, of those working or out; None where there are none."""
    total = counts.reshape(-1, len(Status)).sum(axis=0)
    working, out = (int(total[[status.number for status in kind]].sum()) for kind in (WORKING, OUT))
    return working / (working + out) if working + out else None


def _places(handles: npt.NDArray[np.int64], events: Events) -> tuple[npt.NDArray[np.intp], Events]:
    """The events of these points, and the position of each one's point among them."""
    if not len(handles):
        return np.empty(0, np.intp), Events.of()
    order = np.argsort(handles, kind="stable")
    found = np.searchsorted(handles, events.handle, sorter=order)
    found[found == len(handles)] = 0
    slot = order[found]
    ours = handles[slot] == events.handle
    return slot[ours], events[ours]


def _seen(state: npt.NDArray[np.uint8], begin: npt.NDArray[np.intp], stop: npt.NDArray[np.intp]) -> npt.NDArray[np.uint8]:
    """The statuses within any of some slices."""
    if ((begin == 0) & (stop == len(state))).any():
        return state
    seen = np.zeros(len(state), np.bool_)
    for first, end in zip(begin.tolist(), stop.tolist(), strict=True):
        seen[first:end] = True
    return state[seen]
