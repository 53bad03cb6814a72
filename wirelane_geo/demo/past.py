"""The days before a demo network was made: the status changes that would have been recorded.

A point is in use while a session goes on, the kept sessions included; some drivers have reserved it before; between
sessions it fails and is repaired as often, and for as long, as `_day` has it. The end agrees with the points as they are:
what is in use, out, unknown or reserved came to that when the point changed last.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.demo._day import AHEAD, CLOSED, FAULTED, FREE, IN_USE, KEPT, LASTS, OPERATING, RESERVED, SHARES
from wirelane_geo.demo._habits import Ints
from wirelane_geo.demo._timetable import Outcome, timetable
from wirelane_geo.model import ChargePoint, ChargingSession, PointId

DAYS = 8
WARM_UP_DAYS = 1
"""Before that nothing is told, but sessions of then may last until after it."""
LONGEST_TROUBLE_DAYS = 3
"""Failures are drawn from so long before, as one of then may last until the time that is told."""
DRAWN = 1.25
"""Failures that are drawn for each that there are: of those in a session's time nothing comes."""
APART = 60
"""Seconds at least between two things that have nothing to do with each other."""

_DAY = 86_400
_FOR_EVER = 2**40
_KEY = 2**41
"""More than any time: a point's row times this, plus a time, sorts by point and then by time."""


@dataclass(frozen=True, eq=False)
class DemoPast:
    """n changes of m points, oldest first. point: row of the point; at: seconds since 1970; before, after: numbers of
    statuses. since, exact (m): when each point came to its status, and whether that is a change of these. begin, end: of the
    time that is told, seconds since 1970."""

    point: Ints
    at: Ints
    before: npt.NDArray[np.uint8]
    after: npt.NDArray[np.uint8]
    since: Ints
    exact: npt.NDArray[np.bool_]
    begin: int
    end: int


@dataclass(frozen=True, eq=False)
class _Spans:
    """Times in which points have a status that isn't FREE, by point and begin; they don't overlap. All columns are i8."""

    point: Ints
    begin: Ints
    end: Ints
    status: Ints

    @classmethod
    def joined(cls, *parts: "_Spans") -> "_Spans":
        """Several as one."""
        point, begin, end, status = (np.concatenate([getattr(part, name) for part in parts])
                                     for name in ("point", "begin", "end", "status"))
        return cls(point, begin, end, status)[np.lexsort((begin, point))]

    def __getitem__(self, rows: "npt.NDArray[np.intp] | npt.NDArray[np.bool_]") -> "_Spans":
        return _Spans(self.point[rows], self.begin[rows], self.end[rows], self.status[rows])

    def __len__(self) -> int:
        return len(self.point)

    def before(self, rows: npt.NDArray[np.intp], none: int) -> Ints:
        """When the span before each of these rows ended at its point, `none` where it is the first."""
        same = (rows > 0) & (self.point[rows - 1] == self.point[rows])
        return np.where(same, self.end[rows - 1], none)


def demo_past(points: Sequence[ChargePoint], until: datetime, sessions: Iterable[ChargingSession] = (),
              kept: Collection[PointId] = (), seed: int = 20_251_009) -> DemoPast:
    """What was with points in the days until a moment (an aware datetime).

    Of the points with the `kept` ids (`charging_point_id`) the given sessions are all that there were; of the others they are
    drawn in the same way. The same arguments give the same past.
    """
    random = np.random.default_rng(seed)
    end = int(until.timestamp())
    begin, first = end - DAYS * _DAY, end - (DAYS + WARM_UP_DAYS) * _DAY
    changed = np.array([min(end, int(p.update_date.timestamp())) if p.update_date else 0 for p in points], np.int64)
    now = _as_now(points, changed)
    ended = _sessions(points, until, sessions, frozenset(kept), random)
    last = np.where(np.isin(np.arange(len(points)), now.point[now.status == CLOSED]), 0, changed)
    spans = _Spans.joined(now, ended[ended.end <= last[ended.point]])
    spans = _Spans.joined(spans, _troubles(points, spans, begin - LONGEST_TROUBLE_DAYS * _DAY, last - APART, random))
    spans = _Spans.joined(spans, _reservations(spans, first, random))
    point, at, before, after = _changes(spans, begin, end)
    since, exact = changed.copy(), np.zeros(len(points), np.bool_)
    since[point], exact[point] = at, True  # of several the last one counts
    return DemoPast(point, at, before.astype(np.uint8), after.astype(np.uint8), since, exact, begin, end)


def _as_now(points: Sequence[ChargePoint], changed: Ints) -> _Spans:
    """What isn't free has been as it is since it changed; what is closed, always."""
    status = np.array([point.status.number for point in points], np.int64)
    rows = np.flatnonzero(status != FREE)
    begin = np.where(status == CLOSED, 0, changed)
    return _Spans(rows, begin[rows], np.full(len(rows), _FOR_EVER), status[rows])


