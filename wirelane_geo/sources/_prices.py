"""The tariffs of an account's groups of charge points, asked for when a driver opens a station, and kept for a while."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait

from cachetools import TTLCache

from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.live.clock import Clock
from wirelane_geo.model import ChargePoint
from wirelane_geo.model.dialect_2026 import Offer, Tariff, offers_of
from wirelane_geo.sources._protocol import Prices
from wirelane_geo.sources._shared_account import SharedAccount

KEPT_S = 900.0
"""For so long what was answered is not asked for again."""
MOST_GROUPS = 10_000
WAIT_S = 1.5
"""So long a station's details wait for prices; those of a slower upstream come later."""
MOST_TARIFFS = 50
"""Tariffs of a group that are looked at."""


class GroupTariffs:
    """Thread-safe. `came` is called when prices came that somebody was not told for the lack of them; `shared`: what the
    processes that show the account have in common."""

    def __init__(self, client: WirelaneClient, pool: Executor, clock: Clock, came: Callable[[Sequence[ChargePoint]], None],
                 shared: SharedAccount | None = None) -> None:
        self._client, self._pool, self._clock, self._came, self._shared = client, pool, clock, came, shared
        self._lock = threading.Lock()
        self._asked: TTLCache[int, Future[list[Tariff]]] = TTLCache(MOST_GROUPS, KEPT_S, timer=clock.monotonic)

    def prices(self, points: Sequence[ChargePoint]) -> Prices:
        """What charging costs at some points, as far as it is known now."""
        if not self._client.offers("group_tariffs"):
            return Prices()
        groups = {group.id for point in points for group in point.charging_group if group.id is not None}
        asked = {group: self._ask(group, points) for group in groups}
        wait(asked.values(), WAIT_S)
        now = self._clock.now()
        found: dict[Offer, None] = {}
        for point in points:
            of_point = [asked[group.id] for group in point.charging_group if group.id is not None]
            tariffs = [tariff for future in of_point if future.done() and not future.cancelled() for tariff in future.result()]
            found |= dict.fromkeys(offers_of(point, {tariff.id: tariff for tariff in tariffs}.values(), now))
        return Prices(tuple(found), pending=not all(future.done() for future in asked.values()))

    def _ask(self, group: int, points: Sequence[ChargePoint]) -> "Future[list[Tariff]]":
        with self._lock:
            if (known := self._asked.get(group)) is not None:
                return known
            asked = self._asked[group] = self._pool.submit(self._fetch, group)
        begun = self._clock.monotonic()
        asked.add_done_callback(lambda _: self._came(points) if self._clock.monotonic() > begun + WAIT_S else None)
        return asked

    def _fetch(self, group: int) -> list[Tariff]:
        """The group's active tariffs; none where they can't be read: a price that isn't known is not told."""
        def ask() -> list[Tariff]:
            return list(self._client.group_tariffs(group, status=["active"], limit=MOST_TARIFFS))

        try:
            return ask() if self._shared is None else self._shared.ask(f"tariffs {group}", KEPT_S, list[Tariff], ask)
        except WirelaneGeoError:
            return []
