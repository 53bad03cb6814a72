"""What is answered where nothing is. Streamlit has its page at every address; ours are the map's and a few more."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from wirelane_geo.ui.assets import BASE
from wirelane_geo.ui.insides import SERVED
from wirelane_geo.ui.palette import TONES
from wirelane_geo.ui.render import render
from wirelane_geo.ui.request_texts import texts_of


class MissingPage(Route):
    """The last of the application's routes: GET of what neither an earlier one nor Streamlit serves is 404, a page for people and
    `{"error"}` for programs; 405 where an earlier route takes other methods."""

    def __init__(self) -> None:
        super().__init__("/{path:path}", _answer)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See Route."""
        if scope["type"] != "http" or SERVED.match(scope["path"]):
            return Match.NONE, {}
        return super().matches(scope)


async def _answer(request: Request) -> Response:
    if methods := _others(request):
        allowed = ", ".join(sorted(methods))
        return JSONResponse({"error": f"This address takes {allowed}."}, 405, {"Allow": allowed, "Cache-Control": "no-store"})
    headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language, Cookie"}
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": "There is nothing at this address."}, 404, headers)
    texts = texts_of(request, request.query_params.get("lang"))
    root = "../" * (request.scope["raw_path"].count(b"/") - 1) or "./"
    return HTMLResponse(render("missing", t=texts, root=root, base=BASE, tones=TONES), 404, headers)


def _others(request: Request) -> set[str]:
    """The methods of the routes that have this address, but aren't for this one."""
    routes = (route for route in request.scope["router"].routes if isinstance(route, Route))
    return {method for route in routes if route.matches(request.scope)[0] is Match.PARTIAL for method in route.methods or ()}
