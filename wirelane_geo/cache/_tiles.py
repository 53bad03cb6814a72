"""Map tiles kept in memory: asked for once however many look, stale answered at once and renewed behind."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from cachetools import LRUCache

from wirelane_geo.errors import WirelaneGeoError

log = logging.getLogger(__name__)
V = TypeVar("V")


class Tile(NamedTuple):
    """A square of the map: the first `level` levels of a quadkey. (0, 0) is the world."""

    level: int
    prefix: int

    @property
    def parent(self) -> "Tile":
        """The tile of the level above that holds this one."""
        return Tile(self.level - 1, self.prefix >> 2)

    def and_ancestors(self) -> "Iterable[Tile]":
        """This tile and all that hold it, up to the world."""
        tile = self
        while tile.level > 0:
            yield tile
            tile = tile.parent
        yield tile


@dataclass(frozen=True, eq=False)
class TileValue(Generic[V]):
    """A tile's value with its age, and why it could not be renewed when it was due."""

    tile: Tile
    value: V
    fetched_at: datetime
    due: float
    error: WirelaneGeoError | None = None


class TileCache(Generic[V]):
    """A mapping from tiles to values with a budget in bytes and an age at which a value is renewed.

    `fetch(tile)` gets a value and may raise WirelaneGeoError; `size(value)` is its bytes; `seconds` is the age from which
    a value is answered as it is and renewed behind. `pool` runs the fetches; `clock` counts seconds, `now` tells the time
    (UTC); `age(value)`: how many seconds before its fetch a value was true last. Thread-safe.
    """

    def __init__(
        self,
        fetch: Callable[[Tile], V],
        size: Callable[[V], int],
        *,
        budget: int,
        seconds: float,
        pool: Executor,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        age: Callable[[V], float] = lambda value: 0.0,  # noqa: ARG005
    ) -> None:
        self._fetch, self._seconds, self._pool, self._clock, self._now = fetch, seconds, pool, clock, now
        self._age = age
        self._kept: LRUCache[Tile, TileValue[V]] = LRUCache(budget, getsizeof=lambda cached: size(cached.value))
        self._asked: dict[Tile, Future[TileValue[V]]] = {}
        self._prepared: dict[Tile, Future[TileValue[V]]] = {}
        self._lock = threading.Lock()
        self._answers = {"hit": 0, "stale": 0, "miss": 0}

    @property
    def answers(self) -> dict[str, int]:
        """How many tiles were answered at once, fresh (hit) or overdue (stale), and how many were waited for (miss)."""
        with self._lock:
            return dict(self._answers)

    def get(self, tiles: Iterable[Tile]) -> list[TileValue[V]]:
        """The values that cover these tiles, an ancestor's once for all its children.

        Missing ones are fetched concurrently and waited for; raises the error of a fetch that failed with nothing to fall
        back on.
        """
        with self._lock:
            answers = [self._find(tile) for tile in tiles]
        found: dict[Tile, TileValue[V]] = {}
        for answer in answers:
            cached = answer if isinstance(answer, TileValue) else answer.result()
            found[cached.tile] = cached
        return [cached for tile, cached in found.items() if not any(a in found for a in tile.and_ancestors() if a != tile)]

    def renew(self, tiles: Iterable[Tile]) -> list[Future[TileValue[V]]]:
        """Fetch those of these tiles that are kept, whatever their age, behind. One that can't be renewed is answered as it
        was, with the error."""
        with self._lock:
            return [self._ask(tile, cached) for tile in tiles if (cached := self._kept.get(tile)) is not None]

    def prepare(self, tile: Tile) -> "Future[TileValue[V]]":
        """Fetch a tile behind. Until it is there, what lies in it is fetched by itself when it is asked for."""
        with self._lock:
            if tile not in self._prepared:
                self._prepared[tile] = self._pool.submit(self._prepare, tile)
            return self._prepared[tile]

    def _prepare(self, tile: Tile) -> TileValue[V]:
        try:
            fresh = self._fetched(tile, None)
            with self._lock:
                self._keep(fresh)
            return fresh
        finally:
            with self._lock:
                del self._prepared[tile]

    def touch(self, tiles: Iterable[Tile], fetched_at: datetime) -> None:
        """The values of these tiles are known to be true up to a time (UTC): they are as good as fetched then."""
        with self._lock:
            for tile in tiles:
                cached = self._kept.get(tile)
                if cached is not None and cached.fetched_at < fetched_at:
                    self._keep(replace(cached, fetched_at=fetched_at, due=self._clock() + self._seconds, error=None))

    def __contains__(self, tile: Tile) -> bool:
        with self._lock:
            return tile in self._kept

    def _find(self, tile: Tile) -> "TileValue[V] | Future[TileValue[V]]":
        for ancestor in tile.and_ancestors():
            cached = self._kept.get(ancestor)
            if cached is not None:
                overdue = cached.due <= self._clock()
                self._answers["stale" if overdue else "hit"] += 1
                if overdue:
                    self._ask(ancestor, cached)
                return cached
        self._answers["miss"] += 1
        asked = next((self._asked[a] for a in tile.and_ancestors() if a in self._asked), None)
        return asked or self._ask(tile, None)

    def _ask(self, tile: Tile, stale: TileValue[V] | None) -> "Future[TileValue[V]]":
        if tile not in self._asked:
            self._asked[tile] = self._pool.submit(self._renew, tile, stale)
        return self._asked[tile]

    def _renew(self, tile: Tile, stale: TileValue[V] | None) -> TileValue[V]:
        fresh: TileValue[V] | None = None
        try:
            fresh = self._fetched(tile, stale)
            return fresh
        finally:
            with self._lock:  # one step: nobody may find it neither kept nor asked for
                del self._asked[tile]
                if fresh is not None:
                    self._keep(fresh)

    def _fetched(self, tile: Tile, stale: TileValue[V] | None) -> TileValue[V]:
        asked_at = self._now()
        try:
            value = self._fetch(tile)
        except WirelaneGeoError as error:
            if stale is None:
                raise
            log.warning("tile %s could not be renewed: %s", tile, error)
            return replace(stale, error=error, due=self._clock() + self._seconds)
        age = self._age(value)
        return TileValue(tile, value, asked_at - timedelta(seconds=age), self._clock() + self._seconds - age)

    def _keep(self, cached: TileValue[V]) -> None:
        try:
            self._kept[cached.tile] = cached
        except ValueError:  # cachetools refuses what is larger than the whole budget: answered, not kept
            log.warning("tile %s is larger than the whole cache: raise WIRELANE_GEO_CACHE_MB", cached.tile)
