"""A station as a Location of OCPI 2.2.1, its points as EVSEs, their plugs as connectors."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from wirelane_geo.model import AuthenticationType, ChargingType, Conditions, OfferedPoint, PlugType, Status
from wirelane_geo.places.countries import alpha_3
from wirelane_geo.publish._datex_offer import power_is_its
from wirelane_geo.publish._datex_words import DIRECT
from wirelane_geo.publish._hours import Hours, Span, hours
from wirelane_geo.publish._names import Names
from wirelane_geo.publish._ocpi_prices import offers
from wirelane_geo.publish._publisher import Publisher
from wirelane_geo.publish._shared import common, shared_place
from wirelane_geo.publish.selection import Station

Object = dict[str, Any]

STATUS = {Status.FREE: "AVAILABLE", Status.IN_USE: "CHARGING", Status.RESERVED: "RESERVED", Status.FAULTED: "OUTOFORDER",
          Status.UNAVAILABLE: "INOPERATIVE", Status.CLOSED: "REMOVED", Status.UNKNOWN: "UNKNOWN"}
STANDARD = {
    PlugType.TYPE_1: ("IEC_62196_T1", "SOCKET"), PlugType.TYPE_1_ATCH: ("IEC_62196_T1", "CABLE"),
    PlugType.TYPE_2: ("IEC_62196_T2", "SOCKET"), PlugType.TYPE_2_ATCH: ("IEC_62196_T2", "CABLE"),
    PlugType.TYPE_3: ("IEC_62196_T3C", "SOCKET"), PlugType.TYPE_3_ATCH: ("IEC_62196_T3C", "CABLE"),
    PlugType.CHADEMO: ("CHADEMO", "CABLE"), PlugType.CCS: ("IEC_62196_T2_COMBO", "CABLE"),
    PlugType.SCHUKO: ("DOMESTIC_F", "SOCKET"),
}
"""OCPI has no word for a plug that isn't known."""
CAPABILITY = {AuthenticationType.card: "RFID_READER", AuthenticationType.remote: "REMOTE_START_STOP_CAPABLE",
              AuthenticationType.nfc_terminal: "CONTACTLESS_CARD_SUPPORT"}
RESTRICTIONS = ("EV_ONLY", "PLUGGED", "DISABLED", "CUSTOMERS", "MOTORCYCLES")
ONE_PHASE_KW = 7.4
"""An AC connector of more than this has three phases."""
NOT_KNOWN = 0
"""Volts and amperes that aren't known: OCPI wants a number."""
NEVER = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The end of what has none: OCPI wants one."""
LONGEST_REFERENCE = 16


def location(station: Station, names: Names, publisher: Publisher, today: date) -> Object:
    """A Location; what isn't known is left out, but for what OCPI wants all the same."""
    points = station.points
    first = shared_place(points)
    country, party = publisher.party_of(points[0])
    found: Object = {
        "country_code": country, "party_id": party, "id": station.name, "publish": True,
        "address": " ".join(filter(None, (first.street, first.house_number))), "city": first.city or "",
        "country": alpha_3(first.country) or "", "coordinates": _coordinates(first),
        "time_zone": first.timezone or points[0].timezone or "",
        "evses": [evse(point, names, publisher.language(point)) for point in points],
        "last_updated": moment(max(_updated(point) for point in points))}
    if first.zip_code:
        found["postal_code"] = first.zip_code
    if cpo := common(points, lambda point: point.cpo):
        found["operator"] = {"name": cpo}
    if brand := common(points, lambda point: point.charging_provider):
        found["suboperator"] = {"name": brand}
    if opening := common(points, lambda point: hours(point, today)):
        found["opening_times"] = _opening_times(opening)
    if (green := common(points, lambda point: (point.conditions or Conditions()).green)) is not None:
        found["energy_mix"] = {"is_green_energy": green}
    return found