def _sessions(points: Sequence[ChargePoint], until: datetime, sessions: Iterable[ChargingSession], kept: Collection[PointId],
              random: np.random.Generator) -> _Spans:
    """The sessions that ended: those that are kept, and others' drawn by the same timetable."""
    rows = {point.charging_point_id or point.id: row for row, point in enumerate(points) if point.id in kept}
    told = [(rows[one.charging_point_id], int(one.session_begin.timestamp()), int(one.session_end.timestamp()))
            for one in sessions if one.charging_point_id in rows and one.session_begin and one.session_end]
    others = np.array([row for row, point in enumerate(points) if point.id not in kept], np.int64)
    table = timetable([points[row] for row in others], until, random, hours=24 * (DAYS + WARM_UP_DAYS))
    over = np.flatnonzero(table.outcome != Outcome.OPEN)
    point, begin, end = np.array(told, np.int64).reshape(-1, 3).T
    point, begin, end = (np.concatenate(both) for both in (
        (point, others[table.point[over]]), (begin, table.begin[over]), (end, table.end[over])))
    return _Spans(point, begin, end, np.full(len(point), IN_USE))


def _troubles(points: Sequence[ChargePoint], spans: _Spans, first: int, last: Ints, random: np.random.Generator) -> _Spans:
    """Failures between the other spans, ended before the next one, and before each point's `last`. A point fails by itself;
    what is offline or switched off is so as a station."""
    number = {name: i for i, name in enumerate(dict.fromkeys(p.charging_station_id or p.charge_point_id for p in points))}
    station = np.array([number[p.charging_station_id or p.charge_point_id] for p in points], np.int64)
    parts = []
    for status, share in SHARES.items():
        seconds = int(last.max(initial=first)) - first
        units = np.arange(len(points)) if status == FAULTED else station
        rate = DRAWN * share / OPERATING / LASTS[status]
        happened = random.poisson(len(np.unique(units)) * max(seconds, 0) * rate)
        unit = random.integers(0, int(units.max(initial=0)) + 1, happened)
        at = first + random.integers(0, max(seconds, 0) + 1, happened)
        lasts = (random.exponential(LASTS[status], happened)).astype(np.int64)
        parts.append(_at_points(units, unit, at, lasts, status))
    drawn = _Spans.joined(*parts)
    return _fitted(drawn, spans, first, last)


def _at_points(units: Ints, unit: Ints, at: Ints, lasts: Ints, status: int) -> _Spans:
    """What happened to units, at each of the points that belong to them."""
    order = np.argsort(units, kind="stable")
    begin, end = (np.searchsorted(units[order], unit, side=side) for side in ("left", "right"))
    count = end - begin
    which = np.repeat(np.arange(len(unit)), count)
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    point = order[begin[which] + place]
    return _Spans(point.astype(np.int64), at[which], at[which] + lasts[which], np.full(len(which), status))


def _fitted(drawn: _Spans, spans: _Spans, first: int, last: Ints) -> _Spans:
    """Of what was drawn that which falls into gaps of `spans`, cut to them, and doesn't overlap."""
    key = spans.point * _KEY + spans.begin
    row = np.searchsorted(key, drawn.point * _KEY + drawn.begin, side="right")
    free_from = np.full(len(drawn), first)
    free_to = last[drawn.point].copy()
    if len(spans):
        before, after = np.maximum(row - 1, 0), np.minimum(row, len(spans) - 1)
        behind = (row > 0) & (spans.point[before] == drawn.point)
        ahead = (row < len(spans)) & (spans.point[after] == drawn.point)
        free_from = np.where(behind, spans.end[before], free_from)
        free_to = np.where(ahead, np.minimum(spans.begin[after], free_to), free_to)
    cut = _Spans(drawn.point, drawn.begin, np.minimum(drawn.end, free_to - APART), drawn.status)
    goes_on = drawn.end > last[drawn.point]  # such a one would go on now: those that do are known
    cut = cut[(cut.begin >= free_from + APART) & (cut.end >= cut.begin + APART) & ~goes_on]
    ends = np.maximum.accumulate(cut.point * _KEY + cut.end + APART)
    apart = np.ones(len(cut), np.bool_)
    apart[1:] = cut.point[1:] * _KEY + cut.begin[1:] >= ends[:-1]
    return cut[apart]


def _reservations(spans: _Spans, first: int, random: np.random.Generator) -> _Spans:
    """Some minutes before some of the sessions."""
    rows = np.flatnonzero(spans.status == IN_USE)
    rows = rows[random.random(len(rows)) < AHEAD * KEPT]
    begin = spans.begin[rows] - np.clip(random.exponential(LASTS[RESERVED], len(rows)), APART, 3_600).astype(np.int64)
    fits = begin >= spans.before(rows, first) + APART
    rows = rows[fits]
    return _Spans(spans.point[rows], begin[fits], spans.begin[rows], np.full(len(rows), RESERVED))


def _changes(spans: _Spans, begin: int, end: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The changes within a time: point, when, from which status, to which; by time. What touches is one change."""
    touches = np.zeros(len(spans) + 1, np.bool_)
    touches[1:-1] = (spans.point[1:] == spans.point[:-1]) & (spans.begin[1:] == spans.end[:-1])
    came_from = np.where(touches[:-1], np.roll(spans.status, 1), FREE)
    ends = ~touches[1:]
    point = np.concatenate([spans.point, spans.point[ends]])
    at = np.concatenate([spans.begin, spans.end[ends]])
    before = np.concatenate([came_from, spans.status[ends]])
    after = np.concatenate([spans.status, np.full(int(ends.sum()), FREE)])
    told = np.flatnonzero((at > begin) & (at <= end) & (before != after))
    told = told[np.lexsort((point[told], at[told]))]
    return point[told], at[told], before[told], after[told]
