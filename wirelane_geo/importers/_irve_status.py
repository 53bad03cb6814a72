"""IRVE dynamic: a row is what a charge point is doing."""

from typing import Any

from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.model import Status, StatusReport

ORIGIN = "irve"


def name_of(row: dict[str, Any]) -> str | None:
    """What a row is called in the rejects."""
    given = row.get("id_pdc_itinerance")
    return None if given is None else str(given)


def read(row: dict[str, Any], notes: Notes, *, feed: str) -> StatusReport:  # noqa: ARG001 - the EVSE ID says whose it is
    """The report of a row. What is out of service is FAULTED, whoever stands there."""
    ref = text(row.get("id_pdc_itinerance"), "id_pdc_itinerance", notes)
    if ref is None:
        raise NotAPoint("no identifier")
    state = word(row.get("etat_pdc"))
    if state == "HORSSERVICE":
        status = Status.FAULTED
    else:
        if state not in ("ENSERVICE", "INCONNU", ""):
            notes.add(f"state {str(row.get('etat_pdc'))[:40]}, not read", "etat_pdc", row.get("etat_pdc"))
        status = status_of(row.get("occupation_pdc"), "occupation_pdc", notes)
    return StatusReport(ref, status, recorded(row.get("horodatage"), "horodatage", notes))
