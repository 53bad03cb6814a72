"""Names that are nearly what was typed: a letter wrong, missing, too many, or two of them swapped."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4
"""Letters of a text that may have a mistake; of one twice as long two are looked over."""


def mistakes_in(text: str) -> int:
    """How many mistakes a folded text may have: none where it is short, or has digits."""
    if len(text) < SHORTEST or any(c.isdigit() for c in text):
        return 0
    return 1 if len(text) < 2 * SHORTEST else 2


class SimilarNames:
    """Folded names by their lengths: only those of about the same length are compared."""

    def __init__(self, names: Iterable[str]) -> None:
        by_length: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        for number, name in enumerate(names):
            by_length[len(name)].append((name, number))
        self._by_length = {length: ([name for name, _ in of], np.array([number for _, number in of]))
                           for length, of in by_length.items()}

    def find(self, text: str) -> list[int]:
        """Numbers of the names that are as near as it gets to a folded text, in their order; none for one that may have no
        mistakes."""
        if not (mistakes := mistakes_in(text)):
            return []
        found: list[tuple[int, int]] = []
        for length in range(len(text) - mistakes, len(text) + mistakes + 1):
            if length in self._by_length:
                names, numbers = self._by_length[length]
                distance = process.cdist([text], names, scorer=OSA.distance, score_cutoff=mistakes, dtype=np.uint8)[0]
                found += [(int(distance[i]), int(numbers[i])) for i in np.flatnonzero(distance <= mistakes)]
        return [number for distance, number in sorted(found) if distance == min(found)[0]]
