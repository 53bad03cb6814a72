"""Keeps an account's tiles fresh together with the other processes that show it: the leader asks, all hear what was answered."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from wirelane_geo.cache import Tile
from wirelane_geo.errors import StoreError, WirelaneGeoError
from wirelane_geo.live.clock import Clock
from wirelane_geo.live.source import RefreshResult
from wirelane_geo.sources._shared_account import LeaderRefresh, News, SharedAccount
from wirelane_geo.sources._tile_contents import TileContents
from wirelane_geo.sources._tile_refresher import TileRefresher

MEET_S = 0.5
"""So often a process hears what the others know."""
MOST_SILENT = 3.0
"""So many times the usual pause may pass before a process asks for itself: then the leader's answers don't come."""


class SharedRefresh:
    """`every`: seconds between two questions. One thread at a time may call it."""

    def __init__(self, tiles: TileRefresher, contents: TileContents, shared: SharedAccount, clock: Clock, every: float) -> None:
        self._tiles, self._contents, self._shared, self._clock, self._every = tiles, contents, shared, clock, every
        self._tried: dict[Tile, float] = {}
        self._due = clock.monotonic()
        self._last: tuple[RefreshResult | WirelaneGeoError, float] | None = None
        with suppress(StoreError):  # the first tile that others asked for is to be as new as what they told since
            shared.hear()

    def refresh(self) -> RefreshResult:
        """See LiveSource. Raises ApiError, also that of the leader's question."""
        told = self._meet()
        if told is not None:
            return self._as_told(told)
        if self._last is None or self._clock.monotonic() >= self._due:
            return self._ask()
        return self._again(*self._last)

    def _meet(self) -> LeaderRefresh | None:
        """Say where somebody looks here, and hear what the others know. How the leader was answered; None where this process has
        to ask: it leads, or hears nothing of who does."""
        try:
            self._shared.look(self._tiles.looks())
            heard = self._shared.hear()
            leads = self._shared.leads()
            elsewhere = self._shared.looked_at() if leads else []
        except StoreError:
            self._shared.stay_apart()
            return None
        self._take(heard)
        self._hold(elsewhere)
        told = None if leads else self._shared.refreshed()
        return told if told is not None and told.age < MOST_SILENT * self._every else None

    def _take(self, heard: News) -> None:
        now, passed = self._clock.now(), self._clock.monotonic()
        for told, age in heard.told:
            self._tiles.take_changes(told, dict(self._contents.held()), now - timedelta(seconds=age), passed - age)
        self._tiles.tiles.renew([tile for tile, asked in heard.tiles.items()
                                 if (contents := self._contents.tile(tile)) is not None and contents.asked < asked])

    def _hold(self, tiles: Iterable[Tile]) -> None:
        """Have the tiles that are looked at at other processes, too: what happens there is noted here. One that could not be had
        is tried again later."""
        now = self._clock.monotonic()
        self._tried = {tile: self._tried.get(tile, now) for tile in tiles}
        self._tiles.elsewhere = frozenset(self._tried)
        for tile, at in self._tried.items():
            if at <= now and not any(one in self._tiles.tiles for one in tile.and_ancestors()):
                self._tried[tile] = now + self._every
                self._tiles.tiles.prepare(tile)

    def _ask(self) -> RefreshResult:
        begun = self._clock.monotonic()
        self._due = begun + self._every
        try:
            refreshed = self._tiles.refresh()
        except WirelaneGeoError as error:
            self._last = error, begun
            self._say(RefreshResult(self._clock.now(), "idle", None), error)
            raise
        self._last = refreshed, self._clock.monotonic()
        self._say(refreshed, None)
        return refreshed

    def _say(self, refreshed: RefreshResult, error: WirelaneGeoError | None) -> None:
        age = (self._clock.now() - refreshed.asked_at).total_seconds()
        with suppress(StoreError):  # the next question says it
            self._shared.say_refreshed(refreshed.mode, age, error)

    def _as_told(self, told: LeaderRefresh) -> RefreshResult:
        """What the leader was answered."""
        self._due = self._clock.monotonic() + self._every - told.age
        if told.error is not None:
            self._tiles.note(told.error, None)
            raise told.error.with_traceback(None)
        asked_at = self._clock.now() - timedelta(seconds=told.age)
        self._tiles.note(None, asked_at)
        return RefreshResult(asked_at, told.mode, asked_at, told.age)

    def _again(self, last: RefreshResult | WirelaneGeoError, answered: float) -> RefreshResult:
        """What was answered last, while it isn't time to ask again."""
        if isinstance(last, WirelaneGeoError):
            raise last.with_traceback(None)
        return replace(last, ago=self._clock.monotonic() - answered)
