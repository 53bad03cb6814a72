"""Keeps an account's tiles fresh: asks what changed where somebody looks, fetches tiles anew where asking is not enough, and
looks at what webhooks say. What is new is published before it is shown."""

import threading
from collections.abc import Collection, Container, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import reduce

import numpy as np

from wirelane_geo.api import WirelaneClient
from wirelane_geo.cache import Tile, TileCache, TileValue
from wirelane_geo.errors import ApiError, ApiNotFound, BadInput, WirelaneGeoError
from wirelane_geo.geo import Bounds, quadkey
from wirelane_geo.live.clock import EPOCH, Clock
from wirelane_geo.live.interface import Origin
from wirelane_geo.live.observation import Identity, Observation, Publish, Span, publish_without_history
from wirelane_geo.live.source import RefreshResult
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import ChargePoint, Handle, PointId
from wirelane_geo.sources._changefeed import ChangesUnknown, changed_since, newest
from wirelane_geo.sources._shared_account import SharedAccount, SharedValue
from wirelane_geo.sources._tables import statuses_of
from wirelane_geo.sources._tile_contents import Contents, TileContents
from wirelane_geo.sources._tile_points import inside, points_of_tile
from wirelane_geo.sources._told_points import Announcement, TilePoints

BYTES_A_POINT = 1_700
"""What a decoded charge point takes in memory, measured on the demo network's."""
FETCHES = 8
"""How many tiles are fetched at the same time."""
LEASE_S = 120.0
"""For so long after somebody looked, a tile is kept fresh."""
OVERLAP = timedelta(seconds=60)
"""By so much an upstream may be late to list what it has dated."""
FIRST_COMPARE_S, LAST_COMPARE_S = 60.0, 600.0
"""How soon, and later how often, watched tiles are fetched in full though changes are asked for: to see what is gone, and
whether asking for changes misses any."""
DISTRUST_S = 3600.0
"""For so long tiles are compared once asking for changes has missed one."""
LOOK_UP = 8
"""So many points that a webhook named are asked for one by one; of more, what changed is asked for."""
FORGET_S = 600.0
"""So long it is remembered when something was learned of a point: no answer is under way for longer."""


class TooManyAtOnce(ApiError):
    """The upstream has so many stations that a part of them is read more cheaply than all."""


