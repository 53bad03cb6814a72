"""`POST /feeds/NAME`: a feed, or its broker, sends what is new."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from wirelane_geo.errors import BadFile, NotLeading, StoreError
from wirelane_geo.feeds.push import Receiver

PATH = "/feeds/{name}"
LARGEST_BODY = 256 << 20
"""Bytes of a body, as it is sent; unpacked it may be 200 times as much, see `importers.source`."""
SLOWEST_S = 300.0
"""Seconds that a body may take."""
AT_ONCE = 4
"""Bodies that are read into the store at a time."""
HEADERS = ("x-feed-key", "x-api-key")
"""Where the key may be given, beside `Authorization` and the query's `key`: brokers have no other way."""


class _TooLarge(Exception):
    pass


def feed_routes(receiver: Receiver) -> list[BaseRoute]:
    """200, and nothing else, for what was taken: new, older or come before. 401 without the right key, be there such a feed or
    not; 400 for what can't be read; 413, 408 for too much or too slow; 503 where the store can't be written now."""
    working = CapacityLimiter(AT_ONCE)
    order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def receive(request: Request) -> Response:
        name = request.path_params["name"]
        feed = next((found for key in _given(request) if (found := receiver.admits(name, key))), None)
        if feed is None:
            return JSONResponse({"error": "no feed of this name has this key"}, 401, {"WWW-Authenticate": "Bearer"})
        async with order[feed.name]:
            path = None
            try:
                path = await _saved(request, receiver.directory())
                taken = await to_thread.run_sync(receiver.take, feed, path, limiter=working)
            except _TooLarge:
                return JSONResponse({"error": f"more than {LARGEST_BODY >> 20} MiB"}, 413)
            except TimeoutError:
                return JSONResponse({"error": f"the body was not there after {SLOWEST_S:g} s"}, 408, {"Connection": "close"})
            except ClientDisconnect:
                return JSONResponse({"error": "the body was cut off"}, 400)
            except BadFile as error:
                return JSONResponse({"error": str(error)}, 400)
            except (StoreError, NotLeading, OSError) as error:
                return JSONResponse({"error": str(error)}, 503, {"Retry-After": "5"})
            finally:
                if path is not None:
                    path.unlink(missing_ok=True)
        return JSONResponse({"points": taken.points, "statuses": taken.statuses, "rejected": taken.rejected.total()})

    return [Route(PATH, receive, methods=["POST"])]


async def _saved(request: Request, directory: Path) -> Path:
    """The body in a file of its own, which is gone where it doesn't come to its end."""
    descriptor, name = tempfile.mkstemp(prefix="pushed.", dir=directory)
    size = 0
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
            async with asyncio.timeout(SLOWEST_S):
                async for part in request.stream():
                    size += len(part)
                    if size > LARGEST_BODY:
                        raise _TooLarge
                    file.write(part)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _given(request: Request) -> Iterator[str]:
    """Everything that may be the key."""
    yield request.query_params.get("key", "")
    for name in HEADERS:
        yield request.headers.get(name, "")
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    yield value.strip() if kind.lower() in ("bearer", "token") else ""
