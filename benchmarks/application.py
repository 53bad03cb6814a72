"""The product as a user runs it, in a process of its own, and a browser in front of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, BrowserContext, sync_playwright

ROOT = Path(__file__).parent.parent
SOFTWARE_WEBGL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
                  "--disable-background-networking", "--no-first-run"]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def application(data: Path, **settings: str) -> Iterator[str]:
    """The URL of an application on a data directory, once it answers."""
    with application_of(ROOT, data, **settings) as url:
        yield url


@contextmanager
def application_of(root: Path, data: Path, /, **settings: str) -> Iterator[str]:
    """The same of another checkout."""
    port = free_port()
    environment = {**os.environ, "WIRELANE_GEO_DATA": str(data), "WIRELANE_GEO_BASEMAP": "embedded",
                   "STREAMLIT_SERVER_PORT": str(port), **settings}
    process = subprocess.Popen([sys.executable, root / "app.py"], cwd=root, env=environment, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    try:
        wait_until(lambda: process.poll() is not None or answers(f"{url}/healthz"), seconds=120)
        if process.poll() is not None:
            raise SystemExit(f"the application ended with {process.returncode}")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def answers(url: str) -> bool:
    """Whether a URL answers 200."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    """Returns when the condition holds; raises TimeoutError."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError
        time.sleep(0.05)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium with software WebGL: the machine's, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=SOFTWARE_WEBGL)
        yield browser
        browser.close()


@contextmanager
def chromium_with_a_profile() -> Iterator[BrowserContext]:
    """The same as somebody has it who comes back: what it keeps, scripts as it has compiled them too, lies on the disk."""
    with sync_playwright() as playwright, TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=_program(), args=SOFTWARE_WEBGL, viewport={"width": 1280, "height": 800})
        yield context
        context.close()


def _program() -> str | None:
    return next((p for p in (os.environ.get("CHROMIUM"), "/usr/bin/chromium") if p and Path(p).exists()), None)
