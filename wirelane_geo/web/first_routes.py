"""Routes that are answered before Streamlit's middleware, which opens sessions and compresses: a fifth cheaper for what needs
neither."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class FirstRoutes:
    """Middleware that answers GET and HEAD of some routes itself; what else is asked of them goes the application's way, where
    they have to be, too."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app, self._routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have the application answer."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            for route in self._routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    await route.handle({**scope, **found}, receive, send)
                    return
        await self._app(scope, receive, send)
