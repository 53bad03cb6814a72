"""The operations on stations, and on what belongs to one."""

import re
from collections.abc import Callable
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.model.dialect_2026 import ConnectorStatus
from wirelane_geo.server._api_2026._index import StationIndex, StationQuery
from wirelane_geo.server._api_2026._operations import (
    described_list,
    flag,
    matching,
    missing,
    number_in_path,
    number_of,
    one,
    order,
    page_of,
    pages,
    several,
    text,
)
from wirelane_geo.server._api_2026._records import station_of
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import Operations, Schema, described, in_query, in_turn
from wirelane_geo.server._parameters import Parameter, values_of
from wirelane_geo.server._point_parameters import distance, position
from wirelane_geo.server._schemas import reference

ORDERS = ("station_id", "distance", "status_update", "address_zip_code", "address_city")
PROVIDERS = ("echs_delnd", "emc", "hubject", "wirelane")
_SITE = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_RANGE = "^[0-9]{1,3}-[0-9]{1,3}$"


def _read(pattern: str, meaning: str) -> Callable[[str], str]:
    def read(given: str) -> str:
        if not re.fullmatch(pattern[1:-1], given):
            raise ValueError(meaning)
        return given
    return read


def _power(given: str) -> tuple[float, float]:
    low, high = _read(_RANGE, "two powers in kW, as 11-50")(given).split("-")
    return float(low), float(high)


def _words(name: str, meaning: str, kind: Any) -> Parameter:
    return several(name, meaning, [term.value for term in kind], repeated=False)


STATION_PARAMETERS = (
    *pages(),
    *order(ORDERS, "address_zip_code", "asc"),
    position("lat", "Latitude of the centre: `distance` is measured from it. Goes with lon."),
    position("lon", "Longitude of the centre. Goes with lat."),
    Parameter("distance", "Only stations within so many metres of lat, lon.", {"type": "string", "pattern": "^[0-9]*$"},
              distance),
    _words("auth_type", "Stations that take any of these.", AuthenticationType),
    Parameter("owner_id", "Stations of any of these owners.", {"type": "string"}, str, listed=True),
    _words("charging_type", "With alternating or direct current.", ChargingType),
    flag("onboarded", "Whether setting it up is over, as it is with all here."),
    flag("include_roaming", "Also those of partners, of which there are none here.", default=False),
    several("charging_provider", "On any of these platforms.", PROVIDERS),
    _words("plug_types", "With any of these plugs.", PlugType),
    Parameter("power_range", "From and up to so many kW, as 11-50.", {"type": "string", "pattern": _RANGE}, _power),
    _words("status", "With a connector that has one of these statuses and meets everything else.", ConnectorStatus),
    text("search", "Words, each the beginning of a word of a label, EVSE ID or address; or a scm_id."),
    matching("point_groups", "In any of these groups.", _read("^[0-9]+$", "the number of a group"), "^[0-9]+$", repeated=False),
    flag("has_point_group", "Whether they are in any group."),
    matching("charging_sites", "At one of these sites, of which there are none here.", _read(_SITE, "a UUID"), _SITE),
)


def add_stations(index: StationIndex, operations: Callable[[str], Operations], links: Schema) -> None:
    """Add the list of stations and each of them. `links`: what else can be asked for with the ids of one."""
    stations = StationOperations2026(index)
    add = operations("Stations").add
    add("GET", "/stations", in_turn(stations.list), "Get the stations of an organization",
        described_list("A page of stations.", "ChargingStation"), parameters=in_query(STATION_PARAMETERS))
    add("GET", "/stations/id/{stationId}", stations.get, "Get one station",
        described("The station.", reference("ChargingStation")), parameters=[number_in_path("stationId", "Its number.")],
        links=links)


class StationOperations2026:
    """The two operations."""

    def __init__(self, index: StationIndex) -> None:
        self._index = index

    def list(self, request: Request) -> Response:
        """A page of the stations that the parameters ask for."""
        values = values_of(STATION_PARAMETERS, request.query_params)
        if values["onboarded"] is False or values["charging_sites"]:
            return page_of([], values)
        total, found = self._index.find(_query(request.query_params))
        return page_of([station_of(number, points) for number, points in found if points], values, total)

    def get(self, request: Request) -> Response:
        """One station by its number."""
        number, points = station_in(self._index, request)
        return one(station_of(number, points))


def station_in(index: StationIndex, request: Request) -> tuple[int, list[ChargePoint]]:
    """The station that a path names: number and points. Raises Refusal."""
    number = number_of(request, "stationId")
    if not (points := index.station(number)):
        raise missing("station")
    return number, points


def _query(given: QueryParams) -> StationQuery:
    values = values_of(STATION_PARAMETERS, given)
    lat, lon = values["lat"], values["lon"]
    if (lat is None) != (lon is None):
        raise Refusal(400, "invalid_parameter", "lat, lon: go together.")
    if lat is None and (values["distance"] is not None or values["order_by"] == "distance"):
        raise Refusal(400, "invalid_parameter", "distance: needs lat and lon, the centre that it is measured from.")
    words = {Status(word) for word in values["status"] if word in Status.__members__}
    return StationQuery(
        center=None if lat is None else (lon, lat), distance_m=values["distance"],
        plugs=frozenset(map(PlugType, values["plug_types"])), statuses=frozenset(words) if values["status"] else None,
        charging_types=frozenset(map(ChargingType, values["charging_type"])),
        authentications=frozenset(map(AuthenticationType, values["auth_type"])), power_kw=values["power_range"],
        owners=values["owner_id"], providers=values["charging_provider"],
        groups=frozenset(group.lstrip("0") or "0" for group in values["point_groups"]), has_group=values["has_point_group"],
        search=values["search"] or "", order_by=values["order_by"], descending=values["order_direction"] == "desc",
        page=values["page"], page_size=values["page_size"])


