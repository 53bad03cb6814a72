"""What was watched when: made longer while it goes on, ended by silence."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.live._coverage import Coverage

HERE, THERE = (0, 99), (100, 199)


def rows(coverage: Coverage) -> list[tuple[int, int, int, int]]:
    return sorted(coverage._rows)


def test_it_goes_on_while_it_is_heard_of_and_silence_is_a_gap() -> None:
    coverage = Coverage([], patience=30)
    for at in (1000, 1015, 1030, 1060):
        coverage.extend([HERE], at)
    coverage.extend([HERE, THERE], 1091)
    coverage.extend([HERE], 1100)
    assert rows(coverage) == [(*HERE, 1000, 1060), (*HERE, 1091, 1100), (*THERE, 1091, 1091)]


def test_a_restart_within_patience_goes_on_and_a_longer_one_does_not() -> None:
    soon, late = Coverage([(*HERE, 0, 1000)], patience=30), Coverage([(*HERE, 0, 1000)], patience=30)
    soon.extend([HERE], 1030)
    late.extend([HERE], 1031)
    assert rows(soon) == [(*HERE, 0, 1030)]
    assert rows(late) == [(*HERE, 0, 1000), (*HERE, 1031, 1031)]


def test_a_clock_that_is_set_back_shortens_nothing() -> None:
    coverage = Coverage([], patience=30)
    coverage.extend([HERE], 1000)
    coverage.extend([HERE], 400)
    coverage.extend([HERE], 1010)
    assert rows(coverage) == [(*HERE, 1000, 1010)]


def test_each_change_is_written_once_and_the_rest_never() -> None:
    coverage = Coverage([(*THERE, 0, 10)], patience=30)
    coverage.extend([HERE], 1000)
    assert coverage.written() == [(*HERE, 1000, 1000)]
    assert coverage.written() == []
    coverage.extend([HERE], 1001)
    coverage.trim(500)
    coverage.extend([HERE], 1002)
    assert coverage.written() == [(*HERE, 1000, 1002)]
    assert rows(coverage) == [(*HERE, 1000, 1002)]


def test_what_was_said_a_moment_ago_holds_until_now() -> None:
    coverage = Coverage([], patience=30)
    coverage.extend([HERE], 1000)
    assert coverage.watched(0, 1020).of_point(50)[1].tolist() == [1020]
    assert coverage.watched(0, 1031).of_point(50)[1].tolist() == [1000]
    assert coverage.watched(0, 1020).of_point(100)[1].tolist() == []


def test_all_are_watched_since_the_last_of_them_is() -> None:
    coverage = Coverage([], patience=30)
    coverage.extend([HERE], 1000)
    coverage.extend([HERE, THERE], 1020)
    watched = coverage.watched(0, 1030)
    assert watched.all_since(np.array([50, 150], np.uint64), 1030) == 1020
    assert watched.all_since(np.array([50, 60], np.uint64), 1030) == 1000
    assert watched.since(np.array([50, 150], np.uint64), 1030) == 1000, "some of them"
    assert watched.all_since(np.array([50, 250], np.uint64), 1030) is None, "nobody watches 250"
    assert watched.all_since(np.array([], np.uint64), 1030) is None
    assert coverage.watched(0, 1051).all_since(np.array([50], np.uint64), 1051) is None, "nobody does any more"


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 50), st.integers(0, 50))),
       st.lists(st.integers(0, 40), min_size=1, max_size=10))
def test_each_of_the_points_was_watched_from_then_on(rows: list[tuple[int, int, int, int]], places: list[int]) -> None:
    rows = [(first, first + width, begin, begin + length) for first, width, begin, length in rows]
    watched = Coverage(rows, patience=0).watched(0, 50)
    since = watched.all_since(np.array(sorted(places), np.uint64), 50)
    longest = [max((50 - begin for first, last, begin, end in rows if first <= place <= last and end >= 50), default=None)
               for place in places]
    assert since == (None if None in longest else 50 - min(filter(lambda one: one is not None, longest)))
