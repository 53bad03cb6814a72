from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.network import Network, network
from tests.server.serving import Service, serving


@pytest.fixture(scope="session")
def known() -> Network:
    """The network that `listing` serves."""
    return network()


@pytest.fixture(scope="session", params=["sqlite", "sqlite, by table", "postgresql", "postgresql, by table"])
def listing(request: pytest.FixtureRequest, known: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service to read from only."""
    url = None if request.param.startswith("sqlite") else request.getfixturevalue("postgres").create()
    with serving(tmp_path_factory.mktemp("listing"), url, by_table=request.param.endswith("table")) as service:
        service.store.upsert(known.points, "demo")
        service.source.refresh()
        yield service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service of one's own, empty."""
    with serving(tmp_path, by_table=True) as service:
        yield service
