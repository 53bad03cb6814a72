"""The wall's questions: a slow area is waited for by those who ask for it, and many points cost what one does."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.clocks import ManualClock
from tests.live.networks import a_point, embedded
from wirelane_geo.errors import ApiUnreachable
from wirelane_geo.filters import EVERYTHING
from wirelane_geo.geo import Bounds
from wirelane_geo.map._shared_answers import SharedAnswers
from wirelane_geo.map.service import MapService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.model import PointId, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import EmbeddedSource, Snapshot
from wirelane_geo.store import connections

SLOW, QUICK = Bounds(51, 12, 53, 13.005), Bounds(51, 13.005, 53, 14)


class SlowAnswer:
    """What somebody asks for, and what is answered once the test says so."""

    def __init__(self, answer: object = "answer") -> None:
        self.answer, self.asked, self.times = answer, threading.Event(), 0
        self.let = threading.Event()

    def __call__(self) -> object:
        self.times += 1
        self.asked.set()
        assert self.let.wait(60)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def shared() -> SharedAnswers:
    return SharedAnswers(128, 5.0, ManualClock().monotonic)


def test_who_asks_for_something_else_does_not_wait(shared: SharedAnswers) -> None:
    slow = SlowAnswer()
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shared.get, "slow", slow)
        assert slow.asked.wait(60)
        assert shared.get("quick", lambda: "at once") == "at once"
        assert not first.done()
        others = [pool.submit(shared.get, "slow", slow) for _ in range(3)]
        slow.let.set()
        assert [one.result(60) for one in (first, *others)] == ["answer"] * 4
    assert slow.times == 1, "it was asked for once"
    assert shared.get("slow", lambda: "anew") == "answer", "and is kept"


def test_what_fails_is_told_to_all_who_wait_and_asked_anew(shared: SharedAnswers) -> None:
    slow = SlowAnswer(ApiUnreachable("nobody is there"))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shared.get, "slow", slow)
        assert slow.asked.wait(60)
        slow.let.set()
        with pytest.raises(ApiUnreachable):
            first.result(60)
    assert shared.get("slow", lambda: "anew") == "anew"


def test_an_answer_is_good_for_a_moment() -> None:
    clock = ManualClock()
    shared = SharedAnswers(128, 5.0, clock.monotonic)
    assert shared.get("key", lambda: "first") == "first"
    clock.go_on(4.9)
    assert shared.get("key", lambda: "second") == "first"
    clock.go_on(0.2)
    assert shared.get("key", lambda: "second") == "second"


class SlowArea(EmbeddedSource):
    """An area of it is fetched once the test says so."""

    slow: SlowAnswer | None = None

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        if self.slow and bounds == SLOW:
            self.slow()
        return super().snapshot(bounds, zoom)


def test_a_slow_area_stalls_only_the_walls_that_show_it(tmp_path: Path) -> None:
    with embedded(tmp_path) as here, ThreadPoolExecutor() as pool:
        here.after(1, p0=Status.FAULTED, p1=Status.FAULTED)
        source = SlowArea(here.store, here.clock)
        source.refresh()
        source.slow = SlowAnswer()
        wall = WallService(source, here.live)
        waiting = pool.submit(wall.faults, MapState(), SLOW)
        assert source.slow.asked.wait(60)
        quick = wall.faults(MapState(), QUICK)
        assert wall.board(MapState(), QUICK).points == 3
        assert wall.worst(MapState(), QUICK).out == 1
        assert not waiting.done()
        source.slow.let.set()
        assert [item.point.id for item in quick if item.point] == ["id-1"]
        assert [item.point.id for item in waiting.result(60) if item.point] == ["id-0"]


@contextmanager
def transactions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Each BEGIN on each connection to any database file that is made meanwhile."""
    begun: list[str] = []
    connect = connections.connect

    def traced(path: Path, cache_mib: int) -> sqlite3.Connection:
        connection = connect(path, cache_mib)
        connection.set_trace_callback(lambda statement: begun.append(statement) if statement.startswith("BEGIN") else None)
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(connections, "connect", traced)
        yield begun


@pytest.mark.parametrize("count", [1, 20, 120])
def test_an_open_station_costs_no_more_transactions_for_more_points(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    points = [a_point(number, charging_station_id="S-1", longitude=13.0, latitude=52.0) for number in range(count)]
    with transactions(monkeypatch) as begun, embedded(tmp_path, points=points) as here:
        here.after(60, p0=Status.FAULTED)
        here.after(60, p0=Status.FREE)
        service = MapService(here.source)
        begun.clear()
        service.view(MapState(), Bounds(51, 12, 53, 14), 14)
        station = service.station(PointId("id-0"), EVERYTHING)
        assert station
        histories = here.watch.points([point.id or PointId("") for point in station.points])
        assert 0 < len(begun) <= 6
        assert len(histories) == count
        assert all(history.point_id == id for id, history in histories.items())
        begun.clear()
        assert histories == {id: here.live.point(id) for id in histories}, "each as it is by itself"
        assert len(begun) == 2 * count, "so they are counted"
        assert histories[PointId("id-0")].flaps_24h == 1


def test_points_that_are_not_known_have_no_history(tmp_path: Path) -> None:
    with embedded(tmp_path) as here:
        here.store.upsert([a_point(9, longitude=None, latitude=None)], "irve")
        here.after(1)
        asked = [PointId(id) for id in ("id-1", "id-9", "nobody", "", "id-1")]
        assert list(here.watch.points(asked)) == ["id-1"]
        assert here.watch.points([]) == {}


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_names_cost_two_transactions_whatever_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: int) -> None:
    points = [a_point(number) for number in range(20)]
    with transactions(monkeypatch) as begun, embedded(tmp_path, points=points) as here:
        here.after(1, **{f"p{number}": Status.FAULTED for number in range(20)})
        if gone:
            here.store.remove("irve", but=[PointId(f"id-{number}") for number in range(gone, 20)])
        begun.clear()
        feed = here.watch.feed(MapState(), limit=20)
        assert len(begun) <= 3
        assert {item.change.point_id for item in feed if item.point is None} == {f"id-{n}" for n in range(gone)}
        assert all(item.point.id == item.change.point_id for item in feed if item.point)
