"""The operations on charge points."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, cast, get_args

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.api.models import encode_point
from wirelane_geo.server.bodies import json_body, read_point
from wirelane_geo.server.errors import Refusal
from wirelane_geo.server.parameters import PARAMETERS, read_query
from wirelane_geo.server.schemas import reference
from wirelane_geo.store import IdType, Store

NAME = "^[a-zA-Z0-9-_]+$"
POINT_ID = "^[a-zA-Z0-9-_*]+$"

_ID_TYPES = get_args(IdType)
_REFUSALS = {
    400: "A parameter or the body can't be used; the message names it.",
    401: "No access token, or one that is not valid any more.",
    403: "The token is for another scope or organization.",
    404: "There is no such thing.",
    500: "The service failed.",
}


def add_points(api: FastAPI, store: Store, gate: Callable[..., Any]) -> None:
    """Give an application the operations on a store's points: list, create, read, update. `gate` lets callers in."""
    points = Points(store)
    several = "/organizations/id/{organizationId}/points"
    one = f"{several}/{{pointTypeId}}/{{pointId}}"
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": meaning, "content": {"application/json": {"schema": reference("HttpError")}}}
        for status, meaning in _REFUSALS.items()
    }
    point = {200: _answer("The charge point.", reference("ChargingPoint")), **responses}
    body = {"requestBody": {"required": True,
                            "content": {"application/json": {"schema": reference("ChargingPointRequest")}}}}
    add = partial(api.add_api_route, dependencies=[Depends(gate)], response_class=Response,
                  tags=["Organizations Charge Points"])
    add(several, points.list, methods=["GET"], summary="Get organization charge points",
        responses={200: _LIST, **responses}, openapi_extra=_extra([p.published() for p in PARAMETERS]))
    add(several, points.create, methods=["POST"], summary="Create organization charge point",
        responses=point, openapi_extra={**_extra(), **body})
    add(one, points.get, methods=["GET"], summary="Get one point from organization",
        responses=point, openapi_extra=_extra(_ONE))
    add(one, points.update, methods=["PUT"], summary="Update organization charge point",
        responses=point, openapi_extra={**_extra(_ONE), **body})


class Points:
    """The four operations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self, request: Request) -> Response:
        """A page of the points that the parameters ask for, with X-Total-Count and X-Total-Pages."""
        query = read_query(request.query_params)
        page = self._store.query(query)
        headers = {"X-Total-Count": str(page.total), "X-Total-Pages": str(-(-page.total // query.page_size))}
        return _json(b"[" + b",".join(page.bodies) + b"]", headers)

    def create(self, body: Annotated[bytes, Depends(json_body)]) -> Response:
        """Store a new point; its id, charging_point_id and dates are given here."""
        return _json(encode_point(self._store.create(read_point(body))))

    def get(self, request: Request) -> Response:
        """One point by any of its ids."""
        id_type, value = _named(request)
        point = self._store.get(id_type, value)
        if point is None:
            raise _unknown(id_type, value)
        return _json(encode_point(point))

    def update(self, request: Request, body: Annotated[bytes, Depends(json_body)]) -> Response:
        """Replace a point; its id, charging_point_id and creation_date stay."""
        id_type, value = _named(request)
        point = self._store.update(id_type, value, read_point(body))
        if point is None:
            raise _unknown(id_type, value)
        return _json(encode_point(point))


def _named(request: Request) -> tuple[IdType, str]:
    id_type, value = request.path_params["pointTypeId"], request.path_params["pointId"]
    if id_type not in _ID_TYPES:
        raise Refusal(400, "invalid_parameter", f"pointTypeId: expected one of {', '.join(_ID_TYPES)}.")
    if not re.fullmatch(POINT_ID[1:-1], value):
        raise Refusal(400, "invalid_parameter", "pointId: expected letters, digits, -, _ and *.")
    return cast(IdType, id_type), value


def _unknown(id_type: str, value: str) -> Refusal:
    return Refusal(404, "not_found", f"There is no charge point whose {id_type} is {value}.")


def _json(body: bytes, headers: dict[str, str] | None = None) -> Response:
    return Response(body, headers=headers, media_type="application/json")


def _answer(meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


_LIST = {
    **_answer("A page of charge points.", {"type": "array", "items": reference("ChargingPoint")}),
    "headers": {
        "X-Total-Count": {"description": "Points in all.", "schema": {"type": "integer"}},
        "X-Total-Pages": {"description": "Pages of this size.", "schema": {"type": "integer"}},
    },
}


def _path(name: str, meaning: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": {"type": "string", **schema}}


_ONE = [
    _path("pointTypeId", "Which field pointId is looked for in.", enum=list(_ID_TYPES), pattern=NAME),
    _path("pointId", "The id.", pattern=POINT_ID),
]


def _extra(parameters: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    organization = _path("organizationId", "Organization of the account.", pattern=NAME)
    return {"parameters": [organization, *(parameters or ())], "security": [{"OAuth2Password": ["account_admin"]}]}
