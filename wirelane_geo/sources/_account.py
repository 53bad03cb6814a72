"""A Wirelane account's points, fetched as map tiles when somebody looks at them, and kept fresh while somebody does. Where the
upstream knows circles only and has few stations, there is one tile, the world."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from wirelane_geo.api import WirelaneClient
from wirelane_geo.cache import Tile, TileValue
from wirelane_geo.errors import ApiError, ApiNotFound, NotOffered, cause_of
from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.geo import Bounds, quadkey
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.observation import Identity, Publish
from wirelane_geo.live.source import RefreshResult
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import ChargePoint, Handle, Handles, PointId
from wirelane_geo.model.identity import network_bits
from wirelane_geo.sources._changes import Changes
from wirelane_geo.sources._prices import GroupTariffs
from wirelane_geo.sources._protocol import Background, Prices, Snapshot
from wirelane_geo.sources._shared_account import SharedAccount
from wirelane_geo.sources._shared_refresh import MEET_S, SharedRefresh
from wirelane_geo.sources._tables import quadkey_of
from wirelane_geo.sources._tile_contents import FINEST_TILE, Contents, TileContents
from wirelane_geo.sources._tile_refresher import TileRefresher, TooManyAtOnce
from wirelane_geo.store.shared_answers import KEPT_S

WORLD_TILE = Tile(0, 0)
PRICES_AT_ONCE = 2
QUICK_S = 8.0
"""So long the first views wait for all stations to be read, before they ask for what they show."""
AGAIN_S = 300.0
"""How soon that is tried again where it failed."""


class ApiSource:
    """See PointSource. `network`: the id of the account.

    `cache_bytes`: memory for tiles; `cache_seconds`: age at which a tile that nobody keeps fresh is fetched anew; `shared`: what
    it has in common with the other processes that show the account.
    """

    demo = False
    waits = True

    def __init__(self, client: WirelaneClient, *, network: str = "", cache_bytes: int, cache_seconds: float,
                 refresh_seconds: float = 15.0, clock: Clock | None = None, metrics: Metrics | None = None,
                 shared: SharedAccount | None = None) -> None:
        self.network, self._shared = network, shared
        self._client, self._contents, self._clock = client, TileContents(network), clock or SystemClock()
        self._refresher = TileRefresher(
            client, self._contents, cache_bytes=cache_bytes, cache_seconds=cache_seconds,
            deadline=max(client.patience, refresh_seconds), clock=self._clock, shared=shared)
        self._together = None if shared is None else SharedRefresh(
            self._refresher, self._contents, shared, self._clock, refresh_seconds)
        self._pool = ThreadPoolExecutor(PRICES_AT_ONCE, thread_name_prefix="prices")
        self._tariffs = GroupTariffs(client, self._pool, self._clock, self._prices_came, shared)
        self._extent: Bounds | None = None
        self._at_once = client.whole_below > 0
        self._again_at = self._clock.monotonic()
        self._waited_until: float | None = None
        if metrics:
            metrics.count("wirelane_geo_tile_requests", "Tiles that views asked for, by how they were answered.",
                          lambda: self._refresher.tiles.answers, "answer")

    @property
    def changes(self) -> Changes:
        """See PointSource."""
        return self._contents.changes

    def follow(self, publish: Publish) -> None:
        """See LiveSource."""
        self._refresher.publish = publish

    def pace(self, refresh_seconds: float) -> float:
        """See LiveSource."""
        return refresh_seconds if self._together is None else min(refresh_seconds, MEET_S)

    def hear(self, woken: Callable[[], object]) -> Callable[[], None]:  # noqa: ARG002
        """See LiveSource; nobody tells but the webhook."""
        return lambda: None

    def refresh(self) -> RefreshResult:
        """See LiveSource."""
        return self._refresher.refresh() if self._together is None else self._together.refresh()

    def publish_again(self) -> None:
        """See LiveSource."""
        self._refresher.publish_again()

    def refusal(self, update: WebhookUpdate) -> str | None:  # noqa: ARG002 - the upstream can be asked about anything
        """See LiveSource."""
        return None

    def apply_update(self, update: WebhookUpdate) -> None:
        """See LiveSource."""
        self._refresher.apply_update(update)

    def renumbered(self, handles: Handles) -> Handles:
        """See LiveSource. They were made from the id alone."""
        return handles ^ network_bits(self.network)

    def identify(self, handles: Sequence[Handle]) -> Sequence[Identity | None]:
        """See LiveSource."""
        points = map(self._contents.point, handles)
        return [None if point is None else Identity(point.id or PointId(""), point.update_date) for point in points]

    def places(self, point_ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int]]:
        """See LiveSource."""
        known = [(id, self._contents.handles.of(id), self._contents.find(id)) for id in point_ids]
        return {id: (handle, key) for id, handle, point in known if point and (key := quadkey_of(point)) is not None}

    def close(self) -> None:
        """Fetch nothing any more."""
        self._refresher.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        """The tiles that cover the bounds, joined; they are kept fresh for a while from now."""
        parts = self._look(bounds, zoom)
        table, joined, number = self._contents.joined([part.value for part in parts], self._clock.now())
        problem, cause = self._trouble(parts)
        return Snapshot(table, joined.handles, joined.stations, min(part.fetched_at for part in parts), problem, number, cause)

    def _trouble(self, parts: Sequence[TileValue[Contents]]) -> tuple[str | None, str | None]:
        """Why the tiles, or all of them, could not be renewed, in a sentence and in a word."""
        for part in parts:
            if part.error is None and part.value.problem is not None:
                return part.value.problem, "incomplete"
            if part.error is not None:
                return str(part.error), cause_of(part.error)
        error = self._refresher.error
        return (None, None) if error is None else (str(error), cause_of(error))

    def keep(self, bounds: Bounds, zoom: float) -> None:
        """Keep the tiles that are there fresh for a while from now."""
        self._refresher.lease(self._tiles(bounds, zoom))

    def _look(self, bounds: Bounds, zoom: float) -> list[TileValue[Contents]]:
        """The tiles that cover the bounds: the one that is the whole world, where all can be read at once and is there. A slow
        upstream is asked for what is looked at meanwhile."""
        coming = self._read_all()
        tiles = self._tiles(bounds, zoom)
        if coming is not None and tiles == [WORLD_TILE]:
            coming.exception()  # all is looked at, and on its way: waits for it
        return self._refresher.look(tiles)

    def _read_all(self) -> "Future[TileValue[Contents]] | None":
        """Have all stations read at once where that is worth it; waits for it while it is quick. What is on its way after that,
        None where all is there, or is not to be read at once."""
        now = self._clock.monotonic()
        if not self._at_once or WORLD_TILE in self._refresher.tiles or now < self._again_at:
            return None
        coming = self._refresher.tiles.prepare(WORLD_TILE)
        coming.add_done_callback(self._note_all_read)
        self._waited_until = self._waited_until or now + QUICK_S
        try:
            coming.exception(max(0.0, self._waited_until - now))
        except TimeoutError:
            return coming
        self._note_all_read(coming)
        return None

    def _note_all_read(self, coming: "Future[TileValue[Contents]]") -> None:
        """Whether reading all at once was too much, or failed: then what is looked at is asked for, and that says why."""
        error = None if coming.cancelled() else coming.exception()
        if isinstance(error, TooManyAtOnce):
            self._at_once, self._refresher.most_at_once = False, None
        elif error is not None:
            self._again_at, self._waited_until = self._clock.monotonic() + AGAIN_S, None

    def _tiles(self, bounds: Bounds, zoom: float) -> list[Tile]:
        if self._at_once and WORLD_TILE in self._refresher.tiles:
            return [WORLD_TILE]
        return _tiles(bounds, zoom, self._client.most_tiles)

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        """See PointSource."""
        return [point for handle in handles if (point := self._contents.point(handle)) is not None]

    def find(self, point_id: PointId) -> ChargePoint | None:
        """The point with this id, asked for upstream where no cached tile holds it."""
        known = self._contents.find(point_id)
        if known is not None:
            return known
        try:
            return self._client.point(point_id)
        except ApiNotFound:
            return None

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """See PointSource; raises ApiError."""
        return list(self._client.points(search=text, page_size=limit, limit=limit))

    def respelled(self, text: str) -> list[str]:  # noqa: ARG002 - its points aren't all here
        """See PointSource. No word is known of it."""
        return []

    def prices(self, point_ids: Sequence[PointId]) -> Prices:
        """See PointSource; waits a moment at most."""
        return self._tariffs.prices([point for id in point_ids if (point := self._contents.find(id)) is not None])

    def _prices_came(self, points: Sequence[ChargePoint]) -> None:
        """Open pages look again at the station."""
        self._contents.changes.add_around([(point.longitude, point.latitude) for point in points])

    def background(self, point_ids: Sequence[PointId]) -> Background:  # noqa: ARG002 - an account has no feeds
        """See PointSource. Nothing is known of it."""
        return Background()

    def feeds(self) -> Sequence[FeedRow]:
        """See PointSource. An account has none."""
        return ()

    def extent(self) -> Bounds | None:
        """The outermost points' bounds, asked for once."""
        if self._extent is None and self._at_once:
            self._read_all()
            if WORLD_TILE in self._refresher.tiles:
                self._extent = _extent_of(self._refresher.look([WORLD_TILE]))
        if self._extent is None and not self._at_once:
            try:
                ends = self._ends() if self._shared is None else self._shared.ask("extent", KEPT_S, list[ChargePoint], self._ends)
            except (ApiError, NotOffered):
                return None
            self._extent = _bounds_of(ends)
        return self._extent

    def _ends(self) -> list[ChargePoint]:
        """The outermost points."""
        return [point for by in ("latitude", "longitude") for direction in ("asc", "desc")
                for point in self._client.points(order_by=by, order_direction=direction, page_size=1, limit=1)]


def _extent_of(parts: Sequence[TileValue[Contents]]) -> Bounds | None:
    return _bounds_of([point for part in parts for point in part.value.points])


def _bounds_of(points: Sequence[ChargePoint]) -> Bounds | None:
    lons = [point.longitude for point in points if point.longitude is not None]
    lats = [point.latitude for point in points if point.latitude is not None]
    return Bounds.of(lons, lats) if lons and lats else None


def _tiles(bounds: Bounds, zoom: float, most: int) -> list[Tile]:
    """The tiles that cover bounds at a zoom, at most so many, however large the bounds are for it."""
    level = min(FINEST_TILE, max(int(zoom) - 1, 0), quadkey.finest_level(bounds, most))
    return [Tile(level, int(prefix)) for prefix in quadkey.cover(bounds, level)]
