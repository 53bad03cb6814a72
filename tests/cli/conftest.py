import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.serving import Service, serving
from wirelane_geo.demo import demo_members, demo_payment_methods, demo_points, demo_sessions, demo_subscription
from wirelane_geo.server import API_PATHS
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import Store, open_store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of an installation without settings."""
    for name in os.environ:
        if name.startswith(("WIRELANE_", "STREAMLIT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("WIRELANE_GEO_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a demo network with some members and sessions: a test has a copy."""
    path = tmp_path_factory.mktemp("demo") / DATABASE
    with closing(open_store(path)) as store:
        store.upsert(demo_points(250), "demo")
        points = store.records(store.columns().handle[:20].tolist())
        members = list(demo_members("DEMOTENANT", 30))
        store.accounts.put([(m, demo_payment_methods(m), demo_subscription(m)) for m in members], "demo")
        store.sessions.put(demo_sessions(points, members), "demo")
    return path


@pytest.fixture
def store(data: Path, demo_file: Path) -> Iterator[Store]:
    """A demo network with some members and sessions."""
    data.mkdir()
    shutil.copy(demo_file, data / DATABASE)
    with closing(open_store(data / DATABASE)) as store:
        yield store


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
