"""What a feed of OCPI says again as it was isn't read again; and whatever happens, what is shown is what it says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.feeds.server import FeedServer, datex_table, feed_server, location
from tests.feeds.test_pulling import statuses
from wirelane_geo.feeds import taking
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.known_records import KnownRecords
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.feeds.state import now
from wirelane_geo.model import Status, StatusReport
from wirelane_geo.store import Store, open_store

WORDS = {"AVAILABLE": "FREE", "CHARGING": "IN_USE"}


def test_what_is_the_same_is_not_read_and_counts_all_the_same(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps([location(1, "AVAILABLE"), location(2, "AVAILABLE"), location(3, "AVAILABLE") | {
        "coordinates": None}]))
    feed, known = Feed(name="city", kind="ocpi", url="http://localhost"), KnownRecords()
    first = taking.take(store, feed, [path], [feed.origin], known=known)
    known.records = first.records
    seq = store.last_seq()
    path.write_text(json.dumps([location(2, "AVAILABLE"), location(1, "CHARGING"), location(3, "AVAILABLE") | {
        "coordinates": None}]))
    looked = taking.look(feed, [path], known)
    assert (looked.points, looked.ids) == (1, first.ids)  # one was read
    second = taking.take(store, feed, [path], [feed.origin], known=known)
    assert (second.points, second.ids, second.rejected) == (2, first.ids, first.rejected)
    assert store.last_seq() > seq
    assert statuses(store) == {"1": "IN_USE", "2": "FREE"}


def test_what_somebody_else_removed_comes_back(store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    server.answers["/table"] = [location(number, "AVAILABLE") for number in range(4)]
    puller = follow(kind="ocpi")
    puller.pull(static=True, live=True)
    puller.pull(static=True, live=True)
    store.remove("feed:city", [point.id for number in (0, 1) if (point := store.get("evseid", f"DE*ABC*E{number}")) and point.id])
    assert len(statuses(store)) == 2
    state = puller.pull(static=True, live=True)
    assert (len(statuses(store)), state.points, state.problem) == (4, 4, None)


def test_a_feed_that_was_silent_is_shown_again_though_nothing_changed(store: Store, server: FeedServer,
                                                                      follow: Callable[..., Puller]) -> None:
    server.answers["/table"] = [location(number, "AVAILABLE") for number in range(4)]
    puller = follow(kind="ocpi", silent_after=1.0)
    state = puller.pull(static=True, live=True)
    assert state.answered_at is not None
    assert puller.silence_if_due(state.answered_at.replace(year=now().year + 1))
    assert set(statuses(store).values()) == {"UNKNOWN"}
    puller.pull(static=True, live=True)
    assert set(statuses(store).values()) == {"FREE"}


def with_evses(place: int, *numbers: int, word: str = "AVAILABLE") -> dict[str, Any]:
    """A location with some EVSEs."""
    return location(place, word) | {"evses": [location(number, word)["evses"][0] for number in numbers]}


def test_what_a_changed_location_has_no_more_is_not_free(store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    """An EVSE that is taken away would be REMOVED by the book, and is left out by many."""
    server.answers["/table"] = [with_evses(1, 1, 2, 3), with_evses(4, 4)]
    puller = follow(kind="ocpi")
    puller.pull(static=True, live=True)
    server.answers["/table"] = [with_evses(1, 1, word="CHARGING"), with_evses(4, 3, 4)]  # 2 went, 3 is elsewhere now
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN", "3": "FREE", "4": "FREE"}
    server.answers["/table"] = [with_evses(1, 1, 2)]
    puller.pull(static=False, live=True)
    assert statuses(store)["2"] == "FREE", "it is there again, as it was"
    server.answers["/table"] = [with_evses(1, 1), with_evses(4, 4)]
    puller.pull(static=False, live=True)
    puller.pull(static=True, live=True, accept=True)
    assert statuses(store) == {"1": "FREE", "4": "FREE"}


def test_what_another_feed_says_of_it_holds(store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    server.answers = {"/table": [with_evses(1, 1, 2)]}
    puller = follow(kind="ocpi")
    puller.pull(static=True, live=True)
    store.tell("feed:other", [StatusReport("DE*ABC*E2", Status.IN_USE, None)])
    server.answers = {"/table": [with_evses(1, 1)]}
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"}


def test_an_evse_that_has_moved_is_not_taken_from_where_it_is(store: Store, server: FeedServer,
                                                              follow: Callable[..., Puller]) -> None:
    """Its old location may be told of later than its new one."""
    puller = follow(kind="ocpi")
    for static, answer in ((True, [with_evses(1, 1, 2), with_evses(4, 4)]), (False, [with_evses(4, 4, 2)]),
                           (False, [with_evses(1, 1)])):
        server.answers["/table"] = answer
        puller.pull(static=static, live=True)
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE"}


@pytest.mark.parametrize("minutes", [(0, 0), (5, 0), (0, 5)])
@pytest.mark.parametrize("order", [((1, 4),), ((4, 1),), ((1,), (4,)), ((4,), (1,))])
def test_an_evse_that_is_removed_where_it_was_lives_where_it_is(
        store: Store, server: FeedServer, follow: Callable[..., Puller], minutes: tuple[int, int],
        order: tuple[tuple[int, ...], ...]) -> None:
    """In one answer or in two, whichever is told first and has the newer date."""
    puller = follow(kind="ocpi")
    server.answers["/table"] = [with_evses(1, 1, 2)]
    puller.pull(static=True, live=True)
    dates = [f"2026-03-01T12:{30 + minute}:00Z" for minute in minutes]
    places = {place: with_evses(place, 2, word=word) for place, word in ((1, "REMOVED"), (4, "AVAILABLE"))}
    for place, date in zip(places.values(), dates, strict=True):
        place |= {"last_updated": date, "evses": [place["evses"][0] | {"last_updated": date}]}
    for answer in order:
        server.answers["/table"] = [places[number] for number in answer]
        puller.pull(static=False, live=True)
    assert statuses(store)["2"] == "FREE"


def test_what_is_removed_is_closed_when_a_feed_that_said_something_newer_is_silent(
        store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    puller = follow(kind="ocpi")
    for word, minute in (("AVAILABLE", 0), ("REMOVED", 1)):
        server.answers["/table"] = [location(1, word, f"2026-03-01T12:0{minute}:00Z")]
        puller.pull(static=True, live=True)
        store.tell("feed:other", [StatusReport("DE*ABC*E1", Status.IN_USE, datetime(2026, 3, 1, 12, 5, tzinfo=UTC))])
    assert statuses(store) == {"1": "IN_USE"}
    store.silence("feed:other")
    assert statuses(store) == {"1": "CLOSED"}


@pytest.mark.parametrize("other", ["pushed as well", "another feed has one of its points", "another feed gives the facts"])
def test_what_a_changed_location_has_no_more_is_not_free_whoever_else_tells_of_points(
        store: Store, server: FeedServer, follow: Callable[..., Puller], other: str) -> None:
    rank = ("a", "city")
    if other != "pushed as well":
        given = with_evses(9, 9) if "one of its points" in other else with_evses(1, 1, 2, word="UNKNOWN")
        server.answers["/first"] = [given]
        follow("a", kind="ocpi", url="/first", rank=rank).pull(static=True, live=True)
    puller = follow(kind="ocpi", rank=rank, push_key="0123456789abcdef" if other == "pushed as well" else None)
    server.answers["/table"] = [with_evses(1, 1, 2), with_evses(9, 9)]
    puller.pull(static=True, live=True)
    assert statuses(store)["2"] == "FREE"
    for _ in range(2):
        server.answers["/table"] = [with_evses(1, 1, 2)]
        puller.pull(static=False, live=True)
        server.answers["/table"] = [with_evses(1, 1)]
        puller.pull(static=False, live=True)
        assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "9": "FREE"}


def test_points_that_another_feed_took_over_and_left_again_are_the_feed_s(
        store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    server.answers = {"/first": datex_table(1, 2), "/table": [with_evses(1, 1, 2), with_evses(4, 4)]}
    rank = ("nation", "city")
    puller, nation = follow(kind="ocpi", rank=rank), follow("nation", url="/first", rank=rank)
    puller.pull(static=True, live=True)
    nation.pull(static=True, live=True)
    puller.pull(static=True, live=True)
    server.answers["/table"] = [with_evses(1, 1)]
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "4": "FREE"}
    store.forget("feed:nation")
    server.answers["/table"] = [with_evses(1, 1, 2), with_evses(4, 4)]
    assert puller.pull(static=True, live=True).drop is None
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE"}


def test_what_all_locations_lack_is_not_free_though_another_feed_gives_its_facts(
        store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    """As a national table does, which says nothing of statuses."""
    server.answers = {"/national": datex_table(1, 2, 3, 4), "/table": [with_evses(1, 1, 2), with_evses(4, 3, 4)]}
    rank = ("nation", "city")
    follow("nation", url="/national", rank=rank).pull(static=True, live=True)
    puller = follow(kind="ocpi", rank=rank)
    puller.pull(static=True, live=True)
    assert set(statuses(store).values()) == {"FREE"}
    server.answers["/table"] = [with_evses(1, 1), with_evses(4, 3, 4)]
    puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "FREE", "4": "FREE"}
    server.answers["/table"] = [with_evses(9, 9)]
    puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "UNKNOWN", "2": "UNKNOWN", "3": "UNKNOWN", "4": "UNKNOWN", "9": "FREE"}


def test_what_a_feed_that_is_held_lacks_is_not_free_for_ever(store: Store, server: FeedServer,
                                                             follow: Callable[..., Puller]) -> None:
    whole, half = [with_evses(1, 1, 2), with_evses(4, 4)], [with_evses(1, 1), with_evses(4, 4)]
    server.answers["/table"] = whole
    follow(kind="ocpi").pull(static=True, live=True)
    server.answers["/table"] = half
    assert follow(kind="ocpi").pull(static=True, live=True).drop
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE"}
    puller = follow(kind="ocpi", silent_after=0.0, every=1e-9)
    puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "4": "FREE"}
    server.answers["/table"] = whole
    puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE"}


def test_what_a_feed_that_is_held_says_of_points_that_another_one_left_to_it_holds(
        store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    """They have the ids of the other one, so that they count as missing."""
    server.answers = {"/first": datex_table(1, 2), "/table": [with_evses(1, 1, 2), with_evses(4, 4)]}
    follow("a", url="/first", rank=("a", "city")).pull(static=True, live=True)
    puller = follow(kind="ocpi", rank=("a", "city"), silent_after=0.0, every=1e-9)
    puller.pull(static=True, live=True)
    store.forget("feed:a")
    for _ in range(2):
        puller.pull(static=True, live=True)
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE"}


def test_what_changed_since_locations_were_asked_for_that_were_taken_is_asked_for(
        store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    """And not since some were answered: reading them takes its time, and what is held isn't taken."""
    server.answers["/table"] = [with_evses(1, 1, 2), with_evses(4, 4)]
    puller = follow(kind="ocpi")
    first = puller.pull(static=True, live=True)
    assert first.pulled_at is not None
    assert first.answered_at is not None
    assert first.pulled_at < first.answered_at
    server.answers["/table"] = [with_evses(1, 1)]
    held = puller.pull(static=True, live=True)
    assert held.drop
    assert held.pulled_at == first.pulled_at
    puller.pull(static=False, live=True)
    asked = server.queries("/table")[-1]["date_from"]
    assert asked == f"{first.pulled_at - timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.dictionaries(st.integers(0, 3), st.sampled_from(sorted(WORDS)), min_size=1)),
                min_size=2, max_size=6))
