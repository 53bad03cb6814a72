"""Processes that show one account ask its upstream as one would, and show the same."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.shared_accounts import FAULTED, FREE, GOOD_S, IN_USE, NORTH, SOUTH, TILES, Account, account
from wirelane_geo.errors import StoreError
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.map.service import MapService
from wirelane_geo.model import PointId, Status
from wirelane_geo.permalink import MapState

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def a_busy_machine_is_no_dead_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who leads here changes by what a test does, not by how long a step of it takes."""
    for module in ("leader_file", "postgres.shared"):
        monkeypatch.setattr(f"wirelane_geo.store.{module}.SILENT_S", 60.0)


@pytest.fixture(params=["directory", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    directory = tmp_path / "data"
    directory.mkdir()
    return (str(directory / "points.sqlite") if request.param == "directory"
            else request.getfixturevalue("postgres").create()), directory


def an_afternoon(here: Account) -> int:
    """People look here and there while points change; how many requests that took."""
    for step in range(12):
        for number, process in enumerate(here.processes):
            process.look(NORTH)
            if step >= number:
                process.look(SOUTH)
        here.change(**{f"p{step}": FAULTED})
        here.after(10, 2.5)
    here.after(16)
    assert [process.look(NORTH) for process in here.processes] == [{FAULTED: 8}] * len(here.processes)
    assert [process.look(SOUTH) for process in here.processes] == [{FREE: 4, FAULTED: 4}] * len(here.processes)
    return len(here.asked)


def test_three_ask_the_upstream_no_more_than_one(place: tuple[str, Path], tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    with account(str(alone / "points.sqlite"), alone, 1) as here:
        one = an_afternoon(here)
    with account(*place) as here:
        assert an_afternoon(here) <= 1.1 * one
        numbers = {process.live.status().number for process in here.processes}
        assert numbers == {12}, "each change was noted once, wherever somebody looked"


def test_a_change_is_told_to_all_under_one_number_and_with_its_age(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        first, second, third = here.processes
        assert [process.look() for process in here.processes] == [{FREE: 8}] * 3
        here.after(20)
        here.asked.clear()
        here.change(p1=FAULTED)
        here.after(16)
        assert [process.look() for process in here.processes] == [{FREE: 7, FAULTED: 1}] * 3
        assert len(here.asked) <= 2
        assert {process.live.status().number for process in here.processes} == {1}
        asked_at = first.live.status().fetched_at
        for process in (second, third):
            status = process.live.status()
            assert (status.fetched_at, status.mode, status.problem) == (asked_at, "changes", None)
            assert status.age_s == pytest.approx((here.clock.now() - asked_at).total_seconds())  # type: ignore[operator]
        here.clock.go_on(5)
        assert second.live.status().age_s == pytest.approx(first.live.status().age_s)


def test_what_only_one_of_them_looks_at_is_noted_by_the_leader(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        leader, other, _ = here.processes
        assert leader.live.keeps_history
        other.look(SOUTH)
        here.after(16)
        here.change(p9=FAULTED)
        here.after(16)
        assert other.look(SOUTH) == {FREE: 7, FAULTED: 1}
        [change] = leader.live.changes()
        assert (change.point_id, change.after) == ("id-9", FAULTED)
        assert other.live.status().number == 1


def test_a_tile_that_nobody_keeps_fresh_is_asked_for_again_when_it_is_too_old(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        first, second, third = here.processes
        first.look()
        here.asked.clear()
        here.clock.go_on(GOOD_S - 1)
        assert second.look() == {FREE: 8}
        assert here.asked == [], "it is no older than a process alone would show it"
        fetched = MapService(second.source).view(MapState(), NORTH, 9).fetched_at
        assert (here.clock.now() - fetched).total_seconds() == pytest.approx(GOOD_S - 1)
        here.change(p1=FAULTED)
        here.clock.go_on(2)
        assert third.look() == {FREE: 7, FAULTED: 1}
        assert len(here.asked) == TILES


def test_a_tile_asked_for_long_ago_is_as_new_as_what_was_told_since(place: tuple[str, Path]) -> None:
    with account(*place, 2) as here:
        first, second = here.processes
        for step in range(9):
            first.look()
            here.change(**{f"p{step % 8}": IN_USE if step < 8 else FREE})
            here.after(16, 4)
        here.asked.clear()
        assert second.look() == first.look() == {IN_USE: 7, FREE: 1}
        assert here.asked == []
        late = here.start()
        assert late.look() == {IN_USE: 7, FREE: 1}
        assert here.asked == [], "not by a process that was started meanwhile either"


def test_what_a_webhook_told_one_is_shown_by_all_without_a_question(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        for process in here.processes:
            process.look()
        here.after(1)
        here.change(p1=FAULTED)
        here.asked.clear()
        here.processes[2].live.enqueue(WebhookUpdate(received_at=here.clock.now(), ids=[PointId("id-1")]))
        here.processes[2].live.process_updates()
        assert len(here.asked) == 1, "the point that was named is looked up once"
        here.after(1)
        assert [process.look() for process in here.processes] == [{FREE: 7, FAULTED: 1}] * 3
        assert len(here.asked) == 1
        assert [change.origin for change in here.processes[0].live.changes()] == ["webhook"]


def test_why_the_upstream_does_not_answer_is_said_by_all_and_found_out_by_one(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        for process in here.processes:
            process.look()
        here.after(20)
        for process in here.processes:
            process.wire.down = True
        here.after(16)
        problems = {(process.live.status().problem, process.live.status().cause) for process in here.processes}
        assert len(problems) == 1
        [(problem, cause)] = problems
        assert "for maintenance" in str(problem)
        assert cause == "500"
        shown = [process.source.snapshot(NORTH, 9) for process in here.processes]
        assert {(snapshot.problem, snapshot.cause) for snapshot in shown} == {(problem, cause)}
        assert [process.look() for process in here.processes] == [{FREE: 8}] * 3, "what was seen last"
        for process in here.processes[1:]:
            process.wire.down = False
        here.after(40)
        assert here.processes[1].live.status().problem == problem, "the leader asks, and it is not answered"
        here.processes[0].wire.down = False
        here.after(90)
        assert {process.live.status().problem for process in here.processes} == {None}


def test_the_next_leader_asks_on(place: tuple[str, Path]) -> None:
    with account(*place) as here:
        for process in here.processes:
            process.look()
        here.after(16)
        gone = here.processes.pop(0)
        gone.live.stop()
        gone.leader.stop()
        here.change(p1=FAULTED)
        here.after(17)
        assert here.processes[0].live.keeps_history
        assert [process.look() for process in here.processes] == [{FREE: 7, FAULTED: 1}] * 2
        assert {process.live.status().number for process in here.processes} == {1}


def test_no_account_is_shown_what_another_one_was_answered(place: tuple[str, Path]) -> None:
    with account(*place, 1) as here:
        here.processes[0].look()
        assert len(here.asked) == TILES
        here.start(b"another account").look()
        assert len(here.asked) == 2 * TILES


def test_each_asks_for_itself_while_nothing_can_be_kept_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(str(tmp_path / "points.sqlite"), tmp_path, 2) as here:
        for process in here.processes:
            process.look()

        def broken(*_: object) -> None:
            raise StoreError("the disk is full")

        for process in here.processes:
            monkeypatch.setattr(process.source._shared._answers._tables, "transaction", broken)  # type: ignore[union-attr]
        here.change(p1=FAULTED)
        here.after(16)
        assert [process.look() for process in here.processes] == [{FREE: 7, FAULTED: 1}] * 2
        assert [process.look(SOUTH) for process in here.processes] == [{FREE: 8}] * 2
        assert {process.live.status().problem for process in here.processes} == {None}


def test_no_secret_is_among_what_is_kept(tmp_path: Path) -> None:
    with account(str(tmp_path / "points.sqlite"), tmp_path) as here:
        for process in here.processes:
            process.look()
        here.after(20)
        secret = here.upstream.credentials
        token = here.upstream.client.headers["Authorization"].removeprefix("Bearer ")
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("upstream.sqlite*"))
        assert len(kept) > 1000
        for text in (secret.client_secret, secret.password, token):
            assert text.encode() not in kept
        assert all(file.stat().st_mode & 0o777 == 0o600 for file in tmp_path.glob("upstream.sqlite*"))


STEPS = st.one_of(
    st.tuples(st.just("look"), st.integers(0, 2), st.sampled_from([NORTH, SOUTH])),
    st.tuples(st.just("change"), st.integers(0, 15), st.sampled_from([FREE, IN_USE, FAULTED])),
    st.tuples(st.just("refresh"), st.integers(0, 2), st.none()),
    st.tuples(st.just("pass"), st.integers(1, 70), st.none()))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=25))
def test_whatever_happened_all_come_to_show_what_the_upstream_has(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, object]]
) -> None:
    directory = tmp_path_factory.mktemp("processes")
    with account(str(directory / "points.sqlite"), directory) as here:
        there = dict.fromkeys(range(16), FREE)
        for what, number, value in steps:
            if what == "look":
                here.processes[number].look(value)  # type: ignore[arg-type]
            elif what == "change":
                there[number] = value  # type: ignore[assignment]
                here.change(**{f"p{number}": value})  # type: ignore[arg-type]
            elif what == "refresh":
                here.processes[number].refresh()
            else:
                here.clock.go_on(number)
        for process in here.processes:
            process.look(NORTH)
            process.look(SOUTH)
        here.after(32, 1)
        for bounds, numbers in ((NORTH, range(8)), (SOUTH, range(8, 16))):
            expected = {status: count for status in Status if (count := [there[n] for n in numbers].count(status))}
            assert [process.look(bounds) for process in here.processes] == [expected] * 3
