"""A client and the embedded service in one process: the same answers as over a network, from several threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wirelane_geo.api import WirelaneClient
from wirelane_geo.api.in_process import InProcess
from wirelane_geo.errors import ApiUnauthorized
from wirelane_geo.model import ChargePoint
from wirelane_geo.server import Credentials, embedded, load_or_create
from wirelane_geo.store import open_store


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    return load_or_create(tmp_path)


@pytest.fixture
def transport(tmp_path: Path, credentials: Credentials) -> Iterator[InProcess]:
    store = open_store(tmp_path / "points.sqlite")
    store.upsert([ChargePoint(charge_point_id=f"P{i}", latitude=52.5, longitude=13.4) for i in range(250)], "api")
    yield InProcess(embedded(store, credentials))
    store.close()


def client_of(transport: InProcess, own: Credentials, password: str) -> WirelaneClient:
    return WirelaneClient("http://here/apis/emc", "http://here/token", own.organization, own.client_id, own.client_secret,
                          own.username, password, page_size=20, transport=transport)


def test_all_pages_come_and_a_change_stays(transport: InProcess, credentials: Credentials) -> None:
    with client_of(transport, credentials, credentials.password) as client:
        points = client.points()
        assert ({point.charge_point_id for point in points}, points.problem) == ({f"P{i}" for i in range(250)}, None)
        made = client.create_point(ChargePoint(charge_point_id="new"))
        assert client.point(str(made.id)) == made
        with ThreadPoolExecutor(4) as pool:
            assert {point.id for point in pool.map(client.point, [str(made.id)] * 20)} == {made.id}


def test_a_wrong_password_is_refused_here_too(transport: InProcess, credentials: Credentials) -> None:
    with client_of(transport, credentials, "wrong") as client, pytest.raises(ApiUnauthorized) as raised:
        client.points(limit=1)
    assert raised.value.error_code == "invalid_grant"


def test_what_the_application_raises_is_a_500() -> None:
    async def fails(request: Request) -> Response:
        raise RuntimeError("on fire")
    with httpx.Client(transport=InProcess(Starlette(routes=[Route("/", fails)]))) as client:
        assert client.get("http://here/").status_code == 500
