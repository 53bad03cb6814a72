"""DATEX II EnergyInfrastructure: a refill point becomes a charge point, a refill point's status a report.

Profile "AFIR Energy Infrastructure" 01-00-00 and what is like it (versions 3.5 to 3.7), after `_datex_names` has made the names
of JSON and XML the same. Power is in W. The mapping, field by field, is in docs/import.md.
"""

from datetime import UTC, datetime
from typing import Any

from wirelane_geo.importers._connectors import Supply, supply
from wirelane_geo.importers._dates import can_be, recorded
from wirelane_geo.importers._datex_conditions import conditions
from wirelane_geo.importers._datex_hours import hours
from wirelane_geo.importers._datex_identity import evseid, label, ref, station_of
from wirelane_geo.importers._datex_names import Object, everywhere, many, objects, seek
from wirelane_geo.importers._datex_places import place_of
from wirelane_geo.importers._datex_shut import instead_of_free, place_report
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import folded, point_id
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._planned import plans
from wirelane_geo.importers._power import WATTS, Kind, kilowatts
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.importers._timezones import timezone
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    PlaceReport,
    PointId,
    Status,
    StatusReport,
    with_conditions,
)
from wirelane_geo.model.evse_ids import cpo_of, evse_key

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
          "MODE3AC1P": "AC_1_PHASE", "MODE3AC3P": "AC_3_PHASE", "MODE4": "DC", "MODE4DC": "DC", "CCS": "DC"}


def name_of(row: Object) -> str | None:
    """What a row is called in the rejects."""
    if "place" in row:
        return str(row["place"])
    report = row.get("report")
    return ref(report) if report is not None else ref(row["point"])


def read(row: Object, notes: Notes, *, feed: str) -> ChargePoint | StatusReport | PlaceReport:
    """The charge point or the report of a row of `_datex_rows`. `feed` is what its file is called."""
    if "place" in row:
        return place_report(row, notes)
    return _report(row, notes) if "report" in row else _point(row, notes, feed)


def _report(row: Object, notes: Notes) -> StatusReport:
    report = row["report"]
    named = label(row, ref(report.get("reference")) or ref(report.get("id")))
    if named is None:
        raise NotAPoint("no identifier")
    said = [found for found in (report.get("lastupdated"), row["station"].get("lastupdated"), row["site"].get("lastupdated"),
                                row.get("publicationtime")) if found]
    dated = next(filter(can_be, said), None)
    if said and dated != said[0]:
        notes.add("date can't be read or be true, another one counts", "lastUpdated", said[0])
    return StatusReport(named, _status(row, notes), recorded(dated, "lastUpdated", notes),
                        places=(station_of(row) if ref(row["station"]) else None, ref(row["site"])))


def _status(row: Object, notes: Notes) -> Status:
    """As the point's own word says; one that is free is not where it, its station or its site is said to be shut or out of
    operation, or another status is planned for now. What is told of a place that has a name is told by itself: `_datex_rows`."""
    status = status_of(row["report"].get("status"), "status", notes)
    if status is not Status.FREE:
        return status
    shut = next(filter(None, (instead_of_free(row[part], notes) for part in ("report", "station", "site"))), None)
    return shut or _planned(row["report"], notes)


def _planned(report: Object, notes: Notes) -> Status:
    """What is planned for now, of a point that is free."""
    column = "plannedRefillPointStatus"
    for planned in objects(report.get("plannedrefillpointstatus")):
        period = next(iter(objects(planned.get("overallperiod"))), {})
        entry = {"status": planned.get("status"), "period_begin": period.get("overallstarttime"),
                 "period_end": period.get("overallendtime")}
        recurring = not period.keys() <= {"overallstarttime", "overallendtime"}
        for plan in plans(planned if recurring else [entry], column, notes):
            if plan.holds(datetime.now(UTC)) and (instead := status_of(plan.word, column, notes)) is not Status.FREE:
                notes.add(f"available, but planned to be otherwise now, {instead}", column, plan.word)
                return instead
    return Status.FREE


def _point(row: Object, notes: Notes, feed: str) -> ChargePoint:
    site, station, point = row["site"], row["station"], row["point"]
    own, evse = label(row, text(ref(point), "idG", notes)), evseid(row)
    if own is None and evse is None:
        raise NotAPoint("no identifier")
    place, where = place_of(row, evse, notes), station_of(row)
    operator, helpdesk = _party(row, "operator"), _party(row, "helpdesk")
    cpo = text(operator and seek(operator, "name", "legalname"), "operator", notes)
    brand = text(site.get("brand"), "brand", notes)
    shown = cpo or brand or text(seek(_party(row, "energyprovider"), "name", "legalname"), "energyProvider", notes)
    offered = _supply(point, notes)
    opening = hours(next((found for part in (point, station, site) if (found := part.get("operatinghours"))), None), notes)
    whose = cpo_of(evse or "") or _operator_id(operator) or folded(cpo) or feed
    return with_conditions(ChargePoint(
        charge_point_id=own or evse or "",
        id=_id(row, whose, evse, where, own),
        charging_station_id=text(where, "idG", notes),
        evseid=evse,
        cpo=shown,
        charging_provider=brand,
        model=text(point.get("modeltype"), "modelType", notes),
        reservable=_RESERVATIONS.get(word(point.get("reservation"))),
        plug_types=offered.plugs,
        charging_type=offered.current,
        power=offered.power_kw,
        voltage=offered.volts,
        current=offered.amperes,
        authentication_types=_authentication(row),
        status=Status.UNKNOWN,
        country=place.country,
        city=place.city,
        zip_code=place.zip_code,
        street=place.street,
        house_number=place.house_number,
        opening_hours=opening.text,
        availability=opening.known,
        timezone=timezone(place.timezone, place.longitude, place.latitude, place.country, notes),
        service_hotline=text(helpdesk and seek(helpdesk, "telephonenumber"), "telephoneNumber", notes),
        longitude=place.longitude,
        latitude=place.latitude,
        update_date=recorded(point.get("lastupdated") or station.get("lastupdated") or site.get("lastupdated"), "lastUpdated",
                             notes),
    ), conditions(row, notes))


def _id(row: Object, whose: str, evse: str | None, where: str | None, own: str | None) -> PointId:
    """By the EVSE ID; where several points of the site have the same, by that and their own ids."""
    if evse is None:
        return point_id(ORIGIN, whose, "id", where or "", own or "")
    key = evse_key(evse)
    return point_id(ORIGIN, whose, "evse", key, *([own or ""] if key in row["shared"] else []))


def _party(row: Object, name: str) -> Any:
    return next((found for part in ("point", "station", "site") if (found := row[part].get(name))), None)


def _operator_id(operator: Any) -> str | None:
    for given in everywhere(operator, "externalidentifier"):
        for one in objects(given):
            if word(one.get("typeofidentifier")) == "OPERATORID" and isinstance(one.get("identifier"), str):
                return evse_key(one["identifier"])
    return None


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
    known = word(given).replace("IEC60309X2", "IEC603092")
    return {"DOMESTIC": "DOMESTIC_F", "CEE3": "IEC_60309_2_SINGLE_16", "CEE5": "IEC_60309_2_THREE_16"}.get(known) or known or None


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


