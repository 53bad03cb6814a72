"""What a feed says of the status of a point, without anything else of it."""

from datetime import datetime
from typing import NamedTuple

from wirelane_geo.model._terms import Status


class StatusReport(NamedTuple):
    """`ref`: what the feed calls the point, its EVSE ID where it has one; `at`: since when, UTC, None where that isn't said;
    `station`: where the point is by the record that says so (its charging_station_id), None where a status comes alone."""

    ref: str
    status: Status
    at: datetime | None = None
    station: str | None = None
