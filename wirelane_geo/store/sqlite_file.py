"""A database in an SQLite file: made for its owner only, brought forward, connected to."""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store._migrations import bring_forward

BUSY_SECONDS = 30.0


def prepare(path: Path, steps: Sequence[str], name: str, settings: Sequence[str] = ()) -> None:
    """Make the file where it isn't there, mode 0600, a new directory 0700, and give it the tables that it lacks.

    `name` is what the database is called ("database", "history"), `settings` are pragmas that hold only where they come
    before the first table. Raises StoreError for a file that is no database, or one that a newer version made.
    """
    try:
        private_file.make_directory(path.parent)
        private_file.touch(path)
    except OSError as error:
        raise StoreError(f"The {name} {path} can't be opened: {error.strerror}. Check the data directory.") from None
    try:
        with contextlib.closing(connect(path)) as connection:
            for setting in (*settings, "PRAGMA journal_mode = WAL"):
                connection.execute(setting).fetchone()
            bring_forward(_SqliteDatabase(connection), steps, f"The {name} {path}")
    except sqlite3.Error as error:
        raise StoreError(f"The {name} {path} can't be used: {error}. "
                         "Restore it from a backup, or remove it to start afresh.") from None


def connect(path: Path, cache_mib: int = 8) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may use, one at a time, keeping up to `cache_mib` MiB of pages."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # a write that has returned outlives a power cut as well
    connection.execute(f"PRAGMA cache_size = {-1024 * cache_mib}")
    return connection


class _SqliteDatabase:
    """Implements `Database`: the version is the file's user_version."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def run(self, step: str) -> None:
        for statement in _statements(step):
            self._connection.execute(statement)

    def set_version(self, version: int) -> None:
        self._connection.execute(f"PRAGMA user_version = {int(version)}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; executescript would commit what was begun."""
    current = ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            yield current
            current = ""
