"""The wall in Chromium: it changes under a canvas that stays, keeps its secrets, fits its screen, and goes on by itself."""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.browser import seen
from tests.browser.conftest import PATIENCE_MS, Server, start_server, stop_server
from tests.browser.network import BERLIN, HARMFUL, NETWORK, PARIS, SECRET_OWNER, SECRET_SERIAL
from tests.serving import serving
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.server import Attempts, embedded, load_or_create
from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store
from wirelane_geo.ui import camera
from wirelane_geo.ui.wall import component

COUNT = "status => Number(document.querySelector(`.wl-tiles [data-status=${status}]`)?.dataset.count ?? 0)"
SUM = "() => [...document.querySelectorAll('.wl-tiles li')].reduce((sum, tile) => sum + Number(tile.dataset.count), 0)"
CENTRE = "window.wirelaneGeo.project(13.4, 52.5).join()"
PAINTED = "() => window.wirelaneGeo?.repaints.some(repaint => repaint.points > 0)"
AWAY = "document.querySelector('[data-age]')?.textContent.includes(\"can't reach its server\")"
LOADED_ANEW = f"!window.sameLoad && ({PAINTED})()"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An application whose network these tests change."""
    data = with_network(tmp_path_factory.mktemp("wall"))
    process, server = start_server(data)
    yield server
    stop_server(process)


def with_network(data: Path) -> Path:
    store = open_store(data / DATABASE)
    store.upsert(NETWORK, "irve")
    store.close()
    return data


def change(server: Server, point: ChargePoint, status: Status) -> None:
    store = open_store(server.data / DATABASE)
    assert store.set_statuses({point.id or "": status}) == 1
    store.close()


OpenWall = Callable[..., Page]


@pytest.fixture
def open_wall(chromium: Browser) -> Iterator[OpenWall]:
    """`open_wall(server, query)`: a wall with its numbers and its map on screen. An exception in the page fails the test."""
    contexts, complaints = [], []

    def opened(server: Server, query: str = "", width: int = 1280, height: int = 720, traffic: seen.Traffic | None = None
               ) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if traffic:
            page.on("websocket", traffic.follow)
        page.goto(f"{server.url}/wall{query}")
        page.wait_for_selector(".wl-tiles")
        if "layout=numbers" not in query and "layout=lists" not in query:
            page.wait_for_function(PAINTED)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def test_everything_that_can_have_the_focus_has_a_name(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live)
    page.get_by_role("main", name="Status wall").wait_for()
    assert seen.unnamed(page) == []


def test_a_change_appears_and_neither_canvas_nor_camera_move(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?refresh=1")
    faulted = page.evaluate(COUNT, "FAULTED")
    page.evaluate("document.querySelector('.wg-canvas canvas').stays = true")
    stood = page.evaluate(CENTRE)
    point = next(point for point in BERLIN if point.status is Status.FREE)
    change(live, point, Status.FAULTED)
    page.wait_for_function(f"was => ({COUNT})('FAULTED') === was + 1", arg=faulted)
    assert page.inner_text(".wl-feed li").startswith(point.evseid or "")
    assert page.get_attribute(".wl-feed [data-change]", "data-change") == "FREE-FAULTED"
    page.wait_for_selector(".wg-pulses i", state="attached")
    page.evaluate("document.querySelector('.wg-pulses i').stays = true")
    since = page.inner_text(".wl-feed [data-at]")
    page.wait_for_function("was => document.querySelector('.wl-feed [data-at]').textContent !== was", arg=since)
    assert page.evaluate("document.querySelector('.wg-pulses i').stays"), "the same ring, that doesn't start anew"
    x, y = page.evaluate("at => window.wirelaneGeo.project(...at)", [point.longitude, point.latitude])
    stands = page.evaluate("document.querySelector('.wg-pulses i').style.translate.split(' ').map(parseFloat)")
    assert stands == pytest.approx([x, y], abs=0.1)
    change(live, point, Status.FREE)
    page.wait_for_selector(".wg-pulses i", state="detached")
    assert page.evaluate("document.querySelector('.wg-canvas canvas').stays")
    assert page.evaluate(CENTRE) == stood


@pytest.mark.parametrize("query", ["", "?redacted=1"])
def test_nothing_but_the_wall_is_on_screen(live: Server, open_wall: OpenWall, query: str) -> None:
    sent = seen.Traffic()
    page = open_wall(live, query, traffic=sent)
    for chrome in ("stSidebar", "stHeader", "stToolbar", "stStatusWidget"):
        assert not page.locator(f"[data-testid={chrome}]").is_visible()
    assert not page.locator(".wg-search").is_visible()
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [720, 1280]
    content, wire = page.content(), b"".join(sent.sent)
    for secret in (SECRET_OWNER, SECRET_SERIAL):
        assert secret not in content
        assert secret.encode() not in wire
    redacted = query == "?redacted=1"
    assert ("Faulted" in page.inner_text("body")) is not redacted
    assert ('"FAULTED"' in content) is not redacted
    assert (b"DE*TST*" in wire) is not redacted, "no point is named"
    assert page.url.endswith(f"/wall{query}"), "the link stays the configuration"


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
])
def test_all_that_is_said_can_be_read_on_any_screen(live: Server, open_wall: OpenWall, query: str, shown: list[str]) -> None:
    change(live, HARMFUL, Status.IN_USE)
    change(live, HARMFUL, Status.FAULTED)  # its names are long ones
    page = open_wall(live, query)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        here = [part for part in shown if part != ".wl-wall-qr" or width > 390]
        # In one look: each refresh puts new elements in the place of the old ones.
        assert page.evaluate(FITS, here) == [], (width, height)
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
        assert page.evaluate(TYPE) == [], (width, height)


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
    }).length;
}"""
APART = """points => {
    const at = points.map(point => window.wirelaneGeo.project(...point)[0]);
    return Math.min(...at) > 150 && Math.max(...at) < document.querySelector('.wg-map').offsetWidth;
}"""


