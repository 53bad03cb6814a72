"""The operations on charge points."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, cast, get_args

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.server._bodies import json_body, read_point
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import (
    NAME,
    Operations,
    described,
    described_page,
    in_path,
    in_query,
    in_turn,
    json,
    link,
)
from wirelane_geo.server._point_pages import AT_ONCE, Lists, point_page
from wirelane_geo.server._point_parameters import POINT_PARAMETERS, read_query
from wirelane_geo.server._schemas import reference
from wirelane_geo.store import IdType, Store
from wirelane_geo.wire.points import encode_point

POINT_ID = "^[a-zA-Z0-9-_*]+$"

_ID_TYPES = get_args(IdType)


def add_points(api: FastAPI, store: Store, gate: Callable[..., Any], lists: Lists) -> None:
    """Give an application the operations on a store's points: list, create, read, update. `gate` lets callers in."""
    points = PointOperations(store, lists)
    one = "/points/{pointTypeId}/{pointId}"
    named = [in_path("pointTypeId", "Which field pointId is looked for in.", enum=list(_ID_TYPES), pattern=NAME),
             in_path("pointId", "The id.", pattern=POINT_ID)]
    point, body = described("The charge point.", reference("ChargingPoint")), reference("ChargingPointRequest")
    page = described_page("A page of charge points.", "ChargingPoint", X_Total_Pages="Pages of this size.")
    by_id = {"pointTypeId": "id", "pointId": "$response.body#/id"}
    links = {"read": link(points.get, **by_id), "update": link(points.update, **by_id)}
    operations = Operations(api, gate, "Organizations Charge Points")
    operations.add("GET", "/points", in_turn(points.list), "Get organization charge points", page,
                   parameters=in_query(POINT_PARAMETERS))
    operations.add("POST", "/points", points.create, "Create organization charge point", point, body=body, links=links)
    operations.add("GET", one, points.get, "Get one point from organization", point, parameters=named, links=links)
    operations.add("PUT", one, points.update, "Update organization charge point", point, parameters=named, body=body,
                   links=links)


class PointOperations:
    """The four operations."""

    def __init__(self, store: Store, lists: Lists) -> None:
        self._store, self._lists = store, lists

    def list(self, request: Request) -> Response:
        """A page of the points that the parameters ask for, with X-Total-Count and X-Total-Pages."""
        query = read_query(request.query_params)
        page = self._lists.query(query, AT_ONCE)
        read = partial(self._store.objects, status=not query.infrastructure_only)
        return point_page(page, read, X_Total_Pages=-(-page.total // query.page_size))

    def create(self, body: Annotated[bytes, Depends(json_body)]) -> Response:
        """Store a new point; its id, charging_point_id and dates are given here."""
        return json(encode_point(self._store.create(read_point(body))))

    def get(self, request: Request) -> Response:
        """One point by its id, charging_point_id, charge_point_id or evseid, as pointTypeId says."""
        id_type, value = _named(request)
        point = self._store.get(id_type, value)
        if point is None:
            raise _unknown(id_type, value)
        return json(encode_point(point))

    def update(self, request: Request, body: Annotated[bytes, Depends(json_body)]) -> Response:
        """Replace a point; its id, charging_point_id and creation_date stay."""
        id_type, value = _named(request)
        point = self._store.update(id_type, value, read_point(body))
        if point is None:
            raise _unknown(id_type, value)
        return json(encode_point(point))


def _named(request: Request) -> tuple[IdType, str]:
    id_type, value = request.path_params["pointTypeId"], request.path_params["pointId"]
    if id_type not in _ID_TYPES:
        raise Refusal(400, "invalid_parameter", f"pointTypeId: expected one of {', '.join(_ID_TYPES)}.")
    if not re.fullmatch(POINT_ID[1:-1], value):
        raise Refusal(400, "invalid_parameter", "pointId: expected letters, digits, -, _ and *.")
    return cast(IdType, id_type), value


def _unknown(id_type: str, value: str) -> Refusal:
    return Refusal(404, "not_found", f"There is no charge point whose {id_type} is {value}.")
