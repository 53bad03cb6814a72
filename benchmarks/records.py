"""What others send and take for the same viewports: `st.pydeck_chart` with records, `streamlit-folium` with its marker cluster.

Neither tells the script where one looks, so the benchmark clicks a button that goes to the next viewport. The time starts
with the click and ends where deck.gl has drawn the new points (folium: where the first new marker is in the page).
folium's scripts come from a CDN; here they come from npm's packages, so that no network is part of the figure.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Error, Page, Route

from benchmarks.application import answers, free_port, wait_until
from benchmarks.network import Columns
from wirelane_geo.geo import Bounds

HERE = Path(__file__).parent
PATIENCE_MS = 60_000
WATCH = """
const first = window === top;
if (first) Object.assign(window, {drawn: 0, received: 0, expected: -1, clicked: 0});
addEventListener('click', () => { top.clicked = Date.now(); }, true);
const draw = WebGL2RenderingContext.prototype.drawArraysInstanced;
WebGL2RenderingContext.prototype.drawArraysInstanced = function (mode, start, count, instances) {
  draw.call(this, mode, start, count, instances);
  if (instances === top.expected && !top.drawn) top.drawn = Date.now();
};
let shown;
setInterval(() => { // folium's: another first marker than before
  const marker = document.querySelector('.leaflet-marker-icon');
  if (!marker || marker === shown) return;
  shown = marker;
  if (top.clicked && !top.drawn) top.drawn = Date.now();
}, 10);
if (first) window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({data}) => { top.received += data.byteLength ?? data.size ?? data.length; });
  }
};
"""
"""What the benchmark needs to know of a page that isn't ours: bytes that came, and when how many points were drawn."""
PACKAGES = {"leaflet.js": "leaflet/dist/leaflet.js", "leaflet.css": "leaflet/dist/leaflet.css",
            "leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
            "MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
            "MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
            "leaflet.awesome-markers.js": "leaflet.awesome-markers/dist/leaflet.awesome-markers.js",
            "leaflet.awesome-markers.css": "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
            "jquery-3.7.1.min.js": "jquery/dist/jquery.min.js"}

Figures = tuple[list[float], list[int]]
"""Milliseconds and bytes of each pan."""


def from_packages(route: Route) -> None:
    """Answer what a page asks of a CDN: from npm's packages, else with nothing."""
    name = route.request.url.split("?")[0].rsplit("/", 1)[-1]
    file = HERE.parent / "node_modules" / PACKAGES.get(name, "-")
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    route.fulfill(body=file.read_bytes() if file.exists() else b"", content_type=kind)


@contextmanager
def page_of(kind: str, network: Columns, views: list[Bounds], zoom: float) -> Iterator[str]:
    """The URL of benchmarks/records_page.py on some columns and viewports."""
    with tempfile.TemporaryDirectory() as directory:
        file, port = Path(directory) / "points.npz", free_port()
        lying = [[view.south, view.west, view.north, view.east, zoom] for view in views]
        np.savez(file, views=np.array(lying), lon=network["lon"], lat=network["lat"], status=network["status"],
                 power_kw=network["power_kw"])
        command = [sys.executable, "-m", "streamlit", "run", str(HERE / "records_page.py"), "--server.port", str(port)]
        process = subprocess.Popen(command, cwd=HERE.parent, env={**os.environ, "RECORDS": str(file), "KIND": kind},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"http://localhost:{port}"
        try:
            wait_until(lambda: answers(f"{url}/_stcore/health"), seconds=60)
            yield url
        finally:
            process.terminate()
            process.wait(20)


def inside(network: Columns, view: Bounds) -> int:
    """How many points a viewport (that doesn't cross the antimeridian) has."""
    lon, lat = network["lon"], network["lat"]
    return int(((lon >= view.west) & (lon <= view.east) & (lat >= view.south) & (lat <= view.north)).sum())


def pan(page: Page, expected: int) -> tuple[float, int]:
    """Click to the next viewport, which shows so many points: milliseconds and bytes."""
    page.evaluate("n => Object.assign(window, {drawn: 0, received: 0, clicked: 0, expected: n})", expected)
    page.get_by_role("button", name="Pan").click()
    page.wait_for_function("() => window.drawn > 0", timeout=PATIENCE_MS)
    took = page.evaluate("() => window.drawn - window.clicked")
    page.wait_for_timeout(300)
    return took, page.evaluate("() => window.received")


def measure(browser: Browser, kind: str, network: Columns, views: list[Bounds], zoom: float) -> Figures | str:
    """Each viewport after the first, one after the other; or why that can't be measured."""
    with page_of(kind, network, views, zoom) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.route(lambda address: not address.startswith((url, url.replace("http", "ws"))), from_packages)
        page.add_init_script(WATCH)
        try:
            page.goto(url)
            page.get_by_role("button", name="Pan").wait_for(timeout=PATIENCE_MS)
            page.wait_for_timeout(3000)
            done = [pan(page, inside(network, view)) for view in views[1:]]
        except Error as error:
            return str(error).splitlines()[0]
        finally:
            page.close()
    return [took for took, _ in done], [size for _, size in done]
