"""An upstream that means harm, or is broken: every call ends in time, in a result or in an error that names the cause."""

import base64
import gzip
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.upstream import points, reply, serving
from wirelane_geo.api import Points, WirelaneClient
from wirelane_geo.errors import ApiBadAnswer, ApiError, ApiTooMany, ApiUnauthorized, ApiUnreachable
from wirelane_geo.model import ChargePoint

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STALLS = {
    "in the body": (HEAD + b"Content-Length: 100000000\r\n\r\n[", b" "),
    "in a body without end": (HEAD + b"\r\n[", b" "),
    "in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "in the headers": (HEAD + b"X-Slow: ", b"x"),
    "in the status line": (b"HTTP/1.1 200 ", b"O"),
    "in interim answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}


class Hurried:
    """A clock that goes on by a second each time somebody looks, so that a minute passes in a moment."""

    def __init__(self):
        self.now, self.lock = 0.0, threading.Lock()

    def __call__(self):
        with self.lock:
            self.now += 1.0
            return self.now


class Late:
    """The real clock, which can be put forward."""

    late = 0.0

    def __call__(self):
        return time.monotonic() + self.late


@pytest.mark.parametrize("where", STALLS)
def test_a_slow_trickle_ends_at_the_deadline(upstream, connect, where):
    upstream.api = lambda asked: upstream.drip(*STALLS[where])
    with pytest.raises(ApiUnreachable, match="within the 60 s that the whole call may take"):
        connect(clock=Hurried()).points(deadline=60)
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("where", STALLS)
def test_a_token_endpoint_that_trickles_ends_at_the_deadline(upstream, connect, where):
    upstream.token = lambda asked: upstream.drip(*STALLS[where])
    with pytest.raises(ApiUnreachable, match="/token"):
        connect(clock=Hurried()).points(deadline=60)


def test_a_read_gets_no_more_time_than_the_call_has_left(upstream, connect):
    clock = Late()

    def rule(asked):
        clock.late = 99.9
        yield HEAD + b"Content-Length: 9\r\n\r\n["
        upstream.gone.wait(60)

    upstream.api = rule
    with pytest.raises(ApiUnreachable, match="within the 100 s that the whole call may take"):
        connect(clock=clock, timeout=50).points(deadline=100)


def test_an_error_that_trickles_ends_at_the_deadline(upstream, connect):
    upstream.api = lambda asked: upstream.drip(b"HTTP/1.1 404 No\r\nContent-Length: 60000\r\n\r\n")
    with pytest.raises(ApiUnreachable, match="60 s"):
        connect(clock=Hurried()).point("P1", deadline=60)


def test_silence_ends_in_the_time_for_one_step_and_is_tried_again(upstream, connect, waits):
    def rule(asked):
        upstream.gone.wait(10 if asked.nth == 1 else 0)
        return reply(points("a"))

    upstream.api = rule
    assert len(connect(timeout=0.2).points()) == 1
    assert len(upstream.asked) == 2


def test_silence_for_ever_is_named(upstream, connect, waits):
    upstream.api = lambda asked: upstream.gone.wait(10) and b""
    with pytest.raises(ApiUnreachable, match="had no answer in time"):
        connect(timeout=0.05).points()
    assert len(waits) == 3


CUT = {
    "at once": b"",
    "in the status line": b"HTTP/1.1 2",
    "in the headers": HEAD + b"Content-Le",
    "in the body": HEAD + b"Content-Length: 1000\r\n\r\n[{",
    "in a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n[{",
    "before the last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
}


@pytest.mark.parametrize("where", CUT)
def test_a_connection_that_is_cut_off_is_tried_again(upstream, connect, where):
    upstream.api = lambda asked: CUT[where] if asked.nth < 3 else reply(points("a"), x_total_count=1)
    found = connect().points()
    assert (len(found), found.complete) == (1, True)


@pytest.mark.parametrize("where", CUT)
def test_a_connection_that_is_always_cut_off_is_named(upstream, connect, where):
    upstream.api = lambda asked: CUT[where]
    with pytest.raises(ApiUnreachable, match="was cut off") as failed:
        connect().points()
    assert len(upstream.asked) == 4
    assert failed.value.request.startswith(f"GET {upstream.url}/apis/emc/")


@pytest.mark.parametrize("raw", [
    b"SSH-2.0-OpenSSH_9.6\r\n", b"\x16\x03\x01\x00\xa5\x01\x00", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n[]", b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n[]",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[]", b"\x00" * 5000,
])
def test_what_is_not_http_is_named(upstream, connect, raw):
    upstream.api = lambda asked: raw
    with pytest.raises((ApiUnreachable, ApiBadAnswer), match="GET http"):
        connect().points()


@pytest.mark.parametrize(("body", "said"), [
    (b"", "not a JSON list"), (b"[{]", "not a JSON list"), (b"nope", "not a JSON list"), (b"{}", "not a list"),
    (b'{"data":[]}', "not a list"), (b"null", "not a list"), (b"\xff\xfe[\x00]\x00", "not a JSON list"),
    (b"[" * 10**6, "not a JSON list"),
])
def test_a_page_that_is_none_is_named_and_not_asked_for_again(upstream, connect, waits, body, said):
    upstream.api = lambda asked: reply(body)
    with pytest.raises(ApiBadAnswer, match=said):
        connect().points()
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"id":"a"}', b'{"charge_point_id":"a","latitude":99}', b"\xff"])
def test_a_point_that_is_none_is_named(upstream, connect, body):
    upstream.api = lambda asked: reply(body)
    for ask in (lambda client: client.point("P1"), lambda client: client.create_point(ChargePoint(charge_point_id="CP")),
                lambda client: client.update_point("P1", ChargePoint(charge_point_id="CP"))):
        with pytest.raises(ApiBadAnswer, match="something else than a charge point"):
            ask(connect())


