"""Attempts to sign in, so that nobody can try passwords at leisure. In memory, and never more than so much of it.

Wrong attempts are counted for the name that was tried and for the address that they came from; each count goes down as time
passes. Who has signed in with a name from an address before is counted apart: wrong attempts of others, on the same name or
from the same address, don't lock such a client out. A right attempt counts nowhere.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from cachetools import LRUCache

from wirelane_geo.errors import TooManyAttempts
from wirelane_geo.web.network import network_of

Key = tuple[str, ...]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Limit:
    """`most` wrong attempts at once; one is forgotten every `seconds`."""

    most: int
    seconds: float


NAME, ADDRESS = Limit(10, 60.0), Limit(40, 15.0)
REMEMBERED = 20_000
"""Names and addresses that are known at a time; those that were used longest ago are forgotten."""
LONGEST = 200
"""Characters of a name that tell it from others."""


class Attempt:
    """An attempt under way, which counts as a wrong one until it is known to be `right`, or to say nothing (`void`)."""

    def __init__(self, attempts: "Attempts", keys: tuple[tuple[Key, Limit], ...], pair: Key) -> None:
        self._attempts, self._keys, self._pair = attempts, keys, pair

    def right(self) -> None:
        """The name and its password go together."""
        self._attempts._take_back(self._keys, self._pair)

    def void(self) -> None:
        """Nobody has said whether it was right."""
        self._attempts._take_back(self._keys)


class Attempts:
    """All attempts at an installation. Thread-safe. `clock`: monotonic seconds."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: LRUCache[Key, tuple[float, float]] = LRUCache(REMEMBERED)
        self._known: LRUCache[Key, bool] = LRUCache(REMEMBERED)

    def begin(self, name: str, address: str | None) -> Attempt:
        """An attempt with a name from an address (None: this machine). Raises TooManyAttempts."""
        name, network = name[:LONGEST], network_of(address)
        pair = (name, network)
        with self._lock:
            apart = self._known.get(pair, False)
            keys = ((pair, NAME),) if apart else ((("name", name, ""), NAME), (("address", network, ""), ADDRESS))
            wait = max(limit.seconds * (self._count(key, limit) + 1 - limit.most) for key, limit in keys)
            if wait > 0:
                raise TooManyAttempts(ceil(wait))
            for key, limit in keys:
                self._wrong[key] = self._count(key, limit) + 1, self._clock()
        return Attempt(self, keys, pair)

    def _count(self, key: Key, limit: Limit) -> float:
        """Wrong attempts that are not forgotten yet."""
        count, at = self._wrong.get(key, (0.0, 0.0))
        return max(0.0, count - (self._clock() - at) / limit.seconds)

    def _take_back(self, keys: tuple[tuple[Key, Limit], ...], pair: Key | None = None) -> None:
        with self._lock:
            for key, limit in keys:
                self._wrong[key] = max(0.0, self._count(key, limit) - 1), self._clock()
            if pair is not None:
                self._known[pair] = True
