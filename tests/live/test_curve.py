"""Counts over time, against a slow count of every point at every moment."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.live._coverage import WatchedSpans
from wirelane_geo.live._known_status import NOT_KNOWN
from wirelane_geo.live._recent import Events
from wirelane_geo.live.curve import DAY, HOUR, MINUTE, PointSelection, available, counts_at, moments

END = 1_000
times = st.integers(0, END)


@st.composite
def pasts(draw: st.DrawFn) -> tuple[list[list[tuple[int, int]]], list[int], list[tuple[int, int, int, int]]]:
    """Each point's (from when, status) in order; its quadkey; watched (first, last, begin, end)."""
    n = draw(st.integers(0, 5))
    keys = sorted(draw(st.lists(st.integers(0, 15), min_size=n, max_size=n)))
    lives = []
    for _ in range(n):
        starts = sorted(draw(st.lists(times, min_size=1, max_size=5)))
        statuses = draw(st.lists(st.integers(0, 6), min_size=len(starts), max_size=len(starts)))
        lives.append(list(zip(starts, statuses, strict=True)))
    watched = draw(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), times, times).map(
        lambda row: (min(row[:2]), max(row[:2]), min(row[2:]), max(row[2:]))), max_size=5))
    return lives, keys, watched


@given(pasts(), st.lists(times, min_size=1, max_size=8), st.randoms(), st.sampled_from([10, 2**48]))
def test_counts_are_those_of_every_point_that_was_there_and_watched(past, asked, random, far_apart) -> None:
    lives, keys, watched = past
    events = [(at, handle, life[i - 1][1] if i else int(NOT_KNOWN), status)
              for handle, life in enumerate(lives) for i, (at, status) in enumerate(life)]
    events.sort(key=lambda event: event[0])  # of one moment and point, in the order in which they came
    handles = [far_apart * number for number in range(len(lives))]
    shuffled = handles[:]
    random.shuffle(shuffled)
    of = dict(zip(handles, shuffled, strict=True))
    points = PointSelection(np.array(shuffled, np.int64), np.array(keys, np.uint64),
                    np.array([life[-1][1] for life in lives], np.uint8))
    log = Events.of(range(1, len(events) + 1), [of[far_apart * event[1]] for event in events], [e[0] for e in events],
                    [e[2] for e in events], [e[3] for e in events], [0] * len(events))
    rows = np.array(watched, np.int64).reshape(-1, 4)
    seen = WatchedSpans(rows[:, 0].astype(np.uint64), rows[:, 1].astype(np.uint64), rows[:, 2], rows[:, 3])
    asked = sorted(asked)
    counts, gap = counts_at(np.array(asked), points, log, seen)
    for row, none, time in zip(counts.tolist(), gap.tolist(), asked, strict=True):
        covered = [any(first <= key <= last and begin <= time <= end for first, last, begin, end in watched) for key in keys]
        expected = [0] * 7
        for life, here in zip(lives, covered, strict=True):
            known = [status for at, status in life if at <= time]
            if here and known:
                expected[known[-1]] += 1
        assert row == expected
        if lives:
            assert none == (not any(covered))


def test_events_of_other_points_change_nothing() -> None:
    points = PointSelection(np.array([7]), np.array([0], np.uint64), np.array([0], np.uint8))
    log = Events.of([1, 2], [6, 8], [500, 600], [4, 4], [0, 0], [0, 0])
    watched = WatchedSpans(*(np.array([x], t) for x, t in ((0, np.uint64), (9, np.uint64), (0, np.int64), (END, np.int64))))
    counts, _ = counts_at(np.array([400, 700]), points, log, watched)
    assert counts[:, 0].tolist() == [1, 1]


@given(st.integers(10**12, 2 * 10**12))
def test_moments_are_whole_buckets_of_the_last_day_and_now(now: int) -> None:
    found = moments(now, DAY, 5 * MINUTE).tolist()
    assert found[-1] == now
    assert all(moment % (5 * MINUTE) == 0 for moment in found[:-1])
    assert len(found) in (289, 288 + 1, 288)
    assert now - DAY <= found[0] < found[1]
    assert found == sorted(set(found))


def test_availability_leaves_out_what_is_not_known() -> None:
    #                        FREE IN_USE UNAVAILABLE UNKNOWN FAULTED RESERVED CLOSED
    assert available(np.array([3, 1, 1, 100, 0, 0, 100])) == 0.8
    assert available(np.array([0, 0, 0, 5, 0, 0, 5])) is None
    assert available(np.array([[2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 2, 0, 0]])) == 0.5
    assert HOUR == 12 * 5 * MINUTE