def test_invalid_utf_8_costs_only_the_record_that_it_is_in(upstream, connect):
    sound = json.dumps(points("a")[0]).encode()
    upstream.api = lambda asked: reply(b"[" + sound + b',{"id":"b","charge_point_id":"\xc3\x28"}]', x_total_count=2)
    found = connect().points()
    assert [point.id for point in found] == ["a"]
    assert found.rejected[0].index == 1
    assert found.complete


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "text/plain", "application/xml", "image/png", "application/jsonp"])
def test_another_content_type_is_named(upstream, connect, kind):
    upstream.api = lambda asked: reply(points("a"), content_type=kind)
    with pytest.raises(ApiBadAnswer, match=kind.split(";")[0]):
        connect().points()


@pytest.mark.parametrize("kind", ["application/json;charset=UTF-8", "application/problem+json", "APPLICATION/JSON", None])
def test_json_by_any_of_its_names_is_taken(upstream, connect, kind):
    upstream.api = lambda asked: reply(points("a"), content_type=kind)
    assert len(connect().points()) == 1


def endless(first=b"["):
    def parts():
        yield HEAD + b"\r\n" + first
        while True:
            yield b" " * 65536

    return parts()


@pytest.mark.parametrize("huge", [
    lambda: endless(),
    lambda: reply(b"[" + b" " * 2_000_000 + b"]"),
    lambda: reply(gzip.compress(b" " * 50_000_000), content_encoding="gzip"),
])
def test_a_huge_body_is_not_read_to_its_end(upstream, connect, waits, huge):
    upstream.api = lambda asked: huge()
    with pytest.raises(ApiBadAnswer, match="more than 1,000,000 bytes"):
        connect(max_bytes=1_000_000).points()
    assert not waits


def test_a_huge_error_is_still_that_error(upstream, connect):
    def parts():
        yield b"HTTP/1.1 429 No\r\n\r\n"
        while True:
            yield b" " * 65536

    upstream.api = lambda asked: parts()
    with pytest.raises(ApiTooMany):
        connect().points()


def test_a_body_that_can_not_be_unpacked_is_named(upstream, connect):
    upstream.api = lambda asked: reply(b"not gzip", content_encoding="gzip")
    with pytest.raises(ApiBadAnswer, match="can't be unpacked"):
        connect().points()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_no_token_leaves_the_host(upstream, connect, status):
    with serving() as elsewhere:
        upstream.api = lambda asked: reply(status=status, location=f"{elsewhere.url}/points?token={asked.token}")
        client, point = connect(), ChargePoint(charge_point_id="CP")
        for ask in (client.points, lambda: client.point("P1"), lambda: client.create_point(point)):
            with pytest.raises(ApiBadAnswer, match="Redirects are not followed") as failed:
                ask()
            assert elsewhere.url in str(failed.value)
            assert "token-1" not in str(failed.value)
        assert not elsewhere.asked


def test_a_redirect_of_the_token_endpoint_is_not_followed(upstream, connect):
    with serving() as elsewhere:
        upstream.token = lambda asked: reply(status=307, location=f"{elsewhere.url}/token")
        with pytest.raises(ApiBadAnswer, match="Redirects are not followed"):
            connect().points()
        assert not elsewhere.forms


@pytest.mark.parametrize("status", [201, 202, 204, 206, 304, 300])
def test_an_unexpected_success_is_not_taken_for_points(upstream, connect, status):
    upstream.api = lambda asked: reply(status=status)
    with pytest.raises(ApiBadAnswer):
        connect().points()


@pytest.mark.parametrize(
    "said", [{"x_total_pages": 10**8}, {"x_total_count": 10**8}, {}, {"x_total_pages": 10**8, "x_total_count": 2}])
