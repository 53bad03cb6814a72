"""HTTP without a network: a client's requests go to an ASGI application of this process.

So the operator's pages ask the embedded service through the whole of client and service, tokens included, and need not know
on which port, behind which proxy or with which certificate this process is reached.
"""

import asyncio

import httpx


class InProcess(httpx.BaseTransport):
    """Answers each request by running the application in an event loop of its own. Call it from threads that run none.

    An exception in the application is a 500, as over a network. Nothing is streamed: an answer comes as a whole.
    """

    def __init__(self, app: object) -> None:
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The application's answer."""
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._asgi.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread(), request=request)
