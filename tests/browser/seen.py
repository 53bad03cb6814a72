"""What a test sees on the map's page, and how it moves it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Page, TimeoutError, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from wirelane_geo.settings import DATABASE
from wirelane_geo.store import open_store

MARKS = "(({stations, clusters}) => [stations, clusters])(window.wirelaneGeo.drawn())"
"""How many stations and clusters are drawn; names of towns and fine outlines come when they come."""

SIDEBAR = 1
"""Streamlit's number of the sidebar, the first part of a delta's path."""


def counts(page: Page) -> dict[str, int]:
    """Points in view by status, as the legend says."""
    found = page.eval_on_selector_all(".wl-key li", "all => all.map(e => [e.dataset.status, Number(e.dataset.count)])")
    return {status: count for status, count in found if count}


def line(page: Page) -> str:
    """The line of counts."""
    return " ".join(page.inner_text(".wl-counts").split())


def query(page: Page) -> dict[str, str]:
    """The address bar's parameters."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def view(page: Page) -> tuple[float, float, float]:
    """lat, lon, zoom of the address bar."""
    said = query(page)
    return float(said["lat"]), float(said["lon"]), float(said["zoom"])


def wait_until(page: Page, expression: str, argument: object = None) -> None:
    """Wait until a JavaScript expression (a function of the argument) holds."""
    page.wait_for_function(expression, arg=argument)


def changes(page: Page, act: Callable[[], object]) -> str:
    """Do something that changes the line of counts, and wait until it has. Answers the new one."""
    before = page.inner_text(".wl-counts")
    act()
    wait_until(page, "was => document.querySelector('.wl-counts').innerText !== was", before)
    return line(page)


def says(page: Page, text: str) -> None:
    """Wait until the line of counts says something."""
    wait_until(page, "text => document.querySelector('.wl-counts')?.innerText.replace(/\\s+/g, ' ').includes(text)", text)


AGED = """([selector, before, after, heard]) => {
    const said = document.querySelector(selector)?.textContent.trim() ?? '', age = (Date.now() - heard) / 1000;
    const words = seconds => seconds < 60 ? `${Math.floor(seconds)} s` : `${Math.floor(seconds / 60)} min`;
    return [0, 1, 2, 3].some(late => said.startsWith(`${before} ${words(Math.max(0, age - late))} ${after}`));
}"""
"""What stands there is the age of data that was heard of at a time, told every second."""


def heard(data: Path) -> float:
    """When the data in a directory was heard of, that of the oldest origin: milliseconds since 1970."""
    with closing(open_store(data / DATABASE)) as store:
        return min(at.timestamp() for at in store.heard().values()) * 1_000


AT_REST = "window.wirelaneGeo?.reports > 0 && wirelaneGeo.shown().settled"


def drawn(page: Page) -> dict[str, int]:
    """Layer id -> how many are drawn."""
    found: dict[str, int] = page.evaluate("wirelaneGeo.drawn()")
    return found


def settle(page: Page) -> None:
    """Wait until all of what is looked at is painted and counted."""
    wait_until(page, AT_REST)


def after(page: Page, act: Callable[[], object]) -> None:
    """Do something that moves the camera, and wait until what is seen then is painted."""
    reports = page.evaluate("wirelaneGeo.reports")
    act()
    wait_until(page, f"before => wirelaneGeo.reports > before && {AT_REST}", reports)


SETTLED = """before => {
    const {reports, shown} = window.wirelaneGeo, quiet = window.quiet ??= {};
    if (quiet.reports !== reports) Object.assign(quiet, {reports, since: performance.now()});
    return reports > before && shown().settled && performance.now() - quiet.since > 500;
}"""
"""The map has come to rest more than `before` times, shows all marks and counts of where it is, and has not moved since: on a
busy machine a drag may come to rest in between."""


