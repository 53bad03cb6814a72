"""New statuses: seen by the next query, in full, and by no query in part."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.geo.networks import Network, networks, table_of
from wirelane_geo.filters import Filters
from wirelane_geo.geo import WORLD, PointTable

FREE = Filters(statuses=["FREE"])


def line(n: int, status: int = 0) -> PointTable:
    """Points of one status along a parallel."""
    return PointTable.from_arrays(np.linspace(-170, 170, n), np.full(n, 10.0), np.full(n, status), np.ones(n), np.ones(n),
                                  np.arange(n))


@given(st.data(), networks())
def test_statuses_are_those_of_the_rows_given(data: st.DataObject, network: Network) -> None:
    table, n = table_of(network), len(network["lon"])
    if data.draw(st.booleans()):
        table.clusters(WORLD, 3), table.clusters(WORLD, 3, FREE)
    for _ in range(data.draw(st.integers(1, 3))):
        rng = np.random.default_rng(data.draw(st.integers(0, 99)))
        rows = rng.permutation(n)[: data.draw(st.integers(0, n))]
        network["status"][rows] = new = rng.integers(0, 7, len(rows))
        table.set_status(rows, new)
    fresh = table_of(network)
    np.testing.assert_array_equal(table.status, fresh.status)
    for zoom in (0, 9):
        for chosen in (None, FREE):
            now, wanted = (t.clusters(WORLD, zoom, chosen) for t in (table, fresh))
            np.testing.assert_array_equal(now.by_status, wanted.by_status)
            np.testing.assert_array_equal(now.stations, wanted.stations)
    assert set(table.within(WORLD, FREE).tolist()) == set(np.flatnonzero(network["status"] == 0).tolist())


def test_one_status_for_all_rows_and_the_last_of_a_row_given_twice() -> None:
    table = line(5)
    table.set_status([0, 1, 2], 4)
    assert table.status[np.argsort(table.order)].tolist() == [4, 4, 4, 0, 0]
    table.set_status([3, 3], [1, 2])
    assert table.status[np.argsort(table.order)].tolist() == [4, 4, 4, 2, 0]


@pytest.mark.parametrize(("rows", "statuses", "what"), [
    ([0, 5, -1], [1, 1, 1], r"2 of 3 rows .*row number.*\[1, 2\]"),
    ([0, 1, 2], [1, 7, 1], r"1 of 3 rows .*status.*\[1\]"),
])
def test_what_is_not_there_is_refused_and_nothing_changes(rows: list[int], statuses: list[int], what: str) -> None:
    table = line(5)
    with pytest.raises(ValueError, match=what):
        table.set_status(rows, statuses)
    assert table.status.tolist() == [0] * 5


def test_a_snapshot_stays_as_it_was() -> None:
    table = line(100)
    before = table.snapshot()
    table.set_status(np.arange(60), 4)
    assert (len(before.within(WORLD, FREE)), len(table.within(WORLD, FREE))) == (100, 40)
    assert before.clusters(WORLD, -3).by_status.tolist() == [[100, 0, 0, 0, 0, 0, 0]]
    assert table.clusters(WORLD, -3).by_status.tolist() == [[40, 0, 0, 0, 60, 0, 0]]


def test_readers_never_see_half_an_update() -> None:
    """One thread gives all points another status, again and again; in whatever is read meanwhile all have the same."""
    n, rounds = 3_000, 150
    table = line(n)
    done, torn, reads = threading.Event(), [], [0, 0, 0]

    def read(number: int) -> None:
        while not done.is_set() or not reads[number]:
            mix = table.clusters(WORLD, 2).by_status.sum(axis=0)
            free = table.clusters(WORLD, 2, FREE)
            now = table.snapshot()
            pair = len(now.within(WORLD, FREE)), int((now.status == 0).sum())
            reads[number] += 1
            if sorted(mix.tolist())[-2:] != [0, n] or free.count.sum() not in (0, n) or pair[0] != pair[1]:
                torn.append((mix, free.count.sum(), pair))

    readers = [threading.Thread(target=read, args=(number,)) for number in range(len(reads))]
    for reader in readers:
        reader.start()
    for each in range(rounds):
        table.set_status(np.arange(n), each % 7)
    done.set()
    for reader in readers:
        reader.join()
    assert not torn
    assert all(reads)


def test_updates_from_many_threads_all_arrive() -> None:
    n, writers = 4_000, 8
    table = line(n, status=3)

    def write(number: int) -> None:
        for row in range(number, n, writers):
            table.set_status([row], number % 3)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = table.status[np.argsort(table.order)]
    np.testing.assert_array_equal(status, np.arange(n) % writers % 3)
