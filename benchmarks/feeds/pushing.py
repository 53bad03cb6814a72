"""What an operator pushes to us by OCPI: its locations at first, then each change; some come late, some twice."""

import random

import httpx

from benchmarks.feeds.publishing import OCPI, iso, ocpi_location
from benchmarks.feeds.world import Operator

OFTEN = 0.1
"""Of changes: so many come twice, and before so many an older one comes again."""


class Pusher:
    """Pushes to `ours`, the address of a receiver. Raises httpx.HTTPError where it doesn't take it."""

    def __init__(self, operator: Operator, ours: str, token: str, rng: random.Random) -> None:
        self._operator, self._rng = operator, rng
        self._client = httpx.Client(base_url=f"{ours}/ocpi/2.2.1/receiver/locations/DE/OCP/", timeout=30,
                                    headers={"Authorization": f"Token {token}"})
        self.played = {"pushed late": 0, "pushed twice": 0}

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def all(self) -> None:
        """Put every location."""
        for number in range(self._operator.count):
            self._client.put(self._operator.evse(number), json=ocpi_location(self._operator, number)).raise_for_status()

    def change(self) -> None:
        """Let a point change, and push that."""
        before = dict(self._operator.statuses), dict(self._operator.since)
        number = self._operator.change(self._rng).number
        self._patch(number, self._operator.statuses[number], self._operator.since[number])
        if self._rng.random() < OFTEN:
            self.played["pushed late"] += 1
            self._patch(number, before[0][number], before[1][number])
        if self._rng.random() < OFTEN:
            self.played["pushed twice"] += 1
            self._patch(number, self._operator.statuses[number], self._operator.since[number])

    def _patch(self, number: int, status: str, since: float) -> None:
        id = self._operator.evse(number)
        self._client.patch(f"{id}/{id}", json={"status": OCPI[status], "last_updated": iso(since)}).raise_for_status()
