"""One point's past as intervals: which status it had from when to when, and where nobody looked."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from wirelane_geo.live.curve import KIND
from wirelane_geo.live.interface import Interval
from wirelane_geo.model import Status

Stretch = tuple[int, int, int | None]
"""Begin and end in milliseconds since 1970, and the number of the status; None for a gap."""

_STATUSES = tuple(Status)


def stretches(
    begin: int, end: int, status: int, changes: Sequence[tuple[int, int]], watched: Iterable[tuple[int, int]]
) -> list[Stretch]:
    """The time from `begin` to `end` (milliseconds since 1970) without holes, in order, neighbours different.

    status: the number of the status at the end. changes: (at, number of the status before) of each change, oldest first.
    watched: (begin, end) of when the point was watched, in any order; all else is a gap.
    """
    changes = [(min(max(at, begin), end), before) for at, before in changes if at > begin]
    cuts = [begin, *(at for at, _ in changes), end]
    statuses = [*(before for _, before in changes), status]
    known: list[Stretch] = [(first, last, number) for (first, last), number in zip(pairwise(cuts), statuses, strict=True)]
    pieces: list[Stretch] = []
    for open_, close in _joined(watched, begin, end):
        pieces.append((pieces[-1][1] if pieces else begin, open_, None))
        pieces += [(max(first, open_), min(last, close), number) for first, last, number in known
                   if min(last, close) > max(first, open_)]
    return _tidy([*pieces, (pieces[-1][1] if pieces else begin, end, None)])


def intervals(pieces: Iterable[Stretch], of_ms: Callable[[int], datetime]) -> tuple[Interval, ...]:
    """Stretches for people."""
    return tuple(Interval(of_ms(begin), of_ms(end), None if number is None else _STATUSES[number])
                 for begin, end, number in pieces)


def availability(pieces: Iterable[Stretch]) -> float | None:
    """The part of the time that was working, of that working or out; None where there was neither."""
    spent = np.zeros(3)
    for begin, end, number in pieces:
        if number is not None:
            spent[KIND[number]] += end - begin
    return float(spent[0] / (spent[0] + spent[1])) if spent[0] + spent[1] else None


def recorded(pieces: Iterable[Stretch]) -> float:
    """Seconds of which the status is known: neither a gap nor a time in which nobody said it, as of a feed that is silent."""
    return sum(end - begin for begin, end, number in pieces if number not in (None, Status.UNKNOWN.number)) / 1000


def since(pieces: Iterable[Stretch], begin: int) -> list[Stretch]:
    """The stretches from a time on."""
    return [(max(first, begin), last, number) for first, last, number in pieces if last > begin]


def _joined(watched: Iterable[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    """Overlapping times as one, cut to a window, in order."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted((max(first, begin), min(last, end)) for first, last in watched):
        if first > last:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _tidy(pieces: Iterable[Stretch]) -> list[Stretch]:
    """Without empty ones, equal neighbours joined."""
    tidy: list[Stretch] = []
    for piece in pieces:
        if piece[0] >= piece[1]:
            continue
        if tidy and tidy[-1][2] == piece[2]:
            tidy[-1] = (tidy[-1][0], piece[1], piece[2])
        else:
            tidy.append(piece)
    return tidy
