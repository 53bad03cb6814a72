"""Time, and what is said about many times."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np

BUDGET = 5.0
"""Seconds after which a slow peer is asked no more questions of one kind: those so far stand for all."""

T = TypeVar("T")

Spread = tuple[float, float]
"""p50 and p99 in milliseconds."""


def milliseconds(work: Callable[[], object]) -> float:
    """How long something takes, once."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median(work: Callable[[int], object], times: int) -> float:
    """Median milliseconds of doing something some times; it is told which time this is."""
    return float(np.median([milliseconds(partial(work, each)) for each in range(times)]))


def spread(ask: Callable[[T], object], questions: Iterable[T]) -> Spread:
    """p50 and p99 of the answers to many questions. Of each the middle of three askings counts, so that what else the
    machine does meanwhile doesn't."""
    def again(question: T) -> float:
        return median(lambda _: ask(question), 3)

    end, taken = time.perf_counter() + BUDGET, []
    for question in questions:
        taken.append(again(question))
        if time.perf_counter() > end:
            break
    return percentiles(taken)


def percentiles(taken: list[float]) -> Spread:
    """p50 and p99."""
    p50, p99 = np.percentile(taken, [50, 99])
    return float(p50), float(p99)


@dataclass
class Figures:
    """What one contestant reached: milliseconds, bytes a point; spreads by zoom. None: it has no such thing."""

    name: str
    build: float
    bytes: float
    filter: float
    update: float
    clusters: dict[int, Spread] = field(default_factory=dict)
    filtered: dict[int, Spread] = field(default_factory=dict)
    within: dict[int, Spread] | None = None
