"""OCPI's receiver over HTTP: what is pushed, in whatever order, is what is shown, and what is answered."""

import base64
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.conftest import NewUrl
from tests.feeds.server import location
from tests.feeds.test_following import KEY, toml
from tests.feeds.test_pulling import statuses
from tests.serving import TRUSTED, serving
from wirelane_geo.feeds.config import read_feeds
from wirelane_geo.feeds.ocpi_push import LARGEST_LOCATION, Place, PushedLocations, parties_of
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.feeds.state import now, states
from wirelane_geo.model import ChargePoint
from wirelane_geo.server.feeds import feed_routes
from wirelane_geo.server.ocpi_receiver import receiver_routes
from wirelane_geo.store import Store, open_store

ENVIRON = {"KEY": KEY, "OTHER": "another-key-of-more-characters"}
FIRST = "2026-03-01T12:00:00Z"
Replica = Callable[[], "Sender"]


def at(minute: int) -> str:
    return f"2026-03-01T12:{minute:02}:00Z"


class Sender:
    """Pushes to one replica as party DE*ABC of the feed `roaming`."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def ask(self, method: str, path: str, body: Any = None, key: str = KEY, **options: Any) -> httpx.Response:
        token = base64.b64encode(key.encode()).decode()
        place = path if re.match("[A-Z]{2}/", path) else f"DE/ABC/{path}"
        return self.client.request(method, f"/ocpi/2.2.1/receiver/locations/{place}", headers={"Authorization": f"Token {token}"},
                                   **({"json": body} if body is not None else {}), **options)

    def put(self, path: str, body: Any) -> tuple[int, int]:
        answer = self.ask("PUT", path, body)
        return answer.status_code, answer.json()["status_code"]

    def patch(self, path: str, minute: int | None = None, **changes: Any) -> tuple[int, int]:
        answer = self.ask("PATCH", path, changes | ({} if minute is None else {"last_updated": at(minute)}))
        return answer.status_code, answer.json()["status_code"]

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
        return answer.json()["data"]


@pytest.fixture
def replica(store: Store, tmp_path: Path) -> Iterator[Replica]:
    """Makes another replica of the installation."""
    path = toml(tmp_path, city={"kind": "datex2", "push_key_env": "OTHER"}, roaming={"kind": "ocpi", "push_key_env": "KEY"})
    with ExitStack() as stack:
        def make() -> Sender:
            opened = open_store(tmp_path / "points.sqlite")
            stack.callback(opened.close)
            receiver = Receiver(opened, path, ENVIRON, tmp_path / "feeds")
            routes = [*feed_routes(receiver), *receiver_routes(PushedLocations(opened, receiver))]
            url = stack.enter_context(serving(Starlette(routes=routes)))
            return Sender(stack.enter_context(httpx.Client(base_url=url, verify=TRUSTED)))

        yield make


@pytest.fixture
def sender(replica: Replica) -> Sender:
    return replica()


def evse(number: int, status: str, minute: int = 0) -> dict[str, Any]:
    return location(number, status, at(minute))["evses"][0]


def test_a_location_and_its_parts_are_put_patched_and_got(sender: Sender, store: Store) -> None:
    given = location(1, "AVAILABLE", at(1))
    assert sender.put("L1", given) == (201, 1000)
    assert sender.put("L1", given) == (200, 1000)
    assert sender.get("L1") == given
    assert sender.put("L1/2", evse(2, "CHARGING", 2)) == (201, 1000)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}
    assert sender.get("l1/2")["connectors"][0]["max_amperage"] == 32
    connector = evse(2, "CHARGING", 3)["connectors"][0] | {"max_amperage": 16}
    assert sender.put("L1/2/1", connector) == (200, 1000)
    assert sender.put("L1/2/second", connector | {"id": "second", "standard": "IEC_62196_T2_COMBO"}) == (201, 1000)
    found = store.get("evseid", "DE*ABC*E2")
    assert found is not None
    assert len(found.plug_types) == 2
    assert sender.patch("L1", 4, name="Am Bahnhof", city="Ulm") == (200, 1000)
    assert [found.city for number in (1, 2) if (found := store.get("evseid", f"DE*ABC*E{number}"))] == ["Ulm", "Ulm"]
    assert sender.get("L1/2/second")["standard"] == "IEC_62196_T2_COMBO"
    assert (sender.get("L1")["name"], sender.get("L1")["last_updated"]) == ("Am Bahnhof", at(4))
    assert sender.patch("L1", 5, name=None) == (200, 1000)
    assert "name" not in sender.get("L1")


def test_a_status_alone_touches_no_point(sender: Sender, store: Store) -> None:
    sender.put("L1", location(1, "AVAILABLE"))
    sender.put("L2", location(2, "AVAILABLE"))
    recorded = store.get("evseid", "DE*ABC*E1")
    assert sender.patch("L1/1", 1, status="CHARGING") == (200, 1000)
    assert statuses(store) == {"1": "IN_USE", "2": "FREE"}
    found = store.get("evseid", "DE*ABC*E1")
    assert recorded is not None
    assert found is not None
    assert (found.id, found.power, found.update_date) == (recorded.id, recorded.power, datetime(2026, 3, 1, 12, 1, tzinfo=UTC))
    assert sender.get("L1/1")["status"] == "CHARGING"
    assert sender.get("L1")["last_updated"] == at(1)  # what is around a part is as new as that
    seq = store.last_seq()
    assert sender.patch("L1/1", 2, status="CHARGING") == (200, 1000)
    assert store.last_seq() == seq
    assert sender.patch("L1/1", 3, status="REMOVED") == (200, 1000)
    assert statuses(store)["1"] == "CLOSED"
    assert states(store)["roaming"].health(now()) == "good"
    assert (states(store)["roaming"].points, states(store)["roaming"].statuses) == (2, 2)


def test_what_comes_late_or_twice_changes_nothing_and_is_said(sender: Sender, store: Store) -> None:
    sender.put("L1", location(1, "AVAILABLE"))
    sender.patch("L1/1", 5, status="CHARGING")
    for path, body in (("L1/1", {"status": "OUTOFORDER", "last_updated": at(4)}),
                       ("L1/1", {"status": "CHARGING", "last_updated": at(5)})):
        answer = sender.ask("PATCH", path, body)
        assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
        assert "Nothing is changed" in answer.json()["status_message"]
    assert sender.put("L1", location(1, "BLOCKED", at(3))) == (200, 1000)
    assert sender.put("L1/1", evse(1, "BLOCKED", 3)) == (200, 1000)
    assert statuses(store) == {"1": "IN_USE"}
    assert sender.get("L1/1")["status"] == "CHARGING"
    assert sender.patch("L1/1", 5, status="AVAILABLE") == (200, 1000)  # of the same second, the later one
    assert statuses(store) == {"1": "FREE"}


def test_a_clock_ahead_keeps_nothing_from_being_taken(sender: Sender, store: Store) -> None:
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    sender.put("L1", location(1, "AVAILABLE"))
    assert sender.ask("PATCH", "L1/1", {"status": "CHARGING", "last_updated": ahead}).json()["status_code"] == 1000
    assert statuses(store) == {"1": "IN_USE"}
    right = datetime.now(UTC).isoformat()
    assert sender.ask("PATCH", "L1/1", {"status": "AVAILABLE", "last_updated": right}).json()["status_code"] == 1000
    assert statuses(store) == {"1": "FREE"}


def test_what_a_location_has_no_more_goes_and_what_it_does_not_list_stays(sender: Sender, store: Store) -> None:
    both = location(1, "AVAILABLE") | {"evses": [evse(1, "AVAILABLE"), evse(2, "CHARGING")]}
    sender.put("L1", both)
    assert sender.put("L1", {name: value for name, value in both.items() if name != "evses"} | {"last_updated": at(1)}) == (
        200, 1000)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}
    moved = location(9, "CHARGING", at(2)) | {"id": "L2", "evses": [evse(2, "CHARGING", 2)]}
    assert sender.put("L2", moved) == (201, 1000)
    assert sender.put("L1", both | {"evses": [evse(1, "AVAILABLE")], "last_updated": at(3)}) == (200, 1000)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}  # EVSE 2 is at L2 now
    assert sender.put("L2", moved | {"evses": [], "last_updated": at(4)}) == (200, 1000)
    assert statuses(store) == {"1": "FREE"}
    assert sender.patch("L1", 5, publish=False) == (200, 1000)
    assert statuses(store) == {}
    assert states(store)["roaming"].rejected == {"not to be published": 1}
    assert sender.patch("L1", 6, publish=True) == (200, 1000)
    assert statuses(store) == {"1": "FREE"}
    assert (states(store)["roaming"].points, states(store)["roaming"].rejected) == (1, {})


@pytest.mark.parametrize("whole", [True, False])
def test_an_evse_that_is_removed_where_it_was_lives_where_it_is(sender: Sender, store: Store, whole: bool) -> None:
    both = location(1, "AVAILABLE") | {"evses": [evse(1, "AVAILABLE"), evse(2, "AVAILABLE")]}
    sender.put("L1", both)
    assert sender.put("L2", location(9, "CHARGING", at(2)) | {"id": "L2", "evses": [evse(2, "CHARGING", 2)]}) == (201, 1000)
    if whole:
        sender.put("L1", both | {"evses": [evse(1, "AVAILABLE"), evse(2, "REMOVED", 3)], "last_updated": at(3)})
    else:
        sender.patch("L1/2", 3, status="REMOVED")
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}
    assert sender.patch("L2/2", 4, status="REMOVED") == (200, 1000)
    assert statuses(store) == {"1": "FREE", "2": "CLOSED"}


def test_an_evse_that_is_removed_is_closed_though_another_feed_gives_its_facts(sender: Sender, store: Store) -> None:
    """Which calls its location otherwise."""
    nation = ChargePoint(charge_point_id="1", evseid="DE*ABC*E1", charging_station_id="site:7", longitude=9.6, latitude=48.7)
    store.take([nation], "feed:city", rank=("feed:city", "feed:roaming"))
    sender.put("L1", location(1, "AVAILABLE"))
    assert statuses(store) == {"1": "FREE"}
    assert sender.patch("L1/1", 1, status="REMOVED") == (200, 1000)
    assert statuses(store) == {"1": "CLOSED"}


def test_what_was_closed_where_it_was_before_it_was_heard_of_elsewhere_follows_what_is_pushed_there(
        sender: Sender, store: Store) -> None:
    sender.put("L1", location(1, "AVAILABLE") | {"evses": [evse(1, "AVAILABLE"), evse(2, "AVAILABLE")]})
    assert sender.patch("L1/2", 9, status="REMOVED") == (200, 1000)
    sender.put("L2", location(9, "AVAILABLE", at(2)) | {"id": "L2", "evses": [evse(2, "AVAILABLE", 2)]})
    assert sender.patch("L2/2", 3, status="CHARGING") == (200, 1000)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("minute", [0, 1])
def test_an_evse_that_a_location_has_twice_is_there_once_and_not_free_by_chance(sender: Sender, store: Store, first: bool,
                                                                                minute: int) -> None:
    """Of two of one date the one that isn't free, else the newer one."""
    both = [evse(1, "AVAILABLE"), evse(1, "CHARGING", minute)]
    for number in range(3):
        given = location(1, "AVAILABLE", at(number)) | {"city": f"Wangen {number}", "evses": both if first else both[::-1]}
        sender.put("L1", given)
        assert statuses(store) == {"1": "IN_USE"}
    assert len(sender.get("L1")["evses"]) == 1
    assert sender.patch("L1/1", 6, status="AVAILABLE") == (200, 1000)
    assert statuses(store) == {"1": "FREE"}


