"""Integers looked up in ascending ones, against Python's own lists."""

from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.geo import lookup
from wirelane_geo.geo.lookup import MANY, RowLookup

handles = st.integers(0, 40) | st.integers(0, 2**53 - 1)
columns = st.lists(handles, unique=True, max_size=60)


@given(columns, st.lists(handles, max_size=60))
def test_what_is_there_is_found_and_nothing_else(column: list[int], wanted: list[int]) -> None:
    ascending = np.array(sorted(column), np.int64)
    index, there = lookup.find(ascending, np.array(wanted, np.int64))
    assert there.tolist() == [one in column for one in wanted]
    assert ascending[index[there]].tolist() == [one for one in wanted if one in column]


@given(columns, st.lists(handles, max_size=60))
def test_a_column_in_any_order_gives_rows(column: list[int], wanted: list[int]) -> None:
    row, there = RowLookup(np.array(column, np.int64)).find(np.array(wanted, np.int64))
    assert there.tolist() == [one in column for one in wanted]
    assert row[there].tolist() == [column.index(one) for one in wanted if one in column]


@given(st.lists(handles, max_size=60), st.lists(st.tuples(handles, handles), max_size=20))
def test_slices_hold_what_is_between(column: list[int], spans: list[tuple[int, int]]) -> None:
    ascending = sorted(column)
    begin, end = lookup.slices(np.array(ascending, np.uint64), *np.array(spans, np.uint64).reshape(-1, 2).T)
    assert begin.tolist() == [bisect_left(ascending, first) for first, _ in spans]
    assert end.tolist() == [bisect_left(ascending, stop) for _, stop in spans]


@pytest.mark.parametrize("kind", [np.int32, np.int64, np.uint64])
def test_many_are_found_as_few_are(kind: type[np.integer]) -> None:
    random = np.random.default_rng(7)
    ascending = np.unique(random.integers(0, 2**31 - 1, 3 * MANY)).astype(kind)
    wanted = np.concatenate([random.permutation(ascending)[: 2 * MANY], random.integers(0, 2**31 - 1, MANY).astype(kind)])
    index, there = lookup.find(ascending, wanted)
    one_by_one = [lookup.find(ascending, wanted[i : i + 1]) for i in range(len(wanted))]
    assert there.tolist() == [bool(found[0]) for _, found in one_by_one]
    assert index[there].tolist() == [int(at[0]) for at, found in one_by_one if found[0]]
