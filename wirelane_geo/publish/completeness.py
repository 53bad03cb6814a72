"""What a network doesn't know that the regulation wants to be published, in words for whoever runs it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from wirelane_geo.model import Conditions, OfferedPoint, PlugType, Status
from wirelane_geo.publish._datex_offer import current_of, told
from wirelane_geo.publish._hours import hours
from wirelane_geo.publish.selection import Station

MOST_NAMED = 3
"""Points that are named for each thing."""


@dataclass(frozen=True)
class Need:
    """Something that is to be published of each point: what it is called, whether a point has it, and what it is."""

    name: str
    known: Callable[[OfferedPoint], bool]
    advice: str


@dataclass
class Shortfall:
    """How many points lack something, and the first of them."""

    need: Need
    points: int = 0
    named: list[str] = field(default_factory=list)


def _conditions(point: OfferedPoint) -> Conditions:
    return point.conditions or Conditions()


def _priced(point: OfferedPoint) -> bool:
    said = _conditions(point)
    return bool(said.free) or any(told(price) and price.adhoc is not False for price in said.prices)


def needs(today: date) -> tuple[Need, ...]:
    """Everything that is looked for; hours are those from a date on."""
    return (
        Need("EVSE ID", lambda point: bool(point.evseid),
             "an id such as DE*ABC*E1234; an ID registration office gives you its first part"),
        Need("operator", lambda point: bool(point.cpo), "whose it is: nom_operateur in IRVE, operator in OCPI and DATEX II"),
        Need("hotline", lambda point: bool(point.service_hotline), "whom a driver calls: telephone_operateur in IRVE"),
        Need("address", lambda point: bool(point.street and point.zip_code and point.city and point.country),
             "street, postcode, city and country"),
        Need("opening hours", lambda point: hours(point, today) is not None,
             "24/7, or hours for each day of the week: horaires in IRVE"),
        Need("plug", lambda point: any(plug is not PlugType.UNKNOWN for plug in point.plug_types),
             "which connectors it has: published as another one that nobody knows"),
        Need("power", lambda point: bool(point.power), "how many kW: published as 0 W"),
        Need("current", lambda point: current_of(point) is not None, "AC or DC: published as unknown"),
        Need("payment", lambda point: bool(point.authentication_types), "how to sign in or pay: card, app, terminal, directly"),
        Need("price", _priced, "what it costs without a contract, or that it is free, by the kWh, the minute or the session"),
        Need("energy", lambda point: _conditions(point).green is not None, "whether its electricity is all renewable"),
        Need("access", lambda point: _conditions(point).public is not None, "whether anybody may use it"),
        Need("status", lambda point: point.status is not Status.UNKNOWN,
             "whether it is free: a live feed, the API or OCPI says it"),
    )


def missing(stations: Iterable[Station], today: date, name_of: Callable[[OfferedPoint], str]) -> tuple[int, list[Shortfall]]:
    """How many points there are, and what of them is missing, each thing in turn; name_of: what a point is called."""
    found, count = [Shortfall(each) for each in needs(today)], 0
    for station in stations:
        for point in station.points:
            count += 1
            for each in found:
                if not each.need.known(point):
                    each.points += 1
                    if len(each.named) < MOST_NAMED:
                        each.named.append(name_of(point))
    return count, found
