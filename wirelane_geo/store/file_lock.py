"""A lock between processes: a file that one of them has until it lets go or ends, however it ends."""

import fcntl
import os
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
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except OSError as error:
            os.close(descriptor)
            raise NoLocks(error.errno, error.strerror, str(self._path)) from None
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go of it, where it is ours."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
