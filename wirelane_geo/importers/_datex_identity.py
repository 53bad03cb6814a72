"""What DATEX II's refill points are called, in tables and in statuses.

A status names its point by a reference, or carries the point's id itself. Some publishers count points within a station ("0",
"1"), and stations within a site: such an id says which point is meant only with what is around it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from wirelane_geo.importers._datex_names import Object, many
from wirelane_geo.importers._fields import word
from wirelane_geo.model.evse_ids import cpo_of, evse_key

_COUNTED = re.compile(r"\d{1,3}")
"""An id that only counts: the points of a station, or the stations of a site."""


def ref(given: Any) -> str | None:
    """The id in a reference, or of an object that has one."""
    if isinstance(given, dict):
        given = given.get("id") or ref(given.get("reference"))
    return str(given).strip() or None if isinstance(given, str | int) and not isinstance(given, bool) else None


def station_of(row: Object) -> str | None:
    """What the station of a row is called; the site, where the station has no id."""
    site, station = ref(row["site"]), ref(row["station"])
    if station is None or site is None:
        return station or site
    return f"{site}*{station}" if _COUNTED.fullmatch(station) else station


def label(row: Object, own: str | None) -> str | None:
    """What the point `own` of a row is called in its feed."""
    station = station_of(row) if own is not None and _COUNTED.fullmatch(own) else None
    return own if station is None else f"{station}*{own}"


def evseid(row: Object) -> str | None:
    """The id that is said to be an EVSE ID, or is built as one; a name counts that no other point of the site has."""
    point = row["point"]
    others = many(point.get("externalidentifier"))
    for given in others:
        if isinstance(given, dict) and word(given.get("typeofidentifier")) in ("EVSEID", "EVSE") and (said := _said(given)):
            return said
    ids = [ref(point), *map(_said, others), row.get("named")]
    return next((given.strip() for given in ids if isinstance(given, str) and cpo_of(given)), None)


def _said(given: Any) -> str | None:
    found = given.get("identifier") or given.get("value") if isinstance(given, dict) else given
    return str(found).strip() or None if isinstance(found, str | int) else None


class OwnNames:
    """What the points of a site are called, which needn't be told of all at once. `shared`: EVSE IDs that several of them were
    given, which have ids of their own."""

    def __init__(self, points: Iterable[Any] = ()) -> None:
        self.shared = set[str]()
        self._whose = dict[str, str | None]()
        self._names = Counter[str]()
        self.add(points)

    def add(self, points: Iterable[Any]) -> None:
        """These points are there as well."""
        for point in points:
            if not isinstance(point, dict):
                continue
            if (said := evseid({"point": point})) and self._whose.setdefault(key := evse_key(said), ref(point)) != ref(point):
                self.shared.add(key)
            if isinstance(name := point.get("name"), str):
                self._names[name] += 1

    def own(self, point: Object) -> str | None:
        """The name of one of them, where it is written as an EVSE ID, and no other one's."""
        name = point.get("name")
        if isinstance(name, str) and "*" in name and " " not in name.strip() and self._names[name] == 1:
            return name
        return None
