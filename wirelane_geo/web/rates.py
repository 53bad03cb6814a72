"""So much one address may ask for: a bucket of tokens for each, filled as time goes by."""

import time
from collections.abc import Callable

from cachetools import LRUCache

from wirelane_geo.web.network import network_of

ADDRESSES = 20_000
"""Addresses that are known at a time; who asked longest ago is forgotten first, and starts anew."""
AT_ONCE_S = 2.0
"""A full bucket holds what so many seconds bring."""


class Bucket:
    """`a_second` tokens on average, and what AT_ONCE_S bring at once. For one event loop; the clock is a monotonic one, in
    seconds."""

    __slots__ = ("_a_second", "_clock", "_filled_at", "_most", "_tokens")

    def __init__(self, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._clock = a_second, clock
        self._tokens = self._most = max(a_second * AT_ONCE_S, 1.0)
        self._filled_at = clock()

    def take(self, tokens: float = 1.0) -> float | None:
        """Take tokens; None where there were so many, else the seconds until there are."""
        now = self._clock()
        self._tokens = min(self._tokens + (now - self._filled_at) * self._a_second, self._most)
        self._filled_at = now
        if self._tokens < tokens:
            return (tokens - self._tokens) / self._a_second
        self._tokens -= tokens
        return None


class Rates:
    """A bucket for each address, of `a_second` requests on average and twice as many at once."""

    def __init__(self, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._clock = a_second, clock
        self._buckets: LRUCache[str, Bucket] = LRUCache(ADDRESSES)

    def take(self, address: str | None, tokens: float = 1.0) -> float | None:
        """Take tokens for what an address asks; None where there were so many, else the seconds until there are."""
        network = network_of(address)
        bucket = self._buckets.get(network)
        if bucket is None:
            bucket = self._buckets[network] = Bucket(self._a_second, self._clock)
        return bucket.take(tokens)

    def __len__(self) -> int:
        """How many addresses are known."""
        return len(self._buckets)
