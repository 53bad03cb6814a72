"""What is below the marks: a remote style once it is there, the embedded map where it can't be had."""

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser import seen
from tests.browser.conftest import OpenPage, Server, start_server, stop_server

CITY = "?lat=52.524&lon=13.39&zoom=11.5"


class Basemap:
    """A map style of our own: one colour and one raster source; tiles can be made to fail."""

    def __init__(self) -> None:
        self.tile_asked = threading.Event()
        self.broken = False
        basemap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                basemap.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        style = {"version": 8, "sources": {"tiles": {
            "type": "raster", "tiles": [f"{self.url}/{{z}}/{{x}}/{{y}}.png"], "tileSize": 256,
            "attribution": "Maps by <b>Nobody</b>",
        }}, "layers": [{"id": "ground", "type": "background", "paint": {"background-color": "#ff00ff"}},
                       {"id": "tiles", "type": "raster", "source": "tiles"}]}
        body = json.dumps(style).encode() if request.path == "/style.json" else CLEAR_PNG
        if request.path != "/style.json":
            self.tile_asked.set()
            if self.broken:
                request.close_connection = True
                return
        request.send_response(200)
        request.send_header("Access-Control-Allow-Origin", "*")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


CLEAR_PNG = b"\x89PNG\r\n\x1a\n" + b"".join((
    _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)),
    _chunk(b"IDAT", zlib.compress(bytes(5))),
    _chunk(b"IEND", b""),
))
"""One transparent pixel."""


@pytest.fixture(scope="module")
def basemap() -> Iterator[Basemap]:
    basemap = Basemap()
    yield basemap
    basemap.server.shutdown()


@pytest.fixture(scope="module")
def styled(server: Server, basemap: Basemap) -> Iterator[Server]:
    """The application on the same network with a map style of our own."""
    process, styled = start_server(server.data, WIRELANE_GEO_BASEMAP=f"{basemap.url}/style.json")
    yield styled
    stop_server(process)


def test_a_remote_style_takes_the_embedded_maps_place_once_it_is_there(open_page: OpenPage, styled: Server) -> None:
    said: list[str] = []
    page = open_page(CITY, base=styled.url)
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    page.locator(".wg-credits").get_by_text("Maps by Nobody", exact=True).wait_for()
    seen.wait_until(page, "wirelaneGeo.drawn().land === 0")
    assert [text for text in said if "CSS" in text] == []
    assert page.get_by_text("Maps by Nobody").filter(visible=True).count() == 1, "said once"
    seen.wait_until(page, "wirelaneGeo.drawn().clusters + wirelaneGeo.drawn().stations > 0")


def test_where_tiles_fail_the_embedded_map_stays(open_page: OpenPage, styled: Server, basemap: Basemap) -> None:
    basemap.broken = True
    basemap.tile_asked.clear()
    page = open_page(CITY, base=styled.url)
    seen.settle(page)
    seen.wait_until(page, "wirelaneGeo.drawn().land > 0")
    assert basemap.tile_asked.wait(60)
    seen.after(page, lambda: seen.pan(page, dx=-200, dy=0))
    assert seen.drawn(page)["land"] > 0
    seen.wait_until(page, """() => document.querySelector('.wg-credits').innerText
        === "The street map can't be reached · Natural Earth · GeoNames" """)
    basemap.broken = False
    seen.after(page, lambda: seen.pan(page, dx=-400, dy=0))
    seen.wait_until(page, "document.querySelector('.wg-credits').innerText === 'Maps by Nobody'")


def test_embedded_asks_nobody_else(open_page: OpenPage, server: Server) -> None:
    page = open_page(CITY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    seen.settle(page)
    seen.wait_until(page, "wirelaneGeo.drawn().land > 0 && wirelaneGeo.drawn().labels > 0")
    assert asked
    assert [url for url in asked if not url.startswith((server.url, "blob:", "data:"))] == []
