"""When sessions begin and end at the demo network's charge points, how much they take, and what the meters say.

Of visits that would overlap at a point the first is served. The point's status has the last word: where it is in use a
session is open since the status changed; elsewhere the last one was over by then, where it is faulted often in an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from wirelane_geo.demo._habits import HOURS, Floats, Ints, arrivals
from wirelane_geo.model import ChargePoint, ChargingType, Status
from wirelane_geo.model.opening_hours import is_open

RECENT = timedelta(days=14)
"""A status older than this says nothing about sessions: nothing of the demo's lasts for weeks."""
GAP = 120
"""Seconds at least between two sessions at a point."""


class Outcome(IntEnum):
    """How a session ends."""

    OPEN = 0
    CLOSED = 1
    CANCELED = 2
    ERROR = 3
    CONSECUTIVE = 4


_LEFT = 0.2
"""Share of the free points that are free since a session ended."""
_SHARES = {Outcome.CLOSED: 0.972, Outcome.CANCELED: 0.013, Outcome.ERROR: 0.011, Outcome.CONSECUTIVE: 0.004}
_CARS_AC = ((3.7, 7.4, 11.0, 22.0), (0.12, 0.13, 0.62, 0.13))
_CARS_DC = ((42.0, 75.0, 105.0, 140.0, 180.0), (0.12, 0.28, 0.3, 0.2, 0.1))
"""kW that cars take, on the average of a session, and their shares."""


@dataclass(frozen=True, eq=False)
class Timetable:
    """n sessions: the row of the point; begin and end in seconds since 1970 (UTC), the end of an open one being the
    present; the car's power in kW; energy in Wh until `end`; whether the car had all it wanted; the outcome's number."""

    point: Ints
    begin: Ints
    end: Ints
    kw: Floats
    wh: Ints
    full: npt.NDArray[np.bool_]
    outcome: Ints

    def __len__(self) -> int:
        return len(self.point)

    def take(self, rows: npt.NDArray[np.intp]) -> "Timetable":
        """Some of the sessions."""
        return Timetable(*(getattr(self, field.name)[rows] for field in fields(self)))

    def meter(self) -> Ints:
        """What each session's meter reads at the beginning, in Wh: all that the sessions before it at the point took."""
        order = np.lexsort((self.begin, self.point))
        point, wh = self.point[order], self.wh[order]
        before = np.cumsum(wh) - wh
        start = np.searchsorted(point, point)
        meter = np.empty_like(wh)
        meter[order] = before - before[start] + 1_000_000 + point * 7_919 % 9_000_000
        return meter


def timetable(points: Sequence[ChargePoint], until: datetime, random: np.random.Generator, hours: int = HOURS) -> Timetable:
    """The sessions of some hours, of six weeks as a rule, at some charge points, in the order of their beginning."""
    now = int(until.timestamp())
    since = np.array([_changed(point, until, random) for point in points], np.int64)
    used = np.flatnonzero([point.status is Status.IN_USE for point in points])
    faulted = np.flatnonzero([point.status is Status.FAULTED for point in points])
    faulted = faulted[random.random(len(faulted)) < 0.6]
    last = since.copy()
    last[faulted] -= random.integers(60, 1_500, len(faulted))
    last[[point.status is Status.CLOSED for point in points]] = 0
    drawn = _visits(points, until, random, hours)
    parts = [
        _charged(points, used, since[used], np.full(len(used), now), Outcome.OPEN, random),
        _charged(points, faulted, last[faulted], since[faulted], Outcome.ERROR, random),
        left := _left(points, since, until, random),
    ]
    last[left.point] = left.begin
    parts.append(drawn.take(_served(drawn, last - GAP)))
    joined = Timetable(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Timetable)))
    return joined.take(np.lexsort((joined.point, joined.begin)))


def _left(points: Sequence[ChargePoint], since: Ints, until: datetime, random: np.random.Generator) -> Timetable:
    """Sessions whose end is why some points are free."""
    free = np.array([point.status is Status.FREE for point in points], np.bool_)
    free &= (since < int(until.timestamp())) & (random.random(len(points)) < _LEFT)
    rows = np.flatnonzero(free)
    _, _, stay = _cars(points, rows, random)
    begin = since[rows] - np.maximum(stay, 600).astype(np.int64)
    built = np.array([int(p.creation_date.timestamp()) if p.creation_date else -(2**62) for p in points], np.int64)
    fits = np.array([is_open(points[row].availability, points[row].timezone, datetime.fromtimestamp(at, UTC)) is not False
                     for row, at in zip(rows.tolist(), begin.tolist(), strict=True)], np.bool_) & (begin > built[rows])
    return _charged(points, rows[fits], begin[fits], since[rows[fits]], Outcome.CLOSED, random)


