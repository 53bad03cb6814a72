"""New faults: what pulses on the map, and what the tour jumps to."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo import WORLD
from wirelane_geo.map.wall_service import FeedItem, WallService
from wirelane_geo.permalink import MapState
from wirelane_geo.ui.viewport import MapEvent
from wirelane_geo.ui.wall.screen import region
from wirelane_geo.ui.wall.tour import Stop

NEW_S = 60.0
"""A fault pulses for so long."""
MOST_PULSES = 50


def at_stops(stops: Sequence[Stop], heard: int, watch: WallService, event: MapEvent) -> tuple[list[FeedItem], int]:
    """New faults at a tour's stops, newest first, where there are changes after the one that was `heard` of last; and the
    number of the last change that is in it."""
    number = watch.status().number
    found: dict[int, FeedItem] = {}
    anywhere = any(item.change.number > heard for item in watch.faults(MapState()))
    for stop in stops if anywhere else ():
        with suppress(WirelaneGeoError):  # a stop that can't be looked at now must not hold up the others
            found |= {item.change.number: item for item in watch.faults(stop.state, region(stop.place, event))}
    return [found[key] for key in sorted(found, reverse=True)], number


def keep_fresh(stop: Stop, watch: WallService, event: MapEvent) -> bool:
    """Have the upstream asked about a stop that isn't on screen as well; whether it could be."""
    with suppress(WirelaneGeoError):
        watch.keep_fresh(region(stop.place, event) or watch.extent() or WORLD)
        return True
    return False


def pulses(faults: Iterable[FeedItem], now: datetime) -> list[list[float]]:
    """Of faults that are new enough: number of the change, longitude, latitude in degrees, age in seconds."""
    aged = ((item, (now - item.change.at).total_seconds()) for item in faults)
    return [[item.change.number, item.point.lon, item.point.lat, round(max(age, 0.0), 1)]
            for item, age in aged if item.point and age < NEW_S][:MOST_PULSES]
