"""The query parameters of the points list: one row each. Reading, refusing and the published document follow from it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from starlette.datastructures import QueryParams

from wirelane_geo.geo import Bounds
from wirelane_geo.model import AuthenticationType, ChargingType, PlugType, Status, Term
from wirelane_geo.server.errors import Refusal, bad_parameter
from wirelane_geo.store import OrderBy, PointQuery

LARGEST_PAGE_SIZE = 1_000_000
DEFAULT_PAGE_SIZE = 50
HALF_EARTH_M = 20_100_000.0
"""No two points are farther apart than this, in metres."""

_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+")
_INTEGER = re.compile(r"-?[0-9]+")
_DIGITS = re.compile(r"[0-9]*")


@dataclass(frozen=True)
class Parameter:
    """A query parameter. `read` takes its text, of a list each item's, and raises ValueError with what would be right.

    Lists are comma-separated; repeating the parameter means the same.
    """

    name: str
    meaning: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    listed: bool = False
    default: Any = field(default=None)

    def published(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        schema = {"type": "array", "items": self.schema} if self.listed else self.schema
        style = {"style": "form", "explode": False} if self.listed else {}
        return {"name": self.name, "in": "query", "required": False, "description": self.meaning, "schema": schema, **style}


def _integer(low: int, high: int | None) -> Callable[[str], int]:
    expected = f"a whole number from {low}" + ("" if high is None else f" to {high}")

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise ValueError(expected)
        digits = text.lstrip("-").lstrip("0")
        value = int(digits or "0") if len(digits) < 19 else 10**18
        if text.startswith("-") and value:
            raise ValueError(expected)
        if value < low or (high is not None and value > high):
            raise ValueError(expected)
        return value
    return read


def _number(expected: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not fits(value := float(text)):
            raise ValueError(expected)
        return value
    return read


def _distance(text: str) -> float | None:
    if not _DIGITS.fullmatch(text):
        raise ValueError("whole metres")
    return min(float(text), HALF_EARTH_M) if text else None


def _choice(values: Iterable[str]) -> Callable[[str], str]:
    known = tuple(values)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError("one of " + ", ".join(value or "''" for value in known))
        return text
    return read


def _terms(kind: type[Term], but: Iterable[Term] = ()) -> Callable[[str], Term]:
    choose = _choice(term for term in kind if term not in tuple(but))
    return lambda text: kind(choose(text))


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
_DIRECTIONS = ("asc", "desc", "")
_UNSENT = (AuthenticationType.nfc_terminal,)
"""A value of charge points that the contract's parameter doesn't have."""


def _position(name: str, meaning: str) -> Parameter:
    read, pattern = (_latitude, _LATITUDE) if name.endswith("lat") else (_longitude, _LONGITUDE)
    return Parameter(name, meaning, {"type": "string", "pattern": pattern}, read)


def _flag(name: str, meaning: str) -> Parameter:
    return Parameter(name, meaning, {"type": "string", "pattern": "^[0-1]{1}$", "enum": ["0", "1"]}, _choice("01"))


def _texts(name: str, meaning: str) -> Parameter:
    return Parameter(name, meaning, {"type": "string"}, str, listed=True)


def _enum(name: str, meaning: str, kind: type[Term], but: Iterable[Term] = ()) -> Parameter:
    values = [term.value for term in kind if term not in tuple(but)]
    return Parameter(name, meaning, {"type": "string", "enum": [*values, ""]}, _terms(kind, but), listed=True)


PARAMETERS = (
    Parameter("page", "Number of the page, from 1.", {"type": "integer", "minimum": 1, "default": 1},
              _integer(1, None), default=1),
    Parameter("page_size", "Points per page.",
              {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
              _integer(1, LARGEST_PAGE_SIZE), default=DEFAULT_PAGE_SIZE),
    Parameter("search", "Words, each the beginning of a word of an id, label, EVSE ID or address.",
              {"type": "string"}, str, default=""),
    Parameter("order_by", "What to sort by; `distance` needs sort_lat and sort_lon, or lat and lon. Unknown values last.",
              {"type": "string", "enum": list(get_args(OrderBy))}, _choice(get_args(OrderBy))),
    Parameter("order_direction", "Ascending unless `desc`.", {"type": "string", "enum": list(_DIRECTIONS)},
              _choice(_DIRECTIONS), default=""),
    _position("lat", "Latitude of the centre: `distance` is measured from it. Goes with lon."),
    _position("lon", "Longitude of the centre. Goes with lat."),
    Parameter("distance", "Only points within so many metres of lat, lon.", {"type": "string", "pattern": "^[0-9]*$"},
              _distance),
    _position("south_west_lat", "Southern edge of a viewport. All four edges go together."),
    _position("south_west_lon", "Western edge of a viewport; greater than the eastern one across the antimeridian."),
    _position("north_east_lat", "Northern edge of a viewport."),
    _position("north_east_lon", "Eastern edge of a viewport."),
    _enum("plug_types", "Points with any of these plugs.", PlugType),
    _enum("status", "Stations with a point that has one of these statuses and meets everything else: all their points.",
          Status),
    _enum("charging_type", "Points with alternating or direct current.", ChargingType),
    _enum("auth_type", "Points that take any of these.", AuthenticationType, _UNSENT),
    Parameter("max_power", "Points of at most so many kW; greater than 0.", {"type": "string", "pattern": _ABOVE_0},
              _number("a power in kW above 0", lambda value: value > 0)),
    _flag("infrastructure_only", "1: answer what is built, leave out the status."),
    Parameter("point_groups", "Points in any of these groups (ids).", {"type": "string", "pattern": "^[0-9]+$"},
              _group, listed=True),
    _texts("evseid", "Points with one of these EVSE IDs."),
    _position("sort_lat", "Latitude that order_by=distance measures from. Goes with sort_lon."),
    _position("sort_lon", "Longitude that order_by=distance measures from. Goes with sort_lat."),
    _flag("reservable", "1: reservable points only."),
    _texts("charging_station_id", "Points with one of these station ids."),
    _texts("owner_id", "Points of one of these owners."),
    _texts("not_in_point_groups", "Points in none of these groups (ids)."),
)
_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
_EDGES = ("south_west_lat", "south_west_lon", "north_east_lat", "north_east_lon")


def read_query(given: QueryParams) -> PointQuery:
    """The query that a query string asks for. Raises Refusal (400), which names the parameter."""
    values = _values(given)
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


def _values(given: QueryParams) -> dict[str, Any]:
    """Every parameter's value or default. Raises Refusal for one that is unknown, given twice, or can't be read."""
    values: dict[str, Any] = {p.name: frozenset() if p.listed else p.default for p in PARAMETERS}
    for name in given:
        parameter = _BY_NAME.get(name)
        texts = given.getlist(name)
        if parameter is None:
            raise Refusal(400, "invalid_parameter", f"{name[:80]}: there is no such parameter.")
        if parameter.listed:
            values[name] = frozenset(_read(parameter, item) for text in texts for item in _items(parameter, text))
        elif len(texts) > 1:
            raise Refusal(400, "invalid_parameter", f"{name}: given more than once.")
        else:
            values[name] = _read(parameter, texts[0])
    return values


def _items(parameter: Parameter, text: str) -> list[str]:
    """The items of a list; an empty one says nothing, where the schema allows it at all."""
    strict = "pattern" in parameter.schema
    return [item for item in text.split(",") if item or strict] if text else []


def _read(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.read(text)
    except ValueError as error:
        raise bad_parameter(parameter.name, text, str(error)) from None


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
