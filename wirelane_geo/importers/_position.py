"""Whether a position can be true: on Earth, not a placeholder, and not far outside of its country."""

import math
from functools import lru_cache
from typing import Any

from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._place_texts import degrees, pair
from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.places.gazetteer import City, nearest, nearest_in
from wirelane_geo.places.territories import lands

__all__ = ["checked", "degrees", "lies_in", "pair", "placed", "town"]

EUROPE = """
    AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT
    RO RS SE SI SK SM UA VA XK"""
"""Countries where every place of 5,000 inhabitants is known, and none is far from the next."""

FAR_KM, FAR_OVERSEAS_KM, FAR_ELSEWHERE_KM = 300, 500, 1_000
"""Farther than this from every place that is known of a country, a position is certainly wrong: within Europe; of a
territory that is not the country itself; elsewhere, where deserts are wide."""

CELL_DEGREES, CELL_KM = 0.25, 25
"""A cell of the map, and more than there is from its middle to its corners: of a country's many points few are in different
ones."""

NOWHERE_DEGREES = 0.01
"""So close to 0, 0 there is only water: a value that was never set."""

_LEAST_METRES, _MOST_METRES = 1_000.0, 1e9
_GRIDS = {"Lambert-93 (EPSG:2154)": ((100_000.0, 1_250_000.0), (6_000_000.0, 7_200_000.0)),
          "Swiss LV95 (EPSG:2056)": ((1_070_000.0, 1_300_000.0), (2_480_000.0, 2_840_000.0))}
"""Grids that are known by their numbers: the smaller and the greater one, in metres."""


@lru_cache(maxsize=100_000)
def checked(lon: float | None, lat: float | None, country: str | None) -> tuple[float, float]:
    """The position in degrees, to 7 digits. Raises NotAPoint: none, not on Earth, a placeholder, not in its country.

    What lies around (0, 0), and (1, 1), are placeholders. `country` is ISO alpha-2, its territories overseas belong to it;
    without it, or where no place of it is known, the last check is left out.
    """
    if lon is None or lat is None:
        raise NotAPoint("no coordinates")
    where = f"longitude {lon}, latitude {lat}"
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        if (grid := _grid_of(*sorted((lon, lat)))) is not None:
            raise NotAPoint(grid, where)
        raise NotAPoint("coordinates are not on Earth", where)
    if max(abs(lon), abs(lat)) < NOWHERE_DEGREES or (lon == lat == 1):
        raise NotAPoint("coordinates are a placeholder", where)
    sure = country is None or _surely_in(country, math.floor(lon / CELL_DEGREES), math.floor(lat / CELL_DEGREES))
    place = None if sure or country is None else town(country, lon, lat)
    if country and place and (away := place.metres_to(lon, lat) / 1_000) > _far_km(country, place.country):
        raise NotAPoint("coordinates are not in the country", f"{where} is {away:,.0f} km from the next town of {country}")
    return round(lon, 7), round(lat, 7)


def _grid_of(less: float, more: float) -> str | None:
    """What to say of two numbers beyond all degrees, whichever comes first; None where they say nothing. They are not converted:
    what is Toulouse in Lambert-93 is Verdun in Web Mercator."""
    if not (abs(less) >= _LEAST_METRES and abs(more) <= _MOST_METRES):
        return None
    return next((f"coordinates in metres, as in {name}: convert the file to WGS 84 (EPSG:4326)"
                 for name, ((west, east), (south, north)) in _GRIDS.items() if west <= less <= east and south <= more <= north),
                "coordinates in metres, or in degrees without their decimal point")


def placed_of(lon: Any, lat: Any, country: str | None, column: str, notes: Notes) -> tuple[float, float]:
    """As `placed`, of what stands in a file; what is there and can't be read is said to be so."""
    numbers = degrees(lon), degrees(lat)
    if None in numbers and not (lon in (None, "") and lat in (None, "")):
        raise NotAPoint("coordinates can't be read", f"longitude {lon}, latitude {lat}"[:200])
    if numbers[0] is None or numbers[1] is None:
        raise NotAPoint("no coordinates")
    return placed((numbers[0], numbers[1]), country, column, [lon, lat], notes)


@lru_cache(maxsize=100_000)
def _surely_in(country: str, column: int, row: int) -> bool:
    """Whether every position in a cell of CELL_DEGREES is near enough to a place of the country; where not, each is looked at."""
    lon, lat = (column + 0.5) * CELL_DEGREES, (row + 0.5) * CELL_DEGREES
    place = town(country, min(lon, 180.0), min(lat, 90.0))
    return place is not None and place.metres_to(lon, lat) / 1_000 + CELL_KM < min(FAR_KM, FAR_OVERSEAS_KM, FAR_ELSEWHERE_KM)


@lru_cache(maxsize=100_000)
def town(country: str, lon: float, lat: float) -> City | None:
    """The closest place in a country, or in what belongs to it, that the gazetteer knows."""
    return nearest_in(lands(country), lon, lat)


def placed(found: tuple[float, float], country: str | None, column: str, given: Any, notes: Notes) -> tuple[float, float]:
    """As `checked`, of longitude and latitude; swapped ones are put right, and noted, where only that lies in the country."""
    try:
        return checked(*found, country)
    except NotAPoint as refused:
        try:
            turned = checked(found[1], found[0], country) if country else None
        except NotAPoint:
            turned = None
        if turned is None or town(country or "", *turned) is None:
            raise refused from None
    notes.add("latitude and longitude swapped, put right", column, given)
    return turned


def lies_in(country: str, lon: float, lat: float) -> bool:
    """Whether the closest town of all is the country's (alpha-2), or of what belongs to it."""
    return nearest(lon, lat).country in lands(country)


def _far_km(country: str, place_country: str) -> int:
    if place_country in EUROPE.split():
        return FAR_KM
    return FAR_ELSEWHERE_KM if place_country == country else FAR_OVERSEAS_KM
