"""What a feed says of the status of a point, or of all that is at a station or a site, without anything else of them."""

from datetime import datetime
from typing import NamedTuple

from wirelane_geo.model._terms import Status


class StatusReport(NamedTuple):
    """`ref`: what the feed calls the point, its EVSE ID where it has one; `at`: since when, UTC, None where that isn't said;
    `station`: where the point is by the record that says so (its charging_station_id), None where a status comes alone; `places`:
    what a feed that sends it alone calls the station and the site around it, None where it doesn't say."""

    ref: str
    status: Status
    at: datetime | None = None
    station: str | None = None
    places: tuple[str | None, str | None] = (None, None)


class PlaceReport(NamedTuple):
    """What a feed says of a station or a site as a whole. `place`: what the feed calls it; `site`: of a station, the site that it
    is at, None where that isn't said. `field`: what it is said in, each of which counts by itself; "" for all of them. `status`:
    that of points there that would be free, or of which nothing is known; FREE where nothing is said to be in their way; UNKNOWN
    where neither is said, but where the station is. `at`: when that was so, UTC, None where it isn't said."""

    place: str
    site: str | None = None
    field: str = ""
    status: Status = Status.UNKNOWN
    at: datetime | None = None
