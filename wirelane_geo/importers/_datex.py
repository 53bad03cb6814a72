"""DATEX II EnergyInfrastructure: a refill point becomes a charge point, a refill point's status a report.

Profile "AFIR Energy Infrastructure" 01-00-00 and what is like it (versions 3.5 to 3.7), after `_datex_names` has made the names
of JSON and XML the same. Power is in W. The mapping, field by field, is in docs/import.md.
"""

from typing import Any

from wirelane_geo.importers import _address, _position
from wirelane_geo.importers._connectors import Supply, supply
from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._datex_conditions import conditions
from wirelane_geo.importers._datex_hours import hours
from wirelane_geo.importers._datex_names import Object, everywhere, many, objects, seek
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import folded, point_id
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._power import WATTS, Kind, kilowatts
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, Status, StatusReport, with_conditions
from wirelane_geo.model.evse_ids import cpo_of, evse_key
from wirelane_geo.places.countries import alpha_2

ORIGIN = "datex2"

AUTHENTICATION = {
    "ACTIVERFIDCHIP": AuthenticationType.card, "RFID": AuthenticationType.card, "CALYPSO": AuthenticationType.card,
    "MIFARECLASSIC": AuthenticationType.card, "MIFAREDESFIRE": AuthenticationType.card,
    "APPS": AuthenticationType.remote, "WEBSITE": AuthenticationType.remote, "OVERTHEAIR": AuthenticationType.remote,
    "PHONEDIALOG": AuthenticationType.remote, "PHONESMS": AuthenticationType.remote,
    "CREDITCARD": AuthenticationType.nfc_terminal, "DEBITCARD": AuthenticationType.nfc_terminal,
    "NFC": AuthenticationType.nfc_terminal, "UNLIMITEDACCESS": AuthenticationType.direct,
}
_RESERVATIONS = {"OPTIONAL": True, "MANDATORY": True, "PARTLY": True, "NOTAVAILABLE": False}
_FORMATS = {"SOCKET": "SOCKET", "CABLEMODE2": "CABLE", "CABLEMODE3": "CABLE", "OTHERCABLE": "CABLE"}
_MODES = {"MODE1AC1P": "AC_1_PHASE", "MODE2AC1P": "AC_1_PHASE", "MODE1AC3P": "AC_3_PHASE", "MODE2AC3P": "AC_3_PHASE",
          "MODE3AC3P": "AC_3_PHASE", "MODE4DC": "DC", "CCS": "DC"}


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    report = row.get("report")
    return _ref(report.get("reference")) if report is not None else _ref(row["point"])


def read(row: Object, notes: Notes, *, feed: str) -> ChargePoint | StatusReport:
    """The charge point or the report of a row of `_datex_rows`. `feed` is what its file is called."""
    return _report(row, notes) if "report" in row else _point(row, notes, feed)


def _report(row: Object, notes: Notes) -> StatusReport:
    report = row["report"]
    ref = _ref(report.get("reference"))
    if ref is None:
        raise NotAPoint("no identifier")
    dated = next((found for found in (report.get("lastupdated"), row["station"].get("lastupdated"),
                                      row["site"].get("lastupdated"), row.get("publicationtime")) if found), None)
    return StatusReport(ref, status_of(report.get("status"), "status", notes), recorded(dated, "lastUpdated", notes))


def _ref(given: Any) -> str | None:
    found = given.get("id") if isinstance(given, dict) else given
    return found.strip() or None if isinstance(found, str) else None


def _point(row: Object, notes: Notes, feed: str) -> ChargePoint:
    site, station, point = row["site"], row["station"], row["point"]
    label, evseid = text(point.get("id"), "idG", notes), _evseid(point)
    if label is None and evseid is None:
        raise NotAPoint("no identifier")
    own = label or evseid or ""
    address = _first(row, "address")
    country = alpha_2(seek(address, "countrycode", "country")) or alpha_2((evseid or "")[:2])
    lon, lat = _position_of(row, country)
    street, number = _street(address, notes)
    operator, helpdesk = _party(row, "operator"), _party(row, "helpdesk")
    cpo = text(operator and seek(operator, "name", "legalname"), "operator", notes)
    offered = _supply(point, notes)
    opening = hours(next((found for part in (point, station, site) if (found := part.get("operatinghours"))), None), notes)
    whose = cpo_of(evseid or "") or _operator_id(operator) or folded(cpo) or feed
    return with_conditions(ChargePoint(
        charge_point_id=own,
        id=point_id(ORIGIN, whose, "evse", evse_key(evseid)) if evseid else point_id(
            ORIGIN, whose, "id", str(station.get("id") or ""), own),
        charging_station_id=text(station.get("id") or site.get("id"), "idG", notes),
        evseid=evseid,
        cpo=cpo,
        charging_provider=text(site.get("brand"), "brand", notes),
        model=text(point.get("modeltype"), "modelType", notes),
        reservable=_RESERVATIONS.get(word(point.get("reservation"))),
        plug_types=offered.plugs,
        charging_type=offered.current,
        power=offered.power_kw,
        voltage=offered.volts,
        current=offered.amperes,
        authentication_types=_authentication(row),
        status=Status.UNKNOWN,
        country=country,
        city=_address.city_name(text(seek(address, "city"), "city", notes)),
        zip_code=text(seek(address, "postcode"), "postcode", notes),
        street=street,
        house_number=number,
        opening_hours=opening.text,
        availability=opening.known,
        timezone=timezone(_zone(row), lon, lat, country, notes),
        service_hotline=text(helpdesk and seek(helpdesk, "telephonenumber"), "telephoneNumber", notes),
        longitude=lon,
        latitude=lat,
        update_date=recorded(point.get("lastupdated") or station.get("lastupdated") or site.get("lastupdated"), "lastUpdated",
                             notes),
    ), conditions(row, notes))


