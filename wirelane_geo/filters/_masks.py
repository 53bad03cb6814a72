"""Which points of a table a filter keeps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import PointTable
from wirelane_geo.model import Status, Term
from wirelane_geo.model.access import all_bits, bits_of
from wirelane_geo.model.operators import NOBODY, is_chosen

Mask = npt.NDArray[np.bool_]
_NEAR = 2**16

T = TypeVar("T", bound=Term)


def power_mask(table: PointTable, bounds: tuple[float | None, float | None], _: Mask) -> Mask:
    low, high = bounds
    keep = np.ones(len(table), np.bool_)
    if low is not None:
        keep &= table.power_kw >= np.float32(low)
    if high is not None:
        keep &= table.power_kw <= np.float32(high)
    return keep  # NaN meets no bound


def number_mask(numbers: npt.NDArray[np.uint8], terms: Iterable[Term]) -> Mask:
    keep = np.zeros(len(numbers), np.bool_)
    for term in terms:  # a few comparisons are many times faster than looking each number up
        keep |= numbers == term.number
    return keep


def access_mask(table: PointTable, answers: frozenset[T], _: Mask) -> Mask:
    """The points of which one of the answers to a question is true; `unknown`: of which none is known."""
    keep: Mask = (table.access & np.uint16(bits_of(answers))) != 0
    if "unknown" in answers:
        [question] = {type(answer) for answer in answers}
        keep |= (table.access & np.uint16(all_bits(question))) == 0
    return keep


def operator_mask(table: PointTable, words: frozenset[str], _: Mask) -> Mask:
    chosen = np.array([is_chosen(operator or NOBODY, words) for operator in table.operators], np.bool_)
    return chosen.take(table.operator)


def stations_mask(table: PointTable, handles: frozenset[int], _: Mask) -> Mask:
    """All points of the stations that have one of these points."""
    wanted = np.fromiter(handles, np.int64, len(handles))
    near = np.zeros(_NEAR, np.bool_)  # few of the others share their last bits with one that is wanted
    near[wanted & (_NEAR - 1)] = True
    rows = near.take(table.handle & (_NEAR - 1)).nonzero()[0]
    chosen = np.zeros(int(table.station.max(initial=-1)) + 1, np.bool_)
    chosen[table.station[rows[np.isin(table.handle[rows], wanted)]]] = True
    return chosen.take(table.station)


def open_mask(table: PointTable, when: datetime | Literal["now"], _: Mask) -> Mask:
    if not isinstance(when, datetime):
        return ~table.closed_now
    may_be_open = [schedule is None or schedule.is_open_at(when) is not False for schedule in table.schedules]
    return np.array(may_be_open, np.bool_).take(table.schedule)


def at_least(table: PointTable, keep: Mask, n: int) -> Mask:
    """The points of the stations (numbered from 0) that have at least n of the points that are kept."""
    return (np.bincount(table.station[keep], minlength=int(table.station.max(initial=-1)) + 1) >= n).take(table.station)


def free_mask(table: PointTable, n: int, keep: Mask) -> Mask:
    return at_least(table, keep & (table.status == Status.FREE.number) & ~table.closed_now, n)


