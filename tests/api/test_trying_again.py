"""What the client says of a server that refuses, fails or isn't there, and what it tries again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.api.lists import ids_of
from tests.api.upstream import points, reply
from wirelane_geo.api import Retry, WirelaneClient
from wirelane_geo.errors import (
    ApiBadRequest,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
    ApiUnreachable,
)
from wirelane_geo.model import ChargePoint


@pytest.mark.parametrize(("status", "kind"), [
    (400, ApiBadRequest), (401, ApiUnauthorized), (403, ApiForbidden), (404, ApiNotFound), (409, ApiRefused),
    (429, ApiTooMany), (500, ApiServerFault), (503, ApiServerFault), (599, ApiServerFault),
])
def test_a_refusal_says_status_code_message_and_request(upstream, connect, status, kind):
    upstream.api = lambda asked: reply({"error_code": "emc_no", "error_message": f"Not for {asked.token}!"}, status)
    with pytest.raises(kind) as refused:
        connect().point("P1")
    error = refused.value
    assert type(error) is kind
    assert (error.status, error.error_code, error.error_message) == (status, "emc_no", "Not for ***!")
    assert error.request == f"GET {upstream.url}/apis/emc/organizations/id/DEMO/points/id/P1"
    assert str(status) in str(error)
    assert "emc_no: Not for ***!" in str(error)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b'{"error_code":{"a":1}}', b"\xff\xfe", b"[" * 9999, b"x" * 100_000])
def test_a_refusal_whose_body_is_no_use_is_still_one(upstream, connect, body):
    upstream.api = lambda asked: reply(body, 404, content_type="text/html")
    with pytest.raises(ApiNotFound) as refused:
        connect().point("P1")
    assert (refused.value.error_code, refused.value.error_message) == (None, None)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again_with_growing_jittered_waits(upstream, connect, waits, status):
    upstream.api = lambda asked: reply(status=status) if asked.nth < 4 else reply(points("a"))
    assert ids_of(connect().points()) == ["a"]
    assert len(waits) == 3
    assert all(0 <= wait <= 0.5 * 2**attempt for attempt, wait in enumerate(waits))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_does_not_pass_is_not_tried_again(upstream, connect, waits, status):
    upstream.api = lambda asked: reply(status=status)
    with pytest.raises(ApiRefused):
        connect().point("P1")
    assert not waits


def test_it_gives_up_after_so_many_attempts_with_the_last_refusal(upstream, connect, waits):
    upstream.api = lambda asked: reply({"error_code": f"try-{asked.nth}"}, 503)
    with pytest.raises(ApiServerFault) as refused:
        connect(retry=Retry(attempts=3)).point("P1")
    assert refused.value.error_code == "try-3"
    assert len(waits) == 2


def test_waits_differ_between_clients(upstream, connect, waits):
    upstream.api = lambda asked: reply(status=503)
    for _ in range(4):
        with pytest.raises(ApiServerFault):
            connect().point("P1")
    assert len(set(waits)) == len(waits)


NOW = datetime.now(UTC)


@pytest.mark.parametrize(("headers", "wait"), [
    ({"retry_after": "12"}, 12),
    ({"retry_after": "7200"}, 60),
    ({"retry_after": format_datetime(NOW + timedelta(seconds=30), usegmt=True),
      "date": format_datetime(NOW, usegmt=True)}, 30),
    ({"retry_after": "Sun, 15 Oct 2017 16:00:09 GMT", "date": "Sun, 15 Oct 2017 16:00:00 GMT"}, 9),
    ({"retry_after": "Sun Oct 15 16:00:09 2017", "date": "Sunday, 15-Oct-17 16:00:00 GMT"}, 9),
    ({"retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 60),
])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_as_seconds_and_as_a_date_up_to_a_minute(upstream, connect, waits, headers, wait, status):
    upstream.api = lambda asked: reply(status=status, **headers) if asked.nth == 1 else reply(points("a"))
    connect(deadline=100).points()
    assert waits == [pytest.approx(wait, abs=0.01)]


@pytest.mark.parametrize("text", ["soon", "-5", "", "1e3", "Sun, 99 Oct 2017 99:00:00 GMT", "٣"])
def test_a_retry_after_that_says_nothing_is_as_if_it_were_not_there(upstream, connect, waits, text):
    upstream.api = lambda asked: reply(status=503, retry_after=text) if asked.nth == 1 else reply(points("a"))
    connect().points()
    assert 0 <= waits[0] <= 0.5


def test_it_does_not_wait_for_longer_than_the_call_may_take(upstream, connect, waits):
    upstream.api = lambda asked: reply(status=429, retry_after=50)
    with pytest.raises(ApiTooMany, match="wait 50 s"):
        connect().points(deadline=20)
    assert not waits
    assert len(upstream.asked) == 1


def test_creating_is_repeated_only_where_nothing_was_created(upstream, connect, waits):
    point = ChargePoint(charge_point_id="CP")
    upstream.api = lambda asked: reply(status=503)
    with pytest.raises(ApiServerFault):
        connect().create_point(point)
    assert len(upstream.asked) == 1
    upstream.api = lambda asked: b"" if asked.nth == 2 else reply(status=500)
    with pytest.raises(ApiUnreachable):
        connect().create_point(point)
    assert len(upstream.asked) == 2
    upstream.api = lambda asked: reply(status=429) if asked.nth == 3 else reply(points("a")[0])
    assert connect().create_point(point).id == "a"
    assert len(upstream.asked) == 4


def test_updating_is_repeated(upstream, connect):
    upstream.api = lambda asked: reply(status=503) if asked.nth == 1 else b"" if asked.nth == 2 else reply(points("a")[0])
    assert connect().update_point("a", ChargePoint(charge_point_id="CP")).id == "a"
    assert len(upstream.asked) == 3


def test_nobody_listening(connect, upstream, waits):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (WirelaneClient(url, f"{upstream.url}/token", "DEMO", "id", "secret", sleep=waits.append) as client,
              pytest.raises(ApiUnreachable, match="could not be sent") as failed):
            client.create_point(ChargePoint(charge_point_id="CP"))
    assert failed.value.request == f"POST {url}/organizations/id/DEMO/points"
    assert len(waits) == 3
