"""What may take long is done beside the page: a page that waits shows nothing, and Streamlit gives up on it."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, TimeoutError
from typing import Any, TypeVar

T = TypeVar("T")

MOST, MOST_OF_A_PAGE = 64, 4
"""Jobs that may be under way, of all pages together and of one."""

_free = threading.BoundedSemaphore(MOST)


class Background:
    """The jobs of one page, by what they are for. Not thread-safe; the jobs run in threads of their own, which don't keep the
    process from ending."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, Future[Any]] = {}

    def ask(self, what: Hashable, job: Callable[[], T], patience_s: float) -> T | None:
        """What a job answers, or None where it has not within `patience_s` seconds: ask again, it goes on. Raises what the job
        raised. The next time it is asked for, it is done anew."""
        for other in [other for other, future in self._under_way.items() if future.done() and other != what]:
            del self._under_way[other]  # nobody wants to know any more
        future = self._under_way.get(what) or self._begin(what, job)
        if future is None:
            return None
        try:
            answer: T = future.result(patience_s)
        except TimeoutError:
            if not future.done():
                return None
            raise
        finally:
            if future.done():
                self._under_way.pop(what, None)
        return answer

    def _begin(self, what: Hashable, job: Callable[[], T]) -> "Future[T] | None":
        if len(self._under_way) >= MOST_OF_A_PAGE or not _free.acquire(blocking=False):
            return None
        future: Future[T] = Future()
        self._under_way[what] = future

        def run() -> None:
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)
            finally:
                _free.release()

        threading.Thread(target=run, name="wall", daemon=True).start()
        return future
