"""What changed upstream, asked for newest first until what is known begins."""

from datetime import datetime

from wirelane_geo.api import WirelaneClient
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint

PAGE = 500
MOST_PAGES = 10
"""Where more than this has changed, fetching the tiles costs no more."""


class ChangesUnknown(Exception):
    """The upstream's list can't be trusted to have every change at its top: tiles must be fetched and compared instead."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


def changed_since(client: WirelaneClient, bounds: Bounds | None, since: datetime, deadline: float) -> list[ChargePoint]:
    """The points in the bounds that the upstream dates at or after a time, newest first, and maybe some older ones. A record of
    the upstream's that has several points is as new as the newest of them.

    Raises ChangesUnknown where there are points without dates, the order isn't kept, or there is no end of it; ApiError.
    """
    found: list[ChargePoint] = []
    for page in range(1, MOST_PAGES + 1):
        points = client.points(bounds=bounds, order_by="updateDate", order_direction="desc", page=page, page_size=PAGE,
                               deadline=deadline)
        known = [date for date in points.dates if date is not None]
        if len(known) < len(points.dates):
            raise ChangesUnknown("the upstream does not date its points", for_good=True)
        if known != sorted(known, reverse=True):
            raise ChangesUnknown("the upstream does not order by date", for_good=True)
        found += points
        if not points.more or (known and known[-1] < since):
            return found
    raise ChangesUnknown("more has changed than is worth asking for", for_good=False)


def newest(client: WirelaneClient, deadline: float) -> datetime | None:
    """The newest date that the upstream gives to any point: its clock has come that far."""
    points = client.points(order_by="updateDate", order_direction="desc", page=1, page_size=1, deadline=deadline)
    return points.dates[0] if points.dates else None
