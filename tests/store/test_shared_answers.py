"""What one process asks of an upstream, the others of an installation don't ask: in a directory, and in PostgreSQL."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import Server
from wirelane_geo.store import shared_answers
from wirelane_geo.store.shared_answers import KEPT_S, Answer, Outcome, SharedAnswers
from wirelane_geo.store.shared_state import open_shared_state

pytestmark = pytest.mark.slow


@pytest.fixture(params=["directory", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    if request.param == "directory":
        return str(tmp_path / "points.sqlite"), tmp_path
    server: Server = request.getfixturevalue("postgres")
    return server.create(), tmp_path


class Time:
    """The clock that all have in common, where a test sets it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self, execute: object) -> float:
        return self.now


Open = Callable[..., SharedAnswers]


@pytest.fixture
def opened(place: tuple[str, Path]) -> Iterator[Open]:
    """`opened(account, now=, of=)`: what a process asks, with connections of its own, which are closed at the test's end."""
    with ExitStack() as stack:
        def answers(account: bytes = b"one", now: Time | None = None, of: type[SharedAnswers] = SharedAnswers) -> SharedAnswers:
            return of(stack.enter_context(closing(open_shared_state(*place))).tables("upstream"), account, now)

        yield answers


def anything(answer: Answer) -> bool:
    return True


def never() -> Outcome:
    raise AssertionError("nothing is to be asked")


def test_what_one_asked_the_other_is_answered_while_it_is_good(opened: Open) -> None:
    now = Time()
    one, other = opened(now=now), opened(now=now)
    assert one.ask("tile", anything, lambda: Outcome(b"first")).body == b"first"
    now.now += 40
    kept = other.ask("tile", lambda answer: answer.age < 60, never)
    assert (kept.body, kept.age, kept.asked) == (b"first", 40.0, now.now - 40)
    now.now += 40
    assert other.ask("tile", lambda answer: answer.age < 60, lambda: Outcome(b"second")).body == b"second"
    assert one.ask("tile", lambda answer: answer.age < 60, never).body == b"second"


def test_of_several_at_once_one_asks_and_all_are_answered(opened: Open) -> None:
    asked: list[int] = []
    go_on, answers = threading.Event(), []

    def fetch() -> Outcome:
        asked.append(1)
        assert go_on.wait(30)
        return Outcome(b"once")

    processes = [opened() for _ in range(3)]
    threads = [threading.Thread(target=lambda one=one: answers.append(one.ask("tile", anything, fetch).body))
               for one in processes]
    for thread in threads:
        thread.start()
    while not asked:
        pass
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert (answers, asked) == ([b"once"] * 3, [1])


def test_who_waits_is_told_why_nothing_was_answered_and_who_comes_later_asks(opened: Open) -> None:
    one, other = opened(), opened()
    begun, go_on = threading.Event(), threading.Event()
    told: list[Answer] = []

    def fail() -> Outcome:
        begun.set()
        assert go_on.wait(30)
        return Outcome(b"down for maintenance", failed=True)

    first = threading.Thread(target=lambda: told.append(one.ask("tile", anything, fail)))
    first.start()
    assert begun.wait(30)
    looked = threading.Event()

    class Seen(SharedAnswers):
        def _lease(self, *given: Any) -> str | None:
            try:
                return super()._lease(*given)
            finally:
                looked.set()

    waiting = opened(of=Seen)
    second = threading.Thread(target=lambda: told.append(waiting.ask("tile", anything, never)))
    second.start()
    assert looked.wait(30)
    go_on.set()
    first.join(30)
    second.join(30)
    assert [(answer.failed, answer.body) for answer in told] == [(True, b"down for maintenance")] * 2
    assert other.ask("tile", anything, lambda: Outcome(b"up again")).body == b"up again"


def hang(place: tuple[str, Path], asked: Any, lease_s: float) -> None:
    shared_answers.LEASE_S = lease_s

    def fetch() -> Outcome:
        asked.set()
        threading.Event().wait()
        raise AssertionError

    SharedAnswers(open_shared_state(*place).tables("upstream"), b"one").ask("tile", anything, fetch)


def test_another_asks_when_the_process_that_did_is_killed(
    opened: Open, place: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_answers, "LEASE_S", 3.0)
    spawn = multiprocessing.get_context("spawn")
    asked = spawn.Event()
    holder = spawn.Process(target=hang, args=(place, asked, 3.0), daemon=True)
    holder.start()
    try:
        assert asked.wait(60)
        other, answered = opened(), []
        waiting = threading.Thread(target=lambda: answered.append(other.ask("tile", anything, lambda: Outcome(b"other"))))
        waiting.start()
        waiting.join(4)
        assert not answered, "whoever asks is waited for, however long it takes"
        holder.kill()
        waiting.join(60)
        assert [answer.body for answer in answered] == [b"other"]
    finally:
        holder.kill()
        holder.join()


def test_what_raises_lets_another_ask_at_once(opened: Open) -> None:
    def broken() -> Outcome:
        raise RuntimeError("a mistake of ours")

    now = Time()
    with pytest.raises(RuntimeError):
        opened(now=now).ask("tile", anything, broken)
    assert opened(now=now).ask("tile", anything, lambda: Outcome(b"there")).body == b"there"


def test_no_account_is_answered_what_another_one_was(opened: Open) -> None:
    one, other = opened(), opened(b"other")
    one.ask("tile", anything, lambda: Outcome(b"ours"))
    one.hold({"look": 60})
    assert other.ask("tile", anything, lambda: Outcome(b"theirs")).body == b"theirs"
    assert (other.held(), one.held()) == ([], ["look"])
    assert [one.bodies(["tile"]), other.bodies(["tile"])] == [{"tile": b"ours"}, {"tile": b"theirs"}]


def test_answers_are_numbered_in_the_order_in_which_they_came_and_forgotten(opened: Open) -> None:
    now = Time()
    one, other = opened(now=now), opened(now=now)
    one.keep("a", b"1", 0.0)
    other.keep("b", b"2", 5.0)
    [first, second] = one.since(0)
    assert [(answer.question, answer.age) for answer in (first, second)] == [("a", 0.0), ("b", 5.0)]
    assert one.since(second.number) == []
    other.keep("a", b"older", 1.0)
    assert one.bodies(["a"]) == {"a": b"1"}, "an answer to something later is there"
    now.now += KEPT_S + 1
    other.keep("c", b"3", 0.0)
    assert [answer.question for answer in one.since(0)] == ["c"]


def test_no_more_is_kept_than_there_is_room_for(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wirelane_geo.store.shared_answers.MOST_BYTES", 1000)
    now = Time()
    one = opened(now=now)
    for number in range(20):
        now.now += 1
        one.keep(f"tile {number}", bytes(100), 0.0)
    kept = [answer.question for answer in one.since(0)]
    assert 3 <= len(kept) <= 10
    assert kept[-1] == "tile 19"
