"""From the end of a pan or zoom to all marks painted, in headless Chromium: milliseconds, requests and bytes.

The time starts with the camera's last movement and ends where deck.gl has drawn all marks of what is seen then. The browser tells
when their columns were bound, when deck.gl had drawn, and when the graphics (here: software) were done with that; none of it
where they were there before the gesture had ended.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks import sessions
from benchmarks.application import ROOT, application, chromium

IRVE = ROOT.parent / "shared/data/irve-static-2025-07.jsonl.xz"
PARIS = (48.86, 2.35)
WARM_UP = 3
DRAGS = ((160, 0), (0, 120), (-160, 0), (0, -120))

Table = list[list[str]]


@dataclass(frozen=True)
class Repaint:
    """One pan: marks drawn; milliseconds until they were bound, drawn, on the screen; requests for tiles and counts; bytes of
    tiles."""

    marks: int
    bound: float
    drawn: float
    done: float
    requests: int
    received: int


def opened(browser: Browser, url: str, lat: float, lon: float, zoom: float) -> Page:
    """A page of 1280 x 800 px on the map, once it shows points."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script("window.wirelaneGeo = {repaints: [], reports: 0, finish: true}")
    page.goto(f"{url}/?lat={lat}&lon={lon}&zoom={zoom}")
    page.wait_for_function("wirelaneGeo.repaints.some(r => r.points > 0)", timeout=120_000)
    page.wait_for_function("wirelaneGeo.shown().settled", timeout=120_000)
    return page


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


def measure(page: Page, pans: int) -> list[Repaint]:
    """Some pans and zooms of a page, after some more that warm it up."""
    found: list[Repaint] = []
    reports, asked = page.evaluate("[wirelaneGeo.reports, wirelaneGeo.asked()]")
    for _ in gestures(page, WARM_UP + pans):
        page.wait_for_function("n => wirelaneGeo.repaints.some(r => r.serial > n && r.ms !== null)", arg=reports)
        page.wait_for_function("wirelaneGeo.shown().settled")
        painted, reports, now = page.evaluate(
            "[wirelaneGeo.repaints.findLast(r => r.ms !== null), wirelaneGeo.reports, wirelaneGeo.asked()]")
        page.wait_for_timeout(300)  # the marks' own movement; what comes after the paint belongs to this pan
        requests = sum(now[kind] - asked[kind] for kind in ("tiles", "counts"))
        found.append(Repaint(painted["points"], painted["bound"], painted["ms"], painted["finished"], requests,
                             now["bytes"] - asked["bytes"]))
        asked = now
    return found[WARM_UP:]


def header() -> list[str]:
    """Of the table that `row` fills."""
    return ["pan or zoom to all marks painted", "zoom", "marks", "p50 ms", "p95 ms", "bound", "drawn", "done", "requests",
            "kB unpacked"]


def row(name: str, zoom: float, pans: list[Repaint]) -> list[str]:
    """Medians of some pans, of the whole and of its parts one after the other; means of requests and bytes."""
    total = [each.drawn for each in pans]
    parts = [[each.bound for each in pans], [each.drawn - each.bound for each in pans],
             [each.done - each.drawn for each in pans]]
    return [name, f"{zoom:g}", f"{np.median([each.marks for each in pans]):,.0f}", f"{np.median(total):.0f}",
            f"{np.percentile(total, 95):.0f}", *(f"{np.median(part):.0f}" for part in parts),
            f"{np.mean([each.requests for each in pans]):.2f}", f"{np.mean([each.received for each in pans]) / 1000:.1f}"]


def rows(browser: Browser, url: str, name: str, place: tuple[float, float], zooms: tuple[float, ...],
         pans: int) -> Iterator[list[str]]:
    """A row for each zoom."""
    for zoom in zooms:
        page = opened(browser, url, *place, zoom)
        yield row(name, zoom, measure(page, pans))
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
