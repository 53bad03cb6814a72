"""Every operation of the contract: the client has it, the embedded service has it, and they understand each other.

The contract file itself is read: an operation that is added there and not here fails.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from tests.contract.files import facts_of
from tests.server.serving import Service, serving
from wirelane_geo.api import WirelaneClient, decode_event, encode
from wirelane_geo.model import (
    Account,
    AccountStatus,
    ChargePoint,
    ChargingSession,
    Currency,
    EventLog,
    KeyValue,
    Member,
    MemberStatus,
    PaymentMethod,
    Plan,
    PlugType,
    SessionStatus,
    Status,
    Subscription,
    SubscriptionPeriod,
)

LISTED = facts_of("2023")
OPERATIONS = [(operation["method"], operation["path"]) for operation in LISTED["operations"]]
_ROOT = "/organizations/id/{organizationId}"

BEGIN = datetime(2024, 5, 1, 8, tzinfo=UTC)
POINT = ChargePoint(charge_point_id="CP-1", evseid="DE*ABC*E1", latitude=48.8, longitude=9.8, status=Status.FREE,
                    plug_types=(PlugType.CCS,), power=150.0)
MEMBER = Member(id="M-1", email="ada@example.org", status=MemberStatus.active,
                account=Account(account_id="DEMO-0000000001", email="ada@example.org", status=AccountStatus.ACTIVE))
METHOD = PaymentMethod(id="P-1", status=AccountStatus.ACTIVE, metadata=(KeyValue(key="brand", value="VISA"),))
SUBSCRIPTION = Subscription(id="S-1", account_id="DEMO-0000000001", begin=BEGIN, current_period=SubscriptionPeriod(
    plan=Plan(id=1, amount=990, currency=Currency.EUR), amount=Decimal("9.90"), currency=Currency.EUR, begin=BEGIN))
SESSIONS = [ChargingSession(
    session_id=f"session-{number}", cpo_session_id=f"cpo-{number}", customer_id="DEMO-0000000001", owner="O", emp="e",
    charging_point_id="none", charge_point_id="CP-1", status=SessionStatus.closed, kwh=17.5 + number,
    price=Decimal("1.70") + number, currency=Currency.EUR, session_begin=BEGIN + timedelta(hours=number),
    session_end=BEGIN + timedelta(hours=number + 1)) for number in range(3)]


@dataclass(frozen=True)
class Operation:
    """The client's method for an operation, and a call of it with what the service should make of it."""

    method: str
    ask: Callable[[WirelaneClient], Any]
    expected: Callable[[Any], bool]


def _create(client: WirelaneClient) -> ChargePoint:
    return client.create_point(msgspec.structs.replace(POINT, charge_point_id="CP-2", evseid="DE*ABC*E2"))


def _update(client: WirelaneClient) -> ChargePoint:
    return client.update_point("DE*ABC*E1", msgspec.structs.replace(POINT, city="Ulm"), "evseid")


ASKED = {
    ("GET", f"{_ROOT}/members"): Operation(
        "members", lambda client: list(client.members(search="ada", member_status="active", order_by="email")),
        lambda found: found == [MEMBER]),
    ("GET", f"{_ROOT}/members/aid/{{accountId}}"): Operation(
        "member", lambda client: client.member("DEMO-0000000001"), lambda found: found == MEMBER),
    ("GET", f"{_ROOT}/members/aid/{{accountId}}/payment_methods"): Operation(
        "payment_methods", lambda client: list(client.payment_methods("DEMO-0000000001")), lambda found: found == [METHOD]),
    ("GET", f"{_ROOT}/members/aid/{{accountId}}/subscription"): Operation(
        "subscription", lambda client: client.subscription("DEMO-0000000001"), lambda found: found == SUBSCRIPTION),
    ("GET", f"{_ROOT}/points"): Operation(
        "points", lambda client: client.points(evseid="DE*ABC*E1"), lambda found: found[0].charge_point_id == "CP-1"),
    ("POST", f"{_ROOT}/points"): Operation("create_point", _create, lambda made: made.charge_point_id == "CP-2"),
    ("GET", f"{_ROOT}/points/{{pointTypeId}}/{{pointId}}"): Operation(
        "point", lambda client: client.point("DE*ABC*E1", "evseid"), lambda found: found.latitude == 48.8),
    ("PUT", f"{_ROOT}/points/{{pointTypeId}}/{{pointId}}"): Operation("update_point", _update, lambda it: it.city == "Ulm"),
    ("GET", f"{_ROOT}/sessions"): Operation(
        "sessions",
        lambda client: list(client.sessions(
            since=BEGIN + timedelta(minutes=30), until=BEGIN + timedelta(hours=5), status=["closed", "error"],
            order_by="sessionBegin", order_direction="desc", page_size=1)),
        lambda found: found == [SESSIONS[2], SESSIONS[1]]),
    ("GET", f"{_ROOT}/sessions/id/{{sessionId}}"): Operation(
        "session", lambda client: client.session("session-1"), lambda found: found == SESSIONS[1]),
}


class RecordingTransport(httpx.HTTPTransport):
    """Real HTTP, and what went over it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        self.seen.append((request.method, request.url.path, response.status_code))
        return response


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("contract")) as service:
        service.store.upsert([POINT], "demo")
        service.store.accounts.put([(MEMBER, [METHOD], SUBSCRIPTION)], "demo")
        service.store.sessions.put(SESSIONS, "demo")
        yield service


def connected(service: Service, **options: Any) -> WirelaneClient:
    account = service.credentials
    return WirelaneClient(f"{service.url}/apis/emc", f"{service.url}/token", account.organization, account.client_id,
                          account.client_secret, account.username, account.password, **options)


def test_every_operation_has_a_method_of_the_client_and_none_is_made_up():
    assert set(ASKED) == set(OPERATIONS)
    for operation in ASKED.values():
        assert callable(getattr(WirelaneClient, operation.method))


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part.removeprefix(_ROOT))
def test_the_client_and_the_embedded_service_understand_each_other(service, method, path):
    operation = ASKED[method, path]
    wire = RecordingTransport()
    with connected(service, transport=wire) as client:
        answer = operation.ask(client)
        assert operation.expected(answer)
        assert not client.unknown
    template = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(f"/apis/emc{path}"))
    assert [seen for seen in wire.seen if seen[0] == method and re.fullmatch(template, seen[1]) and seen[2] == 200]


def test_the_webhook_s_body_is_understood():
    assert LISTED["webhook"]["body"] == "EventLog"
    event = EventLog(id="E-1", action="update", event_name="point.update", event_date=BEGIN, resource_id="P", data='{"a":1}')
    assert decode_event(encode(event)) == event
