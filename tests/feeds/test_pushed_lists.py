"""Lists of locations of OCPI that are pushed to `POST /feeds/NAME`: each location is there as a whole."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.server import FeedServer, datex_table, location
from tests.feeds.test_following import toml
from tests.feeds.test_ocpi_receiver import ENVIRON, at
from tests.feeds.test_pulling import statuses
from wirelane_geo.feeds.ocpi_push import Place, PushedLocations
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.push import Receiver
from wirelane_geo.store import Store

Object = dict[str, Any]
Push = Callable[..., None]
FREE = {"1": "FREE", "2": "FREE"}


def version(minute: int, *numbers: int, place: int = 1, word: str = "AVAILABLE", **given: Any) -> Object:
    """The location L1, or another one, with some EVSEs, all of a minute."""
    evses = [location(number, word, at(minute))["evses"][0] for number in numbers]
    return location(place, word, at(minute)) | {"evses": evses} | given


@pytest.fixture
def receiver(store: Store, tmp_path: Path) -> Receiver:
    return Receiver(store, toml(tmp_path, nation={"kind": "datex2", "push_key_env": "OTHER"},
                                 city={"kind": "ocpi", "push_key_env": "KEY"}), ENVIRON, tmp_path / "feeds")


@pytest.fixture
def push(store: Store, tmp_path: Path, receiver: Receiver) -> Push:
    """Send a list: each to another replica, which knows of the ones before what is in the store."""
    numbers = count()

    def send(*locations: Object) -> None:
        path = tmp_path / f"sent-{next(numbers)}.json"
        path.write_text(json.dumps({"data": locations, "status_code": 1000}))
        _, feed = receiver.feeds()
        Receiver(store, tmp_path / "feeds.toml", ENVIRON, tmp_path / "feeds").take(feed, path)

    return send


def test_what_a_location_has_no_more_is_not_free(store: Store, push: Push) -> None:
    push(version(0, 1, 2), version(0, 4, place=4))
    assert statuses(store) == FREE | {"4": "FREE"}
    push(version(1, 1, word="CHARGING"))
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN", "4": "FREE"}
    push(version(2, 1, 2))
    assert statuses(store) == FREE | {"4": "FREE"}
    push(version(3))  # alone, and nothing in it
    assert statuses(store) == {"1": "UNKNOWN", "2": "UNKNOWN", "4": "FREE"}


def test_an_older_list_that_comes_later_changes_nothing(store: Store, push: Push) -> None:
    old, new = version(0, 1, 2), version(5, 1, 3)
    push(old)
    for one in (new, old, new, old):
        push(one)
        assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "FREE"}
    for one in (version(6), new, old):
        push(one)
        assert set(statuses(store).values()) == {"UNKNOWN"}


@pytest.mark.parametrize("theirs", [
    {"party_id": "XYZ"}, {"country_code": "AT"}, {"id": "L2"}, {"country_code": None, "party_id": None}])
def test_parties_of_a_hub_that_use_the_same_ids_are_not_mixed_up(store: Store, push: Push, theirs: Object) -> None:
    def other(minute: int, *numbers: int) -> Object:
        found = version(minute, *numbers, **theirs)
        for evse in found["evses"]:
            evse["uid"] = str(int(evse["uid"]) - 4)  # as the other party's
        return found

    push(version(5, 1, 2))
    push(other(0, 5, 6))
    assert statuses(store) == FREE | {"5": "FREE", "6": "FREE"}
    push(other(1, 5))
    assert statuses(store) == FREE | {"5": "FREE", "6": "UNKNOWN"}
    push(version(6, 1))
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "5": "FREE", "6": "UNKNOWN"}


def test_operators_that_do_not_say_their_party_are_not_mixed_up(store: Store, push: Push) -> None:
    """As in OCPI 2.1.1."""
    nobody = {"country_code": None, "party_id": None}
    push(version(5, 1, 2, operator={"name": "One"}, **nobody))
    push(version(0, 5, 6, operator={"name": "Two"}, **nobody))
    push(version(1, 5, operator={"name": "Two"}, **nobody))
    assert statuses(store) == FREE | {"5": "FREE", "6": "UNKNOWN"}


@pytest.mark.parametrize("minute", [0, 1])
@pytest.mark.parametrize("national", [False, True])
def test_an_evse_that_has_moved_is_not_taken_from_where_it_is(
        store: Store, push: Push, follow: Callable[..., Puller], server: FeedServer, minute: int, national: bool) -> None:
    """Its old location may be told of later than its new one, and another feed may give its facts."""
    if national:
        server.answers["/table"] = datex_table(1, 2, 4)
        follow(name="nation").pull(static=True, live=False)
    push(version(0, 1, 2), version(0, 4, place=4))
    assert store.origins() == ({"feed:nation": 3} if national else {"feed:city": 3})
    push(version(minute, 4, 2, place=4))
    push(version(minute, 1))
    assert statuses(store) == FREE | {"4": "FREE"}
    push(version(minute + 1, 1, 2))  # and back
    push(version(minute + 1, 4, place=4))
    assert statuses(store) == FREE | {"4": "FREE"}
    push(version(minute + 2, 1))
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "4": "FREE"}


def test_where_it_is_counts_though_nothing_of_its_location_changed(store: Store, push: Push) -> None:
    push(version(0, 1, 2))
    push(version(0, 2, 4, place=4))
    push(version(0, 1, 2))
    push(version(1, 4, place=4))
    assert statuses(store) == FREE | {"4": "FREE"}


def test_what_is_free_by_another_feed_stays_so(store: Store, push: Push, follow: Callable[..., Puller],
                                               server: FeedServer) -> None:
    push(version(0, 1, 2))
    server.answers["/table"] = [version(0, 1, 2)]
    follow(name="other", kind="ocpi").pull(static=True, live=True)
    push(version(1, 1))
    assert statuses(store) == FREE


@pytest.mark.parametrize("id", ["\ud800", "x" * 5_000, "a\x00b", 2**70])
def test_whatever_a_location_is_called(store: Store, push: Push, id: Any) -> None:
    push(version(0, 1, 2, id=id))
    push(version(1, 1, id=id))
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN"}


@pytest.fixture
def put(store: Store, receiver: Receiver) -> Push:
    """Send a location alone."""
    def send(given: Object) -> None:
        _, feed = receiver.feeds()
        PushedLocations(store, receiver).put(feed, Place("DE", "ABC", given["id"]), given)

    return send


@pytest.mark.parametrize("first", ["put", "push"])
@pytest.mark.parametrize("left", [(1,), ()])
def test_what_another_feed_has_the_facts_of_is_not_free_where_it_is_put_no_more(
        store: Store, push: Push, put: Push, follow: Callable[..., Puller], server: FeedServer, first: str,
        left: tuple[int, ...]) -> None:
    server.answers["/table"] = datex_table(1, 2, 4)
    follow(name="nation").pull(static=True, live=False)
    (put if first == "put" else push)(version(0, 1, 2))
    put(version(0, 4, place=4))
    put(version(1, *left))
    assert statuses(store) == dict.fromkeys("12", "UNKNOWN") | dict.fromkeys(map(str, (*left, 4)), "FREE")
    put(version(2, 1, 2))
    put(version(3, 4, 2, place=4))
    put(version(4, 1))
    assert statuses(store) == FREE | {"4": "FREE"}, "it has moved"


@pytest.mark.parametrize("how", ["put", "push"])
@pytest.mark.parametrize("national", [False, True])
@pytest.mark.parametrize("minute", [2, 3])
def test_an_evse_that_is_removed_where_it_was_lives_where_it_is(
        store: Store, push: Push, put: Push, follow: Callable[..., Puller], server: FeedServer, how: str, national: bool,
        minute: int) -> None:
    """As told later, whoever gives its facts; where it hasn't moved it is closed."""
    send = put if how == "put" else push
    if national:
        server.answers["/table"] = datex_table(1, 2, 4)
        follow(name="nation").pull(static=True, live=False)
    send(version(0, 1, 2))
    send(version(1, 2, word="REMOVED"))
    assert statuses(store)["2"] == "CLOSED"
    send(version(2, 2, 4, place=4))
    send(version(minute, 2, word="REMOVED"))
    assert statuses(store)["2"] == "FREE"
    send(version(4, 2, 4, place=4, word="REMOVED"))
    assert statuses(store)["2"] == "CLOSED"


