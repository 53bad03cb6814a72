"""The tile cache: what is asked of the upstream, and what is answered meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from wirelane_geo.cache import Tile, TileCache
from wirelane_geo.errors import ApiUnreachable

WORLD = Tile(0, 0)
A, B = Tile(2, 0b0000), Tile(2, 0b0001)


class Upstream:
    """Counts what it is asked for; answers when the gate is open; fails while told to."""

    def __init__(self) -> None:
        self.asked: list[Tile] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failing = False
        self.now = 0.0

    def fetch(self, tile: Tile) -> str:
        self.asked.append(tile)
        assert self.gate.wait(10)
        if self.failing:
            raise ApiUnreachable("the upstream doesn't answer")
        return f"{tile.level}/{tile.prefix} #{self.asked.count(tile)}"


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def cache(upstream: Upstream, pool: ThreadPoolExecutor) -> TileCache[str]:
    return TileCache(upstream.fetch, lambda value: 100, budget=1000, seconds=60, pool=pool, clock=lambda: upstream.now)


def values(cache: TileCache[str], *tiles: Tile) -> list[str]:
    return [cached.value for cached in cache.get(tiles)]


def settle(pool: ThreadPoolExecutor) -> None:
    """Waits until everything that was submitted so far has run."""
    barrier = threading.Barrier(9)
    for _ in range(8):
        pool.submit(barrier.wait, 10)
    barrier.wait(10)


def test_going_back_costs_no_request(cache: TileCache[str], upstream: Upstream) -> None:
    assert values(cache, A) == ["2/0 #1"]
    assert values(cache, A, B) == ["2/0 #1", "2/1 #1"]
    assert values(cache, A) == ["2/0 #1"]
    assert upstream.asked == [A, B]


def test_many_sessions_at_one_place_cost_one_request(cache: TileCache[str], upstream: Upstream) -> None:
    upstream.gate.clear()
    with ThreadPoolExecutor(20) as sessions:
        answers = [sessions.submit(values, cache, A) for _ in range(20)]
        upstream.gate.set()
        assert {tuple(answer.result(10)) for answer in answers} == {("2/0 #1",)}
    assert upstream.asked == [A]


def test_an_ancestor_answers_for_its_children_once(cache: TileCache[str], upstream: Upstream) -> None:
    values(cache, WORLD)
    assert values(cache, A, B) == ["0/0 #1"]
    assert upstream.asked == [WORLD]


def test_a_child_beside_its_cached_ancestor_is_not_answered_twice(cache: TileCache[str], upstream: Upstream) -> None:
    values(cache, A)
    values(cache, WORLD)
    assert values(cache, A, B) == ["0/0 #1"]


def test_missing_tiles_are_fetched_at_the_same_time(upstream: Upstream, pool: ThreadPoolExecutor) -> None:
    together = threading.Barrier(2)
    cache = TileCache(lambda tile: together.wait(10), lambda value: 1, budget=10, seconds=60, pool=pool)
    assert len(cache.get([A, B])) == 2  # each fetch waits for the other: one after the other would break the barrier


def test_stale_is_answered_at_once_and_renewed_behind(
    cache: TileCache[str], upstream: Upstream, pool: ThreadPoolExecutor
) -> None:
    values(cache, A)
    upstream.now = 61
    upstream.gate.clear()
    assert values(cache, A) == ["2/0 #1"]
    assert values(cache, A) == ["2/0 #1"]
    upstream.gate.set()
    settle(pool)
    assert values(cache, A) == ["2/0 #2"]
    assert upstream.asked == [A, A]


def test_a_failed_renewal_keeps_the_last_good_value_with_its_date_and_the_reason(
    cache: TileCache[str], upstream: Upstream, pool: ThreadPoolExecutor
) -> None:
    before = cache.get([A])[0]
    upstream.failing, upstream.now = True, 61
    cache.get([A])
    settle(pool)
    kept = cache.get([A])[0]
    assert (kept.value, kept.fetched_at, str(kept.error)) == (before.value, before.fetched_at, "the upstream doesn't answer")
    assert before.fetched_at <= datetime.now(UTC)
    assert len(upstream.asked) == 2, "a failing upstream is not asked again before the value is due once more"
    upstream.failing, upstream.now = False, 122
    cache.get([A])
    settle(pool)
    assert cache.get([A])[0].error is None


def test_a_first_fetch_that_fails_is_told_and_tried_again_next_time(cache: TileCache[str], upstream: Upstream) -> None:
    upstream.failing = True
    with pytest.raises(ApiUnreachable):
        cache.get([A])
    upstream.failing = False
    assert values(cache, A) == ["2/0 #2"]


def test_the_budget_holds_and_the_longest_unseen_goes_first(cache: TileCache[str], upstream: Upstream) -> None:
    tiles = [Tile(4, number) for number in range(10)]
    for tile in tiles:
        values(cache, tile)
    values(cache, tiles[0])
    values(cache, Tile(4, 99))
    upstream.asked.clear()
    values(cache, tiles[0])
    assert upstream.asked == []
    values(cache, tiles[1])
    assert upstream.asked == [tiles[1]]


def test_what_is_larger_than_the_budget_is_answered_all_the_same(upstream: Upstream, pool: ThreadPoolExecutor) -> None:
    cache = TileCache(upstream.fetch, lambda value: 11, budget=10, seconds=60, pool=pool)
    assert values(cache, A) == ["2/0 #1"]


def test_what_is_renewed_on_demand_is_fetched_though_it_is_fresh(cache: TileCache[str], upstream: Upstream) -> None:
    values(cache, A)
    assert [future.result(10).value for future in cache.renew([A, B])] == ["2/0 #2"], "only what is kept"
    assert values(cache, A) == ["2/0 #2"]
    assert upstream.asked == [A, A]
    assert (A in cache, B in cache) == (True, False)


def test_a_renewal_on_demand_that_fails_answers_what_was_with_the_error(cache: TileCache[str], upstream: Upstream) -> None:
    values(cache, A)
    upstream.failing = True
    [renewed] = [future.result(10) for future in cache.renew([A])]
    assert (renewed.value, type(renewed.error)) == ("2/0 #1", ApiUnreachable)


def test_what_is_known_to_be_true_is_as_good_as_fetched(cache: TileCache[str], upstream: Upstream) -> None:
    first = cache.get([A])[0]
    upstream.now = 59
    later = first.fetched_at + timedelta(seconds=59)
    cache.touch([A, B], later)
    cache.touch([A], first.fetched_at)
    upstream.now = 61
    cached = cache.get([A])[0]
    assert (cached.fetched_at, cached.value) == (later, first.value)
    assert upstream.asked == [A], "not due before it is 60 s old again"


def test_answers_are_counted(cache: TileCache[str], upstream: Upstream, pool: ThreadPoolExecutor) -> None:
    values(cache, A, B)
    values(cache, A)
    upstream.now = 61
    values(cache, A)
    settle(pool)
    values(cache, A)
    assert cache.answers == {"miss": 2, "hit": 2, "stale": 1}
