"""How the client asks for each operation of each dialect: with parameters by the document's names, answering the records."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from wirelane_geo.api import WirelaneClient
from wirelane_geo.model import ChargePoint

Call = Callable[[WirelaneClient, Mapping[str, Any]], Iterable[Any]]

ROOT = "/organizations/id/{organizationId}"
SINCE, UNTIL = datetime(2024, 5, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
IDS: Mapping[str, Any] = {"account": "DEMO-0000000001", "session": "session-1", "point": "DE*ABC*E1", "station": 7,
                          "connector": "abc1", "tariff": 10, "price": 100, "group": 41}
"""What is asked for where a test says nothing else: `ids` among its parameters."""


def _id(given: Mapping[str, Any], name: str) -> Any:
    return given.get("ids", IDS)[name]


def _rest(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "ids"}


def _logs(given: Mapping[str, Any]) -> dict[str, Any]:
    rest = _rest(given)
    since, until = rest.pop("date_picker_since", SINCE), rest.pop("date_picker_until", UNTIL)
    return {"since": since, "until": until, **rest}


def _create(client: WirelaneClient, _: Mapping[str, Any]) -> list[ChargePoint]:
    return [client.create_point(ChargePoint(charge_point_id="CP-9", evseid="DE*ABC*E9"))]


def _update(client: WirelaneClient, given: Mapping[str, Any]) -> list[ChargePoint]:
    return [client.update_point(_id(given, "point"), ChargePoint(charge_point_id="CP-1", evseid="DE*ABC*E1"), "evseid")]


_PEOPLE: Mapping[tuple[str, str], Call] = {
    ("GET", f"{ROOT}/members"): lambda client, given: client.members(**_rest(given)),
    ("GET", f"{ROOT}/members/aid/{{accountId}}"): lambda client, given: [client.member(_id(given, "account"))],
    ("GET", f"{ROOT}/members/aid/{{accountId}}/subscription"):
        lambda client, given: [client.subscription(_id(given, "account"))],
    ("GET", f"{ROOT}/sessions"): lambda client, given: client.sessions(**_rest(given)),
    ("GET", f"{ROOT}/sessions/id/{{sessionId}}"): lambda client, given: [client.session(_id(given, "session"))],
}
_STATION = f"{ROOT}/stations/id/{{stationId}}"
_CONNECTOR = f"{_STATION}/connectors/id/{{scmId}}"

CALLS: Mapping[str, Mapping[tuple[str, str], Call]] = {
    "2023": {
        **_PEOPLE,
        ("GET", f"{ROOT}/members/aid/{{accountId}}/payment_methods"):
            lambda client, given: client.payment_methods(_id(given, "account")),
        ("GET", f"{ROOT}/points"): lambda client, given: client.points(**_rest(given)),
        ("POST", f"{ROOT}/points"): _create,
        ("GET", f"{ROOT}/points/{{pointTypeId}}/{{pointId}}"):
            lambda client, given: [client.point(_id(given, "point"), given.get("type", "evseid"))],
        ("PUT", f"{ROOT}/points/{{pointTypeId}}/{{pointId}}"): _update,
    },
    "2026": {
        **_PEOPLE,
        ("GET", f"{ROOT}/members/aid/{{accountId}}/payment_method"):
            lambda client, given: [client.payment_method(_id(given, "account"))],
        ("GET", f"{ROOT}/point_groups/id/{{groupId}}/tariffs"):
            lambda client, given: client.group_tariffs(_id(given, "group"), **_rest(given)),
        ("GET", f"{ROOT}/stations"): lambda client, given: client.stations(**_rest(given)),
        ("GET", _STATION): lambda client, given: [client.station(_id(given, "station"))],
        ("GET", f"{_STATION}/cases"): lambda client, given: client.cases(_id(given, "station"), **_rest(given)),
        ("GET", f"{_STATION}/connection"): lambda client, given: client.connection(_id(given, "station")),
        ("GET", f"{_CONNECTOR}/ocpp_logs"):
            lambda client, given: client.connector_logs(_id(given, "station"), _id(given, "connector"), **_logs(given)),
        ("POST", f"{_CONNECTOR}/remote_control/unlock_connector"):
            lambda client, given: [client.unlock_connector(_id(given, "station"), _id(given, "connector"))],
        ("GET", f"{_STATION}/maintenance"): lambda client, given: client.maintenance(_id(given, "station"), **_rest(given)),
        ("GET", f"{_STATION}/ocpp_logs"): lambda client, given: client.station_logs(_id(given, "station"), **_logs(given)),
        ("POST", f"{_STATION}/remote_control/reset"):
            lambda client, given: [client.reset_station(_id(given, "station"), **_rest(given))],
        ("GET", f"{ROOT}/tariffs"): lambda client, given: client.tariffs(**_rest(given)),
        ("GET", f"{ROOT}/tariffs/id/{{tariffId}}"): lambda client, given: [client.tariff(_id(given, "tariff"))],
        ("GET", f"{ROOT}/tariffs/id/{{tariffId}}/prices/id/{{priceModelId}}"):
            lambda client, given: [client.price(_id(given, "tariff"), _id(given, "price"))],
    },
}
"""By method and path."""
