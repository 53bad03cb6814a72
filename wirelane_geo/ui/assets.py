"""Files that the browser fetches: the component's own (/assets) and pydeck's deck.gl bundle (/pydeck)."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import pydeck
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirelane_geo.ui.insides import BUNDLE

STATIC = Path(__file__).with_name("static")
BUNDLE_URL = f"pydeck/index.js?v={pydeck.__version__}"
"""Where a page finds pydeck's bundle, relative to itself."""


class _Revalidated(StaticFiles):
    """Files that a browser keeps but asks about (304) before each use, so that an update is seen at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


@cache
def _bundle() -> bytes:
    return gzip.compress(BUNDLE.read_bytes(), compresslevel=6)


def _serve_bundle(request: Request) -> Response:
    """pydeck's bundle; asked for with its version (?v=), it may be kept for good."""
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == pydeck.__version__ else "no-cache"
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return Response(BUNDLE.read_bytes(), media_type="text/javascript", headers=headers)
    return Response(_bundle(), media_type="text/javascript", headers=headers | {"Content-Encoding": "gzip"})


def routes() -> list[BaseRoute]:
    """What the application must serve for the map component: /assets/... and /pydeck/index.js."""
    return [Mount("/assets", _Revalidated(directory=STATIC)), Route("/pydeck/index.js", _serve_bundle)]


MAP_PAGES = ("", "wall")
"""The pages with a map, as the last part of their paths."""
ELSEWHERE = ("mount.js", "wall.js")
"""Modules that a map doesn't need."""


class Ahead:
    """Middleware that names in a map page's own headers what its map will ask for, so that it comes while Streamlit's page
    is still starting."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        modules = sorted(path.name for path in STATIC.glob("*.js") if path.name not in ELSEWHERE)
        self.link = ", ".join((f"<./{BUNDLE_URL}>; rel=preload; as=script", "<./assets/map.css>; rel=preload; as=style",
                                *(f"<./assets/{name}>; rel=modulepreload" for name in modules)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with one header more."""
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Link"] = self.link
            await send(message)

        page = scope["type"] == "http" and scope["path"].rpartition("/")[2] in MAP_PAGES
        await self._app(scope, receive, named if page else send)
