"""Statuses alone: kept beside the points, shown where they count."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelane_geo.model import ChargePoint, PointId, Seq, Status, StatusReport
from wirelane_geo.store import Store, ToldCounts, open_store

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def point(number: int, **fields: object) -> ChargePoint:
    return ChargePoint(**{  # type: ignore[arg-type]
        "id": PointId(f"p{number}"), "charge_point_id": f"C{number}", "evseid": f"DE*ABC*E{number}", "longitude": 10.0,
        "latitude": 50.0, "status": Status.UNKNOWN} | fields)


def report(number: int, status: str, minute: int | None = 0) -> StatusReport:
    return StatusReport(f"DE*ABC*E{number}", Status(status), None if minute is None else AT + timedelta(minutes=minute))


def status(store: Store, number: int) -> str:
    found = store.get("id", f"p{number}")
    assert found is not None
    return str(found.status)


def test_a_status_finds_its_point_in_any_spelling(store: Store) -> None:
    store.take([point(1), point(2)], "ocpi")
    assert store.tell("live", [StatusReport("de-abc-e1", Status.FREE, AT)]) == ToldCounts(1, 1, 0, 0)
    assert (status(store, 1), status(store, 2)) == ("FREE", "UNKNOWN")


def test_what_a_feed_calls_its_point_counts_among_its_own(store: Store) -> None:
    store.take([point(1, evseid=None)], "live")
    store.take([point(2, evseid=None, charge_point_id="C1")], "other")
    told = store.tell("live", [StatusReport("C1", Status.FREE, AT), StatusReport("C2", Status.FREE, AT)])
    assert (told.changed, told.unmatched) == (1, 1)
    assert (status(store, 1), status(store, 2)) == ("FREE", "UNKNOWN")


def test_a_status_waits_for_its_point(store: Store) -> None:
    assert store.tell("live", [report(1, "IN_USE"), report(2, "FREE")]).unmatched == 2
    store.take([point(1)], "ocpi")
    assert status(store, 1) == "IN_USE"
    assert store.reports("live")[1] == 1
    store.remove("ocpi")
    assert store.reports("live")[1] == 2
    store.take([point(1)], "ocpi")
    assert status(store, 1) == "IN_USE"


def test_what_stays_as_it_is_is_not_touched(store: Store) -> None:
    store.take([point(number) for number in range(50)], "ocpi")
    store.tell("live", [report(number, "FREE") for number in range(50)])
    before = store.last_seq()
    assert store.tell("live", [report(number, "FREE", 1) for number in range(50)]).changed == 0
    assert store.last_seq() == before
    assert store.tell("live", [report(number, "IN_USE" if number < 3 else "FREE", 2) for number in range(50)]).changed == 3
    assert store.last_seq() == before + 1
    assert len(store.changed((Seq(before), 1 << 40), 100)) == 3


def test_older_and_doubled_reports_are_harmless(store: Store) -> None:
    store.take([point(1)], "ocpi")
    store.tell("live", [report(1, "FREE", 5)])
    assert store.tell("live", [report(1, "IN_USE", 4)]) == ToldCounts(1, 0, 0, 1)
    assert store.tell("live", [report(1, "FREE", 5)]) == ToldCounts(1, 0, 0, 0)
    store.tell("live", [report(1, "FREE", 9)])
    store.tell("live", [report(1, "IN_USE", 8)])
    assert status(store, 1) == "FREE"
    store.tell("live", [report(1, "RESERVED", 11), report(1, "FREE", 10)])
    assert status(store, 1) == "RESERVED"


def test_a_record_of_the_point_does_not_undo_a_newer_status(store: Store) -> None:
    store.take([point(1, update_date=AT)], "ocpi")
    store.tell("live", [report(1, "IN_USE", 5)])
    store.take([point(1, update_date=AT + timedelta(minutes=9), power=50.0)], "ocpi")
    assert status(store, 1) == "IN_USE"


def test_the_freshest_of_several_feeds_counts(store: Store) -> None:
    store.take([point(1)], "ocpi")
    store.tell("a", [report(1, "FREE", 5)])
    store.tell("b", [report(1, "FAULTED", 3)])
    assert status(store, 1) == "FREE"
    store.tell("b", [report(1, "FAULTED", 6)])
    assert status(store, 1) == "FAULTED"


def test_a_silent_feed_is_not_believed_and_leaves_the_others(store: Store) -> None:
    store.take([point(1), point(2), point(3)], "ocpi")
    store.tell("a", [report(1, "FREE", 5), report(2, "FREE", 5)])
    store.tell("b", [report(2, "IN_USE", 3), report(3, "IN_USE", 3)])
    assert store.silence("a") == 2
    assert [status(store, number) for number in (1, 2, 3)] == ["UNKNOWN", "IN_USE", "IN_USE"]
    assert store.feed_states()["a"][0]
    store.set_feed_state("a", False, "{}")
    store.tell("a", [report(1, "FREE", 5)], again=True)
    assert [status(store, number) for number in (1, 2, 3)] == ["FREE", "FREE", "IN_USE"]


def test_a_complete_answer_makes_unknown_what_is_not_in_it(store: Store) -> None:
    store.take([point(1), point(2)], "ocpi")
    store.tell("a", [report(1, "FREE"), report(2, "FREE")], complete=True)
    store.tell("a", [report(1, "FREE")], complete=True)
    assert (status(store, 1), status(store, 2)) == ("FREE", "UNKNOWN")
    store.tell("a", [report(2, "IN_USE", -1)])
    assert status(store, 2) == "UNKNOWN"
    store.tell("a", [report(1, "FREE"), report(2, "FREE")], complete=True)
    assert status(store, 2) == "FREE"
    store.tell("a", [report(1, "FREE"), report(7, "FREE")], complete=True)
    assert (status(store, 2), store.reports("a")) == ("UNKNOWN", (2, 1))
    assert store.unreported("a", ["DE*ABC*E1"]) == 1
    store.tell("a", [report(1, "FREE")], complete=True)
    assert store.reports("a") == (1, 0)


words = st.sampled_from(["FREE", "IN_USE", "FAULTED"])
told = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), words, st.integers(0, 6)), max_size=12)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told, st.randoms(use_true_random=False))
def test_whatever_the_order_the_newest_report_of_a_point_counts(tmp_path: Path, given: list[tuple[str, int, str, int]],
                                                                 random: object) -> None:
    dated = {(feed, number, minute): (feed, number, status, minute) for feed, number, status, minute in given}
    wanted: dict[int, tuple[int, str]] = {}
    for _, number, word, minute in dated.values():
        best = wanted.get(number)
        if best is None or minute > best[0]:
            wanted[number] = (minute, word)
    ties = {number for number, (minute, _) in wanted.items()
            if sum(other[1] == number and other[3] == minute for other in dated.values()) > 1}
    shuffled = list(dated.values())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
    store = open_store(path)
    try:
        store.take([point(1), point(2)], "ocpi")
        for feed, number, word, minute in shuffled:
            store.tell(feed, [report(number, word, minute)])
        store.take([point(3)], "ocpi")
        for number, (_, word) in wanted.items():
            assert number in ties or status(store, number) == word
    finally:
        store.close()


def test_the_feed_that_stands_first_gives_the_facts(store: Store) -> None:
    rank = ("feed:first", "feed:second")
    second = point(1, id=PointId("b1"), cpo="Second", evseid="de abc e1"), point(2, id=PointId("b2"))
    store.take([point(1, id=PointId("a1"), cpo="File")], "ocpi")
    for _ in range(2):
        assert store.take(second, "feed:second", rank=rank).elsewhere == 0
        assert store.counts().points == 2
    found = store.get("id", "a1")
    assert found is not None
    assert found.cpo == "Second"
    for _ in range(2):
        store.take([point(1, id=PointId("c1"), cpo="First")], "feed:first", rank=rank)
    assert store.take(second, "feed:second", rank=rank).elsewhere == 1
    found = store.get("id", "a1")
    assert found is not None
    assert (found.cpo, store.origins()) == ("First", {"feed:first": 1, "feed:second": 1})
    assert store.missing("feed:first", [PointId("c1")]) == (1, 0)
    assert store.missing("feed:first", []) == (1, 1)


def test_a_point_that_a_feed_drops_stays_where_another_one_has_it(store: Store) -> None:
    store.take([point(1), point(2)], "feed:a")
    store.tell("feed:a", [report(1, "FREE", 5), report(2, "FREE", 5)])
    store.tell("feed:b", [report(1, "IN_USE", 3)])
    assert store.drop("feed:a", [PointId("p1")]) == 1
    assert (store.counts().points, status(store, 1)) == (1, "FREE")
    assert store.forget("feed:a") == 0
    sources = store.told_by(PointId("p1"))
    assert sources is not None
    assert (sources.facts, sources.statuses, status(store, 1)) == (
        "feed:b", (("feed:b", Status.IN_USE, AT + timedelta(minutes=3), True),), "IN_USE")
    assert store.reports("feed:a") == (0, 0)
    assert store.forget("feed:b") == 1
    assert store.told_by(PointId("p1")) is None


def test_a_point_that_a_feed_drops_has_the_status_that_another_one_says(store: Store) -> None:
    store.take([point(1), point(2), point(3)], "feed:a")
    store.tell("feed:a", [report(number, "FREE", 5) for number in (1, 2, 3)])
    store.tell("feed:b", [report(1, "IN_USE", 3), report(2, "UNKNOWN", 3)])
    assert store.drop("feed:a", [PointId("p3")]) == 0
    assert [status(store, number) for number in (1, 2, 3)] == ["IN_USE", "UNKNOWN", "FREE"]


def test_what_a_feed_says_no_more_of_points_is_unknown_whoever_gives_their_facts(store: Store) -> None:
    store.take([point(1), point(2)], "feed:a")
    store.take([point(3), point(4), point(5)], "feed:b")
    store.tell("feed:b", [report(number, "FREE") for number in (1, 2, 3, 4, 5)])
    assert store.retract("feed:b", [PointId("p1"), PointId("p3")]) == 2
    assert [status(store, number) for number in (1, 2, 3, 4, 5)] == ["UNKNOWN", "FREE", "UNKNOWN", "FREE", "FREE"]
    assert store.retract_but("feed:b", ["DE*ABC*E2", "DE*ABC*E3", "DE*ABC*E4"]) == 1
    assert [status(store, number) for number in (1, 2, 3, 4, 5)] == ["UNKNOWN", "FREE", "UNKNOWN", "FREE", "UNKNOWN"]
    assert store.drop("feed:b", [PointId("p3"), PointId("p4"), PointId("p5")], ["DE*ABC*E4"]) == 0
    assert [status(store, number) for number in (1, 2, 3, 4, 5)] == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "FREE", "UNKNOWN"]


def test_a_status_that_may_be_of_another_point_is_nobody_s(store: Store) -> None:
    """Two points of a feed are called "1", whichever come first, statuses or points."""
    told = [StatusReport("1", Status.FREE, AT), StatusReport("3", Status.FREE, AT)]
    for first, feed in ((10, "feed:a"), (20, "feed:b")):
        points = [point(first + number, charge_point_id=id, evseid=None) for number, id in ((1, "1"), (2, "1"), (3, "3"))]
        if feed == "feed:a":
            store.take(points, feed)
        store.tell(feed, told)
        if feed == "feed:b":
            store.take(points, feed)
        assert [status(store, first + number) for number in (1, 2, 3)] == ["UNKNOWN", "UNKNOWN", "FREE"]
        assert store.reports(feed) == (2, 1)


TWINS = [point(1, evseid="DE*ABC*E1"), point(2, evseid="DEABCE1"), point(3)]


def test_points_that_share_an_evse_id_have_its_status_together(store: Store) -> None:
    store.take(TWINS, "datex2")
    assert store.tell("datex2", [report(1, "FREE")]).changed == 2
    assert [status(store, number) for number in (1, 2, 3)] == ["FREE", "FREE", "UNKNOWN"]
    assert store.tell("datex2", [report(1, "IN_USE", 1)]).changed == 2
    assert [status(store, number) for number in (1, 2)] == ["IN_USE", "IN_USE"]
    store.silence("datex2")
    assert [status(store, number) for number in (1, 2)] == ["UNKNOWN", "UNKNOWN"]


def test_a_point_that_is_told_of_by_itself_has_nothing_of_its_twin(store: Store) -> None:
    store.take(TWINS, "datex2")
    store.tell("datex2", [StatusReport("C1", Status.FREE, AT)])
    assert [status(store, number) for number in (1, 2)] == ["FREE", "UNKNOWN"]
    store.tell("datex2", [StatusReport("p2", Status.IN_USE, AT), report(1, "FREE", 1)])
    assert [status(store, number) for number in (1, 2)] == ["FREE", "IN_USE"]


def test_statuses_of_a_shared_evse_id_that_contradict_each_other_are_nobody_s(store: Store) -> None:
    store.take(TWINS, "datex2")
    told = store.tell("datex2", [report(1, "IN_USE"), report(1, "FREE", 5), report(3, "IN_USE"), report(3, "FREE", 5)])
    assert told.ambiguous == ("DE*ABC*E1",)
    assert [status(store, number) for number in (1, 2, 3)] == ["UNKNOWN", "UNKNOWN", "FREE"]


@pytest.mark.parametrize("minute", [0, None])
@pytest.mark.parametrize("words", [("IN_USE", "FREE"), ("FREE", "IN_USE")])
def test_of_two_statuses_of_one_time_the_one_that_isn_t_free_counts(
        store: Store, minute: int | None, words: tuple[str, str]) -> None:
    store.take(TWINS, "datex2")
    store.tell("datex2", [report(3, word, minute) for word in words])
    assert status(store, 3) == "IN_USE"
    store.tell("datex2", [report(3, "FREE", 1), StatusReport("de abc e3", Status.FAULTED, AT + timedelta(minutes=1))])
    assert status(store, 3) == ("FAULTED" if minute == 0 else "IN_USE")


def test_a_point_that_gets_another_id_keeps_what_is_told_of_it(store: Store) -> None:
    """So it isn't believed for longer than its feed."""
    for number in (1, 2):
        store.take([point(number, evseid="DE*ABC*E1", status=Status.FREE, update_date=AT)], "feed:a", rank=("feed:a",))
        store.tell("feed:a", [report(1, "FREE")])
        store.drop("feed:a", [PointId(f"p{number}")])
    assert (store.counts().points, status(store, 2), store.reports("feed:a")) == (1, "FREE", (1, 0))
    store.silence("feed:a")
    assert status(store, 2) == "UNKNOWN"
    store.drop("feed:a", [])
    assert (store.counts().points, store.reports("feed:a")) == (0, (0, 0))