def evse(point: OfferedPoint, names: Names, language: str) -> Object:
    """An EVSE; `language` is that of its tariffs."""
    tariffs = [offer["id"] for offer in offers(point, language)]
    found: Object = {"uid": names.of_point(point), "status": STATUS[point.status],
                     "connectors": [one | {"tariff_ids": tariffs} if tariffs else one for one in connectors(point)],
                     "coordinates": _coordinates(point), "last_updated": moment(_said(point))}
    if point.evseid:
        found["evse_id"] = point.evseid
    able = [CAPABILITY[one] for one in point.authentication_types if one in CAPABILITY]
    if able or point.reservable:
        found["capabilities"] = [*(["RESERVABLE"] if point.reservable else []), *able]
    if point.display_id:
        found["physical_reference"] = point.display_id[:LONGEST_REFERENCE]
    said = (point.conditions or Conditions()).access or ""
    if restricted := [word for one in said.split(", ") if (word := one.strip().replace(" ", "_").upper()) in RESTRICTIONS]:
        found["parking_restrictions"] = restricted
    return found


def connectors(point: OfferedPoint) -> list[Object]:
    """A point's plugs, but for what OCPI has no word for."""
    return [_connector(point, plug, str(number)) for number, plug in enumerate(point.plug_types, 1) if plug in STANDARD]


def _connector(point: OfferedPoint, plug: PlugType, id: str) -> Object:
    standard, form = STANDARD[plug]
    its_own = point.power is not None and power_is_its(point, plug)
    found: Object = {"id": id, "standard": standard, "format": form, "power_type": _power_type(point, plug, its_own=its_own),
                     "max_voltage": point.voltage or NOT_KNOWN if its_own else NOT_KNOWN,
                     "max_amperage": point.current or NOT_KNOWN if its_own else NOT_KNOWN,
                     "last_updated": moment(_said(point))}
    if its_own:
        found["max_electric_power"] = round((point.power or 0.0) * 1_000)
    return found


def _power_type(point: OfferedPoint, plug: PlugType, *, its_own: bool) -> str:
    if plug in DIRECT or (its_own and point.charging_type is ChargingType.DC):
        return "DC"
    return "AC_3_PHASE" if its_own and (point.power or 0.0) > ONE_PHASE_KW else "AC_1_PHASE"


def _coordinates(point: OfferedPoint) -> Object:
    return {"latitude": f"{point.latitude:.7f}", "longitude": f"{point.longitude:.7f}"}


def _updated(point: OfferedPoint) -> datetime:
    return point.update_date or point.creation_date or datetime(2000, 1, 1, tzinfo=UTC)


def _said(point: OfferedPoint) -> datetime:
    """An EVSE's date is what its status is judged by."""
    return point.status_date or _updated(point)


def moment(at: datetime) -> str:
    """OCPI's DateTime: UTC, to the millisecond where it isn't a whole second."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}{f'.{at.microsecond // 1_000:03}' if at.microsecond >= 1_000 else ''}Z"


def _opening_times(opening: Hours) -> Object:
    found: Object = {"twentyfourseven": True} if opening.always else {"twentyfourseven": False, "regular_hours": [
        {"weekday": day, "period_begin": begin, "period_end": end} for day, begin, end in _regular(opening.week)]}
    for name, spans in (("exceptional_closings", opening.closings), ("exceptional_openings", opening.openings)):
        if spans:
            found[name] = _exceptions(spans)
    return found


def _regular(week: list[list[list[str]]]) -> Iterator[tuple[int, str, str]]:
    """Day (1 is Monday), begin and end. OCPI has an end behind its begin: a night is told in two, and midnight as 23:59."""
    for day, pairs in enumerate(week, 1):
        for begin, end in pairs:
            if begin < end:
                yield day, begin, end
                continue
            yield day, begin, "23:59"
            if end != "00:00":
                yield day % 7 + 1, "00:00", end


def _exceptions(spans: Sequence[Span]) -> list[Object]:
    return [{"period_begin": moment(begin), "period_end": moment(NEVER if end is None else end)} for begin, end in spans]
