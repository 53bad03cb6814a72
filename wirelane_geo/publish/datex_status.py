"""The statuses as DATEX II's EnergyInfrastructureStatusPublication, AFIR profile 01-00-00, in JSON, station by station."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from wirelane_geo.model import ChargePoint, OfferedPoint
from wirelane_geo.publish._datex_words import STATUS, Object, term
from wirelane_geo.publish._names import Names
from wirelane_geo.publish._publisher import Publisher
from wirelane_geo.publish.datex_table import PROFILE, moment, publication, site_name
from wirelane_geo.publish.selection import Station

_encode = msgspec.json.Encoder().encode


def head(publisher: Publisher, table: str, first: ChargePoint | None, at: datetime, *, demo: bool) -> bytes:
    """What stands before the statuses; see `datex_table.head`."""
    inside = {**publication(publisher, first, at, demo=demo),
              "tableReference": [{"targetClass": "EnergyInfrastructureTable", "idG": table}],
              "energyInfrastructureSiteStatus": []}
    text: bytes = _encode({"messageContainer": {"payload": [{**PROFILE, "aegiEnergyInfrastructureStatusPublication": inside}]}})
    return text.removesuffix(b"]}}]}}")


def tail(publisher: Publisher, first: ChargePoint | None, at: datetime, *, delta: bool) -> bytes:
    """What stands behind them: whether it was all of them, or what changed."""
    context = {"codedExchangeProtocol": term("deltaPull" if delta else "snapshotPull"), "exchangeSpecificationVersion": "3.0",
               "supplierOrCisRequester": {"internationalIdentifier": {
                   "country": publisher.country(first), "nationalIdentifier": publisher.identifier(first)}}}
    said = _encode({"exchangeContext": context, "dynamicInformation": {
        "exchangeStatus": term("online"), "messageGenerationTimestamp": moment(at)}})
    return b']}}],"exchangeInformation":%b}}' % said


def statuses(stations: Iterable[Station], names: Names) -> Iterator[bytes]:
    """The statuses of each station, the comma before it where it isn't the first."""
    for number, station in enumerate(stations):
        yield (b"," if number else b"") + _encode(_of_station(station, names))


def _of_station(station: Station, names: Names) -> Object:
    points = [{"aegiElectricChargingPointStatus": _of_point(point, names)} for point in station.points]
    return {"reference": _reference(site_name(station.name)), "energyInfrastructureStationStatus": [
        {"reference": _reference(station.name), "refillPointStatus": points}]}


def _of_point(point: OfferedPoint, names: Names) -> Object:
    found: Object = {"reference": _reference(names.of_point(point)), "status": term(STATUS[point.status])}
    if (at := point.status_date or point.update_date) is not None:
        found["lastUpdated"] = moment(at)
    return found


def _reference(name: str) -> Object:
    return {"targetClass": "FacilityObject", "idG": name}
