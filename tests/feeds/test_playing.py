"""The short form of `make feeds`: four feeds, one of them by mutual TLS, with everything going wrong."""

import pytest

from benchmarks.feeds.run import play, told


@pytest.mark.slow
def test_no_change_is_lost_whatever_goes_wrong() -> None:
    result = play(12.0, 40, 8.0)
    assert result.lost == 0, told(result)
    assert sum(result.faults.values()) > 0
    for name, sent, shown, overtaken, *_ in result.rows:
        assert sent == shown + overtaken
        assert shown > 0, name
