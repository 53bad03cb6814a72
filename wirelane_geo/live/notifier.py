"""Tells all who wait in an event loop that something happened: one wake-up for any number of them, and no looking meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

Waiting = set["asyncio.Future[None]"]


class Notifier:
    """`notify` is called from any thread, `wait_until` awaited in any event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.AbstractEventLoop, Waiting] = {}

    @property
    def waiting(self) -> int:
        """How many wait now."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def notify(self) -> None:
        """Something happened: each loop in which somebody waits is woken once."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for loop, futures in waiting.items():
            with suppress(RuntimeError):  # a loop that was closed: nobody waits in it any more
                loop.call_soon_threadsafe(_wake, futures)

    async def wait_until(self, happened: Callable[[], bool], timeout: float) -> bool:
        """Wait until `happened` says so, `timeout` seconds at most; it is asked at once and after each `notify`. Whether it
        did."""
        loop = asyncio.get_running_loop()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while True:
                    woken = self._enter(loop)  # before it is asked, so that nothing falls in between
                    try:
                        if happened():
                            return True
                        await woken
                    finally:
                        self._leave(loop, woken)
        return happened()

    def _enter(self, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[None]":
        woken: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._waiting.setdefault(loop, set()).add(woken)
        return woken

    def _leave(self, loop: asyncio.AbstractEventLoop, woken: "asyncio.Future[None]") -> None:
        with self._lock:
            if (here := self._waiting.get(loop)) is None:
                return
            here.discard(woken)
            if not here:
                del self._waiting[loop]


def _wake(futures: Waiting) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
