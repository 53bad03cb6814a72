"""`embed`, the page, and `embed/parts`, what it says. No session, nothing but GET; the setting WIRELANE_GEO_FRAMES says on whose
pages it may be (web/headers.py)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.map.service import MapService
from wirelane_geo.map.wall_service import WallService
from wirelane_geo.permalink import MAX_STATION
from wirelane_geo.ui import address
from wirelane_geo.ui.embed.choice import read
from wirelane_geo.ui.embed.page import FILES, page
from wirelane_geo.ui.embed.parts import EmbedParts, EmbedRequest
from wirelane_geo.ui.first_tile import first_tile
from wirelane_geo.ui.request_texts import texts_of
from wirelane_geo.ui.routes import awaiting
from wirelane_geo.web.turns import Turns

WAIT_S = 30.0
"""Seconds that an answer may take for which an account has to be asked."""
MOST_UNFOLDED = 50
"""Groups of points of a station that are shown one by one."""


def embed_routes(service: Callable[[], MapService], watch: Callable[[], WallService], basemap: str) -> list[BaseRoute]:
    """The routes; service and watch are asked at each request. basemap: as in the setting WIRELANE_GEO_BASEMAP."""
    parts = EmbedParts(service, watch)
    turns: Turns[Mapping[str, Any]] = Turns(at_once=4, in_line=100, seconds=WAIT_S)

    async def whole(request: Request) -> Response:
        """A link -> the page."""
        asked = read(request.url.query)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie", "Link": ", ".join(_ahead(request.url.query))}
        return HTMLResponse(page(asked, texts_of(request, asked.state.lang), basemap), headers=headers)

    async def part(request: Request) -> Response:
        """`link` and what else was chosen (`Choice`) -> JSON (`EmbedParts.answer`)."""
        try:
            asked = _asked(request)
        except ValueError as error:
            return JSONResponse({"error": f"bbox: {error}"}, 400)
        found = await turns.run(request, partial(parts.answer, asked))
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return [Route("/embed", whole), Route("/embed/parts", awaiting(part))]


def _ahead(query: str) -> list[str]:
    """What the page will ask for, down to its first tile."""
    tile = first_tile(query)
    return [*FILES, *([f"<./{quote(tile, safe='/?=&,:%*~')}>; rel=preload; as=fetch; crossorigin=anonymous"] if tile else [])]


def _asked(request: Request) -> EmbedRequest:
    """What the page says. A browser can send anything: what makes no sense counts as not said. ValueError: no bounds."""
    said = request.query_params
    numbers = {name: int(said[name]) for name in ("handle", "page") if re.fullmatch("[0-9]{1,16}", said.get(name, ""))}
    state = read(said.get("link", "")[:address.MOST_QUERY]).state
    told = {**{name: said.get(name, "") for name in ("panel", "order")}, **numbers, "query": ""}
    choice = address.choice(told, {})
    zone = said.get("zone", "")
    return EmbedRequest(
        choice=replace(choice, state=state),
        texts=texts_of(request, said.get("lang") or state.lang),
        zone=zone if re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", zone) else None,
        bounds=_bounds(said.get("bbox")),
        unfolded=frozenset(name[:MAX_STATION] for name in said.getlist("unfolded")[:MOST_UNFOLDED]),
    )


def _bounds(text: str | None) -> Bounds | None:
    return None if text is None else read_bbox(text)