def test_whatever_answers_come_the_last_is_what_is_shown(tmp_path_factory: pytest.TempPathFactory,
                                                         answers: list[tuple[bool, dict[int, str]]]) -> None:
    """Whole answers and changes, records that go, and come again as they were."""
    directory = tmp_path_factory.mktemp("feed")
    store, true = open_store(directory / "points.sqlite"), dict[int, str]()
    with feed_server() as server:
        feed = Feed(name="city", kind="ocpi", url=server.url + "/table")
        puller = Puller(store, feed, directory, [feed.origin])
        for whole, words in [(True, {0: "AVAILABLE"}), *answers]:
            server.answers["/table"] = [location(number, word) for number, word in words.items()]
            puller.pull(static=whole, live=True, accept=True)
            true = words if whole else true | words
        assert statuses(store) == {str(number): WORDS[word] for number, word in true.items()}
        puller.close()
    store.close()


def test_a_plan_is_looked_at_again_though_nothing_changed(store: Store, tmp_path: Path) -> None:
    """What is planned begins and ends, and no record tells of it."""
    one = location(1, "AVAILABLE")
    begin, path = now() + timedelta(seconds=0.3), tmp_path / "locations.json"
    planned = {"period_begin": begin.isoformat(), "period_end": None, "status": "INOPERATIVE"}
    path.write_text(json.dumps([one | {"evses": [one["evses"][0] | {"status_schedule": [planned]}]}]))
    feed, known = Feed(name="city", kind="ocpi", url="http://localhost"), KnownRecords()
    while statuses(store) != {"1": "UNAVAILABLE"}:
        began = now() >= begin
        known.records |= taking.take(store, feed, [path], [feed.origin], known=known).records
        assert not began or statuses(store) == {"1": "UNAVAILABLE"}
    path.write_text(json.dumps([one]))
    known.records |= taking.take(store, feed, [path], [feed.origin], known=known).records
    assert statuses(store) == {"1": "FREE"}


def test_what_a_held_list_had_is_known_after_a_restart(store: Store, server: FeedServer, follow: Callable[..., Puller]) -> None:
    """What a location lacks that changes meanwhile isn't left FREE, whatever the list of all had of others."""
    server.answers["/table"] = [with_evses(1, 1, 2), with_evses(4, 4, 5)]
    follow(kind="ocpi").pull(static=True, live=True)
    restarted = follow(kind="ocpi")
    server.answers["/table"] = [with_evses(1, 1, 2)]
    assert restarted.pull(static=True, live=True).drop
    server.answers["/table"] = [with_evses(1, 1, word="CHARGING")]
    restarted.pull(static=False, live=True)
    assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN", "4": "FREE", "5": "FREE"}
    server.answers["/table"] = [with_evses(1, 1, 2)]
    restarted.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "FREE", "4": "FREE", "5": "FREE"}
