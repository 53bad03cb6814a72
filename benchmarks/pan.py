"""From the end of a pan to repainted points, in headless Chromium: milliseconds and bytes over the websocket.

The time starts where the map reports its new viewport (after its debounce of 150 ms) and ends where the answer is drawn.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.application import ROOT, application, chromium

IRVE = ROOT.parent / "shared/data/irve-static-2025-07.jsonl.xz"
PARIS = "lat=48.86&lon=2.35&zoom={zoom}"


def measure(page: Page, pans: int) -> tuple[list[float], list[int], list[int]]:
    """Milliseconds, points drawn and bytes received for each of some pans around a circle."""
    received: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived",  # the protocol shows binary frames in base64
               lambda event: received.append(len(event["response"]["payloadData"]) * 3 // 4))
    milliseconds, points, sizes = [], [], []
    for pan in range(pans):
        before, received[:] = page.evaluate("window.wirelaneGeo.reports"), []
        dx, dy = ((160, 0), (0, 120), (-160, 0), (0, -120))[pan % 4]
        page.mouse.move(800, 400)
        page.mouse.down()
        page.mouse.move(800 - dx, 400 - dy, steps=4)
        page.mouse.up()
        page.wait_for_function("n => window.wirelaneGeo.repaints.some(r => r.serial > n && r.ms !== null)", arg=before)
        painted = page.evaluate("window.wirelaneGeo.repaints.findLast(r => r.ms !== null)")
        milliseconds.append(painted["ms"])
        points.append(painted["points"])
        page.wait_for_load_state("networkidle")
        sizes.append(sum(received))
    return milliseconds, points, sizes


def main(pans: int) -> list[list[str]]:
    """Rows of the table, the first of them the header."""
    rows = [["pan to repaint, after the debounce", "zoom", "marks", "p50 ms", "p95 ms", "kB a pan"]]
    if not IRVE.exists():
        return [*rows, [f"{IRVE.name} is not there", "", "", "", "", ""]]
    with tempfile.TemporaryDirectory() as directory:
        command = Path(sys.executable).with_name("wirelane-geo")
        environment = {**os.environ, "WIRELANE_GEO_DATA": directory}
        subprocess.run([command, "import", IRVE], check=True, env=environment, stdout=subprocess.DEVNULL)
        with application(Path(directory)) as url, chromium() as browser:
            for zoom in (6, 9, 12):
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(f"{url}/?{PARIS.format(zoom=zoom)}")
                page.wait_for_function("window.wirelaneGeo?.repaints?.some(r => r.points > 0)", timeout=60_000)
                measure(page, 3)
                milliseconds, points, sizes = measure(page, pans)
                page.close()
                rows.append(["IRVE, 29,109 points", str(zoom), f"{statistics.median(points):,.0f}",
                             f"{statistics.median(milliseconds):.0f}", f"{statistics.quantiles(milliseconds, n=20)[-1]:.0f}",
                             f"{statistics.median(sizes) / 1000:.0f}"])
    return rows