@pytest.mark.parametrize("body", [
    points("a", "b"), [{"charge_point_id": "a"}, {"charge_point_id": "b"}], [5, 6], [*points("a"), 6],
])
def test_a_page_that_repeats_never_loops_for_ever(upstream, connect, said, body):
    upstream.api = lambda asked: reply(body, **said)
    found = connect(page_size=2).points()
    assert len(found) + len(found.rejected) == 2
    assert len(upstream.asked) < 10
    assert found.complete == (said.get("x_total_count") == 2)


def test_pages_that_go_round_in_a_ring_never_loop_for_ever(upstream, connect):
    upstream.api = lambda asked: reply(points("ab"[asked.nth % 2]), x_total_pages=10**8)
    found = connect(page_size=1, concurrency=1).points()
    assert sorted(point.id for point in found) == ["a", "b"]
    assert not found.complete


@pytest.mark.parametrize("said", [{"x_total_pages": 10**8}, {"x_total_count": 10**8}])
def test_pages_that_are_empty_too_early_end_the_list(upstream, connect, said):
    upstream.api = lambda asked: reply(points("a") if asked.query["page"] == "1" else [], **said)
    found = connect(page_size=1).points()
    assert [point.id for point in found] == ["a"]
    assert not found.complete
    assert len(upstream.asked) < 10


@pytest.mark.parametrize("said", ["-3", "many", "1e9", "9" * 400, "", "3.5", "٣"])
def test_page_counts_that_are_no_numbers_are_as_if_not_there(upstream, connect, said):
    raw = said.encode().decode("latin-1")

    def rule(asked):
        body = json.dumps(points("a") if asked.query["page"] == "1" else []).encode()
        return HEAD + f"X-Total-Pages: {raw}\r\nX-Total-Count: {raw}\r\nContent-Length: {len(body)}\r\n\r\n".encode(
            "latin-1") + body

    upstream.api = rule
    found = connect(page_size=1).points()
    assert (len(found), found.total, found.complete) == (1, None, True)


def test_endless_new_points_end_at_the_deadline(upstream, connect):
    upstream.api = lambda asked: reply(points(f"p{asked.nth}"), x_total_pages=10**8)
    with pytest.raises(ApiUnreachable, match="whole call"):
        connect(page_size=1, clock=Hurried()).points(deadline=300)


def test_a_token_that_dies_in_the_middle_of_paging_is_renewed_once(upstream, connect):
    def rule(asked):
        number = int(asked.query["page"])
        if asked.token == "token-1" and number > 3:
            return reply({"error_code": "token_revoked"}, 401)
        return reply(points(f"p{number}"), x_total_count=12, x_total_pages=12)

    upstream.api = rule
    found = connect(page_size=1).points()
    assert [point.id for point in found] == [f"p{number}" for number in range(1, 13)]
    assert found.complete
    assert len(upstream.forms) == 2


def test_a_failure_in_the_middle_of_paging_fails_the_call_and_stops_asking(upstream, connect):
    upstream.api = lambda asked: (reply({"error_code": "gone"}, 404) if asked.query["page"] == "3" else
                                  reply(points(f"p{asked.query['page']}"), x_total_pages=1000))
    with pytest.raises(ApiError, match="gone"):
        connect(page_size=1, concurrency=2).points()
    assert len(upstream.asked) < 10


def test_a_storm_of_429_ends(upstream, connect, waits):
    upstream.api = lambda asked: reply(status=429, retry_after=0)
    client = connect(page_size=1)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: _outcome(client), range(8)))
    assert all(isinstance(outcome, ApiTooMany) for outcome in outcomes)
    assert len(upstream.asked) == 8 * 4


def _outcome(client):
    try:
        return client.points()
    except ApiError as error:
        return error


def test_a_full_house_does_not_take_longer_than_the_deadline():
    """A socket that listens but never accepts, in real time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (WirelaneClient(url, f"{url}/token", "DEMO", "id", "secret", timeout=30, deadline=0.3) as client,
              pytest.raises(ApiUnreachable, match=r"within the 0\.3 s")):
            client.points()


def test_no_error_says_a_secret(upstream, connect):
    """Whatever goes wrong, at whatever place, while the upstream echoes all that it was sent."""
    def echo(asked):
        words = f"{asked.headers} {asked.body.decode()} {asked.path}"
        return reply({"error_code": words, "error_message": words}, 403)

    for broken in ("api", "token"):
        client = connect()
        setattr(upstream, broken, echo)
        error = _outcome(client)
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


@given(api=st.lists(ANSWERS, min_size=1, max_size=3), token=st.none() | ANSWERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_every_call_ends_in_a_result_or_an_error_of_ours(upstream, connect, api, token):
    upstream.token = lambda asked: token if token is not None else reply({"access_token": "t", "expires_in": 60})
    upstream.api = lambda asked: api[asked.nth % len(api)]
    client = connect(timeout=2, deadline=10)
    outcome = _outcome(client)
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
        ALL[operation](connect(clock=Hurried(), deadline=60))


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
