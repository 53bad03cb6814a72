"""Longitude and latitude as files write them: numbers, degrees and minutes, pairs in brackets, GeoJSON, WKT."""

import json
import re
from functools import lru_cache
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|nan", re.I)
_ANGLE = re.compile(r"""([+-]?\d+(?:\.\d+)?)\s*(?:°|deg)?\s*(?:(\d+(?:\.\d+)?)\s*['′’]\s*(?:(\d+(?:\.\d+)?)\s*(?:"|″|'')\s*)?)?"""
                    r"([NSEW])?", re.I)
_AROUND = re.compile(r"(?:SRID\s*=\s*\d+\s*;\s*)?(?:POINT\s*Z?)?\s*(.*)", re.I | re.S)
_LON, _LAT = ("longitude", "lon", "lng", "x"), ("latitude", "lat", "y")


def degrees(value: Any) -> float | None:
    """A longitude or latitude from a number, or from text with a decimal point or comma, or in degrees, minutes and seconds
    ("52°31'12\\"N"); None where it is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:  # a whole number may be longer than any float
            return None
    return _degrees(value) if isinstance(value, str) else None


@lru_cache(maxsize=100_000)
def _degrees(given: str) -> float | None:
    text = given.strip().replace(",", ".")
    if text.count(".") > 1:
        text = text.rstrip(". ")  # as the register has it: "48,442398."
    if _NUMBER.fullmatch(text):
        return float(text)
    match = _ANGLE.fullmatch(text)
    if match is None:
        return None
    whole, minutes, seconds = (float(part or 0) for part in match.groups()[:3])
    if minutes >= 60 or seconds >= 60:
        return None
    size = abs(whole) + minutes / 60 + seconds / 3_600
    return -size if text.startswith("-") or (match[4] or "").upper() in ("S", "W") else size


def pair(given: Any) -> tuple[float, float] | None:
    """Longitude and latitude of [lon, lat], of an object with names, of a GeoJSON point, or of a text as `pair_in` reads it;
    None where there is none."""
    if isinstance(given, str):
        return pair_in(given)
    if isinstance(given, dict):
        if "coordinates" in given:
            return pair(given["coordinates"])
        lon, lat = (next((given[name] for name in names if name in given), None) for names in (_LON, _LAT))
    elif isinstance(given, list) and given and isinstance(given[0], list):
        return None if any(isinstance(part, list) for part in given[0]) else pair(given[0])  # of a GeoJSON MultiPoint
    elif isinstance(given, list) and len(given) >= 2:
        lon, lat = given[:2]
    else:
        return None
    numbers = degrees(lon), degrees(lat)
    return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])


@lru_cache(maxsize=100_000)
def pair_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude of "[lon, lat]", "lon,lat", "lon lat", "2,35; 48,85", "POINT(2.35 48.85)" and the like."""
    if text.lstrip().startswith("{"):
        try:
            return pair(json.loads(text))
        except (ValueError, RecursionError):
            return None
    bare = _AROUND.sub(r"\1", text.strip()).strip(" []()")
    if "°" not in bare:
        bare = bare.replace('"', "")
    parts = _parts(bare)
    if len(parts) == 3:  # the last one is a height
        parts = parts[:2]
    lon, lat = (degrees(part) for part in (parts if len(parts) == 2 else (None, None)))
    return None if lon is None or lat is None else (lon, lat)


def _parts(bare: str) -> list[str]:
    for sign in (";", "/"):
        if sign in bare:
            return re.split(rf"\s*{sign}\s*", bare)
    if "°" in bare:
        return re.split(r"\s*,\s*|\s+(?=[+-]?\d+(?:\.\d+)?\s*°)", bare)
    if bare.count(",") < 2:
        return re.split(r"\s*,\s*|\s+", bare)
    if "." in bare:
        return re.split(r"\s*,\s*", bare)
    return re.split(r"\s*,?\s+", bare)
