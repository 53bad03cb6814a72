"""What an open page may send over its websocket: messages of so many bytes, and so many of them, of the page and of its address.

A page that sends more is hung up on: 1009 for too large a message, 1008 for too many. (To let it wait instead would keep it from
answering the server's pings, and its end from being heard of.)
"""

import logging
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Send

from wirelane_geo.web.rates import AT_ONCE_S, Bucket, Rates

MESSAGE_BYTES = 1024 * 1024
"""What a page may send at a time."""
A_SECOND = 50.0
"""Messages of a page on average. A hand that holds a key down on a button makes 30; a script that clicks, 40."""
PIECE_BYTES = 16 * 1024
"""Of a message that count as one more: a large one takes as long as many small ones."""
TOO_LARGE, TOO_MANY = 1009, 1008

logger = logging.getLogger(__name__)


class Messages:
    """The messages of all pages of a process. pages_per_address: as many messages a second one address may send on average, and
    never fewer than one page. The clock is a monotonic one, in seconds."""

    def __init__(self, pages_per_address: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._addresses = Rates(max(float(pages_per_address), A_SECOND), clock)

    def of(self, address: str | None, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """What the page of a websocket receives and sends by from now on."""
        page = _Page(Bucket(A_SECOND, self._clock), self._addresses, address, receive, send)
        return page.receive, page.send


class _Page:
    def __init__(self, bucket: Bucket, addresses: Rates, address: str | None, receive: Receive, send: Send) -> None:
        self._bucket, self._addresses, self._address = bucket, addresses, address
        self._receive, self._send, self._over = receive, send, False

    async def receive(self) -> Message:
        """The next message; that the page is gone, where it has sent too much."""
        message = await self._receive()
        refusal = self._refusal(message) if message["type"] == "websocket.receive" else None
        if refusal is None:
            return message
        code, reason = refusal
        logger.warning("A page was hung up on: %s", reason)
        self._over = True
        with suppress(OSError):  # it has left by itself meanwhile
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code, "reason": reason}

    async def send(self, message: Message) -> None:
        """Send. Raises OSError where the page was hung up on, as a server does where it is gone."""
        if self._over:
            raise OSError("The page was hung up on.")
        await self._send(message)

    def _refusal(self, message: MutableMapping[str, Any]) -> tuple[int, str] | None:
        size = len(message.get("bytes") or message.get("text") or "")
        if size > MESSAGE_BYTES:
            return TOO_LARGE, f"A message of a page has {MESSAGE_BYTES:,} bytes at most."
        tokens = 1 + size // PIECE_BYTES
        if self._bucket.take(tokens) is not None:
            return TOO_MANY, f"A page sends {A_SECOND:g} messages a second at most, {A_SECOND * AT_ONCE_S:g} at once."
        if self._addresses.take(self._address, tokens) is not None:
            return TOO_MANY, "Too many messages came from this address."
        return None
