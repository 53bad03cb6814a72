"""With CI=true a test that is skipped fails, whichever way it is skipped."""

import re

import pytest

from tests.inner_pytest import judged

pytestmark = pytest.mark.slow

WAYS = {
    "in the test": "def test_it(): pytest.skip('no wind')",
    "by a mark": "@pytest.mark.skip(reason='no wind')\ndef test_it(): pass",
    "by a condition": "@pytest.mark.skipif(True, reason='no wind')\ndef test_it(): pass",
    "by a fixture": "@pytest.fixture\ndef wind(): pytest.skip('no wind')\ndef test_it(wind): pass",
    "while it ends": "@pytest.fixture\ndef wind():\n    yield\n    pytest.skip('no wind')\ndef test_it(wind): pass",
    "by unittest": "class Test(unittest.TestCase):\n    def test_it(self): self.skipTest('no wind')",
    "the whole file": "pytest.skip('no wind', allow_module_level=True)",
    "for a missing module": "pytest.importorskip('no_such_module', reason='no wind')",
}


KINDS = [None, "false", "true"]


@pytest.fixture(scope="module", params=KINDS, ids=lambda ci: f"CI={ci}")
def verdict(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bool, str]:
    """Whether nothing may be skipped, and what pytest prints of a file for each way."""
    directory = tmp_path_factory.mktemp("skips")
    for number, program in enumerate([*WAYS.values(), "def test_it(): pass", "@pytest.mark.xfail\ndef test_it(): assert False"]):
        (directory / f"test_{number}.py").write_text(f"import unittest\n\nimport pytest\n\n{program}\n", encoding="utf-8")
    return request.param == "true", judged(directory, "-rA", "--continue-on-collection-errors", ci=request.param)


@pytest.mark.parametrize("way", WAYS)
def test_a_skip_is_a_failure_in_ci_and_a_skip_elsewhere(verdict: tuple[bool, str], way: str) -> None:
    strict, printed = verdict
    name = f"test_{list(WAYS).index(way)}.py"
    assert bool(re.search(rf"^(FAILED|ERROR) \S*{name}", printed, re.MULTILINE)) is strict
    assert bool(re.search(rf"^SKIPPED .*{name}.*no wind", printed, re.MULTILINE)) is not strict


def test_the_reason_is_said_and_the_rest_is_judged_as_ever(verdict: tuple[bool, str]) -> None:
    strict, printed = verdict
    assert printed.count("With CI=true nothing may be skipped. ") >= (len(WAYS) if strict else 0)
    assert ("nothing may be skipped" in printed) is strict
    counts = printed.splitlines()[-1]
    assert "1 xfailed" in counts
    assert ("skipped" not in counts) is strict
