"""What an open page sends is bounded, by size and by number; hands in a hurry never meet that."""

import asyncio
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.session import visit
from tests.browser.conftest import start_server, stop_server
from tests.serving import serving
from wirelane_geo.ui.insides import FOR_DEVELOPERS
from wirelane_geo.web._messages import A_SECOND, MESSAGE_BYTES, PIECE_BYTES, Messages
from wirelane_geo.web.admission import Admission, Rules

AT_ONCE = 100


class Echo:
    """A page that says how long each message was, and what it has taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.left = threading.Event()

    async def page(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                size = len(await socket.receive_bytes())
                self.taken.append(size)
                await socket.send_text(str(size))
        except WebSocketDisconnect:
            self.left.set()


def application(echo: Echo, rules: Rules | None = None) -> Starlette:
    return Starlette(routes=[WebSocketRoute("/_stcore/stream", echo.page)], middleware=[Middleware(Admission, rules or Rules())])


def stream(url: str) -> str:
    return url.replace("http", "ws", 1) + "/_stcore/stream"


async def hung_up(page: ClientConnection, message: bytes, count: int) -> tuple[int | None, str]:
    """Send a message again and again, and answer how the page is hung up on."""
    with pytest.raises(ConnectionClosed) as told:
        for _ in range(count):
            await page.send(message)
        while True:
            await page.recv()
    assert told.value.rcvd is not None
    return told.value.rcvd.code, told.value.rcvd.reason


def test_too_large_a_message_is_not_taken_and_a_large_one_is() -> None:
    echo = Echo()

    async def talk(url: str) -> tuple[int | None, str]:
        async with connect(stream(url)) as page:
            await page.send(b"x" * MESSAGE_BYTES)
            assert await page.recv() == str(MESSAGE_BYTES)
            return await hung_up(page, b"x" * (MESSAGE_BYTES + 1), 1)

    with serving(application(echo)) as url:
        assert asyncio.run(talk(url)) == (1009, "A message of a page has 1,048,576 bytes at most.")
        assert echo.left.wait(30), "the page's own end hears that it is over"
    assert echo.taken == [MESSAGE_BYTES]


@pytest.mark.slow
@pytest.mark.parametrize(("message", "at_once"), [(b"", 100), (b"x" * 1_000, 100), (b"x" * (PIECE_BYTES * 9 + 1), 10)],
                         ids=["empty", "small", "of ten pieces"])
def test_a_flood_is_hung_up_on(message: bytes, at_once: int) -> None:
    echo, begun = Echo(), time.monotonic()

    async def talk(url: str) -> tuple[int | None, str]:
        async with connect(stream(url)) as page:
            return await hung_up(page, message, 3_000)

    with serving(application(echo)) as url:
        code, reason = asyncio.run(talk(url))
        assert (code, "50 messages a second at most, 100 at once" in reason) == (1008, True)
        assert echo.left.wait(30)
    most = at_once * (1 + (time.monotonic() - begun) / 2) + 1
    assert at_once <= len(echo.taken) <= most


def test_messages_of_a_moment_are_all_taken() -> None:
    echo = Echo()

    async def talk(url: str) -> list[str | bytes]:
        async with connect(stream(url)) as page:
            for _ in range(AT_ONCE):
                await page.send(b"x" * 1_000)
            return [await page.recv() for _ in range(AT_ONCE)]

    with serving(application(echo)) as url:
        assert asyncio.run(talk(url)) == ["1000"] * AT_ONCE


@pytest.mark.slow
def test_of_an_address_so_much_is_taken_over_all_its_pages() -> None:
    """And over pages that come again; another address has its own."""
    echo = Echo()

    async def talk(url: str) -> int:
        first, second = ({"X-Forwarded-For": f"192.0.2.{number}"} for number in (1, 2))
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(connect(stream(url), additional_headers=first)) for _ in range(20)]
            told = await asyncio.gather(*(hung_up(page, b"x", 3_000) for page in pages))
            assert {code for code, _ in told} == {1008}
            taken = len(echo.taken)
            other = await stack.enter_async_context(connect(stream(url), additional_headers=second))
            for _ in range(AT_ONCE):
                await other.send(b"xy")
            assert [await other.recv() for _ in range(AT_ONCE)] == ["2"] * AT_ONCE
            return taken

    begun = time.monotonic()
    with serving(application(echo, Rules(pages_per_address=60))) as url:
        assert 120 <= asyncio.run(talk(url)) <= 120 + 60 * (time.monotonic() - begun) + 1


async def taken(messages: Messages, clock: Callable[[float], None], a_second: float, count: int) -> int:
    """How many messages of a page are taken that come at a pace."""
    said: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        clock(1 / a_second)
        return {"type": "websocket.receive", "bytes": b"x" * 700}

    async def send(message: dict[str, object]) -> None:
        said.append(message)

    hear, _ = messages.of("192.0.2.1", receive, send)  # type: ignore[arg-type]
    for number in range(count):
        if (await hear())["type"] != "websocket.receive":
            return number
    return count


@pytest.mark.slow
@pytest.mark.parametrize(("a_second", "hours"), [(30, 1.0), (A_SECOND, 0.2)])
def test_a_key_that_is_held_down_is_heard_for_ever(a_second: float, hours: float) -> None:
    now = [0.0]

    def passes(seconds: float) -> None:
        now[0] += seconds

    count = int(hours * 3_600 * a_second)
    assert asyncio.run(taken(Messages(200, lambda: now[0]), passes, a_second, count)) == count


def test_what_is_faster_ends_soon() -> None:
    now = [0.0]

    def passes(seconds: float) -> None:
        now[0] += seconds

    assert asyncio.run(taken(Messages(200, lambda: now[0]), passes, 100, 10_000)) == 199


@pytest.mark.slow
def test_the_application_hangs_up_on_floods_and_answers_others(tmp_path: Path) -> None:
    """Ten thousand requests for a run of the page, which took it 16 seconds in which nobody else was answered."""
    async def attack(url: str) -> None:
        async with visit(url, "lat=52.5&lon=13.4&zoom=11") as session:
            code, _ = await hung_up(session.connection, session.message(), 10_000)
            assert code == 1008
        async with visit(url, "lat=52.5&lon=13.4&zoom=11") as session:
            for _ in range(40):
                await session.connection.send(session.message())
            await session.open()
            code, _ = await hung_up(session.connection, b"x" * (MESSAGE_BYTES + 1), 1)
            assert code == 1009

    process, server = start_server(tmp_path, WIRELANE_GEO_DEMO_STATIONS="20")
    try:
        asyncio.run(attack(server.url))
        assert httpx.get(f"{server.url}/healthz").status_code == 200
    finally:
        stop_server(process)
    told = [line for line in server.printed if "hung up on" in line]
    assert len(told) == 1
    assert told[0].startswith("time=")


@pytest.mark.slow
def test_what_is_asked_for_while_a_page_runs_costs_next_to_nothing(tmp_path: Path) -> None:
    """It is one more run after it. A thread for each of them took more than a millisecond, in which nobody else was answered."""
    async def hurry(url: str) -> None:
        async with visit(url, "lat=52.5&lon=13.4&zoom=11") as session:
            for _ in range(AT_ONCE - 10):
                await session.connection.send(session.message())
            await session.connection.send(b"\xff")  # the answer to it comes after all of them
            with suppress(ConnectionClosed):
                while True:
                    await session.connection.recv()

    def processor_seconds(url: str) -> float:
        found = re.search(r"^process_cpu_seconds_total (\S+)$", httpx.get(f"{url}/metrics").text, re.MULTILINE)
        assert found is not None
        return float(found[1])

    process, server = start_server(tmp_path, WIRELANE_GEO_DEMO_STATIONS="20", WIRELANE_GEO_PAGES_PER_ADDRESS="2000")
    try:
        asyncio.run(hurry(server.url))
        before = processor_seconds(server.url)
        for _ in range(20):
            asyncio.run(hurry(server.url))
        assert processor_seconds(server.url) - before < 1, "for 1,800 messages: it was 2.5 s"
    finally:
        stop_server(process)


@pytest.mark.slow
def test_a_visitor_has_nothing_done_that_is_for_developers(tmp_path: Path) -> None:
    """Streamlit ran git for whoever asked, in the event loop, and told what isn't committed; and cleared everybody's caches."""
    programs, data = tmp_path / "bin", tmp_path / "data"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n", encoding="ascii")
    (programs / "git").chmod(0o755)

    async def ask(url: str) -> None:
        async with visit(url, "lat=52.5&lon=13.4&zoom=11") as session:
            for asked in (BackMsg(load_git_info=True), BackMsg(clear_cache=True), BackMsg(app_heartbeat=True)):
                await session.connection.send(asked.SerializeToString())
            while not ForwardMsg.FromString(bytes(await session.connection.recv())).HasField("heartbeat_ack"):
                pass

    path = f"{programs}:{os.environ['PATH']}"
    process, server = start_server(data, WIRELANE_GEO_DEMO_STATIONS="20", PATH=path)
    try:
        asyncio.run(ask(server.url))
    finally:
        stop_server(process)
    assert not (tmp_path / "was-run").exists()


def test_streamlit_has_those_handlers_still() -> None:
    assert [name for name in FOR_DEVELOPERS if not callable(getattr(AppSession, name, None))] == [], (
        "Streamlit answers developers another way: find out which, and correct serve_visitors_only.")
