"""The wall as somebody sees it: what its feed shows when, its numbers, every mark on its map, its memory."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Error

from benchmarks.soak.processes import resident_mb
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.clusters import aligned

WATCHING = """
window.soak = {seen: [], known: new Set()};
new MutationObserver(() => {
  const {seen, known} = window.soak;
  const fresh = [...document.querySelectorAll('[data-number][data-point]')].filter(line => !known.has(line.dataset.number));
  if (!fresh.length) return;
  if (known.size > 5000) known.clear();
  for (const line of fresh) known.add(line.dataset.number);
  const told = fresh.map(({dataset: {number, point, change}}) => [Number(number), point, change.split('-')[1]]);
  // The frame that comes next paints them; the one after it follows that.
  requestAnimationFrame(() => requestAnimationFrame(() => seen.push(...told.map(one => [...one, Date.now() / 1000]))));
}).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ['data-number']});
"""
PICTURE = """() => {
  const shown = window.wirelaneGeo?.shown?.(), tiles = [...document.querySelectorAll('.wl-tiles [data-status]')];
  if (!shown?.settled || !shown.edges || !tiles.length) return null;
  const names = ['clusters.getPosition', 'clusters.byStatus', 'stations.getPosition', 'stations.status', 'stations.free',
    'stations.total'];
  const numbers = Object.fromEntries(tiles.map(({dataset: {status, count}}) => [status, Number(count)]));
  const columns = Object.fromEntries(names.map(name => [name, shown.columns(...name.split('.'))]));
  return {edges: shown.edges, zoom: shown.zoom, numbers, ...columns};
}"""


@dataclass(frozen=True)
class Picture:
    """What is on the wall: points by status; how many clusters have which counts by status, how many marks which status,
    free points and points in all; and what of the earth they show at which zoom."""

    numbers: Counter[str]
    clusters: Counter[tuple[int, ...]]
    marks: Counter[tuple[int, ...]]
    bounds: Bounds
    zoom: float

    def wrong(self, true: "Picture") -> int:
        """How many points at least are shown with a wrong status."""
        numbers = sum(abs(self.numbers[status] - true.numbers[status]) for status in {*self.numbers, *true.numbers})
        marks = (self.marks - true.marks).total() + (true.marks - self.marks).total()
        clusters = (self.clusters - true.clusters).total() + (true.clusters - self.clusters).total()
        return max(-(-numbers // 2), -(-(marks + clusters) // 2))


class Wall:
    """A wall in a browser. A page that is being loaded has nothing to tell yet."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser.new_browser_cdp_session()
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
        context.add_init_script(WATCHING)
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.loads = 0
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("load", self._loaded)
        self._tools = context.new_cdp_session(self.page)
        self.page.goto(url)

    def _loaded(self, _: Any) -> None:
        self.loads += 1

    def seen(self) -> list[tuple[int, str, str, float]]:
        """What the feed has shown since this was asked last: number, point, status, seconds since 1970."""
        return [tuple(one) for one in self._ask("() => window.soak?.seen.splice(0) ?? []") or []]

    def picture(self) -> Picture | None:
        """What is on screen; None while it isn't whole."""
        found = self._ask(PICTURE)
        if not found:
            return None
        west, south, east, north = found["edges"]
        bounds, zoom = Bounds(south, west, north, east), float(found["zoom"])
        around = aligned(bounds, zoom)  # more is bound than is seen
        clusters, stations = (around.contains(*np.array(found[f"{layer}.getPosition"], float).reshape(-1, 2).T)
                              for layer in ("clusters", "stations"))
        columns = np.array([found[f"stations.{name}"] for name in ("status", "free", "total")], int)
        by_status = np.array(found["clusters.byStatus"], int).reshape(-1, 7)[clusters].tolist()
        return Picture(Counter(found["numbers"]), Counter(map(tuple, by_status)),
                       Counter(map(tuple, columns.T[stations].tolist())), bounds, zoom)

    def age(self) -> str:
        """What the wall says of the age of its data."""
        return str(self._ask("() => document.querySelector('[data-age]')?.textContent ?? ''"))

    def memory_mb(self) -> tuple[float, float]:
        """The page's JavaScript heap after its garbage was collected, and all memory of the browser's page and GPU processes."""
        self._tools.send("HeapProfiler.collectGarbage")
        heap = self._tools.send("Runtime.getHeapUsage")["usedSize"] / 2**20
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return heap, sum(resident_mb(one["id"]) for one in processes if one["type"] in ("renderer", "GPU"))

    def _ask(self, expression: str) -> Any:
        try:
            return self.page.evaluate(expression)
        except Error:
            return None
