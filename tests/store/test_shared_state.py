"""What processes have in common, in a directory and in PostgreSQL: who leads, secrets, attempts, events, records."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server
from tests.store.points import point
from wirelane_geo.errors import NotLeading, StoreError, TooManyAttempts
from wirelane_geo.live.leader import Leader
from wirelane_geo.live.webhook import load_or_create_secret
from wirelane_geo.model import Status
from wirelane_geo.server import load_or_create
from wirelane_geo.server.attempts import Attempts
from wirelane_geo.store import open_store
from wirelane_geo.store.event_ids import EventIds
from wirelane_geo.store.fence import fenced
from wirelane_geo.store.shared_records import SharedRecords
from wirelane_geo.store.shared_state import SharedState, open_shared_state

pytestmark = pytest.mark.slow
PATIENCE_S = 60.0


@pytest.fixture(params=["directory", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "directory":
        return str(tmp_path / "points.sqlite")
    server: Server = request.getfixturevalue("postgres")
    return server.create()


@pytest.fixture
def states(where: str, tmp_path: Path) -> Iterator[list[SharedState]]:
    """Those of two processes, as far as the state can tell."""
    with closing(open_shared_state(where, tmp_path)) as one, closing(open_shared_state(where, tmp_path)) as other:
        yield [one, other]


def until(check: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not check():
        assert time.monotonic() < give_up


def test_secrets_are_made_once(states: list[SharedState]) -> None:
    assert load_or_create(states[0]) == load_or_create(states[1])
    assert load_or_create_secret(states[0]) == load_or_create_secret(states[1])


def test_the_eleventh_wrong_attempt_waits_wherever_it_comes_to(states: list[SharedState]) -> None:
    attempts = [Attempts(key=b"key", tables=state.tables("sign-ins")) for state in states]
    heard = 0
    with pytest.raises(TooManyAttempts):
        for number in range(11):
            attempts[number % 2].begin("ada", "198.51.100.1")
            heard += 1
    assert heard == 10
    assert attempts[0].remembered == attempts[1].remembered > 0


def test_a_right_attempt_is_known_everywhere(states: list[SharedState]) -> None:
    attempts = [Attempts(key=b"key", tables=state.tables("sign-ins")) for state in states]
    attempts[0].begin("ada", "198.51.100.1").right()
    for number in range(9):
        attempts[number % 2].begin("ada", f"203.0.113.{number}")
    attempts[1].begin("ada", "198.51.100.1").right()


def test_an_event_is_new_once(states: list[SharedState]) -> None:
    first, second = (EventIds(state.tables("webhook-events")) for state in states)
    assert [first.add(b"1"), second.add(b"1"), second.add(b"2"), first.add(b"2"), first.add(b"2")] == [
        True, False, True, False, False]
    assert len(first) == len(second) == 2


def test_of_many_that_add_one_event_one_does(states: list[SharedState]) -> None:
    ids = [EventIds(state.tables("webhook-events")) for state in states]
    new: list[bool] = []
    threads = [threading.Thread(target=lambda one=one: new.append(one.add(b"x"))) for one in ids * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 7 + [True]


def test_records_live_until_their_time_and_are_taken_once(states: list[SharedState]) -> None:
    now = [1000.0]
    first, second = (SharedRecords(state.tables("shared"), lambda: now[0]) for state in states)
    first.put("ticket", "a", b"\0body", 1060.0)
    assert second.get("ticket", "a") == (b"\0body", 1060.0)
    assert second.get("sign-in", "a") is None
    assert [second.take("ticket", "a"), first.take("ticket", "a")] == [b"\0body", None]
    first.put("sign-in", "b", b"1", 1060.0)
    assert second.extend("sign-in", "b", 1100.0)
    now[0] = 1099.0
    assert first.get("sign-in", "b") == (b"1", 1100.0)
    now[0] = 1100.0
    assert (first.get("sign-in", "b"), first.extend("sign-in", "b", 2000.0), first.take("sign-in", "b")) == (None, False, None)
    first.put("sign-in", "c", b"1", 2000.0)
    second.clear()
    assert first.get("sign-in", "c") is None


def test_one_leads_and_who_led_before_writes_nothing_more(where: str, states: list[SharedState]) -> None:
    first, second = (Leader(state.leader_lock("history")) for state in states)
    with closing(open_store(where)) as store:
        store.upsert([point("a", status=Status.FREE)], "irve")
        [known] = store.records(store.columns().handle.tolist())
        before = first.look()
        assert before is not None
        assert second.look() is None
        with fenced(before):
            store.set_statuses({known.id: Status.IN_USE})  # type: ignore[dict-item]
        until(lambda: second.look() is not None)  # nobody looks for the first one: it hangs
        after = second.fence
        assert after is not None
        assert after.epoch == before.epoch + 1
        with fenced(before), pytest.raises(NotLeading):
            store.set_statuses({known.id: Status.FAULTED})  # type: ignore[dict-item]
        assert store.records(store.columns().handle.tolist())[0].status is Status.IN_USE
        with fenced(after):
            store.set_statuses({known.id: Status.FAULTED})  # type: ignore[dict-item]
        assert first.look() is None
        second.stop()
        until(lambda: first.look() is not None)
        first.stop()


@pytest.fixture
def candidates(postgres: Server) -> Iterator[tuple[str, Leader, Leader]]:
    """The URL of a database, and who would lead those that use it."""
    where = postgres.create()
    with closing(open_shared_state(where, Path("/nonexistent"))) as one, \
            closing(open_shared_state(where, Path("/nonexistent"))) as other:
        yield where, Leader(one.leader_lock("history")), Leader(other.leader_lock("history"))


def test_a_leader_whose_session_was_ended_leads_no_longer_and_comes_back(candidates: tuple[str, Leader, Leader]) -> None:
    where, leader, _ = candidates
    before = leader.look()
    assert before is not None
    with psycopg.connect(where, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE application_name = 'wirelane-geo leader'")
    until(lambda: leader.look() is None)
    until(lambda: leader.look() is not None)
    assert not before.holds()
    leader.stop()


def test_a_leader_that_is_stopped_in_the_middle_of_a_write_keeps_nobody_from_writing(
    candidates: tuple[str, Leader, Leader]
) -> None:
    where, first, second = candidates
    with closing(open_store(where)) as hanging, closing(open_store(where)) as store:
        store.upsert([point("a", status=Status.FREE)], "irve")
        [known] = store.records(store.columns().handle.tolist())
        fence = first.look()
        assert fence is not None

        def hang() -> None:
            with fenced(fence), hanging.transaction():
                hanging.set_statuses({known.id: Status.FAULTED})  # type: ignore[dict-item]
                until(lambda: second.leads)  # it is silent for as long
                hanging.set_statuses({known.id: Status.CLOSED})  # type: ignore[dict-item]

        failed: list[StoreError] = []

        def hang_and_fail() -> None:
            try:
                hang()
            except StoreError as error:
                failed.append(error)

        thread = threading.Thread(target=hang_and_fail)
        thread.start()
        until(lambda: second.look() is not None)
        thread.join()
        assert failed, "its transaction was ended"
        with fenced(second.fence):
            store.set_statuses({known.id: Status.IN_USE})  # type: ignore[dict-item]
        assert store.records(store.columns().handle.tolist())[0].status is Status.IN_USE
        first.stop()
        second.stop()