@pytest.mark.parametrize("query", ["", "?tour=all&layout=map"])
def test_the_code_covers_no_point_of_what_the_map_is_fitted_to(live: Server, open_wall: OpenWall, query: str) -> None:
    page = open_wall(live, query)
    points = [[point.longitude, point.latitude] for point in NETWORK]
    for width, height in SIZES[:-1]:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(APART, arg=points)
        assert page.evaluate(COVERED, points) == 0, (width, height)


def test_lists_have_the_room_of_the_screen(live: Server, open_wall: OpenWall) -> None:
    """All that are out are listed where there is nothing else to see."""
    page = open_wall(live, "?layout=lists&refresh=1&status=FAULTED", 1920, 1080)  # none that went out and came back
    lines = "frame => [...document.querySelectorAll(frame)].filter(e => e.getBoundingClientRect().right < innerWidth).length"
    assert page.evaluate(lines, ".wl-worst ol:first-of-type li") >= 5


def test_a_tour_moves_on_and_jumps_to_a_new_fault(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?tour=Paris;Berlin&dwell=5&jump=5&refresh=1")

    def at(stop: str, points: int) -> None:
        title = "document.querySelector('[data-stop]')?.textContent"
        page.wait_for_function(f"([stop, points]) => {title} === stop && ({SUM})() === points", arg=[stop, points])

    at("Paris", len(PARIS))
    at("Berlin", len(BERLIN) + 1)
    point = PARIS[4]
    change(live, point, Status.FREE)
    change(live, point, Status.FAULTED)
    page.wait_for_selector(f"[data-fault='{point.id}']")
    assert point.evseid in page.inner_text(".wl-wall-fault")
    in_the_middle = """at => {
        const {offsetWidth: width, offsetHeight: height} = document.querySelector('.wg-map');
        const [x, y] = window.wirelaneGeo.project(...at);
        return Math.hypot(x - width / 2, y - height / 2) < 2;
    }"""
    page.wait_for_function(in_the_middle, arg=[point.longitude, point.latitude])
    assert f"station={point.id}" in (page.get_attribute("[data-link]", "data-link") or "")
    page.wait_for_selector("[data-fault]", state="detached")
    at("Paris", len(PARIS))


def test_the_code_leads_to_the_same_view_with_the_same_counts(live: Server, open_wall: OpenWall, chromium: Browser) -> None:
    page = open_wall(live, "?lat=48.85&lon=2.345&zoom=11&current=AC&layout=map")
    page.wait_for_function(f"() => ({SUM})() === 5")
    told = page.eval_on_selector_all(".wl-tiles li", "all => all.map(e => [e.dataset.status, Number(e.dataset.count)])")
    assert page.evaluate(FITS, [".wl-wall-qr", ".wg-map"]) == []
    link = page.get_attribute("[data-link]", "data-link")
    phone = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB").new_page()
    phone.set_default_timeout(PATIENCE_MS)
    phone.goto(link or "")
    phone.wait_for_selector(".wl-counts")
    assert seen.view(phone) == (48.85, 2.345, 11.0)
    assert seen.counts(phone) == {status: count for status, count in told if count}
    phone.context.close()


# --- it goes on by itself --------------------------------------------------------------------------------------------


class Upstream:
    """A Wirelane API over real HTTP that can be told to be down, or to take questions and give no answer."""

    def __init__(self, data: Path) -> None:
        self.store, self.credentials, self.down = open_store(data / DATABASE), load_or_create(data), False
        self._answers = threading.Event()
        self._answers.set()
        self._app = embedded(self.store, self.credentials, Attempts())

    def hang(self) -> None:
        self._answers.clear()

    def go_on(self) -> None:
        self._answers.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while not self._answers.is_set():
            if (await receive())["type"] == "http.disconnect":  # who asked has given up
                return
        answer = JSONResponse({"error_code": "down", "error_message": "for maintenance"}, 503) if self.down else self._app
        await answer(scope, receive, send)


@contextmanager
def on_an_account(upstream: Upstream, data: Path) -> Iterator[Server]:
    """An application on an account of that upstream, which it asks each half second."""
    account = upstream.credentials
    with serving(upstream) as url:
        process, server = start_server(
            data, WIRELANE_ENVIRONMENT="production", WIRELANE_API_DIALECT="2023",
            WIRELANE_API_URL=f"{url}/apis/emc", WIRELANE_TOKEN_URL=f"{url}/token",
            WIRELANE_ORGANIZATION=account.organization, WIRELANE_CLIENT_ID=account.client_id,
            WIRELANE_CLIENT_SECRET=account.client_secret, WIRELANE_USERNAME=account.username,
            WIRELANE_PASSWORD=account.password, WIRELANE_GEO_REFRESH_SECONDS="0.5")
        try:
            yield server
        finally:
            stop_server(process)


def test_a_failing_upstream_turns_the_age_amber_then_red_and_the_picture_stays(tmp_path: Path, open_wall: OpenWall) -> None:
    upstream = Upstream(with_network(tmp_path))
    with on_an_account(upstream, tmp_path / "account") as server:
        page = open_wall(server, "?refresh=1&lat=52.52&lon=13.4&zoom=9")
        page.wait_for_selector("[data-age][data-level=good]")
        shown, drawn = page.evaluate(SUM), page.evaluate(seen.MARKS)
        assert shown == len(BERLIN) + 1
        upstream.down = True
        for level in ("late", "stale"):
            page.wait_for_selector(f"[data-age][data-level={level}]")
        page.wait_for_function("document.querySelector('[data-age]').textContent.includes('upstream answers 503')")
        assert page.evaluate(SUM) == shown
        assert page.evaluate(seen.MARKS) == drawn
        upstream.down = False
        page.wait_for_selector("[data-age][data-level=good]")
    upstream.store.close()


WATCHED = """() => {
    window.sameLoad = true;
    window.least = Infinity;
    setInterval(() => {
        const {stations, clusters} = window.wirelaneGeo.drawn();
        window.least = Math.min(window.least, stations + clusters, document.querySelectorAll('.wl-tiles li').length);
    }, 100);
}"""


def test_an_upstream_that_hangs_leaves_the_last_picture(tmp_path: Path, open_wall: OpenWall) -> None:
    """Of a tour, with stops that nobody has seen yet: it neither goes black nor is loaded anew."""
    upstream = Upstream(with_network(tmp_path))
    try:
        with on_an_account(upstream, tmp_path / "account") as server:
            page = open_wall(server, "?refresh=1&tour=Berlin;Paris;lat%3D52.554%26lon%3D13.4%26zoom%3D15&dwell=8")
            page.evaluate(WATCHED)
            upstream.hang()
            page.wait_for_function("document.querySelector('[data-age]').textContent.includes('upstream')")
            page.wait_for_function("Number(/Data (\\d+) s/.exec(document.querySelector('[data-age]').textContent)?.[1]) > 40")
            assert page.evaluate("window.sameLoad")
            assert page.evaluate("window.least") > 0
            page.reload()
            page.wait_for_function(PAINTED)
            assert page.evaluate(SUM) > 0, "a page that is loaded anew begins with the last picture"
            upstream.go_on()
            page.wait_for_selector("[data-age][data-level=good]")
    finally:
        upstream.go_on()
        upstream.store.close()


def test_the_first_load_says_that_it_loads_and_then_why_it_takes_long(tmp_path: Path, chromium: Browser) -> None:
    upstream = Upstream(with_network(tmp_path))
    upstream.hang()
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, locale="de-DE")
    context.set_default_timeout(PATIENCE_MS)
    try:
        with on_an_account(upstream, tmp_path / "account") as server:
            page = context.new_page()
            page.goto(f"{server.url}/wall?refresh=1&lat=52.52&lon=13.4&zoom=9")
            page.wait_for_selector("[data-loading]")
            assert page.inner_text("[data-loading]") == "Wird geladen …"
            page.wait_for_function("document.querySelector('[data-age]').textContent.includes('Gegenstelle')")
            assert page.inner_text("[data-clock]")
            upstream.go_on()
            page.wait_for_function(f"({SUM})() === {len(BERLIN) + 1} && ({PAINTED})()")
            assert page.locator("[data-loading]").count() == 0
    finally:
        upstream.go_on()
        context.close()
        upstream.store.close()


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


