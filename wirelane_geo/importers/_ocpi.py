"""OCPI Locations, 2.1.1 and 2.2.x, and 3.0 as far as it is the same: an EVSE of a location becomes a charge point.

The mapping, field by field, is in docs/import.md; the words are OCPI's own, from the published specifications 2.1.1,
2.2 and 2.2.1, module Locations, and are read in any case and with any separators.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

import msgspec

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._connectors import supply
from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import flag, text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._ocpi_conditions import NO_TARIFFS, conditions
from wirelane_geo.importers._ocpi_hours import hours
from wirelane_geo.importers._ocpi_identity import identity, whose
from wirelane_geo.importers._planned import Plan, closings, plans
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._statuses import WORDS
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.model import AuthenticationType, ChargePoint, OpeningHours, Status, point_under
from wirelane_geo.places.countries import alpha_2

Object = dict[str, Any]
T = TypeVar("T")

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


_OTHER_WORDS = {name: status for name, status in WORDS.items() if status is not Status.FREE}
_OUT = (Status.UNAVAILABLE, Status.FAULTED, Status.CLOSED)
_STATUSES = {word(status): status_here for status, status_here in STATUSES.items()}
_CAPABILITIES = {word(capability): means for capability, means in CAPABILITIES.items()}


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    evse, location = row["evse"], row["location"]
    return str(evse.get("evse_id") or f"{location.get('id')}/{evse.get('uid')}")


def point(row: Object, notes: Notes, *, feed: str, tariffs: Mapping[str, Object] = NO_TARIFFS) -> ChargePoint:
    """The charge point of an EVSE, a row of `_ocpi_rows`. `feed` is what its file is called, where nothing says whose it is;
    `tariffs`: those that its connectors may name, by their keys."""
    location, evse = row["location"], row["evse"]
    if flag(location.get("publish")) is False:
        raise NotAPoint("not to be published", "publish: false")
    named = identity(_once(row, "whose", notes, whose), evse, feed, shared=row["shared"], notes=notes)
    lon, lat, country, zone = (_place(location, evse, notes) if evse.get("coordinates")
                               else _once(row, "place", notes, lambda given, noted: _place(given, {}, noted)))
    planned, around = plans(evse.get("status_schedule"), "status_schedule", notes), _once(row, "around", notes, _around)
    supplied, (reservable, means) = supply(evse.get("connectors"), notes), _able(evse)
    return point_under(dict(
        charge_point_id=named.label,
        id=named.id,
        evseid=named.evseid,
        display_id=text(evse.get("physical_reference"), "physical_reference", notes),
        plug_types=supplied.plugs,
        charging_type=supplied.current,
        power=supplied.power_kw,
        voltage=supplied.volts,
        current=supplied.amperes,
        reservable=reservable,
        authentication_types=means,
        status=_status(evse, planned, notes),
        country=country,
        timezone=zone,
        longitude=lon,
        latitude=lat,
        update_date=recorded(evse.get("last_updated") or location.get("last_updated"), "last_updated", notes),
        **(around | {"availability": _closed_then(around["availability"], planned)} if planned else around),
    ), conditions(location, evse, notes, tariffs))


def _once(row: Object, name: str, notes: Notes, read: Callable[[Object, Notes], T]) -> T:
    """What is read of a location, and so is the same for all of its EVSEs: read once, and noted for each of them."""
    known = row["once"]
    if name not in known:
        noted = Notes()
        known[name] = read(row["location"], noted), noted
    found, noted = known[name]
    if noted:
        notes.repeat(noted)
    return cast(T, found)


def _around(location: Object, notes: Notes) -> Object:
    """The fields of a charge point that a location alone says."""
    street, number = _address.street_and_number(text(location.get("address"), "address", notes))
    opening = hours(location.get("opening_times"), notes)
    return {
        "charging_station_id": text(location.get("id"), "id", notes),
        "owner": _name(location, notes, "owner", "operator"),
        "cpo": _name(location, notes, "operator", "suboperator", "owner"),
        "charging_provider": _name(location, notes, "suboperator", "operator"),
        "city": _address.city_name(text(location.get("city"), "city", notes)),
        "zip_code": text(location.get("postal_code"), "postal_code", notes),
        "street": street,
        "house_number": number,
        "opening_hours": opening.text,
        "availability": opening.known,
        "service_hotline": text(location.get("help_phone"), "help_phone", notes),
    }


def _name(location: Object, notes: Notes, *parties: str) -> str | None:
    """The first party of a location that has a name; else the party that published it, as "RU*TBM"."""
    for party in parties:
        given = location.get(party)
        if name := text(given.get("name") if isinstance(given, dict) else given, party, notes):
            return name
    codes = [text(location.get(key), key, notes) for key in ("country_code", "party_id")]
    return "*".join(code for code in codes if code) or None


def _place(location: Object, evse: Object, notes: Notes) -> tuple[float, float, str | None, str]:
    """Longitude, latitude, country and time zone: the EVSE's own position where it is good, else the location's.

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
    return lon, lat, country, timezone(text(location.get("time_zone"), "time_zone", notes), lon, lat, country, notes)


