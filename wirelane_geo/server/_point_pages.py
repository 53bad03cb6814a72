"""Pages of charge points, however long: what a page doesn't say at once is read and sent piece by piece."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from anyio import to_thread
from starlette.responses import Response, StreamingResponse

from wirelane_geo.model import Seq
from wirelane_geo.server._operations import json_page, page_headers
from wirelane_geo.store import Page, PointNumbers, PointQuery

AT_ONCE = 1_000
"""Points that are in memory at a time, some 1 MB: a page of no more is all of one moment. The points of a longer one are those
of one moment, each as it is when it is sent."""

Read = Callable[[PointNumbers], tuple[Seq, list[bytes]]]


class Lists(Protocol):
    """Answers queries: the store, or what knows its points better."""

    def query(self, query: PointQuery, most: int | None = None) -> Page:
        """See `Store.query`."""


def point_page(page: Page, read: Read, **headers: int) -> Response:
    """200 with a page as an array, and X-Total-Count beside other headers; `read` gives what it has no bodies of yet."""
    if page.rest is None:
        return json_page(page, **headers)
    return StreamingResponse(_pieces(page.bodies, page.rest, read), headers=page_headers(page, **headers),
                             media_type="application/json")


async def _pieces(bodies: list[bytes], rest: PointNumbers, read: Read) -> AsyncIterator[bytes]:
    """The array. Who has left is read nothing more; where the store fails, the answer breaks off."""
    yield b"[" + b",".join(bodies)
    for begin in range(0, len(rest), AT_ONCE):
        _, bodies = await to_thread.run_sync(read, rest.part(begin, begin + AT_ONCE))
        yield b"".join(b"," + body for body in bodies)
    yield b"]"