def test_the_clock_is_right_after_a_slow_load(live: Server, chromium: Browser) -> None:
    """What the server said of the time has been on its way for a minute."""
    context = chromium.new_context(timezone_id="UTC", locale="en-GB")
    page = context.new_page()
    page.goto(f"{live.url}/healthz")
    page.evaluate(SHOW, [1000 * (datetime.now(UTC).timestamp() - 60)] * 2)
    told = """() => {
        const [h, m, s] = document.querySelector('[data-clock]').textContent.split(':').map(Number), now = Date.now() / 1000;
        return Math.abs(now % 86400 - (3600 * h + 60 * m + s)) <= 2;
    }"""
    assert not page.evaluate(told)
    page.wait_for_function(told)
    assert page.inner_text("[data-age]") == "Daten 60 s alt" or "1 min" in page.inner_text("[data-age]"), "and so is the age"
    context.close()


def test_after_a_restart_of_the_server_the_wall_is_back_by_itself(tmp_path: Path, open_wall: OpenWall) -> None:
    process, server = start_server(with_network(tmp_path))
    page = open_wall(server, "?refresh=1")
    page.evaluate("window.sameLoad = true")
    stop_server(process)
    page.wait_for_function(AWAY)
    assert page.evaluate(SUM) == len(NETWORK), "the last good picture stays"
    assert not page.locator("[role=dialog], [data-testid=stConnectionStatus]").filter(visible=True).count()
    process, _ = start_server(tmp_path, STREAMLIT_SERVER_PORT=server.url.rpartition(":")[2])
    page.wait_for_function(LOADED_ANEW)
    page.wait_for_selector("[data-age][data-level=good]")
    assert page.evaluate(SUM) == len(NETWORK)
    stop_server(process)