def test_any_replica_takes_it_and_one_that_restarts_remembers(replica: Replica, store: Store) -> None:
    first = replica()
    first.put("L1", location(1, "AVAILABLE"))
    second = replica()
    assert second.get("L1")["evses"][0]["uid"] == "1"
    assert second.patch("L1/1", 2, status="CHARGING") == (200, 1000)
    assert first.patch("L1/1", 1, status="OUTOFORDER") == (200, 1000)
    assert first.get("L1/1")["status"] == "CHARGING"
    assert statuses(store) == {"1": "IN_USE"}
    store.forget("feed:roaming")
    assert first.ask("GET", "L1").status_code == 404


@pytest.mark.parametrize(("method", "path", "body", "http", "code", "said"), [
    ("GET", "L2", None, 404, 2003, "no location DE/ABC/L2"),
    ("GET", "L1/7", None, 404, 2003, "no EVSE DE/ABC/L1/7"),
    ("GET", "L1/1/7", None, 404, 2003, "no connector"),
    ("PATCH", "L2", {"name": "x", "last_updated": FIRST}, 404, 2003, "as a whole first"),
    ("PATCH", "L1/7", {"status": "CHARGING", "last_updated": FIRST}, 404, 2003, "no EVSE"),
    ("PUT", "L2/1", {"uid": "1", "last_updated": FIRST}, 404, 2003, "no location DE/ABC/L2"),
    ("PUT", "L1/7/1", {"id": "1", "last_updated": FIRST}, 404, 2003, "no EVSE DE/ABC/L1/7"),
    ("PATCH", "L1/1", {"status": "CHARGING"}, 200, 2001, "last_updated"),
    ("PATCH", "L1/1", {"status": "CHARGING", "last_updated": "today"}, 200, 2001, "last_updated"),
    ("PUT", "L1", location(1, "AVAILABLE") | {"last_updated": None}, 200, 2001, "last_updated"),
    ("PUT", "L1", location(2, "AVAILABLE"), 200, 2001, "id is L2 in the body and L1"),
    ("PUT", "L1/1", evse(2, "AVAILABLE"), 200, 2001, "uid is 2"),
    ("PUT", "L2", location(2, "AVAILABLE") | {"party_id": "XYZ"}, 200, 2001, "party_id is XYZ"),
    ("PUT", "L2", location(2, "AVAILABLE") | {"coordinates": None}, 200, 2001, "no coordinates"),
    ("PUT", "L2", location(2, "AVAILABLE") | {"evses": {"a": 1}}, 200, 2001, "evses has to be a list"),
    ("PUT", "L2", location(2, "AVAILABLE") | {"evses": [{"evse_id": "x"}]}, 200, 2001, "each with its uid"),
    ("PUT", "L2", [1], 200, 2001, "not an object"),
    ("PUT", "DE/XYZ/L2", location(2, "AVAILABLE") | {"party_id": "XYZ"}, 403, 2000, "not of DE*XYZ"),
    ("GET", "FR/ABC/L1", None, 403, 2000, "not of FR*ABC"),
])
def test_what_cannot_be_taken_is_said_and_changes_nothing(sender: Sender, store: Store, method: str, path: str, body: Any,
                                                          http: int, code: int, said: str) -> None:
    sender.put("L1", location(1, "AVAILABLE"))
    answer = sender.ask(method, path, body)
    assert (answer.status_code, answer.json()["status_code"]) == (http, code)
    assert said in answer.json()["status_message"]
    assert statuses(store) == {"1": "FREE"}
    assert sender.get("L1") == location(1, "AVAILABLE")


