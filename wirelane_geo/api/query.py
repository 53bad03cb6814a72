"""The query parameters of the points list, and how the API wants them written."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypedDict

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargingType, PlugType, Status

ORDERS = ("evseid", "status", "latitude", "longitude", "power", "voltage", "chargingType", "plugType", "country", "city",
          "zipCode", "creationDate", "updateDate", "distance")
"""What a list of points can be ordered by."""

Words = Iterable[str] | str
"""Several words, or one text in which commas separate them."""


class PointParameters(TypedDict, total=False):
    """Every parameter of the points list, by the API's own names. None and empty mean: not asked for.

    Coordinates in degrees WGS 84, `distance` in metres around `lat`/`lon`, `max_power` in kW. `status` chooses stations:
    all points of a station in which one matches are answered. `order_by="distance"` goes by `sort_lat`/`sort_lon`.
    `page` (from 1) asks for that page alone; without it all pages are read, `page_size` (1 to 1,000,000) points at a time.
    """

    page: int | None
    page_size: int | None
    search: str | None
    order_by: str | None
    order_direction: str | None
    lat: float | str | None
    lon: float | str | None
    distance: float | str | None
    south_west_lat: float | str | None
    south_west_lon: float | str | None
    north_east_lat: float | str | None
    north_east_lon: float | str | None
    plug_types: Words | None
    status: Words | None
    charging_type: Words | None
    auth_type: Words | None
    max_power: float | str | None
    infrastructure_only: bool | str | None
    point_groups: Iterable[int | str] | str | None
    evseid: Words | None
    sort_lat: float | str | None
    sort_lon: float | str | None
    reservable: bool | str | None
    charging_station_id: Words | None
    owner_id: Words | None
    not_in_point_groups: Iterable[int | str] | str | None


def written(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The parameters as the query string has them. Raises BadInput, which says what would be right."""
    query: dict[str, str] = {}
    for name, value in parameters.items():
        write = _WRITERS.get(name)
        if write is None:
            raise BadInput(f"The points list has no parameter {name!r}. It has {', '.join(_WRITERS)}.")
        if value is None:
            continue
        try:
            text = write(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise BadInput(f"{name}={value!r} can't be asked for: it is {error}.") from None
        if text:
            query[name] = text
    return query


def _number(low: float, high: float, meaning: str) -> Callable[[Any], str]:
    def write(value: float | str) -> str:
        try:
            number = float(value)
        except (ValueError, TypeError):
            number = math.nan
        if not low <= number <= high:
            raise ValueError(meaning)
        return _decimal(number)

    return write


def _decimal(number: float) -> str:
    """Plain digits that read back the same, never an exponent: the API's pattern has none."""
    text = format(Decimal(repr(round(number, 15))), "f")
    return text.removesuffix(".0") if number else "0"


def _whole(low: int, high: int, meaning: str) -> Callable[[Any], str]:
    def write(value: float | str) -> str:
        try:
            number = math.ceil(float(value))
        except (ValueError, TypeError, OverflowError):
            number = low - 1
        if not low <= number <= high:
            raise ValueError(meaning)
        return str(number)

    return write


def _words(known: Iterable[str] = (), pattern: str = "[^,]+", meaning: str = "texts without commas") -> Callable[[Any], str]:
    allowed = tuple(known)
    meaning = f"any of {', '.join(allowed)}" if allowed else meaning

    def write(value: Iterable[object] | str) -> str:
        words = value.split(",") if isinstance(value, str) else [str(word) for word in value]
        words = [word for word in words if word] if isinstance(value, str) else words
        if any(not re.fullmatch(pattern, word) or (allowed and word not in allowed) for word in words):
            raise ValueError(meaning)
        return ",".join(words)

    return write


def _one_of(*known: str) -> Callable[[Any], str]:
    def write(value: str) -> str:
        if value not in known:
            raise ValueError(f"one of {', '.join(filter(None, known))}")
        return str(value)

    return write


def _flag(value: bool | int | str) -> str:
    if str(value) not in ("0", "1", "True", "False"):
        raise ValueError("True or False")
    return "1" if str(value) in ("1", "True") else "0"


_LATITUDE = _number(-90, 90, "a latitude in degrees, -90 to 90")
_LONGITUDE = _number(-180, 180, "a longitude in degrees, -180 to 180")

_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "page": _whole(1, 2**31 - 1, "a whole number from 1"),
    "page_size": _whole(1, 1_000_000, "a whole number, 1 to 1,000,000"),
    "search": str,
    "order_by": _one_of(*ORDERS),
    "order_direction": _one_of("asc", "desc", ""),
    "lat": _LATITUDE,
    "lon": _LONGITUDE,
    "distance": _whole(0, 2**31 - 1, "a distance in metres, from 0"),
    "south_west_lat": _LATITUDE,
    "south_west_lon": _LONGITUDE,
    "north_east_lat": _LATITUDE,
    "north_east_lon": _LONGITUDE,
    "plug_types": _words(PlugType),
    "status": _words(Status),
    "charging_type": _words(ChargingType),
    "auth_type": _words(("card", "remote", "direct")),
    "max_power": _number(1e-6, 1e9, "a power in kW, greater than 0"),
    "infrastructure_only": _flag,
    "point_groups": _words(pattern="[0-9]+", meaning="numbers of groups"),
    "evseid": _words(),
    "sort_lat": _LATITUDE,
    "sort_lon": _LONGITUDE,
    "reservable": _flag,
    "charging_station_id": _words(),
    "owner_id": _words(),
    "not_in_point_groups": _words(),
}
