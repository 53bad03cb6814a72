"""A location that an answer of OCPI has twice, as pages do while their list changes: the newest counts, wherever it stands."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from tests.feeds.server import FeedServer, location
from tests.feeds.test_known_records import WORDS
from tests.feeds.test_ocpi_receiver import at
from tests.feeds.test_pulling import statuses
from wirelane_geo.feeds import taking
from wirelane_geo.feeds.config import Feed
from wirelane_geo.feeds.pulling import Puller
from wirelane_geo.store import Store

Follow = Callable[..., Puller]
Locations = list[dict[str, Any]]
OTHERS = [location(number, "AVAILABLE", at(0)) for number in (7, 8, 9)]
REST = {"7": "FREE", "8": "FREE", "9": "FREE"}
TWICE = "an older version of a location that is there twice, left out"


def version(minute: int, **evses: str) -> dict[str, Any]:
    """The location L1 with the EVSEs "e1", "e2", ..., all of a minute."""
    found = [location(int(name[1:]), word, at(minute))["evses"][0] for name, word in evses.items()]
    return location(1, "UNKNOWN", at(minute)) | {"evses": found}


def answer(server: FeedServer, *given: dict[str, Any], pages: bool = False) -> None:
    """All locations, or, of a live question, those that changed, are these: on one page, or on one each."""
    def page(request: Request) -> Response:
        number = int(request.query_params["offset"])
        return Response(json.dumps(given[number:number + 1]), headers={"X-Total-Count": str(len(given))})

    server.answers["/table"] = page if pages else list(given)


@pytest.fixture(params=[False, True], ids=["one page", "a page each"])
def pages(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


OLD, NEW = version(0, e1="AVAILABLE", e2="AVAILABLE"), version(5, e1="CHARGING", e3="AVAILABLE")


@pytest.mark.parametrize("given", [(OLD, NEW), (NEW, OLD), (NEW, OLD, NEW), (OLD, NEW, OLD)])
def test_the_newest_counts_and_what_it_has_no_more_is_not_there(server: FeedServer, store: Store, follow: Follow, pages: bool,
                                                                given: tuple[dict[str, Any], ...]) -> None:
    answer(server, OTHERS[0], given[0], OTHERS[1], *given[1:], OTHERS[2], pages=pages)
    puller = follow(kind="ocpi")
    for _ in range(3):
        assert puller.pull(static=True, live=True).problem is None
        assert statuses(store) == {"1": "IN_USE", "3": "FREE"} | REST
    assert (puller.state.points, puller.state.rejected) == (5, {})


@pytest.mark.parametrize("given", [(OLD, NEW), (NEW, OLD)])
@pytest.mark.parametrize("known", [None, OLD, version(0, e1="AVAILABLE", e2="AVAILABLE", e3="AVAILABLE")])
def test_the_newest_counts_of_what_has_changed(server: FeedServer, store: Store, follow: Follow, pages: bool,
                                               given: tuple[dict[str, Any], ...], known: dict[str, Any] | None) -> None:
    puller = follow(kind="ocpi")
    answer(server, *OTHERS, *filter(None, [known]))
    puller.pull(static=True, live=True)
    for _ in range(2):
        answer(server, *given, pages=pages)
        puller.pull(static=False, live=True)
        assert statuses(store) == {"1": "IN_USE", "3": "FREE"} | REST | ({} if known is None else {"2": "UNKNOWN"})


@pytest.mark.parametrize("whole", [True, False])
def test_the_list_of_one_that_has_none_any_more_is_empty(server: FeedServer, store: Store, follow: Follow, pages: bool,
                                                         whole: bool) -> None:
    answer(server, *OTHERS, OLD)
    puller = follow(kind="ocpi")
    puller.pull(static=True, live=True)
    for given in ((OLD, version(5)), (version(5), OLD)):
        answer(server, *OTHERS, *given, pages=pages)
        puller.pull(static=whole, live=True, accept=True)
        assert statuses(store) == REST | ({} if whole else {"1": "UNKNOWN", "2": "UNKNOWN"})


@pytest.mark.parametrize("words", [("AVAILABLE", "CHARGING"), ("CHARGING", "AVAILABLE")])
@pytest.mark.parametrize("whole", [True, False])
def test_of_two_of_one_time_all_evses_count_and_one_that_is_not_free(
        server: FeedServer, store: Store, follow: Follow, pages: bool, words: tuple[str, str], whole: bool) -> None:
    given = version(5, e1=words[0], e2="AVAILABLE"), version(5, e1=words[1], e3="CHARGING")
    puller = follow(kind="ocpi")
    answer(server, *OTHERS)
    puller.pull(static=True, live=True)
    for changed in (False, False, True):
        first, second = ({**one, "name": "renamed"} if changed else one for one in given)
        answer(server, first, *OTHERS, second, pages=pages)
        puller.pull(static=whole, live=True)
        assert statuses(store) == {"1": "IN_USE", "2": "FREE", "3": "IN_USE"} | REST
    one = version(6, e1="AVAILABLE", e2="CHARGING")
    answer(server, one, *OTHERS, pages=pages)
    puller.pull(static=whole, live=True)
    assert statuses(store) == {"1": "FREE", "2": "IN_USE"} | REST | ({} if whole else {"3": "UNKNOWN"})


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("order", [1, -1])
def test_parts_of_a_location_are_all_of_it(server: FeedServer, store: Store, follow: Follow, pages: bool, whole: bool,
                                           order: int) -> None:
    """As of a feed that makes a record of each EVSE: none of them says anything of the others."""
    puller = follow(kind="ocpi")
    answer(server, *OTHERS)
    puller.pull(static=True, live=True)
    for words in (("AVAILABLE", "CHARGING"), ("CHARGING", "CHARGING"), ("CHARGING", "AVAILABLE")):
        parts = version(0, e1=words[0]), version(5, e2=words[1])
        answer(server, *parts[::order], *OTHERS, pages=pages)
        puller.pull(static=whole, live=True)
        assert statuses(store) == {"1": WORDS[words[0]], "2": WORDS[words[1]]} | REST


def test_an_older_version_that_comes_later_takes_nothing_away_and_brings_nothing_back(
        server: FeedServer, store: Store, follow: Follow) -> None:
    """As of a server whose replicas aren't all as far."""
    puller = follow(kind="ocpi")
    answer(server, *OTHERS, OLD)
    puller.pull(static=True, live=True)
    for given in (NEW, OLD, OLD, NEW):
        answer(server, given)
        puller.pull(static=False, live=True)
        assert statuses(store) == {"1": "IN_USE", "2": "UNKNOWN", "3": "FREE"} | REST
    answer(server, version(6, e1="AVAILABLE"))
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN", "3": "UNKNOWN"} | REST


