"""The words for a status in feeds of all kinds, and what they are here."""

from typing import Any

from wirelane_geo.importers._identity import folded
from wirelane_geo.importers._notes import Notes
from wirelane_geo.model import Status

WORDS = {
    "AVAILABLE": Status.FREE, "FREE": Status.FREE, "LIBRE": Status.FREE,
    "CHARGING": Status.IN_USE, "OCCUPIED": Status.IN_USE, "OCCUPE": Status.IN_USE, "INUSE": Status.IN_USE,
    "RESERVED": Status.RESERVED, "RESERVE": Status.RESERVED,
    "FAULTED": Status.FAULTED, "OUTOFORDER": Status.FAULTED,
    "BLOCKED": Status.UNAVAILABLE, "INOPERATIVE": Status.UNAVAILABLE, "UNAVAILABLE": Status.UNAVAILABLE,
    "OUTOFSTOCK": Status.UNAVAILABLE, "OUTOFSERVICE": Status.UNAVAILABLE,
    "PLANNED": Status.CLOSED, "REMOVED": Status.CLOSED,
    "UNKNOWN": Status.UNKNOWN, "INCONNU": Status.UNKNOWN, "EVSENOTFOUND": Status.UNKNOWN,
}
"""BLOCKED: a car is in the way; INOPERATIVE, OUTOFSERVICE: not in use, but not broken; PLANNED: not yet there."""


def status_of(given: Any, column: str, notes: Notes) -> Status:
    """The status that a word stands for; any other word is UNKNOWN, and noted. What isn't said is UNKNOWN."""
    if given is None or given == "":
        return Status.UNKNOWN
    known = WORDS.get(folded(given).upper()) if isinstance(given, str) else None
    if known is None:
        notes.add(f"status {str(given)[:40]}, kept as UNKNOWN", column, given)
    return known or Status.UNKNOWN
