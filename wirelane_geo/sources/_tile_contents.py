"""What is in memory of an account: the points of some tiles, and the tables that were joined from them; never something older
than what was seen last."""

import threading
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary, ref

import numpy as np
from cachetools import LRUCache

from wirelane_geo.cache import Tile
from wirelane_geo.geo import PointTable, quadkey
from wirelane_geo.geo.lookup import RowLookup
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.model import ChargePoint, Handle, Handles, PointId
from wirelane_geo.sources._changes import Changes
from wirelane_geo.sources._point_handles import PointHandles
from wirelane_geo.sources._tables import alike, columns_of, quadkey_of, statuses_of, table_of
from wirelane_geo.store.schedules import ClosedNow

FINEST_TILE = 12
"""Level below which tiles are not split further: about 10 km wide."""
JOINED = 16
"""Tables that are kept, the last ones used."""


class Contents:
    """The points of a tile, and their handles. known_to: everything that the upstream dates up to then is in it, by the
    upstream's own clock, None where that isn't known; problem: why points may be missing; asked: when it was asked for as a
    whole, by the clock that all processes have in common; age: for how many seconds all of it had been true when it came."""

    def __init__(self, points: Mapping[Handle, ChargePoint], known_to: datetime | None, problem: str | None,
                 asked: float = 0.0, age: float = 0.0) -> None:
        self.points, self.handles = list(points.values()), list(points)
        self.place = {handle: row for row, handle in enumerate(self.handles)}
        self.known_to, self.problem, self.asked, self.age = known_to, problem, asked, age
        self.version = 0

    def __len__(self) -> int:
        return len(self.points)

    def put(self, handle: Handle, point: ChargePoint) -> bool:
        """Replace a point, or add it. Returns whether tables that were made of this tile are still right, but for the status."""
        row = self.place.get(handle)
        self.version += 1
        if row is None:
            self.place[handle] = len(self.points)
            self.handles.append(handle)
            self.points.append(point)
            return False
        old, self.points[row] = self.points[row], point
        return alike(old, point)

    def drop(self, handles: Container[Handle]) -> bool:
        """Drop points. Returns whether any was there."""
        stay = [row for row, handle in enumerate(self.handles) if handle not in handles]
        if len(stay) == len(self.handles):
            return False
        self.points, self.handles = [self.points[row] for row in stay], [self.handles[row] for row in stay]
        self.place = {handle: row for row, handle in enumerate(self.handles)}
        self.version += 1
        return True

    def take_over(self, fresh: "Contents") -> bool:
        """Take the records of a fresh fetch, if it has the same points in the same places. Returns whether it has."""
        if self.place.keys() != fresh.place.keys():
            return False
        if not all(alike(self.points[self.place[handle]], point)
                   for handle, point in zip(fresh.handles, fresh.points, strict=True)):
            return False
        self.points = [fresh.points[fresh.place[handle]] for handle in self.handles]
        self.known_to = max(filter(None, (self.known_to, fresh.known_to)), default=None) if fresh.known_to else None
        self.problem, self.asked, self.age = fresh.problem, fresh.asked, fresh.age
        self.version += 1
        return True


@dataclass(frozen=True, eq=False)
class JoinedTiles:
    """Some tiles' points as one table, the handle of each position, and the way from handles to rows. It keeps none of the
    tiles in memory."""

    parts: tuple["ref[Contents]", ...]
    table: PointTable
    handles: Handles
    stations: StationIndex
    closed_now: ClosedNow
    rows: RowLookup

    @classmethod
    def of(cls, parts: Sequence[Contents], points: Sequence[ChargePoint], handles: Handles) -> "JoinedTiles":
        """The table of some points."""
        columns, schedules, operators = columns_of(points, handles)
        table = table_of(columns, schedules, operators)
        return cls(tuple(map(ref, parts)), table, table.handle,
                   StationIndex(table.station, table.lon, table.lat), ClosedNow(columns.schedule, schedules), RowLookup(handles))

    def is_of(self, parts: Sequence[Contents]) -> bool:
        """Whether it was joined from these."""
        return len(parts) == len(self.parts) and all(part() is other for part, other in zip(self.parts, parts, strict=True))

    def set_status(self, points: Mapping[Handle, ChargePoint]) -> None:
        """Take over the statuses of those points that are in the table."""
        rows, there = self.rows.find(np.fromiter(points, np.int64, len(points)))
        if there.any():
            self.table.set_status(rows[there], statuses_of(list(points.values()))[there])


