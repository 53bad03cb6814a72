"""IRVE dynamic: a row is what a charge point is doing. Some files have that beside what IRVE static says of the point."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from wirelane_geo.importers._dates import recorded
from wirelane_geo.importers._fields import text, word
from wirelane_geo.importers._identity import says_none
from wirelane_geo.importers._notes import Note, Notes
from wirelane_geo.importers._reader import NotAPoint, Reject, Row
from wirelane_geo.importers._statuses import status_of
from wirelane_geo.importers.source import Source
from wirelane_geo.model import ChargePoint, Status, StatusReport

Fields = dict[str, Any]

STATES = ("etat_pdc", "occupation_pdc")
PLUG_STATES = ("etat_prise_type_2", "etat_prise_type_combo_ccs", "etat_prise_type_chademo", "etat_prise_type_ef")
"""Columns with what a point is doing; those that say of each plug whether it works."""

class Beside(NamedTuple):
    """A row that is read a second time, for its status."""

    fields: Fields


def name_of(row: Fields | Beside) -> str | None:
    """What a row is called in the rejects."""
    given = row.fields if isinstance(row, Beside) else row
    name = given.get("id_pdc_itinerance") or given.get("id_pdc_local")
    return None if name is None else str(name)


def read(row: Fields, notes: Notes) -> StatusReport:
    """The report of a row. What is out of service is FAULTED, whoever stands there; only what is said to be in service, or of
    which nothing else is said, is FREE."""
    names = (text(row.get(name), name, notes) for name in ("id_pdc_itinerance", "id_pdc_local"))
    ref = next((name.removeprefix("'") for name in names if name is not None and not says_none(name)), None)
    if ref is None:
        raise NotAPoint("no identifier")
    status = _status(row, notes)
    return StatusReport(ref, status, recorded(row.get("horodatage"), "horodatage", notes))


def rows_of_both(source: Source, rows: Callable[[Source], Iterable[Row | Reject | Note]]) -> Iterator[Row | Reject | Note]:
    """The rows of a file that says both of each point: each as it is, and once more where it has a status."""
    for entry in rows(source):
        yield entry
        if isinstance(entry, Row) and any(entry.fields.get(name) not in (None, "") for name in (*STATES, *PLUG_STATES)):
            yield Row(entry.number, entry.raw, Beside(entry.fields))


def read_both(row: Fields | Beside, notes: Notes, *, point: Callable[[Fields, Notes], ChargePoint]) -> ChargePoint | StatusReport:
    """The charge point or the report of one of these rows."""
    return read(row.fields, notes) if isinstance(row, Beside) else point(row, notes)


def _status(row: Fields, notes: Notes) -> Status:
    given = row.get("etat_pdc")
    state = word(given)
    plugs = [word(row.get(column)) for column in PLUG_STATES]
    if state == "HORSSERVICE":
        return Status.FAULTED
    if "HORSSERVICE" in plugs and not set(plugs) - {"HORSSERVICE", ""}:
        notes.add("all plugs out of service, FAULTED", "etat_prise")
        return Status.FAULTED
    status = status_of(row.get("occupation_pdc"), "occupation_pdc", notes)
    if state == "ENSERVICE" or given is None or given == "":
        return status
    if state != "INCONNU":
        notes.add(f"state {str(given)[:40]}, not read", "etat_pdc", given)
    if status is Status.FREE:
        notes.add("nobody there, but not said to be in service, kept as UNKNOWN", "etat_pdc", given)
        return Status.UNKNOWN
    return status
