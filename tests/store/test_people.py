"""Members and sessions in the store: replaced, removed, seen as a whole, and brought to a file of the first version."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.store.earlier import leave_as
from tests.store.points import point
from wirelane_geo.errors import BadInput, StoreError
from wirelane_geo.model import Account, ChargingSession, Member, MemberStatus, SessionStatus, Status, Subscription
from wirelane_geo.store import MemberQuery, PointQuery, SessionQuery, Store, open_store
from wirelane_geo.store._schema import STEPS
from wirelane_geo.wire.records import MEMBERS, SESSIONS

BEGIN = datetime(2025, 5, 1, 8, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "points.sqlite"


def session(name: str, **given: object) -> ChargingSession:
    return ChargingSession(session_id=name, **{"session_begin": BEGIN, "status": SessionStatus.started, **given})


def member(name: str, **given: object) -> Member:
    return Member(id=name, account=Account(account_id=f"A-{name}"), **{"status": MemberStatus.active, **given})


def sessions(store: Store, **query: object) -> list[ChargingSession]:
    return [SESSIONS.decode(body) for body in store.sessions.query(SessionQuery(**query)).bodies]


def members(store: Store, **query: object) -> list[Member]:
    return [MEMBERS.decode(body) for body in store.accounts.query(MemberQuery(**query)).bodies]


def test_what_is_put_again_replaces_what_was_and_keeps_its_place(store: Store) -> None:
    first = [session("a"), session("b"), session("c")]
    assert store.sessions.put(first, "demo") == 3
    ended = session("b", status=SessionStatus.closed, kwh=4.5)
    assert store.sessions.put([ended, session("d")], "demo") == 2
    assert sessions(store) == [first[0], ended, first[2], session("d")]
    assert sessions(store, statuses=frozenset({SessionStatus.closed})) == [ended]
    assert store.sessions.count() == 4
    store.accounts.put([(member("m"), (), Subscription())], "demo")
    store.accounts.put([(member("m", status=MemberStatus.revoked), (), Subscription(plan_key="P"))], "demo")
    assert members(store) == [member("m", status=MemberStatus.revoked)]
    assert store.accounts.subscription("A-m") == b'{"plan_key":"P"}'


def test_of_two_in_one_go_the_last_one_counts(store: Store) -> None:
    store.sessions.put([session("a"), session("a", kwh=1.0)], "demo")
    assert sessions(store) == [session("a", kwh=1.0)]


def test_a_member_without_an_account_is_listed_and_one_without_an_id_refused(store: Store) -> None:
    invited = [Member(id=name, email=f"{name}@example.com", status=MemberStatus.pending) for name in "xy"]
    store.accounts.put([(one, (), Subscription()) for one in invited], "demo")
    assert members(store, search="y@exa") == invited[1:]
    with pytest.raises(BadInput, match="id"):
        store.accounts.put([(Member(email="z@example.com"), (), Subscription())], "demo")
    assert store.accounts.count() == 2


def test_an_origin_goes_with_its_members_and_sessions(store: Store) -> None:
    for origin in ("demo", "api"):
        store.upsert([point(origin)], origin)
        store.sessions.put([session(origin)], origin)
        store.accounts.put([(member(origin), (), Subscription())], origin)
    assert store.remove("demo") == 1
    assert (sessions(store), members(store)) == ([session("api")], [member("api")])
    assert (store.sessions.get("demo"), store.accounts.member("A-demo")) == (None, None)
    left = store.database.ask(  # type: ignore[attr-defined]
        lambda database: database.execute("SELECT count(*) FROM session_bodies").fetchone())
    assert left == (1,)


def test_together_is_all_or_nothing(store: Store) -> None:
    def fail_together() -> None:
        with store.transaction():
            store.upsert((point(f"P{n}") for n in range(3_000)), "demo")
            store.sessions.put([session("a")], "demo")
            assert store.counts().points == 0, "nobody sees it yet"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_together()
    assert (store.counts().points, store.sessions.count(), store.last_seq()) == (0, 0, 0)
    with store.transaction():
        store.upsert([point("P")], "demo")
        store.sessions.put([session("a")], "demo")
    assert (store.counts().points, store.sessions.count()) == (1, 1)


def test_other_threads_write_after_what_is_written_together(store: Store) -> None:
    begun, order = threading.Event(), []

    def other() -> None:
        begun.wait()
        store.upsert([point("theirs")], "irve")
        order.append("theirs")

    thread = threading.Thread(target=other)
    thread.start()
    with store.transaction():
        begun.set()
        store.upsert([point("ours")], "irve")
        order.append("ours")
    thread.join()
    assert order == ["ours", "theirs"]


def test_changes_are_read_in_their_order_from_any_place(store: Store) -> None:
    store.upsert([point(name) for name in "abc"], "irve")
    ids = {p.charge_point_id: p.id or "" for p in store.records(store.columns().handle.tolist())}
    store.set_statuses({ids["a"]: Status.FAULTED}, datetime(2100, 1, 1, tzinfo=UTC))
    changes = store.changed((0, 0), 10)
    assert [(c.point.charge_point_id, c.new) for c in changes] == [("b", True), ("c", True), ("a", False)]
    assert changes[-1].point.status is Status.FAULTED
    for start, change in enumerate(changes, 1):
        assert store.changed((change.seq, change.rowid), 10) == changes[start:]
        assert store.changed((0, 0), start) == changes[:start]


def test_a_file_of_the_first_version_is_brought_forward(path: Path) -> None:
    store = open_store(path)
    store.upsert([point("kept", city="Ulm")], "irve")
    store.close()
    leave_as(path, 1)
    for _ in range(2):
        store = open_store(path)
        assert store.query(PointQuery(search="ulm")).total == 1
        assert store.last_seq() == 1
        store.sessions.put([session("new")], "api")
        assert sessions(store) == [session("new")]
        store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
        database.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(StoreError, match="newer version"):
        open_store(path)
