"""Asking a feed: what comes of it in the store, and what is known of the feed then."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from tests.feeds.server import FeedServer, datex_status, datex_table, location
from wirelane_geo import child
from wirelane_geo.child import second_core
from wirelane_geo.errors import ApiBadAnswer
from wirelane_geo.feeds.fetching import refuse_private
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.state import keep, now, states
from wirelane_geo.model import Conditions
from wirelane_geo.store import PointQuery, Store

Follow = Callable[..., Puller]


def statuses(store: Store) -> dict[str, str]:
    """Of each point by its number."""
    found = [json.loads(body) for body in store.query(PointQuery(page_size=10_000)).bodies]
    return {point["evseid"].rpartition("E")[2]: point["status"] for point in found}


def test_points_then_statuses(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(1, 2, 3), "/status": datex_status({1: "available", 2: "charging", 9: "faulted"})}
    puller = follow(status_url="/status")
    state = puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE", "3": "UNKNOWN"}
    assert (state.problem, state.points, state.statuses, state.unmatched) == (None, 3, 3, 1)
    assert state.health(now()) == "good"
    assert states(store)["city"] == state
    server.answers["/status"] = datex_status({1: "charging"}, at="2026-03-01T12:01:00Z", made="2026-03-01T12:01:00Z", delta=True)
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "IN_USE", "2": "IN_USE", "3": "UNKNOWN"}


@pytest.mark.slow
@pytest.mark.skipif(not second_core(), reason="there is one core only")
def test_a_large_answer_is_read_beside_what_is_written_of_it(server: FeedServer, store: Store, follow: Follow,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    start = child.start

    def noted(function: Callable[[], object], **options: Any) -> "subprocess.Popen[bytes]":
        started.append(function.__name__)
        return start(function, **options)

    monkeypatch.setattr(child, "start", noted)
    padding = b" " * (9 << 20)
    server.answers = {"/table": json.dumps(datex_table(1, 2, 3)).encode() + padding,
                      "/status": datex_status({1: "available", 2: "charging"})}
    puller = follow(status_url="/status")
    state = puller.pull(static=True, live=True)
    assert (state.problem, state.points, statuses(store)) == (None, 3, {"1": "FREE", "2": "IN_USE", "3": "UNKNOWN"})
    assert started == ["answer"], "the table, and not the small answer"
    server.answers["/table"] = padding + b'{"payload": {"aegiEnergyInfrastructureTablePublication": {'
    assert "What it sent" in (puller.pull(static=True, live=False).problem or "")
    assert set(statuses(store)) == {"1", "2", "3"}


def test_what_has_not_changed_is_not_sent_again(server: FeedServer, store: Store, follow: Follow) -> None:
    def table(request: Request) -> Response:
        if request.headers.get("if-modified-since") == "Sun, 01 Mar 2026 00:00:00 GMT":
            return Response(status_code=304)
        return Response(json.dumps(datex_table(1, 2)), headers={"Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT"})

    server.answers = {"/table": table}
    follow().pull(static=True, live=False)
    before = store.last_seq()
    state = follow().pull(static=True, live=False)
    assert (store.last_seq(), state.problem, len(server.asked), state.points) == (before, None, 2, 2)


def test_nothing_new_is_no_answer_to_who_has_nothing(server: FeedServer, store: Store, follow: Follow) -> None:
    """A server that says 304 without being asked what is new: nothing of it was ever read."""
    server.answers = {"/table": lambda _: Response(status_code=304)}
    state = follow().pull(static=True, live=False)
    assert "/table answers 304. That is for who has an earlier answer, and there is none." in (state.problem or "")
    assert state.answered_at is None
    server.answers = {"/table": datex_table(1, 2)}
    assert follow().pull(static=True, live=False).problem is None
    server.answers = {"/table": lambda _: Response(status_code=304)}
    assert follow().pull(static=True, live=False).problem is not None
    assert set(statuses(store)) == {"1", "2"}


def test_what_drips_is_given_up_in_time(server: FeedServer, follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.feeds.fetching.LONGEST_S", 0.0)

    async def drops() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" "
            await asyncio.sleep(0.01)

    server.answers = {"/table": lambda _: StreamingResponse(drops())}
    assert "takes longer than 0 s" in (follow().pull(static=True, live=False).problem or "")


def test_a_brokers_deltas_are_read_until_there_are_no_more(server: FeedServer, store: Store, follow: Follow) -> None:
    messages = [datex_status({1: "available", 2: "available"}),
                datex_status({1: "charging"}, at="2026-03-01T12:01:00Z", delta=True),
                datex_status({2: "faulted"}, at="2026-03-01T12:02:00Z", delta=True)]
    times = [f"Sun, 01 Mar 2026 12:0{minute}:00 GMT" for minute in range(len(messages))]

    def status(request: Request) -> Response:
        since = request.headers.get("if-modified-since")
        at = 0 if since is None else times.index(since) + 1
        if at == len(messages):
            return Response(status_code=304)
        return Response(json.dumps(messages[at]), headers={"Last-Modified": times[at]})

    server.answers = {"/table": datex_table(1, 2), "/status": status}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "FREE"}
    asked = len(server.asked)
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "IN_USE", "2": "FAULTED"}
    assert len(server.asked) == asked + 3


def test_a_snapshot_leaves_nothing_free_that_it_does_not_have(server: FeedServer, store: Store, follow: Follow) -> None:
    words = dict.fromkeys(range(10), "available")
    server.answers = {"/table": datex_table(*range(10)), "/status": datex_status(words)}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    del words[3]
    server.answers["/status"] = datex_status(words, made="2026-03-01T12:01:00Z")
    puller.pull(static=False, live=True)
    assert statuses(store) == {str(number): "UNKNOWN" if number == 3 else "FREE" for number in range(10)}


@pytest.mark.parametrize("after", [(1, 2, 3, 4, 5), range(101, 111)])
def test_a_feed_that_drops_much_at_once_is_held_and_asked_about(server: FeedServer, store: Store, follow: Follow,
                                                                 after: Any) -> None:
    server.answers = {"/table": datex_table(*range(1, 11))}
    puller = follow()
    puller.pull(static=True, live=False)
    server.answers = {"/table": datex_table(*after)}
    state = puller.pull(static=True, live=False)
    assert state.health(now()) == "held"
    assert state.drop is not None
    assert (state.drop.before, state.drop.now) == (10, 5 if len(after) == 5 else 0)
    assert set(statuses(store)) == {str(number) for number in range(1, 11)}
    state = puller.pull(static=True, live=False, accept=True)
    assert (state.health(now()), set(statuses(store))) == ("good", {str(number) for number in after})


def test_a_few_points_that_are_gone_go(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(*range(1, 11))}
    puller = follow()
    puller.pull(static=True, live=False)
    server.answers = {"/table": datex_table(*range(3, 12))}
    assert puller.pull(static=True, live=False).drop is None
    assert set(statuses(store)) == {str(number) for number in range(3, 12)}


@pytest.mark.parametrize(("answer", "words"), [
    (Response("busy", 503), "answers 503: busy"), (Response("no", 401), "Check its token"),
    (json.dumps(datex_table(1, 2, 3)).encode()[:-150], "cut off"), (b"<html>Sign in</html>", "a web page"), (b"", "empty"),
    (RedirectResponse("http://169.254.169.254/latest"), "not a public address")])
def test_what_goes_wrong_is_said_and_takes_nothing_away(server: FeedServer, store: Store, follow: Follow, answer: Any,
                                                        words: str) -> None:
    server.answers = {"/table": datex_table(1, 2, 3), "/status": datex_status({1: "available"})}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    server.answers["/table"] = answer
    state = puller.pull(static=True, live=False)
    assert state.problem is not None
    assert words in state.problem
    assert server.url not in state.problem or "?" not in state.problem
    assert state.health(now()) == "failing"
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "UNKNOWN"}
    server.answers["/table"] = datex_table(1, 2, 3)
    assert puller.pull(static=True, live=False).problem is None


def test_a_silent_feed_turns_unknown_and_comes_back(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(1, 2), "/status": datex_status({1: "available", 2: "charging"})}
    puller = follow(status_url="/status", silent_after=60.0)
    state = puller.pull(static=True, live=True)
    assert state.answered_at is not None
    assert not puller.silence_if_due(state.answered_at + timedelta(seconds=59))
    assert puller.silence_if_due(state.answered_at + timedelta(seconds=91))
    assert statuses(store) == {"1": "UNKNOWN", "2": "UNKNOWN"}
    assert states(store)["city"].health(now()) == "silent"
    assert not puller.silence_if_due(state.answered_at + timedelta(seconds=92))
    state = puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}
    assert state.health(now()) == "good"


def test_the_same_answer_again_and_again_is_not_believed_for_ever(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(1), "/status": datex_status({1: "available"})}
    puller = follow(status_url="/status", stale_after=100.0)
    first = puller.pull(static=True, live=True)
    keep(store, puller.feed, msgspec.structs.replace(first, published_at=now() - timedelta(seconds=200)))
    puller.pull(static=False, live=True)
    assert puller.silence_if_due(now())
    assert statuses(store) == {"1": "UNKNOWN"}


def test_of_two_feeds_the_first_gives_the_facts_and_the_fresher_one_the_status(server: FeedServer, store: Store,
                                                                                follow: Follow) -> None:
    both = ("city", "country")
    server.answers = {"/table": datex_table(1, 2, operator="City"), "/status": datex_status({1: "available"}),
                      "/locations": [location(1, "CHARGING", "2026-03-01T11:00:00Z"), location(3, "AVAILABLE")]}
    country = follow("country", "ocpi", "/locations", rank=both)
    country.pull(static=True, live=False)
    assert statuses(store) == {"1": "IN_USE", "3": "FREE"}
    city = follow("city", status_url="/status", rank=both)
    city.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "FREE"}
    point = store.get("evseid", "DE*ABC*E1")
    assert point is not None
    assert point.id is not None
    assert point.cpo == "City"
    sources = store.told_by(point.id)
    assert sources is not None
    assert (sources.facts, [(feed, status) for feed, status, *_ in sources.statuses]) == (
        "feed:city", [("feed:city", "FREE"), ("feed:country", "IN_USE")])
    server.answers["/locations"] = [location(1, "OUTOFORDER", "2026-03-01T13:00:00Z"), location(3, "AVAILABLE")]
    state = country.pull(static=True, live=False)
    assert (state.elsewhere, statuses(store)["1"]) == (1, "FAULTED")
    again = store.get("evseid", "DE*ABC*E1")
    assert again is not None
    assert (again.cpo, again.id) == ("City", point.id)
    server.answers["/table"] = datex_table(2, operator="City")
    city.pull(static=True, live=False, accept=True)
    assert statuses(store) == {"1": "FAULTED", "2": "UNKNOWN", "3": "FREE"}
    assert store.forget("feed:country") == 2
    assert statuses(store) == {"2": "UNKNOWN"}


def test_ocpi_page_by_page_then_what_changed(server: FeedServer, store: Store, follow: Follow) -> None:
    pages = [[location(1, "AVAILABLE"), location(2, "CHARGING")], [location(3, "RESERVED")]]

    def answer(request: Request) -> Response:
        query = request.query_params
        if "date_from" in query:
            return Response(json.dumps({"status_code": 1000, "data": [location(3, "AVAILABLE", "2026-03-01T12:30:00Z")]}))
        page = int(query.get("page", 0))
        headers = {"Link": f'<{server.url}/locations?page={page + 1}>; rel="next"'} if page + 1 < len(pages) else {}
        return Response(json.dumps({"status_code": 1000, "data": pages[page]}), headers=headers)

    server.answers = {"/locations": answer}
    puller = follow(kind="ocpi", url="/locations", token="secret")
    state = puller.pull(static=True, live=True)
    assert (state.problem, state.points, state.statuses) == (None, 3, 3)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE", "3": "RESERVED"}
    assert {request.headers["authorization"] for request in server.asked} == {"Token c2VjcmV0"}
    state = puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE", "3": "FREE"}
    since = datetime.fromisoformat(server.queries("/locations")[-1]["date_from"])
    assert timedelta(minutes=1) < datetime.now(UTC) - since < timedelta(minutes=5)
    assert (state.problem, state.points) == (None, 3)


def test_ocpi_prices_come_with_the_tariffs_that_locations_name(server: FeedServer, store: Store, follow: Follow) -> None:
    def tariff(amount: float) -> dict[str, Any]:
        return {"country_code": "DE", "party_id": "ABC", "id": "T1", "currency": "EUR", "type": "REGULAR",
                "elements": [{"price_components": [{"type": "ENERGY", "price": amount, "step_size": 1}]}]}

    def prices() -> list[tuple[float, bool | None]]:
        [id] = [json.loads(body)["id"] for body in store.query(PointQuery(page_size=10)).bodies]
        return [(price.amount, price.adhoc) for price in (store.conditions(id) or Conditions()).prices]

    place = location(1, "AVAILABLE")
    place["evses"][0]["connectors"][0]["tariff_ids"] = ["t1", "T9"]
    server.answers = {"/locations": {"status_code": 1000, "data": [place]},
                      "/tariffs": {"status_code": 1000, "data": [tariff(0.5)]}}
    puller = follow(kind="ocpi", url="/locations", tariffs_url=f"{server.url}/tariffs", token="secret")
    assert puller.pull(static=True, live=True).problem is None
    assert prices() == [(0.5, False)]
    assert {request.headers["authorization"] for request in server.asked} == {"Token c2VjcmV0"}
    puller.pull(static=False, live=True)
    assert len(server.queries("/tariffs")) == 1, "they are asked for as often as all locations"
    server.answers["/tariffs"] = Response("broken", 500)
    assert "Its tariffs: " in (puller.pull(static=True, live=True).problem or "")
    assert prices() == [(0.5, False)], "what is known of them holds on"
    server.answers["/tariffs"] = {"status_code": 1000, "data": [tariff(0.7)]}
    assert puller.pull(static=True, live=True).problem is None
    assert prices() == [(0.7, False)], "though the location is the same"


@pytest.mark.slow
def test_ocpi_pages_by_their_total(server: FeedServer, store: Store, follow: Follow) -> None:
    def answer(request: Request) -> Response:
        offset = int(request.query_params["offset"])
        found = [location(number, "AVAILABLE") for number in range(1, 2_500)][offset:offset + int(request.query_params["limit"])]
        return Response(json.dumps({"status_code": 1000, "data": found}), headers={"X-Total-Count": "2499"})

    server.answers = {"/locations": answer}
    puller = follow(kind="ocpi", url="/locations", token="secret", version="2.1.1")
    assert puller.pull(static=True, live=False).points == 2_499
    assert [query["offset"] for query in server.queries("/locations")] == ["0", "1000", "2000"]
    assert server.asked[0].headers["authorization"] == "Token secret"


def test_an_ocpi_status_that_is_not_known_any_more(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/locations": [location(1, "AVAILABLE")]}
    puller = follow(kind="ocpi", url="/locations")
    puller.pull(static=True, live=False)
    server.answers = {"/locations": [location(1, "UNKNOWN", "2026-03-01T13:00:00Z")]}
    puller.pull(static=True, live=False)
    assert statuses(store) == {"1": "UNKNOWN"}


def test_pages_that_go_round_in_circles_end(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/locations": lambda request: Response(
        json.dumps([location(1, "AVAILABLE")]), headers={"Link": f'<{server.url}/locations?a=b>; rel="next"'})}
    state = follow(kind="ocpi", url="/locations").pull(static=True, live=True)
    assert state.problem is not None
    assert "circles" in state.problem


def test_the_token_goes_to_no_other_host(server: FeedServer, store: Store, follow: Follow, tmp_path: Path) -> None:
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    server.answers = {"/locations": lambda request: RedirectResponse(f"{elsewhere}/other")}
    state = follow(kind="ocpi", url="/locations", token="secret").pull(static=True, live=True)
    assert state.problem is not None
    assert "not a public address" in state.problem
    assert [request.url.path for request in server.asked] == ["/locations"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost:80/x", "http://10.0.0.1/", "http://[::1]/", "ftp://example.org/"])
def test_addresses_that_are_not_followed(url: str) -> None:
    with pytest.raises(ApiBadAnswer, match="not a public address"):
        refuse_private(url) if "example" not in url else refuse_private("http://192.168.0.1/")


CSV = "id_pdc_itinerance,etat_pdc,occupation_pdc,horodatage\nDEABCE1,en_service,occupe,2026-03-01T12:00:00+0000\n"
OICP = {"EVSEStatuses": [{"EVSEStatusRecord": [{"EvseID": "DE*ABC*E1", "EVSEStatus": "Occupied"}]}]}


@pytest.mark.parametrize(("kind", "body"), [("irve", CSV.encode()), ("oicp", OICP)])
def test_statuses_of_other_kinds(server: FeedServer, store: Store, follow: Follow, kind: str, body: Any) -> None:
    server.answers = {"/table": datex_table(1), "/status": body}
    state = follow(kind=kind, status_url="/status").pull(static=True, live=True)
    assert (state.problem, state.statuses, statuses(store)) == (None, 1, {"1": "IN_USE"})


def test_a_table_that_can_t_be_had_keeps_no_statuses_away(server: FeedServer, store: Store, follow: Follow) -> None:
    server.answers = {"/table": datex_table(1, 2), "/status": datex_status({1: "available"})}
    puller = follow(status_url="/status")
    puller.pull(static=True, live=True)
    moment = "2026-03-01T12:01:00Z"
    server.answers = {"/status": datex_status({1: "charging"}, at=moment, made=moment, delta=True)}
    state = puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN"}
    assert "/table answers 404" in (state.problem or "")
    assert "/table answers 404" in (puller.pull(static=False, live=True).problem or "")  # as long as nobody has asked again
    server.answers["/table"] = datex_table(1, 2)
    del server.answers["/status"]
    problem = puller.pull(static=True, live=True).problem or ""
    assert ("/status answers 404" in problem, "/table" in problem) == (True, False)
