"""Who runs the charge points of an area, as a filter names them."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds, PointTable
from wirelane_geo.model.operators import NOBODY, Operator, folded
from wirelane_geo.sources import Snapshot

MOST = 50
"""Operators of an answer."""


@dataclass(frozen=True)
class OperatorCount:
    """An operator. word: what a link's filter says; name: as most of the points have it; points: how many that match."""

    word: str
    name: str
    points: int


def operators(snapshot: Snapshot, bounds: Bounds, filters: Filters, text: str = "", limit: int = MOST) -> list[OperatorCount]:
    """Those with points in the bounds that meet all filters but that of the operator, most points first; with a text those that
    have a word beginning with it."""
    table, others = snapshot.table, replace(filters, operators=frozenset())
    counts = np.bincount(table.operator[table.scan(bounds, others)], minlength=len(table.operators))
    found = [OperatorCount(word, name_of(table, numbers[0]), int(counts[numbers].sum()))
             for word, numbers in spellings(table, counts).items() if word and f" {folded(text)}" in f" {word}"]
    return sorted(found, key=lambda each: (-each.points, each.word))[:limit]


def spellings(table: PointTable, counts: npt.NDArray[np.int64]) -> dict[str, list[int]]:
    """The numbers of operators that have points, by `word_of`: those that only write their name otherwise are one, the spelling
    of most points first. counts: int64 by number."""
    alike: dict[str, list[int]] = {}
    for number in np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist():
        alike.setdefault(word_of(table.operators[number] or NOBODY), []).append(number)
    return alike


def name_of(table: PointTable, number: int) -> str:
    """What an operator is called; "" where nothing is known of it."""
    operator = table.operators[number] or NOBODY
    return operator.name or operator.code or ""


def word_of(operator: Operator) -> str:
    """What a filter says for an operator; "" where nothing is known of it."""
    return folded(operator.name or operator.code or "")
