"""The screenshots of README and docs, made by the application itself: `.venv/bin/python tools/screenshots.py`.

A demo network of its own that stands still, Berlin, light and dark, desktop and phone; the same picture every time.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.application import ROOT, application, chromium

SHOTS = ROOT / "docs/screenshots"
GERMANY, CITY = "lat=51.2&lon=10.4", "lat=52.51&lon=13.39"
BERLIN = f"{CITY}&zoom=11"
LOOKS = {
    "map": ("", 1280, 800, "light"),
    "map-dark": ("", 1920, 1080, "dark"),
    "phone": ("", 390, 844, "light"),
    "phone-dark": ("", 390, 844, "dark"),
    **{f"zoom-{zoom}": (f"{GERMANY if zoom < 8 else CITY}&zoom={zoom}", 1280, 800, "light") for zoom in (4, 6, 8, 10, 12, 14)},
}


def main() -> None:
    """Writes docs/screenshots/*.png."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with (tempfile.TemporaryDirectory() as data,
          application(Path(data), WIRELANE_GEO_SIMULATOR="off") as url, chromium() as browser):
        for name, (view, width, height, scheme) in LOOKS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"{url}/?{view or BERLIN}")
            page.wait_for_function("window.wirelaneGeo?.repaints?.some(r => r.points > 0)", timeout=120_000)
            if name == "map":
                page.get_by_role("button", name="List").click()
                page.get_by_text("nearest to the centre").wait_for()
            page.wait_for_timeout(2_000)  # fonts, labels and the last tile of the basemap
            page.screenshot(path=SHOTS / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
