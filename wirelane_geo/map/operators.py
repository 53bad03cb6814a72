"""Who runs the charge points of an area, as a filter names them."""

from dataclasses import dataclass, replace

import numpy as np

from wirelane_geo.filters import Filters
from wirelane_geo.geo import Bounds
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
    found: dict[str, OperatorCount] = {}
    for number in np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist():
        operator, points = table.operators[number] or NOBODY, int(counts[number])
        word = word_of(operator)
        if word in found:
            found[word] = replace(found[word], points=found[word].points + points)
        elif word and f" {folded(text)}" in f" {word}":
            found[word] = OperatorCount(word, operator.name or operator.code or "", points)
    return sorted(found.values(), key=lambda each: (-each.points, each.word))[:limit]


def word_of(operator: Operator) -> str:
    """What a filter says for an operator; "" where nothing is known of it."""
    return folded(operator.name or operator.code or "")
