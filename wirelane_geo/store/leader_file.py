"""Who leads, of the processes on one data directory: who has made the file with the highest number, and is alive.

Each leader makes a file of its own, `NAME.leader-N.lock`, which only one process can (N is its epoch), locks it and touches it
all the time. One that ends, however, has let go of the lock; one that is stopped, or hangs, touches its file no longer: either
way the next one makes the file N + 1. Whoever finds that its own file isn't the last one leads no longer.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wirelane_geo.store.file_lock import FileLock, NoLocks

SILENT_S = 2.0
"""A leader that hasn't touched its file for so long is taken for stopped."""


@dataclass(frozen=True)
class FileFence:
    """Holds for as long as a leader's file is the last one."""

    epoch: int
    path: Path
    inode: int
    following: Path

    def holds(self) -> bool:
        """See Fence."""
        try:
            return self.path.stat().st_ino == self.inode and not self.following.exists()
        except FileNotFoundError:
            return False


class LeaderFile:
    """See `live.leader.LeaderLock`. Of several on one name, in this process or others, one leads. `clock`: monotonic seconds."""

    def __init__(self, directory: Path, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._directory, self._name, self._clock = directory, name, clock
        self._fence: FileFence | None = None
        self._lock: FileLock | None = None
        self._seen: tuple[int, int] | None = None
        self._seen_at = 0.0

    def take(self) -> FileFence | None:
        """See LeaderLock. Raises OSError where no file can be made."""
        if self._fence is not None:
            return self._fence
        last = max(self._epochs(), default=0)
        if last and self._lives(last):
            return None
        path = self._path(last + 1)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            inode = path.stat().st_ino
        except (FileExistsError, FileNotFoundError):  # another one was first
            return None
        lock = FileLock(path)
        try:
            locked = lock.take()
        except NoLocks:  # that it is touched says enough
            locked = True
        fence = FileFence(last + 1, path, inode, self._path(last + 2))
        epochs = self._epochs()
        # Another one takes it, or has taken it, for a dead leader's; or later ones came and went before it was made.
        if not locked or not fence.holds() or max(epochs) > fence.epoch:
            lock.release()
            return None
        self._lock, self._fence, self._seen = lock, fence, None
        for earlier in sorted(epochs):  # in this order, since a file holds until the following one is there
            if earlier < fence.epoch:
                self._path(earlier).unlink(missing_ok=True)
        return fence

    def renew(self) -> bool:
        """See LeaderLock."""
        if self._fence is None or not self._fence.holds():
            self._let_go()
            return False
        os.utime(self._fence.path)
        return True

    def release(self) -> None:
        """See LeaderLock."""
        self._let_go()

    def _lives(self, epoch: int) -> bool:
        """Whether a leader has its lock, and touches its file."""
        path, lock = self._path(epoch), FileLock(self._path(epoch))
        try:
            touched = path.stat().st_mtime_ns
            if lock.take():
                lock.release()
                return False
        except NoLocks:
            pass
        except FileNotFoundError:  # the next one has removed it
            return True
        if self._seen != (epoch, touched):
            self._seen, self._seen_at = (epoch, touched), self._clock()
        return self._clock() - self._seen_at < SILENT_S

    def _let_go(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._lock = self._fence = None

    def _epochs(self) -> list[int]:
        """The numbers of the files that are there."""
        pattern = re.compile(re.escape(self._name) + r"\.leader-([1-9][0-9]{0,15})\.lock")
        return [int(found[1]) for file in self._directory.iterdir() if (found := pattern.fullmatch(file.name))]

    def _path(self, epoch: int) -> Path:
        return self._directory / f"{self._name}.leader-{epoch}.lock"
