"""A location's time zone: the one that is given where there is such a one, else that of its position."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from wirelane_geo.importers import _position
from wirelane_geo.importers._notes import Notes
from wirelane_geo.places import gazetteer

NO_PLACE = frozenset(("utc", "gmt", "etc/utc", "etc/gmt", "zulu", "z"))
"""Zones that no place is in: they count as not given."""


def timezone(given: str | None, lon: float, lat: float, country: str | None, notes: Notes) -> str:
    """An IANA name: the one given, repaired where only one can be meant ("Asia/Kuala Lumpur", "Amsterdam"); else that of the
    closest town of the country or of what belongs to it, "Indian/Reunion" for one of France."""
    wanted = (given or "").replace(" ", "_").lower()
    if given and wanted not in NO_PLACE:
        zone = _zones().get(wanted) or (_zones().get(wanted.rpartition("/")[2]) if "/" in wanted else None)
        if zone is not None:
            if zone != given:
                notes.add(f"time zone {given[:40]}, read as {zone}", "time_zone", given)
            return ZoneInfo(zone).key
    if given:
        notes.add(f"time zone {given[:40]}, taken from the position instead", "time_zone", given)
    return of_position(lon, lat, country)


def of_position(lon: float, lat: float, country: str | None) -> str:
    """That of the closest town in the country or in what belongs to it, not of one across the border."""
    town = _position.town(country, lon, lat) if country else None
    return town.timezone if town is not None else gazetteer.timezone_at(lon, lat)


@cache
def _zones() -> dict[str, str | None]:
    """IANA names by their lower-case self, and by their last part where that is one zone's only ("amsterdam")."""
    zones: dict[str, str | None] = {}
    for name in available_timezones():
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/")):
            short = name.rpartition("/")[2].lower()
            zones[short] = name if short not in zones else None
    return zones | {name.lower(): name for name in available_timezones()}
