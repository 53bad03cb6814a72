"""OCPI Locations, 2.1.1 and 2.2.x: a row is an EVSE of a location. Enveloped ({"data": [...]}), or a bare list.

The mapping, field by field, is in docs/import.md; the words are OCPI's own, from the published specifications 2.1.1,
2.2 and 2.2.1, module Locations.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from wirelane_geo.errors import BadFile
from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._connectors import supply
from wirelane_geo.importers._countries import alpha_2
from wirelane_geo.importers._reader import NotAPoint, Notes, Rejected
from wirelane_geo.importers.source import Source
from wirelane_geo.model import AuthenticationType, ChargePoint, OpeningHours, Status, opening_hours
from wirelane_geo.places import gazetteer

Object = dict[str, Any]

STATUSES = {
    "AVAILABLE": Status.FREE,
    "BLOCKED": Status.UNAVAILABLE,
    "CHARGING": Status.IN_USE,
    "INOPERATIVE": Status.UNAVAILABLE,
    "OUTOFORDER": Status.FAULTED,
    "PLANNED": Status.CLOSED,
    "REMOVED": Status.CLOSED,
    "RESERVED": Status.RESERVED,
    "UNKNOWN": Status.UNKNOWN,
}
"""Every status of OCPI. BLOCKED: a car is in the way; INOPERATIVE: out of service, but not broken; PLANNED: not yet."""

CAPABILITIES = {
    "RFID_READER": AuthenticationType.card,
    "REMOTE_START_STOP_CAPABLE": AuthenticationType.remote,
    "CHIP_CARD_SUPPORT": AuthenticationType.nfc_terminal,
    "CONTACTLESS_CARD_SUPPORT": AuthenticationType.nfc_terminal,
    "CREDIT_CARD_PAYABLE": AuthenticationType.nfc_terminal,
    "DEBIT_CARD_PAYABLE": AuthenticationType.nfc_terminal,
    "PED_TERMINAL": AuthenticationType.nfc_terminal,
}


# --- rows ------------------------------------------------------------------------------------------------------------

def locations(content: bytes) -> list[Any]:
    """The locations in a JSON document: of its envelope, of a bare list, or one by itself. Raises ValueError."""
    document = msgspec.json.decode(content)
    inner = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(inner, dict):
        inner = inner.get("locations", [inner])
    if not isinstance(inner, list):
        raise ValueError("no list of locations")
    return inner


def rows(source: Source) -> Iterator[tuple[int, Object] | Rejected]:
    """Each EVSE with its location, numbered through. A location without EVSEs gives nothing: there is no charge point."""
    try:
        found = locations(source.content())
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{source.path} is not valid JSON: {error}. Is it cut off?") from None
    number = 0
    for location in found:
        evses = location.get("evses") if isinstance(location, dict) else None
        if not isinstance(location, dict) or not isinstance(evses or [], list):
            number += 1
            yield Rejected(number, None, "a value of the wrong kind", "a location that isn't an object", location)
            continue
        around = {key: value for key, value in location.items() if key != "evses"}
        for evse in evses or []:
            number += 1
            yield number, {"location": around, "evse": evse}


# --- a point ---------------------------------------------------------------------------------------------------------

def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    evse, location = row["evse"], row["location"]
    return evse.get("evse_id") or f"{location.get('id')}/{evse.get('uid')}"


def point(row: Object, notes: Notes) -> ChargePoint:
    """The charge point of an EVSE."""
    location, evse = row["location"], row["evse"]
    if location.get("publish") is False:
        raise NotAPoint("not to be published", "publish: false")
    country = alpha_2(location.get("country")) or alpha_2(location.get("country_code"))
    lon, lat = _position_of(location, evse, country)
    supplied = supply(evse.get("connectors") or [], notes)
    street, number = _address.street_and_number(location.get("address"))
    available = _availability(location.get("opening_times"))
    label, evseid = _ids(location, evse, notes)
    return ChargePoint(
        charge_point_id=label,
        charging_station_id=_text(location.get("id")),
        evseid=evseid,
        display_id=_text(evse.get("physical_reference")),
        owner=_name(location, "owner", "operator"),
        cpo=_name(location, "operator", "suboperator", "owner"),
        charging_provider=_name(location, "suboperator", "operator"),
        plug_types=supplied.plugs,
        charging_type=supplied.current,
        power=supplied.power_kw,
        voltage=supplied.volts,
        current=supplied.amperes,
        reservable=_reservable(evse),
        authentication_types=_authentication(evse),
        status=_status(evse, notes),
        country=country,
        city=_address.city_name(location.get("city")),
        zip_code=_text(location.get("postal_code")),
        street=street,
        house_number=number,
        opening_hours=opening_hours.text(available) if available else None,
        availability=available,
        timezone=_timezone(_text(location.get("time_zone")), lon, lat, country, notes),
        service_hotline=_text(location.get("help_phone")),
        longitude=lon,
        latitude=lat,
        update_date=_moment(evse.get("last_updated") or location.get("last_updated")),
    )


def _text(value: Any) -> str | None:
    """A text, or a number written as one; None where it is empty."""
    return _address.clean(str(value)) if isinstance(value, str | int | float) else None


def _name(location: Object, *parties: str) -> str | None:
    """The first party of a location that has a name; else the party that published it, as "RU*TBM"."""
    for party in parties:
        if isinstance(given := location.get(party), dict) and (name := _text(given.get("name"))):
            return name
    codes = [_text(location.get(key)) for key in ("country_code", "party_id")]
    return "*".join(code for code in codes if code) or None


def _ids(location: Object, evse: Object, notes: Notes) -> tuple[str, str | None]:
    """Label and EVSE ID. Without an evse_id the EVSE ID is put together from country, party, location and uid; where
    the party isn't known either there is none, and the label carries the location."""
    uid, given = _text(evse.get("uid")) or _text(evse.get("id")), _text(evse.get("evse_id"))
    if uid is None and given is None:
        raise NotAPoint("no identifier")
    if given is not None:
        return uid or given, given
    country, party, place = (_text(location.get(key)) for key in ("country_code", "party_id", "id"))
    if country and party:
        notes["no evse_id, EVSE ID made from country, party, location and uid"] += 1
        return str(uid), f"{country}*{party}*E{place}*{uid}"
    return f"{place}*{uid}", None


