"""Turns for work that is expensive: a few at once, a few in line, each within a deadline, and none for who has left."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.store.deadline import Deadline, within

T = TypeVar("T")


class Busy(WirelaneGeoError):
    """The line is full. `seconds`: when to come back."""

    def __init__(self, seconds: int = 1) -> None:
        super().__init__(f"Too much is being asked at once. Try again in {seconds} s.")
        self.seconds = seconds


class Left(Exception):
    """Whoever asked has left: nobody reads the answer."""


class Turns(Generic[T]):
    """`at_once` pieces of work in threads of their own, `in_line` that wait, `seconds` for each once it has begun."""

    def __init__(self, at_once: int, in_line: int, seconds: float) -> None:
        self._at_once, self._most, self._seconds = at_once, at_once + in_line, seconds
        self._asked = 0
        self._limiter: CapacityLimiter | None = None  # made in the loop that uses it

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """The work's result. Raises Busy at once where the line is full, Left when the asking client goes, StoreTimeout past
        the deadline, and what the work raises."""
        if self._asked >= self._most:
            raise Busy
        self._limiter = self._limiter or CapacityLimiter(self._at_once)
        deadline = Deadline(self._seconds)
        done: list[T] = []
        failed: list[BaseException] = []
        self._asked += 1
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_until_left, request, partial(_leave, deadline, group.cancel_scope.cancel))
                group.start_soon(self._work, work, deadline, done, failed, group.cancel_scope.cancel)
        finally:
            self._asked -= 1
        if failed:
            raise failed[0]
        if not done:
            raise Left
        return done[0]

    async def _work(self, work: Callable[[], T], deadline: Deadline, done: list[T], failed: list[BaseException],
                    end: Callable[[], None]) -> None:
        try:
            with within(deadline):  # threads get the context that they are started from
                done.append(await to_thread.run_sync(work, limiter=self._limiter))
        except Exception as error:
            failed.append(error)
        end()


def _leave(deadline: Deadline, end: Callable[[], None]) -> None:
    deadline.cancel()
    end()


async def _until_left(request: Request, left: Callable[[], None]) -> None:
    receive: Callable[[], Awaitable[dict[str, object]]] = request.receive  # type: ignore[assignment]
    while (await receive())["type"] != "http.disconnect":
        pass
    left()
