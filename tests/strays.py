"""A served application in which everything goes wrong that nobody expects; tests/test_logs.py reads what it prints."""

import asyncio
import gc
import logging
import sys
import threading
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit.logger import get_logger

from tests.serving import PromptServer
from wirelane_geo import logs
from wirelane_geo.ui.insides import log_to_the_root

SECRET = "hush-hush-hush"


def fail(where: str) -> None:
    raise ValueError(f"{where} {SECRET}")


async def fail_later() -> None:
    fail("task")


class Unraisable:
    def __del__(self) -> None:
        fail("finalizer")


async def stray(_: Request) -> Response:
    asyncio.get_running_loop().call_soon(fail, "callback")
    task = asyncio.create_task(fail_later())
    await asyncio.wait([task])
    del task
    thread = threading.Thread(target=fail, args=("thread",))
    thread.start()
    thread.join()
    Unraisable()
    gc.collect()
    warnings.warn(f"warning {SECRET}", stacklevel=1)
    for name in ("some.library", "websockets", "streamlit.early", "streamlit.late"):
        (get_logger if "streamlit" in name else logging.getLogger)(name).warning("logger %s", SECRET)
    logging.warning("root %s", SECRET)
    return PlainTextResponse("done")


async def broken(_: Request) -> Response:
    fail("application")
    return Response()


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    log_to_the_root()
    logs.adopt()
    yield


def main() -> None:
    """Serve it, ask it, and end by an error."""
    logs.configure("text", [SECRET])
    logs.catch()
    for name in ("streamlit.early", "websockets", "uvicorn.error"):
        get_logger(name)
    app = Starlette(routes=[Route("/stray", stray), Route("/broken", broken)], lifespan=lifespan)
    server = PromptServer(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    server.up.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    for path in ("stray", "broken"):
        httpx.get(f"http://127.0.0.1:{port}/{path}")
    server.leave()
    thread.join()
    sys.stderr.flush()
    fail("program")


if __name__ == "__main__":
    main()
