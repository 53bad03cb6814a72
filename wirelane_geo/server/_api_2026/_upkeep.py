"""What an operator asks of one station: connection, maintenance, cases, OCPP messages, reset, unlocking.

Nothing real is attached to the embedded network: messages are told of what the store knows, the sessions and the last change of
each status, and of what was asked of a station here since the start of this process.
"""

import re
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.demo.upkeep import demo_cases, demo_maintenance
from wirelane_geo.model import ChargePoint, ChargingSession
from wirelane_geo.model.dialect_2026 import (
    CaseStatus,
    ChainItemStatus,
    ChainItemType,
    ChargingStationOcppLog,
    ConnectionChainItem,
    OcppAction,
    OcppActor,
    OcppPairStatus,
    RemoteControlReset,
    RemoteControlResetRequest,
    RemoteControlUnlockConnector,
    SalesforceCase,
)
from wirelane_geo.server._api_2026._index import StationIndex, in_store, scm_id
from wirelane_geo.server._api_2026._operations import (
    described_all,
    described_list,
    missing,
    number_in_path,
    one,
    order,
    page_of,
    pages,
    read_body,
    several,
)
from wirelane_geo.server._api_2026._records import connected
from wirelane_geo.server._api_2026._stations import station_in
from wirelane_geo.server._bodies import json_body
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import Operations, Schema, described, in_path, in_query, in_turn, json, link
from wirelane_geo.server._parameters import values_of
from wirelane_geo.server._schemas import reference
from wirelane_geo.server._sessions import picked
from wirelane_geo.store import SessionQuery, Store
from wirelane_geo.wire.records import SESSIONS, encode_page

REMEMBERED = 1_000
"""Wishes that are remembered."""
_LONGEST = timedelta(days=2)
"""No session that matters lasts longer."""
_ALL = 1_000_000
_SCM = "^[a-zA-Z0-9]+$"

CASE_PARAMETERS = (
    *pages(), *order(("id", "caseNumber", "title", "status", "createdAt"), "caseNumber", "asc"),
    several("status", "Cases with one of these statuses.", [status.value for status in CaseStatus]),
)
LOG_PARAMETERS = (
    *pages(),
    picked("date_picker_since", "Messages from this time on."),
    picked("date_picker_until", "Messages up to this time."),
    several("message_types", "Messages of these kinds.", [action.value for action in OcppAction]),
    several("message_pair_status", "Messages that came to this.", [status.value for status in OcppPairStatus]),
)
_REQUIRED = ("date_picker_since", "date_picker_until")


def add_upkeep(store: Store, index: StationIndex, operations: Callable[[str], Operations]) -> None:
    """Add these operations."""
    upkeep = UpkeepOperations(store, index)
    station, connector = "/stations/id/{stationId}", "/stations/id/{stationId}/connectors/id/{scmId}"
    number = number_in_path("stationId", "Number of the station.")
    both = [number, in_path("scmId", "Id of the connector.", pattern=_SCM)]
    logs = [{**parameter.published(), "required": parameter.name in _REQUIRED} for parameter in LOG_PARAMETERS]
    add = operations("Stations").add
    add("GET", f"{station}/cases", in_turn(upkeep.cases), "Get the cases about a station",
        described_list("A page of cases.", "SalesforceCase"), parameters=[number, *in_query(CASE_PARAMETERS)])
    add("GET", f"{station}/connection", upkeep.connection, "Get the connection of a station",
        described_all("Its links.", "ConnectionChainItem"), parameters=[number])
    add("GET", f"{station}/maintenance", in_turn(upkeep.maintenance), "Get the maintenance of a station",
        described_list("A page of it.", "ChargingStationMaintenance"), parameters=[number, *in_query(pages())])
    add("GET", f"{station}/ocpp_logs", in_turn(upkeep.station_logs), "Get the OCPP messages of a station",
        described_list("A page of messages.", "ChargingStationOcppLog"), parameters=[number, *logs])
    add("GET", f"{connector}/ocpp_logs", in_turn(upkeep.connector_logs), "Get the OCPP messages of a connector",
        described_list("A page of messages.", "ChargingStationOcppLog"), parameters=[*both, *logs])
    add("POST", f"{station}/remote_control/reset", upkeep.reset, "Reset a station",
        described("It was handed on.", reference("RemoteControlReset")), parameters=[number],
        body=reference("RemoteControlResetRequest"))
    add("POST", f"{connector}/remote_control/unlock_connector", upkeep.unlock, "Unlock a connector",
        described("It was handed on.", reference("RemoteControlUnlockConnector")), parameters=both)


