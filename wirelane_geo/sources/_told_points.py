"""What the processes that show one account have told each other of its points lately."""

import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime

import msgspec

from wirelane_geo.cache import Tile
from wirelane_geo.live.clock import EPOCH
from wirelane_geo.live.interface import Origin
from wirelane_geo.model import ChargePoint
from wirelane_geo.store.shared_answers import KEPT_S


class TilePoints(msgspec.Struct, omit_defaults=True):
    """The points of a tile. known_to: all that the upstream dates up to then is in it; newest: the newest date of any; undated:
    whether some have none; problem: why some may be missing; too_many: how many there are, where that is too many to be read."""

    points: list[ChargePoint] = []
    known_to: datetime | None = None
    newest: datetime | None = None
    undated: bool = False
    problem: str | None = None
    too_many: int | None = None


class Announcement(msgspec.Struct, omit_defaults=True):
    """Points as they are now. tiles: those of which all that has changed since the date `since` is among what was told, up to the
    date `to`; both dates are the upstream's."""

    origin: Origin
    points: list[ChargePoint] = []
    tiles: list[Tile] = []
    since: datetime | None = None
    to: datetime | None = None

    def covers(self, tile: Tile, known_to: datetime | None) -> bool:
        """Whether a tile that is known up to a date is known up to `to` with this."""
        return (self.since is not None and (known_to or EPOCH) >= self.since
                and any(one in self.tiles for one in tile.and_ancestors()))


class ToldPoints:
    """Thread-safe. Times are seconds since 1970 by the clock that all processes have in common."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: deque[tuple[float, Announcement]] = deque()
        self._latest: dict[str, tuple[float, ChargePoint]] = {}

    def add(self, told: Announcement, asked: float) -> None:
        """Remember what was told, and forget what nobody keeps any more."""
        with self._lock:
            for point in told.points:
                if point.id and self._latest.get(point.id, (0.0, point))[0] <= asked:
                    self._latest[point.id] = asked, point
            self._told.append((asked, Announcement(told.origin, [], told.tiles, told.since, told.to)))
            over = asked - KEPT_S
            while self._told[0][0] < over:
                self._told.popleft()
                self._latest = {id: known for id, known in self._latest.items() if known[0] >= over}

    def new(self, points: Iterable[ChargePoint]) -> list[ChargePoint]:
        """Those of some points that weren't told just so before."""
        with self._lock:
            return [point for point in points if point.id and self._latest.get(point.id, (0.0, None))[1] != point]

    def true_at(self, tile: Tile, known_to: datetime | None, asked: float) -> tuple[float, datetime | None]:
        """Up to when a tile that was asked for at a time is true with what was told since, and to which date it is known."""
        with self._lock:
            told = sorted((at, one) for at, one in self._told if at > asked) if self._told else []
        for at, one in told:
            if one.covers(tile, known_to) and one.to is not None:
                asked, known_to = at, max(known_to or EPOCH, one.to)
        return asked, known_to

    def since(self, asked: float) -> list[ChargePoint]:
        """All points that were told after a time, as they were told last."""
        with self._lock:
            return [point for at, point in self._latest.values() if at > asked]
