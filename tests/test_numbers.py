import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.numbers import read_number
from wirelane_geo.permalink import parse

NO_NUMBERS = ["", " ", "1_0", "٣", "１０", "nan", "inf", "-Infinity", "1e999", "0x10", "1,5", "1.2.3", "--1", "1 0", "1e", "."]
"""What Python's `float` takes for one, and a person doesn't, and what neither does."""


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_is_written(number: float) -> None:
    assert read_number(repr(number)) == read_number(f" {number!r} ") == number


@pytest.mark.parametrize(("text", "number"), [("10", 10), ("+10.", 10), ("-.25", -0.25), ("1e3", 1000), ("0", 0)])
def test_each_usual_way_to_write_one(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a number"):
        read_number(text)


@given(st.text())
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    number = 0.0
    with contextlib.suppress(ValueError):
        number = read_number(text)
    assert math.isfinite(number)


@pytest.mark.parametrize("text", ["1_0", "٣", "１０", "nan", "1e999", "0x10"])
def test_a_link_with_such_a_part_names_it_and_applies_the_rest(text: str) -> None:
    state = parse({"kw": f"{text}-50", "status": "FREE", "lat": text, "lon": "13", "zoom": "12"})
    assert {part.key for part in state.ignored} >= {"kw", "lat"}
    assert state.filters == parse("status=FREE").filters
    with pytest.raises(ValueError, match="west,south,east,north"):
        read_bbox(f"{text},1,2,3")
