"""Real charging sessions played back on a network: a point is in use while a session lasts, and free otherwise.

A file of sessions is JSON lines, plain, .gz or .xz: `id_pdc_itinerance` (the EVSE ID), `start` and `end` in milliseconds
since 1970, as QualiCharge exports them. Points that occur in the file are free until their first session; points that don't
keep the status they have. Sessions of one point that overlap or touch are one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from wirelane_geo.errors import BadFile, BadInput
from wirelane_geo.importers.source import Source
from wirelane_geo.model import PointId, Status
from wirelane_geo.store import Store

Ints = npt.NDArray[np.int64]

STEP_S = 0.2
"""Seconds between two writes."""
LONGEST_MS = 31 * 24 * 3_600_000
"""A session that lasts longer is a mistake."""
LATEST_MS = 2**42
"""No session begins or ends later: in 2109."""


class _Line(msgspec.Struct):
    id_pdc_itinerance: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Sessions:
    """n sessions: the number of the point in `evseids`, start and end in ms since 1970. `rejected` counts lines that are
    none, by reason."""

    evseids: Sequence[str]
    point: Ints
    start: Ints
    end: Ints
    rejected: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.point)


@dataclass(frozen=True, eq=False)
class Events:
    """n changes in the order of time: ms since 1970, the number of the point, whether it is in use from then on."""

    at: Ints
    point: Ints
    in_use: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.at)


def read_sessions(path: Path) -> Sessions:
    """The sessions of a file. Raises BadFile for one that can't be opened, breaks off, or holds no session at all."""
    decoder = msgspec.json.Decoder(_Line)
    numbers: dict[str, int] = {}
    rows: list[tuple[int, int, int]] = []
    rejected: Counter[str] = Counter()
    with Source(path) as source:
        for line in source.lines():
            if not line.strip():
                continue
            try:
                session = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                rejected["not a session with id_pdc_itinerance, start and end"] += 1
                continue
            if reason := _wrong(session):
                rejected[reason] += 1
                continue
            rows.append((numbers.setdefault(session.id_pdc_itinerance, len(numbers)), session.start, session.end))
    if not rows:
        raise BadFile(f"{path} holds no charging session: expected JSON lines with id_pdc_itinerance, start and end (ms).")
    point, start, end = np.array(rows, np.int64).T
    return Sessions(tuple(numbers), point, start, end, rejected)


def _wrong(session: _Line) -> str | None:
    if session.end <= session.start:
        return "ends at or before its start"
    if session.end - session.start > LONGEST_MS:
        return "lasts longer than a month"
    return None if session.start >= 0 and session.end < LATEST_MS else "a time that can't be"


def events_of(sessions: Sessions) -> Events:
    """What changes when: in use at the start of the first of some overlapping sessions, free at the end of the last."""
    order = np.lexsort((sessions.start, sessions.point))
    point, start, end = sessions.point[order], sessions.start[order], sessions.end[order]
    # The latest end so far, within a point: points are laid out one after the other on a common axis.
    origin = start.min() if len(start) else 0
    offset = point * (end.max() - origin + 1 if len(end) else 0) - origin
    reach = np.maximum.accumulate(end + offset)
    first = np.ones(len(point), np.bool_)
    first[1:] = (start + offset)[1:] > reach[:-1]
    begins = np.flatnonzero(first)
    last = np.append(begins[1:], len(point))[:len(begins)] - 1
    ends = reach[last] - offset[last]
    at = np.concatenate([start[begins], ends])
    who = np.concatenate([point[begins], point[begins]])
    in_use = np.repeat([True, False], len(begins))
    order = np.lexsort((who, at))
    return Events(at[order], who[order], in_use[order])


def points_of(sessions: Sessions, store: Store) -> tuple[dict[int, PointId], Sessions]:
    """(ids, sessions): the point of a store that each number stands for, by id, and the sessions at those points. Others are
    left out."""
    found: dict[int, PointId] = {}
    for number, evseid in enumerate(sessions.evseids):
        point = store.get("evseid", evseid)
        if point is not None and point.id is not None:
            found[number] = point.id
    known = np.isin(sessions.point, np.fromiter(found, np.int64, len(found)))
    kept = Sessions(sessions.evseids, sessions.point[known], sessions.start[known], sessions.end[known], sessions.rejected)
    return found, kept


class Playback:
    """Events as statuses: `play` gives what changes up to a moment, once each."""

    def __init__(self, events: Events, points: Sequence[int], begin: int | None = None) -> None:
        self._events = events
        self._points = points
        self.begin = int(events.at[0]) if begin is None else begin
        self.end = int(events.at[-1])
        if not self.begin < self.end:
            raise BadInput("The replay can't begin there: the last session is over by then.")
        self._next = 0

    def opening(self) -> dict[int, Status]:
        """The status of every point at the beginning; `play` goes on from there."""
        self._next = int(np.searchsorted(self._events.at, self.begin, side="right"))
        return dict.fromkeys(self._points, Status.FREE) | self._last(0, self._next)

    def play(self, until: int) -> tuple[dict[int, Status], int]:
        """The newest status of each point that changed since, and how many changes there were; until: ms since 1970."""
        stop = int(np.searchsorted(self._events.at, until, side="right"))
        begin, self._next = self._next, max(stop, self._next)
        return self._last(begin, self._next), self._next - begin

    def _last(self, begin: int, stop: int) -> dict[int, Status]:
        words = (Status.FREE, Status.IN_USE)
        part = zip(self._events.point[begin:stop].tolist(), self._events.in_use[begin:stop].tolist(), strict=True)
        return {point: words[used] for point, used in part}


@dataclass(frozen=True)
class ReplayStep:
    """Where a replay is: the moment that is shown (ms since 1970), changes due since the last step, points written."""

    at: int
    changes: int
    written: int


def replay(playback: Playback, write: Callable[[dict[int, Status]], int], *, speed: float, clock: Callable[[], float],
           wait: Callable[[float], bool], loop: bool = False) -> Iterator[ReplayStep]:
    """Play at `speed` times real time, a write and a ReplayStep every STEP_S, until the end (with `loop`: from the start again).

    clock: monotonic seconds. wait: lets seconds pass; True ends the replay. Time that a write takes is caught up with.
    """
    while True:
        yield ReplayStep(playback.begin, 0, write(playback.opening()))
        started, beat = clock(), 0
        at = playback.begin
        while at < playback.end:
            beat = max(beat, int((clock() - started) / STEP_S)) + 1
            if wait(max(0.0, started + beat * STEP_S - clock())):
                return
            at = playback.begin + int((clock() - started) * 1000 * speed)
            changed, changes = playback.play(at)
            yield ReplayStep(min(at, playback.end), changes, write(changed) if changed else 0)
        if not loop:
            return
