"""Slices of sorted columns: [begin, end) pairs, many at once."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CHUNK = 1 << 15
"""Rows of a long column that are worked on at a time: what is made in between then stays in the processor's cache."""


def chunks(size: int) -> Iterator[slice]:
    """The slices of CHUNK rows that a column consists of, the last one shorter."""
    for begin in range(0, size, CHUNK):
        yield slice(begin, min(begin + CHUNK, size))


def spread(begin: Numbers, end: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(owner, number, first): the numbers of each slice, one slice after the other, and which slice each is of; and where
    each slice begins among them."""
    length = end - begin
    first = length.cumsum() - length
    owner = np.arange(len(length)).repeat(length)
    return owner, np.arange(len(owner)) + (begin - first).take(owner), first


def stretches(flags: Bools, first: Numbers) -> tuple[Numbers, Numbers]:
    """First and last index of each stretch of true flags; no stretch goes on where a slice begins, at `first`."""
    before, behind = np.zeros_like(flags), np.zeros_like(flags)
    before[1:] = flags[:-1]
    before[first] = False
    behind[:-1] = flags[1:]
    behind[first - 1] = False  # of the first slice it is the very last flag, which has nothing behind it
    return (flags > before).nonzero()[0], (flags > behind).nonzero()[0]


def joined(begin: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """The same numbers in fewer slices: ascending ones that touch are joined, empty ones left out."""
    filled = (end > begin).nonzero()[0]
    begin, end = begin.take(filled), end.take(filled)
    apart = (begin[1:] != end[:-1]).nonzero()[0]
    return np.concatenate([begin[:1], begin[1:].take(apart)]), np.concatenate([end[:-1].take(apart), end[-1:]])


def begins(values: npt.NDArray[np.generic]) -> Numbers:
    """Where a value differs from the one before; 0 is one such place."""
    new = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return new.nonzero()[0]


def ends(begins: Numbers, size: int) -> Numbers:
    """The last index of each stretch, given where each begins and the size of all."""
    last = np.empty_like(begins)
    last[:-1] = begins[1:]
    last[-1:] = size
    return last - 1
