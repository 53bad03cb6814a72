"""HTTP without a network: a client's requests go to an ASGI application of this process.

So the operator's pages and the command line ask the embedded service through the whole of client and service, tokens
included, and need not know on which port, behind which proxy or with which certificate this process is reached, nor
whether it serves at all.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
from starlette.types import ASGIApp

THREADS = 8
"""So many requests are answered at a time."""


class InProcess(httpx.BaseTransport):
    """Answers each request by running the application in an event loop of its own, in a thread of its own: so it can be
    asked from anywhere, from a thread that runs a loop too. Thread-safe.

    An exception in the application is a 500, as over a network. Nothing is streamed: an answer comes as a whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._threads = ThreadPoolExecutor(THREADS, "in-process")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The application's answer."""
        request.read()
        return self._threads.submit(lambda: asyncio.run(self._answer(request))).result()

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread(), request=request)
