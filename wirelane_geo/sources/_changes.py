"""Where something that is shown has changed: what an open map asks for again, and what it doesn't."""

import threading
import time
from collections import deque
from collections.abc import Sequence

import numpy as np

from wirelane_geo.geo import Bounds, quadkey

LEVEL = 12
"""Of the squares in which changes are told: about 6 km wide in the middle of Europe."""
MOST_SQUARES = 100
"""With more of them, everything counts as changed."""
MOST_PLACES = 300
"""Places whose squares are looked up one by one."""
STATION_M = 150.0
"""So far from each other a station's points may be, in metres, where no more is known of it."""
REMEMBERED = 512
"""Changes that are known one by one."""

Squares = frozenset[tuple[int, int]]


class Changes:
    """The last changes of a network, numbered by `seq`. Thread-safe.

    Those of a store have its numbers, the same in every process (`begin`). Others' are the microseconds since 1970: one of
    another process is older, or not known yet, and means everything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin = self.seq = time.time_ns() // 1000
        self._last: deque[tuple[int, Squares | None]] = deque(maxlen=REMEMBERED)

    def begin(self, seq: int) -> None:
        """All that is shown is as of a store's change; nothing is known of those before."""
        with self._lock:
            self._begin = self.seq = seq
            self._last.clear()

    def add(self, keys: quadkey.Keys | None, seq: int | None = None) -> None:
        """Points with these quadkeys have changed; None: anything may have. `seq`: the store's number of that."""
        squares = None
        if keys is not None and len(found := np.unique(quadkey.prefix(keys, LEVEL))) <= MOST_SQUARES:
            squares = frozenset((LEVEL, prefix) for prefix in found.tolist())
        self._enter(squares, seq)

    def add_around(self, places: Sequence[tuple[float | None, float | None]]) -> None:
        """Something has changed at some places (lon, lat in degrees), or at a station that one of them belongs to."""
        known = {(lon, lat) for lon, lat in places if lon is not None and lat is not None}
        if len(known) > MOST_PLACES:
            self._enter(None)
            return
        self._enter(frozenset((LEVEL, prefix) for lon, lat in known
                              for prefix in quadkey.cover(Bounds.around(lon, lat, STATION_M), LEVEL).tolist()))

    def add_square(self, level: int, prefix: int) -> None:
        """Anything in a square of the map may have changed."""
        up = max(level - LEVEL, 0)
        self._enter(frozenset([(level - up, prefix >> 2 * up)]))

    def since(self, seq: int) -> list[tuple[int, int]] | None:
        """Level and prefix of the squares that have changed after a seq, ascending; None where that isn't known, or they are
        many."""
        with self._lock:
            known_from = self._begin if len(self._last) < REMEMBERED else self._last[0][0]
            if not known_from <= seq <= self.seq:
                return None
            later = [squares for number, squares in self._last if number > seq]
        changed = set[tuple[int, int]]()
        for squares in later:
            if squares is None or len(changed | squares) > MOST_SQUARES:
                return None
            changed |= squares
        return sorted(changed)

    def _enter(self, squares: Squares | None, seq: int | None = None) -> None:
        with self._lock:
            self.seq = max(self.seq + 1, time.time_ns() // 1000) if seq is None else seq
            self._last.append((self.seq, squares))
