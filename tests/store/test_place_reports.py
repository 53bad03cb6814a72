"""A station or a site that is shut as a whole: none of its points is free, until it is open again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelane_geo.model import ChargePoint, PlaceReport, PointId, Status, StatusReport
from wirelane_geo.store import Store, open_store

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = ("operationStatus", "openingStatus")
SITES = [PlaceReport("S1", "P1"), PlaceReport("S2", "P1"), PlaceReport("S3", "P2")]
"""Two stations of a site, and one of another; each has the points of its number."""
LETTERS = {Status.UNKNOWN: "?", Status.FAULTED: "X"}
STATIONS = {1: "S1", 2: "S1", 3: "S2", 4: "S3"}


def point(number: int, **fields: object) -> ChargePoint:
    return ChargePoint(**{  # type: ignore[arg-type]
        "id": PointId(f"p{number}"), "charge_point_id": f"C{number}", "evseid": f"DE*ABC*E{number}", "longitude": 10.0,
        "latitude": 50.0, "status": Status.UNKNOWN, "charging_station_id": STATIONS.get(number)} | fields)


def said(number: int, status: str = "FREE", minute: int = 0,
         places: tuple[str | None, str | None] = (None, None)) -> StatusReport:
    return StatusReport(f"DE*ABC*E{number}", Status(status), AT + timedelta(minutes=minute), places=places)


def place(name: str, status: str, minute: int = 1, field: str = "operationStatus") -> PlaceReport:
    return PlaceReport(name, None, field, Status(status), AT + timedelta(minutes=minute))


def statuses(store: Store) -> str:
    """What the points 1 to 4 are, a letter each."""
    found = (store.get("id", f"p{number}") for number in STATIONS)
    return "".join("-" if one is None else LETTERS.get(one.status, str(one.status)[0]) for one in found)


def fill(store: Store, *words: str) -> None:
    store.take([point(number) for number in STATIONS], "live")
    store.tell("live", [*SITES, *(said(number, word) for number, word in enumerate(words or ("FREE",) * 4, start=1))])


@pytest.mark.parametrize(("name", "status", "expected"), [
    ("P1", "UNAVAILABLE", "UUUF"), ("P1", "FAULTED", "XXXF"), ("S1", "UNAVAILABLE", "UUFF"), ("S3", "UNAVAILABLE", "FFFU"),
    ("P2", "UNAVAILABLE", "FFFU"), ("P7", "UNAVAILABLE", "FFFF")])
def test_what_is_shut_as_a_whole_has_no_free_point(store: Store, name: str, status: str, expected: str) -> None:
    fill(store)
    told = store.tell("live", [place(name, status)])
    assert statuses(store) == expected
    assert told.nowhere == (("P7",) if name == "P7" else ())
    store.tell("live", [place(name, "FREE", 2)])
    assert statuses(store) == "FFFF"


def test_a_point_that_is_in_use_or_broken_is_so_wherever_it_is(store: Store) -> None:
    fill(store, "IN_USE", "RESERVED", "UNKNOWN", "FREE")
    store.tell("live", [place("P1", "UNAVAILABLE"), place("P2", "UNAVAILABLE")])
    assert statuses(store) == "IRUU"
    store.tell("live", [said(1, "FREE", 2), said(4, "FREE", 3)])
    assert statuses(store) == "URUU"
    store.tell("live", [place("P1", "FREE", 4), place("P2", "FREE", 4)])
    assert statuses(store) == "FR?F"


def test_a_point_of_which_nothing_was_said_is_unknown_again(store: Store) -> None:
    store.take([point(number) for number in STATIONS], "live")
    store.tell("live", SITES)
    store.tell("live", [place("P1", "UNAVAILABLE")])
    assert statuses(store) == "UUU?"
    store.tell("live", [place("P1", "FREE", 2)])
    assert statuses(store) == "????"


def test_each_field_counts_by_itself(store: Store) -> None:
    """Open in the morning isn't in operation."""
    fill(store)
    store.tell("live", [place("P1", "UNAVAILABLE", field="openingStatus"), place("S1", "FAULTED")])
    assert statuses(store) == "XXUF"
    store.tell("live", [place("P1", "FREE", 2, "openingStatus"), place("S1", "FREE", 2, "openingStatus")])
    assert statuses(store) == "XXFF"
    store.tell("live", [place("S1", "FREE", 3)])
    assert statuses(store) == "FFFF"


