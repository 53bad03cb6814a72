"""A history that begins with a past that was made up: it is shown like any other, and goes with the demo network."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from wirelane_geo.live._history import History
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.invented import InventedPast, begin_with
from wirelane_geo.model import PointId, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.store import Store, open_store

FREE, IN_USE, FAULTED = Status.FREE, Status.IN_USE, Status.FAULTED
HOUR = 3_600_000


def a_past(store: Store, clock: ManualClock) -> InventedPast:
    """Eight days of four points, all free now: one was in use until an hour ago, one out from 30 h to 6 h ago."""
    ids = [PointId(f"id-{number}") for number in range(4)]
    now, places = to_ms(clock.now()), store.places(ids)
    rows = [(2, 30, FREE, FAULTED), (2, 6, FAULTED, FREE), (1, 3, FREE, IN_USE), (1, 1, IN_USE, FREE)]
    return InventedPast(
        handles=np.array([places[id][0] for id in ids], np.int64), ids=ids, status=np.full(4, FREE.number, np.uint8),
        since=np.array([now - days * 24 * HOUR for days in (9, 0, 0, 9)]) - np.array([0, HOUR, 6 * HOUR, 0]),
        exact=np.array([False, True, True, False]), point=np.array([row[0] for row in rows]),
        at=np.array([now - row[1] * HOUR for row in rows]), before=np.array([row[2].number for row in rows], np.uint8),
        after=np.array([row[3].number for row in rows], np.uint8), begin=clock.now() - timedelta(days=8), end=clock.now())


@pytest.fixture
def clock(tmp_path: Path) -> ManualClock:
    """Of a demo network in `tmp_path` whose past was just written."""
    clock = ManualClock()
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([a_point(number) for number in range(4)], "demo")
    assert begin_with(tmp_path / "history.sqlite", store.network, clock.now(), lambda: a_past(store, clock)) == 4
    store.close()
    return clock


def test_it_is_seen_at_the_first_look(tmp_path: Path, clock: ManualClock) -> None:
    with embedded(tmp_path, clock) as here:
        board = here.everything()
        assert not board.gap.any()
        assert board.since == board.all_since == clock.now() - timedelta(days=8)
        assert here.live.status().number == 0, "nothing was seen to change"
        assert board.change_1h is not None
        assert board.counts[0, FAULTED.number] == 1
        assert board.counts[-1].tolist() == [4, 0, 0, 0, 0, 0, 0]
        assert board.availability.week == pytest.approx(1 - 24 / (4 * 168), abs=0.01)
        used, out, quiet = (here.live.point(PointId(f"id-{number}")) for number in (1, 2, 3))
        assert used is not None
        assert out is not None
        assert quiet is not None
        assert (used.since, used.since_exact) == (clock.now() - timedelta(hours=1), True)
        assert [interval.status for interval in used.strip] == [FREE, IN_USE, FREE]
        assert out.availability.day == pytest.approx(6 / 24)
        assert quiet.since_exact is False
        assert [(change.number, change.origin) for change in here.live.changes()] == [(-1, "demo"), (-2, "demo"), (-3, "demo")]
        assert here.live.changes(since=0) == ()
        assert [item.change.point_id for item in here.watch.feed(MapState())] == ["id-1", "id-1", "id-2"]


def test_what_happens_then_goes_on_from_it(tmp_path: Path, clock: ManualClock) -> None:
    with embedded(tmp_path, clock) as here:
        here.after(10, p3=IN_USE)
        assert [(change.number, change.origin) for change in here.live.changes(limit=2)] == [(1, "store"), (-1, "demo")]
        here.pass_(600)
        assert here.everything().since == clock.now() - timedelta(days=8, seconds=610)
    with embedded(tmp_path, clock) as again:
        assert again.live.status().number == 1
        assert not again.everything().gap.any()


def test_a_history_that_has_begun_is_left_as_it_is(tmp_path: Path, clock: ManualClock) -> None:
    with embedded(tmp_path, clock) as here:
        path = tmp_path / "history.sqlite"
        made = []
        assert begin_with(path, here.store.network, clock.now(), lambda: made.append(1)) is None, "another one keeps it"
        here.after(10, p3=IN_USE)
    assert begin_with(path, "n", clock.now(), lambda: made.append(1)) is None
    assert not made, "nothing is made up for nothing"
    assert begin_with(tmp_path / "other.sqlite", "n", clock.now(), lambda: None) is None
    history = History(tmp_path / "other.sqlite")
    assert history.last_number() == 0
    history.close()


@pytest.mark.parametrize("running", [True, False])
def test_it_goes_with_the_demo_network(tmp_path: Path, clock: ManualClock, running: bool) -> None:
    """What was made up for the demo says nothing of points that somebody imports, and nobody watched those before."""
    def put_in_its_place(store: Store) -> None:
        store.upsert([a_point(number) for number in range(10, 14)], "irve")
        store.remove("demo")

    start = clock.now()
    if not running:
        with closing(open_store(tmp_path / "points.sqlite")) as store:
            put_in_its_place(store)
        clock.go_on(60)
    with embedded(tmp_path, clock) as here:
        if running:
            here.after(20)
            assert here.everything().since == start - timedelta(days=8)
            put_in_its_place(here.store)
            here.after(10)
        board = here.everything()
        assert board.since is not None
        assert board.since >= start
        assert board.gap[0]
        assert here.live.changes() == ()
    with embedded(tmp_path, clock) as again:
        assert again.everything().since == board.since, "for good"
        assert again.everything().gap[0]