class TileRefresher:
    """The tiles of an account. Thread-safe. `cache_bytes`: memory for them; `cache_seconds`: age at which a tile that nobody
    keeps fresh is fetched anew when it is looked at; `deadline`: seconds for one question to the upstream; `shared`: what it has
    in common with the other processes that show the account. elsewhere: tiles that are looked at there."""

    def __init__(self, client: WirelaneClient, held: TileContents, *, cache_bytes: int, cache_seconds: float, deadline: float,
                 clock: Clock, shared: SharedAccount | None = None) -> None:
        self._client, self._contents, self._deadline, self._clock = client, held, deadline, clock
        self._shared, self._seconds = shared, cache_seconds
        self._pool = ThreadPoolExecutor(FETCHES, thread_name_prefix="tiles")
        self.tiles: TileCache[Contents] = TileCache(
            self._fetch, lambda contents: BYTES_A_POINT * (len(contents) + 1), budget=cache_bytes, seconds=cache_seconds,
            pool=self._pool, clock=clock.monotonic, now=clock.now, age=lambda contents: contents.age)
        self.error: WirelaneGeoError | None = None
        self.most_at_once: int | None = client.whole_below or None
        self.elsewhere: Collection[Tile] = ()
        self.publish: Publish = publish_without_history
        self._taking, self._refreshing, self._leasing = threading.Lock(), threading.Lock(), threading.Lock()
        self._leases: dict[Tile, float] = {}
        self._learned: dict[Handle, float] = {}
        self._upstream_time: datetime | None = None
        self._asked_at: datetime | None = None
        self._distrusted_until = self._rests_until = clock.monotonic()
        self._compare_every, self._compare_at = FIRST_COMPARE_S, clock.monotonic() + FIRST_COMPARE_S

    def look(self, tiles: Iterable[Tile]) -> list[TileValue[Contents]]:
        """The tiles that cover these; from now on they are kept fresh for a while."""
        parts = self.tiles.get(tiles)
        with self._leasing:
            self._leases.update(dict.fromkeys((part.tile for part in parts), self._clock.monotonic() + LEASE_S))
        return parts

    def lease(self, tiles: Iterable[Tile]) -> None:
        """Keep those of the tiles, and of the larger ones around them, that are there fresh for a while. Fetches nothing."""
        held = {one for tile in tiles for one in tile.and_ancestors() if self._contents.tile(one) is not None}
        with self._leasing:
            self._leases.update(dict.fromkeys(held, self._clock.monotonic() + LEASE_S))

    def close(self) -> None:
        """Fetch nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def refresh(self) -> RefreshResult:
        """Ask what changed where somebody looks, here or elsewhere. Raises ApiError."""
        with self._refreshing:
            try:
                refreshed = self._refresh(self._watched())
            except WirelaneGeoError as error:
                self.error = error
                raise
            self.note(None, refreshed.asked_at)
            return refreshed

    def note(self, error: WirelaneGeoError | None, asked_at: datetime | None) -> None:
        """How the upstream answered last: when it was asked, or why it did not."""
        self.error = error
        if asked_at is not None:
            self._asked_at = asked_at
        self._forget()

    def looks(self) -> dict[Tile, float]:
        """The tiles that somebody looks at here, each with the seconds for which it is kept fresh."""
        now = self._clock.monotonic()
        with self._leasing:
            return {tile: until - now for tile, until in self._leases.items() if until > now}

    def apply_update(self, update: WebhookUpdate) -> None:
        """Take the points that a webhook sent, but for those of which something newer is known: these, and those that it only
        named, are looked up."""
        old = [point for point in update.points if self._is_older(point) or not self._client.told_points]
        newer = [point for point in update.points if point not in old]
        if newer:
            self._learn(newer, update.received_at, self._clock.monotonic())
        ids = [*update.ids, *(point.id for point in old if point.id)]
        if update.more or len(ids) + len(update.stations) > LOOK_UP:
            self.refresh()
            return
        for id in ids:
            self._look_up(id)
        for station in update.stations:
            self._look_up_station(station)

    def publish_again(self) -> None:
        """See LiveSource."""
        with self._taking:
            asked_at = self._asked_at or self._clock.now()
            for tile, contents in self._contents.held():
                points = dict(zip(contents.handles, contents.points, strict=True))
                self.publish(self._observation(points, "poll", asked_at, (_span(tile),)), self._contents.show)

    def _refresh(self, tiles: Mapping[Tile, Contents]) -> RefreshResult:
        now, asked_at = self._clock.monotonic(), self._clock.now()
        if not tiles:  # nobody looks: whether the upstream answers is still worth knowing
            self._saw(newest(self._client, self._deadline), asked_at)
            return RefreshResult(asked_at, "idle", asked_at)
        if now >= self._distrusted_until:
            try:
                self._ask_for_changes(tiles, asked_at)
            except ChangesUnknown as reason:
                if reason.for_good:
                    self._distrust()
            else:
                if now >= self._compare_at:
                    self._compare_every = min(2 * self._compare_every, LAST_COMPARE_S)
                    self._compare_at = now + self._compare_every
                    self.tiles.renew(tiles)  # behind: however long that takes, changes are asked for meanwhile
                return RefreshResult(asked_at, "changes", asked_at)
        if now < self._rests_until:  # no more than half of the time is spent with comparing
            return RefreshResult(self._asked_at or asked_at, "compare", self._asked_at)
        self._compare(tiles)
        self._rests_until = 2 * self._clock.monotonic() - now
        return RefreshResult(asked_at, "compare" if now < self._distrusted_until else "changes", asked_at)

    def _ask_for_changes(self, tiles: Mapping[Tile, Contents], asked_at: datetime) -> None:
        asked, known_to = self._clock.monotonic(), min(contents.known_to or EPOCH for contents in tiles.values())
        points = changed_since(self._client, _around(tiles), max(known_to, EPOCH + OVERLAP) - OVERLAP, self._deadline)
        date = max((point.update_date for point in points if point.update_date), default=known_to)
        changes = Announcement("poll", points, list(tiles), since=known_to, to=min(date, asked_at))
        self._tell(changes, asked)
        self.take_changes(changes, tiles, asked_at, asked)

    def take_changes(self, told: Announcement, tiles: Mapping[Tile, Contents], asked_at: datetime, asked: float) -> None:
        """Take what changed; those of the tiles are up to date with it that were as new as the question began."""
        covered = {tile: contents for tile, contents in tiles.items() if told.covers(tile, contents.known_to)}
        self._take(told.points, told.origin, asked_at, asked, spans=tuple(map(_span, covered)))
        self._saw(told.to, asked_at)
        for contents in covered.values():
            contents.known_to = max(contents.known_to or EPOCH, told.to or EPOCH)
        self.tiles.touch(covered, asked_at)

    def _tell(self, told: Announcement, asked: float) -> None:
        """Before it is noted: who reads what is noted finds what that is about."""
        if self._shared is not None:
            self._shared.tell(told, self._clock.monotonic() - asked)

    def _learn(self, points: Iterable[ChargePoint], asked_at: datetime, asked: float) -> None:
        """Take points of which a webhook spoke, here and everywhere."""
        told = list(points)
        self._tell(Announcement("webhook", told), asked)
        self._take(told, "webhook", asked_at, asked)

    def _compare(self, tiles: Iterable[Tile]) -> None:
        renewed = [future.result() for future in self.tiles.renew(tiles)]
        if error := next((cached.error for cached in renewed if cached.error), None):
            raise error

    def _look_up(self, id: PointId) -> None:
        asked_at, asked, known = self._clock.now(), self._clock.monotonic(), self._contents.find(id)
        try:
            if known is not None:
                point = self._client.renewed(known, deadline=self._deadline)
            else:
                point = self._client.point(id, "evseid" if "*" in id else "id", deadline=self._deadline)
        except ApiNotFound:
            self._compare(self._contents.tiles_of(known) if known else ())
        else:
            self._learn([point], asked_at, asked)

    def _look_up_station(self, id: str) -> None:
        """All points of a station, as they are now; what changed, where it can't be asked for."""
        asked_at, asked = self._clock.now(), self._clock.monotonic()
        try:
            self._learn(self._client.points_of_station(id, deadline=self._deadline), asked_at, asked)
        except (BadInput, ApiNotFound):
            self.refresh()

    def _take(self, points: Iterable[ChargePoint], origin: Origin, asked_at: datetime, asked: float,
              spans: tuple[Span, ...] = ()) -> None:
        """Publish what is new of some points, where their tiles are held, and show it."""
        with self._taking:
            named = self._contents.handles.by_handle(points)
            fresh = {handle: point for handle, point in named.items()
                     if self._learned.get(handle, asked) <= asked and self._contents.point(handle) != point
                     and (self._contents.tiles_of(point) or self._contents.point(handle))}
            self._learned.update(dict.fromkeys(fresh, asked))
            self.publish(self._observation(fresh, origin, asked_at, spans), lambda number: self._contents.take(fresh, number))

    def _fetch(self, tile: Tile) -> Contents:
        """All points of a tile, for the cache."""
        held, begun = self._contents.tile(tile), self._clock.monotonic()
        known_to = held.known_to if held else None
        answer = self._answer(tile, held)
        found, common = answer.value, answer.asked
        asked, asked_at = self._clock.monotonic() - answer.age, self._clock.now() - timedelta(seconds=answer.age)
        if found.too_many is not None:
            raise TooManyAtOnce(f"The account has {found.too_many:,} stations, too many to be read at once.")
        self._saw(found.newest, asked_at)
        taken: list[Contents] = []
        with self._taking:
            points, true_at, now_to = self._with_told(tile, found, common)
            before, named = self._contents.tile(tile), self._contents.handles.by_handle(points)
            kept = self._newer_than(asked, before, everything=found.problem is not None)
            if found.undated or (before and known_to and _missed(before, named, kept, known_to)):
                self._distrust()
            fresh = Contents({**named, **kept}, now_to, found.problem, common, begun - asked - (true_at - common))
            gone = set() if found.problem else self._contents.gone(tile, fresh)
            seen = self._observation(dict(zip(fresh.handles, fresh.points, strict=True)), "poll", asked_at, (_span(tile),), gone)
            self.publish(seen, lambda number: taken.append(self._contents.take_tile(tile, fresh, gone, number)))
        return taken[0]

    def _answer(self, tile: Tile, held: Contents | None) -> SharedValue[TilePoints]:
        """A tile's points, as they were asked for here or by another process."""
        begun = self._clock.monotonic()
        if self._shared is None:
            return SharedValue(self._asked_of(tile, held), 0.0, self._clock.monotonic() - begun)
        return self._shared.tile(tile, self._seconds, held.asked if held else 0.0, lambda: self._asked_of(tile, held))

    def _with_told(self, tile: Tile, found: TilePoints, common: float) -> tuple[list[ChargePoint], float, datetime | None]:
        """The points of a tile with what was told since it was asked for, when they were true last, and up to which date."""
        if self._shared is None:
            return found.points, common, found.known_to
        later = {point.id: point for point in self._shared.told.since(common)}
        points = {point.id: point for point in found.points} | later
        true_at, known_to = self._shared.told.true_at(tile, found.known_to, common)
        return inside(tile, points.values()), true_at, known_to

    def _asked_of(self, tile: Tile, held: Contents | None) -> TilePoints:
        """A tile's points, as the upstream has them now. Of the world no more than `most_at_once` records, or twice as many once
        it is held."""
        asked_at, reached = self._clock.now(), self._upstream_time
        most = None if tile.level else self.most_at_once
        found = points_of_tile(self._client, tile, None if most is None else most if held is None else 2 * most)
        if most is not None and found.problem and (found.total or 0) > most and held is None:
            return TilePoints(too_many=found.total)
        dates = [date for date in found.dates if date is not None]
        date = max([*dates, *filter(None, [reached])], default=None)
        return TilePoints(inside(tile, found), date and min(date, asked_at), max(dates, default=None),
                          len(dates) < len(found.dates), found.problem)

    def _newer_than(self, asked: float, before: Contents | None, *, everything: bool) -> dict[Handle, ChargePoint]:
        """The points held of a tile of which something was learned since it was asked for; or all of them."""
        if before is None:
            return {}
        return {handle: point for handle, point in zip(before.handles, before.points, strict=True)
                if everything or self._learned.get(handle, asked) > asked}

    def _observation(self, points: Mapping[Handle, ChargePoint], origin: Origin, asked_at: datetime, spans: tuple[Span, ...],
              gone: Collection[Handle] = ()) -> Observation:
        return Observation(
            origin=origin, asked_at=asked_at, handles=np.fromiter(points, np.int64, len(points)),
            statuses=statuses_of(list(points.values())), gone=np.array(list(gone), np.int64), spans=spans,
            looked_at=self._asked_at,
            identify=lambda handles: [Identity(points[handle].id or PointId(""), points[handle].update_date)
                                      for handle in handles])

    def _watched(self) -> dict[Tile, Contents]:
        """The tiles that somebody looks at."""
        now = self._clock.monotonic()
        with self._leasing:
            self._leases = {tile: until for tile, until in self._leases.items() if until > now}
            leased = {*self._leases, *self.elsewhere}
        return {tile: contents for tile in leased
                if tile in self.tiles and (contents := self._contents.tile(tile)) is not None}

    def _is_older(self, point: ChargePoint) -> bool:
        """Whether something newer is known of a point that a webhook sent."""
        known = self._contents.find(point.id or PointId(""))
        return bool(known and known.update_date and point.update_date and point.update_date < known.update_date)

    def _saw(self, date: datetime | None, asked_at: datetime) -> None:
        """Note that the upstream's clock has come to a date; dates of the future say nothing of it."""
        if date is not None:
            self._upstream_time = max(self._upstream_time or EPOCH, min(date, asked_at))

    def _distrust(self) -> None:
        self._distrusted_until = self._clock.monotonic() + DISTRUST_S

    def _forget(self) -> None:
        before = self._clock.monotonic() - FORGET_S
        with self._taking:
            self._learned = {handle: asked for handle, asked in self._learned.items() if asked > before}


def _missed(before: Contents, points: Mapping[Handle, ChargePoint], newer: Container[Handle], known_to: datetime) -> bool:
    """Whether asking for changes has missed one: a point has another status than is known, though it is dated so far back that
    it should have come. known_to: how far asking had come when the points were fetched; newer: points of which something
    was learned since."""
    return any(point.status is not before.points[row].status and point.update_date <= known_to - OVERLAP
               for handle, point in points.items() if point.update_date is not None and handle not in newer
               and (row := before.place.get(handle)) is not None)


def _around(tiles: Iterable[Tile]) -> Bounds | None:
    """Bounds around some tiles; None where they are most of the world."""
    around = reduce(Bounds.union, (quadkey.square(tile.prefix, tile.level) for tile in tiles))
    return None if around.crosses_antimeridian or around.east - around.west > 180 else around


def _span(tile: Tile) -> Span:
    return quadkey.span(tile.prefix, tile.level)
