"""What a point offers, at what price and to whom, in DATEX II's words."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from wirelane_geo.model import ChargePoint, ChargingType, Conditions, OfferedPoint, PlugType, Price
from wirelane_geo.publish._datex_words import CONNECTOR, DIRECT, PRICE, USERS, VEHICLES, Object, term

WATTS, MINUTES = 1_000, 60
NOT_KNOWN_W = 0
"""What a connector's power is said to be where it isn't known: the profile wants a number."""


def current_of(point: ChargePoint) -> str | None:
    """"ac" or "dc": as said, else as the plugs have it; None where neither is known."""
    if point.charging_type is not None:
        return point.charging_type.lower()
    kinds = {plug in DIRECT for plug in point.plug_types if plug is not PlugType.UNKNOWN}
    return None if len(kinds) != 1 else "dc" if kinds.pop() else "ac"


def connectors(point: ChargePoint) -> list[Object]:
    """A point's plugs. Its power is that of the plugs that carry its kind of current; nobody has said what the others have."""
    return [_connector(point, plug) for plug in point.plug_types or (PlugType.UNKNOWN,)]


def power_is_its(point: ChargePoint, plug: PlugType) -> bool:
    """Whether the point's power can be that of one of its plugs."""
    if plug is PlugType.UNKNOWN or point.charging_type is None:
        return True
    kind = ChargingType.DC if plug in DIRECT else ChargingType.AC
    return kind is point.charging_type or not any((other in DIRECT) != (plug in DIRECT) for other in point.plug_types
                                                  if other is not PlugType.UNKNOWN)


def _connector(point: ChargePoint, plug: PlugType) -> Object:
    kind, form = CONNECTOR[plug]
    found: Object = {"connectorType": term(kind)}
    if plug is PlugType.UNKNOWN:
        found["otherConnector"] = "unknown"
    if form is not None:
        found["connectorFormat"] = term(form)
    known = point.power is not None and power_is_its(point, plug)
    found["maxPowerAtSocket"] = round((point.power or 0.0) * WATTS, 3) if known else NOT_KNOWN_W
    if known and point.voltage is not None and point.voltage > 0:
        found["voltage"] = point.voltage
    if known and point.current is not None and point.current > 0:
        found["maximumCurrent"] = point.current
    return found


def energy(point: OfferedPoint) -> list[Object]:
    """Prices and the kind of energy; none where nothing is known."""
    said = point.conditions or Conditions()
    found: list[Object] = []
    if said.green is not None:
        found.append({"isGreenEnergy": said.green})
    rates = list(_rates(point, said))
    if rates:
        found.append({"energyRate": rates})
    return found


def _rates(point: OfferedPoint, said: Conditions) -> Iterator[Object]:
    """A rate for each currency and way to pay."""
    kept: dict[tuple[str, bool | None], list[Object]] = {}
    for price in said.prices:
        if told(price):
            one: Object = {"priceType": term(PRICE[price.per]), "value": _value(price)}
            kept.setdefault((price.currency or "", price.adhoc), []).append(
                one if price.tax is None else {**one, "taxIncluded": price.tax})
    if said.free:
        kept.setdefault(("EUR", None), []).append({"priceType": term("free"), "value": 0})
    since = point.creation_date or datetime(2000, 1, 1, tzinfo=UTC)
    for (currency, adhoc), prices in kept.items():
        policy = term("unknown", frozenset()) if adhoc is None else term("adHoc" if adhoc else "contract")
        yield {"idG": f"rate:{point.id}:{currency}:{policy['value']}", "ratePolicy": policy,
               "lastUpdated": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
               "applicableCurrency": [currency], "energyPrice": prices}


def told(price: Price) -> bool:
    """Whether a price can be told: when one that holds only at times does isn't known here, the profile has no word for parking,
    and an hour is told by the minute, where that is the same price."""
    same = price.per != "hour" or math.isclose(_value(price) * MINUTES, price.amount)
    return price.per in PRICE and same and not price.limited and price.currency is not None and len(price.currency) == 3


def _value(price: Price) -> float:
    return round(price.amount / MINUTES, 4) if price.per == "hour" else price.amount


def users(said: Conditions) -> list[Object]:
    """For whom it is; none where nobody has said so."""
    if said.public is None:
        return []
    if said.public:
        return [term("allUsers")]
    words = [word.strip() for word in (said.access or "").split(", ") if word.strip()]
    return [term(word, USERS) for word in words or ["other"]]


def vehicles(said: Conditions) -> list[Object]:
    """For which vehicles; none where nobody has said so."""
    return [{"vehicleType": [term(kind, VEHICLES) for kind in said.vehicles]}] if said.vehicles else []


def accessibility(said: Conditions) -> list[Object]:
    """Whether it can be used from a wheelchair; none where that isn't known."""
    return [] if said.wheelchair is None else [term("wheelChairAccessible" if said.wheelchair else "none")]