def test_a_lost_network_a_clock_that_is_set_and_sleep_leave_a_wall_that_is_right(live: Server, open_wall: OpenWall) -> None:
    page = open_wall(live, "?refresh=1")
    page.evaluate("""() => {
        const Real = Date, shift = 40 * 86400e3;
        window.sameLoad = true;
        window.Date = class extends Real {
            constructor(...when) { super(...(when.length ? when : [Real.now() + shift])); }
            static now() { return Real.now() + shift; }
        };
    }""")
    said = page.inner_text("[data-clock]")
    page.wait_for_function("was => document.querySelector('[data-clock]').textContent !== was", arg=said)
    page.context.set_offline(True)
    page.wait_for_function(AWAY)
    page.wait_for_function(seen.AGED, arg=["[data-age]", "Data", "old", seen.heard(live.data) + 40 * 86_400e3])
    assert page.evaluate("window.sameLoad")
    page.context.set_offline(False)
    page.wait_for_function(LOADED_ANEW)
    page.wait_for_selector("[data-age][data-level=good]")
    page.evaluate("window.sameLoad = true")
    page.wait_for_event("requestfinished", lambda request: request.url.endswith("/healthz"))  # it knows by two of them
    page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() - 3600e3; }")
    page.wait_for_function(LOADED_ANEW)


