"""A real uvicorn on a free port, for as long as a test needs it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

TRUSTED = httpx.create_ssl_context()
"""For `verify=` of each client: to read the certificates takes httpx longer than most tests, though no test needs them."""


class PromptServer(uvicorn.Server):
    """Says when it is up, and ends at once: uvicorn's own takes some 0.15 s to notice, which adds up over hundreds of tests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        self.up.set()

    async def main_loop(self) -> None:
        counter = 0
        while not await self.on_tick(counter) and not self._leave.is_set():
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leave.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.002)

    def leave(self) -> None:
        """End, from any thread."""
        self._loop.call_soon_threadsafe(self._leave.set)


@contextmanager
def serving(app: ASGIApp, sockets: list[socket.socket] | None = None, **options: Any) -> Iterator[str]:
    """The URL at which the application answers; options are those of `uvicorn.Config`."""
    server = PromptServer(uvicorn.Config(app, **{"port": 0, "log_level": "warning", "lifespan": "off"} | options))
    thread = threading.Thread(target=server.run, args=(sockets,))
    thread.start()
    assert server.up.wait(30)
    host, port = (sockets or server.servers[0].sockets)[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.leave()
        thread.join()
