"""A network is copied from SQLite to PostgreSQL and back as it is, with its history; what was interrupted goes on."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.live.clocks import ManualClock
from tests.live.test_history_in_postgres import said
from tests.postgres import Server
from tests.store.points import point
from wirelane_geo.cli import main
from wirelane_geo.errors import StoreError
from wirelane_geo.live import Live
from wirelane_geo.live.history_place import HistoryPlace, PostgresPlace, open_history
from wirelane_geo.model import (
    Account,
    ChargePointGroup,
    ChargingSession,
    Member,
    OpeningHours,
    PlaceReport,
    PointId,
    Status,
    StatusReport,
    Subscription,
)
from wirelane_geo.settings import DATABASE
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import MemberQuery, PointQuery, SessionQuery, Store, open_any, open_store
from wirelane_geo.store import network_copy as copying
from wirelane_geo.store._columns import TYPES

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with a network that has something of everything."""
    here, clock = tmp_path / "here", ManualClock(NOW - timedelta(hours=2))
    with closing(open_store(here / DATABASE)) as store:
        store.upsert([point(f"P{n}", id=f"p{n}", longitude=9 + n / 10, power=11.5, city="Gmünd", evseid=f"DE*ABC*E{n}",
                            availability=OpeningHours(monday=[["0900", f"1{n % 3}00"]]), timezone="Europe/Berlin",
                            charging_group=(ChargePointGroup(id=n % 4),)) for n in range(40)], "irve")
        store.upsert([point("odd\0\x01", id="odd\x01", longitude=None, latitude=None), point("gone", id="gone")], "ocpi")
        store.remove("ocpi", [PointId("odd\x01")])
        store.tell("feed", [StatusReport("DE*ABC*E3", Status.FAULTED, NOW), StatusReport("DE*XYZ*E9", Status.FREE, NOW)])
        store.tell("feed", [PlaceReport("S1", "P1"), PlaceReport("P1", None, "operationStatus", Status.UNAVAILABLE, NOW),
                            StatusReport("DE*ABC*E5", Status.FREE, NOW, places=("S1", None))])
        store.set_feed_state("feed", False, '{"age": 1}')
        store.note_reached("callback", (store.last_seq(), 7))
        store.accounts.put([(Member(id=f"m{n}", email=f"m{n}@example.org", account=Account(account_id=f"a{n}")), (),
                             Subscription(plan_key="P")) for n in range(3)], "demo")
        store.sessions.put([ChargingSession(session_id=f"s{n}", session_begin=NOW, kwh=1.5 * n, evseid="DE*ABC*E1")
                            for n in range(5)], "demo")
        live = Live(EmbeddedSource(store, clock), here / "history.sqlite", clock=clock)
        live.refresh()
        for status in (Status.IN_USE, Status.FAULTED, Status.FREE):
            clock.go_on(20)
            store.set_statuses({PointId(f"p{n}"): status for n in range(0, 40, 3)}, clock.now())
            live.refresh()
        live.stop()
    return here


def everything(store: Store, place: HistoryPlace) -> dict[str, Any]:
    """All that a network's store and history say."""
    columns = store.columns()
    with closing(open_history(place, NOW)) as history:
        past = said(history)
    return {
        "network": store.network, "seq": store.last_seq(), "origins": store.origins(), "heard": store.heard(),
        "points": store.query(PointQuery(page_size=1000)),
        "found": [sorted(store.search(text, 50)) for text in ("gmund", "DE ABC E7", "p1")],
        "columns": {name: getattr(columns, name).tolist() for name in TYPES}, "schedules": store.schedules(),
        "operators": store.operators(), "changed": store.changed((0, 0), 1000), "gone": store.columns(since=0).deleted.tolist(),
        "groups": store.query(PointQuery(point_groups=frozenset(["2"]))), "states": store.feed_states(),
        "told": [store.told_by(PointId(f"p{n}")) for n in (3, 5)],
        "reached": store.reached("callback"), "members": store.accounts.query(MemberQuery()),
        "sessions": store.sessions.query(SessionQuery(search="abc")), "plan": store.accounts.subscription("a1"), "past": past}


