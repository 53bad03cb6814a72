"""What DATEX II says of a point, a station or a site beside a status: that nobody can charge there, or that somebody can."""

from wirelane_geo.importers._dates import can_be, recorded
from wirelane_geo.importers._datex_names import Object, many
from wirelane_geo.importers._fields import flag, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._statuses import WORDS
from wirelane_geo.model import PlaceReport, Status

FIELDS = {"operationstatus": "operationStatus", "openingstatus": "openingStatus", "isavailable": "isAvailable"}
_SHUT = {
    "NOTINOPERATION": Status.UNAVAILABLE, "NOTINOPERATIONABNORMAL": Status.UNAVAILABLE, "TECHNICALDEFECT": Status.FAULTED,
    "CLOSED": Status.UNAVAILABLE, "CLOSEDONHOLIDAY": Status.UNAVAILABLE, "CLOSEDONMAINTENANCE": Status.UNAVAILABLE,
    "TEMPORARILYCLOSED": Status.UNAVAILABLE, "CLOSEDABNORMAL": Status.UNAVAILABLE,
    **{known: status for known, status in WORDS.items() if status in (Status.UNAVAILABLE, Status.FAULTED, Status.CLOSED)},
}
"""DATEX II's own words, and those for a status, which some say here, too."""
_OPEN = {"INOPERATION", "LIMITEDOPERATION", "OPEN", "OPENWITHSERVICELIMITATION", "AVAILABLE", "OPERATIONAL"}
_SILENT = {"", "UNKNOWN", "STATUSUNKNOWN", "OTHER"}


def said(part: Object, field: str, notes: Notes) -> Status:
    """What one of FIELDS makes of a point that would be free: FREE where it is said to be open, UNKNOWN where it doesn't say."""
    if field == "isavailable":
        available = flag(part.get(field))
        return Status.UNKNOWN if available is None else Status.FREE if available else Status.UNAVAILABLE
    words = [word(given) for given in many(part.get(field))]
    for odd in set(words) - _SHUT.keys() - _OPEN - _SILENT:
        notes.add(f"{FIELDS[field]} {odd[:40]}, not read", FIELDS[field], part[field])
    shut = next((_SHUT[given] for given in words if given in _SHUT), None)
    return shut or (Status.FREE if _OPEN.intersection(words) else Status.UNKNOWN)


def instead_of_free(part: Object, notes: Notes) -> Status | None:
    """The status of a point that is free, where it is said to be shut or out of operation; noted. Else None."""
    for field, name in FIELDS.items():
        if (instead := said(part, field, notes)) not in (Status.FREE, Status.UNKNOWN):
            notes.add(f"available, but said to be shut or out of operation, {instead}", name, part[field])
            return instead
    return None


def without_fields(part: Object) -> Object:
    """A station or a site without what is told of it as a whole."""
    return {name: value for name, value in part.items() if name not in FIELDS}


def place_rows(place: str | None, site: str | None, part: Object, published: object) -> list[Object]:
    """For `place_report`: what is said of a station or a site as a whole; nothing where it has no name."""
    return [] if place is None else [
        {"place": place, "at": site, "field": field, "said": {field: part[field]}, "dates": (part.get("lastupdated"), published)}
        for field in FIELDS if part.get(field) is not None]


def place_report(row: Object, notes: Notes) -> PlaceReport:
    """The report of such a row. It is of the latest of its dates: what is said again holds still."""
    field, status = FIELDS[row["field"]], said(row["said"], row["field"], notes)
    if status not in (Status.FREE, Status.UNKNOWN):
        notes.add(f"a station or a site that is shut or out of operation, its points {status} unless in use", field,
                  row["said"][row["field"]])
    dates = [found for given in row["dates"] if can_be(given) and (found := recorded(given, "lastUpdated", notes))]
    return PlaceReport(row["place"], row["at"], field, status, max(dates, default=None))
