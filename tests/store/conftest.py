"""A store of either kind: what takes `store` is run over SQLite and over PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NewUrl
from wirelane_geo.store import Store, open_store


@pytest.fixture
def url(new_url: NewUrl) -> str:
    return new_url()


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()
