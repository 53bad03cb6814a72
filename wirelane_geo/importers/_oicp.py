"""OICP EVSEData and EVSEStatuses, as the Swiss open data have them: an EVSE becomes a charge point, a status a report."""

from collections.abc import Iterator
from typing import Any

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._connectors import CURRENTS
from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._encoding import INSTEAD
from wirelane_geo.importers._fields import flag, said, text, word
from wirelane_geo.importers._identity import folded, point_id
from wirelane_geo.importers._json_text import JsonText
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers._ocpi_hours import Hours, of_known, of_text
from wirelane_geo.importers._power import AMPERES, KILOWATTS, VOLTS, Kind, kilowatts, within
from wirelane_geo.importers._reader import NotAPoint, Reject, Row
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.importers.source import Source
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    OpeningHours,
    PlugType,
    Status,
    StatusReport,
    opening_hours,
    with_conditions,
)
from wirelane_geo.model.evse_ids import cpo_of, evse_key
from wirelane_geo.places.countries import alpha_2

ORIGIN = "oicp"

Object = dict[str, Any]

PLUGS = {
    "TYPE1CONNECTORCABLEATTACHED": PlugType.TYPE_1_ATCH, "TYPE2OUTLET": PlugType.TYPE_2,
    "TYPE2CONNECTORCABLEATTACHED": PlugType.TYPE_2_ATCH, "TYPE3OUTLET": PlugType.TYPE_3,
    "CCSCOMBO1PLUGCABLEATTACHED": PlugType.CCS, "CCSCOMBO2PLUGCABLEATTACHED": PlugType.CCS, "CHADEMO": PlugType.CHADEMO,
    "TYPEFSCHUKO": PlugType.SCHUKO, "TYPEEFRENCHSTANDARD": PlugType.SCHUKO,
}
"""Every other plug is UNKNOWN to the Wirelane API, and noted."""
AUTHENTICATION = {
    "NFCRFIDCLASSIC": AuthenticationType.card, "NFCRFIDDESFIRE": AuthenticationType.card, "REMOTE": AuthenticationType.remote,
    "DIRECTPAYMENT": AuthenticationType.direct, "NOAUTHENTICATIONREQUIRED": AuthenticationType.direct,
}
_DAYS: dict[str, tuple[int, ...]] = {"EVERYDAY": tuple(range(7)), "WORKDAYS": tuple(range(5)), "WEEKEND": (5, 6)} | {
    day.upper(): (number,) for number, day in enumerate(opening_hours.WEEKDAYS)}
_FIELDS = frozenset(("address", "chargingstationnames", "plugs", "chargingfacilities", "authenticationmodes", "geocoordinates",
                     "paymentoptions", "valueaddedservices", "openingtimes", "energysource", "environmentalimpact",
                     "geochargingpointentrance", "additionalinfo", "chargingmodes"))
"""Of a record that stands in a list of its own, without a name around it."""
_OF_RECORDS = _FIELDS | {"evsestatus"}
_SPELLED = """
    EvseID EVSEStatus Address GeoCoordinates Plugs ChargingFacilities OperatorName OperatorID ChargingPoolID ChargingStationId
    SuboperatorName AuthenticationModes ValueAddedServices HotlinePhoneNumber lastUpdate deltaType IsOpen24Hours OpeningTimes
    Accessibility PaymentOptions RenewableEnergy Country City Street HouseNum PostalCode"""
_NAMES = {name.lower(): name for name in _SPELLED.split()}
"""Names as they are read here; Hubject's JSON has EvseStatus for EVSEStatus, others have evseId."""
_OF_STATUS = ("operator", "EvseID", "EVSEStatus", "deltaType")
_DIRECT = (PlugType.CCS, PlugType.CHADEMO)
_RECORDS = ("evsedatarecord", "evsestatusrecord")


def rows(source: Source) -> Iterator[Row | Reject | Note]:
    """Each record, with the operator that it stands under. What an operator is called may stand behind its records: then the file
    is read twice."""
    operators: list[Object] = []
    if b'"evsedatarecord"' in source.head.lower():
        with source.again() as first:
            operators = [value for kind, value in _walk(JsonText(first)) if kind == "operator"]
    text_of, told, number, group = JsonText(source), False, 0, 0
    for kind, value in _walk(text_of):
        if text_of.odd and not told:
            told = True
            yield Note(None, None, "", INSTEAD)
        if kind == "operator":
            group += 1
            continue
        number += 1
        if isinstance(value, dict):
            fields = {"operator": operators[group] if group < len(operators) else {}, **_named(value)}
            yield Row(number, value, fields)
            if "EVSEStatus" in fields and "GeoCoordinates" in fields:  # some have both in one record
                yield Row(number, value, {name: fields[name] for name in _OF_STATUS if name in fields})
        else:
            yield Reject(number, None, "a value of the wrong kind", "a record that isn't an object", value)


