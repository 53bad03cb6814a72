"""The operations on charging sessions."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from fastapi import FastAPI
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.model import SessionStatus
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
    json_page,
)
from wirelane_geo.server._parameters import Parameter, choice, enum, listing, texts, values_of
from wirelane_geo.server._schemas import reference
from wirelane_geo.store import OrganizationType, SessionOrder, SessionQuery, Store

# The contract's pattern is ^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})[\040+-](\d{4})$, the same without an eye for
# the calendar. It has a blank because that is what a plus sign becomes that was not escaped in a URL.
_MOMENT = (r"^[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|"
           r"2[0-8]))T([01][0-9]|2[0-3])(:[0-5][0-9]){2}[ +-](0[0-9]|1[0-4])[0-5][0-9]$")
_POINT = "^[a-zA-Z0-9-_*+]+$"
_digits = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[ +-][0-9]{4}")


def _moment(text: str) -> datetime:
    try:
        if _digits.fullmatch(text):
            return datetime.strptime(text.replace(" ", "+"), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        pass
    raise ValueError("a time such as 2017-10-15T16:44:40+0200")


def _point(text: str) -> str:
    if not re.fullmatch(_POINT[1:-1], text):
        raise ValueError("letters, digits, -, _, * and + (which is %2B in a URL)")
    return text


def picked(name: str, meaning: str) -> Parameter:
    """A time, as the API's date pickers want it."""
    return Parameter(name, meaning, {"type": "string", "pattern": _MOMENT}, _moment)


_ROLES = get_args(OrganizationType)

SESSION_PARAMETERS = (
    *listing("Sessions", "an id, customer, card, EVSE ID or address", get_args(SessionOrder)),
    Parameter("charging_point_id", "Sessions at the charge point with this id.", {"type": "string", "pattern": _POINT},
              _point),
    enum("status", "Sessions with one of these statuses.", SessionStatus, repeated=True),
    picked("date_picker_since", "Sessions that began at this time or later."),
    picked("date_picker_until", "Sessions that began at this time or before."),
    Parameter("organization_type", "Sessions in which the organization was any of these: emp, its member charged; cpo and "
              "owner, it was at its charge point.", {"type": "string", "enum": [*_ROLES, ""]}, choice(_ROLES), listed=True,
              repeated=True),
    texts("charge_point_id", "Sessions at charge points with one of these labels.", repeated=True),
    texts("owner_id", "Sessions at points of one of these owners."),
)


def add_sessions(api: FastAPI, store: Store, gate: Callable[..., Any]) -> None:
    """Give an application the operations on a store's sessions: list and read."""
    sessions = SessionOperations(store)
    operations = Operations(api, gate, "Organizations Sessions")
    operations.add("GET", "/sessions", in_turn(sessions.list), "Get charging sessions of the organization",
                   described_page("A page of sessions.", "ChargingSession"), parameters=in_query(SESSION_PARAMETERS))
    operations.add("GET", "/sessions/id/{sessionId}", sessions.get, "Get one session from organization",
                   described("The session.", reference("ChargingSession")),
                   parameters=[in_path("sessionId", "The session_id.", pattern=NAME)])


class SessionOperations:
    """The two operations."""

    def __init__(self, store: Store) -> None:
        self._sessions = store.sessions

    def list(self, request: Request) -> Response:
        """A page of the sessions that the parameters ask for, with X-Total-Count."""
        return json_page(self._sessions.query(_query(request.query_params, request.path_params["organizationId"])))

    def get(self, request: Request) -> Response:
        """One session by its session_id."""
        session_id = request.path_params["sessionId"]
        if not re.fullmatch(NAME[1:-1], session_id):
            raise Refusal(400, "invalid_parameter", "sessionId: expected letters, digits, - and _.")
        body = self._sessions.get(session_id)
        if body is None:
            raise Refusal(404, "not_found", f"There is no session {session_id}.")
        return json(body)


def _query(given: QueryParams, organization: str) -> SessionQuery:
    """The query that a query string asks for. Raises Refusal (400), which names the parameter."""
    values = values_of(SESSION_PARAMETERS, given)
    return SessionQuery(
        charging_point_id=values["charging_point_id"],
        charge_point_ids=values["charge_point_id"],
        statuses=values["status"],
        owners=values["owner_id"],
        since=values["date_picker_since"],
        until=values["date_picker_until"],
        roles=values["organization_type"],
        organization=organization,
        search=values["search"],
        order_by=values["order_by"],
        descending=values["order_direction"] == "desc",
        page=values["page"],
        page_size=values["page_size"],
    )
