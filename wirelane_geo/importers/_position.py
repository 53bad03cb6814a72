"""Whether a position can be true: on Earth, not a placeholder, and not far outside of its country."""

import math
import re
from functools import lru_cache
from typing import Any

from wirelane_geo.importers._reader import NotAPoint
from wirelane_geo.places.gazetteer import City, nearest_in
from wirelane_geo.places.territories import lands

EUROPE = """
    AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT
    RO RS SE SI SK SM UA VA XK"""
"""Countries where every place of 5,000 inhabitants is known, and none is far from the next."""

FAR_KM, FAR_OVERSEAS_KM, FAR_ELSEWHERE_KM = 300, 500, 1_000
"""Farther than this from every place that is known of a country, a position is certainly wrong: within Europe; of a
territory that is not the country itself; elsewhere, where deserts are wide."""

NOWHERE_DEGREES = 0.01
"""So close to 0, 0 there is only water: a value that was never set."""


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
        raise NotAPoint("coordinates are not on Earth", where)
    if max(abs(lon), abs(lat)) < NOWHERE_DEGREES or (lon == lat == 1):
        raise NotAPoint("coordinates are a placeholder", where)
    place = town(country, lon, lat) if country else None
    if country and place and (away := place.metres_to(lon, lat) / 1_000) > _far_km(country, place.country):
        raise NotAPoint("coordinates are not in the country", f"{where} is {away:,.0f} km from the next town of {country}")
    return round(lon, 7), round(lat, 7)


@lru_cache(maxsize=100_000)
def town(country: str, lon: float, lat: float) -> City | None:
    """The closest place in a country, or in what belongs to it, that the gazetteer knows."""
    return nearest_in(lands(country), lon, lat)


def degrees(value: Any) -> float | None:
    """A longitude or latitude from a number, or text with a decimal point or comma; None where it is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = str(value).strip().replace(",", ".") if isinstance(value, str) else ""
    return float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan", text, re.I) else None


def _far_km(country: str, place_country: str) -> int:
    if place_country in EUROPE.split():
        return FAR_KM
    return FAR_ELSEWHERE_KM if place_country == country else FAR_OVERSEAS_KM
