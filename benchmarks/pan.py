"""From the end of a pan or zoom to repainted points, in headless Chromium: milliseconds, bytes, and where the time goes.

The time starts where the map reports its new viewport (after its debounce of 150 ms) and ends where deck.gl has drawn the
answer. The browser tells when the answer arrived, when its columns were bound, when deck.gl had drawn, and when the
graphics (here: software) were done with that; the server tells on /metrics how long its steps took.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from playwright.sync_api import Browser, CDPSession, Page

from benchmarks import sessions
from benchmarks.application import ROOT, application, chromium

IRVE = ROOT.parent / "shared/data/irve-static-2025-07.jsonl.xz"
PARIS = (48.86, 2.35)
STEPS = ("url", "query", "layers", "serialise", "panels")
WARM_UP = 3
DRAGS = ((160, 0), (0, 120), (-160, 0), (0, -120))

Table = list[list[str]]


@dataclass(frozen=True)
class Repaint:
    """One pan: marks drawn; milliseconds until the answer arrived, was bound, was drawn, was on the screen; bytes
    over the websocket; milliseconds of each step on the server."""

    marks: int
    arrived: float
    bound: float
    drawn: float
    done: float
    received: int
    steps: dict[str, float]


def opened(browser: Browser, url: str, lat: float, lon: float, zoom: float) -> Page:
    """A page of 1280 x 800 px on the map, once it shows points."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script("window.wirelaneGeo = {repaints: [], reports: 0, finish: true}")
    page.goto(f"{url}/?lat={lat}&lon={lon}&zoom={zoom}")
    page.wait_for_function("wirelaneGeo.repaints.some(r => r.points > 0)", timeout=120_000)
    page.wait_for_function("() => wirelaneGeo.repaints.at(-1).serial === wirelaneGeo.reports", timeout=120_000)
    return page


def bytes_received(page: Page) -> tuple[CDPSession, list[int]]:
    """A list that grows with each message over the websocket."""
    received: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived",  # the protocol shows binary frames in base64
               lambda event: received.append(len(event["response"]["payloadData"]) * 3 // 4))
    return session, received


def gestures(page: Page, count: int) -> Iterator[None]:
    """Drags to all sides and, each fifth time, a step of zoom in or out. After each one: time to look."""
    for turn in range(count):
        page.mouse.move(800, 400)
        if turn % 5 == 4:
            page.mouse.wheel(0, -200 if turn % 10 == 4 else 200)
        else:
            dx, dy = DRAGS[turn % 5]
            page.mouse.down()
            page.mouse.move(800 - dx, 400 - dy, steps=4)
            page.mouse.up()
        yield


def measure(page: Page, url: str, pans: int) -> list[Repaint]:
    """Some pans and zooms of a page, after some more that warm it up."""
    session, received = bytes_received(page)
    found: list[Repaint] = []
    before, reports = server_steps(url), page.evaluate("wirelaneGeo.reports")
    for _ in gestures(page, WARM_UP + pans):
        page.wait_for_function("n => wirelaneGeo.repaints.some(r => r.serial > n && r.ms !== null)", arg=reports)
        page.wait_for_function("() => wirelaneGeo.repaints.at(-1).serial === wirelaneGeo.reports")
        painted, reports = page.evaluate("[wirelaneGeo.repaints.findLast(r => r.ms !== null), wirelaneGeo.reports]")
        page.wait_for_timeout(300)  # the marks' own movement; what comes after the paint belongs to this pan
        now = server_steps(url)
        pan = {step: (now[step][0] - before[step][0]) / max(1, now[step][1] - before[step][1]) * 1000 for step in STEPS}
        found.append(Repaint(painted["points"], painted["arrived"], painted["bound"], painted["ms"], painted["finished"],
                             sum(received), pan))
        before, received[:] = now, []
    session.detach()
    return found[WARM_UP:]


def server_steps(url: str) -> dict[str, tuple[float, float]]:
    """Seconds and times of each step of a pan so far, as /metrics says."""
    text = httpx.get(f"{url}/metrics", timeout=30).text
    said = {(what, step): float(value)
            for what, step, value in re.findall(r'^wirelane_geo_pan_seconds_(sum|count)\{step="(\w+)"\} (\S+)$', text, re.M)}
    return {step: (said.get(("sum", step), 0.0), said.get(("count", step), 0.0)) for step in STEPS}


def header() -> list[str]:
    """Of the table that `row` fills."""
    return ["pan or zoom to repaint, after the debounce", "zoom", "marks", "p50 ms", "p95 ms", "arrived", "bound", "drawn",
            "done", "kB", *(f"{step} ms" for step in STEPS)]


def row(name: str, zoom: float, pans: list[Repaint]) -> list[str]:
    """Medians of some pans: of the whole, of its parts one after the other, of the server's steps."""
    total = [each.drawn for each in pans]
    parts = [[each.arrived for each in pans], [each.bound - each.arrived for each in pans],
             [each.drawn - each.bound for each in pans], [each.done - each.drawn for each in pans]]
    return [name, f"{zoom:g}", f"{np.median([each.marks for each in pans]):,.0f}", f"{np.median(total):.0f}",
            f"{np.percentile(total, 95):.0f}", *(f"{np.median(part):.0f}" for part in parts),
            f"{np.median([each.received for each in pans]) / 1000:.0f}",
            *(f"{np.median([each.steps[step] for each in pans]):.1f}" for step in STEPS)]


def rows(browser: Browser, url: str, name: str, place: tuple[float, float], zooms: tuple[float, ...],
         pans: int) -> Iterator[list[str]]:
    """A row for each zoom."""
    for zoom in zooms:
        page = opened(browser, url, *place, zoom)
        yield row(name, zoom, measure(page, url, pans))
        page.close()


def imported(directory: Path) -> bool:
    """Put the IRVE file into a data directory; False where that file isn't there."""
    if not IRVE.exists():
        return False
    command = Path(sys.executable).with_name("wirelane-geo")
    subprocess.run([command, "import", IRVE], check=True, env={**os.environ, "WIRELANE_GEO_DATA": str(directory)},
                   stdout=subprocess.DEVNULL)
    return True


def main(pans: int, seconds: float) -> tuple[Table, Table]:
    """Rows of the tables of the IRVE file: pans in the browser; sessions of a process that has the embedded service as its
    account."""
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as own:
        if not imported(Path(data)):
            return [header(), [f"{IRVE.name} is not there", *[""] * (len(header()) - 1)]], []
        with application(Path(data)) as url:
            with sessions.account(url, Path(data), Path(own)) as second:
                crowds = sessions.measure(second, "an account behind HTTP", PARIS, 9.0, [1, 10, 50], seconds)
            with chromium() as browser:
                return [header(), *rows(browser, url, "IRVE, 29,109 points", PARIS, (6, 9, 12), pans)], crowds
