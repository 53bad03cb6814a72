"""The client's operations: what it asks, what it makes of the answers, what it says of refusals."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.api.upstream import points, reply
from wirelane_geo.api import POINT_ID_TYPES, Retry, WirelaneClient
from wirelane_geo.errors import (
    ApiBadRequest,
    ApiForbidden,
    ApiNotFound,
    ApiRefused,
    ApiServerFault,
    ApiTooMany,
    ApiUnauthorized,
    ApiUnreachable,
    BadInput,
    BadSetting,
)
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PlugType, Status
from wirelane_geo.settings import load


def listing(ids, *, count=True, pages=True, cap=1_000_000):
    """Serve a list of points page by page, as the contract has it; its headers can be left out."""

    def rule(asked):
        size, number = min(int(asked.query["page_size"]), cap), int(asked.query["page"])
        said = {"x_total_count": len(ids)} if count else {}
        if pages:
            said["x_total_pages"] = -(-len(ids) // size)
        return reply(points(*ids[size * (number - 1): size * number]), **said)

    return rule


IDS = [f"{number:03}" for number in range(95)]


def ids_of(found):
    return [point.id for point in found]


@pytest.mark.parametrize(("count", "pages"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("size", [1, 7, 10, 94, 95, 96, 1000])
def test_all_pages_are_read_in_order_whatever_the_headers_say(upstream, connect, size, count, pages):
    upstream.api = listing(IDS, count=count, pages=pages)
    found = connect(page_size=size).points()
    assert ids_of(found) == IDS
    assert found.complete
    assert found.problem is None
    assert found.total == (95 if count else None)
    numbers = sorted(int(asked.query["page"]) for asked in upstream.asked)
    one_more = not count and not pages and 95 % size == 0
    assert numbers == list(range(1, -(-95 // size) + 1 + one_more))


@pytest.mark.parametrize(("count", "pages"), [(True, True), (False, True), (True, False), (False, False)])
def test_an_empty_list(upstream, connect, count, pages):
    upstream.api = listing([], count=count, pages=pages)
    found = connect().points()
    assert (list(found), found.complete) == ([], True)
    assert len(upstream.asked) == 1


def test_a_server_that_gives_smaller_pages_than_asked_for(upstream, connect):
    upstream.api = listing(IDS, pages=False, cap=20)
    found = connect(page_size=50).points()
    assert ids_of(found) == IDS
    assert found.complete


def test_pages_are_fetched_at_once_but_no_more_than_the_bound(upstream, connect):
    serve, together, most = listing(IDS), threading.Semaphore(0), []
    busy, lock = set(), threading.Lock()

    def rule(asked):
        with lock:
            busy.add(asked.nth)
            most.append(len(busy))
            if len(busy) == 3:
                together.release(1000)
        if asked.query["page"] != "1":
            together.acquire(timeout=5)  # goes on only when three are under way
        with lock:
            busy.discard(asked.nth)
        return serve(asked)

    upstream.api = rule
    assert ids_of(connect(page_size=5, concurrency=3).points()) == IDS
    assert max(most) == 3


def test_one_page_alone(upstream, connect):
    upstream.api = listing(IDS)
    found = connect().points(page=2, page_size=10)
    assert ids_of(found) == IDS[10:20]
    assert (found.total, found.complete) == (95, False)
    assert "10" in found.problem
    assert len(upstream.asked) == 1
    assert connect().points(page=1, page_size=100).complete


def test_a_limit_reads_no_more_pages_than_it_needs(upstream, connect):
    upstream.api = listing(IDS)
    found = connect().points(limit=15, page_size=10)
    assert ids_of(found) == IDS[:15]
    assert not found.complete
    assert connect().points(limit=95).complete


@pytest.mark.parametrize("later", [IDS[1:], ["new", *IDS], [*IDS[:20], *IDS[21:]]])
def test_a_list_that_changes_while_it_is_read_is_not_called_complete(upstream, connect, later):
    upstream.api = lambda asked: listing(IDS if asked.query["page"] == "1" else later)(asked)
    found = connect(page_size=10).points()
    assert len(set(ids_of(found))) == len(found)
    assert not found.complete
    assert f"changed while it was read, from 95 records to {len(later)}" in found.problem


def test_records_that_come_twice_are_there_once(upstream, connect):
    upstream.api = listing([*IDS[:15], *IDS[10:]])
    found = connect(page_size=10).points()
    assert ids_of(found) == IDS
    assert "95 records came of 100" in found.problem


def test_rejected_and_unknown_are_told_of_the_whole_list(upstream, connect):
    def rule(asked):
        records = points(*IDS[:3]) if asked.query["page"] == "1" else points(*IDS[3:6])
        records[1] |= {"status": "PAUSED"}
        records[2] |= {"latitude": 95}
        return reply(records, x_total_count=6, x_total_pages=2)

    upstream.api = rule
    found = connect(page_size=3).points()
    assert ids_of(found) == ["000", "001", "003", "004"]
    assert [(one.index, one.id) for one in found.rejected] == [(2, "002"), (5, "005")]
    assert found.unknown == {"status=PAUSED": 2}
    assert found.complete
    assert len(found) == 4
    assert found[1].status is Status.UNKNOWN
    assert ids_of(found[1:3]) == ["001", "003"]
    assert "000" not in repr(found)


def test_every_parameter_goes_into_the_query(upstream, connect):
    given = {
        "search": "a&b=c", "order_by": "distance", "order_direction": "asc", "lat": 52.5, "lon": 13.4, "distance": 500,
        "south_west_lat": 52.0, "south_west_lon": 13.0, "north_east_lat": 53.0, "north_east_lon": 14.0,
        "plug_types": [PlugType.CCS, PlugType.CHADEMO], "status": [Status.FREE], "charging_type": ["DC"],
        "auth_type": ["card", "remote"], "max_power": 150.0, "infrastructure_only": True, "point_groups": [1, 2],
        "evseid": ["DE*SGD*E1", "DE*SGD*E2"], "sort_lat": 52.4, "sort_lon": 13.3, "reservable": False,
        "charging_station_id": ["S1"], "owner_id": ["O1", "O2"], "not_in_point_groups": [3],
    }
    connect().points(page=3, page_size=20, **given)
    [asked] = upstream.asked
    assert asked.path == "/apis/emc/organizations/id/DEMO/points"
    assert asked.headers["accept"] == "application/json"
    assert asked.query == {
        "page": "3", "page_size": "20", "search": "a&b=c", "order_by": "distance", "order_direction": "asc",
        "lat": "52.5", "lon": "13.4", "distance": "500", "south_west_lat": "52", "south_west_lon": "13",
        "north_east_lat": "53", "north_east_lon": "14", "plug_types": "CCS,CHADEMO", "status": "FREE",
        "charging_type": "DC", "auth_type": "card,remote", "max_power": "150", "infrastructure_only": "1",
        "point_groups": "1,2", "evseid": "DE*SGD*E1,DE*SGD*E2", "sort_lat": "52.4", "sort_lon": "13.3", "reservable": "0",
        "charging_station_id": "S1", "owner_id": "O1,O2", "not_in_point_groups": "3",
    }


def test_bounds_are_the_four_corners(upstream, connect):
    connect().points(bounds=Bounds(52.0, 13.0, 52.48278022207821, 13.359375))
    query = upstream.asked[0].query
    assert {name: query[name] for name in query if "_l" in name} == {
        "south_west_lat": "52", "south_west_lon": "13", "north_east_lat": "52.48278022207821", "north_east_lon": "13.359375"}


def test_bounds_across_the_antimeridian_are_two_queries_and_one_list(upstream, connect):
    def rule(asked):
        west = asked.query["south_west_lon"] == "-180"
        return reply(points("edge", "west") if west else points("east", "edge"), x_total_count=2, x_total_pages=1)

    upstream.api = rule
    found = connect().points(bounds=Bounds(-20, 170, -10, -170))
    assert ids_of(found) == ["east", "edge", "west"]
    assert found.complete
    boxes = [(asked.query["south_west_lon"], asked.query["north_east_lon"]) for asked in upstream.asked]
    assert boxes == [("170", "180"), ("-180", "-170")]


@pytest.mark.parametrize("parameters", [
    {"bounds": Bounds(0, 0, 1, 1), "south_west_lat": 1}, {"bounds": Bounds(0, 170, 1, -170), "page": 2}, {"colour": "red"},
    {"plug_types": ["CSS"]},
])
def test_what_makes_no_sense_is_refused_before_anything_is_sent(upstream, connect, parameters):
    with pytest.raises(BadInput):
        connect().points(**parameters)
    assert not upstream.asked


@pytest.mark.parametrize("type", POINT_ID_TYPES)
def test_one_point_by_any_type_of_id(upstream, connect, type):
    upstream.api = lambda asked: reply(points("a")[0])
    assert connect().point("DE*SGD*E0-8_1", type).id == "a"
    assert upstream.asked[0].path == f"/apis/emc/organizations/id/DEMO/points/{type}/DE*SGD*E0-8_1"


@pytest.mark.parametrize("id", ["", "..", "a/b", "a?b", "a\n", "ä"])
def test_an_id_that_the_api_does_not_take_is_refused_before_anything_is_sent(upstream, connect, id):
    with pytest.raises(BadInput, match="letters, digits"):
        connect().point(id)
    with pytest.raises(BadInput, match="evseid"):
        connect().point("a", type="name")
    assert not upstream.asked


def test_creating_and_updating_send_the_point_and_answer_the_upstream_s(upstream, connect):
    upstream.api = lambda asked: reply({**json.loads(asked.body), "id": "new", "update_date": "2024-05-01T10:00:00+0200"})
    point = ChargePoint(charge_point_id="CP", city="Ulm", status=Status.FREE)
    created = connect().create_point(point)
    updated = connect().update_point("DE*SGD*E1", created, type="evseid")
    assert (created.id, created.city) == ("new", "Ulm")
    assert updated.update_date == datetime(2024, 5, 1, 8, tzinfo=UTC)
    post, put = upstream.asked
    assert (post.method, post.path) == ("POST", "/apis/emc/organizations/id/DEMO/points")
    assert (put.method, put.path) == ("PUT", "/apis/emc/organizations/id/DEMO/points/evseid/DE*SGD*E1")
    assert post.headers["content-type"] == "application/json"
    assert json.loads(post.body) == {"charge_point_id": "CP", "city": "Ulm", "status": "FREE"}


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


def test_closing_ends_calls_that_wait(upstream, connect):
    waiting = threading.Event()

    class Long(Retry):
        def wait(self, attempt, headers):
            waiting.set()
            return 600.0

    upstream.api = lambda asked: reply(status=503)
    client = connect(sleep=None, deadline=3600, retry=Long())
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.points)
        assert waiting.wait(5)
        client.close()
        assert isinstance(call.exception(5), ApiUnreachable)
    with pytest.raises(ApiUnreachable, match="closed"):
        client.point("P1")


def test_closing_ends_calls_that_are_being_answered(upstream, connect):
    reading = threading.Event()

    def rule(asked):
        reading.set()
        return upstream.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")

    upstream.api = rule
    client = connect()
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.points)
        assert reading.wait(5)
        client.close()
        assert isinstance(call.exception(5), ApiUnreachable)


@pytest.mark.parametrize("wrong", [
    {"api_url": "api.wirelane.com"}, {"api_url": "ftp://host"}, {"api_url": "https://user:pw@host"}, {"token_url": ""},
    {"token_url": "https://host/token?secret=1"}, {"organization": "a/b"}, {"organization": ""}, {"username": "ada"},
    {"password": "pw"}, {"api_url": "http://"},
])
def test_a_client_that_could_not_work_is_not_made(wrong):
    right = {"api_url": "https://host/api", "token_url": "https://host/token", "organization": "DEMO", "client_id": "c",
             "client_secret": "s"}
    with pytest.raises(BadInput) as refused:
        WirelaneClient(**right | wrong)
    assert "pw" not in str(refused.value)


def test_a_client_from_the_settings(upstream):
    account = {
        "WIRELANE_ENVIRONMENT": "staging", "WIRELANE_API_DIALECT": "2023", "WIRELANE_API_URL": f"{upstream.url}/apis/emc/",
        "WIRELANE_TOKEN_URL": f"{upstream.url}/token", "WIRELANE_ORGANIZATION": "DEMO", "WIRELANE_CLIENT_ID": "c",
        "WIRELANE_CLIENT_SECRET": "s", "WIRELANE_USERNAME": "ada", "WIRELANE_PASSWORD": "pw",
    }
    with WirelaneClient.from_settings(load(account)) as client:
        assert client.points().complete
    assert upstream.forms[0].form["grant_type"] == ["password"]
    assert upstream.asked[0].path == "/apis/emc/organizations/id/DEMO/points"


def test_the_embedded_network_has_no_account(tmp_path):
    with pytest.raises(BadSetting, match="No Wirelane account"):
        WirelaneClient.from_settings(load({"WIRELANE_GEO_DATA": str(tmp_path)}))
