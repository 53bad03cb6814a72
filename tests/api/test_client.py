"""The client against a real HTTP server: lists, parameters, points."""

import json
import threading
from datetime import UTC, datetime

import pytest

from tests.api.lists import IDS, ids_of, listing
from tests.api.upstream import points, reply
from wirelane_geo.api import POINT_ID_TYPES
from wirelane_geo.errors import (
    BadInput,
)
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PlugType, Status


@pytest.mark.slow
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
