"""Servers that answer too late, too little, or not at all: each call ends in time, and says why."""

import pytest

from tests.api.slow import HEAD, STALLS, FastClock, Late
from tests.api.upstream import points, reply
from wirelane_geo.errors import ApiBadAnswer, ApiUnreachable


@pytest.mark.parametrize("where", STALLS)
def test_a_slow_trickle_ends_at_the_deadline(upstream, connect, where):
    upstream.api = lambda asked: upstream.drip(*STALLS[where])
    with pytest.raises(ApiUnreachable, match="within the 60 s that the whole call may take"):
        connect(clock=FastClock()).points(deadline=60)
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("where", STALLS)
def test_a_token_endpoint_that_trickles_ends_at_the_deadline(upstream, connect, where):
    upstream.token = lambda asked: upstream.drip(*STALLS[where])
    with pytest.raises(ApiUnreachable, match="/token"):
        connect(clock=FastClock()).points(deadline=60)


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
        connect(clock=FastClock()).point("P1", deadline=60)


@pytest.mark.slow
def test_silence_ends_in_the_time_for_one_step_and_is_tried_again(upstream, connect, waits):
    def rule(asked):
        upstream.gone.wait(10 if asked.nth == 1 else 0)
        return reply(points("a"))

    upstream.api = rule
    assert len(connect(timeout=0.2).points()) == 1
    assert len(upstream.asked) == 2


@pytest.mark.slow
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
