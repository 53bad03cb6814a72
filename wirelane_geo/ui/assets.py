"""Files that the browser fetches: ours (/assets), pydeck's deck.gl bundle (/pydeck) and Streamlit's own (/static).

They travel compressed, and what has another address once it is another one is kept for ever: ours are below a directory that has
a digest in its name (`BASE`), and so are Streamlit's (`STREAMLIT_BASE`) where its scripts travel as one.
"""

import asyncio
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pydeck
import streamlit
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from wirelane_geo.ui import streamlit_bundle
from wirelane_geo.ui.basemap_squares import square
from wirelane_geo.ui.insides import BUNDLE, JOINABLE, PAGE, read_style
from wirelane_geo.ui.page_setup import STYLE, style
from wirelane_geo.ui.script_bundle import bundle
from wirelane_geo.web.packed_files import ASK_FIRST, FOR_EVER, Body, PackedFiles, digest

STATIC = Path(__file__).with_name("static")
STREAMLITS = PAGE.parent / "static"
BUNDLE_URL = f"pydeck/index.js?v={pydeck.__version__}"
"""Where a page finds pydeck's bundle, relative to itself."""
SCRIPTS = "scripts.js"
"""All our modules as one."""
ELSEWHERE = ("mount.js", "embed_page.js", "worker.js")
"""Modules that are no part of it: what Streamlit loads from a text, what begins an embedded map, and what a browser runs beside
its pages."""
ICONS = (192, 512)
"""Pixels at each side of the application's icons."""
FIRST = ("ahead.js", "choice.js", "editor.js")
"""Modules that run at once, on every page: they see to what is fetched, and hear of Back and Forward before Streamlit does, which
would run the whole page: without the state of its components, and without the question whether what was typed may be lost."""


def _scripts() -> bytes:
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js")) if path.name not in ELSEWHERE}
    return bundle(modules, *FIRST).encode()


EMBED_STYLE = "embed.css"
"""The style sheet of an embedded map: what other pages have in themselves, and its own."""
_MADE = {
    SCRIPTS: (Body.of(_scripts()), "text/javascript"),
    EMBED_STYLE: (Body.of((style() + read_style(STYLE.with_name("embed.css"))).encode()), "text/css; charset=utf-8"),
}
"""What no file is, by name, with its media type."""
BASE = "assets/" + digest(b"".join([*(path.read_bytes() for path in sorted(STATIC.iterdir()) if path.is_file()),
                                    *(body.data() for body, _ in _MADE.values())]))[:16]
"""Where our files are, relative to a page: another directory for other files."""


JOINED = streamlit_bundle.join(PAGE.read_text(encoding="utf-8"), STREAMLITS / "js") if streamlit.__version__ == JOINABLE else None
"""Streamlit's scripts as one; None where this version's aren't known to bear that."""
_THEIRS = Body.of(JOINED.text.encode() if JOINED else b"")
STREAMLIT_BASE = f"static/{_THEIRS.name[:16]}"
"""Where Streamlit's files are, relative to a page, if its scripts travel as one: the others are changed to take from that."""

_VERSION = re.compile("[0-9a-f]{16}(?=/|$)")
EXACT = "X-Wirelane-Geo-Exact"
"""Set by a balancer that asks another replica where one has not the files of a page's version (deploy/haproxy.cfg)."""


def script(module: str) -> str:
    """What Streamlit gets as a component's JavaScript: it loads it from a blob URL, where relative imports lead nowhere. So this
    imports the real module from our scripts, relative to the page."""
    text = (STATIC / "mount.js").read_text(encoding="utf-8")
    return text.replace("SCRIPTS", f"./{BASE}/{SCRIPTS}").replace("MODULE", module)


def routes(packed: PackedFiles | None = None) -> list[BaseRoute]:
    """What the application must serve: /assets/..., /pydeck/index.js, and what makes an application of it that can be installed;
    `packed` keeps the compressed copies."""
    files = _Files(packed or PackedFiles())
    return [Route("/assets/{path:path}", files.ours), Route("/pydeck/index.js", files.bundle),
            Route("/worker.js", files.worker), Route("/manifest.webmanifest", _manifest)]


