"""The query parameters of the points list."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from starlette.datastructures import QueryParams

from wirelane_geo.geo import Bounds
from wirelane_geo.model import AuthenticationType, ChargingType, PlugType, Status
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._parameters import Parameter, choice, enum, listing, texts, values_of
from wirelane_geo.store import OrderBy, PointQuery

HALF_EARTH_M = 20_100_000.0
"""No two points are farther apart than this, in metres."""

_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+")
_DIGITS = re.compile(r"[0-9]*")


def _number(expected: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not fits(value := float(text)):
            raise ValueError(expected)
        return value
    return read


def distance(text: str) -> float | None:
    """Reads whole metres; None where there are none. Raises ValueError."""
    if not _DIGITS.fullmatch(text):
        raise ValueError("whole metres")
    return min(float(text), HALF_EARTH_M) if text else None


def _group(text: str) -> str:
    if not re.fullmatch("[0-9]+", text):
        raise ValueError("the number of a group")
    return text.lstrip("0") or "0"


# The contract's pattern for all three is ^[-+]?[0-9]*.?[0-9]+$: these say what it means.
_LATITUDE = r"^[-+]?(90(\.0+)?|[0-8]?[0-9](\.[0-9]+)?|\.[0-9]+)$"
_LONGITUDE = r"^[-+]?(180(\.0+)?|(1[0-7]|[0-9])?[0-9](\.[0-9]+)?|\.[0-9]+)$"
_ABOVE_0 = r"^\+?([0-9]*[1-9][0-9]*(\.[0-9]+)?|[0-9]*\.[0-9]*[1-9][0-9]*)$"
_latitude = _number("a latitude from -90 to 90", lambda value: abs(value) <= 90)
_longitude = _number("a longitude from -180 to 180", lambda value: abs(value) <= 180)
_UNSENT = (AuthenticationType.nfc_terminal,)
"""A value of charge points that the contract's parameter doesn't have."""


def position(name: str, meaning: str) -> Parameter:
    """A coordinate in degrees; its name says which."""
    read, pattern = (_latitude, _LATITUDE) if name.endswith("lat") else (_longitude, _LONGITUDE)
    return Parameter(name, meaning, {"type": "string", "pattern": pattern}, read)


def _flag(name: str, meaning: str) -> Parameter:
    return Parameter(name, meaning, {"type": "string", "pattern": "^[0-1]{1}$", "enum": ["0", "1"]}, choice("01"))


POINT_PARAMETERS = (
    *listing("Points", "an id, label, EVSE ID or address", get_args(OrderBy),
             "; `distance` needs sort_lat and sort_lon, or lat and lon"),
    position("lat", "Latitude of the centre: `distance` is measured from it. Goes with lon."),
    position("lon", "Longitude of the centre. Goes with lat."),
    Parameter("distance", "Only points within so many metres of lat, lon.", {"type": "string", "pattern": "^[0-9]*$"},
              distance),
    position("south_west_lat", "Southern edge of a viewport. All four edges go together."),
    position("south_west_lon", "Western edge of a viewport; greater than the eastern one across the antimeridian."),
    position("north_east_lat", "Northern edge of a viewport."),
    position("north_east_lon", "Eastern edge of a viewport."),
    enum("plug_types", "Points with any of these plugs.", PlugType),
    enum("status", "Stations with a point that has one of these statuses and meets everything else: all their points.",
          Status),
    enum("charging_type", "Points with alternating or direct current.", ChargingType),
    enum("auth_type", "Points that take any of these.", AuthenticationType, _UNSENT),
    Parameter("max_power", "Points of at most so many kW; greater than 0.", {"type": "string", "pattern": _ABOVE_0},
              _number("a power in kW above 0", lambda value: value > 0)),
    _flag("infrastructure_only", "1: answer what is built, leave out the status."),
    Parameter("point_groups", "Points in any of these groups (ids).", {"type": "string", "pattern": "^[0-9]+$"},
              _group, listed=True),
    texts("evseid", "Points with one of these EVSE IDs."),
    position("sort_lat", "Latitude that order_by=distance measures from. Goes with sort_lon."),
    position("sort_lon", "Longitude that order_by=distance measures from. Goes with sort_lat."),
    _flag("reservable", "1: reservable points only."),
    texts("charging_station_id", "Points with one of these station ids."),
    texts("owner_id", "Points of one of these owners."),
    texts("not_in_point_groups", "Points in none of these groups (ids)."),
)
_EDGES = ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon")


def read_query(given: QueryParams) -> PointQuery:
    """The query that a query string asks for. Raises Refusal (400), which names the parameter."""
    values = values_of(POINT_PARAMETERS, given)
    center, sort_at = _pair(values, "lat", "lon"), _pair(values, "sort_lat", "sort_lon")
    if values["distance"] is not None and center is None:
        raise Refusal(400, "invalid_parameter", "distance: needs lat and lon, the centre that it is measured from.")
    if values["order_by"] == "distance" and center is None and sort_at is None:
        raise Refusal(400, "invalid_parameter", "order_by: distance needs sort_lat and sort_lon, or lat and lon.")
    return PointQuery(
        bounds=_bounds(values),
        center=center,
        distance_m=values["distance"],
        plugs=values["plug_types"],
        statuses=values["status"],
        charging_types=values["charging_type"],
        authentications=values["auth_type"],
        max_power=values["max_power"],
        reservable_only=values["reservable"] == "1",
        point_groups=values["point_groups"],
        not_in_point_groups=frozenset(name.lstrip("0") or "0" for name in values["not_in_point_groups"]),
        evseids=values["evseid"],
        owners=values["owner_id"],
        station_ids=values["charging_station_id"],
        search=values["search"],
        infrastructure_only=values["infrastructure_only"] == "1",
        order_by=values["order_by"],
        descending=values["order_direction"] == "desc",
        sort_at=sort_at,
        page=values["page"],
        page_size=values["page_size"],
    )


def _pair(values: Mapping[str, Any], lat: str, lon: str) -> tuple[float, float] | None:
    """A position as (lon, lat), where both are given."""
    missing = [name for name in (lat, lon) if values[name] is None]
    if len(missing) == 1:
        raise Refusal(400, "invalid_parameter", f"{missing[0]}: missing, {lat} and {lon} go together.")
    return None if missing else (values[lon], values[lat])


def _bounds(values: Mapping[str, Any]) -> Bounds | None:
    missing = [name for name in _EDGES if values[name] is None]
    if len(missing) == len(_EDGES):
        return None
    if missing:
        raise Refusal(400, "invalid_parameter", f"{', '.join(missing)}: missing, the four edges of a viewport go together.")
    south, west, north, east = (values[name] for name in _EDGES)
    if south > north:
        raise Refusal(400, "invalid_parameter", "south_west_lat: lies north of north_east_lat.")
    return Bounds(south, west, north, east)