def test_where_only_evses_have_new_dates_nothing_is_taken_for_older(server: FeedServer, store: Store, follow: Follow,
                                                                   pages: bool) -> None:
    """As of servers that leave a location's own date as it is, and then take an EVSE away."""
    def dated(given: dict[str, Any]) -> dict[str, Any]:
        return given | {"last_updated": at(0)}

    puller = follow(kind="ocpi")
    answer(server, *OTHERS, dated(version(5, e1="AVAILABLE") | {"evses": [
        *version(0, e1="AVAILABLE")["evses"], *version(5, e2="AVAILABLE")["evses"]]}))
    puller.pull(static=True, live=True)
    answer(server, dated(version(0, e1="AVAILABLE")))
    puller.pull(static=False, live=True)
    assert statuses(store) == {"1": "FREE", "2": "UNKNOWN"} | REST
    answer(server, *OTHERS, dated(version(6, e1="AVAILABLE")), dated(version(7, e1="CHARGING")), pages=pages)
    puller.pull(static=True, live=True, accept=True)
    assert statuses(store) == {"1": "IN_USE"} | REST


@pytest.mark.parametrize("given", [(OLD, NEW), (NEW, OLD)])
def test_what_is_left_out_is_noted(store: Store, tmp_path: Path, given: tuple[dict[str, Any], ...]) -> None:
    """Also of a list that is sent to us."""
    feed, path = Feed(name="city", kind="ocpi", push_key="0123456789abcdef"), tmp_path / "sent.json"
    path.write_text(json.dumps([*given, *OTHERS]))
    assert taking.look(feed, [path]).noted == {TWICE: 1}
    assert Puller(store, feed, tmp_path, [feed.origin]).take_pushed(path).noted == {TWICE: 1}
    assert statuses(store) == {"1": "IN_USE", "3": "FREE"} | REST
    path.write_text(json.dumps([NEW, NEW, *OTHERS]))
    looked = taking.look(feed, [path])
    assert (looked.noted, looked.rejected) == ({}, {})


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=4) | st.just("\ud800")
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", at(3)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "uid", "evses", "last_updated", "node", "attributes", "type", "properties"]), inner, max_size=3))


@hypothesis.example([(2**70, None), ("\ud800", -2**70)])
@hypothesis.given(st.lists(st.tuples(_ODD, _ODD), min_size=2, max_size=3))
def test_whatever_versions_hold_it_costs_themselves(tmp_path_factory: pytest.TempPathFactory,
                                                     given: list[tuple[Any, Any]]) -> None:
    path = tmp_path_factory.mktemp("odd") / "sent.json"
    path.write_text(json.dumps([*OTHERS, *(NEW | {"evses": evses, "last_updated": date} for evses, date in given)]))
    looked = taking.look(Feed(name="city", kind="ocpi"), [path])
    assert looked.problem is None
    assert looked.points >= len(OTHERS)
