"""What points and stations are called in what is published: each by a name that no other one has."""

import re
from collections.abc import Collection

from wirelane_geo.model import ChargePoint
from wirelane_geo.model.evse_ids import cpo_of, evse_key

_SPOKEN = re.compile(r"[ -.0-~]+")
"""Characters of ASCII that are seen, but for the slash."""


class Names:
    """evse_keys, labels, stations: EVSE IDs (`evse_key`), charge_point_ids and charging_station_ids that several points, or
    stations, have; longest: how many characters a name may have; plain: of ASCII only, and without a slash. Whichever points are
    published, each has the same name."""

    def __init__(self, evse_keys: Collection[str], labels: Collection[str], stations: Collection[str], *, longest: int = 200,
                 plain: bool = False) -> None:
        self._evse_keys, self._labels, self._stations = frozenset(evse_keys), frozenset(labels), frozenset(stations)
        self._longest, self._plain = longest, plain

    def for_ocpi(self) -> "Names":
        """The same as OCPI allows: up to 36 characters, and fit for an address."""
        return Names(self._evse_keys, self._labels, self._stations, longest=36, plain=True)

    def of_point(self, point: ChargePoint) -> str:
        """Its EVSE ID; without one its operator's label; where others have the same, the id that this network gave it."""
        if point.evseid:
            usable = evse_key(point.evseid) not in self._evse_keys
            name = point.evseid
        else:
            name = point.charge_point_id
            usable = name not in self._labels and cpo_of(name) is None
        return name if usable and self._fits(name) else f"id:{point.id}"

    def of_station(self, point: ChargePoint) -> str | None:
        """The id of its station; None where it has none, or others have the same."""
        name = point.charging_station_id
        return name if name and name not in self._stations and self._fits(name) else None

    def _fits(self, name: str) -> bool:
        if not 0 < len(name) <= self._longest or not name.isprintable():
            return False
        return not self._plain or (_SPOKEN.fullmatch(name) is not None and name.strip(" .") == name)
