"""Streets beneath the marks from a file of our own: in the theme's tones, with names, where the file has them."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import seen
from tests.browser.conftest import PATIENCE_MS, OpenPage, start_server, stop_server
from tests.browser.network import NETWORK
from tests.ui.regions import write_region
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store
from wirelane_geo.ui.palette import LOOKS, TONES, Theme
from wirelane_geo.ui.streets import TINTS

CITY = "lat=52.524&lon=13.39&zoom=13"
EDGE = "lat=52.52&lon=13.6&zoom=12"
CREDITS = "words => document.querySelector('.wg-credits')?.textContent.includes(words)"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("streets")
    with closing(open_store(data / DATABASE)) as store:
        store.upsert(NETWORK, "irve")
    process, server = start_server(data, WIRELANE_GEO_BASEMAP=str(write_region(data / "berlin.pmtiles")))
    yield server.url
    stop_server(process)


Colours = dict[tuple[int, int, int], int]
NAME = (560, 380, 820, 440)
"""Where the town's name stands: left, top, right and bottom, px."""
BEYOND = (660, 100, 1200, 600)
"""East of the file's bounds."""


def colours(page: Page, box: tuple[int, int, int, int] = (0, 0, 1280, 800)) -> Colours:
    """How often each colour is in a part of the map."""
    picture = Image.open(BytesIO(page.locator(".wg-canvas").screenshot())).convert("RGB").crop(box)
    return {colour: number for number, colour in picture.getcolors(1 << 24) or []}  # type: ignore[misc]


def like(found: Colours, colour: str, within: int = 2) -> int:
    """Pixels that are of a colour (#RRGGBB), or nearly."""
    wanted = bytes.fromhex(colour[1:])
    return sum(number for one, number in found.items() if max(abs(a - b) for a, b in zip(one, wanted, strict=True)) <= within)


def draws(page: Page, wanted: set[str]) -> bool:
    """Whether a frame comes that has each of some colours: software WebGL draws it when it does."""
    ends = monotonic() + PATIENCE_MS / 1_000
    while monotonic() < ends:
        found = colours(page)
        if all(like(found, colour) > 30 for colour in wanted):
            return True
    return False


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_streets_of_a_file_are_on_the_map_in_its_tones_and_nobody_else_is_asked(
        open_page: OpenPage, own: str, theme: Theme) -> None:
    asked: list[str] = []
    page = open_page(f"embed?{CITY}&theme={theme}", base=own)
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    seen.wait_until(page, CREDITS, "© Nobody Inc")
    tones, tints = TONES[theme], TINTS[theme]
    wanted = {tones.land, tones.sea, tints["green"], tints["main"], tints["road"], LOOKS[0].colour}
    assert draws(page, wanted), [(colour, like(colours(page), colour)) for colour in wanted]
    assert like(colours(page, NAME), tones.label, 24) > 20, "the town's name"
    assert not page.evaluate(CREDITS, "GeoNames")
    assert page.evaluate("wirelaneGeo.drawn().labels") == 0, "names are those of the file"
    assert any(".mvt" in url for url in asked)
    assert {urlsplit(url).netloc for url in asked if url.startswith("http")} == {urlsplit(own).netloc}


def test_beyond_the_file_the_embedded_map_stays(open_page: OpenPage, own: str) -> None:
    page = open_page(f"embed?{EDGE}&theme=light", base=own)
    seen.wait_until(page, CREDITS, "© Nobody Inc · Natural Earth · GeoNames")
    seen.wait_until(page, "wirelaneGeo.drawn().labels > 0 && wirelaneGeo.drawn().land > 0")
    assert draws(page, {TONES["light"].land, TINTS["light"]["main"]})
    east = colours(page, BEYOND)
    assert like(east, TINTS["light"]["main"]) == 0, "the file ends in the middle"
    assert like(east, TONES["light"].land) > 200_000

    for _ in range(20):  # and where all that it has is small
        if "Nobody" not in page.inner_text(".wg-credits"):
            break
        seen.after(page, lambda: page.locator(".wg-canvas").press("-"))
    expect(page.locator(".wg-credits")).to_have_text("Natural Earth · GeoNames")