def _walk(text_of: JsonText, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """("record", …) for each record, and ("operator", …) with the other fields of an object that had some, after them."""
    sign = text_of.peek()
    if sign == "[" and depth < 8:
        for _ in text_of.elements():
            yield from _walk(text_of, depth + 1)
    elif sign == "{" and depth < 8:
        yield from _of_object(text_of, depth)
    elif sign:
        text_of.value()


def _of_object(text_of: JsonText, depth: int) -> Iterator[tuple[str, Any]]:
    rest: Object = {}
    had = False
    for key in text_of.keys():  # noqa: SIM118 - of a text, not of a dictionary
        name, sign = word(key).lower(), text_of.peek()
        if name in _RECORDS and sign == "[":
            had = True
            for _ in text_of.elements():
                yield "record", text_of.value()
        elif name in _RECORDS:
            had = True
            yield "record", text_of.value()
        elif sign in ("[", "{") and name not in _FIELDS:
            yield from _walk(text_of, depth + 1)
        else:
            rest[key] = text_of.value()
    names = {name.lower() for name in rest}
    if "evseid" in names or (not had and names & _OF_RECORDS):  # one without an id is to be told
        yield "record", rest
    elif had:
        yield "operator", {word(name).lower(): value for name, value in rest.items()}


def _named(given: Object) -> Object:
    return {_NAMES.get(name.lower(), name): value for name, value in given.items()}


def _many(given: Any) -> list[Any]:
    """A list; of what stands without one around it, that alone."""
    return given if isinstance(given, list) else [] if given is None or given == "" else [given]


def _deleted(row: Object) -> bool:
    """Whether a record of changes says that there is no such EVSE any more."""
    return word(row.get("deltaType")) == "DELETE"


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    return str(row.get("EvseID") or "") or None


def read(row: Object, notes: Notes, *, feed: str) -> ChargePoint | StatusReport:
    """The charge point, or the report where it is a status. `feed` is what the file is called."""
    evseid = text(row.get("EvseID"), "EvseID", notes)
    if evseid is None:
        raise NotAPoint("no identifier")
    if "EVSEStatus" in row and "GeoCoordinates" not in row:
        if _deleted(row):
            notes.add("a status that was deleted, UNKNOWN", "deltaType", row["EVSEStatus"])
            return StatusReport(evseid, Status.UNKNOWN, None)
        return StatusReport(evseid, status_of(row["EVSEStatus"], "EVSEStatus", notes),
                            recorded(row.get("lastUpdate"), "lastUpdate", notes))
    return _point(row, evseid, notes, feed)


def _point(row: Object, evseid: str, notes: Notes, feed: str) -> ChargePoint:
    address = _named(row["Address"]) if isinstance(row.get("Address"), dict) else {}
    if _deleted(row):
        notes.add("an EVSE that was deleted, CLOSED", "deltaType")
    country = alpha_2(address.get("Country")) or alpha_2(evseid[:2])
    lon, lat = _position_of(row.get("GeoCoordinates"), country, notes)
    plugs = _plugs(row.get("Plugs"), notes)
    current, power, volts, amperes = _facility(row.get("ChargingFacilities"), plugs, notes)
    opening = _hours(row, notes)
    street, number = text(address.get("Street"), "Street", notes), text(address.get("HouseNum"), "HouseNum", notes)
    if number is None:
        street, number = _address.street_and_number(street)
    operator = row["operator"].get("operatorname") or row.get("OperatorName")
    cpo = text(operator, "OperatorName", notes)
    whose = cpo_of(evseid) or folded(str(row["operator"].get("operatorid") or "")) or feed
    return with_conditions(ChargePoint(
        charge_point_id=evseid,
        id=point_id(ORIGIN, whose, "evse", evse_key(evseid)),
        charging_station_id=text(row.get("ChargingPoolID") or row.get("ChargingStationId"), "ChargingStationId", notes),
        evseid=evseid,
        cpo=cpo,
        charging_provider=text(row.get("SuboperatorName"), "SuboperatorName", notes),
        plug_types=plugs,
        charging_type=current,
        power=power,
        voltage=volts,
        current=amperes,
        authentication_types=_authentication(row.get("AuthenticationModes")),
        reservable=_reservable(row.get("ValueAddedServices")),
        status=Status.CLOSED if _deleted(row) else Status.UNKNOWN,
        country=country,
        city=_address.city_name(text(address.get("City"), "City", notes)),
        zip_code=text(address.get("PostalCode"), "PostalCode", notes),
        street=street,
        house_number=number,
        opening_hours=opening.text,
        availability=opening.known,
        timezone=timezone(None, lon, lat, country, notes),
        service_hotline=text(row.get("HotlinePhoneNumber"), "HotlinePhoneNumber", notes),
        longitude=lon,
        latitude=lat,
        update_date=recorded(row.get("lastUpdate"), "lastUpdate", notes),
    ), _conditions(row, notes))


def _position_of(given: Any, country: str | None, notes: Notes) -> tuple[float, float]:
    """Of "Google": "lat lon", or of numbers or degrees, minutes and seconds by their names."""
    pair: tuple[Any, Any] = (None, None)
    if isinstance(given, str):
        given = {"Google": given}
    if isinstance(given, dict):
        plain = {word(name).lower(): value for name, value in given.items()}
        inside = next((found for name in ("decimaldegree", "degreeminuteseconds") if isinstance(found := plain.get(name), dict)),
                      plain)
        if isinstance(google := plain.get("google"), dict):
            google = next(iter(google.values()), None)
        if isinstance(google, str):
            found = _position.pair(google)
            pair = pair if found is None else (found[1], found[0])
        elif isinstance(inside, dict):
            named = {word(name).lower(): value for name, value in inside.items()}
            pair = named.get("longitude"), named.get("latitude")
    lon, lat = map(_position.degrees, pair)
    if lon is None or lat is None:
        raise NotAPoint("coordinates can't be read" if given else "no coordinates", str(given or "")[:200])
    return _position.placed((lon, lat), country, "GeoCoordinates", given, notes)


def _plugs(given: Any, notes: Notes) -> tuple[PlugType, ...]:
    found = set()
    for name in _many(given):
        plug = PLUGS.get(word(name), PlugType.UNKNOWN)
        if plug is PlugType.UNKNOWN:
            notes.add(f"plug {str(name)[:40]}, kept as an unknown one", "Plugs", name)
        found.add(plug)
    if not found:
        notes.add("no plug given, kept with an unknown one", "Plugs")
    return tuple(sorted(found or {PlugType.UNKNOWN}, key=lambda plug: plug.number))


def _facility(given: Any, plugs: tuple[PlugType, ...],
              notes: Notes) -> tuple[ChargingType | None, float | None, int | None, int | None]:
    """Kind of current, kW, V and A of the strongest of the charging facilities."""
    direct = any(plug in _DIRECT for plug in plugs)
    current: ChargingType | None = ChargingType.DC if direct else None if PlugType.UNKNOWN in plugs else ChargingType.AC
    best: tuple[ChargingType | None, float | None, int | None, int | None] = (current, None, None, None)
    for one in _many(given):
        if not isinstance(one, dict):
            notes.add("a charging facility that isn't an object, left out", "ChargingFacilities", one)
            continue
        fields = {word(name).lower(): value for name, value in one.items()}
        stated = CURRENTS.get(word(fields.get("powertype"))) or current
        kind = Kind.DC if stated is ChargingType.DC else Kind.AC if stated is ChargingType.AC else Kind.UNKNOWN
        power = kilowatts(fields.get("power"), KILOWATTS, kind, "power", notes)
        volts = within(fields.get("voltage"), VOLTS, "v", "Voltage", notes)
        amperes = within(fields.get("amperage"), AMPERES, "a", "Amperage", notes)
        if power is not None and power > (best[1] or 0):
            best = (stated, power, None if volts is None else round(volts), None if amperes is None else round(amperes))
    return best


def _authentication(given: Any) -> tuple[AuthenticationType, ...]:
    known = (AUTHENTICATION.get(word(mode)) for mode in _many(given))
    return tuple(sorted({mode for mode in known if mode is not None}, key=lambda term: term.number))


def _reservable(given: Any) -> bool | None:
    services = [word(service) for service in _many(given)]
    return "RESERVATION" in services if services else None


def _hours(row: Object, notes: Notes) -> Hours:
    if flag(row.get("IsOpen24Hours")):
        return of_known(OpeningHours(open247=True))
    given = row.get("OpeningTimes")
    if isinstance(given, str):
        return of_text(given, "OpeningTimes", notes)
    given = _many(given)
    if not given:
        return Hours()
    week: list[list[tuple[int, int]]] = [[] for _ in opening_hours.WEEKDAYS]
    for one in given:
        periods = one.get("Period") if isinstance(one, dict) else None
        days = _DAYS.get(word(one.get("on")), ()) if isinstance(one, dict) else ()
        spans = [opening_hours.minutes(str(period.get("begin")), str(period.get("end")))
                 for period in _many(periods) if isinstance(period, dict)]
        if not days or not spans or None in spans:
            notes.add("opening hours can't be read, left out", "OpeningTimes", given)
            return Hours()
        for day in days:
            week[day].extend(span for span in spans if span is not None)
    return of_known(opening_hours.of_week(week))


def _conditions(row: Object, notes: Notes) -> Conditions:
    access = text(row.get("Accessibility"), "Accessibility", notes)
    known = word(access)
    public = True if known.endswith("PUBLICLYACCESSIBLE") else False if known in ("RESTRICTEDACCESS", "TESTSTATION") else None
    options = {word(one) for one in row["PaymentOptions"]} if isinstance(row.get("PaymentOptions"), list) else set()
    free = known == "FREEPUBLICLYACCESSIBLE" or options == {"NOPAYMENT"}
    return Conditions(free=True if free else None, public=public, access=access if public is not True else None,
                      adhoc=True if "DIRECT" in options else False if options == {"CONTRACT"} else None,
                      green=said(row.get("RenewableEnergy"), "RenewableEnergy", notes))
