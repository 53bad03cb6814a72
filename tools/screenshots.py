"""Makes the pictures of the documentation, docs/screenshots/*.png, with the application itself on a new demo network.

    .venv/bin/python tools/screenshots.py
"""

import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, TimeoutError, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, PAINTED, PATIENCE_MS, chromium_path, start_server, stop_server  # noqa: E402

SCREENSHOTS = ROOT / "docs" / "screenshots"
BERLIN = "?lat=52.52&lon=13.4&zoom=12"
FREE = ".wl-stations li:has(.wl-FREE) > button >> nth=3"
"""A station of the list, at any time of the day one that is open."""


@dataclass(frozen=True)
class Picture:
    """A picture: its name, the link it shows, what is clicked there one after the other, its size and theme."""

    name: str
    query: str
    clicks: tuple[str, ...] = ()
    size: tuple[int, int] = (1280, 800)
    dark: bool = False
    locale: str = "en-GB"
    wall: bool = False


PICTURES = (
    Picture("map", BERLIN, ("#wl-tool-list", FREE)),
    Picture("network", "", dark=True),
    Picture("filters", BERLIN + "&plug=CCS&kw=100-&status=FREE", ("#wl-tool-list",)),
    Picture("share", BERLIN + "&lang=de", ("#wl-tool-share",), dark=True, locale="de-DE"),
    Picture("phone", BERLIN, ("#wl-tool-list", FREE), size=(390, 844)),
    Picture("wall", "", size=(1920, 1080), wall=True),
    Picture("wall-tour", "?tour=Hamburg&theme=light&layout=map", size=(3840, 2160), wall=True),
    Picture("wall-tablet", "?lang=de", size=(768, 1024), locale="de-DE", wall=True),
)


def take(browser: Browser, base: str, picture: Picture) -> Path:
    """Take one picture; answers its file."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if picture.dark else "light", locale=picture.locale,
        timezone_id="Europe/Berlin", reduced_motion="reduce", has_touch=width < 700, is_mobile=width < 700,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{base}/{'wall' if picture.wall else ''}{picture.query}")
    page.wait_for_selector(".wl-tiles" if picture.wall else ".wl-counts")
    for selector in picture.clicks:
        page.click(selector)
        page.wait_for_selector(".wl-sheet")
    page.wait_for_function(PAINTED)
    with suppress(TimeoutError):  # a wall goes on asking
        page.wait_for_load_state("networkidle", timeout=20_000)
    if width >= 700:  # a phone has no pointer to be over anything
        page.mouse.move(0, 0)
    file = SCREENSHOTS / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


def main() -> None:
    """All pictures, or those named on the command line."""
    wanted = sys.argv[1:] or [picture.name for picture in PICTURES]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        process, server = start_server(Path(data), WIRELANE_GEO_SIMULATOR="on")
        browser = playwright.chromium.launch(executable_path=chromium_path(playwright), args=FLAGS)
        try:
            for picture in PICTURES:
                if picture.name in wanted:
                    print(take(browser, server.url, picture).relative_to(ROOT))
        finally:
            browser.close()
            stop_server(process)


if __name__ == "__main__":
    main()
