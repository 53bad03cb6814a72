"""A list of a million is sent in pieces: whoever reads it slowly, or leaves, holds no second copy of it."""

import asyncio
import json
import tracemalloc

import pytest
from starlette.types import Message

from wirelane_geo.server._operations import PIECE, json_page
from wirelane_geo.store import Page


async def sent(page: Page) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return await asyncio.Future()

    await json_page(page)({"type": "http", "method": "GET", "headers": []}, receive, send)
    return messages


@pytest.mark.parametrize("count", [0, 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_a_page_is_the_same_in_pieces(count: int) -> None:
    page = Page(total=count, bodies=[json.dumps({"id": number}).encode() for number in range(count)])
    _, *bodies = asyncio.run(sent(page))
    assert [record["id"] for record in json.loads(b"".join(body["body"] for body in bodies))] == list(range(count))


def test_a_large_page_is_not_there_twice() -> None:
    page = Page(total=50_000, bodies=[b"%d" % number * 200 for number in range(10_000, 60_000)])
    whole = sum(map(len, page.bodies))

    async def read() -> int:
        taken = 0

        async def send(message: Message) -> None:
            nonlocal taken
            taken += len(message.get("body", b""))

        async def receive() -> Message:
            return await asyncio.Future()

        await json_page(page)({"type": "http", "method": "GET", "headers": []}, receive, send)
        return taken

    tracemalloc.start()
    try:
        assert asyncio.run(read()) > whole
        assert tracemalloc.get_traced_memory()[1] < whole / 10
    finally:
        tracemalloc.stop()
