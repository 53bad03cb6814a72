"""A wall over a network that these tests change."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import seen
from tests.browser.conftest import Server, Visit, start_server, stop_server
from tests.browser.wall.pages import PAINTED, OpenWall, with_network


@pytest.fixture(scope="package")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An application whose network these tests change."""
    process, server = start_server(with_network(tmp_path_factory.mktemp("wall")))
    yield server
    stop_server(process)


@pytest.fixture
def open_wall(visit: Visit) -> OpenWall:
    """`open_wall(server, query)`: a wall with its numbers and its map on screen. An exception in the page fails the test."""
    def opened(server: Server, query: str = "", width: int = 1280, height: int = 720, traffic: seen.Traffic | None = None
               ) -> Page:
        page = visit(f"{server.url}/wall{query}", width=width, height=height, traffic=traffic)
        page.wait_for_selector(".wl-tiles")
        if "layout=numbers" not in query and "layout=lists" not in query:
            page.wait_for_function(PAINTED)
        return page

    return opened