@pytest.mark.parametrize("left", [(1,), ()])
def test_a_location_that_is_put_alone_later_is_known(store: Store, push: Push, put: Push, left: tuple[int, ...]) -> None:
    push(version(0, 1, 2))
    put(version(1, *left, word="CHARGING"))
    assert statuses(store) == dict.fromkeys(map(str, left), "IN_USE")


@pytest.mark.parametrize("national", [False, True])
def test_a_location_that_was_put_alone_before_is_known(store: Store, push: Push, put: Push, national: bool,
                                                       follow: Callable[..., Puller], server: FeedServer) -> None:
    if national:
        server.answers["/table"] = datex_table(1, 2)
        follow(name="nation").pull(static=True, live=False)
    put(version(1, 1, 2))
    push(version(0, 1, 3))
    assert statuses(store) == FREE, "it is older"
    push(version(2, 1, word="CHARGING"))
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN"}
    put(version(3, 1, 2))
    assert statuses(store) == FREE
    push(version(4, 1))
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN"}


@pytest.mark.parametrize("how", ["put", "push"])
def test_an_evse_that_has_moved_to_a_location_that_was_put_alone_stays(store: Store, push: Push, put: Push, how: str) -> None:
    (put if how == "put" else push)(version(0, 1, 2))
    put(version(1, 2, 4, place=4))
    push(version(1, 1))
    assert statuses(store) == FREE | {"4": "FREE"}
    push(version(2, 4, place=4))
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "4": "FREE"}
