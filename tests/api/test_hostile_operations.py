"""Whatever comes, and whatever is asked: each call ends in a result or in an error of ours, which says no secret."""

import base64
import json
import time
from email.utils import formatdate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.slow import STALLS, FastClock, Late, outcome_of
from tests.api.upstream import points, reply, serving
from wirelane_geo.api import Points
from wirelane_geo.errors import ApiBadAnswer, ApiError, ApiTooMany, ApiUnauthorized, ApiUnreachable
from wirelane_geo.model import ChargePoint


def test_no_error_says_a_secret(upstream, connect):
    """Whatever goes wrong, at whatever place, while the upstream echoes all that it was sent."""
    def echo(asked):
        words = f"{asked.headers} {asked.body.decode()} {asked.path}"
        return reply({"error_code": words, "error_message": words}, 403)

    for broken in ("api", "token"):
        client = connect()
        setattr(upstream, broken, echo)
        error = outcome_of(client)
        assert isinstance(error, ApiError)
        assert error.__cause__ is None
        assert error.__context__ is None
        for secret in ("s3cr3t-value", "pass-w0rd", "token-1"):
            assert secret not in f"{error!r} {error} {vars(error)}"
        upstream.api = lambda asked: reply([])


HEADS = st.lists(st.sampled_from([
    b"Content-Type: application/json", b"Content-Type: text/html", b"Content-Length: 2", b"Content-Length: 99",
    b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"X-Total-Pages: 7", b"X-Total-Count: 3", b"Retry-After: 1",
    b"Location: //elsewhere/", b"Date: x", b"Connection: keep-alive", b"Upgrade: h2c", b"\xff: \xff", b": "]), max_size=4)
STATUSES = st.sampled_from([b"200 OK", b"201 Made", b"100 Go on", b"101 Switch", b"204 No", b"302 There", b"401 Who", b"404",
                            b"429 Wait", b"500 Ouch", b"999 ?", b"20 x", b""])
BODIES = st.binary(max_size=40) | st.sampled_from([
    b"[]", b"2\r\n[]\r\n0\r\n\r\n", b"[{}]", b'{"access_token":"t"}', b'{"error_code":1}', json.dumps(points("a")).encode()])
ANSWERS = st.binary(max_size=80) | st.builds(
    lambda status, heads, body: b"\r\n".join([b"HTTP/1.1 " + status, *heads, b"", body]),
    STATUSES, HEADS, BODIES)


@pytest.mark.slow
@given(api=st.lists(ANSWERS, min_size=1, max_size=3), token=st.none() | ANSWERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_every_call_ends_in_a_result_or_an_error_of_ours(upstream, connect, api, token):
    upstream.token = lambda asked: token if token is not None else reply({"access_token": "t", "expires_in": 60})
    upstream.api = lambda asked: api[asked.nth % len(api)]
    client = connect(timeout=2, deadline=10)
    outcome = outcome_of(client)
    assert isinstance(outcome, Points | ApiError)
    assert str(outcome)
    client.close()


def jwt(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2lnbmF0dXJl"


@pytest.mark.parametrize("skew", [-10**9, -86_400, -300, 0, 300, 86_400, 10**9])
@pytest.mark.parametrize("dated", [True, False])
def test_a_clock_that_is_wrong_costs_no_tokens(upstream, connect, skew, dated):
    """The server's clock is another than ours; its token lives for an hour by that clock."""
    now = time.time() + skew
    said = {"date": formatdate(now, usegmt=True)} if dated else {}
    upstream.token = lambda asked: reply({"access_token": jwt(iat=int(now), exp=int(now) + 3600)}, **said)
    clock = Late()
    client = connect(clock=clock)
    client.points()
    clock.late = 3000
    client.points()
    assert len(upstream.forms) == 1
    clock.late = 3601
    client.points()
    assert len(upstream.forms) == 2


@pytest.mark.parametrize("often", [1, 3])
def test_tokens_that_are_revoked_while_sessions_are_read(upstream, connect, often):
    """Each token works for so many requests; renewed as often as it takes, nothing is lost."""
    used = {}

    def rule(asked):
        used[asked.token] = used.get(asked.token, 0) + 1
        if used[asked.token] > often:
            return reply({"error_code": "token_revoked"}, 401)
        number = int(asked.query["page"])
        size = int(asked.query["page_size"])
        return reply([{"session_id": f"s{n}"} for n in range(size * (number - 1), min(12, size * number))], x_total_count=12)

    upstream.api = rule
    assert [session.session_id for session in connect().sessions(page_size=4)] == [f"s{n}" for n in range(12)]


def test_a_token_that_is_revoked_for_good_ends_the_reading_by_name(upstream, connect):
    def rule(asked):
        if asked.nth > 1:
            return reply({"error_code": "token_revoked"}, 401)
        return reply([{"session_id": "a"}, {"session_id": "b"}], x_total_count=4)

    upstream.api = rule
    listing = connect().sessions(page_size=2)
    assert [next(listing).session_id for _ in range(2)] == ["a", "b"]
    with pytest.raises(ApiUnauthorized, match="token_revoked"):
        next(listing)
    assert len(upstream.asked) == 3
    assert len(upstream.forms) == 2


ALL = {
    "points": lambda client: client.points(), "point": lambda client: client.point("P1"),
    "create_point": lambda client: client.create_point(ChargePoint(charge_point_id="CP")),
    "update_point": lambda client: client.update_point("P1", ChargePoint(charge_point_id="CP")),
    "members": lambda client: list(client.members()), "member": lambda client: client.member("A"),
    "payment_methods": lambda client: client.payment_methods("A"), "session": lambda client: client.session("S"),
    "subscription": lambda client: client.subscription("A"), "sessions": lambda client: list(client.sessions()),
}


@pytest.mark.parametrize("operation", ALL)
def test_no_operation_follows_a_redirect(upstream, connect, operation):
    with serving() as elsewhere:
        upstream.api = lambda asked: reply(status=307, location=f"{elsewhere.url}/?token={asked.token}")
        with pytest.raises(ApiBadAnswer, match="Redirects are not followed") as failed:
            ALL[operation](connect())
        assert "token-1" not in str(failed.value)
        assert not elsewhere.asked


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("where", ["in the body", "in the headers"])
def test_every_operation_ends_at_its_deadline(upstream, connect, operation, where):
    upstream.api = lambda asked: upstream.drip(*STALLS[where])
    with pytest.raises(ApiUnreachable, match="within the 60 s"):
        ALL[operation](connect(clock=FastClock(), deadline=60))


@pytest.mark.parametrize("operation", ALL)
def test_a_storm_of_429_ends_every_operation(upstream, connect, waits, operation):
    upstream.api = lambda asked: reply(status=429, retry_after=9)
    with pytest.raises(ApiTooMany):
        ALL[operation](connect())
    assert len(upstream.asked) == 4
    assert waits == [9.0, 9.0, 9.0]


def test_a_storm_of_429_in_the_middle_of_reading_is_waited_for(upstream, connect, waits):
    def rule(asked):
        if asked.nth % 3:
            return reply(status=429, retry_after=9)
        number, size = int(asked.query["page"]), int(asked.query["page_size"])
        return reply([{"session_id": f"s{n}"} for n in range(size * (number - 1), min(6, size * number))], x_total_count=6)

    upstream.api = rule
    assert len(list(connect().sessions(page_size=2))) == 6
    assert set(waits) == {9.0}
