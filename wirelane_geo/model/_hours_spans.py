"""Spans of a day: minutes, and the pairs of times that stand for them."""

import re
from collections.abc import Iterable
from functools import lru_cache

DAY = 24 * 60
Spans = list[tuple[int, int]]
"""Minutes after the day's midnight, start < end; an end after DAY lies on the next day."""

_TIME = re.compile("([0-9]{1,2})(?::([0-5][0-9])(?::[0-5][0-9])?|([0-5][0-9]))")


@lru_cache(4096)
def minutes(begin: str, end: str) -> tuple[int, int] | None:
    """A span from two times, "0900" or "09:00"; None if they aren't times. "26:00" is 02:00 on the next day."""
    numbers = [_TIME.fullmatch(value.strip()) for value in (begin, end)]
    if not all(numbers):
        return None
    start, stop = (int(n[1]) * 60 + int(n[2] or n[3]) for n in numbers if n)
    if start > DAY or stop > 2 * DAY:
        return None
    start %= DAY
    return to_midnight(start, stop if stop > start else stop + DAY)


def to_midnight(start: int, end: int) -> tuple[int, int]:
    """A span of up to 24 hours; an end of 23:59 is midnight, which is what everybody means by it."""
    return start, min(end + 1 if end % DAY == DAY - 1 else end, start + DAY)


def span_of(pair: object) -> tuple[int, int] | None:
    """The span of a pair of times, also of numbers that lost their zeros (900); None for anything else."""
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    begin, end = (f"{time:04}" if type(time) is int else time for time in pair)
    return minutes(begin, end) if isinstance(begin, str) and isinstance(end, str) else None


def pair_of(span: tuple[int, int]) -> list[str]:
    """A span as the contract writes it: ["0900", "1230"]."""
    return [f"{minute % DAY // 60:02}{minute % 60:02}" for minute in span]


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans of one day in their order, overlapping ones joined as far as one pair can say it: up to 24 hours."""
    kept: Spans = []
    for start, end in sorted(to_midnight(*span) for span in spans):
        if kept and start <= kept[-1][1] and max(end, kept[-1][1]) - kept[-1][0] <= DAY:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return kept
