"""The hostile upstream of `python -m tests.api.fuzz`, in short."""

import pytest

from tests.api import fuzz


@pytest.mark.slow
def test_every_call_ends_in_time_in_a_result_or_an_error_that_says_why_and_no_secret():
    outcome = fuzz.run(seed=1, rounds=60)
    assert outcome.failures == []
    assert outcome.rounds == 60
    assert outcome.ended["a result"] > 0
    assert len(outcome.ended) > 2


def test_the_fuzz_asks_for_every_operation():
    assert len(fuzz.ASKS) == 10
