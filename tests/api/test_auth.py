"""Access tokens: which grant, how often fetched, how long used, what is done about a lie."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from tests.api.upstream import points, reply
from wirelane_geo.errors import ApiBadAnswer, ApiServerFault, ApiTooMany, ApiUnauthorized, ApiUnreachable
from wirelane_geo.model import ChargePoint

DAY = "Sun, 15 Oct 2017 16:00:00 GMT"
AT = 1508083200


def jwt(**claims) -> str:
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(claims)}.c2lnbmF0dXJl"


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_the_password_grant(upstream, connect):
    connect().points()
    [asked] = upstream.forms
    assert asked.method == "POST"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.form == {"grant_type": ["password"], "client_id": ["client-1"], "client_secret": ["s3cr3t-value"],
                          "username": ["ada"], "password": ["pass-w0rd"]}, "the contract's form has no scope"
    assert upstream.asked[0].headers["authorization"] == "Bearer token-1"


def test_the_client_credentials_grant(upstream, connect):
    connect(username=None, password=None).points()
    assert upstream.forms[0].form == {"grant_type": ["client_credentials"], "client_id": ["client-1"],
                                      "client_secret": ["s3cr3t-value"], "scope": ["account"]}


@pytest.mark.slow
def test_however_many_threads_ask_one_token_is_fetched(upstream, connect):
    arrived = threading.Barrier(12)
    client = connect()

    def token(asked):
        arrived.wait(5)  # answers only once all the others are asking, too
        return reply({"access_token": "shared", "expires_in": 3600})

    def ask(number):
        if number:
            arrived.wait(5)
        return client.points()

    upstream.token = token
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(ask, range(12)))
    assert len(upstream.forms) == 1
    assert {asked.token for asked in upstream.asked} == {"shared"}


@pytest.mark.parametrize(("answer", "kept", "renewed"), [
    ({"expires_in": 3600}, 3500, 3550),
    ({"expires_in": "3600"}, 3500, 3550),
    ({"expires_in": 100}, 85, 95),
    ({"access_token": jwt(exp=AT + 3600)}, 3500, 3550),
    ({"access_token": jwt(exp=AT + 3600), "expires_in": 600}, 500, 560),
    ({"access_token": jwt(exp="soon")}, 200, 300),
    ({"access_token": "not.a.jwt"}, 200, 300),
    ({}, 200, 300),
])
def test_a_token_is_used_until_shortly_before_it_expires(upstream, connect, answer, kept, renewed):
    upstream.token = lambda asked: reply({"access_token": f"token-{asked.nth}", **answer}, date=DAY)
    clock = Clock()
    client = connect(clock=clock)
    client.points()
    clock.now += kept
    client.points()
    assert len(upstream.forms) == 1
    clock.now += renewed - kept
    client.points()
    assert len(upstream.forms) == 2


@pytest.mark.parametrize("lie", [{"expires_in": 0}, {"expires_in": -5}, {"expires_in": "never"}, {"expires_in": True},
                                 {"expires_in": [1]}, {"expires_in": 1e300}, {"access_token": jwt(exp=1)}])
def test_a_token_that_claims_to_be_dead_is_tried_not_fetched_for_ever(upstream, connect, lie):
    upstream.token = lambda asked: reply({"access_token": f"token-{asked.nth}", **lie}, date=formatdate(usegmt=True))
    client = connect()
    for _ in range(3):
        client.points()
    assert len(upstream.forms) == 1


@pytest.mark.parametrize("answer", [
    reply({}), reply([]), reply(b"null"), reply(b"token"), reply(b""), reply({"access_token": ""}),
    reply({"access_token": None}), reply({"access_token": 7}), reply({"access_token": "a\r\nX-Evil: 1"}),
    reply({"access_token": "snow ☃"}), reply({"access_token": "t", "token_type": "mac"}),
    reply(b"<html>sign in</html>", content_type="text/html"), reply({"access_token": "x" * 20_000}), reply(b"[" * 100_000),
])
def test_an_answer_without_a_usable_token_is_named_as_such(upstream, connect, answer):
    upstream.token = lambda asked: answer
    with pytest.raises(ApiBadAnswer, match="/token") as refused:
        connect().points()
    assert not upstream.asked
    assert "s3cr3t-value" not in str(refused.value)


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_credentials_are_said_plainly_without_repeating_them(upstream, connect, waits, status):
    upstream.token = lambda asked: reply(
        {"error": "invalid_client", "error_description": "s3cr3t-value or pass-w0rd is wrong"}, status)
    with pytest.raises(ApiUnauthorized, match="credentials") as refused:
        connect().points()
    assert (refused.value.status, refused.value.error_code) == (status, "invalid_client")
    assert refused.value.request == f"POST {upstream.url}/token"
    assert len(upstream.forms) == 1
    assert not waits
    assert not upstream.asked
    for text in (str(refused.value), repr(refused.value), refused.value.error_message):
        assert "s3cr3t-value" not in text
        assert "pass-w0rd" not in text


@pytest.mark.parametrize(("status", "body", "code", "message", "meaning"), [
    (401, {"error": "invalid_client", "error_description": "No such client."}, "invalid_client", "No such client.",
     "check client id and client secret"),
    (400, {"error": "invalid_grant", "error_description": "The account is locked."}, "invalid_grant", "The account is locked.",
     "check user and password"),
    (400, {"error": "invalid_scope", "error_description": "Not for you."}, "invalid_scope", "Not for you.",
     "the scope account_admin"),
    (403, {"error": "access_denied"}, "access_denied", None, "check user and password"),
    (400, {"error": "unauthorized_client"}, "unauthorized_client", None, "by the password grant"),
    (400, {"error": "unsupported_grant_type"}, "unsupported_grant_type", None, "check the token URL"),
    (400, {"error": "invalid_request", "error_description": "client_id is missing"}, "invalid_request", "client_id is missing",
     "check the token URL"),
    (401, {"error": {"code": 401, "message": "Blocked."}}, "401", "Blocked.", "check client id, client secret, user"),
    (401, {"message": "Unauthorized"}, None, "Unauthorized", "check client id, client secret, user"),
    (401, {"code": "E17", "detail": "Not from here."}, "E17", "Not from here.", "check client id, client secret, user"),
    (403, {"error_code": "x", "error_message": "Closed.", "error": "other"}, "x", "Closed.", "check client id, client secret"),
    (401, {"error": ["odd"], "error_description": {}}, None, None, "check client id, client secret, user"),
    (401, {"error": True, "message": False}, None, None, "check client id, client secret, user"),
])
def test_what_the_token_endpoint_says_is_passed_on_with_what_to_do(upstream, connect, status, body, code, message, meaning):
    upstream.token = lambda asked: reply(body, status)
    with pytest.raises(ApiUnauthorized) as refused:
        connect().points()
    assert (refused.value.status, refused.value.error_code, refused.value.error_message) == (status, code, message)
    assert ": ".join(part for part in (code, message) if part) in str(refused.value)
    assert meaning in str(refused.value)


def test_a_client_that_may_not_have_its_scope_is_told_which(upstream, connect):
    upstream.token = lambda asked: reply({"error": "invalid_scope"}, 400)
    with pytest.raises(ApiUnauthorized, match="the scope account:"):
        connect(username=None, password=None).points()


def test_a_token_endpoint_that_is_busy_is_asked_again(upstream, connect, waits):
    upstream.token = lambda asked: (reply(status=503, retry_after=7) if asked.nth == 1 else
                                    reply({"access_token": "late", "expires_in": 60}))
    connect().points()
    assert waits == [7.0]
    assert upstream.asked[0].token == "late"


@pytest.mark.parametrize(("status", "kind"), [(500, ApiServerFault), (429, ApiTooMany)])
def test_a_failing_token_endpoint_fails_the_call_but_not_the_next_one(upstream, connect, status, kind):
    upstream.token = lambda asked: reply(status=status)
    client = connect()
    with pytest.raises(kind, match="/token"):
        client.points()
    upstream.token = lambda asked: reply({"access_token": "well-again", "expires_in": 60})
    client.points()


@pytest.mark.slow
def test_who_waited_for_a_fetch_that_gave_up_fetches_itself(upstream, connect):
    fetching = threading.Event()
    client = connect()

    def token(asked):
        if asked.nth > 1:
            return reply({"access_token": "second", "expires_in": 60})
        fetching.set()
        return upstream.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")

    upstream.token = token
    with ThreadPoolExecutor(2) as pool:
        hasty = pool.submit(client.points, deadline=0.3)
        assert fetching.wait(5)
        patient = pool.submit(client.points, deadline=30)
        assert patient.result().complete
        assert isinstance(hasty.exception(), ApiUnreachable)
    assert upstream.asked[0].token == "second"


def only(token):
    return lambda asked: reply(points("a")) if asked.token == token else reply({"error_code": "expired"}, 401)


def test_a_refused_token_is_renewed_once(upstream, connect):
    upstream.api = only("token-2")
    assert [point.id for point in connect().points()] == ["a"]
    assert len(upstream.forms) == 2
    assert [asked.token for asked in upstream.asked] == ["token-1", "token-2"]


def test_a_token_that_stays_refused_is_an_error_not_a_loop(upstream, connect):
    upstream.api = only("another")
    with pytest.raises(ApiUnauthorized) as refused:
        connect().points()
    assert (refused.value.status, refused.value.error_code) == (401, "expired")
    assert len(upstream.asked) == 2
    assert len(upstream.forms) == 2


def test_a_create_is_sent_again_with_the_new_token(upstream, connect):
    upstream.api = lambda asked: reply(points("a")[0]) if asked.token == "token-2" else reply(status=401)
    assert connect().create_point(ChargePoint(charge_point_id="CP-a")).id == "a"
    assert [asked.method for asked in upstream.asked] == ["POST", "POST"]


def test_tokens_and_secrets_are_in_no_repr(connect):
    client = connect()
    client.points()
    for holder in (client, client._tokens, client._tokens._grant, client._caller):
        for secret in ("s3cr3t-value", "pass-w0rd", "token-1"):
            assert secret not in repr(holder)
