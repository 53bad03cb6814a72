"""A demo network with its account, and pages that are signed in to it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, start_server, stop_server
from tests.browser.operator.pages import sign_in
from wirelane_geo.api import WirelaneClient


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on a small demo network, which has members and sessions."""
    process, server = start_server(tmp_path_factory.mktemp("demo"), WIRELANE_GEO_DEMO_STATIONS="60")
    yield server
    stop_server(process)


@pytest.fixture(scope="package")
def account(demo: Server) -> dict[str, str]:
    """The demo account, as `wirelane-geo credentials` prints it."""
    return dict(json.loads((demo.data / "credentials.json").read_bytes()))


@pytest.fixture(scope="package")
def client(demo: Server, account: dict[str, str]) -> Iterator[WirelaneClient]:
    """What the pages show, asked for over HTTP."""
    with WirelaneClient(f"{demo.url}/apis/emc", f"{demo.url}/token", account["organization"], account["client_id"],
                        account["client_secret"], account["username"], account["password"]) as client:
        yield client


@pytest.fixture
def enter(visit: Visit, demo: Server, account: dict[str, str]) -> Visit:
    """`enter(path)`: a page of the demo, signed in."""
    def entered(path: str, **options: object) -> Page:
        page = visit(f"{demo.url}/{path}", **options)
        sign_in(page, account["username"], account["password"])
        expect(page.get_by_text("Signed in as demo")).to_be_visible()
        return page
    return entered
