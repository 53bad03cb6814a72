"""A server of feeds whose answers a test sets: real HTTP, every request kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import serving

LOCATION = {
    "id": "L1", "country_code": "DE", "party_id": "ABC", "publish": True, "country": "DEU", "city": "Wangen",
    "coordinates": {"latitude": "48.718544", "longitude": "9.611829"}, "last_updated": "2026-03-01T00:00:00Z",
}


def datex_table(*numbers: int, operator: str = "Strom AG") -> dict[str, Any]:
    """A table with a station of so many points."""
    points = [{"aegiElectricChargingPoint": {
        "idG": f"DE*ABC*E{number}", "currentType": {"value": "ac"},
        "connector": [{"connectorType": {"value": "iec62196T2"}, "maxPowerAtSocket": 22_000}]}} for number in numbers]
    place = {"locPointLocation": {"coordinatesForDisplay": {"latitude": 48.718544, "longitude": 9.611829}}}
    station = {"idG": "S1", "locationReference": place, "refillPoint": points,
               "operator": {"afacAnOrganisation": {"name": {"values": [{"lang": "de", "value": operator}]}}}}
    return {"payload": {"aegiEnergyInfrastructureTablePublication": {
        "publicationTime": "2026-03-01T00:00:00Z", "energyInfrastructureTable": [
            {"idG": "T", "energyInfrastructureSite": [{"idG": "P1", "energyInfrastructureStation": [station]}]}]}}}


def datex_status(words: dict[int, str], *, at: str | None = "2026-03-01T12:00:00Z", made: str = "2026-03-01T12:00:00Z",
                 delta: bool = False) -> dict[str, Any]:
    """Statuses of points, a snapshot or a delta."""
    points = [{"aegiElectricChargingPointStatus": {
        "reference": {"idG": f"DE*ABC*E{number}"}, "status": {"value": word}} | ({} if at is None else {"lastUpdated": at})}
        for number, word in words.items()]
    stations = [{"reference": {"idG": "S1"}, "refillPointStatus": points}]
    publication = {"publicationTime": made, "energyInfrastructureSiteStatus": [
        {"reference": {"idG": "P1"}, "energyInfrastructureStationStatus": stations}]}
    protocol = {"value": "deltaPull" if delta else "snapshotPull"}
    return {"messageContainer": {"payload": [{"aegiEnergyInfrastructureStatusPublication": publication}],
                                 "exchangeInformation": {"exchangeContext": {"codedExchangeProtocol": protocol}}}}


def location(number: int, status: str, at: str = "2026-03-01T12:00:00Z") -> dict[str, Any]:
    """An OCPI location with one EVSE."""
    connector = {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "max_voltage": 230,
                 "max_amperage": 32, "last_updated": at}
    evse = {"uid": f"{number}", "evse_id": f"DE*ABC*E{number}", "status": status, "last_updated": at, "connectors": [connector]}
    return LOCATION | {"id": f"L{number}", "evses": [evse], "last_updated": at}


@dataclass
class FeedServer:
    """Answers by path: a body (what isn't bytes is JSON), or a function of the request. `asked`: every request."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def queries(self, path: str) -> list[dict[str, str]]:
        return [dict(request.query_params) for request in self.asked if request.url.path == path]


@contextmanager
def feed_server(**options: Any) -> Iterator[FeedServer]:
    server = FeedServer()

    async def answer(request: Request) -> Response:
        server.asked.append(request)
        found = server.answers.get(request.url.path, Response("not here", 404))
        found = found(request) if callable(found) and not isinstance(found, Response) else found
        if isinstance(found, Response):
            return found
        return Response(found if isinstance(found, bytes) else json.dumps(found), media_type="application/json")

    with serving(Starlette(routes=[Route("/{path:path}", answer)]), **options) as url:
        server.url = url
        yield server