class TileContents:
    """Tiles' contents and what follows from them: points by handle, tables. Thread-safe. `network` is the account's id.

    A tile is held for as long as somebody else (the cache) keeps its contents.
    """

    def __init__(self, network: str = "") -> None:
        self.handles = PointHandles(network, self._ids)
        self._tiles: WeakValueDictionary[Tile, Contents] = WeakValueDictionary()
        self._holders: WeakValueDictionary[Handle, Contents] = WeakValueDictionary()
        self._joined: LRUCache[tuple[int, ...], JoinedTiles] = LRUCache(JOINED)
        self._lock = threading.Lock()
        self.number = 0
        self.changes = Changes()

    def point(self, handle: Handle) -> ChargePoint | None:
        """A point that some tile holds."""
        with self._lock:
            if (known := self._known(handle)) is not None:
                return known
            for contents in self._tiles.values():  # its holder is forgotten: another one may have it, too
                if handle in contents.place:
                    self._holders[handle] = contents
                    return self._known(handle)
            return None

    def find(self, point_id: PointId) -> ChargePoint | None:
        """The point with an id, if some tile holds it."""
        known = self.point(self.handles.of(point_id))
        return known if known is not None and known.id == point_id else None

    def tile(self, tile: Tile) -> Contents | None:
        """What is held of a tile."""
        return self._tiles.get(tile)

    def held(self) -> list[tuple[Tile, Contents]]:
        """All tiles that are held, and what is held of them."""
        return list(self._tiles.items())

    def show(self, number: int) -> None:
        """Nothing else has changed than the number of the last change."""
        with self._lock:
            self.number = number

    def tiles_of(self, point: ChargePoint) -> list[Tile]:
        """The tiles held in which a point lies."""
        return list(self._homes(point))

    def joined(self, parts: Sequence[Contents], now: datetime) -> tuple[PointTable, JoinedTiles, int]:
        """One table of some tiles' points as it is now (an aware time), what goes with it, and the number of the last change
        in it."""
        key = tuple(map(id, parts))
        while True:
            with self._lock:
                known = self._joined.get(key)
                if known is not None and known.is_of(parts):
                    known.closed_now.apply(known.table, now)
                    return known.table.snapshot(), known, self.number
                versions = [part.version for part in parts]
                points = [point for part in parts for point in part.points]
                handles = np.array([handle for part in parts for handle in part.handles], np.int64)
            joined = JoinedTiles.of(parts, points, handles)
            with self._lock:
                if versions == [part.version for part in parts]:
                    self._joined[key] = joined

    def take(self, points: Mapping[Handle, ChargePoint], number: int) -> None:
        """Put what is new of points, by handle, into every tile in which they lie."""
        with self._lock:
            places = [(one.longitude, one.latitude) for handle, point in points.items()
                      for one in (point, self._known(handle)) if one]
            self._put(points)
            self.number = number
            if points:
                self.changes.add_around(places)

    def gone(self, tile: Tile, fresh: Contents) -> set[Handle]:
        """The points held of a tile's area that are not in what was fetched of it."""
        with self._lock:
            held = {handle: point for contents in self._overlapping(tile)
                    for handle, point in zip(contents.handles, contents.points, strict=True) if handle not in fresh.place}
        return {handle for handle, here in zip(held, within(tile, list(held.values())), strict=True) if here}

    def take_tile(self, tile: Tile, fresh: Contents, gone: Container[Handle], number: int) -> Contents:
        """Put what was fetched of a tile in the place of what is held, in every tile that has a part of it, and drop what is
        gone. Returns the contents of the tile from now on: those before, where nothing but statuses and texts changed."""
        with self._lock:
            before = self._tiles.get(tile)
            others = [contents for contents in self._overlapping(tile) if contents is not before]
            new = zip(fresh.handles, fresh.points, strict=True) if others else ()
            dropped = {contents for contents in others if contents.drop(gone)}
            self._put({handle: point for handle, point in new if self._known(handle) != point}, dropped)
            if before is not None:
                self._put({handle: point for handle, point in zip(fresh.handles, fresh.points, strict=True)
                           if handle in before.place and before.points[before.place[handle]] != point})
            contents = before if before is not None and before.take_over(fresh) else fresh
            self._tiles[tile] = contents
            self._holders.update(dict.fromkeys(contents.handles, contents))
            self.number = number
            if before is not None or others:
                self.changes.add_square(*tile)
            return contents

    def _ids(self, handles: Collection[Handle]) -> dict[Handle, PointId]:
        """Whose these handles are, of the points that are held."""
        wanted, ids = set(handles), dict[Handle, PointId]()
        with self._lock:
            for contents in self._tiles.values():
                for handle in contents.place.keys() & wanted:
                    ids[handle] = contents.points[contents.place[handle]].id or PointId("")
        return ids

    def _known(self, handle: Handle) -> ChargePoint | None:
        """What the tile holds that took the point last, if it is still there."""
        holder = self._holders.get(handle)
        row = None if holder is None else holder.place.get(handle)
        return None if holder is None or row is None else holder.points[row]

    def _overlapping(self, tile: Tile) -> list[Contents]:
        """The contents of a tile, of those that it lies in, and of those that lie in it."""
        def overlaps(other: Tile) -> bool:
            level = min(tile.level, other.level)
            return tile.prefix >> 2 * (tile.level - level) == other.prefix >> 2 * (other.level - level)
        return [contents for other, contents in list(self._tiles.items()) if overlaps(other)]

    def _homes(self, point: ChargePoint) -> dict[Tile, Contents]:
        """The contents of the tiles in which a point lies."""
        key = quadkey_of(point)
        if key is None:
            return {}
        finest = Tile(FINEST_TILE, int(quadkey.prefix(key, FINEST_TILE)))
        found = ((tile, self._tiles.get(tile)) for tile in finest.and_ancestors())
        return {tile: contents for tile, contents in found if contents is not None}

    def _put(self, points: Mapping[Handle, ChargePoint], reshaped: Iterable[Contents] = ()) -> None:
        """Replace or add points in the tiles in which they lie; `reshaped`: tiles from which others were dropped already."""
        reshaped = set(reshaped)
        for handle, point in points.items():
            here, known = self._homes(point), self._known(handle)
            if known is not None and not alike(known, point):
                for tile, contents in self._homes(known).items():
                    if tile not in here and contents.drop({handle}):
                        reshaped.add(contents)
            for contents in here.values():
                if not contents.put(handle, point):
                    reshaped.add(contents)
                self._holders[handle] = contents
        for key, joined in list(self._joined.items()):
            parts = [part() for part in joined.parts]
            if None in parts or not reshaped.isdisjoint(parts):
                del self._joined[key]
            else:
                joined.set_status(points)


def within(tile: Tile, points: Sequence[ChargePoint]) -> list[bool]:
    """Whether points that have a position lie in a tile. An edge belongs to one tile only."""
    keys = quadkey.encode(np.array([p.longitude for p in points], np.float64),
                          np.array([p.latitude for p in points], np.float64))
    here: list[bool] = (quadkey.prefix(keys, tile.level) == np.uint64(tile.prefix)).tolist()
    return here
