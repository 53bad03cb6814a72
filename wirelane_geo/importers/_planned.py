"""Which statuses are planned for a moment: OCPI's `status_schedule`, DATEX II's `plannedRefillPointStatus`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wirelane_geo.importers._dates import parsed
from wirelane_geo.importers._fields import entries
from wirelane_geo.importers._notes import Notes

MOST = 100
"""Entries that are looked at."""
_OWN = frozenset(("period_begin", "period_end", "status"))


def in_force(given: Any, when: datetime, column: str, notes: Notes) -> Iterator[Any]:
    """The words for a status that are planned for a moment (aware), of entries as OCPI has them. A period without an end goes on,
    one without a begin has begun. What can't be read is noted."""
    for entry in (entries(given, _OWN) or [given])[:MOST]:
        if not isinstance(entry, dict) or entry.get("status") in (None, ""):
            notes.add("a planned status that can't be read, left out", column, entry)
            continue
        begin, end = (_moment(entry.get(name)) for name in ("period_begin", "period_end"))
        if None in (begin, end) or begin == end == "":
            notes.add("a planned status that can't be read, left out", column, entry)
        elif (not isinstance(begin, datetime) or begin <= when) and (not isinstance(end, datetime) or when < end):
            yield entry["status"]


def _moment(value: Any) -> datetime | str | None:
    """A moment; "" where none is given, None where it can't be read."""
    if value is None or value == "":
        return ""
    return parsed(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
