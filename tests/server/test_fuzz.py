"""The short form of the fuzz; `make fuzz` runs the long one."""

from pathlib import Path

import pytest

from tests.server.fuzz import fuzz

pytestmark = pytest.mark.slow


def test_the_service_stands_the_fuzz(tmp_path: Path) -> None:
    report = fuzz(tmp_path)
    assert not report.failures, report.output
    assert report.requests > 500