def links() -> Schema:
    """What can be asked for with the ids of a station."""
    station = {"stationId": "$response.body#/id"}
    both = {**station, "scmId": "$response.body#/connectors/0/scm_id"}
    asked = UpkeepOperations
    return {"cases": link(asked.cases, **station), "connection": link(asked.connection, **station),
            "maintenance": link(asked.maintenance, **station), "station_logs": link(asked.station_logs, **station),
            "connector_logs": link(asked.connector_logs, **both), "reset": link(asked.reset, **station),
            "unlock": link(asked.unlock, **both)}


class UpkeepOperations:
    """The seven operations."""

    def __init__(self, store: Store, index: StationIndex) -> None:
        self._store, self._index = store, index
        self._asked: deque[tuple[int, str | None, RemoteControlUnlockConnector]] = deque(maxlen=REMEMBERED)

    def cases(self, request: Request) -> Response:
        """The cases about a station, made up in a demo network and none in any other."""
        values = values_of(CASE_PARAMETERS, request.query_params)
        number, points = station_in(self._index, request)
        found = demo_cases(number, points, datetime.now(UTC)) if self._store.holds("demo") else []
        wanted = [case for case in found if not values["status"] or case.status in values["status"]]
        return page_of(_ordered(wanted, values), values)

    def connection(self, request: Request) -> Response:
        """The links of a station's connection, as far as its statuses tell."""
        number, points = station_in(self._index, request)
        state = ChainItemStatus.connected if connected(points) else ChainItemStatus.unknown
        label = points[0].charging_station_id or points[0].charge_point_id
        return json(encode_page([
            ConnectionChainItem(type=ChainItemType.station, label=label, status=state, id=str(number)),
            ConnectionChainItem(type=ChainItemType.cellular, label="LTE", status=state, id=f"{number}-lte"),
            ConnectionChainItem(type=ChainItemType.ocpp_server, label="OCPP 1.6", status=ChainItemStatus.connected, id="ocpp"),
        ]))

    def maintenance(self, request: Request) -> Response:
        """The work on a station, made up in a demo network and none in any other."""
        values = values_of(pages(), request.query_params)
        number, points = station_in(self._index, request)
        label = points[0].charging_station_id or points[0].charge_point_id
        demo = self._store.holds("demo")
        return page_of(demo_maintenance(number, label, datetime.now(UTC)) if demo else [], values)

    def station_logs(self, request: Request) -> Response:
        """The messages of a station."""
        number, points = station_in(self._index, request)
        return self._logs(request, number, points, None)

    def connector_logs(self, request: Request) -> Response:
        """The messages of one of its connectors."""
        number, points, point = self._connector(request)
        return self._logs(request, number, points, point)

    def reset(self, request: Request, body: Annotated[bytes, Depends(json_body)]) -> Response:
        """Have a station start anew."""
        number, _ = station_in(self._index, request)
        wish = read_body(body, RemoteControlResetRequest)
        done = RemoteControlReset(type=wish.type, action="Reset", connector_id=0, **_handed_on(number))
        self._asked.append((number, None, done))
        return one(done)

    def unlock(self, request: Request) -> Response:
        """Have a connector let go of a cable."""
        number, points, point = self._connector(request)
        done = RemoteControlUnlockConnector(action="UnlockConnector", connector_id=points.index(point) + 1, **_handed_on(number))
        self._asked.append((number, scm_id(point.id or ""), done))
        return one(done)

    def _connector(self, request: Request) -> tuple[int, list[ChargePoint], ChargePoint]:
        if not re.fullmatch(_SCM[1:-1], request.path_params["scmId"]):
            raise Refusal(400, "invalid_parameter", "scmId: expected letters and digits.")
        number, points = station_in(self._index, request)
        if (point := in_store(points, request.path_params["scmId"])) is None:
            raise missing("connector")
        return number, points, point

    def _logs(self, request: Request, number: int, points: Sequence[ChargePoint], only: ChargePoint | None) -> Response:
        values = values_of(LOG_PARAMETERS, request.query_params)
        if absent := [name for name in _REQUIRED if values[name] is None]:
            raise Refusal(400, "invalid_parameter", f"{', '.join(absent)}: missing.")
        since, until = (values[name] for name in _REQUIRED)
        kinds, states = values["message_types"], values["message_pair_status"]
        found = [log for log in self._messages(number, points, only, since, until)
                 if log.request_date is not None and since <= log.request_date <= until
                 and (not kinds or log.action in kinds) and (not states or log.status in states)]
        found.sort(key=lambda log: (log.request_date or since, log.id or ""), reverse=True)
        return page_of(found, values)

    def _messages(self, number: int, points: Sequence[ChargePoint], only: ChargePoint | None, since: datetime, until: datetime
                  ) -> Iterator[ChargingStationOcppLog]:
        for place, point in enumerate(points, 1):
            if only is not None and point is not only:
                continue
            if point.update_date is not None:
                yield _message(OcppAction.StatusNotification, point.update_date, point.id, place, {"status": point.status.value})
            bodies = self._store.sessions.query(SessionQuery(
                charging_point_id=point.id, since=_before(since), until=until, page_size=_ALL)).bodies
            for body in bodies:
                yield from _of_session(SESSIONS.decode(body), place)
        for at, connector, done in list(self._asked):
            if at == number and (only is None or connector == scm_id(only.id or "")):
                yield _message(OcppAction(done.action or ""), done.creation_date, done.id, done.connector_id or 0,
                               actor=OcppActor.central)


