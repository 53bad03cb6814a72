"""Answers that are good for everybody for a moment: asked for once, however many want them at the same time."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from cachetools import TTLCache

T = TypeVar("T")
_NOTHING: Any = object()


class SharedAnswers:
    """Keeps up to `most` answers for `seconds` by a monotonic `clock`. Thread-safe: who wants what somebody is asking for
    already waits for that; who wants anything else doesn't wait."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._kept: TTLCache[Hashable, Any] = TTLCache(most, seconds, timer=clock)
        self._asked: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer for a key: the one that is kept, else what `ask` says. All who wait for it get its exception, too;
        the next one asks anew."""
        with self._lock:
            kept: T = self._kept.get(key, _NOTHING)
            if kept is not _NOTHING:
                return kept
            asked, mine = self._asked.get(key), False
            if asked is None:
                asked, mine = self._asked.setdefault(key, Future()), True
        if mine:
            self._answer(key, ask, asked)
        answer: T = asked.result()
        return answer

    def _answer(self, key: Hashable, ask: Callable[[], T], asked: "Future[T]") -> None:
        try:
            answer = ask()
        except BaseException as error:
            with self._lock:
                del self._asked[key]
            asked.set_exception(error)
        else:
            with self._lock:
                self._kept[key] = answer
                del self._asked[key]
            asked.set_result(answer)
