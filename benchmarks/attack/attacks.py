"""The attacks: each sends a bounded number of requests to a server of this machine, and answers how many they were and how
they were answered."""

import asyncio
import json
import lzma
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from benchmarks.attack.server import Server
from benchmarks.session import visit

Answers = Counter[str]
WORDS = " ".join(["1", "a", "s", "e", "2", "b"] * 17)
SEARCHES, UPLOADS, PAGES, HALF, GUESSES, MESSAGES = 300, 20, 600, 300, 1_500, 2_000
AT_ONCE = 45


async def search(server: Server) -> Answers:
    """A hundred short words, 45 at a time; half of those who ask don't wait for the answer."""
    async def ask(client: httpx.AsyncClient, number: int) -> str:
        patience = 0.3 if number % 2 else 30.0
        answer = await client.get("/map/search", params={"q": f"{WORDS} {number}"}, timeout=patience)
        return str(answer.status_code)
    return await _asked(server, ask, SEARCHES)


async def upload(server: Server) -> Answers:
    """25 MB at a time to Streamlit's endpoint for files."""
    body = os.urandom(25 << 20)

    async def ask(client: httpx.AsyncClient, number: int) -> str:
        answer = await client.put(f"/_stcore/upload_file/session/{number}", content=body)
        return str(answer.status_code)
    return await _asked(server, ask, UPLOADS, at_once=4)


async def pages(server: Server) -> Answers:
    """600 pages that stay open without doing anything, and 300 requests that are never finished."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))
    host, port = server.url.removeprefix("http://").split(":")
    half = [await asyncio.open_connection(host, int(port)) for _ in range(HALF)]
    for _, writer in half:
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    answers: Answers = Counter({"half a request": HALF})
    opened: list[ClientConnection] = []
    for _ in range(PAGES):
        try:
            opened.append(await connect(f"{server.url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"]))  # type: ignore[list-item]
            answers["open"] += 1
        except (WebSocketException, OSError) as error:
            answers[_named(error)] += 1
    for page in opened:
        await page.close()
    for reader, _ in half:
        try:
            answers["hung up on"] += await asyncio.wait_for(reader.read(1), 30) == b""
        except (TimeoutError, ConnectionError) as error:
            answers["hung up on" if isinstance(error, ConnectionError) else "left open"] += 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return answers


async def messages(server: Server) -> Answers:
    """20 pages, each of another address, that want 2,000 runs of the map at once, and one that sends 2 MB; somebody has opened
    the map before."""
    async with visit(server.url):
        pass
    answers: Answers = Counter()
    asked = BackMsg(rerun_script=ClientState(query_string="lat=52.5&lon=13.4&zoom=11")).SerializeToString()

    async def flood(number: int, message: bytes) -> None:
        async with connect(f"{server.url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None,  # type: ignore[list-item]
                           additional_headers={"X-Forwarded-For": f"198.51.100.{number}"}) as page:
            try:
                for _ in range(MESSAGES):
                    await page.send(message)
                while True:
                    await page.recv()
            except ConnectionClosed as error:
                answers[str(error.rcvd.code) if error.rcvd else "hung up on"] += 1

    await asyncio.gather(*(flood(number, asked) for number in range(20)), flood(20, b"x" * (2 << 20)))
    return answers


async def tokens(server: Server) -> Answers:
    """Passwords guessed for the right user; in between, the right password of one who has signed in before."""
    own = json.loads((server.data / "credentials.json").read_text(encoding="utf-8"))
    form = {"grant_type": "password", "client_id": own["client_id"], "client_secret": own["client_secret"],
            "username": own["username"], "password": own["password"]}

    async def ask(client: httpx.AsyncClient, number: int) -> str:
        right = number % 50 == 0
        address = "192.0.2.1" if right else f"198.51.100.{number % 200}"
        answer = await client.post("/token", data=form if right else form | {"password": str(number)},
                                   headers={"X-Forwarded-For": address})
        return f"{'right' if right else 'wrong'}: {answer.status_code}"
    return await _asked(server, ask, GUESSES, at_once=10)


async def bombs(server: Server) -> Answers:
    """An .xz of some kB that is a gigabyte inside, and one list in another 100,000 times, as files to import."""
    bomb, nested = server.data / "bomb.jsonl.xz", server.data / "nested.json"
    with lzma.open(bomb, "wb", preset=0) as file:
        for _ in range(1_024):
            file.write(b" " * (1 << 20))
    nested.write_bytes(b"[" * 100_000)
    answers: Answers = Counter()
    for path in (bomb, nested):
        run = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", "from wirelane_geo.cli import main; main()", "import", str(path)],
            env={**os.environ, "WIRELANE_GEO_DATA": str(server.data)}, capture_output=True, text=True)
        answers[f"{path.name}: exit code {run.returncode}"] += 1
    answers["import's peak, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return answers


ATTACKS: dict[str, Callable[[Server], Coroutine[Any, Any, Answers]]] = {
    "search": search, "upload": upload, "tokens": tokens, "bombs": bombs, "messages": messages, "pages": pages}


async def _asked(server: Server, ask: Callable[[httpx.AsyncClient, int], Coroutine[Any, Any, str]], count: int,
                 at_once: int = AT_ONCE) -> Answers:
    answers: Answers = Counter()
    turn = asyncio.Semaphore(at_once)
    limits = httpx.Limits(max_connections=at_once)
    async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:
        async def one(number: int) -> None:
            async with turn:
                try:
                    answers[await ask(client, number)] += 1
                except httpx.HTTPError as error:
                    answers[_named(error)] += 1
        await asyncio.gather(*(one(number) for number in range(count)))
    return answers


def _named(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    return str(status) if status else type(error).__name__
