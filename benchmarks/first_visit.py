"""A phone's first visit, with nothing of us in its cache: what it fetches, and when its first points are there.

    python benchmarks/first_visit.py [--data DIRECTORY] [--points 1000000] [--list]

Each line is emulated by Chromium itself (Network.emulateNetworkConditions). The time starts with the address, and ends where all
marks of what the link shows are painted. --list prints every request.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import million
from benchmarks.application import application, chromium, wait_until
from benchmarks.points import Table, text
from wirelane_geo.ui.assets import first_visit
from wirelane_geo.web.packed_files import BEST

PHONE = {"width": 390, "height": 844}
LINK = "?lat=50.1&lon=8.7&zoom=11"
LINES: Mapping[str, tuple[float, float] | None] = {"this machine": None, "fast 4G": (9.0, 60.0), "slow 4G": (1.6, 150.0)}
"""Mbit/s down (and a third of it up), milliseconds of latency of each request."""
AIMS = {"fast 4G": 3.0, "slow 4G": 11.0}
MOST_REQUESTS, MOST_BYTES = 70, 2_300_000
WAITING = "/live/news"
"""The question that waits for what changes, again and again: none of the visit's."""
QUIET_S = 5.0
"""Seconds without a request after which no more is expected: what comes after the marks waits for four."""
LONGEST_S = 120.0
AHEAD = """
window.wirelaneGeo = {repaints: [], reports: 0};
wirelaneGeo.repaints.push = function (repaint) {
  if (repaint.points) window.firstPoints ??= performance.now();
  return Array.prototype.push.call(this, repaint);
};
"""


@dataclass
class Request:
    """Its address without the server's, seconds after the page's, and bytes as they travelled, headers included; None while it
    is on its way."""

    address: str
    kind: str
    begun: float
    ended: float | None = None
    received: int | None = None


@dataclass
class Visit:
    """What one page asked the network for, by Chromium's number of the request; `points`: seconds until its points were there."""

    requests: dict[str, Request] = field(default_factory=dict)
    points: float = 0.0
    heard: float = 0.0

    def watch(self, page: Page) -> Any:
        """Note what a page asks for. Answers the session with Chromium."""
        chrome = page.context.new_cdp_session(page)
        chrome.send("Network.enable")
        chrome.on("Network.requestWillBeSent", self._begun)
        chrome.on("Network.requestServedFromCache", self._kept)
        chrome.on("Network.loadingFinished", self._ended)
        return chrome

    def _begun(self, said: dict[str, Any]) -> None:
        url = said["request"]["url"]
        if url.startswith("http") and WAITING not in url:
            self.heard = time.monotonic()
            self.requests[said["requestId"]] = Request("/" + url.split("/", 3)[3], said.get("type", ""), said["timestamp"])

    def _kept(self, said: dict[str, Any]) -> None:
        self.requests.pop(said["requestId"], None)

    def _ended(self, said: dict[str, Any]) -> None:
        if request := self.requests.get(said["requestId"]):
            self.heard = time.monotonic()
            request.ended, request.received = said["timestamp"], int(said["encodedDataLength"])

    @property
    def done(self) -> list[Request]:
        """Those that were answered, in the order in which they were asked."""
        return [request for request in self.requests.values() if request.received is not None]

    def bytes(self, part: str = "") -> int:
        """Of the requests with this in their address."""
        return sum(request.received or 0 for request in self.done if part in request.address)

    def seconds(self) -> float:
        """From the page's request to the end of the last one."""
        return max(request.ended or 0.0 for request in self.done) - self.done[0].begun


@contextmanager
def visited(browser: Browser, url: str, line: tuple[float, float] | None) -> Iterator[Visit]:
    """One visit with an empty cache, until nothing more is asked for."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    visit = Visit()
    chrome = visit.watch(page)
    if line:
        down, latency = line[0] * 1e6 / 8, line[1]
        chrome.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency, "downloadThroughput": down,
                                                         "uploadThroughput": down / 3})
    page.add_init_script(AHEAD)
    page.goto(f"{url}/{LINK}", wait_until="commit")
    page.wait_for_function("window.firstPoints", timeout=120_000)
    visit.points = page.evaluate("firstPoints") / 1000
    give_up = time.monotonic() + LONGEST_S
    while time.monotonic() - visit.heard < QUIET_S and time.monotonic() < give_up:
        page.wait_for_timeout(100)
    yield visit
    context.close()


GROUPS = (("Streamlit's scripts", "/static/js/"), ("deck.gl", "/pydeck/"), ("ours", "/assets/"), ("fonts", "/media/"),
          ("tiles and counts", "/map/"))


def prepared(data: Path) -> bool:
    """Whether all that is compressed beforehand is as small as it gets, some minutes after the first start."""
    return len(list((data / "packed").glob(f"*.{BEST}"))) >= len(first_visit())


def main(data: Path, listed: bool = False) -> list[Table]:
    """Rows of two tables: each line with its requests, bytes and times; what is fetched, by kind. Headers first."""
    times = [["a phone's first visit, 390 x 844 px", "requests", "MB", "first points, s", "aim", "last request, s"]]
    kinds = [["fetched", "requests", "kB"]]
    with application(data) as url, chromium() as browser:
        with visited(browser, url, None):  # compresses what isn't yet
            pass
        wait_until(lambda: prepared(data), seconds=300)
        for name, line in LINES.items():
            with visited(browser, url, line) as visit:
                times.append([name, f"{len(visit.done)}", f"{visit.bytes() / 1e6:.2f}", f"{visit.points:.1f}",
                              f"{AIMS[name]:g}" if name in AIMS else "", f"{visit.seconds():.1f}"])
        of = {group: [request for request in visit.done if part in request.address] for group, part in GROUPS}
        known = [request for group in of.values() for request in group]
        of["the page and the rest"] = [request for request in visit.done if request not in known]
        kinds += [[group, f"{len(asked)}", f"{sum(each.received or 0 for each in asked) / 1000:.0f}"]
                  for group, asked in of.items()]
        if listed:
            begin = visit.done[0].begun
            for each in visit.done:
                print(f"{each.begun - begin:6.2f} {(each.ended or 0) - begin:6.2f} {each.received:9,}  {each.address[:110]}")
    times.append(["aim", f"{MOST_REQUESTS}", f"{MOST_BYTES / 1e6:.1f}", "", "", ""])
    return [times, kinds]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--list", action="store_true", dest="listed")
    options = parser.parse_args()
    with million.directory(options.data, options.points) as directory:
        print(*(text(table) for table in main(directory, options.listed)), sep="\n\n")
