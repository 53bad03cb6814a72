"""Members, payment methods, subscriptions and sessions: what is asked, what is made of the answers."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.upstream import reply
from tests.contract.files import facts_of
from wirelane_geo.api import MEMBER_ORDERS, SESSION_ORDERS, MemberParameters, SessionParameters
from wirelane_geo.api.query import MEMBERS, SESSIONS, written
from wirelane_geo.errors import ApiBadAnswer, ApiError, ApiForbidden, ApiNotFound, BadInput
from wirelane_geo.model import Currency, MemberStatus, SessionStatus

PATH = "/apis/emc/organizations/id/DEMO"


@pytest.fixture(scope="module")
def contract():
    operations = facts_of("2023")["operations"]
    return {o["path"].rpartition("/")[2]: {p["name"]: p for p in o["parameters"] if p["in"] == "query"}
            for o in operations if o["method"] == "GET"}


LISTS = {"sessions": (SESSIONS, SessionParameters, SESSION_ORDERS), "members": (MEMBERS, MemberParameters, MEMBER_ORDERS)}


@pytest.mark.parametrize("name", LISTS)
def test_the_contract_s_parameters_are_there_and_no_others(contract, name):
    table, typed, orders = LISTS[name]
    assert set(table.writers) == set(contract[name])
    assert set(typed.__optional_keys__) - set(table.aliases) == set(contract[name])
    assert list(orders) == contract[name]["order_by"]["enum"]


@pytest.mark.parametrize("name", LISTS)
def test_arrays_are_written_as_the_contract_says_and_every_value_can_be_asked_for(contract, name):
    table, _, _ = LISTS[name]
    for parameter in contract[name].values():
        values = [value for value in parameter.get("enum", []) if value] or ["a-1", "b-2"]
        if parameter["name"] == "status":
            values = list(SessionStatus)
        if "array" in parameter:
            expected = values if parameter["array"] == "repeated" else ",".join(values)
            assert written({parameter["name"]: values}, table) == {parameter["name"]: expected}
        for value in parameter.get("enum", []):
            query = written({parameter["name"]: value}, table)
            assert query.get(parameter["name"]) in ((value, [value]) if value else (None,))


def test_every_parameter_of_sessions_goes_into_the_query(upstream, connect):
    zone = timezone(timedelta(hours=2))
    list(connect().sessions(
        page=3, page_size=20, search="ada@example.org", charging_point_id="DE*1+a", charge_point_id=["A", "B,C"],
        status=[SessionStatus.closed, SessionStatus.error], since=datetime(2024, 5, 1, 10, tzinfo=zone),
        until=datetime(2024, 5, 2, 0, 0, 0, 1, tzinfo=UTC), order_by="pointScmId", order_direction="desc",
        organization_type=["emp", "cpo"], owner_id=["O1", "O2"]))
    [asked] = upstream.asked
    assert asked.path == f"{PATH}/sessions"
    assert parse_qs(urlsplit(asked.target).query) == {
        "page": ["3"], "page_size": ["20"], "search": ["ada@example.org"], "charging_point_id": ["DE*1+a"],
        "charge_point_id": ["A", "B,C"], "status": ["closed", "error"], "date_picker_since": ["2024-05-01T08:00:00+0000"],
        "date_picker_until": ["2024-05-02T00:00:01+0000"], "order_by": ["pointScmId"], "order_direction": ["desc"],
        "organization_type": ["emp", "cpo"], "owner_id": ["O1,O2"]}


def test_every_parameter_of_members_goes_into_the_query(upstream, connect):
    list(connect().members(page=1, page_size=5, search="ada", order_by="email", order_direction="asc",
                           member_status=[MemberStatus.pending, "active"]))
    [asked] = upstream.asked
    assert asked.path == f"{PATH}/members"
    assert parse_qs(urlsplit(asked.target).query) == {
        "page": ["1"], "page_size": ["5"], "search": ["ada"], "order_by": ["email"], "order_direction": ["asc"],
        "member_status": ["pending", "active"]}


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30),
                    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))))
def test_times_are_written_in_the_documented_pattern_and_mean_the_same_second(when):
    pattern = re.compile(r"^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})[\040+-](\d{4})$")
    query = written({"since": when, "until": when}, SESSIONS)
    since, until = (query[f"date_picker_{end}"] for end in ("since", "until"))
    assert pattern.fullmatch(since)
    assert pattern.fullmatch(until)
    assert datetime.fromisoformat(since) <= when <= datetime.fromisoformat(until)
    assert datetime.fromisoformat(until) - datetime.fromisoformat(since) <= timedelta(seconds=1)


@pytest.mark.parametrize(("parameters", "right"), [
    ({"since": datetime(2024, 5, 1)}, "with a zone"), ({"until": "2024-05-01"}, "with a zone"),
    ({"since": datetime(2024, 5, 1, tzinfo=UTC), "date_picker_since": datetime(2024, 5, 1, tzinfo=UTC)}, "the same"),
    ({"since": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))}, "since"), ({"status": "paid"}, "started"),
    ({"order_by": "distance"}, "sessionBegin"), ({"organization_type": ["msp"]}, "emp, cpo, owner"),
    ({"charging_point_id": "a b"}, "letters"), ({"member_status": "active"}, "no parameter"),
    ({"owner_id": ["a,b"]}, "commas"),
])
def test_what_can_not_be_asked_is_refused_with_what_would_be_right(upstream, connect, parameters, right):
    with pytest.raises(BadInput, match=right):
        connect().sessions(**parameters)
    assert not upstream.asked


SAMPLE = b"""{"session_id": "string", "cpo_session_id": "19eea288", "customer_id": "WIRELANE-7900915",
  "customer_email": "customer@example.com", "card_number": "WIRELANE123456", "zip_code": 73525, "house_number": 21,
  "process_begin": "2017-10-15T16:44:45+0200", "session_begin": "2017-10-15T16:44:40+02:00",
  "session_end": "2017-10-15T15:52:59Z", "session_duration": 68, "kwh": 17.46, "price": 1.70, "tax_rate": 0.19,
  "currency": "EUR", "status": "closed", "identification_type": "access_token", "meter_start": 1541678196}"""


def test_a_session_as_the_contract_s_sample_has_it(upstream, connect):
    upstream.api = lambda asked: reply(SAMPLE)
    session = connect().session("19eea288-1ee1")
    assert upstream.asked[0].path == f"{PATH}/sessions/id/19eea288-1ee1"
    assert (session.zip_code, session.house_number) == ("73525", "21")
    assert session.process_begin == datetime(2017, 10, 15, 14, 44, 45, tzinfo=UTC)
    assert session.duration == timedelta(hours=1, minutes=8, seconds=19)
    assert str(session.price) == "1.70"
    assert str(session.money) == "1.70 EUR"
    assert session.tax_rate == Decimal("0.19")
    for personal in ("customer@example.com", "WIRELANE-7900915", "WIRELANE123456"):
        assert personal not in repr(session)


@pytest.mark.parametrize("digits", ["0.1", "0.10", "1.005", "12345678901.23", "0.30000000000000004", "-4.20", "0"])
@pytest.mark.parametrize("odd", ["", ', "house_number": 21', ', "status": "PAID"'])
def test_a_price_keeps_its_digits(upstream, connect, digits, odd):
    upstream.api = lambda asked: reply(f'[{{"session_id": "a", "price": {digits}{odd}}}]'.encode())
    [session] = connect().sessions()
    assert str(session.price) == digits


@pytest.mark.parametrize("digits", ["1e999999999", '"NaN"', '"Infinity"', "1e20", '"-inf"'])
def test_a_price_that_can_not_be_is_dropped_and_counted(upstream, connect, digits):
    upstream.api = lambda asked: reply(f'[{{"session_id": "a", "price": {digits}, "currency": "EUR"}}]'.encode())
    listing = connect().sessions()
    [session] = listing
    assert (session.price, session.money) == (None, None)
    assert len(listing.unknown) == 1


def test_a_member_with_its_account(upstream, connect):
    upstream.api = lambda asked: reply({
        "id": "M1", "email": "ada@example.org", "status": "active",
        "account": {"account_id": "DEWLN-1", "status": "SLEEPING", "created": "2019-08-24T14:15:22", "vat_number": 7,
                    "address": {"zip_code": 1067, "house_number": 21, "country": "DE"},
                    "blocked_reasons": ["UNPAID_INVOICE", "BORED"]}})
    client = connect()
    member = client.member("DEWLN-1")
    assert upstream.asked[0].path == f"{PATH}/members/aid/DEWLN-1"
    assert (member.id, member.status, member.account.status) == ("M1", MemberStatus.active, None)
    assert (member.account.address.zip_code, member.account.address.house_number) == ("01067", "21")
    assert member.account.blocked_reasons == ("UNPAID_INVOICE",)
    assert member.account.created == datetime(2019, 8, 24, 14, 15, 22, tzinfo=UTC)
    assert dict(client.unknown) == {"status=SLEEPING": 1, "blocked_reasons=BORED": 1, "created=time without zone": 1}
    assert "ada@example.org" not in repr(member)


def test_payment_methods(upstream, connect):
    upstream.api = lambda asked: reply([
        {"id": "P1", "status": "ACTIVE", "label": "**** 4242", "metadata": [{"key": "brand", "value": "VISA"}]},
        {"id": "P2", "metadata": [{"key": "brand"}]}, {"status": "GONE"}])
    found = connect().payment_methods("DEWLN-1")
    assert upstream.asked[0].path == f"{PATH}/members/aid/DEWLN-1/payment_methods"
    assert [(method.id, len(method.metadata)) for method in found] == [("P1", 1), ("P2", 0), (None, 0)]
    assert found[0].metadata[0].value == "VISA"
    assert not found.rejected
    assert dict(found.unknown) == {"status=GONE": 1, "metadata=***": 1}


def test_a_subscription(upstream, connect):
    upstream.api = lambda asked: reply(b"""{"id": "S", "begin": "2015-11-25T10:43:02+0100", "upcoming_subscription": [],
        "current_period": {"amount": 12.50, "currency": "CHF", "tax_rate": "7.7", "plan": {
        "amount": 1250, "currency": "CHF", "default_tax_rate": 19.0, "properties": [], "interval_type": "EONS"}}}""")
    subscription = connect().subscription("DEWLN-1")
    assert upstream.asked[0].path == f"{PATH}/members/aid/DEWLN-1/subscription"
    assert str(subscription.current_period.money) == str(subscription.current_period.plan.money) == "12.50 CHF"
    assert subscription.current_period.plan.currency is Currency.CHF
    assert subscription.current_period.plan.interval_type is None
    assert subscription.upcoming_subscription is None
    assert subscription.begin == datetime(2015, 11, 25, 9, 43, 2, tzinfo=UTC)


ASKS = {
    "member": lambda client: client.member("DEWLN-42"), "subscription": lambda client: client.subscription("DEWLN-42"),
    "payment methods": lambda client: client.payment_methods("DEWLN-42"),
    "members": lambda client: list(client.members(search="DEWLN-42")),
    "sessions": lambda client: list(client.sessions(search="DEWLN-42", owner_id="DEWLN-42")),
}


@pytest.mark.parametrize("ask", ASKS)
def test_what_is_personal_in_a_request_is_in_no_error(upstream, connect, ask):
    upstream.api = lambda asked: reply({"error_code": "no", "error_message": f"{asked.target} is not yours"}, 403)
    with pytest.raises(ApiForbidden) as refused:
        ASKS[ask](connect())
    for text in (str(refused.value), repr(refused.value), refused.value.request, refused.value.error_message):
        assert "DEWLN-42" not in text
    assert "***" in refused.value.request
    upstream.api = lambda asked: reply(b"nonsense")
    with pytest.raises(ApiBadAnswer) as odd:
        ASKS[ask](connect())
    assert "DEWLN-42" not in str(odd.value)


@pytest.mark.parametrize("id", ["", "..", "a/b", "a*b", "ä", "a\n"])
def test_an_id_that_the_api_does_not_take_is_refused_before_anything_is_sent(upstream, connect, id):
    for ask in ("member", "payment_methods", "subscription", "session"):
        with pytest.raises(BadInput, match="letters, digits"):
            getattr(connect(), ask)(id)
    assert not upstream.asked


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"7", b'"text"', b"\xff", b"[" * 10**5])
def test_a_record_that_is_none_is_named(upstream, connect, body):
    upstream.api = lambda asked: reply(body)
    with pytest.raises(ApiBadAnswer, match="something else than a member"):
        connect().member("A-1")
    with pytest.raises(ApiBadAnswer, match="something else than a subscription"):
        connect().subscription("A-1")
    with pytest.raises(ApiBadAnswer, match="something else than a charging session"):
        connect().session("A-1")


def test_what_is_not_there_is_not_found(upstream, connect):
    upstream.api = lambda asked: reply({"error_code": "not_found"}, 404)
    for ask in ("member", "subscription", "session", "payment_methods"):
        with pytest.raises(ApiNotFound):
            getattr(connect(), ask)("A-1")
    with pytest.raises(ApiError):
        next(connect().sessions())
