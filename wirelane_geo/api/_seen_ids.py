"""Which ids came already, in eight bytes each."""

import hashlib
from collections.abc import Hashable, Sequence

import numpy as np

from wirelane_geo.geo import lookup


class SeenIds:
    """A set of ids by their 64-bit digests: a million of them take 8 MB. Two of a million different ones are taken for
    the same once in 37 million lists."""

    def __init__(self) -> None:
        self._digests = np.empty(0, np.uint64)

    def __len__(self) -> int:
        return len(self._digests)

    def add(self, ids: Sequence[Hashable | None]) -> list[bool]:
        """Whether each of the ids is new, then take note of them. What has no id is always new."""
        if not ids:
            return []
        digests = np.array([0 if one is None else _digest(one) for one in ids], np.uint64)
        known = np.array([one is not None for one in ids])
        _, there = lookup.find(self._digests, digests)
        _, first = np.unique(digests, return_index=True)
        again = np.ones(len(digests), bool)
        again[first] = False
        new = known & ~there & ~again
        fresh = np.sort(digests[new])
        self._digests = np.insert(self._digests, np.searchsorted(self._digests, fresh), fresh)
        return [bool(one) for one in new | ~known]


def _digest(one: Hashable) -> int:
    return int.from_bytes(hashlib.blake2b(str(one).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1
