"""What stands between the upstream and the wall's server, and does to them what networks do."""

import asyncio
import threading

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.application import free_port

SLOW_S = 3.0
HOP_BY_HOP = frozenset({"connection", "content-length", "content-encoding", "transfer-encoding", "host", "keep-alive"})


class Proxy:
    """Passes on requests to the upstream, and its webhooks to the wall's server; thread-safe.

    `fault`: "" (none), "503", "slow", "401" once for each token known so far (see `revoke`). `webhooks`: whether they are
    passed on; those that aren't are answered 200 and lost.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.fault, self.webhooks = "", True
        self.upstream = self.wall = ""
        self._tokens: set[str] = set()
        self._revoked: set[str] = set()
        self._client: httpx.AsyncClient | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, in a thread."""
        app = Starlette(routes=[Route("/webhooks/{path:path}", self._tell, methods=["POST"]),
                                Route("/{path:path}", self._ask, methods=["GET", "POST", "PUT"])])
        self._client = None  # a connection belongs to the loop that made it
        self._server = server = uvicorn.Server(uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
        self._thread = threading.Thread(target=server.run, name="proxy", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on, and cut those that there are."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()

    def revoke(self) -> None:
        """No token that was used so far is good any more."""
        self._revoked |= self._tokens
        self._tokens.clear()

    async def _ask(self, request: Request) -> Response:
        token = request.headers.get("authorization", "")
        if self.fault == "503":
            return Response(status_code=503)
        if self.fault == "slow":
            await asyncio.sleep(SLOW_S)
        if token in self._revoked:
            return Response('{"error": "invalid_token"}', 401, media_type="application/json")
        if token.startswith("Bearer "):
            self._tokens.add(token)
        return await self._passed_on(request, self.upstream)

    async def _tell(self, request: Request) -> Response:
        return await self._passed_on(request, self.wall) if self.webhooks else Response("{}", media_type="application/json")

    async def _passed_on(self, request: Request, to: str) -> Response:
        self._client = self._client or httpx.AsyncClient(timeout=60, trust_env=False, verify=False)
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
        url = f"{to}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
        try:
            answer = await self._client.request(request.method, url, headers=headers, content=await request.body())
        except httpx.HTTPError:
            return Response(status_code=502)
        kept = {name: value for name, value in answer.headers.items() if name not in HOP_BY_HOP}
        return Response(answer.content, answer.status_code, kept)
