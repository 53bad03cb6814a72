"""The Tariffs of a network as OCPI 2.2.1 has them: one for all points of a party that cost the same."""

import threading
from collections.abc import Hashable
from datetime import UTC, datetime
from typing import Any

from wirelane_geo.publish._ocpi_prices import offers
from wirelane_geo.publish._publisher import Publisher
from wirelane_geo.publish.ocpi_locations import moment
from wirelane_geo.publish.selection import Edition, Publication, Selection

Object = dict[str, Any]
Dated = tuple[datetime, Object]

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST_REMEMBERED = 100_000
"""Tariffs of which it is remembered when they came."""


class Tariffs:
    """Those of a publication; thread-safe. What was found last is kept until a fact changes."""

    def __init__(self, publication: Publication, publisher: Publisher) -> None:
        self._publication, self._publisher = publication, publisher
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, list[Dated]] | None = None
        self._came: dict[tuple[str, str, str], datetime] = {}

    def of(self, edition: Edition, selection: Selection) -> list[Dated]:
        """When each tariff of the points of a selection became known here or was recorded, and the tariff; in the order of
        country, party and id. Raises StoreError."""
        key = edition.facts if selection.holds_still else edition.seq, selection.link
        with self._lock:
            if self._kept is None or self._kept[0] != key:
                self._kept = key, self._found(edition, selection)
            return self._kept[1]

    def _found(self, edition: Edition, selection: Selection) -> list[Dated]:
        found: dict[tuple[str, str, str], Dated] = {}
        for station in self._publication.stations(edition, self._publication.positions(edition, selection)):
            party = self._publisher.party_of(station.points[0])
            for point in station.points:
                at = point.update_date or point.creation_date or _LONG_AGO
                for offer in offers(point, self._publisher.language(point)):
                    key = (*party, offer["id"])
                    found[key] = min(at, found[key][0]) if key in found else at, offer
        came = edition.made_at if self._kept is not None else _LONG_AGO
        if len(self._came) > MOST_REMEMBERED:
            self._came.clear()
        return [_dated(key[:2], max(found[key][0], self._came.setdefault(key, came)), found[key][1]) for key in sorted(found)]


def _dated(party: tuple[str, str], at: datetime, offer: Object) -> Dated:
    return at, {"country_code": party[0], "party_id": party[1], **offer, "last_updated": moment(at)}
