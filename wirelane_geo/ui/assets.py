"""Files that the browser fetches: the component's own (/assets) and pydeck's deck.gl bundle (/pydeck)."""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import pydeck
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from wirelane_geo.ui.insides import BUNDLE, PAGE

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
"""The pages with a map, by their path."""
PAGES = (*MAP_PAGES, "sessions", "members", "charge-points")
ELSEWHERE = ("editor.js", "mount.js", "sign_in.js", "wall.js")
"""Modules that a map doesn't need."""
FIRST = "".join(f'<script type="module" src="./assets/{name}"></script>' for name in ("choice.js", "editor.js"))
"""What hears of Back and Forward before Streamlit does, which would run the whole page: without the state of its components, and
without the question whether what was typed may be lost."""


def pages() -> list[BaseRoute]:
    """Streamlit's own page at the addresses of ours, with FIRST in it. A map page names in its headers what its map will ask
    for, so that it comes while Streamlit is still starting."""
    html = PAGE.read_text(encoding="utf-8")
    html = html.replace("<head>", f"<head>{FIRST}", 1)
    modules = sorted(path.name for path in STATIC.glob("*.js") if path.name not in ELSEWHERE)
    link = ", ".join((f"<./{BUNDLE_URL}>; rel=preload; as=script", "<./assets/map.css>; rel=preload; as=style",
                      *(f"<./assets/{name}>; rel=modulepreload" for name in modules)))

    def page(request: Request) -> Response:
        ahead = {"Link": link} if request.url.path.strip("/") in MAP_PAGES else {}
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"} | ahead)

    return [Route(f"/{path}", page) for path in PAGES]
