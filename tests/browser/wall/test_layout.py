"""The wall fits its screen, can be read at a distance, and its map shows what it is fitted to."""

from base64 import b64encode
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.browser import seen
from tests.browser.conftest import Server, Visit, start_server, stop_server
from tests.browser.network import BERLIN, HARMFUL, NETWORK
from tests.browser.wall.pages import APART, SUM, OpenWall, change
from wirelane_geo.geo import Bounds
from wirelane_geo.model import Status
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store
from wirelane_geo.ui import camera

FITS = """shown => {
    const wrong = [], root = document.documentElement;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) wrong.push('it scrolls');
    for (const part of ['.wl-tiles', '.wl-available', '.wl-spark', '.wl-data', 'time', ...shown]) {
        const {width = 0, height, left, right, bottom} = document.querySelector(part)?.getBoundingClientRect() ?? {};
        // A pixel more: everything drifts by one now and then.
        if (!(width > 0 && height > 0 && left >= 0 && right <= innerWidth + 2 && bottom <= innerHeight + 2)) wrong.push(part);
    }
    const texts = 'h1, time, .wl-data, .wl-tiles :is(b, span, small), .wl-available p > *, .wl-what > *, .wl-then, figcaption';
    for (const element of document.querySelectorAll(texts)) {
        const frame = element.closest('section, .wl-tiles > li, .wl-part').getBoundingClientRect();
        const line = element.closest('.wl-wall-side li')?.getBoundingClientRect();
        if (line?.left >= frame.right - 1) continue; // a line that doesn't fit is in a second column, out of sight
        const words = document.createRange();
        words.selectNodeContents(element);
        const {width, left, right, bottom} = words.getBoundingClientRect();
        if (!width || (left >= frame.left - 1 && right <= frame.right + 1 && bottom <= frame.bottom + 1)) continue;
        wrong.push(`${element.className || element.tagName}: ${element.textContent.slice(0, 40)}`);
    }
    return wrong;
}"""


SIZES = [(1920, 1080), (3840, 2160), (1024, 768), (768, 1024), (390, 844)]


@pytest.mark.parametrize(("query", "shown"), [
    ("?lang=de", [".wl-feed", ".wl-worst", ".wg-map"]), ("?lang=de&layout=numbers", [".wl-wall-qr"]),
    ("?layout=lists&qr=0&theme=light", [".wl-feed", ".wl-worst"]), ("?feed=faults", [".wl-feed", ".wg-map"]),
    ("?lang=de&layout=lists&kw=9999-", [".wl-nothing"]),
])
def test_all_that_is_said_can_be_read_on_any_screen(live: Server, open_wall: OpenWall, query: str, shown: list[str]) -> None:
    change(live, HARMFUL, Status.IN_USE)
    change(live, HARMFUL, Status.FAULTED)  # its names are long ones
    page = open_wall(live, query)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        here = [part for part in shown if part != ".wl-wall-qr" or width > 390]
        # In one look: each refresh puts new elements in the place of the old ones.
        seen.finds_nothing(page, FITS, here)
    assert page.evaluate("window.harmed") is None


TYPE = """() => {
    const u = Math.min(innerWidth / 100, innerHeight / 56.25);
    const size = element => parseFloat(getComputedStyle(element).fontSize) / u;
    const far = '[data-age], [data-clock], .wl-tiles b, .wl-available > p:first-child *, .wl-far';
    return [...document.querySelectorAll(far)].map(element => [element.textContent, size(element)])
        .filter(([, size]) => size < 2.895);
}"""
"""What has to be read from five metres on a screen of 55 inches and is smaller than 2.9 hundredths of its width: with capitals of
0.66 em that is 16 arc minutes (1218 mm * 0.029 * 0.66 = 23.3 mm)."""


@pytest.mark.parametrize("query", ["", "?lang=de&feed=faults", "?layout=lists", "?layout=numbers", "?layout=map&redacted=1"])
def test_what_must_be_read_at_a_distance_is_large_enough_for_it(live: Server, open_wall: OpenWall, query: str) -> None:
    page = open_wall(live, query)
    for width, height in [(1920, 1080), (3840, 2160), (1366, 768)]:
        page.set_viewport_size({"width": width, "height": height})
        seen.finds_nothing(page, TYPE)


def test_a_wall_on_a_phone_can_be_read_in_the_hand(tmp_path: Path, open_wall: OpenWall) -> None:
    store = open_store(tmp_path / DATABASE)
    store.upsert([replace(BERLIN[0], id=status, charging_station_id=status, evseid=None, charge_point_id=status, status=status)
                  for status in Status], "irve")
    store.close()
    process, server = start_server(tmp_path)
    page = open_wall(server, "?lang=de", 390, 844)
    page.wait_for_selector(".wl-tiles li:nth-child(7)")
    seen.finds_nothing(page, FITS, [".wl-feed", ".wl-worst", ".wg-map"])
    seen.finds_nothing(page, """() => [...document.querySelectorAll('.wl-tiles :is(b, span, small)')]
        .filter(element => parseFloat(getComputedStyle(element).fontSize) < 12).map(element => element.textContent)""")
    stop_server(process)


RINGS = """async ([picture, x, y]) => {
    const image = new Image(), canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    Object.assign(canvas.canvas, {width: image.width, height: image.height});
    canvas.drawImage(image, 0, 0);
    const lit = (r, turn) => canvas.getImageData(x + r * Math.sin(turn), y + r * Math.cos(turn), 1, 1).data[0] > 52;
    const turns = Array.from({length: 180}, (_, i) => 2 * Math.PI * i / 180);
    const ring = turns.map(turn => [18, 19, 20, 21, 22, 23, 24].map(r => lit(r, turn)));
    return {middle: ring.filter(([, , , at]) => at).length / 180, any: ring.flat().filter(Boolean).length,
            turns: ring.filter(([, , , at], i) => at !== ring[(i + 179) % 180][3]).length};
}"""