def test_what_comes_late_neither_shuts_nor_opens(store: Store) -> None:
    fill(store)
    store.tell("live", [place("S1", "UNAVAILABLE", 5)])
    store.tell("live", [place("S1", "FREE", 4)])
    assert statuses(store) == "UUFF"
    store.tell("live", [place("S1", "FREE", 6), place("S1", "UNAVAILABLE", 5)])
    assert statuses(store) == "FFFF"
    store.tell("live", [place("S1", "UNAVAILABLE", 5), said(2, "IN_USE", 7)])
    assert statuses(store) == "FIFF"
    store.tell("live", [place("S1", "FREE", 8), place("S1", "UNAVAILABLE", 8)])
    assert statuses(store) == "UIFF"


def test_a_complete_answer_says_all_that_is_shut(store: Store) -> None:
    fill(store)
    store.tell("live", [said(1), said(2), said(3), place("P1", "UNAVAILABLE")], complete=True)
    assert statuses(store) == "UUU?"
    store.tell("live", [said(1), said(2)], complete=True)
    assert statuses(store) == "FF??"
    store.tell("live", [place("P1", "UNAVAILABLE", 2)], complete=True)
    assert statuses(store) == "UUU?"
    store.tell("live", [place("P1", "FREE", 3)])
    assert statuses(store) == "????"


@pytest.mark.parametrize("first", ["place", "sites", "points"])
def test_a_place_that_is_shut_waits_for_its_points(store: Store, first: Literal["place", "sites", "points"]) -> None:
    told = [place("P1", "UNAVAILABLE")]
    if first == "place":
        assert store.tell("live", told).nowhere == ("P1",)
        fill(store)
    elif first == "sites":
        store.tell("live", SITES)
        store.tell("live", told)
        store.tell("live", [said(1)])
        store.take([point(number) for number in STATIONS], "live")
        assert statuses(store) == "UUU?"
        store.tell("live", [said(number) for number in (2, 3, 4)])
    else:
        store.take([point(number) for number in STATIONS], "live")
        store.tell("live", [said(number) for number in STATIONS])
        store.tell("live", told)
        assert statuses(store) == "FFFF"
        store.tell("live", SITES)
    assert statuses(store) == "UUUF"


def test_a_feed_says_with_a_status_where_a_point_is_whose_facts_another_one_has(store: Store) -> None:
    """And once it has said so, a status alone doesn't take it back."""
    store.tell("live", [said(1, places=("A", "B")), said(2, places=("A2", "B"))])
    store.take([point(number, charging_station_id="elsewhere") for number in STATIONS], "facts")
    assert statuses(store) == "FF??"
    store.tell("live", [said(1, minute=1)])
    store.tell("live", [place("B", "UNAVAILABLE")])
    assert statuses(store) == "UU??"
    store.tell("live", [said(1, minute=2), said(2, minute=2, places=("A", "C"))])
    assert statuses(store) == "UF??"
    store.tell("live", [place("A", "FAULTED", 3), place("B", "FREE", 3)])
    assert statuses(store) == "XX??"


def test_a_silent_feed_shuts_nothing_and_shuts_it_again(store: Store) -> None:
    fill(store, "FREE", "FREE", "UNKNOWN", "FREE")
    store.tell("other", [said(1, "FREE", -5)])
    store.tell("live", [place("P1", "UNAVAILABLE")])
    assert statuses(store) == "UUUF"
    store.silence("live")
    assert statuses(store) == "F???"
    store.set_feed_state("live", False, "{}")
    store.tell("live", [], again=True)
    assert statuses(store) == "UUUF"
    store.forget("live")
    assert store.tell("live", [place("P1", "FREE", 9)]).nowhere == ()


