"""The points as DATEX II's EnergyInfrastructureTablePublication, AFIR profile 01-00-00, in JSON, station by station."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from uuid import NAMESPACE_URL, uuid5

import msgspec

from wirelane_geo.model import ChargePoint, ChargingType, Conditions, OfferedPoint
from wirelane_geo.publish import _datex_offer as offer
from wirelane_geo.publish import _datex_place as place
from wirelane_geo.publish._datex_words import AUTHENTICATION, Object, identifier, term, texts
from wirelane_geo.publish._names import Names
from wirelane_geo.publish._publisher import Publisher
from wirelane_geo.publish._shared import common, shared_place
from wirelane_geo.publish.selection import Station

PROFILE: Object = {"modelBaseVersionG": "3", "profileNameG": "AFIR Energy Infrastructure", "profileVersionG": "01-00-00"}

_encode = msgspec.json.Encoder().encode


def head(publisher: Publisher, table: str, first: ChargePoint, at: datetime, *, demo: bool) -> bytes:
    """What stands before the sites. `table`: see `table_id`; first: the first point; at: the time of the publication (aware)."""
    inside = {**publication(publisher, first, at, demo=demo), "energyInfrastructureTable": []}
    text: bytes = _encode({"payload": {**PROFILE, "aegiEnergyInfrastructureTablePublication": inside}})
    begin = _encode({"idG": table, "versionG": moment(at), "energyInfrastructureSite": []})
    return text.removesuffix(b"]}}}") + begin.removesuffix(b"]}")


TAIL = b"]}]}}}"
"""What stands behind the sites."""


def sites(stations: Iterable[Station], names: Names, lang: str, today: date) -> Iterator[bytes]:
    """Each station as a site with one station, the comma before it where it isn't the first."""
    for number, station in enumerate(stations):
        yield (b"," if number else b"") + bytes(_site(station, names, lang, today))


def publication(publisher: Publisher, first: ChargePoint | None, at: datetime, *, demo: bool) -> Object:
    """What every publication says of itself. Made-up points are a test."""
    return {"lang": publisher.language(first), "publicationTime": moment(at),
            "publicationCreator": {"country": publisher.country(first), "nationalIdentifier": publisher.identifier(first)},
            "headerInformation": {"confidentiality": term("noRestriction"),
                                  "informationStatus": term("test" if demo else "real")}}


def table_id(network: str, link: str) -> str:
    """The table of a network and a filter link: the same in every process, for ever."""
    return str(uuid5(NAMESPACE_URL, f"wirelane-geo:{network}?{link}"))


def site_name(station: str) -> str:
    """What the site of a station is called."""
    return f"site:{station}"


def moment(at: datetime) -> str:
    """A time as the profile has it: UTC, "Z" behind it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def versioned(given: Object) -> msgspec.Raw:
    """An object with a version that is another one whenever something in it is."""
    text = _encode(given)
    return msgspec.Raw(b'{"versionG":"%b",%b' % (blake2b(text, digest_size=5).hexdigest().encode(), text[1:]))


def _site(station: Station, names: Names, lang: str, today: date) -> msgspec.Raw:
    points = station.points
    said = [_said(point, lang, today) for point in points]
    shared = {name: value for name, value in said[0].items() if all(other[name] == value for other in said[1:])}
    same = {name: value for name, value in shared.items() if value is not None}
    where = place.location(shared_place(points), lang)
    found: Object = {"idG": site_name(station.name), **{name: same[name] for name in ("operatingHours", "operator")
                                                       if name in same}, "locationReference": where}
    if brand := common(points, lambda point: point.charging_provider):
        found["brand"] = texts(brand, lang)
    if who := common(points, lambda point: offer.users(point.conditions or Conditions())):
        found["exclusiveUsers"] = who
    own = [{name: value for name, value in one.items() if name not in shared and value is not None} for one in said]
    for point, different in zip(points, own, strict=True):
        if (at := place.location(point, lang)) != where:
            different["locationReference"] = at
    found["energyInfrastructureStation"] = [_station(station, names, lang, {**same, "locationReference": where}, own)]
    return versioned(found)


def _said(point: OfferedPoint, lang: str, today: date) -> dict[str, Object | None]:
    """What is said of a whole station where all its points say the same."""
    return {"operatingHours": place.operating_hours(point, today), "operator": place.operator(point, lang),
            "helpdesk": place.helpdesk(point, lang)}


def _station(station: Station, names: Names, lang: str, same: Object, own: Sequence[Object]) -> msgspec.Raw:
    means = {one: None for point in station.points for one in point.authentication_types}
    found: Object = {"idG": station.name, **same,
                     "totalMaximumPower": round(sum(point.power or 0.0 for point in station.points) * offer.WATTS, 3),
                     "numberOfRefillPoints": len(station.points), "serviceType": [{"serviceType": term("unattended")}]}
    if means:
        found["authenticationAndIdentificationMethods"] = [term(AUTHENTICATION[one]) for one in means]
    found["refillPoint"] = [{"aegiElectricChargingPoint": _point(point, names, lang, different)}
                            for point, different in zip(station.points, own, strict=True)]
    return versioned(found)


def _point(point: OfferedPoint, names: Names, lang: str, different: Object) -> msgspec.Raw:
    said, plugs, current = point.conditions or Conditions(), offer.connectors(point), offer.current_of(point)
    found: Object = {"idG": names.of_point(point), "deliveryUnit": term("kWh"),
                     "currentType": term(current) if current else term("unknown", frozenset()),
                     "numberOfConnectors": len(plugs), "connector": plugs, **different}
    if point.evseid:
        found["externalIdentifier"] = [identifier(point.evseid, "evseId")]
    if point.power is not None:
        found["availableChargingPower"] = [round(point.power * offer.WATTS, 3)]
    if point.charging_type is ChargingType.DC:
        found["chargingMode"] = term("mode4DC")
    if point.reservable is not None:
        found["reservation"] = term("optional" if point.reservable else "notAvailable")
    if point.model:
        found["modelType"] = texts(point.model, lang)
    for name, several in (("applicableForVehicles", offer.vehicles(said)), ("accessibility", offer.accessibility(said)),
                          ("electricEnergy", offer.energy(point))):
        if several:
            found[name] = several
    return versioned(found)
