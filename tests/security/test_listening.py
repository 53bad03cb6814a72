"""Connections that lead nowhere end, descriptors come back, and a full table is told once a second."""

import asyncio
import logging
import os
import resource
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.browser.conftest import start_server, stop_server
from tests.serving import serving
from wirelane_geo.web import listening
from wirelane_geo.web.listening import Seldom, TimedProtocol, bind


async def answer(request: Request) -> Response:
    return PlainTextResponse((await request.body()).decode() or "here")


async def page(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)


@contextmanager
def served(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(listening, "REQUEST_SECONDS", seconds)
    app = Starlette(routes=[Route("/", answer, methods=["GET", "POST"]), WebSocketRoute("/page", page)])
    own = bind("127.0.0.1", 0)
    with serving(app, [own], http=TimedProtocol, ws="websockets-sansio", timeout_keep_alive=1):
        yield "127.0.0.1", own.getsockname()[1]


def rest(connection: socket.socket) -> bytes:
    connection.settimeout(30)
    received = b""
    while part := connection.recv(65_536):
        received += part
    return received


@pytest.mark.slow
@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
                                   b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHo"])
def test_a_request_that_does_not_come_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    with served(monkeypatch, 0.2) as address, socket.create_connection(address) as connection:
        connection.sendall(begun)
        try:
            received = rest(connection)
        except ConnectionResetError:
            received = b""
    assert received.count(b"200 OK") <= begun.count(b"\r\n\r\n")


@pytest.mark.slow
def test_a_request_that_comes_is_answered_and_a_page_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(port: int) -> list[str | bytes]:
        async with connect(f"ws://127.0.0.1:{port}/page") as websocket:
            heard = []
            while len(heard) < 3:
                await websocket.send("still there")
                heard.append(await websocket.recv())
                with pytest.raises(ConnectionError):  # meanwhile others, who say nothing, have been hung up on
                    await asyncio.to_thread(hung_up_on, port)
            return heard

    def hung_up_on(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            if not rest(connection):
                raise ConnectionResetError

    with served(monkeypatch, 0.1) as (host, port):
        assert httpx.post(f"http://{host}:{port}/", content="x" * 10).text == "x" * 10
        assert asyncio.run(talk(port)) == ["still there"] * 3


@pytest.mark.parametrize("endless", [
    b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-More: " + b"a" * 4_000 + b"\r\n",
    b"GET /",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-More: a\r\n",
], ids=["headers", "path", "trailers"])
def test_a_head_without_an_end_is_refused_and_not_kept(monkeypatch: pytest.MonkeyPatch, endless: bytes) -> None:
    with served(monkeypatch, 20.0) as address, socket.create_connection(address) as connection:
        connection.sendall(endless)
        more = b"a" * 4_000 if endless == b"GET /" else b"X-More: " + b"a" * 4_000 + b"\r\n"
        with suppress(ConnectionResetError, BrokenPipeError):
            for _ in range(20_000):  # far more than two sockets hold
                connection.sendall(more)
            pytest.fail("80 MB of a head were taken")
        with suppress(ConnectionResetError):
            assert b" 200 " not in rest(connection)


def test_head_and_body_leave_in_one_piece_and_a_head_alone_where_the_body_takes_its_time() -> None:
    before: list[list[socket.socket]] = []
    slow = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        if scope["path"] == "/slow":
            await asyncio.to_thread(slow.wait, 30)
        else:
            before.append(select.select([connection], [], [], 0)[0])
        await send({"type": "http.response.body", "body": b"body"})

    own = bind("127.0.0.1", 0)
    with serving(app, [own], http=TimedProtocol), socket.create_connection(own.getsockname()) as connection:
        connection.settimeout(30)
        connection.sendall(b"GET /quick HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1_000).endswith(b"\r\n\r\nbody")
        assert before == [[]]
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1_000).endswith(b"\r\n\r\n")
        slow.set()
        assert connection.recv(1_000) == b"body"


def test_heads_of_usual_length_are_answered_however_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * 30_000 + b"\r\nConnection: close\r\n\r\n"
    with served(monkeypatch, 20.0) as address, socket.create_connection(address) as connection:
        for start in range(0, len(head), 1_000):
            connection.sendall(head[start:start + 1_000])
        assert b" 200 OK" in rest(connection)
    with served(monkeypatch, 20.0) as (host, port), httpx.Client(base_url=f"http://{host}:{port}") as client:
        for _ in range(5):  # on one connection, together longer than a head may be
            assert client.get("/", headers={"Cookie": "a" * 30_000}).text == "here"
            assert client.post("/", content=iter([b"x" * 10_000] * 20)).text == "x" * 200_000


def test_a_full_table_is_told_once_a_second() -> None:
    now = [100.0]
    written: list[str] = []
    logger = logging.Logger("asyncio-like")
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.addFilter(Seldom("socket.accept() out of system resource", "the table is full", clock=lambda: now[0]))
    for step in range(10_000):
        now[0] = 100.0 + step / 5_000
        logger.error("socket.accept() out of system resource\nsocket: %s", step)
        if step % 1_000 == 0:
            logger.error("something else")
    assert sum("socket.accept" in line for line in written) == 2
    assert sum(line == "something else" for line in written) == 10
    assert "socket.accept() out of system resource: the table is full (4,999 more of these were not written)" in written


def test_what_is_said_in_its_own_words_keeps_them_and_its_traceback() -> None:
    said = Seldom("a page", clock=lambda: 0.0)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a page failed: %s", ("why",), (ValueError, ValueError("x"), None))
    assert said.filter(record)
    assert (record.getMessage(), record.exc_info is not None) == ("a page failed: why", True)


@pytest.mark.slow
def test_a_visitor_writes_no_log_book(tmp_path: Path) -> None:
    """Messages that are none, text where bytes are meant, messages that say nothing or name what isn't there: a few lines of
    each a second."""
    unknown = BackMsg(rerun_script=ClientState(fragment_id="nowhere")).SerializeToString()

    async def talk(url: str) -> None:
        stream = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        for message in (b"\xff" * 100, "text", b"\xff" * 100):
            for _ in range(60):
                async with connect(stream, subprotocols=[Subprotocol("streamlit")]) as websocket:
                    await websocket.send(message)
                    with suppress(ConnectionClosed):
                        while True:
                            await websocket.recv()
        for _ in range(10):
            async with connect(stream, subprotocols=[Subprotocol("streamlit")]) as websocket:
                with suppress(ConnectionClosed):
                    for message in (b"\x0a\x00", unknown) * 45:  # fewer than a page is hung up on for
                        await websocket.send(message)
                    await websocket.send(b"\xff")  # the answer to it comes after all of them
                    while True:
                        await websocket.recv()

    begun = time.monotonic()
    process, server = start_server(tmp_path, WIRELANE_GEO_DEMO_STATIONS="20")
    try:
        before = len(server.printed)
        asyncio.run(talk(server.url))
    finally:
        stop_server(process)
    written = [line for line in server.printed[before:] if line.strip()]  # the last of where it is, too, is a line of nothing
    assert [line for line in written if not line.startswith("time=")] == [], "an event is a line"
    assert len(written) <= 6 * (time.monotonic() - begun + 2)


def test_as_many_descriptors_as_may_be_had_are_asked_for() -> None:
    code = ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096))\n"
            "from wirelane_geo.web.listening import prepare; prepare()\n"
            "print(resource.getrlimit(resource.RLIMIT_NOFILE))")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 4096:
        pytest.fail("this machine allows fewer than 4,096 descriptors")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stdout.strip() == "(4096, 4096)"
