"""Slices of sorted columns: [begin, end) pairs, many at once."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

CHUNK = 1 << 15
"""Rows of a long column that are worked on at a time: what is made in between then stays in the processor's cache."""


def chunks(size: int) -> Iterator[slice]:
    """The slices of CHUNK rows that a column consists of, the last one shorter."""
    for begin in range(0, size, CHUNK):
        yield slice(begin, min(begin + CHUNK, size))


def spread(begin: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """(owner, number): the numbers of each slice, one slice after the other, and which slice each is of."""
    length = end - begin
    owner = np.arange(len(length)).repeat(length)
    return owner, np.arange(len(owner)) + (begin - (length.cumsum() - length)).take(owner)


def runs(owner: Numbers, number: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(owner, begin, end): the inverse of `spread`, with numbers that follow each other joined to slices."""
    new = np.ones(len(number), np.bool_)
    new[1:] = (number[1:] != number[:-1] + 1) | (owner[1:] != owner[:-1])
    starts = new.nonzero()[0]
    return owner.take(starts), number.take(starts), number.take(ends(starts, len(number))) + 1


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
