"""What is answered before an application's own middleware, over real HTTP; and what isn't."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.serving import serving
from wirelane_geo.web.first_routes import FirstRoutes


class Marking:
    """Middleware that says of each answer that it has seen it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"seen", b"yes")]
            await send(message)
        await self._app(scope, receive, marked)


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    async def tile(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.path_params['zoom']} {request.query_params.get('q')}")

    first = [Route("/tiles/{zoom}", tile)]
    app = Starlette(routes=[*first, Route("/other", tile)], middleware=[Middleware(FirstRoutes, first), Middleware(Marking)])
    with serving(app) as url, httpx.Client(base_url=url) as web:
        yield web


def test_first_routes_are_answered_before_the_applications_middleware(web: httpx.Client) -> None:
    answer = web.get("/tiles/7?q=1")
    assert (answer.status_code, answer.text, answer.headers.get("seen")) == (200, "7 1", None)
    head = web.head("/tiles/7")
    assert (head.status_code, head.content, head.headers.get("seen")) == (200, b"", None)


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/tiles/7", 405), ("GET", "/tiles", 404), ("GET", "/else", 404)])
def test_what_else_is_asked_goes_the_applications_way(web: httpx.Client, method: str, path: str, status: int) -> None:
    answer = web.request(method, path)
    assert (answer.status_code, answer.headers.get("seen")) == (status, "yes")