def test_what_was_said_since_of_a_point_by_a_record_holds_when_its_place_opens(store: Store) -> None:
    fill(store)
    store.tell("live", [place("P1", "UNAVAILABLE")])
    store.take([point(1, status=Status.IN_USE, update_date=AT + timedelta(minutes=3))], "live")
    store.tell("live", [place("P1", "FREE", 4)])
    assert statuses(store) == "IFFF"


def test_the_freshest_of_several_feeds_counts_and_what_is_shut_is_of_when_that_was_said(store: Store) -> None:
    fill(store)
    store.tell("other", [said(1, "IN_USE", -1), said(2, "FREE", 2)])
    store.tell("live", [place("P1", "UNAVAILABLE")])
    assert statuses(store) == "UFUF"
    told = store.told_by(PointId("p1"))
    assert told is not None
    assert [(feed, str(status)) for feed, status, *_ in told.statuses] == [("live", "UNAVAILABLE"), ("other", "IN_USE")]
    store.tell("live", [place("P1", "UNAVAILABLE", 3)])
    assert statuses(store) == "UUUF"
    store.tell("live", [place("P1", "FREE", 4)])
    assert statuses(store) == "FFFF"


def test_a_twin_at_a_place_that_is_shut_is_not_free(store: Store) -> None:
    shared = {"evseid": "DE*ABC*E9"}
    store.take([point(1, **shared), point(4, **shared)], "live")
    store.tell("live", [*SITES, place("P2", "UNAVAILABLE")])
    store.tell("live", [said(9)])
    assert statuses(store) == "F--U"


NAMES = st.sampled_from(["P1", "P2", "S1", "S2", "S3"])
WORDS = st.sampled_from(["FREE", "IN_USE", "UNKNOWN"])
OF_POINTS = st.tuples(st.just("point"), st.integers(1, 4), WORDS)
OF_PLACES = st.tuples(st.sampled_from(FIELDS), NAMES, st.sampled_from(["FREE", "UNAVAILABLE", "FAULTED", "UNKNOWN"]))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.lists(OF_POINTS | OF_PLACES, max_size=4), st.booleans()), max_size=8),
       st.randoms(use_true_random=False))
def test_whatever_is_said_a_point_is_what_was_said_last_of_it_and_of_where_it_is(
        tmp_path_factory: pytest.TempPathFactory, messages: list[tuple[list[tuple[str, int | str, str]], bool]],
        chance: object) -> None:
    """Of a complete message, what it says."""
    path: Path = tmp_path_factory.mktemp("places") / "points.sqlite"
    store = open_store(path)
    try:
        store.take([point(number) for number in STATIONS], "live")
        store.tell("live", SITES)
        last: dict[tuple[str, int | str], str] = {}
        minute = 0
        for message, complete in messages:
            if complete:
                last.clear()
            reports: list[StatusReport | PlaceReport] = []
            for field, name, word in message:
                minute += 1
                if field == "point":
                    last["point", name] = word
                    reports.append(said(int(name), word, minute))
                else:
                    if word != "UNKNOWN":
                        last[field, name] = word
                    reports.append(place(str(name), word, minute, field))
            chance.shuffle(reports)  # type: ignore[attr-defined]
            store.tell("live", reports, complete=complete)
            site = {one.place: one.site for one in SITES}
            for number, station in STATIONS.items():
                shut = {last.get((field, name), "FREE") for field in FIELDS for name in (station, site[station])} - {"FREE"}
                own = last.get(("point", number), "UNKNOWN")
                expected = min(shut) if shut and own in ("FREE", "UNKNOWN") else own
                found = store.get("id", f"p{number}")
                assert found is not None
                assert str(found.status) == expected
    finally:
        store.close()
