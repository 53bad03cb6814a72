"""`make test-quick` asks no property for many examples, not even one that wants many."""

from pathlib import Path

import pytest

from tests.inner_pytest import judged

pytestmark = pytest.mark.slow
PROGRAM = """
from hypothesis import given, settings, strategies as st

tried = []

@settings(max_examples=300)
@given(st.integers())
def test_many(n): tried.append(n)

class TestIt:
    @settings(max_examples=200)
    @given(st.integers())
    def test_method(self, n): tried.append(n)

@settings(max_examples=3)
@given(st.integers())
def test_few(n): tried.append(n)

def test_how_many(): print('tried', len(tried))
"""


@pytest.mark.parametrize(("options", "tried"), [(["--hypothesis-profile=quick"], "13"), ([], "503")])
def test_a_property_is_tried_as_often_as_the_profile_says(tmp_path: Path, options: list[str], tried: str) -> None:
    (tmp_path / "test_it.py").write_text(PROGRAM, encoding="utf-8")
    assert f"tried {tried}\n" in judged(tmp_path, "-s", *options)
