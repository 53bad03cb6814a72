"""What users of the real API tell of it, as a server of the test's own: the client of 2026 gets the right answer all the same."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.upstream import Request, reply
from wirelane_geo.api import Hosts, WirelaneClient
from wirelane_geo.errors import ApiNotFound, ApiServerFault, BadInput, NotOffered, OtherDialect
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PlugType, Status
from wirelane_geo.model.dialect_2026 import ConnectorStatus

A_PAGE = 50
NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)


def station(number: int, **changes: Any) -> dict[str, Any]:
    connectors = [{"scm_id": f"c{number}x{n}", "label_code": f"L{number}-{n}", "evseid": f"DE*ABC*E{number}*{n}",
                   "status": "FREE", "plug_types": ["CCS"], "power": 50, "connector_id": n,
                   "status_update": (NOON + timedelta(minutes=number)).isoformat()} for n in (1, 2)]
    return {"id": number, "station_id": f"S{number}", "connectors": connectors, "owner": "O",
            "coordinates": {"latitude": 48.0 + number / 1000, "longitude": 9.0}} | changes


def quirky(stations: list[dict[str, Any]]) -> Any:
    """50 a page, whatever is asked; of a repeated parameter the last one counts."""
    def rule(asked: Request) -> bytes:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        found = [one for one in stations if not query.get("plug_types") or any(
            set(connector["plug_types"]) & set(query["plug_types"].split(",")) for connector in one["connectors"])]
        begin = (int(query.get("page", 1)) - 1) * A_PAGE
        return reply(found[begin:begin + A_PAGE], x_total_count=len(found), x_total_pages=-(-len(found) // A_PAGE),
                     x_per_page=A_PAGE, x_page=query.get("page", 1))
    return rule


@pytest.fixture
def client(connect: Any) -> WirelaneClient:
    return connect(dialect="2026")


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 237])
@pytest.mark.parametrize("counted", [True, False])
def test_pages_that_hold_fewer_than_asked_are_all_read(upstream, client, count, counted):
    rule = quirky([station(number) for number in range(1, count + 1)])
    upstream.api = rule if counted else lambda asked: rule(asked).replace(b"x-total", b"x-other")
    found = client.points()
    assert {point.id for point in found} == {f"c{number}x{n}" for number in range(1, count + 1) for n in (1, 2)}
    assert found.complete
    if counted:
        assert (found.complete, found.total) == (True, count)
        assert len(client.stations()) == count
        assert len(list(upstream.asked)) == 2 * max(1, -(-count // A_PAGE))


def test_lists_of_other_things_are_read_to_their_end_as_well(upstream, client):
    sessions = [{"session_id": f"s{number}", "location": {"evse_id": "E"}} for number in range(120)]

    def rule(asked: Request) -> bytes:
        begin = (int(asked.query["page"]) - 1) * A_PAGE
        return reply(sessions[begin:begin + A_PAGE], x_total_count=120, x_total_pages=3)

    upstream.api = rule
    listing = client.sessions(page_size=1000)
    assert [session.session_id for session in listing] == [session["session_id"] for session in sessions]
    assert listing.complete


@pytest.mark.slow
def test_no_more_than_two_requests_are_under_way_whoever_asks(upstream):
    hosts, stations = Hosts(rate=1e9), [station(number) for number in range(1, 400)]
    under_way, most, lock, third = 0, 0, threading.Lock(), threading.Event()
    answer = quirky(stations)

    def rule(asked: Request) -> bytes:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            crowded = under_way > 2
        if crowded:
            third.set()
        third.wait(0.01)  # for a third one that must not come
        with lock:
            under_way -= 1
        return reply(status=504) if crowded else answer(asked)

    upstream.api = rule
    clients = [WirelaneClient(f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "c", "s", "ada", "pw",
                              dialect="2026", hosts=hosts) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda number: clients[number % 3].points(), range(6)))
    assert [len(points) for points in found] == [2 * 399] * 6
    assert most == 2
    for one in clients:
        one.close()


def test_a_504_is_asked_again(upstream, client, waits):
    answer = quirky([station(1)])
    upstream.api = lambda asked: reply(status=504) if asked.nth < 3 else answer(asked)
    assert len(client.points()) == 2
    assert len(waits) == 2
    upstream.api = lambda asked: reply(status=504)
    with pytest.raises(ApiServerFault):
        client.points()


def test_several_words_are_one_parameter_where_the_document_has_commas(upstream, client):
    plugs = ["CCS", "TYPE_2", "CHADEMO"]
    stations = [station(number) for number in range(3)]
    for one, plug in zip(stations, plugs, strict=True):
        for connector in one["connectors"]:
            connector["plug_types"] = [plug]
    upstream.api = quirky(stations)
    assert len(client.points(plug_types=[PlugType.CCS, PlugType.TYPE_2])) == 4
    assert "plug_types=CCS%2CTYPE_2" in upstream.asked[-1].target


def test_several_words_are_asked_for_one_by_one_where_the_document_repeats_a_key(upstream, client):
    sessions = [{"session_id": f"s{n}", "status": word, "session_begin": (NOON + timedelta(hours=n)).isoformat()}
                for n, word in enumerate(["closed", "error", "closed", "stopped", "error", "closed"])]

    def rule(asked: Request) -> bytes:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        found = [one for one in sessions if query.get("status") in (None, one["status"])]
        found.sort(key=lambda one: one["session_begin"], reverse=query.get("order_direction") == "desc")
        begin = (int(query["page"]) - 1) * 2
        return reply(found[begin:begin + 2], x_total_count=len(found), x_total_pages=-(-len(found) // 2))

    upstream.api = rule
    asked = {"status": ["closed", "error"], "order_by": "sessionBegin", "order_direction": "desc"}
    listing = client.sessions(**asked)
    assert [session.session_id for session in listing] == ["s5", "s4", "s2", "s1", "s0"]
    assert (listing.problem, listing.total) == (None, 5)
    pages = [client.sessions(page=number, page_size=2, **asked) for number in (1, 2, 3)]
    assert [[session.session_id for session in page] for page in pages] == [["s5", "s4"], ["s2", "s1"], ["s0"]]
    assert all("status=closed&status" not in one.target for one in upstream.asked)


def test_odd_ids_and_numbers_as_text_are_understood(upstream, client):
    odd = station(7, id="7", station_id="DE*S.7/ä b", timezone="Europe/Berlin",
                  coordinates={"latitude": "48.5", "longitude": "9.25"},
                  address={"street": "Weg", "house_number": 7, "zip_code": 1067, "city": "Dresden", "country": "DE"},
                  availability={"open247": "false", "monday": [[800, 1830]], "exceptionalOpenings": []})
    odd["connectors"][0] |= {"power": "22.0", "voltage": "400", "connector_id": "1", "status": "PONDERING"}
    odd["connectors"][1] |= {"status": "CHARGING_SUSPENDED_EV", "label_code": None, "plug_types": None}
    upstream.api = quirky([odd])
    first, second = client.points()
    assert (first.charging_station_id, first.station, first.latitude, first.longitude) == ("DE*S.7/ä b", 7, 48.5, 9.25)
    assert (first.power, first.voltage, first.status, first.said) == (22.0, 400, Status.UNKNOWN, None)
    assert (first.zip_code, first.house_number, first.availability.monday) == ("01067", "7", [["0800", "1830"]])
    assert (second.status, second.said) == (Status.IN_USE, ConnectorStatus.CHARGING_SUSPENDED_EV)
    assert second.charge_point_id == "DE*ABC*E7*2", "its EVSE ID stands for the label that it lacks"
    assert dict(client.unknown) == {"status=PONDERING": 1}


def test_every_connector_becomes_a_point_or_is_named_with_a_reason(upstream, client):
    nowhere = station(1, coordinates={"latitude": 948.0, "longitude": 9.0})
    empty, forgotten = station(2, connectors=[]), station(3)
    for connector in forgotten["connectors"]:
        del connector["scm_id"]
    unplaced = station(4, coordinates=None)
    upstream.api = lambda asked: reply([nowhere, empty, forgotten, unplaced, "nonsense"], x_total_count=5, x_total_pages=1)
    found = client.points()
    assert [point.id for point in found] == ["3-1", "3-2", "c4x1", "c4x2"]
    assert {(one.id, one.reason.split(" ")[0]) for one in found.rejected} == {
        (None, "not"), ("S1", "latitude"), ("S2", "the")}
    assert found.complete
    assert len(set(point.id for point in found)) == len(found)  # noqa: C401


def test_a_box_is_a_circle_around_it_and_what_lies_outside_is_left_out(upstream, client):
    upstream.api = quirky([station(number) for number in range(100)])
    found = client.points(bounds=Bounds(48.0095, 8.9, 48.0205, 9.1))
    assert {point.station for point in found} == set(range(10, 21))
    query = upstream.asked[-1].query
    assert set(query) == {"lat", "lon", "distance", "page", "page_size"}
    assert 7_300 < int(query["distance"]) < 7_600
    client.points(bounds=Bounds(-80, -180, 80, 180))
    assert set(upstream.asked[-1].query) == {"page", "page_size"}, "a circle around the world leaves nothing out"


def test_what_the_api_of_2026_does_not_have_is_said_before_anything_is_asked(upstream, client, connect):
    for ask in (lambda: client.points(reservable=True), lambda: client.points(order_by="voltage"),
                lambda: client.points(evseid=["a"]), lambda: client.create_point(ChargePoint(charge_point_id="a")),
                lambda: connect().tariffs(), lambda: connect().stations(), lambda: connect().points_of_station("7")):
        with pytest.raises(NotOffered, match="The Wirelane API of 20"):
            ask()
    with pytest.raises(BadInput, match="is no dialect"):
        connect(dialect="1999")
    assert not upstream.asked


def test_a_point_is_found_by_any_of_its_ids(upstream, client):
    upstream.api = quirky([station(number) for number in range(3)])
    for kind, id in (("id", "c2x1"), ("evseid", "DEABCE21"), ("charge_point_id", "L2-1")):
        assert client.point(id, kind).id == "c2x1"
    with pytest.raises(ApiNotFound):
        client.point("nobody")


def test_a_known_point_is_asked_for_by_its_station(upstream, client):
    upstream.api = quirky([station(5)])
    known = client.points()[0]
    upstream.api = lambda asked: reply(station(5)) if asked.path.endswith("/stations/id/5") else reply(status=500)
    assert client.renewed(known) == known
    assert [point.id for point in client.points_of_station("5")] == ["c5x1", "c5x2"]


def test_a_server_of_the_other_dialect_is_found_out(upstream, connect):
    for asked, spoken, path in (("2023", "2026", "stations"), ("2026", "2023", "points")):
        upstream.api = lambda request, path=path: reply([]) if request.path.endswith(path) else reply(status=404)
        with pytest.raises(OtherDialect, match=f"Set WIRELANE_API_DIALECT={spoken}") as found:
            connect(dialect=asked).points()
        assert (found.value.asked, found.value.spoken) == (asked, spoken)
    upstream.api = lambda request: reply(status=404)
    for dialect in ("2023", "2026"):
        with pytest.raises(ApiNotFound):
            connect(dialect=dialect).points()


def test_a_token_is_refreshed_where_it_came_with_a_refresh_token(upstream, connect):
    upstream.token = lambda asked: reply({"access_token": f"token-{asked.nth}", "expires_in": 3600,
                                          "refresh_token": f"refresh-{asked.nth}"})
    upstream.api = lambda asked: reply([], x_total_count=0) if asked.token == f"token-{len(upstream.forms)}" and (
        len(upstream.forms) > 1) else reply(status=401)
    client = connect(dialect="2026")
    client.points()
    assert [one.form["grant_type"] for one in upstream.forms] == [["password"], ["refresh_token"]]
    assert upstream.forms[1].form["refresh_token"] == ["refresh-1"]
    assert "password" not in upstream.forms[1].form


def test_a_refresh_token_that_is_refused_is_given_up_for_the_password(upstream, connect):
    upstream.token = lambda asked: (reply({"error": "invalid_grant"}, 400) if asked.form["grant_type"] == ["refresh_token"] else
                                    reply({"access_token": f"token-{asked.nth}", "refresh_token": "old"}))
    upstream.api = lambda asked: reply([]) if asked.token == "token-3" else reply(status=401)
    connect(dialect="2026").points()
    assert [one.form["grant_type"] for one in upstream.forms] == [["password"], ["refresh_token"], ["password"]]


def test_a_reset_is_never_asked_twice(upstream, client, waits):
    upstream.api = lambda asked: reply(status=503)
    with pytest.raises(ApiServerFault):
        client.reset_station(7)
    with pytest.raises(ApiServerFault):
        client.unlock_connector(7, "c7x1")
    assert len(upstream.asked) == 2
    for ask in (lambda: client.unlock_connector(7, "c7*1"), lambda: client.station("S7"), lambda: client.reset_station("../1")):
        with pytest.raises(BadInput, match="can't be asked for"):
            ask()
    assert len(upstream.asked) == 2