def test_greys_are_told_apart_in_rings(tmp_path: Path, open_wall: OpenWall) -> None:
    kinds = {Status.UNAVAILABLE: 13.2, Status.UNKNOWN: 13.4, Status.CLOSED: 13.6}
    store = open_store(tmp_path / DATABASE)
    store.upsert([replace(BERLIN[number], id=f"{status}-{number}", charging_station_id=f"{status}-{number}", longitude=lon,
                          latitude=52.5 + number / 1e5, status=status, evseid=None, charge_point_id=f"{status}-{number}")
                  for status, lon in kinds.items() for number in range(6)], "irve")
    store.close()
    process, server = start_server(tmp_path)
    page = open_wall(server, "?lat=52.5&lon=13.4&zoom=10&layout=map&qr=0")
    page.wait_for_function("wirelaneGeo.shown().settled")
    picture = b64encode(page.screenshot()).decode()
    seen_of = {}
    frame = page.locator(".wg-map").bounding_box()
    assert frame is not None
    scale = frame["width"] / page.evaluate("document.querySelector('.wg-map').offsetWidth")
    for status, lon in kinds.items():
        x, y = page.evaluate("at => window.wirelaneGeo.project(...at)", [lon, 52.500025])
        seen_of[status] = page.evaluate(RINGS, [picture, frame["x"] + scale * x, frame["y"] + scale * y])
    stop_server(process)
    solid, hollow, dashed = seen_of.values()
    assert (solid["middle"], solid["turns"]) == (1, 0)
    assert (hollow["middle"], hollow["turns"]) == (0, 0), "a rim, and nothing between"
    assert hollow["any"] > 360
    assert dashed["turns"] > 20
    assert 0.3 < dashed["middle"] < 0.7


COVERED = """points => {
    const map = document.querySelector('.wg-map'), frame = map.getBoundingClientRect(), scale = frame.width / map.offsetWidth;
    const code = document.querySelector('.wl-wall-qr').getBoundingClientRect();
    return points.filter(point => {
        const [x, y] = window.wirelaneGeo.project(...point), left = frame.left + scale * x, top = frame.top + scale * y;
        return left < code.right && left > code.left && top > code.top && top < code.bottom;
    });
}"""


@pytest.mark.parametrize("query", ["", "?tour=all&layout=map"])
def test_the_code_covers_no_point_of_what_the_map_is_fitted_to(live: Server, open_wall: OpenWall, query: str) -> None:
    page = open_wall(live, query)
    points = [[point.longitude, point.latitude] for point in NETWORK]
    for width, height in SIZES[:-1]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(APART, arg=points)
        seen.finds_nothing(page, COVERED, points)  # the map may have its size before the camera has been fitted to that


def test_lists_have_the_room_of_the_screen(live: Server, open_wall: OpenWall) -> None:
    """All that are out are listed where there is nothing else to see."""
    page = open_wall(live, "?layout=lists&refresh=1&status=FAULTED&cpo=prufstrom", 1920, 1080)  # nor the one with long names
    lines = "frame => [...document.querySelectorAll(frame)].filter(e => e.getBoundingClientRect().right < innerWidth).length"
    page.wait_for_function(f"frame => ({lines})(frame) >= 5", arg=".wl-worst ol:first-of-type li")


def test_the_code_leads_to_the_same_view_with_the_same_counts(live: Server, open_wall: OpenWall, visit: Visit) -> None:
    page = open_wall(live, "?lat=48.85&lon=2.345&zoom=11&current=AC&layout=map")
    page.wait_for_function(f"() => ({SUM})() === 5")
    told = page.eval_on_selector_all(".wl-tiles li", "all => all.map(e => [e.dataset.status, Number(e.dataset.count)])")
    seen.finds_nothing(page, FITS, [".wl-wall-qr", ".wg-map"])
    link = page.get_attribute("[data-link]", "data-link")
    phone = visit(link or "", width=390, height=844)
    phone.wait_for_selector(".wl-counts")
    phone.wait_for_function("wirelaneGeo.shown?.().settled")
    assert seen.view(phone) == (48.85, 2.345, 11.0)
    assert seen.counts(phone) == {status: count for status, count in told if count}


def test_the_camera_is_where_the_picture_was_made_for(live: Server, open_wall: OpenWall) -> None:
    """What the map will show is known before it gets there: Python fits as the browser does."""
    bounds = Bounds.of([p.longitude or 0 for p in NETWORK], [p.latitude or 0 for p in NETWORK])
    page = open_wall(live, "?tour=all&layout=map")
    for width, height in SIZES[:-1]:
        page.set_viewport_size({"width": width, "height": height})
        size = "(({offsetWidth, offsetHeight}) => [offsetWidth, offsetHeight])(document.querySelector('.wg-map'))"
        page.wait_for_function(APART, arg=[[p.longitude, p.latitude] for p in NETWORK])
        across, down = page.evaluate(size)
        view = camera.fitted(bounds, across, down, {"top": -25, "left": 105})
        there = """([lon, lat, zoom, width, height]) => {
            const {project} = window.wirelaneGeo, [x, y] = project(lon, lat), [east] = project(lon + 1, lat);
            return Math.hypot(x - width / 2, y - height / 2) < 2 && Math.abs(Math.log2((east - x) * 360 / 512) - zoom) < 0.01;
        }"""
        page.wait_for_function(there, arg=[view.lon, view.lat, view.zoom, across, down])
