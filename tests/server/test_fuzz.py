"""The short form of the fuzz; `make fuzz` runs the long one."""

from pathlib import Path

import pytest

from tests.server.fuzz import fuzz

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("dialect", ["2023", "2026"])
def test_the_service_stands_the_fuzz(tmp_path: Path, dialect: str) -> None:
    report = fuzz(tmp_path, dialect=dialect)
    assert not report.failures, report.output
    assert report.requests > 500
