"""The live core on the embedded network: what changes in the store is numbered, shown and remembered."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, counted, embedded
from wirelane_geo.errors import StoreError
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.live import Interval, RecordedSeconds
from wirelane_geo.map.service import MapService
from wirelane_geo.model import PlugType, Status
from wirelane_geo.permalink import MapState

FREE, IN_USE, FAULTED, UNKNOWN = Status.FREE, Status.IN_USE, Status.FAULTED, Status.UNKNOWN


def test_a_change_gets_a_number_and_is_seen_by_all_under_it(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        assert here.live.status().number == 0
        here.after(10, p1=IN_USE)
        here.after(10, p1=FAULTED, p2=IN_USE)
        assert here.live.status().number == 3
        changes = here.live.changes()
        assert next((c.number, c.point_id, c.before, c.after) for c in sorted(changes, key=lambda c: c.number)) == (
            1, "id-1", FREE, IN_USE)
        assert {(c.point_id, c.before, c.after) for c in changes[:2]} == {
            ("id-1", IN_USE, FAULTED), ("id-2", FREE, IN_USE)}
        assert [c.number for c in changes] == [3, 2, 1], "newest first"
        assert {c.origin for c in changes} == {"store"}
        view = MapService(here.source).view(MapState(), WORLD, 3)
        assert view.number == 3
        assert counted(view.by_status) == {FREE: 2, IN_USE: 1, FAULTED: 1}


def test_changes_since_a_number_and_no_more_than_asked_for(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        for status in (IN_USE, FREE, IN_USE):
            here.after(10, p0=status)
        assert [c.number for c in here.live.changes(since=1)] == [3, 2]
        assert [c.number for c in here.live.changes(limit=1)] == [3]
        assert here.live.changes(since=3) == ()
        assert here.live.changes(limit=0) == ()


def test_what_is_not_looked_at_yet_is_not_shown(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.change(p0=FAULTED)
        assert here.shown()["id-0"] is FREE, "every session sees what was published, and nothing else"
        here.live.refresh()
        assert here.shown()["id-0"] is FAULTED


def test_a_change_is_dated_by_the_store_unless_that_is_not_believable(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        start = here.clock.now()
        here.after(100)
        for number, wrong in enumerate((timedelta(days=-3), timedelta(days=3))):
            here.store.set_statuses({f"id-{number}": IN_USE}, at=start + wrong)
        here.store.set_statuses({"id-2": IN_USE}, at=start + timedelta(seconds=104))
        here.after(10)
        at = {c.point_id: c.at for c in here.live.changes()}
        assert at == {"id-0": start + timedelta(seconds=100), "id-1": start + timedelta(seconds=110),
                      "id-2": start + timedelta(seconds=104)}, "not before it was last looked at, nor later than now"


def test_points_that_come_and_go_are_no_changes_of_status(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.after(10, p0=FAULTED)
        here.store.upsert([a_point(9, IN_USE)], "api")
        here.after(10)
        assert here.shown()["id-9"] is IN_USE
        here.store.remove("irve")
        here.after(10)
        assert here.shown() == {"id-9": IN_USE}
        assert here.live.status().number == 1
        assert counted(here.everything().now) == {IN_USE: 1}
        assert here.live.point("id-0") is None
        here.after(10, p9=FREE)
        assert here.live.changes(limit=1)[0].point_id == "id-9"


def test_a_point_that_moves_keeps_its_past(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.after(10, p0=FAULTED)
        before = here.live.point("id-0")
        here.store.upsert([a_point(0, FAULTED, longitude=10.0)], "irve")
        here.after(10)
        assert here.live.point("id-0").since == before.since
        assert MapService(here.source).view(MapState(), Bounds(51, 9, 53, 11), 8).points == 1


def test_the_age_grows_with_the_reason_and_the_last_good_data_stays(tmp_path: Path) -> None:
    with embedded(tmp_path, refresh_seconds=15) as here:
        here.after(1, p0=IN_USE)
        good = here.live.status()
        assert (good.level, good.problem, good.mode) == ("good", None, "store")
        here.source._store.close()
        levels = []
        for seconds in (1, 29, 1, 89, 1):
            here.after(seconds)
            status = here.live.status()
            levels.append(status.level)
            assert status.fetched_at == good.fetched_at
            assert "closed" in status.problem
        assert levels == ["good", "good", "late", "late", "stale"], "after 30 s and after 120 s"
        assert here.source.snapshot(WORLD, 0).table.status.tolist().count(IN_USE.number) == 1


def test_a_mistake_of_ours_is_told_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with embedded(tmp_path) as here:
        monkeypatch.setattr(here.source, "refresh", lambda: 1 / 0)
        here.after(1)
        assert "log" in here.live.status().problem
        monkeypatch.undo()
        here.after(1)
        assert here.live.status().problem is None


def test_a_point_knows_since_when_how_often_and_how_available(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        start = here.clock.now()
        here.pass_(1800)
        here.after(0, p0=FAULTED)
        here.pass_(600)
        here.after(0, p0=FREE)
        here.pass_(600)
        here.after(0, p0=UNKNOWN)
        here.pass_(600)
        past = here.live.point("id-0")
        now = here.clock.now()
        assert (past.status, past.since, past.since_exact) == (UNKNOWN, start + timedelta(seconds=3000), True)
        assert past.flaps_24h == 1, "a point that falls silent has not gone out"
        assert past.availability.hour == pytest.approx(2400 / 3000)
        assert past.availability.day == pytest.approx(2400 / 3000)
        assert past.recorded == RecordedSeconds(3000, 3000, 3000), "a time in which nobody says its status is a gap"
        assert past.strip[0].begin == now - timedelta(hours=24)
        assert [(i.status, (i.end - i.begin).total_seconds()) for i in past.strip] == [
            (None, 86400 - 3600), (FREE, 1800), (FAULTED, 600), (FREE, 600), (UNKNOWN, 600)]
        other = here.live.point("id-1")
        assert (other.since, other.since_exact, other.flaps_24h) == (start, False, 0), "at least since it is watched"
        assert here.live.point("nobody") is None


def test_a_point_that_was_out_when_first_seen_is_out_since_its_last_update(tmp_path: Path) -> None:
    long_ago = datetime(2025, 6, 1, tzinfo=UTC)
    with embedded(tmp_path, points=[a_point(0, FAULTED, update_date=long_ago), a_point(1, update_date=long_ago)]) as here:
        assert (here.live.point("id-0").since, here.live.point("id-0").since_exact) == (long_ago, False)
        assert here.live.point("id-1").since == here.clock.now()


def test_a_stop_is_a_gap_and_never_free(tmp_path: Path) -> None:
    clock = ManualClock()
    with embedded(tmp_path, clock) as here:
        here.pass_(600)
    clock.go_on(3600)
    with embedded(tmp_path, clock) as here:
        here.pass_(600)
        strip = here.live.point("id-0").strip
        assert [(i.status, (i.end - i.begin).total_seconds()) for i in strip] == [
            (None, 86400 - 4800), (FREE, 600), (None, 3600), (FREE, 600)]
        past = here.everything()
        hours = {(at - past.at[-1]).astype(int) / 60000: (bool(gap), counted(counts))
                 for at, gap, counts in zip(past.at, past.gap, past.counts, strict=True)}
        assert {gap for minutes, (gap, _) in hours.items() if -70 < minutes < -10} == {True}
        assert {tuple(counts.items()) for minutes, (_, counts) in hours.items() if -70 < minutes < -10} == {()}
        assert {counts[FREE] for minutes, (gap, counts) in hours.items() if minutes > -10 or -80 < minutes < -70} == {4}
        assert past.hour_ago is None
        assert past.change_1h is None


def test_what_changed_during_a_stop_is_a_change_when_it_is_found(tmp_path: Path) -> None:
    clock = ManualClock()
    with embedded(tmp_path, clock) as here:
        here.after(600, p1=IN_USE)
        store = here.store
        clock.go_on(1800)
        store.set_statuses({"id-0": FAULTED}, at=clock.now())
    clock.go_on(1800)
    with embedded(tmp_path, clock) as here:
        [change] = here.live.changes(since=1)
        assert (change.number, change.point_id, change.before, change.after) == (2, "id-0", FREE, FAULTED)
        assert change.at == clock.now() - timedelta(seconds=1800), "the store says when"
        assert here.live.changes()[1].number == 1, "numbers go on"


def test_the_board_has_now_an_hour_ago_and_a_day(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.pass_(7200, every=29)
        here.after(0, p0=FAULTED, p1=IN_USE)
        here.pass_(1800, every=29)
        board = here.watch.board(MapState())
        assert counted(board.history.now) == {FREE: 2, IN_USE: 1, FAULTED: 1}
        assert counted(board.history.hour_ago) == {FREE: 4}
        assert {status: int(n) for status, n in zip(Status, board.history.change_1h, strict=True) if n} == {
            FREE: -2, IN_USE: 1, FAULTED: 1}
        assert (board.points, board.stations, board.available) == (4, 2, 0.75)
        assert board.history.availability.hour == pytest.approx(1 - 0.25 * 0.5, abs=0.03)
        only = here.watch.board(MapState(filters=Filters(statuses=[FAULTED])))
        assert counted(only.history.now) == {FREE: 2, IN_USE: 1, FAULTED: 1}, "who is free now was not always"
        assert here.watch.board(MapState(filters=Filters(plugs=[PlugType.CCS]))).points == 0


def test_the_board_of_a_part_of_the_map(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.after(60, p0=FAULTED, p3=FAULTED)
        south = Bounds(51.9, 12.9, 52.015, 13.1)
        assert counted(here.watch.board(MapState(), south).history.now) == {FREE: 1, FAULTED: 1}
        assert [item.point.id for item in here.watch.feed(MapState(), south)] == ["id-0"]
        assert [item.point.id for item in here.watch.worst(MapState(), south).longest_out] == ["id-0"]


def test_the_feed_names_points_for_people(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.after(60, p1=FAULTED)
        [item] = here.watch.feed(MapState())
        assert (item.point.label, item.point.title, item.point.place) == ("DE*ABC*E0001", "Torstr. 1", "10115 Berlin")
        assert here.watch.feed(MapState(), since=1) == ()
        here.store.remove("irve")
        assert here.watch.feed(MapState())[0].point is None


def test_the_worst_are_out_for_longest_and_go_out_most_often(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        for _ in range(3):
            here.after(100, p0=FAULTED)
            here.after(100, p0=IN_USE)
        here.after(100, p1=Status.UNAVAILABLE)
        here.after(100, p2=FAULTED)
        here.after(100, p3=UNKNOWN)
        worst = here.watch.worst(MapState())
        assert [(item.point.id, item.outage.status) for item in worst.longest_out] == [
            ("id-1", Status.UNAVAILABLE), ("id-2", FAULTED)]
        assert [(item.point.id, item.outage.flaps_24h) for item in worst.most_flapping] == [("id-0", 3)]
        assert worst.out == 2
        here.pass_(86400, every=3600)
        assert here.watch.worst(MapState()).most_flapping == (), "within 24 h"
        assert len(here.watch.worst(MapState(), limit=1).longest_out) == 1


def test_a_history_that_cannot_be_written_costs_no_present(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.live._recorder.history.close()
        here.after(1, p0=FAULTED)
        assert here.live.status().number == 1
        assert here.shown()["id-0"] is FAULTED
        with pytest.raises(StoreError):
            here.live.point("id-0")


PATIENCE_S = 45.0
"""Three refreshes: a longer silence is a gap."""

new_statuses = st.dictionaries(st.integers(0, 3), st.sampled_from(list(Status)), max_size=3)
moves = st.lists(st.tuples(st.integers(1, 500), new_statuses, st.booleans()), max_size=12)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(moves)
def test_whatever_happens_the_past_is_what_was_seen(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:
    """Statuses change, time passes, now and then the process starts anew: against a list of what was seen when."""
    directory, clock = tmp_path_factory.mktemp("live"), ManualClock()
    start, numbers = clock.now(), 0
    seen: list[tuple[datetime, dict[str, Status]]] = []
    context = embedded(directory, clock)
    here = context.__enter__()
    seen.append((clock.now(), here.shown()))
    for seconds, statuses, restart in steps:
        if restart:
            context.__exit__(None, None, None)
            clock.go_on(seconds)
            context = embedded(directory, clock)
            here = context.__enter__()
        else:
            clock.go_on(seconds)
        known = seen[-1][1]
        here.change(**{f"p{number}": status for number, status in statuses.items()})
        here.live.refresh()
        numbers += sum(known[f"id-{number}"] is not status for number, status in statuses.items())
        seen.append((clock.now(), here.shown()))
    assert here.live.status().number == numbers
    assert [change.number for change in here.live.changes(limit=1000)] == list(range(numbers, 0, -1))
    expected = {id: [Interval(clock.now() - timedelta(hours=24), start, None)] for id in seen[0][1]}
    for (at, statuses), (until, _) in itertools.pairwise(seen):
        quiet = (until - at).total_seconds() > PATIENCE_S
        for id, status in statuses.items():
            expected[id].append(Interval(at, until, None if quiet else status))
    for id, pieces in expected.items():
        assert list(here.live.point(id).strip) == _joined(pieces)
    context.__exit__(None, None, None)


def _joined(pieces: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for piece in pieces:
        if joined and joined[-1].status is piece.status:
            joined[-1] = Interval(joined[-1].begin, piece.end, piece.status)
        elif piece.begin < piece.end:
            joined.append(piece)
    return joined
