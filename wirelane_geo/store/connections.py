"""Connections to one database file: one that writes, under a lock, and a pool of those that read."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wirelane_geo.errors import StoreBusy, StoreError, StoreTimeout
from wirelane_geo.store import fence, sqlite_file
from wirelane_geo.store._sqlite_errors import store_error
from wirelane_geo.store.deadline import STEPS, current
from wirelane_geo.store.sqlite_file import connect

WRITER_CACHE_MIB = 64
"""The writer touches pages of nine indexes for each point."""
LOG_PAGES = 8_000
"""So many pages, 32 MB, come together before they are written to the file: a transaction of thousands of points touches pages of
every index, and most of them again and again."""
READER_CACHE_MIB = 8
"""There may be as many readers as threads; the operating system caches for all of them."""
MOST_READERS = 32
"""Readers at a time; who comes later waits. SQLite keeps the descriptor of a reader that is closed for as long as another
one has the file open, so that what is open at once is what stays open."""


class Connections:
    """Lends connections to threads. `setup` is called with each new one."""

    def __init__(self, path: Path, setup: Callable[[sqlite3.Connection], None]) -> None:
        self._path = path
        self._setup = setup
        self._writing = threading.RLock()
        self._begun = False
        self._guard = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._idle: list[sqlite3.Connection] = []
        self._readers = threading.BoundedSemaphore(MOST_READERS)
        self._closed = False

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction that writes: committed at the end, rolled back by an error. Waits for other programs that write; with
        `wait=False` it raises StoreBusy at once. Raises NotLeading where the fence that holds here lets nothing through (see
        `fence`).

        Within one of the same thread it is a part of that.
        """
        with self._writing, _as_store_error(self._path):
            self._check_open()
            if self._writer is None:
                self._writer = self._connect(WRITER_CACHE_MIB)
                self._writer.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            if self._begun:
                yield self._writer
                return
            connection = self._writer
            connection.execute(f"PRAGMA busy_timeout = {round(1_000 * sqlite_file.BUSY_SECONDS) if wait else 0}")
            connection.execute("BEGIN IMMEDIATE")
            self._begun = True
            try:
                fence.check()
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._begun = False

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A transaction that reads: one state of the database, whatever is written meanwhile.

        Raises StoreTimeout past the deadline that holds here (see `deadline`).
        """
        deadline = current()
        with _as_store_error(self._path), self._reader() as connection:
            connection.execute("BEGIN")
            if deadline:
                deadline.start()
                connection.set_progress_handler(deadline.passed, STEPS)
            try:
                yield connection
            except sqlite3.OperationalError:
                if deadline and deadline.passed():
                    raise StoreTimeout(deadline.seconds) from None
                raise
            finally:
                connection.set_progress_handler(None, 0)

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """A connection of the pool, which comes back without a transaction."""
        if not self._readers.acquire(timeout=sqlite_file.BUSY_SECONDS):
            raise StoreBusy(f"The database {self._path} is busy. Try again.")
        try:
            with self._guard:
                self._check_open()
                connection = self._idle.pop() if self._idle else None
            connection = connection or self._connect(READER_CACHE_MIB)
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._guard:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)
        finally:
            self._readers.release()

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._writing, self._guard:
            self._closed = True
            for connection in (self._writer, *self._idle):
                if connection is not None:
                    connection.close()
            self._writer = None
            self._idle.clear()

    def _connect(self, cache_mib: int) -> sqlite3.Connection:
        connection = connect(self._path, cache_mib)
        self._setup(connection)
        return connection

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError(f"The database {self._path} was closed.")


@contextmanager
def _as_store_error(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path, "database") from error