def test_bodies_have_bounds_and_tokens_are_asked_for(sender: Sender, store: Store) -> None:
    at = "/ocpi/2.2.1/receiver/locations/DE/ABC/L1"
    plain = {"Authorization": f"Token {KEY}", "X-Request-ID": "r1"}
    assert sender.client.put(at, content=b"{", headers=plain).status_code == 400
    assert sender.client.put(at, content=b"[" * 100_000, headers=plain).status_code == 400
    large = sender.client.put(at, content=b" " * (LARGEST_LOCATION + 1), headers=plain)
    assert (large.status_code, large.json()["status_code"]) == (413, 2000)
    for headers in ({}, {"Authorization": "Token wrong"}, {"Authorization": f"Bearer {KEY}"}, {"X-Feed-Key": KEY},
                    {"Authorization": f"Token {ENVIRON['OTHER']}"}):
        for method in ("GET", "PUT", "PATCH"):
            answer = sender.client.request(method, at, json=location(1, "AVAILABLE"), headers=headers)
            assert (answer.status_code, answer.json()["status_code"]) == (401, 2000)
    assert statuses(store) == {}
    answer = sender.client.put(at, json=location(1, "AVAILABLE"), headers=plain)
    assert (answer.status_code, answer.headers["x-request-id"]) == (201, "r1")
    assert sender.client.get(at, headers={"Authorization": f"Token {ENVIRON['OTHER']}"}).status_code == 401
    assert sender.client.delete(at, headers=plain).status_code == 405