def _before(since: datetime) -> datetime:
    return since - _LONGEST if since - datetime(1, 1, 4, tzinfo=UTC) > _LONGEST else since


def _of_session(session: ChargingSession, place: int) -> Iterator[ChargingStationOcppLog]:
    energy = {} if session.kwh is None else {"meterWh": round(session.kwh * 1000)}
    for action, at, said in ((OcppAction.Authorize, session.process_begin, {}),
                             (OcppAction.StartTransaction, session.session_begin, {}),
                             (OcppAction.StopTransaction, session.session_end, energy)):
        if at is not None:
            yield _message(action, at, session.session_id, place, said)


def _message(action: OcppAction, at: datetime | None, of: object, place: int, said: Mapping[str, object] | None = None,
             actor: OcppActor = OcppActor.evse) -> ChargingStationOcppLog:
    """A message and its answer a moment later; its id follows from what it is about."""
    return ChargingStationOcppLog(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{action} {of} {at}")), action=action, actor=actor, request_date=at,
        response_date=None if at is None else at + timedelta(milliseconds=180), status=OcppPairStatus.COMPLETE, json=True,
        request_content=msgspec.json.encode({"connectorId": place, **(said or {})}).decode(), response_content="{}")


def _handed_on(number: int) -> dict[str, Any]:
    id = str(uuid.uuid4())
    return {"id": id, "message_id": id, "evse": f"/stations/id/{number}", "message_pair": f"/message_pairs/{id}",
            "creation_date": datetime.now(UTC), "error_status": False}


def _ordered(cases: list[SalesforceCase], values: Mapping[str, Any]) -> list[SalesforceCase]:
    name = values["order_by"]
    known = [case for case in cases if getattr(case, name) is not None]
    known.sort(key=lambda case: getattr(case, name), reverse=values["order_direction"] == "desc")
    return known + [case for case in cases if getattr(case, name) is None]