def moved(minutes: tuple[int, int]) -> tuple[ChargePoint, ChargePoint]:
    """A point that is removed at one station, and lives at another."""
    old, new = (AT + timedelta(minutes=minute) for minute in minutes)
    return (point(1, charging_station_id="L1", status=Status.CLOSED, update_date=old),
            point(1, charging_station_id="L2", status=Status.IN_USE, update_date=new))


def said_of(*points: ChargePoint) -> list[StatusReport]:
    return [StatusReport(one.evseid or "", one.status, one.update_date, one.charging_station_id) for one in points]


@pytest.mark.parametrize("minutes", [(0, 0), (5, 0), (0, 5)])
@pytest.mark.parametrize("order", [((0, 1),), ((1, 0),), ((0,), (1,)), ((1,), (0,))])
def test_a_point_that_is_closed_where_it_was_lives_where_it_is(store: Store, minutes: tuple[int, int],
                                                               order: tuple[tuple[int, ...], ...]) -> None:
    """At once or one after the other; also when the feed is believed again."""
    both = moved(minutes)
    for numbers in order:
        given = [both[number] for number in numbers]
        store.take(given, "feed:a", rank=("feed:a",))
        store.tell("feed:a", said_of(*given))
    assert status(store, 1) == "IN_USE"
    store.silence("feed:a")
    store.set_feed_state("feed:a", False, "{}")
    store.tell("feed:a", [], again=True)
    assert status(store, 1) == "IN_USE"
    store.tell("feed:a", [report(1, "FREE", 6)])
    assert status(store, 1) == "FREE"
    store.tell("feed:a", [StatusReport("DE*ABC*E1", Status.CLOSED, AT + timedelta(minutes=7), "L2")])
    assert status(store, 1) == "CLOSED"


def test_a_point_that_one_feed_closes_is_closed_though_another_one_gives_its_facts(store: Store) -> None:
    """Which calls its stations otherwise."""
    rank = ("feed:nation", "feed:a")
    store.take([point(1, charging_station_id="site:7")], "feed:nation", rank=rank)
    for word, minute in ((Status.FREE, 0), (Status.CLOSED, 1)):
        given = [point(1, charging_station_id="L1", status=word, update_date=AT + timedelta(minutes=minute))]
        store.take(given, "feed:a", rank=rank)
        store.tell("feed:a", said_of(*given))
    assert status(store, 1) == "CLOSED"
    store.tell("feed:a", said_of(*moved((9, 8))))
    assert status(store, 1) == "IN_USE"