def pan(page: Page, dx: int = -260, dy: int = 120) -> None:
    """Drag the map by some pixels and wait until all of what is seen then is painted and counted."""
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reports = page.evaluate("window.wirelaneGeo.reports")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    wait_until(page, SETTLED, reports)


def finds_nothing(page: Page, expression: str, argument: object = None) -> None:
    """Wait until a JavaScript function that lists what is wrong lists nothing; fail with what it lists."""
    try:
        wait_until(page, f"argument => ({expression})(argument).length === 0", argument)
    except TimeoutError:
        assert page.evaluate(expression, argument) == []


def choose(page: Page, label: str) -> None:
    """Click a filter's chip in the sidebar."""
    page.locator("[data-testid=stSidebar]").get_by_role("button", name=label, exact=True).click()


def is_chosen(page: Page, label: str) -> bool:
    """Whether a filter's chip in the sidebar is on."""
    chip = page.locator("[data-testid=stSidebar]").get_by_role("button", name=label, exact=True)
    return chip.get_attribute("aria-pressed") == "true"


def on_screen(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a position (degrees) is drawn, in the page's pixels."""
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    x, y = page.evaluate("at => window.wirelaneGeo.project(...at)", [lon, lat])
    return box["x"] + x, box["y"] + y


def mark_on_screen(page: Page, kind: str, number: int = 0) -> tuple[float, float]:
    """Where a mark of a layer is drawn, in the page's pixels."""
    box = page.locator(".wg-canvas").bounding_box()
    assert box is not None
    x, y, _ = page.evaluate("kind => window.wirelaneGeo.marks(kind)", kind)[number]
    return box["x"] + x, box["y"] + y


def click(page: Page, x: float, y: float, until: str) -> None:
    """Click the map until an expression holds, as often as it takes: a click that comes between two frames of software WebGL
    may find no mark."""
    for _ in range(6):
        page.mouse.click(x, y)
        try:
            page.wait_for_function(until, timeout=8_000)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"a click at {x}, {y} did nothing: {until}")


def open_station(page: Page, lon: float, lat: float) -> None:
    """Click the map where a place (degrees) is drawn, until a station is open."""
    click(page, *on_screen(page, lon, lat), "document.querySelector('.wl-points')")


class Traffic:
    """What Streamlit sends to a page from now on: runs of the whole script, runs of a fragment, what goes to the sidebar."""

    def __init__(self) -> None:
        self.full_runs = self.fragment_runs = self.to_sidebar = 0
        self.sent: list[bytes] = []

    def follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def clear(self) -> None:
        self.full_runs = self.fragment_runs = self.to_sidebar = 0
        self.sent.clear()

    def _received(self, payload: str | bytes) -> None:
        if isinstance(payload, str):
            return
        self.sent.append(payload)
        message = ForwardMsg.FromString(payload)
        if message.WhichOneof("type") == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                self.fragment_runs += 1
            else:
                self.full_runs += 1
        if message.WhichOneof("type") == "delta" and list(message.metadata.delta_path[:1]) == [SIDEBAR]:
            self.to_sidebar += 1


def all_have_names(page: Page) -> None:
    """All that can have the focus has a name for those who don't see it, as soon as the page has drawn what it is drawing."""
    for left in reversed(range(50)):
        try:
            if not (found := unnamed(page)):
                return
        except Error as gone:  # between two questions the page has drawn that element anew
            found = [str(gone)]
        assert left, found
        page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 100))")


def unnamed(page: Page) -> list[str]:
    """What can have the focus and has no name for those who don't see it, as the browser tells it to a screen reader."""
    devtools = page.context.new_cdp_session(page)
    found = []
    for node in devtools.send("Accessibility.getFullAXTree")["nodes"]:
        focusable = any(one["name"] == "focusable" and one["value"].get("value") for one in node.get("properties", []))
        role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
        if focusable and not node["ignored"] and not name.strip() and role != "RootWebArea":
            element = devtools.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]
            found.append(f"{element['nodeName']} {element.get('attributes')}")
    devtools.detach()
    return found
