"""OCPI Locations, 2.1.1 and 2.2.x, and 3.0 as far as it is the same: an EVSE of a location becomes a charge point.

The mapping, field by field, is in docs/import.md; the words are OCPI's own, from the published specifications 2.1.1,
2.2 and 2.2.1, module Locations, and are read in any case and with any separators.
"""

from typing import Any

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._connectors import supply
from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._ocpi_conditions import conditions
from wirelane_geo.importers._ocpi_hours import hours
from wirelane_geo.importers._ocpi_identity import identity
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.model import AuthenticationType, ChargePoint, Status, with_conditions
from wirelane_geo.places.countries import alpha_2

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


_STATUSES = {word(status): status_here for status, status_here in STATUSES.items()}
_CAPABILITIES = {word(capability): means for capability, means in CAPABILITIES.items()}


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    evse, location = row["evse"], row["location"]
    return str(evse.get("evse_id") or f"{location.get('id')}/{evse.get('uid')}")


def point(row: Object, notes: Notes, *, feed: str) -> ChargePoint:
    """The charge point of an EVSE, a row of `_ocpi_rows`. `feed` is what its file is called, where nothing says whose it is."""
    location, evse = row["location"], row["evse"]
    if flag(location.get("publish")) is False:
        raise NotAPoint("not to be published", "publish: false")
    named = identity(location, evse, feed, shared=row["shared"], notes=notes)
    lon, lat, country = _place(location, evse, notes)
    supplied = supply(evse.get("connectors"), notes)
    street, number = _address.street_and_number(text(location.get("address"), "address", notes))
    opening = hours(location.get("opening_times"), notes)
    return with_conditions(ChargePoint(
        charge_point_id=named.label,
        id=named.id,
        charging_station_id=text(location.get("id"), "id", notes),
        evseid=named.evseid,
        display_id=text(evse.get("physical_reference"), "physical_reference", notes),
        owner=_name(location, notes, "owner", "operator"),
        cpo=_name(location, notes, "operator", "suboperator", "owner"),
        charging_provider=_name(location, notes, "suboperator", "operator"),
        plug_types=supplied.plugs,
        charging_type=supplied.current,
        power=supplied.power_kw,
        voltage=supplied.volts,
        current=supplied.amperes,
        reservable=_reservable(evse),
        authentication_types=_authentication(evse),
        status=_status(evse, notes),
        country=country,
        city=_address.city_name(text(location.get("city"), "city", notes)),
        zip_code=text(location.get("postal_code"), "postal_code", notes),
        street=street,
        house_number=number,
        opening_hours=opening.text,
        availability=opening.known,
        timezone=timezone(text(location.get("time_zone"), "time_zone", notes), lon, lat, country, notes),
        service_hotline=text(location.get("help_phone"), "help_phone", notes),
        longitude=lon,
        latitude=lat,
        update_date=recorded(evse.get("last_updated") or location.get("last_updated"), "last_updated", notes),
    ), conditions(location, evse, notes))


def _name(location: Object, notes: Notes, *parties: str) -> str | None:
    """The first party of a location that has a name; else the party that published it, as "RU*TBM"."""
    for party in parties:
        given = location.get(party)
        if name := text(given.get("name") if isinstance(given, dict) else given, party, notes):
            return name
    codes = [text(location.get(key), key, notes) for key in ("country_code", "party_id")]
    return "*".join(code for code in codes if code) or None


def _place(location: Object, evse: Object, notes: Notes) -> tuple[float, float, str | None]:
    """Longitude, latitude and country: the EVSE's own position where it is good, else the location's.

    Where a location doesn't say its country it is the party's, if that is where it lies: a party has locations abroad, too.
    """
    given = location.get("country")
    country = alpha_2(given)
    lon, lat = _position_of(location, evse, country, notes)
    if country is None:
        party = alpha_2(location.get("country_code"))
        country = party if party and _position.lies_in(party, lon, lat) else None
        if given:
            notes.add("country can't be read, left out", "country", given)
    return lon, lat, country


def _position_of(location: Object, evse: Object, country: str | None, notes: Notes) -> tuple[float, float]:
    refused = NotAPoint("no coordinates")
    for given in (evse.get("coordinates"), location.get("coordinates")):
        if not given:
            continue
        found = _position.pair(given)
        if found is None:
            refused = NotAPoint("coordinates can't be read", str(given)[:200])
            continue
        try:
            return _position.placed(found, country, "coordinates", given, notes)
        except NotAPoint as error:
            refused = error
    raise refused


def _status(evse: Object, notes: Notes) -> Status:
    """What isn't said is UNKNOWN: absent is not closed."""
    given = evse.get("status")
    status = _STATUSES.get(word(given))
    if status is None:
        notes.add(f"status {str(given)[:40]}, kept as UNKNOWN", "status", given)
    return status or Status.UNKNOWN


def _capabilities(evse: Object) -> list[str]:
    given = evse.get("capabilities")
    return [word(capability) for capability in given] if isinstance(given, list) else []


def _reservable(evse: Object) -> bool | None:
    """None where the EVSE lists no capabilities at all."""
    return "RESERVABLE" in _capabilities(evse) if _capabilities(evse) else None


def _authentication(evse: Object) -> tuple[AuthenticationType, ...]:
    means = {_CAPABILITIES[capability] for capability in _capabilities(evse) if capability in _CAPABILITIES}
    return tuple(sorted(means, key=lambda term: term.number))
