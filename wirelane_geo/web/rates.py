"""So much one address may ask for: a bucket of tokens for each, filled as time goes by."""

import time
from collections.abc import Callable

from cachetools import LRUCache

from wirelane_geo.web.network import network_of

ADDRESSES = 20_000
"""Addresses that are known at a time; who asked longest ago is forgotten first, and starts anew."""
AT_ONCE_S = 2.0
"""A full bucket holds what so many seconds bring."""


class Rates:
    """`a_second` requests of each address on average, twice as many at once. For one event loop; the clock is a monotonic
    one, in seconds."""

    def __init__(self, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._most, self._clock = a_second, max(a_second * AT_ONCE_S, 1.0), clock
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(ADDRESSES)

    def take(self, address: str | None) -> float | None:
        """Take a token for a request; None where there was one, else the seconds until there is."""
        network, now = network_of(address), self._clock()
        tokens, filled_at = self._buckets.get(network, (self._most, now))
        tokens = min(tokens + (now - filled_at) * self._a_second, self._most)
        if tokens < 1:
            return (1 - tokens) / self._a_second
        self._buckets[network] = (tokens - 1, now)
        return None

    def __len__(self) -> int:
        """How many addresses are known."""
        return len(self._buckets)