def _evseid(point: Object) -> str | None:
    """The id that is said to be an EVSE ID, or is built as one."""
    others = many(point.get("externalidentifier"))
    for given in others:
        if isinstance(given, dict) and word(given.get("typeofidentifier")) in ("EVSEID", "EVSE") and given.get("identifier"):
            return str(given["identifier"]).strip()
    ids = [point.get("id"), *(given.get("identifier") if isinstance(given, dict) else given for given in others)]
    return next((given.strip() for given in ids if isinstance(given, str) and cpo_of(given)), None)


def _first(row: Object, name: str) -> Any:
    """What is said of the point, else of its station, else of its site, about where it is."""
    for part in ("point", "station", "site"):
        if (found := seek(row[part].get("locationreference"), name)) is not None:
            return found
    return None


def _position_of(row: Object, country: str | None) -> tuple[float, float]:
    refused = NotAPoint("no coordinates")
    for part in ("point", "station", "site"):
        for name in ("locationreference", "entrance"):
            for place in everywhere(row[part].get(name), "pointcoordinates", "coordinatesfordisplay"):
                if not isinstance(place, dict):
                    continue
                lon, lat = _position.degrees(place.get("longitude")), _position.degrees(place.get("latitude"))
                if lon is None or lat is None:
                    refused = NotAPoint("coordinates can't be read", str(place)[:200])
                    continue
                try:
                    return _position.checked(lon, lat, country)
                except NotAPoint as error:
                    refused = error
    raise refused


def _street(address: Any, notes: Notes) -> tuple[str | None, str | None]:
    lines: dict[str, str] = {}
    for line in objects(seek(address, "addressline")):
        if said := text(line.get("text"), "addressLine", notes):
            lines.setdefault(word(line.get("type")) or "STREET", said)
    number = lines.get("HOUSENUMBER")
    street = lines.get("STREET") or lines.get("GENERALTEXTLINE")
    if number is not None:
        return street, number
    return _address.street_and_number(street)


def _party(row: Object, name: str) -> Any:
    return next((found for part in ("point", "station", "site") if (found := row[part].get(name))), None)


def _operator_id(operator: Any) -> str | None:
    for given in everywhere(operator, "externalidentifier"):
        for one in objects(given):
            if word(one.get("typeofidentifier")) == "OPERATORID" and isinstance(one.get("identifier"), str):
                return evse_key(one["identifier"])
    return None


def _zone(row: Object) -> str | None:
    """A zone by its name; "+01:00" says only what it is for a part of the year."""
    given = _first(row, "timezone")
    return given if isinstance(given, str) and "/" in given else None


def _supply(point: Object, notes: Notes) -> Supply:
    current = "DC" if word(point.get("currenttype")) == "DC" else "AC" if word(point.get("currenttype")) == "AC" else None
    connectors = []
    for given in objects(point.get("connector")):
        form = word(given.get("connectorformat"))
        connectors.append({
            "standard": _standard(given.get("connectortype")), "format": _FORMATS.get(form),
            "power_type": _MODES.get(word(given.get("chargingmode"))) or current,
            "max_electric_power": given.get("maxpoweratsocket"),
            "max_voltage": given.get("voltage"), "max_amperage": given.get("maximumcurrent")})
    found = supply(connectors, notes)
    strongest = _strongest(point.get("availablechargingpower"), found, notes)
    if strongest is None or (found.power_kw is not None and found.power_kw >= strongest):
        return found
    return Supply(found.plugs, found.current, strongest, found.volts, found.amperes)


def _standard(given: Any) -> str | None:
    known = word(given)
    return {"DOMESTIC": "DOMESTIC_F", "CEE3": "IEC_60309_2_SINGLE_16", "CEE5": "IEC_60309_2_THREE_16"}.get(known) or (
        given if isinstance(given, str) else None)


def _strongest(given: Any, found: Supply, notes: Notes) -> float | None:
    """The most of the powers that a point can be set to, in kW."""
    kind = Kind.DC if found.current is ChargingType.DC else Kind.AC if found.current is ChargingType.AC else Kind.UNKNOWN
    if found.power_kw is not None:
        return None
    powers = [kilowatts(power, WATTS, kind, "availableChargingPower", notes) for power in many(given)]
    return max((power for power in powers if power is not None), default=None)


def _authentication(row: Object) -> tuple[AuthenticationType, ...]:
    means = {AUTHENTICATION[known] for part in ("point", "station") for given in
             many(row[part].get("authenticationandidentificationmethods")) if (known := word(given)) in AUTHENTICATION}
    return tuple(sorted(means, key=lambda term: term.number))