def test_a_silent_feed_is_believed_again_once_it_pushes(sender: Sender, store: Store, tmp_path: Path) -> None:
    sender.put("L1", location(1, "AVAILABLE"))
    sender.put("L2", location(2, "AVAILABLE"))
    feed = next(feed for feed in read_feeds(tmp_path / "feeds.toml", ENVIRON) if feed.name == "roaming")
    puller = Puller(store, feed, tmp_path / "feeds", [feed.origin])
    assert not puller.silence_if_due(now())
    assert puller.silence_if_due(now() + timedelta(seconds=feed.silent_after + 1))
    assert statuses(store) == {"1": "UNKNOWN", "2": "UNKNOWN"}
    assert puller.pull(static=True, live=True).problem is None  # there is nothing to ask
    sender.patch("L1/1", 1, status="CHARGING")
    assert statuses(store) == {"1": "IN_USE", "2": "FREE"}
    assert states(store)["roaming"].health(now()) == "good"


def test_one_that_sends_only_what_changes_may_be_quiet_for_as_long_as_is_said(replica: Replica, store: Store,
                                                                              tmp_path: Path) -> None:
    sender = replica()
    toml(tmp_path, roaming={"kind": "ocpi", "push_key_env": "KEY", "silent_after": 90_000})
    sender.put("L1", location(1, "AVAILABLE"))
    [feed] = read_feeds(tmp_path / "feeds.toml", ENVIRON)
    puller = Puller(store, feed, tmp_path / "feeds", [feed.origin])
    assert not puller.silence_if_due(now() + timedelta(seconds=89_000))
    assert puller.silence_if_due(now() + timedelta(seconds=91_000))


