"""A network that is published over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.live.clocks import ManualClock
from tests.serving import TRUSTED, serving
from wirelane_geo.model import ChargePoint
from wirelane_geo.publish import Publication, Publisher
from wirelane_geo.server.publishing import publishing_routes
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import Store, open_store

TOKEN = "a-token-of-readers"


@dataclass(frozen=True)
class PublicationService:
    """What is published, of what store, where; and the clock that it goes by."""

    store: Store
    publication: Publication
    clock: ManualClock
    client: httpx.Client
    directory: Path

    def put(self, *points: ChargePoint, origin: str = "api") -> None:
        self.store.upsert(points, origin)
        self.clock.go_on(60)

    def get(self, path: str, status: int = 200, **headers: str) -> httpx.Response:
        answer = self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status_code == status, answer.text
        return answer

    def sites(self, query: str = "") -> list[dict[str, Any]]:
        [table] = self.get(f"/datex2/table{query}").json()["payload"]["aegiEnergyInfrastructureTablePublication"][
            "energyInfrastructureTable"]
        found: list[dict[str, Any]] = table["energyInfrastructureSite"]
        return found

    def points(self, query: str = "") -> dict[str, dict[str, Any]]:
        """Refill points by their names."""
        found = (wrapped["aegiElectricChargingPoint"] for site in self.sites(query)
                 for station in site["energyInfrastructureStation"] for wrapped in station["refillPoint"])
        return {point["idG"]: point for point in found}


@pytest.fixture
def published(tmp_path: Path) -> Iterator[PublicationService]:
    clock, store = ManualClock(), open_store(tmp_path / "points.sqlite")
    publication = Publication(EmbeddedSource(store, clock), store, clock)
    routes = publishing_routes(publication, Publisher("DE-NAP-Test", "DE*TST"), tmp_path / "published", 1_000.0, TOKEN)
    with serving(Starlette(routes=routes), log_level="critical") as url, httpx.Client(base_url=url, verify=TRUSTED) as client:
        yield PublicationService(store, publication, clock, client, tmp_path / "published")
    publication.close()
    store.close()
