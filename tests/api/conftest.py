"""An upstream of the tests' own, and clients of it that never wait in earnest."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.api.upstream import Upstream, serving
from wirelane_geo.api import Hosts, WirelaneClient


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as upstream:
        yield upstream


@pytest.fixture
def waits() -> list[float]:
    """The seconds that clients of `connect` would have waited between attempts."""
    return []


@pytest.fixture
def connect(upstream: Upstream, waits: list[float]) -> Iterator[Callable[..., WirelaneClient]]:
    """Make a client of the upstream; it is closed at the end."""
    with ExitStack() as stack:

        def make(username: str | None = "ada", password: str | None = "pass-w0rd", **options) -> WirelaneClient:
            options = {"sleep": waits.append, "timeout": 5.0, "hosts": Hosts(rate=1e9)} | options
            return stack.enter_context(WirelaneClient(
                f"{upstream.url}/apis/emc", f"{upstream.url}/token", "DEMO", "client-1", "s3cr3t-value", username, password,
                **options,
            ))

        yield make
