"""The demo network as days go by, on a clock of the test's own."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.points import point
from wirelane_geo.demo import demo_points
from wirelane_geo.demo._day import USUAL, next_changes
from wirelane_geo.demo.simulator import LONGEST_S, Simulator
from wirelane_geo.errors import NotLeading
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.store import Store, open_store
from wirelane_geo.store.fence import fenced

AFTERNOON = 16.5
NIGHT = 4.0
FREE, IN_USE, UNAVAILABLE, UNKNOWN, FAULTED, RESERVED, CLOSED = (status.number for status in Status)
POSSIBLE = {
    FREE: {IN_USE, RESERVED, FAULTED, UNKNOWN, UNAVAILABLE},
    IN_USE: {FREE, FAULTED, UNKNOWN, UNAVAILABLE},
    RESERVED: {FREE, IN_USE},
    FAULTED: {FREE}, UNKNOWN: {FREE}, UNAVAILABLE: {FREE}, CLOSED: set(),
}


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2025, 10, 9, 14, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A demo network of 200 stations."""
    store = open_store(tmp_path / "points.sqlite")
    store.upsert(demo_points(200), "demo")
    yield store
    store.close()


def statuses(store: Store) -> dict[int, int]:
    """Status of each point, by its order of arrival: two networks give other handles to points with the same ids."""
    columns = store.columns()
    return dict(zip(columns.arrival.tolist(), columns.status.tolist(), strict=True))


def records(store: Store) -> list[ChargePoint]:
    """All points in the order of their arrival."""
    columns = store.columns()
    return store.records(columns.handle[columns.arrival.argsort()].tolist())


