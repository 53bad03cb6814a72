"""The server of a process: a socket of its own, requests that come in time, and a log that tells of a full table once a second.

Built on uvicorn's public `Config(http=...)` and `Server.run(sockets=...)`.
"""

import asyncio
import logging
import resource
import socket
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from wirelane_geo.web._messages import MESSAGE_BYTES

REQUEST_SECONDS = 20.0
"""So long the head of a request may take to come, from its first byte or from the connection on."""
HEAD_BYTES = 64 * 1024
"""Of a request's line and headers together; its parser has no limit of its own."""
PIECES_BYTES = 64 * 1024
"""Of an answer that wait for each other; what is larger leaves at once."""
DESCRIPTORS = 65_536
"""Open files and sockets that a process asks for: some four a page."""
BACKLOG = 512


class _Together:
    """A transport for answers whose small pieces of one moment leave together: a process that is killed has sent a head with its
    body or neither, and whoever got nothing may ask another replica. One system call instead of two, too."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._pieces, self._size = transport, list[bytes](), 0
        self.is_closing = transport.is_closing

    def write(self, piece: bytes) -> None:
        """Send it with what else comes before the event loop goes on, or the answer ends."""
        if not self._pieces:
            asyncio.get_running_loop().call_soon(self.send)
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > PIECES_BYTES:
            self.send()

    def close(self) -> None:
        """Send what waits, and hang up."""
        self.send()
        self._transport.close()

    def send(self) -> None:
        """Send what waits."""
        if self._pieces:
            self._transport.write(b"".join(self._pieces))
            self._pieces, self._size = [], 0


class TimedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that hangs up on who opens a connection, or begins a request, and doesn't go on, or never comes to its body."""

    _due: asyncio.TimerHandle | None = None
    _head = 0
    """Bytes since the last head or piece of a body that was complete."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._answers = _Together(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has {HEAD_BYTES:,} bytes at most.")
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self.transport.get_protocol() is not self:  # a websocket's own from here on
            self._stop_waiting()
        elif self._due is None:
            self._await_request()

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = self._answers  # type: ignore[assignment]  # it has what a cycle asks of one

    def on_body(self, body: bytes) -> None:
        self._head = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        self._answers.send()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._due = asyncio.get_running_loop().call_later(REQUEST_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


class Seldom(logging.Filter):
    """Lets one record of a kind through in `seconds`; the others are counted into the next one. instead: what it says after how
    it `begins`, and without its traceback; "": what it says by itself."""

    def __init__(self, begins: str, instead: str = "", *, seconds: float = 1.0,
                 clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._begins, self._instead, self._seconds, self._clock = begins, instead, seconds, clock
        self._last, self._kept_back = -seconds, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        if not record.getMessage().startswith(self._begins):
            return True
        if self._clock() < self._last + self._seconds:
            self._kept_back += 1
            return False
        more = f" ({self._kept_back:,} more of these were not written)" if self._kept_back else ""
        if self._instead:
            record.msg, record.args, record.exc_info = f"{self._begins}: {self._instead}", (), None
        record.msg, record.args = f"{record.getMessage()}{more}", ()
        self._last, self._kept_back = self._clock(), 0
        return True


_PROVOKED = (
    ("asyncio", "socket.accept() out of system resource", "too many files and sockets are open"),
    ("uvicorn.error", "Exception in ASGI application", ""),
    ("uvicorn.error", "ASGI callable returned without", ""),
    ("uvicorn.error", "Invalid HTTP request received", ""),
    ("uvicorn.error", "Unsupported upgrade request", ""),
    ("streamlit.web.server.starlette.starlette_websocket", "", ""),
    ("streamlit.runtime.websocket_session_manager", "", ""),
    ("streamlit.runtime.app_session", "", ""),
    ("streamlit.runtime.backend_operation_handler", "", ""),
    ("streamlit.runtime.scriptrunner.script_runner", "", ""),
    ("streamlit.error_util", "", ""),
    ("wirelane_geo.ui.page_setup", "a page failed", ""),
    ("wirelane_geo.web._messages", "", ""),
)
"""What a visitor can have written to the log as often as he likes: by which logger, how it begins, and what it says instead."""


def prepare() -> None:
    """Ask for as many descriptors as may be had, and write what a visitor provokes no more than once a second."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    for name, begins, instead in _PROVOKED:
        logging.getLogger(name).addFilter(Seldom(begins, instead))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send at once (without Nagle's algorithm). Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listening.bind(address)
        listening.listen(BACKLOG)  # who comes before the server is up waits, and is answered
    except OSError:
        listening.close()
        raise
    listening.set_inheritable(True)
    return listening


class _Server(uvicorn.Server):
    """Takes one connection at a time from its socket: of several processes at one, the others get theirs."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(BACKLOG)  # asyncio's number is both how many wait, and how many are taken at once


def serve(app: ASGIApp, listening: socket.socket, **options: Any) -> None:
    """Serve an application until SIGINT or SIGTERM, which lets answers under way come to their end (10 s)."""
    host, port = listening.getsockname()[:2]
    config = uvicorn.Config(
        app, host=host, port=port, http=TimedProtocol, ws="websockets-sansio", ws_max_size=MESSAGE_BYTES, backlog=1,
        access_log=False, use_colors=False, log_level="warning", timeout_graceful_shutdown=10, **options)
    _Server(config).run(sockets=[listening])
