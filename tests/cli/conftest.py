import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.serving import Service, serving
from wirelane_geo.demo import demo_points
from wirelane_geo.server import API_PATHS


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of an installation without settings."""
    for name in os.environ:
        if name.startswith(("WIRELANE_", "STREAMLIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def dialect() -> str:
    """What the account speaks; a test may ask for both."""
    return "2023"


@pytest.fixture
def account(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dialect: str) -> Iterator[Service]:
    """A service with 40 stations, and settings that name it as the account."""
    with serving(tmp_path / "upstream") as service:
        service.store.upsert(demo_points(40), "demo")
        known = service.credentials
        settings = {"ENVIRONMENT": "staging", "API_URL": f"{service.url}{API_PATHS[dialect]}", "API_DIALECT": dialect,
                    "TOKEN_URL": f"{service.url}/token",
                    "ORGANIZATION": known.organization, "CLIENT_ID": known.client_id, "CLIENT_SECRET": known.client_secret,
                    "USERNAME": known.username, "PASSWORD": known.password}
        for name, value in settings.items():
            monkeypatch.setenv(f"WIRELANE_{name}", value)
        yield service
