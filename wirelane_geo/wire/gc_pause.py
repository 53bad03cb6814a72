"""The garbage collector stands still while much is made that stays: it would walk it again and again."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_pause = threading.Lock()
_paused = 0
_was_enabled = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection inside, in any thread: it would walk the points again and again while they are made."""
    global _paused, _was_enabled
    with _pause:
        if _paused == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _paused += 1
    try:
        yield
    finally:
        with _pause:
            _paused -= 1
            if _paused == 0 and _was_enabled:
                gc.enable()
