"""What the operators' servers answer: DATEX II tables, snapshots and deltas, OCPI pages, IRVE dynamic; and what goes wrong."""

import json
import random
import time
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.feeds.world import Operator

DATEX = {"FREE": "available", "IN_USE": "charging", "FAULTED": "faulted"}
OCPI = {"FREE": "AVAILABLE", "IN_USE": "CHARGING", "FAULTED": "OUTOFORDER"}
IRVE = {"FREE": ("en_service", "libre"), "IN_USE": ("en_service", "occupe"), "FAULTED": ("hors_service", "inconnu")}
FAULTS = ("503", "stale", "half a file", "30% gone", "other ids", "clock")


class Faults:
    """Which fault an answer has: each now and then, and how often each was played."""

    def __init__(self, seed: int, part: float = 0.15) -> None:
        self._rng, self._part = random.Random(seed), part
        self.played: dict[str, int] = dict.fromkeys(FAULTS, 0)
        self.on = True
        self._last: dict[str, bytes] = {}

    def answer(self, path: str, make: Any) -> Response:
        """An answer, maybe with a fault. `make(gone, other, skew)` makes the body: a part of the points left out, other ids, and
        seconds that the clock is ahead."""
        fault = self._rng.choice(FAULTS) if self.on and self._rng.random() < self._part else ""
        if fault:
            self.played[fault] += 1
        if fault == "503":
            return Response("busy", 503)
        if fault == "stale" and path in self._last:
            return Response(self._last[path])
        body: bytes = make(0.4 if fault == "30% gone" else 0.0, fault == "other ids", 7_200.0 if fault == "clock" else 0.0)
        if fault == "half a file":
            return Response(body[: len(body) // 2])
        if not fault:
            self._last[path] = body
        return Response(body)


def iso(seconds: float) -> str:
    """A moment as feeds write it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def place(number: int) -> tuple[float, float]:
    """Longitude and latitude of a point."""
    return 8.0 + number % 100 / 500, 48.5 + number // 100 / 500


def datex_table(operator: Operator) -> bytes:
    """All points of an operator, a station each."""
    stations = []
    for number in range(operator.count):
        lon, lat = place(number)
        connector = {"connectorType": {"value": "iec62196T2"}, "maxPowerAtSocket": 22_000}
        point = {"idG": operator.evse(number), "connector": [connector]}
        where = {"locPointLocation": {"coordinatesForDisplay": {"latitude": lat, "longitude": lon}}}
        stations.append({"idG": f"S{number}", "locationReference": where,
                         "refillPoint": [{"aegiElectricChargingPoint": point}]})
    return json.dumps({"payload": {"aegiEnergyInfrastructureTablePublication": {
        "publicationTime": iso(time.time()), "energyInfrastructureTable": [{"idG": "T", "energyInfrastructureSite": [
            {"idG": "P", "energyInfrastructureStation": stations}]}]}}}).encode()


def datex_statuses(operator: Operator, numbers: list[int], *, delta: bool, skew: float = 0.0, other: bool = False,
                   at: dict[int, tuple[str, float]] | None = None) -> bytes:
    """Statuses of some points, as they are or as given."""
    points = []
    for number in numbers:
        status, since = (at or {}).get(number) or (operator.statuses[number], operator.since[number])
        points.append({"aegiElectricChargingPointStatus": {
            "reference": {"idG": operator.evse(number) + ("X" if other else "")}, "lastUpdated": iso(since + skew),
            "status": {"value": DATEX[status]}}})
    protocol = {"value": "deltaPush" if delta else "snapshotPull"}
    return json.dumps({"messageContainer": {"payload": [{"aegiEnergyInfrastructureStatusPublication": {
        "publicationTime": iso(time.time() + skew), "energyInfrastructureSiteStatus": [{
            "reference": {"idG": "P"}, "energyInfrastructureStationStatus": [
                {"reference": {"idG": "S"}, "refillPointStatus": points}]}]}}],
        "exchangeInformation": {"exchangeContext": {"codedExchangeProtocol": protocol}}}}).encode()


def ocpi_location(operator: Operator, number: int, *, skew: float = 0.0, other: bool = False) -> dict[str, Any]:
    """A location with an EVSE."""
    lon, lat = place(number)
    at, id = iso(operator.since[number] + skew), operator.evse(number) + ("X" if other else "")
    evse = {"uid": id, "evse_id": id, "status": OCPI[operator.statuses[number]], "last_updated": at, "connectors": [
        {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "max_voltage": 230,
         "max_amperage": 32}]}
    return {"id": id, "country_code": "DE", "party_id": "OCP", "country": "DEU", "last_updated": at, "evses": [evse],
            "coordinates": {"latitude": str(lat), "longitude": str(lon)}}


def ocpi_locations(operator: Operator, numbers: list[int], *, skew: float, other: bool) -> bytes:
    """A page of locations."""
    found = [ocpi_location(operator, number, skew=skew, other=other) for number in numbers]
    return json.dumps({"status_code": 1000, "data": found, "timestamp": iso(time.time())}).encode()


def irve_static(operator: Operator) -> bytes:
    """The static file of an operator."""
    rows = ["id_pdc_itinerance,coordonneesXY,puissance_nominale,prise_type_2,nom_operateur"]
    rows += [f'{operator.evse(number)},"[{7.6 + number % 100 / 500}, {48.5 + number // 100 / 500}]",22,true,Irve'
             for number in range(operator.count)]
    return "\n".join(rows).encode()


def irve_dynamic(operator: Operator, numbers: list[int], *, skew: float, other: bool) -> bytes:
    """The dynamic file of an operator."""
    rows = ["id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage"]
    for number in numbers:
        state, use = IRVE[operator.statuses[number]]
        rows.append(f"{operator.evse(number)}{'X' if other else ''},{state},{use},{iso(operator.since[number] + skew)}")
    return "\n".join(rows).encode()


def application(operators: dict[str, Operator], faults: Faults) -> Starlette:
    """The servers of all operators that are asked."""
    def some(operator: Operator, gone: float) -> list[int]:
        return list(range(int(operator.count * (1 - gone))))

    async def table(request: Request) -> Response:
        operator = operators[request.path_params["name"]]
        return Response(irve_static(operator) if operator.name == "irve" else datex_table(operator))

    async def status(request: Request) -> Response:
        """DATEX II: a snapshot at first, then what changed since `If-Modified-Since`; IRVE: all."""
        operator = operators[request.path_params["name"]]
        if operator.name == "irve":
            return faults.answer("irve", lambda gone, other, skew: irve_dynamic(
                operator, some(operator, gone), skew=skew, other=other))
        since, now = request.headers.get("if-none-match"), time.time()
        changed = [number for number, at in operator.since.items() if since is None or at >= float(since.strip('"')) - 0.5]
        if since is not None and not changed:
            return Response(status_code=304)
        answer = faults.answer("datex", lambda gone, other, skew: datex_statuses(
            operator, changed if since else some(operator, gone), delta=since is not None, skew=skew, other=other))
        if answer.status_code == 200 and not faults.on:
            answer.headers["ETag"], answer.headers["Last-Modified"] = f'"{now}"', formatdate(now, usegmt=True)
        return answer

    async def locations(request: Request) -> Response:
        operator = operators["ocpi"]
        since = request.query_params.get("date_from")
        after = 0.0 if since is None else datetime.fromisoformat(since).timestamp()
        return faults.answer("ocpi", lambda gone, other, skew: ocpi_locations(
            operator, [number for number in some(operator, gone) if operator.since[number] >= after], skew=skew, other=other))

    return Starlette(routes=[Route("/{name}/table", table), Route("/{name}/status", status), Route("/ocpi/locations", locations)])