def shares(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    return np.bincount(numbers, minlength=len(Status)) / len(numbers)


@pytest.mark.slow
def test_afternoons_stay_as_the_demo_network_shows_them_and_nights_are_quiet() -> None:
    """Five days in steps of a minute. Tolerances are five standard deviations of a share among so many points."""
    first = np.array([p.status.number for p in demo_points(1_500)], np.uint8)
    now, hour, random = first.copy(), AFTERNOON, np.random.default_rng(7)
    afternoons, nights = [], []
    for _ in range(5 * 24 * 60):
        rows, after = next_changes(now, hour % 24, random, 60)
        now[rows] = after
        hour += 1 / 60
        if abs(hour % 24 - AFTERNOON) < 0.005:
            afternoons.append(shares(now))
        if abs(hour % 24 - NIGHT) < 0.005:
            nights.append(shares(now))
    assert len(afternoons) == len(nights) == 5
    start = shares(first)
    for seen in afternoons:
        assert np.abs(seen - start).max() < 5 * np.sqrt(0.25 * 0.75 / len(first)), (seen, start)
        assert seen[CLOSED] == start[CLOSED]
        assert (seen[[FAULTED, UNKNOWN, UNAVAILABLE, RESERVED]] > 0).all()
    for seen in nights:
        assert seen[IN_USE] < start[IN_USE] / 4
        assert abs(seen[[FAULTED, UNKNOWN, UNAVAILABLE]].sum() - start[[FAULTED, UNKNOWN, UNAVAILABLE]].sum()) < 0.03


def test_a_big_network_changes_a_few_times_a_second() -> None:
    mix = [FREE] * 74 + [IN_USE] * 16 + [FAULTED] * 2 + [UNKNOWN] * 5 + [UNAVAILABLE] * 2 + [CLOSED]
    big = np.random.default_rng(1).choice(np.array(mix, np.uint8), 60_000)
    random = np.random.default_rng(2)
    seen: Counter[int] = Counter()
    for _ in range(60):
        rows, after = next_changes(big, AFTERNOON, random, 1.0)
        big[rows] = after
        seen.update(after.tolist())
    assert 2 * 60 < seen.total() < 8 * 60
    assert seen[FREE] > 20
    assert seen[IN_USE] > 20
    assert 0 < seen[FAULTED] < 0.05 * seen.total()


@given(st.lists(st.sampled_from(range(len(Status))), max_size=60), st.floats(0, 24), st.integers(0, 2**32),
       st.floats(0, 1e6))
def test_only_what_can_follow_follows(numbers: list[int], hour: float, seed: int, dt: float) -> None:
    before = np.array(numbers, np.uint8)
    rows, after = next_changes(before, hour, np.random.default_rng(seed), dt, np.full(len(before), USUAL))
    assert (np.diff(rows) > 0).all()
    for row, status in zip(rows, after, strict=True):
        assert status in POSSIBLE[before[row]]
    assert before.tolist() == numbers


def test_no_time_no_change() -> None:
    rows, _ = next_changes(np.zeros(1_000, np.uint8), 12, np.random.default_rng(3), 0)
    assert len(rows) == 0


def test_steps_are_seen_in_the_store_and_repeat_with_seed_and_clock(store: Store, tmp_path: Path) -> None:
    (tmp_path / "twin").mkdir()
    twin = open_store(tmp_path / "twin" / "points.sqlite")
    twin.upsert(demo_points(200), "demo")
    for network in (store, twin):
        clock = Hand()
        simulator = Simulator(network, now=clock, seed=11)
        assert simulator.step() == 0  # no time has passed
        before, seq = statuses(network), network.last_seq()
        clock.move(120)
        changed = simulator.step()
        after = statuses(network)
        assert changed == sum(before[row] != after[row] for row in before) > 0
        [row] = [i for i, row in enumerate(sorted(before)) if before[row] != after[row]][:1]
        assert network.last_seq() > seq
        seen = records(network)[row]
        assert seen.update_date is not None
        assert datetime.now(UTC) - seen.update_date < timedelta(minutes=10)
    assert statuses(store) == statuses(twin)
    twin.close()


def test_steps_touch_nothing_but_status_and_date(store: Store) -> None:
    before = records(store)
    clock = Hand()
    simulator = Simulator(store, now=clock, seed=11)
    simulator.step()
    clock.move(120)
    assert simulator.step()
    after = records(store)
    assert any(old.status is not new.status for old, new in zip(before, after, strict=True))
    for old, new in zip(before, after, strict=True):
        assert msgspec.structs.replace(new, status=old.status, update_date=old.update_date) == old


def test_a_machine_that_slept_does_not_catch_up(store: Store, tmp_path: Path) -> None:
    clock = Hand()
    simulator = Simulator(store, now=clock, seed=5)
    simulator.step()
    clock.move(30 * 24 * 3600)
    slept = simulator.step()
    assert slept is not None
    assert slept < 0.5 * len(statuses(store))
    assert LONGEST_S < 3600
    clock.move(-3600)  # somebody set the clock back
    assert simulator.step() == 0


def test_what_others_change_is_where_it_goes_on_from(store: Store, tmp_path: Path) -> None:
    clock = Hand()
    simulator = Simulator(store, now=clock, seed=5)
    simulator.step()
    ids = [p.id or "" for p in records(store)]
    store.set_statuses(dict.fromkeys(ids, Status.CLOSED))
    for _ in range(20):
        clock.move(60)
        assert simulator.step() == 0
    new = store.create(point("of an operator", status=Status.FREE, longitude=10.0, latitude=50.0))
    store.set_statuses({ids[0]: Status.IN_USE, new.id or "": Status.CLOSED})
    for _ in range(200):
        clock.move(60)
        simulator.step()
    left = store.get("id", ids[0])
    assert left is not None
    assert left.status is not Status.CLOSED


def test_it_ends_with_the_first_imported_point(store: Store, tmp_path: Path) -> None:
    clock = Hand()
    simulator = Simulator(store, now=clock, seed=5)
    simulator.step()
    store.upsert([point("real")], "irve")
    before = statuses(store)
    clock.move(300)
    assert simulator.step() is None
    assert statuses(store) == before
    assert Simulator(store).step() is None


class Role:
    """Of a leader, until another one has taken over."""

    epoch = 1
    led = True

    def holds(self) -> bool:
        return self.led


@pytest.mark.slow
def test_it_goes_on_for_as_long_as_its_process_leads(store: Store) -> None:
    clock = Hand()

    def later() -> datetime:  # at night a minute may pass in which nothing changes
        clock.move(LONGEST_S)
        return clock()

    role, simulator = Role(), Simulator(store, now=later, seed=3)
    seq = store.last_seq()
    simulator.begin(role)
    give_up = time.monotonic() + 60
    while store.last_seq() == seq:
        assert time.monotonic() < give_up
    role.led = False
    simulator.end()
    seq = store.last_seq()
    with fenced(role), pytest.raises(NotLeading):
        store.set_statuses({records(store)[0].id: Status.CLOSED})
    assert store.last_seq() == seq, "whoever has taken over writes now"
    assert Simulator(store).step() == 0


def test_an_empty_store_is_no_demo(tmp_path: Path) -> None:
    store = open_store(tmp_path / "points.sqlite")
    assert Simulator(store).step() is None
    store.close()
