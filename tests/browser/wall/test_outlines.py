"""A wall draws the area and the route that its link's points are in."""

from urllib.parse import quote

import pytest

from tests.browser import seen
from tests.browser.conftest import Server
from tests.browser.wall.pages import OpenWall
from wirelane_geo.geo.polyline import encode

AREA = [(13.3, 52.48), (13.5, 52.48), (13.5, 52.56), (13.3, 52.56)]
ROUTE = [(13.2, 52.45), (13.4, 52.53), (13.6, 52.55)]
DRAWN = """lines => {
    const path = document.querySelector('.wg-outline path')?.getAttribute('d') ?? '', drawn = path.split('M').filter(Boolean);
    return drawn.length === lines.length && drawn.every((line, i) => {
        const corners = line.split('L').map(at => at.split(' ').map(Number));
        return corners.length === lines[i].length && corners.every((at, j) => {
            const [x, y] = window.wirelaneGeo.project(...lines[i][j]);
            return Math.hypot(at[0] - x, at[1] - y) < 1;
        });
    });
}"""
"""The outline has these lines, each corner of them where the map has it."""


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_area_and_route_of_a_link_are_drawn_in_the_walls_tones(live: Server, open_wall: OpenWall, theme: str) -> None:
    where = f"area={quote(encode(AREA))}&route={quote('20000:' + encode(ROUTE))}"
    page = open_wall(live, f"?{where}&theme={theme}")
    seen.wait_until(page, DRAWN, [[*AREA, AREA[0]], ROUTE])
    stroke = "getComputedStyle(document.querySelector('.wg-outline path')).stroke"
    assert page.evaluate(stroke) == page.evaluate("getComputedStyle(document.querySelector('.wl-wall .wl-part')).color")


def test_a_tour_draws_the_area_of_its_stop_and_a_wall_without_one_draws_nothing(live: Server, open_wall: OpenWall) -> None:
    stop = quote(f"?lat=52.52&lon=13.4&zoom=11&area={quote(encode(AREA))}", safe="")
    page = open_wall(live, f"?tour={stop}&layout=map")
    seen.wait_until(page, DRAWN, [[*AREA, AREA[0]]])
    page = open_wall(live, "?layout=map")
    seen.wait_until(page, "wirelaneGeo.shown().settled")
    seen.wait_until(page, DRAWN, [])