@pytest.mark.parametrize(("given", "parties"), [("DE*ABC", ("DE*ABC",)), ("de-abc, NLXYZ", ("DE*ABC", "NL*XYZ")), (None, ())])
def test_parties_are_read_in_any_spelling(tmp_path: Path, given: str | None, parties: tuple[str, ...]) -> None:
    said = {} if given is None else {"parties": given}
    [feed] = read_feeds(toml(tmp_path, a={"kind": "ocpi", "push_key_env": "KEY", **said}), ENVIRON)
    assert parties_of(feed) == parties


def test_a_hub_pushes_for_all_parties_that_are_named(replica: Replica, store: Store, tmp_path: Path) -> None:
    sender = replica()
    toml(tmp_path, roaming={"kind": "ocpi", "push_key_env": "KEY", "parties": "DE*ABC, NL*XYZ"})
    other = location(2, "AVAILABLE") | {"country_code": "NL", "party_id": "XYZ"}
    assert sender.put("L1", location(1, "AVAILABLE")) == (201, 1000)
    assert sender.put("NL/XYZ/L2", other) == (201, 1000)
    assert sender.put("NL/OTH/L2", other | {"party_id": "OTH"}) == (403, 2000)
    assert len(statuses(store)) == 2


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 10_000), twice=st.booleans())
def test_the_order_in_which_changes_come_makes_no_difference(new_url: NewUrl, tmp_path: Path, seed: int, twice: bool) -> None:
    """Of any changes with dates, the newest of each EVSE counts, whichever comes last."""
    rng = random.Random(seed)
    store = open_store(new_url(), tmp_path)
    try:
        feed = next(iter(read_feeds(toml(tmp_path, a={"kind": "ocpi", "push_key_env": "KEY"}), ENVIRON)))
        locations = PushedLocations(store, Receiver(store, tmp_path / "feeds.toml", ENVIRON, tmp_path / "feeds"))
        changes = [(rng.randrange(3), rng.choice(["AVAILABLE", "CHARGING", "OUTOFORDER"]), minute) for minute in range(1, 9)]
        given_evses = {number: evse(number, "UNKNOWN") for number in range(3)}
        place = Place("DE", "ABC", "L1")
        locations.put(feed, place, location(1, "UNKNOWN") | {"evses": list(given_evses.values())})
        for number, status, minute in rng.sample(changes * (2 if twice else 1), len(changes) * (2 if twice else 1)):
            at_evse = place._replace(ids=(str(number),))
            if rng.random() < 0.5:
                locations.patch(feed, at_evse, {"status": status, "last_updated": at(minute)})
            else:
                locations.put(feed, at_evse, evse(number, status, minute))
        newest = {number: status for number, status, _ in changes}
        words = {"AVAILABLE": "FREE", "CHARGING": "IN_USE", "OUTOFORDER": "FAULTED"}
        assert statuses(store) == {str(number): words.get(newest.get(number, ""), "UNKNOWN") for number in range(3)}
    finally:
        store.close()
