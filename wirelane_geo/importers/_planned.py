"""Which statuses are planned, and when: OCPI's `status_schedule`, DATEX II's `plannedRefillPointStatus`."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from wirelane_geo.importers._dates import parsed, within_bounds
from wirelane_geo.importers._fields import entries
from wirelane_geo.importers._notes import Notes

MOST = 100
"""Entries that are looked at."""
_OWN = frozenset(("period_begin", "period_end", "status"))


class Plan(NamedTuple):
    """A word for a status, and from when until when it is planned; None where it has begun, or has no end."""

    begin: datetime | None
    end: datetime | None
    word: Any

    def holds(self, when: datetime) -> bool:
        """Whether it is in force at a moment (aware)."""
        return (self.begin is None or self.begin <= when) and (self.end is None or when < self.end)


def plans(given: Any, column: str, notes: Notes) -> list[Plan]:
    """Of entries as OCPI has them. What can't be read is noted."""
    found = []
    for entry in (entries(given, _OWN) or [given])[:MOST] if given else ():
        if not isinstance(entry, dict) or entry.get("status") in (None, ""):
            notes.add("a planned status that can't be read, left out", column, entry)
            continue
        begin, end = (_moment(entry.get(name)) for name in ("period_begin", "period_end"))
        if "" in (begin, end) or begin is end is None:
            notes.add("a planned status that can't be read, left out", column, entry)
        else:
            found.append(Plan(begin if isinstance(begin, datetime) else None, end if isinstance(end, datetime) else None,
                              entry["status"]))
    return found


def closings(planned: Sequence[Plan], when: datetime) -> Iterator[dict[str, str]]:
    """Those that are yet to come, as closings that `Schedule` reads."""
    for plan in planned:
        if plan.begin is not None and plan.begin > when and within_bounds(plan.begin) and (
                plan.end is None or plan.end > plan.begin):
            end = {"end": plan.end.astimezone(UTC).isoformat()} if plan.end is not None and within_bounds(plan.end) else {}
            yield {"begin": plan.begin.astimezone(UTC).isoformat()} | end


def _moment(value: Any) -> datetime | str | None:
    """A moment; None where none is given, "" where it can't be read."""
    if value is None or value == "":
        return None
    known = parsed(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    return "" if known is None else known
