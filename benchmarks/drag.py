"""While the hand drags: how much of what is seen has its marks. And when a page that was opened before has its first points.

    python benchmarks/drag.py [--data DIRECTORY] [--points 1000000]

The hand goes on in one direction, over ground that nobody has looked at. Every 100 ms the tiles that the view touches are
counted, and those of them that are there: one that only begins to come into view counts as much as one that fills it.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import million, pan
from benchmarks.application import application, chromium, chromium_with_a_profile
from benchmarks.first_visit import AHEAD
from benchmarks.points import Table, text

ZOOM, SECONDS, SPEED = 11.0, 2.0, 400.0
"""Of the map, of a drag, and its pixels a second."""
STEP_S, LOOK_S = 0.02, 0.1
DRAGS, VISITS = 10, 7
FIRST_VISITS, STAY_MS = 3, 2500
"""Until a browser has kept all that it keeps: what was compiled, from the third visit on."""
LEAST_SHARE, FIRST_POINTS_S = 0.95, 2.0
"""The aims: of the mean share, and of the median time."""


def shares(page: Page) -> Iterator[float]:
    """What part of the tiles in view is there, every 100 ms of one drag."""
    page.mouse.move(1100, 400)
    page.mouse.down()
    began, looked = time.monotonic(), 0.0
    while (passed := time.monotonic() - began) < SECONDS:
        page.mouse.move(1100 - passed * SPEED, 400)
        if passed >= looked:
            looked += LOOK_S
            asked = page.evaluate("wirelaneGeo.asked()")
            yield asked["there"] / max(1, asked["needed"])
        time.sleep(STEP_S)
    page.mouse.up()
    page.wait_for_function("wirelaneGeo.shown().settled")


def opened_again(url: str) -> Iterator[float]:
    """Seconds from the address to the first points, in a browser whose user has been there before, for some seconds each time."""
    with chromium_with_a_profile() as context:
        for visit in range(FIRST_VISITS + VISITS):
            page = context.new_page()
            page.add_init_script(AHEAD)
            page.goto(f"{url}/?lat={million.PLACE[0]}&lon={million.PLACE[1]}&zoom={ZOOM:g}")
            page.wait_for_function("window.firstPoints", timeout=120_000)
            if visit >= FIRST_VISITS:
                yield page.evaluate("firstPoints") / 1000
            page.wait_for_timeout(STAY_MS)
            page.close()


def main(data: Path) -> Table:
    """Each with its aim."""
    with application(data, WIRELANE_GEO_SIMULATOR="off") as url:
        with chromium() as browser:
            page = pan.opened(browser, url, *million.PLACE, ZOOM)
            found = [share for _ in range(DRAGS) for share in shares(page)]
            page.close()
        times = list(opened_again(url))
    return [["software WebGL", "measured", "aim"],
            [f"tiles in view that are there, {DRAGS} drags of {SECONDS:g} s, {len(found)} looks",
             f"{statistics.mean(found):.1%}; all of them in {statistics.mean(share == 1 for share in found):.0%} of the looks",
             f"{LEAST_SHARE:.0%}"],
            ["first points of a page that was opened before, s", f"{statistics.median(times):.1f} (worst {max(times):.1f})",
             f"{FIRST_POINTS_S:g}"]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    options = parser.parse_args()
    with million.directory(options.data, options.points) as directory:
        print(text(main(directory)))
