"""IRVE dynamic: a row is what a charge point is doing."""

from typing import Any

from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.model import Status, StatusReport

ORIGIN = "irve"

PLUG_STATES = ("etat_prise_type_2", "etat_prise_type_combo_ccs", "etat_prise_type_chademo", "etat_prise_type_ef")
"""Columns that say of each plug whether it works."""


def name_of(row: dict[str, Any]) -> str | None:
    """What a row is called in the rejects."""
    given = row.get("id_pdc_itinerance")
    return None if given is None else str(given)


def read(row: dict[str, Any], notes: Notes, *, feed: str) -> StatusReport:  # noqa: ARG001 - the EVSE ID says whose it is
    """The report of a row. What is out of service is FAULTED, whoever stands there; only what is said to be in service, or of
    which nothing else is said, is FREE."""
    ref = text(row.get("id_pdc_itinerance"), "id_pdc_itinerance", notes)
    if ref is None:
        raise NotAPoint("no identifier")
    status = _status(row, notes)
    return StatusReport(ref, status, recorded(row.get("horodatage"), "horodatage", notes))


def _status(row: dict[str, Any], notes: Notes) -> Status:
    given = row.get("etat_pdc")
    state = word(given)
    plugs = [word(row.get(column)) for column in PLUG_STATES]
    if state == "HORSSERVICE":
        return Status.FAULTED
    if "HORSSERVICE" in plugs and not set(plugs) - {"HORSSERVICE", ""}:
        notes.add("all plugs out of service, FAULTED", "etat_prise")
        return Status.FAULTED
    status = status_of(row.get("occupation_pdc"), "occupation_pdc", notes)
    if state in ("ENSERVICE", ""):
        return status
    if state != "INCONNU":
        notes.add(f"state {str(given)[:40]}, not read", "etat_pdc", given)
    if status is Status.FREE:
        notes.add("nobody there, but not said to be in service, kept as UNKNOWN", "etat_pdc", given)
        return Status.UNKNOWN
    return status
