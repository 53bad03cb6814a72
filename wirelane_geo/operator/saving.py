"""Saving a point that somebody else may have changed meanwhile: nobody's work is overwritten unseen."""

import threading

from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargePoint, PointId
from wirelane_geo.operator.editing import overtaken, rebased

_TURNS = tuple(threading.Lock() for _ in range(64))
"""The API replaces a record whatever it is by then: of two who save one point here, the second looks when the first is done."""


class Overtaken(BadInput):
    """Nothing was saved: the record has been changed since it was last looked at. `now`: what it is."""

    def __init__(self, now: ChargePoint) -> None:
        super().__init__(f"The charge point was changed by somebody else ({now.update_date:%Y-%m-%d %H:%M:%S} UTC)."
                         if now.update_date else "The charge point was changed by somebody else.")
        self.now = now


def save(client: WirelaneClient, opened: ChargePoint, wanted: ChargePoint, seen: ChargePoint) -> ChargePoint:
    """Do what was changed from `opened` to `wanted` to the record, provided that it is still what was last `seen` of it.

    Raises Overtaken, and ApiError where the upstream doesn't answer or doesn't take it.
    """
    with _TURNS[hash(opened.id) % len(_TURNS)]:
        now = client.point(PointId(str(opened.id)))
        if overtaken(opened, wanted, seen, now):
            raise Overtaken(now)
        return client.update_point(str(opened.id), rebased(opened, wanted, now))
