"""A history in PostgreSQL says what one in a file says, and drops what is old by whole days."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.live.clocks import ManualClock
from tests.postgres import Server
from tests.store.points import point
from wirelane_geo.live import Live
from wirelane_geo.live._history_interface import Entry, HistoryStore, InventedPast
from wirelane_geo.live.curve import DAY
from wirelane_geo.live.history_place import PostgresPlace, open_history, set_aside
from wirelane_geo.live.invented import begin_with
from wirelane_geo.live.leader import Leader
from wirelane_geo.model import PointId, Status
from wirelane_geo.model.identity import NO_HANDLE
from wirelane_geo.sources import EmbeddedSource
from wirelane_geo.store import open_store
from wirelane_geo.store.leader_file import LeaderFile

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
END = int(NOW.timestamp() * 1000)
quick = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def place(postgres: Server) -> PostgresPlace:
    return PostgresPlace(postgres.create(), "history")


@pytest.fixture
def both(place: PostgresPlace, tmp_path: Path) -> Iterator[tuple[HistoryStore, HistoryStore]]:
    with closing(open_history(place, NOW)) as one, closing(open_history(tmp_path / "history.sqlite", NOW)) as other:
        yield one, other


def said(history: HistoryStore) -> dict[str, Any]:
    """All that a history says."""
    known = history.known_status()
    ids = dict(sorted(history.ids(known.handles.tolist()).items()))
    events = {f"events {days} {only}": sorted(zip(*(getattr(found, field.name).tolist() for field in fields(found)), strict=True))
              for days in (1, 7) for only in (False, True)
              for found in [history.events(END - days * DAY, outages_only=only)]}
    (changes, last), seen = history.after(1), history.first_seen(END - 7 * DAY)
    wanted = {handle: ids.get(handle, PointId("?")) for handle in known.handles.tolist()}
    return {"known": [column.tolist() for column in vars(known).values()], "ids": ids, "last": (last, history.last_number()),
            "after": changes.number.tolist(), "watched": sorted(history.watched(0)),
            "pasts": history.pasts(wanted, END - 7 * DAY), "network": history.network,
            "seen": sorted(zip(seen.handle.tolist(), seen.at.tolist(), seen.after.tolist(), strict=True)),
            "new": history.is_new(), "invented": history.invented_until(), **events}


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """What a day or some brought: points that come, change and go."""
    number, there, given = 0, dict[int, int](), []
    for _ in range(draw(st.integers(1, 6))):
        at = END - draw(st.integers(0, 9 * DAY))
        new = sorted(draw(st.sets(st.integers(1, 9), max_size=3)) - set(there))
        there |= {handle: draw(st.integers(0, 6)) for handle in new}
        moved = sorted(draw(st.sets(st.sampled_from(sorted(there)), max_size=3))) if there else []
        changes = []
        for handle in moved:
            after = (there[handle] + draw(st.integers(1, 6))) % 7
            changes.append((number := number + 1, handle, at + handle, there[handle], after, draw(st.integers(0, 2))))
            there[handle] = after
        gone = [handle for handle in sorted(there) if handle not in moved and draw(st.integers(0, 9)) == 0]
        for handle in gone:
            del there[handle]
        given.append(Entry(added=[(handle, there.get(handle, 0), at, False, draw(st.sampled_from([0, at]))) for handle in new],
                           changes=changes, ids=[(PointId(f"id-{change[1]}"), change[1]) for change in changes], gone=gone,
                           watched=[(0, 4**31 - 1, END - 9 * DAY, at), (at % 7, 99, at, at + 1)]))  # type: ignore[arg-type]
    return given


@pytest.mark.slow
@quick
@given(given=entries(), days=st.sampled_from([3.0, 90.0]))
def test_both_say_the_same_of_the_same(postgres: Server, tmp_path_factory: pytest.TempPathFactory, given: list[Entry],
                                       days: float) -> None:
    with closing(open_history(PostgresPlace(postgres.create(), "history"), NOW)) as one, \
            closing(open_history(tmp_path_factory.mktemp("history") / "history.sqlite", NOW)) as other:
        for entry in given:
            one.write(entry)
            other.write(entry)
            assert said(one) == said(other)
        handles = one.known_status().handles
        after = np.where(handles % 4 == 0, NO_HANDLE, handles + 100)
        for history in (one, other):
            history.renumber(handles, after, "network")
        assert said(one) == said(other)


def test_days_that_are_over_are_dropped_as_a_whole(place: PostgresPlace) -> None:
    def tables() -> set[str]:
        with psycopg.connect(place.url) as connection:
            return {name for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")}

    free, in_use, faulted = (status.number for status in (Status.FREE, Status.IN_USE, Status.FAULTED))
    with closing(open_history(place, NOW)) as history:
        history.write(Entry(added=[(7, free, 0, False, 0)]))  # type: ignore[list-item]
        number = 0
        for days in (100, 20, 9, 8, 1, 0):
            for before, after in ((free, in_use), (in_use, faulted), (faulted, free)):
                number += 1
                history.write(Entry(changes=[(number, 7, END - days * DAY, before, after, 0)],  # type: ignore[list-item]
                                    ids=[(PointId("seven"), 7)]))  # type: ignore[list-item]
        assert history.compact(END, 90.0) == 3 + 2  # all of the 100th day; of the 20th and 9th what was in operation
        assert history.events(END - 200 * DAY).number.tolist() == list(range(10, 19))
        assert history.events(END - 200 * DAY, outages_only=True).number.tolist() == [5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
        kept = {(NOW - timedelta(days=days)).strftime("%Y%m%d") for days in (8, 1, 0)}
        assert tables() == {f"changes_{day}" for day in kept} | {
            f"outages_{(NOW - timedelta(days=days)).strftime('%Y%m%d')}" for days in (20, 9, 8, 1, 0)}
        assert history.compact(END, 90.0) == 0
        history.write(Entry(changes=[(19, 7, END, free, in_use, 0)], ids=[(PointId("seven"), 7)]))  # type: ignore[list-item]


def test_a_past_that_is_made_up_begins_a_history_and_can_be_forgotten(both: tuple[HistoryStore, HistoryStore]) -> None:
    past = InventedPast(
        handles=np.array([5, 3]), ids=[PointId("five"), PointId("three")], status=np.array([0, 1], np.uint8),
        since=np.array([END - DAY, END - 2 * DAY]), exact=np.array([True, False]), point=np.array([1, 0, 0]),
        at=np.array([END - 3 * DAY, END - 2 * DAY, END - DAY]), before=np.array([0, 1, 3], np.uint8),
        after=np.array([1, 3, 0], np.uint8), begin=NOW - timedelta(days=8), end=NOW)
    for history in both:
        assert history.is_new()
        history.begin_with(past, "network")
    assert said(both[0]) == said(both[1])
    assert both[0].last_number() == 0
    for history in both:
        history.forget_invented(END)
    assert said(both[0]) == said(both[1])
    assert both[0].invented_until() is None


def test_of_two_that_begin_at_once_one_writes_its_past(place: PostgresPlace) -> None:
    nothing = InventedPast(handles=np.array([1]), ids=[PointId("a")], status=np.zeros(1, np.uint8), since=np.array([END]),
                           exact=np.array([False]), point=np.empty(0, np.intp), at=np.empty(0, np.int64),
                           before=np.empty(0, np.uint8), after=np.empty(0, np.uint8), begin=NOW, end=NOW)
    assert [begin_with(place, "network", NOW, lambda: nothing) for _ in range(2)] == [0, None]


def test_one_that_is_set_aside_is_there_under_another_name(place: PostgresPlace) -> None:
    with closing(open_history(place, NOW)) as history:
        history.write(Entry(added=[(7, 1, END, False, 0)]))  # type: ignore[list-item]
    assert "history-20260312T093000.old" in set_aside(place, NOW)
    with closing(open_history(place, NOW)) as history:
        assert history.is_new()
    with closing(open_history(PostgresPlace(place.url, "history-20260312T093000.old"), NOW)) as history:
        assert len(history.known_status()) == 1


@pytest.mark.slow
def test_a_live_core_goes_on_where_it_ended_with_a_gap_between(place: PostgresPlace, tmp_path: Path) -> None:
    clock = ManualClock(NOW)

    @contextmanager
    def running() -> Iterator[Live]:
        leader = Leader(LeaderFile(tmp_path, "history"))
        live = Live(EmbeddedSource(store, clock), place, clock=clock, leader=leader)
        live.refresh()
        clock.go_on(10)
        yield live
        live.stop()
        leader.stop()

    with closing(open_store(place.url)) as store:
        store.upsert([point("A", id="a", status=Status.FREE)], "irve")
        with running() as live:
            store.set_statuses({PointId("a"): Status.FAULTED}, clock.now())
            live.refresh()
        clock.go_on(3600)
        with running() as live:
            live.refresh()
            past = live.point(PointId("a"))
        assert past is not None
        assert (live.status().number, past.status) == (1, Status.FAULTED)
        assert [one.status for one in past.strip] == [None, Status.FREE, None, Status.FAULTED]
