"""One point's past, against what it was at every single moment."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.live._intervals import availability, recorded, since, stretches
from wirelane_geo.model import Status

BEGIN, END = 100, 160
times = st.integers(60, 200)


@given(st.lists(st.tuples(st.integers(0, 160), st.integers(0, 6)), min_size=1, max_size=6),
       st.lists(st.tuples(times, times).map(sorted).map(tuple), max_size=4))
def test_every_moment_has_the_status_it_had_or_is_a_gap(life: list[tuple[int, int]], watched: list[tuple[int, int]]) -> None:
    life.sort(key=lambda each: each[0])
    changes = [(at, before) for (_, before), (at, _) in itertools.pairwise(life)]
    pieces = stretches(BEGIN, END, life[-1][1], changes, watched)
    assert [piece[0] for piece in pieces] == [BEGIN, *(piece[1] for piece in pieces[:-1])]
    assert pieces[-1][1] == END
    assert all(one[2] != other[2] for one, other in itertools.pairwise(pieces)), "neighbours differ"
    for first, last, number in pieces:
        for moment in range(first, last):  # the unit [moment, moment + 1)
            seen = any(begin <= moment and moment + 1 <= end for begin, end in watched)
            had = [status for at, status in life if at <= moment] or [life[0][1]]
            assert number == (had[-1] if seen else None)


def test_watching_that_touches_is_no_gap() -> None:
    assert stretches(0, 10, 3, [], [(5, 10), (0, 5)]) == [(0, 10, 3)]


def test_never_watched_is_one_gap() -> None:
    assert stretches(0, 10, 3, [(4, 1)], []) == [(0, 10, None)]


@pytest.mark.parametrize(("pieces", "expected"), [
    ([(0, 6, 0), (6, 9, 4), (9, 10, None)], 6 / 9),
    ([(0, 5, 5), (5, 10, 1)], 1.0),
    ([(0, 5, 3), (5, 10, 6)], None),
    ([(0, 5, 3), (5, 10, 2)], 0.0),
    ([], None),
])
def test_availability_is_of_the_time_that_is_known(pieces: list, expected: float | None) -> None:
    assert availability(pieces) == expected


def test_neither_a_gap_nor_what_nobody_said_is_a_time_of_which_the_status_is_known() -> None:
    unknown, closed = Status.UNKNOWN.number, Status.CLOSED.number
    assert recorded([(0, 5000, unknown), (5000, 9000, None), (9000, 10_000, 0)]) == 1
    assert recorded([(0, 5000, closed), (5000, 9000, Status.FAULTED.number)]) == 9
    assert recorded([(0, 5000, unknown)]) == 0
    assert recorded([(0, 5000, None)]) == 0


def test_the_last_part_of_the_past() -> None:
    assert since([(0, 5, 1), (5, 10, None)], 3) == [(3, 5, 1), (5, 10, None)]
    assert since([(0, 5, 1), (5, 10, None)], 5) == [(5, 10, None)]
