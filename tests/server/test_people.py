"""Members and sessions over HTTP: every parameter against the same question in plain Python, and what is refused."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from tests.server.network import network
from tests.server.serving import Service, serving
from wirelane_geo.demo import demo_members, demo_payment_methods, demo_sessions, demo_subscription
from wirelane_geo.model import ChargingSession, Member, MemberStatus, SessionStatus
from wirelane_geo.server._members import MEMBER_PARAMETERS
from wirelane_geo.server._sessions import SESSION_PARAMETERS
from wirelane_geo.server._tokens import issue
from wirelane_geo.store._rows import with_id_and_dates
from wirelane_geo.wire.records import MEMBERS, PAYMENT_METHODS, SESSIONS, SUBSCRIPTIONS, encode

_points = [point for point in network(40).points if point.status not in ("UNKNOWN", "CLOSED")]
POINTS = [with_id_and_dates(point, "demo", datetime.now().astimezone()) for point in _points]
KNOWN = list(demo_members("DEMOTENANT", 150))
HELD = [msgspec.structs.replace(session, owner=session.owner or "O", charging_state=None)
        for session in demo_sessions(POINTS[:12], KNOWN)]
MIDDLE = HELD[len(HELD) // 2]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("people")) as service:
        service.store.accounts.put([(m, demo_payment_methods(m), demo_subscription(m)) for m in KNOWN], "demo")
        service.store.sessions.put(HELD, "demo")
        yield service


def url(service: Service, path: str) -> str:
    return service.points.removesuffix("points") + path


def get(service: Service, path: str, **parameters: Any) -> httpx.Response:
    return service.client.get(url(service, path), params=parameters)


def listed(service: Service, path: str, **parameters: Any) -> list[Any]:
    answer = get(service, path, page_size=1_000_000, **parameters)
    assert answer.status_code == 200, answer.text
    batch = (SESSIONS if path == "sessions" else MEMBERS).decode_page(answer.content)
    assert not batch.rejected
    assert not batch.unknown
    assert int(answer.headers["X-Total-Count"]) == len(batch.records)
    return batch.records


def written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")


BEGIN = MIDDLE.session_begin or datetime.min
SOME = next(session for session in HELD if session.customer_membership_owner)

SESSION_FILTERS: list[tuple[dict[str, Any], Callable[[ChargingSession], bool]]] = [
    ({}, lambda s: True),
    ({"charging_point_id": MIDDLE.charging_point_id}, lambda s: s.charging_point_id == MIDDLE.charging_point_id),
    ({"charge_point_id": [HELD[0].charge_point_id, MIDDLE.charge_point_id, "none"]},
     lambda s: s.charge_point_id in (HELD[0].charge_point_id, MIDDLE.charge_point_id)),
    ({"status": ["started", "error", ""]}, lambda s: s.status in (SessionStatus.started, SessionStatus.error)),
    ({"status": ""}, lambda s: True),
    ({"date_picker_since": written(BEGIN)}, lambda s: s.session_begin >= BEGIN),
    ({"date_picker_until": written(BEGIN)}, lambda s: s.session_begin <= BEGIN),
    ({"date_picker_since": written(BEGIN), "date_picker_until": written(BEGIN + timedelta(days=2))},
     lambda s: BEGIN <= s.session_begin <= BEGIN + timedelta(days=2)),
    ({"date_picker_since": written(BEGIN), "date_picker_until": written(BEGIN - timedelta(days=1))}, lambda s: False),
    ({"organization_type": "emp"}, lambda s: s.customer_membership_owner == "DEMOTENANT"),
    ({"organization_type": ["emp", "cpo"]}, lambda s: True),
    ({"organization_type": "owner"}, lambda s: True),
    ({"owner_id": "WIRELANE-1,O"}, lambda s: s.owner in ("WIRELANE-1", "O")),
    ({"owner_id": ","}, lambda s: True),
    ({"search": SOME.customer_email}, lambda s: s.customer_email == SOME.customer_email),
    ({"search": (SOME.customer_email or "").split("@")[0].upper()}, lambda s: s.customer_email == SOME.customer_email),
    ({"search": MIDDLE.session_id}, lambda s: s.session_id == MIDDLE.session_id),
    ({"search": "ZÜRICH"}, lambda s: s.city == "Zürich"),
    ({"search": "suva haupt"}, lambda s: s.city == "Suva"),
    ({"search": "uva"}, lambda s: False),
    ({"search": "%"}, lambda s: False),
    ({"charging_point_id": MIDDLE.charging_point_id, "status": "closed"},
     lambda s: s.charging_point_id == MIDDLE.charging_point_id and s.status == "closed"),
]

MEMBER_FILTERS: list[tuple[dict[str, Any], Callable[[Member], bool]]] = [
    ({}, lambda m: True),
    ({"member_status": ["pending", "revoked"]}, lambda m: m.status in (MemberStatus.pending, MemberStatus.revoked)),
    ({"search": KNOWN[3].email}, lambda m: m.email == KNOWN[3].email),
    ({"search": KNOWN[3].account.last_name.upper()},
     lambda m: re.search(rf"\b{KNOWN[3].account.last_name}", f"{m.account.last_name} {m.account.company_name}", re.I)
     or KNOWN[3].account.last_name.lower() in m.email),
    ({"search": KNOWN[5].account.account_id}, lambda m: m.account.account_id == KNOWN[5].account.account_id),
    *[({"search": word}, lambda m, status=status: m.status is status) for status in MemberStatus
      for word in (status, status.upper(), status[:4])],
    ({"search": f"pending {KNOWN[3].email}"}, lambda m: m.email == KNOWN[3].email and m.status is MemberStatus.pending),
    ({"search": "ending"}, lambda m: False),
    ({"search": "nobody at all"}, lambda m: False),
]


@pytest.mark.parametrize(("asked", "fits"), SESSION_FILTERS, ids=lambda x: str(x)[:60] if isinstance(x, dict) else "")
def test_sessions_are_those_that_fit_in_the_order_of_their_beginning(service, asked, fits):
    assert listed(service, "sessions", **asked) == [session for session in HELD if fits(session)]


@pytest.mark.parametrize(("asked", "fits"), MEMBER_FILTERS, ids=lambda x: str(x)[:60] if isinstance(x, dict) else "")
def test_members_are_those_that_fit(service, asked, fits):
    assert listed(service, "members", **asked) == [member for member in KNOWN if fits(member)]


FIELDS = {
    "sessionId": "session_id", "ownerId": "owner", "chargingStationId": "charging_station_id",
    "pointScmId": "charging_point_id", "sessionBegin": "session_begin", "sessionEnd": "session_end",
    "chargingSessionType": "charging_session_type", "chargingType": "charging_type", "plugType": "plug_type",
    "zipCode": "zip_code", "creationDate": "creation_date", "updateDate": "update_date",
}
ORDERS = [("sessions", order) for p in SESSION_PARAMETERS if p.name == "order_by" for order in p.schema["enum"]] + [
    ("members", order) for p in MEMBER_PARAMETERS if p.name == "order_by" for order in p.schema["enum"]]


@pytest.mark.parametrize("direction", ["asc", "desc", ""])
@pytest.mark.parametrize(("path", "order"), ORDERS)
def test_every_order_sorts_and_puts_the_unknown_last(service, path, order, direction):
    def value(record):
        return getattr(record, FIELDS.get(order, order))

    everything = HELD if path == "sessions" else KNOWN
    known = [record for record in everything if value(record) is not None]
    expected = sorted(known, key=value, reverse=direction == "desc")
    expected += [record for record in everything if value(record) is None]
    assert listed(service, path, order_by=order, order_direction=direction) == expected


@pytest.mark.parametrize(("path", "everything"), [("sessions", HELD), ("members", KNOWN)])
def test_pages_make_up_the_whole(service, path, everything):
    kind, gathered = SESSIONS if path == "sessions" else MEMBERS, []
    for page in range(1, len(everything) // 150 + 3):
        answer = get(service, path, page=page, page_size=150)
        assert answer.headers["X-Total-Count"] == str(len(everything))
        gathered += kind.decode_page(answer.content).records
    assert gathered == everything
    assert len(get(service, path).json()) == 50
    assert get(service, path, page=10**30).json() == []


def test_one_of_each(service):
    for session in HELD[:20]:
        assert SESSIONS.decode(get(service, f"sessions/id/{session.session_id}").content) == session
    for member in KNOWN[:20]:
        path = f"members/aid/{member.account.account_id}"
        assert MEMBERS.decode(get(service, path).content) == member
        methods = PAYMENT_METHODS.decode_page(get(service, f"{path}/payment_methods").content).records
        assert methods == list(demo_payment_methods(member))
        assert SUBSCRIPTIONS.decode(get(service, f"{path}/subscription").content) == demo_subscription(member)


def test_prices_are_numbers_with_the_digits_that_they_have(service):
    paid = next(session for session in HELD if session.price)
    assert f'"price":{paid.price},'.encode() in get(service, f"sessions/id/{paid.session_id}").content
    assert encode(paid) == get(service, f"sessions/id/{paid.session_id}").content


@pytest.mark.parametrize(("path", "status", "code"), [
    ("sessions/id/none", 404, "not_found"),
    ("sessions/id/no%20id", 400, "invalid_parameter"),
    ("members/aid/none", 404, "not_found"),
    ("members/aid/no%20id", 404, "not_found"),
    ("members/aid/none/payment_methods", 403, "not_a_member"),
    ("members/aid/none/subscription", 403, "not_a_member"),
])
def test_who_is_not_there_is_said_as_the_contract_allows(service, path, status, code):
    answer = get(service, path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.json()["error_message"]


@pytest.mark.parametrize("path", ["sessions", "members"])
@pytest.mark.parametrize("query", [
    "page=0", "page=x", "page_size=0", "page_size=1000001", "order_by=x", "order_direction=up", "nonsense=1",
    "page=1&page=2"])
def test_lists_refuse_what_they_do_not_know(service, path, query):
    answer = service.client.get(f"{url(service, path)}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_parameter")
    assert answer.json()["error_message"].startswith(query.partition("=")[0])


def test_members_have_a_status_or_are_not_asked_for_it(service):
    for value in ("", "nobody"):
        assert get(service, "members", member_status=value).status_code == 400


@pytest.mark.parametrize("query", [
    "status=busy", "organization_type=owners", "charging_point_id=", "charging_point_id=a+b",
    *(f"date_picker_{end}={value}" for end in ("since", "until") for value in (
        "", "2017-10-15", "2017-10-15T16:44:40", "2017-10-15T16:44:40Z", "2017-10-15T16:44:40%2B02:00",
        "2017-13-15T16:44:40%2B0200", "2017-02-30T16:44:40%2B0200", "2017-10-15T24:44:40%2B0200", "0000-10-15T16:44:40-0200",
        "2017-10-15T16:44:40%2B9900", "２017-10-15T16:44:40%2B0200"))])
def test_sessions_refuse_what_the_contract_s_patterns_do(service, query):
    answer = service.client.get(f"{url(service, 'sessions')}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "invalid_parameter")
    assert answer.json()["error_message"].startswith(query.partition("=")[0])


@pytest.mark.parametrize("sign", ["+", "%2B", "%20"])
def test_the_plus_of_a_zone_needs_no_escape(service, sign):
    shown = BEGIN + timedelta(hours=2)
    answer = service.client.get(f"{url(service, 'sessions')}?page_size=1&date_picker_since="
                                f"{shown:%Y-%m-%dT%H:%M:%S}{sign}0200")
    assert answer.headers["X-Total-Count"] == str(sum(session.session_begin >= BEGIN for session in HELD))


@pytest.mark.parametrize("path", [
    "members", "members/aid/x", "members/aid/x/payment_methods", "members/aid/x/subscription", "sessions", "sessions/id/x"])
def test_nobody_else_gets_in(service, path):
    assert service.nobody.get(url(service, path)).status_code == 401
    account = {"Authorization": f"Bearer {issue(service.credentials, 'account')}"}
    assert service.nobody.get(url(service, path), headers=account).json()["error_code"] == "insufficient_scope"
    other = url(service, path).replace("DEMOTENANT", "OTHER")
    assert service.client.get(other).json()["error_code"] == "wrong_organization"
    assert service.client.post(url(service, path)).status_code == 405
