"""A lock between processes: a file that one of them has until it lets go or ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoLocks(OSError):
    """The file system doesn't know locks."""


class FileLock:
    """Of all that use a path, in this process or another one, one at a time has taken it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take it, at once or not at all: whether it is ours now. Raises NoLocks, or OSError where there can't be such a
        file."""
        if self._descriptor is None:
            self._descriptor = self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._descriptor is not None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait until it is free, and have it inside. Raises as `take` does."""
        self._descriptor = self._locked(fcntl.LOCK_EX)
        try:
            yield
        finally:
            self.release()

    def _locked(self, how: int) -> int | None:
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as error:
            os.close(descriptor)
            raise NoLocks(error.errno, error.strerror, str(self._path)) from None
        return descriptor

    def release(self) -> None:
        """Let go of it, where it is ours."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