# --- what o'clock it is ----------------------------------------------------------------------------------------------

SHOW = """async ([now, since]) => {
    const {render} = await import(new URL('assets/wall.js', location).href);
    document.body.innerHTML = '<div class="wl-panels wl-wall"></div>';
    const head = '<p data-age></p><time data-clock></time>';
    const numbers = `<time data-time="${since}"></time> <span data-at="${since}"></span>`;
    render({parentElement: document.body, setTriggerValue() {}, data: {
        parts: {'wall-head': head, 'wall-numbers': numbers}, lang: 'de', now, age: 0, late: 30, stale: 120, reason: '',
        refresh: 30, process: 'one', texts: {age: 'Daten {age} alt', days: '{n} T', never: '', offline: ''},
    }});
}"""


@pytest.mark.parametrize(("now", "clocks", "since", "told"), [
    ("2026-03-28T22:59:59", ("23:59:59", "00:00:01"), "2026-03-28T22:50:00", "23:50 10 min"),
    ("2026-03-29T00:59:59", ("01:59:59", "03:00:01"), "2026-03-29T00:30:00", "01:30 30 min"),
    ("2026-10-25T00:59:59", ("02:59:59", "02:00:01"), "2026-10-25T00:30:00", "02:30 30 min"),
    ("2026-10-25T01:29:59", ("02:29:59", "02:30:01"), "2026-10-25T00:30:00", "02:30 60 min"),
])
def test_the_clock_at_midnight_and_when_clocks_are_set(live: Server, chromium: Browser, now: str, clocks: tuple[str, str],
                                                       since: str, told: str) -> None:
    """The server's time, in the time zone of the screen; how long ago something was goes on as if no clock were set."""
    context = chromium.new_context(timezone_id="Europe/Berlin", locale="de-DE")
    page = context.new_page()
    page.clock.install()
    page.goto(f"{live.url}/healthz")
    page.clock.pause_at(datetime.now() + timedelta(hours=1))  # the screen's own clock is wrong, and it stands still
    page.evaluate(SHOW, [1000 * datetime.fromisoformat(f"{time}+00:00").timestamp() for time in (now, since)])
    assert page.inner_text("[data-clock]") == clocks[0]
    page.clock.run_for(2000)
    assert page.inner_text("[data-clock]") == clocks[1]
    assert page.inner_text(".wl-wall-numbers") == told
    context.close()


def test_nothing_bright_stays_at_its_place_for_good(live: Server, chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    page.clock.install()
    page.goto(f"{live.url}/healthz")
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    page.evaluate(SHOW, [0, 0])
    page.add_style_tag(content=component.style("dark"))
    page.route("**/*", lambda route: route.abort())  # nor a server that it would be loaded anew from
    places = []
    for _ in range(8):
        places.append(page.evaluate("getComputedStyle(document.querySelector('.wl-wall-head')).translate"))
        page.clock.run_for(60_000)
    assert len(set(places)) == 4
    assert places[:4] == places[4:]
    page.context.close()
