"""A real server on a free port with a network of its own, and one headless Chromium for all browser tests."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, TimeoutError, expect, sync_playwright

from tests.browser.network import NETWORK
from tests.browser.seen import Traffic
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

ROOT = Path(__file__).parent.parent.parent
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
         "--disable-gpu-rasterization", "--disable-background-networking", "--no-first-run"]
"""WebGL in software. What is no WebGL is drawn by the processor itself, which is quicker than a graphics card made of it."""
PATIENCE_MS = 60_000
"""How long a test waits for something before it fails: a busy machine draws a frame of software WebGL in seconds."""
expect.set_options(timeout=PATIENCE_MS)

PAINTED = "() => window.wirelaneGeo?.shown?.().settled || document.querySelector('.wg-trouble')"
"""All marks of what is looked at are on screen, with their counts; or why they are not."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True)
class Server:
    """A running application: where it answers, its data directory, and what it printed."""

    url: str
    data: Path
    printed: list[str]


def start_server(data: Path, **environment: str) -> tuple[subprocess.Popen[str], Server]:
    """Start the application on a free port and wait until it says where it is."""
    settings = {key: value for key, value in os.environ.items() if not key.startswith(("WIRELANE", "STREAMLIT"))}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env={**settings, "WIRELANE_GEO_DATA": str(data), "STREAMLIT_SERVER_PORT": "0", "WIRELANE_GEO_BASEMAP": "embedded",
             "WIRELANE_GEO_SIMULATOR": "off", **environment},
    )
    assert process.stderr is not None
    printed: list[str] = []
    for line in process.stderr:
        printed.append(line)
        if " is at http://" in line:
            url = line.split(" is at ")[1].strip()
            threading.Thread(target=printed.extend, args=(process.stderr,), daemon=True).start()
            return process, Server(url, data, printed)
    raise AssertionError(f"the application ended with {process.wait()} before it had started:\n{''.join(printed)}")


def stop_server(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on the network of network.py."""
    data = tmp_path_factory.mktemp("data")
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    process, server = start_server(data)
    yield server
    stop_server(process)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium: the one that CHROMIUM names, the machine's, or playwright's own. Not for the session: while playwright runs, no
    other test of its worker can run an event loop."""
    with sync_playwright() as playwright:
        executable = chromium_path(playwright)
        if executable is None:
            pytest.skip("no Chromium: set CHROMIUM, install it, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


def chromium_path(playwright: Playwright) -> str | None:
    """The Chromium to use: the one that CHROMIUM names, the machine's, or playwright's own; None where there is none."""
    for candidate in (os.environ.get("CHROMIUM"), "/usr/bin/chromium", shutil.which("chromium"),
                      playwright.chromium.executable_path):
        if candidate and Path(candidate).exists():
            return candidate
    return None


UNREACHABLE = ("net::ERR_", "Failed to fetch", "Client Error in reaching server endpoint", "Is Streamlit still running?",
               "the server responded with a status of 503")
"""What browser and Streamlit write to the console while a server, or the one behind it, is away."""

Visit = Callable[..., Page]
OpenPage = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """`visit(url, width=, height=, traffic=, console=, **context)`: a page in a context of its own. An exception in a page's
    script fails the test; with `console=True`, so does what a page writes to its console as an error."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visited(
        url: str, *, width: int = 1280, height: int = 800, traffic: Traffic | None = None, console: bool = False,
        **options: object,
    ) -> Page:
        def complain(text: str) -> None:
            if not (console and any(away in text for away in UNREACHABLE)):
                complaints.append(text)

        given: dict[str, object] = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
        context = chromium.new_context(viewport={"width": width, "height": height}, **given | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complain(str(error)))
        if console:
            page.on("console", lambda message: complain(message.text) if message.type == "error" else None)
        if traffic:
            page.on("websocket", traffic.follow)
        page.goto(url)
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_page(visit: Visit, server: Server) -> OpenPage:
    """`open_page(query, base=, until=, **visit)`: a visit to the map, which is on screen, as is what `until` selects.
    What a page writes to its console as an error fails the test."""
    def opened(query: str = "", *, base: str = "", until: str = ".wl-counts", **options: object) -> Page:
        page = visit(f"{base or server.url}/{query}", console=True, **options)
        try:
            page.wait_for_selector(until)
            page.wait_for_function(PAINTED)
        except TimeoutError:
            said = "".join(server.printed[-20:])
            pytest.fail(f"no map at {page.url}\npage: {page.inner_text('body')[:500]}\nserver: {said}")
        return page

    return opened
