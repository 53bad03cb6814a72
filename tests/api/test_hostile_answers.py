"""Answers that are not what was asked for: huge, sent elsewhere, without end; each call ends, and says why."""

import gzip
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.slow import HEAD, FastClock, outcome_of
from tests.api.upstream import points, reply, serving
from wirelane_geo.api import WirelaneClient
from wirelane_geo.errors import ApiBadAnswer, ApiError, ApiTooMany, ApiUnreachable
from wirelane_geo.model import ChargePoint


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


@pytest.mark.slow
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
        connect(page_size=1, clock=FastClock()).points(deadline=300)


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


@pytest.mark.slow
def test_a_storm_of_429_ends(upstream, connect, waits):
    upstream.api = lambda asked: reply(status=429, retry_after=0)
    client = connect(page_size=1)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: outcome_of(client), range(8)))
    assert all(isinstance(outcome, ApiTooMany) for outcome in outcomes)
    assert len(upstream.asked) == 8 * 4


@pytest.mark.slow
def test_a_full_house_does_not_take_longer_than_the_deadline():
    """A socket that listens but never accepts, in real time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (WirelaneClient(url, f"{url}/token", "DEMO", "id", "secret", timeout=30, deadline=0.3) as client,
              pytest.raises(ApiUnreachable, match=r"within the 0\.3 s")):
            client.points()