async def _manifest(_: Request) -> Response:
    """What the application is called and looks like where it is installed."""
    icons = [{"src": f"./{BASE}/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
             for size in ICONS for purpose in ("any", "maskable")]
    said = {"id": "./", "name": "Wirelane Geo", "short_name": "Wirelane Geo", "start_url": "./", "scope": "./",
            "display": "standalone", "theme_color": "#0b6e4f", "background_color": "#ffffff",
            "icons": [*icons, {"src": f"./{BASE}/icon.svg", "sizes": "any", "type": "image/svg+xml"}]}
    return JSONResponse(said, headers={"Cache-Control": ASK_FIRST}, media_type="application/manifest+json")


class StreamlitFiles:
    """Middleware that answers GET and HEAD of /static/... in Streamlit's place, which sends its files as they are and leaves that
    path to no route of ours."""

    def __init__(self, app: ASGIApp, packed: PackedFiles) -> None:
        self._app, self._packed = app, packed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have the application answer."""
        answer = self._app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"].startswith("/static/"):
            answer = await self._file(Request(scope), scope["path"].removeprefix("/static/"))
        await answer(scope, receive, send)

    async def _file(self, request: Request, path: str) -> Response:
        """A file as it is shipped, or below a version as it is together with the one that others travel as."""
        version, _, name = path.partition("/")
        if JOINED is None or not _VERSION.fullmatch(version):
            return await _answer(self._packed, request, STREAMLITS, path, FOR_EVER)
        current = f"static/{version}" == STREAMLIT_BASE
        if EXACT in request.headers and not current:
            return _of_another_version()
        keep = FOR_EVER if current else ASK_FIRST
        if name == f"js/{streamlit_bundle.NAME}":
            return await self._packed.answer_with(request, _THEIRS, "text/javascript", keep)
        return await _answer(self._packed, request, STREAMLITS, name, keep, JOINED.script)


def streamlit_page() -> str:
    """Streamlit's page, its scripts as one where they may be."""
    html = PAGE.read_text(encoding="utf-8")
    return JOINED.page(html, f"./{STREAMLIT_BASE}") if JOINED else html


def first_visit() -> list[Callable[[], Body]]:
    """What everybody needs at first, to be compressed beforehand."""
    named = re.findall(r"\./static/([\w./-]+\.(?:js|css))", streamlit_page())
    files = [BUNDLE, *(path for name in named if (path := STREAMLITS / name).is_file())]
    return [*(partial(_body, name) for name in _MADE), *([lambda: _THEIRS] if JOINED else []),
            *(partial(Body.read, path) for path in files)]


def _body(name: str) -> Body:
    return _MADE[name][0]


class _Files:
    """Answers requests for files."""

    def __init__(self, packed: PackedFiles) -> None:
        self._packed = packed

    async def ours(self, request: Request) -> Response:
        """Below BASE they may be kept for ever; at any other address a browser asks before each use. Files of another version a
        replica hasn't, where a balancer says that others may have them."""
        path: str = request.path_params["path"]
        version, _, name = path.partition("/") if _VERSION.match(path) else ("", "", path)
        if EXACT in request.headers and version and f"assets/{version}" != BASE:
            return _of_another_version()
        keep = FOR_EVER if f"assets/{version}" == BASE else ASK_FIRST
        if name in _MADE:
            return await self._packed.answer_with(request, *_MADE[name], keep)
        if part := await asyncio.to_thread(square, STATIC, name):
            return await self._packed.answer_with(request, part, "application/json", keep)
        return await _answer(self._packed, request, STATIC, name, keep)

    async def worker(self, request: Request) -> Response:
        """The script beside the pages: its directory is what it may speak for, so it isn't below /assets."""
        return await self._packed.answer(request, STATIC / "worker.js", ASK_FIRST)

    async def bundle(self, request: Request) -> Response:
        """pydeck's bundle; asked for with its version (?v=), it may be kept for ever."""
        keep = FOR_EVER if request.query_params.get("v") == pydeck.__version__ else ASK_FIRST
        return await self._packed.answer(request, BUNDLE, keep)


def _of_another_version() -> Response:
    return PlainTextResponse("This replica is of another version.", 404, {"Cache-Control": "no-store"})


async def _answer(packed: PackedFiles, request: Request, directory: Path, name: str, keep: str,
                  script: Callable[[str], str] | None = None) -> Response:
    """A file of a directory; `script` makes of a script what is to be sent."""
    path = Path("" if "\0" in name else os.path.realpath(directory / name))
    if not path.is_relative_to(directory.resolve()) or not path.is_file():
        return PlainTextResponse("Not Found", 404)
    if script and path.suffix == ".js":
        read = await asyncio.to_thread(Body.read, path)
        changed = Body(lambda: script(path.read_text(encoding="utf-8")).encode(), f"{read.name}-{_THEIRS.name[:16]}")
        return await packed.answer_with(request, changed, "text/javascript", keep)
    return await packed.answer(request, path, keep)