def copied(source: str | Path, target: str | Path) -> str:
    done = CliRunner().invoke(main, ["copy", str(source), str(target)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_there_and_back_all_is_the_same(data: Path, postgres: Server, tmp_path: Path) -> None:
    url = postgres.create()
    assert "All of it is there, and the same." in copied(data, url)
    copied(url, tmp_path / "back")
    places: list[tuple[str | Path, HistoryPlace]] = [
        (data / DATABASE, data / "history.sqlite"), (url, PostgresPlace(url, "history")),
        (tmp_path / "back" / DATABASE, tmp_path / "back" / "history.sqlite")]
    found = []
    for where, history in places:
        with closing(open_store(where)) as store:
            found.append(everything(store, history))
    assert found[0] == found[1] == found[2]
    for where, history in places:  # each of them goes on by itself
        with closing(open_store(where)) as store:
            before = store.last_seq(), max(store.schedules())
            assert store.upsert([point("new", availability=OpeningHours(sunday=[["0100", "0200"]]))], "irve").inserted == 1
            store.accounts.put([(Member(id="new"), (), Subscription())], "demo")
            assert (store.last_seq(), store.columns().arrival.max()) == (before[0] + 1, 43), "after the one that is gone"
            assert max(store.schedules()) > before[1]
            live = Live(EmbeddedSource(store), history) if isinstance(history, Path) else None
            if live is not None:
                live.refresh()
                live.stop()


class Interruption(Exception):
    pass


@pytest.mark.slow
def test_what_was_interrupted_goes_on_where_it_was(data: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_A_WRITE", 7)
    url, written = postgres.create(), list[tuple[str, int]]()

    def told(what: str, done: int) -> None:
        written.append((what, done))
        if len(written) == 6:
            raise Interruption

    with closing(open_any(data / DATABASE)) as source, closing(open_any(url)) as target:
        with pytest.raises(Interruption):
            copying.copy_network(source, target, told, lambda _: None)
        with pytest.raises(StoreError, match="wirelane-geo copy"):
            open_store(url)
        before, goes_on = dict(written), list[bool]()
        counts = copying.copy_network(source, target, told, goes_on.append)
        again = dict(written[6:])
        assert goes_on == [True]
        assert (counts["points"], before["points"] + again["points"]) == (41, 41), "none of them twice"
    open_store(url).close()


@pytest.mark.slow
def test_a_source_that_has_changed_since_is_copied_from_the_beginning(
        data: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_A_WRITE", 7)
    url = postgres.create()

    def stop(what: str, done: int) -> None:
        if what == "points" and done > 20:
            raise Interruption

    with closing(open_any(data / DATABASE)) as source, closing(open_any(url)) as target:
        with pytest.raises(Interruption):
            copying.copy_network(source, target, stop, lambda _: None)
        source.set_statuses({PointId("p1"): Status.FAULTED})
        goes_on = list[bool]()
        copying.copy_network(source, target, lambda *_: None, goes_on.append)
        assert goes_on == [False]
        assert target.get("id", "p1").status is Status.FAULTED


@pytest.mark.slow
def test_a_copy_that_is_not_the_same_is_told(data: Path, postgres: Server) -> None:
    with closing(open_any(data / DATABASE)) as source, closing(open_any(postgres.create())) as target:
        def spoil(_: bool) -> None:
            target.database.write(lambda connection: connection.execute("UPDATE points SET power = 12 WHERE id = 'p7'"))

        with pytest.raises(StoreError, match="not the same: points"):
            copying.copy_network(source, target, lambda *_: None, spoil)


def test_nothing_is_copied_over_a_network_or_onto_itself(data: Path, postgres: Server, tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "other" / DATABASE)) as other:
        other.upsert([point("A")], "irve")
    for source, target, code, reason in (
            (data, tmp_path / "other", 1, "There is a network in the target"), (data, data, 2, "are the same"),
            (tmp_path / "none", data, 1, "There is no network")):
        done = CliRunner().invoke(main, ["copy", str(source), str(target)])
        assert (done.exit_code, reason in done.output) == (code, True), done.output
    with closing(open_store(tmp_path / "other" / DATABASE)) as other:
        assert other.counts().points == 1


@pytest.mark.slow
def test_what_changes_meanwhile_is_said(data: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_network = copying.copy_network

    def while_others_write(source, target, told, also):
        counts = copy_network(source, target, told, also)
        with closing(sqlite3.connect(data / DATABASE)) as database, database:
            database.execute("UPDATE state SET seq = seq + 2")
        return counts

    monkeypatch.setattr(copying, "copy_network", while_others_write)
    done = CliRunner().invoke(main, ["copy", str(data), postgres.create()])
    assert done.exit_code == 1
    assert "that is not in the copy" in done.output