def _position_of(location: Object, evse: Object, country: str | None) -> tuple[float, float]:
    """The EVSE's own position where it is good, else the location's."""
    refused = NotAPoint("no coordinates")
    for given in (evse.get("coordinates"), location.get("coordinates")):
        if not given:
            continue
        try:
            lon, lat = float(given["longitude"]), float(given["latitude"])
        except (TypeError, KeyError, ValueError):
            refused = NotAPoint("coordinates can't be read", str(given))
            continue
        try:
            return _position.checked(lon, lat, country)
        except NotAPoint as error:
            refused = error
    raise refused


def _status(evse: Object, notes: Notes) -> Status:
    given = evse.get("status")
    if given not in STATUSES:
        notes[f"status {given}, kept as UNKNOWN"] += 1
    return STATUSES.get(str(given), Status.UNKNOWN)


def _capabilities(evse: Object) -> list[str]:
    return [str(capability) for capability in evse.get("capabilities") or []]


def _reservable(evse: Object) -> bool | None:
    """None where the EVSE lists no capabilities at all."""
    return "RESERVABLE" in _capabilities(evse) if _capabilities(evse) else None


def _authentication(evse: Object) -> tuple[AuthenticationType, ...]:
    means = {CAPABILITIES[capability] for capability in _capabilities(evse) if capability in CAPABILITIES}
    return tuple(sorted(means, key=lambda term: term.number))


def _availability(given: Any) -> OpeningHours | None:
    """OCPI's Hours: weekdays from 1 (Monday) to 7, times of the location; exceptions are moments in UTC."""
    if not isinstance(given, dict):
        return None
    exceptions = {
        kind: [{"begin": begin.isoformat(), "end": end.isoformat()} for begin, end in _periods(given.get(key))]
        for kind, key in (("openings", "exceptional_openings"), ("closings", "exceptional_closings")) if given.get(key)
    }
    if given.get("twentyfourseven"):
        return OpeningHours(open247=True, exceptionalOpenings=exceptions or None)
    if given.get("regular_hours") is None:
        return None
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for entry in given["regular_hours"]:
        span = opening_hours.minutes(entry["period_begin"], entry["period_end"])
        if span is None or not 1 <= int(entry["weekday"]) <= 7:
            raise NotAPoint("opening hours can't be read", str(entry))
        week[int(entry["weekday"]) - 1].append(span)
    return opening_hours.of_week(week, exceptions or None)


def _periods(given: Any) -> list[tuple[datetime, datetime]]:
    moments = [(_moment(entry.get("period_begin")), _moment(entry.get("period_end"))) for entry in given]
    return [(begin, end) for begin, end in moments if begin is not None and end is not None]


@lru_cache(maxsize=100_000)
def _moment(text: str | None) -> datetime | None:
    """A time; OCPI's are UTC, with or without a "Z"."""
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


@cache
def _zones() -> dict[str, str | None]:
    """IANA names by their lower-case self, and by their last part where that is one zone's only ("amsterdam")."""
    zones: dict[str, str | None] = {}
    for name in available_timezones():
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/")):
            short = name.rpartition("/")[2].lower()
            zones[short] = name if short not in zones else None
    return zones | {name.lower(): name for name in available_timezones()}


def _timezone(given: str | None, lon: float, lat: float, country: str | None, notes: Notes) -> str:
    """The zone as given where there is one of that name; repaired where only one can be meant; else by position.

    "UTC" is no place's zone and counts as not given.
    """
    wanted = (given or "").replace(" ", "_").lower()
    if given and wanted not in ("utc", "gmt", "etc/utc"):
        zone = _zones().get(wanted) or (_zones().get(wanted.rpartition("/")[2]) if "/" in wanted else None)
        if zone is not None:
            if zone != given:
                notes[f"time zone {given}, read as {zone}"] += 1
            return ZoneInfo(zone).key
    if given:
        notes[f"time zone {given}, taken from the position instead"] += 1
    return gazetteer.timezone_at(lon, lat, country)
