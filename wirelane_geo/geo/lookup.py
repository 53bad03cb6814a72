"""Looking integers up in ascending ones, many at a time: handles, positions, quadkeys, digests."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.ranges import Bools

Integers: TypeAlias = "npt.NDArray[np.integer]"
Indices: TypeAlias = "npt.NDArray[np.intp]"

MANY = 4096
"""More than so many are looked up in ascending order: the next one is then near the last one in memory. Of a million among a
million, sorting them first makes it four times faster."""


def find(ascending: Integers, wanted: Integers) -> tuple[Indices, Bools]:
    """(index, there): where each wanted integer is among ascending ones, and whether it is there. Of equal ones, the first.

    The index of one that isn't there means nothing; it is within the array, unless that is empty. Both arrays should be of one
    type: numpy would convert all of them.
    """
    if not len(ascending):
        return np.zeros(len(wanted), np.intp), np.zeros(len(wanted), np.bool_)
    index = _searched(ascending, wanted)
    index[index == len(ascending)] = 0
    return index, ascending.take(index) == wanted


def slices(ascending: Integers, begin: Integers, end: Integers) -> tuple[Indices, Indices]:
    """The slice of ascending integers that are in each [begin, end): the indices of its first, and of the one behind its last."""
    return ascending.searchsorted(begin), ascending.searchsorted(end)


class RowLookup:
    """From the integers of a column, in any order and each there once, to the rows that they are in."""

    def __init__(self, column: Integers) -> None:
        self._rows: Indices = column.argsort()
        self._ascending = column.take(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, wanted: Integers) -> tuple[Indices, Bools]:
        """(row, there): see `find`."""
        index, there = find(self._ascending, wanted)
        return (self._rows.take(index) if len(self) else index), there


def _searched(ascending: Integers, wanted: Integers) -> Indices:
    if min(len(ascending), len(wanted)) <= MANY or (wanted[1:] >= wanted[:-1]).all():
        return ascending.searchsorted(wanted)
    order = wanted.argsort()
    index = np.empty(len(wanted), np.intp)
    index[order] = ascending.searchsorted(wanted.take(order))
    return index
