"""The embedded outlines: land is cut to what is looked at, and nothing of it is lost or added there."""

import numpy as np
import shapely
from playwright.sync_api import Browser

from tests.browser.conftest import Server

CLIP = """async ([rings, box]) => {
    const {clipped} = await import(new URL('assets/clip.js', location).href);
    return rings.map(ring => [...clipped(Float32Array.from(ring), box)]);
}"""
BOX = (-3.0, -2.0, 4.0, 2.5)


def stars(count: int) -> list[shapely.Polygon]:
    """Polygons of all sizes in and around the box: jagged, some across it, some around all of it, some beside it."""
    rng = np.random.default_rng(3)
    made = []
    for _ in range(count):
        corners = rng.integers(3, 40)
        angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
        radius = rng.uniform(0.2, 1, corners) * rng.choice([0.5, 3, 15])
        middle = rng.uniform(-6, 6, 2)
        made.append(shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None] + middle))
    return [star for star in made if star.is_valid]


def test_land_is_cut_to_a_box(server: Server, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(server.url)
    polygons = stars(400)
    box = shapely.box(*BOX)
    given = [shapely.get_coordinates(polygon).ravel().tolist() for polygon in polygons]
    answered = [np.array(ring).reshape(-1, 2) for ring in page.evaluate(CLIP, [given, BOX])]
    page.close()
    kinds = set()
    for polygon, ring in zip(polygons, answered, strict=True):
        wanted = polygon.intersection(box)
        x, y = ring.T if len(ring) else np.zeros((2, 0))
        area = abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
        assert abs(area - wanted.area) < 1e-4 * max(1, polygon.area)
        assert shapely.dwithin(shapely.points(ring), box, 1e-5).all(), "no corner lies beyond"
        kinds.add("all" if box.contains(polygon) else "box" if polygon.contains(box) else "some" if wanted.area else "none")
    assert kinds == {"all", "box", "some", "none"}
