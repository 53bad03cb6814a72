"""What a generator makes in a child process: its items, its errors, and its end."""

import os
import signal
from collections.abc import Iterator
from itertools import islice

import pytest

from wirelane_geo.child import MOST_AHEAD, ChildEnded, items_of
from wirelane_geo.errors import BadFile


def counting(to: int) -> Iterator[tuple[int, int]]:
    print("what is printed is not taken for an item")
    for number in range(to):
        yield number, os.getpid()


def failing() -> Iterator[str]:
    yield "before"
    raise BadFile("It breaks off here.")


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_items_come_in_their_order_from_a_process_that_ends_with_them() -> None:
    with items_of(counting, 1_000) as items:
        found = list(items)
    assert [number for number, _ in found] == list(range(1_000))
    [process] = {process for _, process in found}
    assert process != os.getpid()
    assert not is_there(process)


@pytest.mark.slow
def test_who_takes_no_more_ends_it() -> None:
    with items_of(counting, 10_000_000) as items:
        [(_, process), *_] = islice(items, MOST_AHEAD)
    assert not is_there(process)


@pytest.mark.slow
def test_its_errors_come_where_they_happened() -> None:
    with items_of(failing) as items:
        assert next(items) == "before"
        with pytest.raises(BadFile, match="It breaks off here"):
            next(items)


@pytest.mark.slow
def test_that_it_was_killed_is_said_after_what_it_had_made() -> None:
    with items_of(counting, 10_000_000) as items:
        number, process = next(items)
        os.kill(process, signal.SIGKILL)
        with pytest.raises(ChildEnded, match="SIGKILL"):
            for last, _ in items:
                assert last == number + 1
                number = last