def _position_of(location: Object, evse: Object, country: str | None, notes: Notes) -> tuple[float, float]:
    refused = NotAPoint("no coordinates")
    for given in (evse.get("coordinates"), location.get("coordinates"), _beside(location)):
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


def _beside(location: Object) -> Any:
    """A position that stands in a location itself."""
    return {name: location[name] for name in ("latitude", "longitude") if name in location}


def _status(evse: Object, planned: Sequence[Plan], notes: Notes) -> Status:
    """What isn't said is UNKNOWN: absent is not closed. One that is free is not while a schedule says otherwise."""
    status = _of_word(evse.get("status"), "status", notes)
    if status is not Status.FREE:
        return status
    if (instead := _of_connectors(evse.get("connectors"))) is not None:
        notes.add(f"available, but none of its connectors is, {instead}", "connectors")
        return instead
    for plan in planned:
        if plan.holds(datetime.now(UTC)) and (instead := _of_word(plan.word, "status_schedule", notes)) is not Status.FREE:
            notes.add(f"available, but planned to be otherwise now, {instead}", "status_schedule", plan.word)
            return instead
    return status


def _closed_then(known: OpeningHours | None, planned: Sequence[Plan]) -> OpeningHours | None:
    """Opening hours, with what is planned to be out of use from some later moment on."""
    out = [plan for plan in planned if _STATUSES.get(word(plan.word)) in _OUT]
    if not (found := list(closings(out, datetime.now(UTC)))):
        return known
    exceptions = (known.exceptionalOpenings if known else None) or {}
    return msgspec.structs.replace(known or OpeningHours(), exceptionalOpenings=exceptions | {
        "closings": [*exceptions.get("closings", ()), *found]})


def _of_connectors(given: Any) -> Status | None:
    """What connectors say, which some feeds have a status for, where each of them says that it isn't free."""
    if not isinstance(given, list) or not given or not isinstance(given[0], dict) or "status" not in given[0]:
        return None
    said = {_STATUSES.get(word(one.get("status")), Status.FREE) if isinstance(one, dict) else Status.FREE for one in given}
    return None if said & {Status.FREE, Status.UNKNOWN} else min(said, key=lambda status: status.number)


def _of_word(given: Any, column: str, notes: Notes) -> Status:
    """What other standards say is read, too, and noted; but for what is free."""
    status = _STATUSES.get(word(given))
    if status is None and (status := _OTHER_WORDS.get(word(given))) is not None:
        notes.add(f"status {str(given)[:40]}, read as {status}", column, given)
    elif status is None:
        notes.add(f"status {str(given)[:40]}, kept as UNKNOWN", column, given)
    return status or Status.UNKNOWN


def _able(evse: Object) -> tuple[bool | None, tuple[AuthenticationType, ...]]:
    """Whether it can be reserved, None where the EVSE lists no capabilities at all; and how one is let in."""
    given = evse.get("capabilities")
    return _read_capabilities(tuple(map(word, given))) if isinstance(given, list) else (None, ())


@lru_cache(maxsize=10_000)
def _read_capabilities(given: tuple[str, ...]) -> tuple[bool | None, tuple[AuthenticationType, ...]]:
    means = {_CAPABILITIES[capability] for capability in given if capability in _CAPABILITIES}
    return ("RESERVABLE" in given if given else None), tuple(sorted(means, key=lambda term: term.number))