def _changed(point: ChargePoint, until: datetime, random: np.random.Generator) -> int:
    """When the point came to be as it is, in seconds since 1970; without a believable date, a while ago or just now."""
    date = point.update_date
    if date is not None and until - RECENT < date < until:
        return int(date.timestamp())
    return int(until.timestamp()) - (int(random.integers(300, 7_200)) if point.status is Status.IN_USE else 0)


def _visits(points: Sequence[ChargePoint], until: datetime, random: np.random.Generator, hours: int) -> Timetable:
    """All who would come, served or not, since a point is there."""
    point, begin = arrivals(points, until, random, hours)
    built = np.array([int(p.creation_date.timestamp()) if p.creation_date else -(2**62) for p in points], np.int64)
    point, begin = point[begin >= built[point]], begin[begin >= built[point]]
    kw, need, stay = _cars(points, point, random)
    outcome = random.choice([int(o) for o in _SHARES], len(point), p=list(_SHARES.values())).astype(np.int64)
    stay = np.where(outcome == Outcome.ERROR, stay * random.random(len(stay)), stay)
    short = (outcome == Outcome.CANCELED) | (outcome == Outcome.CONSECUTIVE)
    stay = np.where(short, random.uniform(15, 240, len(stay)), stay)
    end = begin + np.maximum(stay, 15).astype(np.int64)
    wh = np.where(short, 0, _energy(kw, need, end - begin))
    return Timetable(point, begin, end, kw, wh, wh >= need, outcome)


def _charged(points: Sequence[ChargePoint], point: npt.NDArray[np.intp], begin: Ints, end: Ints, outcome: Outcome,
             random: np.random.Generator) -> Timetable:
    """Sessions whose ends are given."""
    kw, need, _ = _cars(points, point, random)
    wh = _energy(kw, need, end - begin)
    return Timetable(point.astype(np.int64), begin, end, kw, wh, wh >= need, np.full(len(point), outcome, np.int64))


def _cars(points: Sequence[ChargePoint], at: npt.NDArray[np.int_],
          random: np.random.Generator) -> tuple[Floats, Ints, Floats]:
    """For each visit: kW of car and point together, Wh that the car takes until it has enough, seconds that it stays."""
    n = len(at)
    power = np.array([point.power or 11.0 for point in points], np.float64)[at]
    direct = np.array([point.charging_type is ChargingType.DC for point in points], np.bool_)[at]
    car = np.where(direct, random.choice(_CARS_DC[0], n, p=_CARS_DC[1]), random.choice(_CARS_AC[0], n, p=_CARS_AC[1]))
    kw = np.minimum(np.where(direct, 0.92 * power, power), car)
    need = 1_000 * np.minimum(np.where(direct, random.lognormal(3.4, 0.45, n), random.lognormal(2.75, 0.6, n)), 80)
    parked = np.where(random.random(n) < 0.65, random.lognormal(0.6, 0.6, n), random.normal(8.5, 1.4, n)) * 3_600
    charged = need / kw * 3.6 + 60 + random.exponential(300, n)
    stay = np.where(direct, np.minimum(charged, 10_800), np.clip(parked, 600, 14 * 3_600))
    return kw, need.astype(np.int64), stay


def _energy(kw: Floats, need: Ints, seconds: Ints) -> Ints:
    """Wh in a time, up to what the car needs; the first half minute goes to the handshake."""
    return np.minimum(need, kw * np.maximum(seconds - 30, 0) / 3.6).astype(np.int64)


def _served(drawn: Timetable, last: Ints) -> npt.NDArray[np.intp]:
    """Rows of the visits that find their point free and end by `last`, a time for each point."""
    order = np.lexsort((drawn.begin, drawn.point))
    kept = []
    at, free_from = -1, 0
    for row, point, begin, end in zip(order.tolist(), drawn.point[order].tolist(), drawn.begin[order].tolist(),
                                      drawn.end[order].tolist(), strict=True):
        if point != at:
            at, free_from, until = point, 0, int(last[point])
        if begin >= free_from and end <= until:
            kept.append(row)
            free_from = end + GAP
    return np.array(kept, np.intp)
