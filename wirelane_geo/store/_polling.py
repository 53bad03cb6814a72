"""Looks now and then whether a store has changed, in a thread of its own, and tells where it has."""

import contextlib
import threading
from collections.abc import Callable

from wirelane_geo.errors import StoreError


class Poll:
    """Calls `told` each time that `look`, a number, has another answer; it looks every `seconds`, and goes on looking where it
    can't be told."""

    def __init__(self, look: Callable[[], int], told: Callable[[], object], seconds: float) -> None:
        self._look, self._told, self._seconds = look, told, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-changes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._stopping.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        known: int | None = None
        while not self._stopping.is_set():
            with contextlib.suppress(StoreError):
                if (seq := self._look()) != known:  # the first one too: nobody knows what changed just before it
                    known = seq
                    self._told()
            self._stopping.wait(self._seconds)
