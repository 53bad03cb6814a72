"""Whether a position can be true: on Earth, not a placeholder, and not far outside of its country."""

import math
from functools import lru_cache

from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.places.gazetteer import City, cities, nearest_in

OVERSEAS = {"FR": ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF")}
"""Countries that have a code of their own but are in another one's files."""

FAR_KM = (300, 1_000)
"""Farther than this from every place of its country, a position is certainly wrong: where the gazetteer knows places of
5,000 inhabitants (Europe), and elsewhere (15,000: in Australia a charge point may be 700 km from the next)."""


@lru_cache(maxsize=100_000)
def checked(lon: float | None, lat: float | None, country: str | None) -> tuple[float, float]:
    """The position in degrees, to 7 digits. Raises NotAPoint: none, not on Earth, a placeholder, not in its country.

    (0, 0) and (1, 1) are placeholders. `country` is ISO alpha-2; without it, or where no place of it is known, the
    last check is left out.
    """
    if lon is None or lat is None:
        raise NotAPoint("no coordinates")
    where = f"longitude {lon}, latitude {lat}"
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise NotAPoint("coordinates are not on Earth", where)
    if lon == lat and lon in (0, 1):
        raise NotAPoint("coordinates are a placeholder", where)
    if country and (away := _km_from(country, lon, lat)) is not None and away > _far_km(country):
        raise NotAPoint("coordinates are not in the country", f"{where} is {away:,.0f} km from the next town of {country}")
    return round(lon, 7), round(lat, 7)


@lru_cache(maxsize=100_000)
def town(country: str, lon: float, lat: float) -> City | None:
    """The closest place in a country, or in one of its countries overseas, that the gazetteer knows."""
    return nearest_in(OVERSEAS.get(country, (country,)), lon, lat)


def _km_from(country: str, lon: float, lat: float) -> float | None:
    place = town(country, lon, lat)
    return None if place is None else place.metres_to(lon, lat) / 1_000


@lru_cache
def _far_km(country: str) -> int:
    table = cities()
    return FAR_KM[0] if table.population[table.country == country].min() < 15_000 else FAR_KM[1]
