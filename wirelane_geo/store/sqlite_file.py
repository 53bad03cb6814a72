"""A database in an SQLite file: made for its owner only, brought forward, connected to."""

import contextlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store._migrations import bring_forward
from wirelane_geo.store._sqlite_errors import ANEW, MAGIC, store_error, what_instead

BUSY_SECONDS = 30.0
"""So long a lock of another program is waited for."""
_TABLE = re.compile(r"^\s*CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)(?![\w.])", re.MULTILINE)


def prepare(path: Path, steps: Sequence[str], name: str, settings: Sequence[str] = ()) -> None:
    """Make the file where it isn't there, mode 0600, a new directory 0700, and give it the tables that it lacks.

    `name` is what the database is called ("database", "history"), `settings` are pragmas that hold only where they come
    before the first table. A file that has all tables is only looked at: that waits for nobody who writes.
    Raises StoreBusy where another program has locked it, StoreError for a file that is empty, damaged, another program's or
    a newer version's; none of these is touched.
    """
    called = f"The {name} {path}"
    try:
        private_file.make_directory(path.parent)
        if not path.exists():
            _make(Path(os.path.realpath(path)), steps, called, settings)
        with path.open("r+b") as file:
            is_database = file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise StoreError(f"{called} can't be opened: {error.strerror}. Check the data directory.") from None
    except sqlite3.Error as error:
        raise store_error(error, path, name) from None
    if not is_database:  # SQLite would take a small file for a new one
        raise StoreError(f"{called} {what_instead(path)}")
    try:
        with contextlib.closing(connect(path)) as connection:
            _refuse_foreign(connection, steps, called)
            _bring_forward(connection, steps, called, settings)
    except sqlite3.Error as error:
        raise store_error(error, path, name) from None


def _make(path: Path, steps: Sequence[str], called: str, settings: Sequence[str]) -> None:
    """A new file with its tables; under another name until it has them, so that one who is killed leaves no half. Of several
    processes that make it at once, one wins."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        private_file.touch(draft)
        with contextlib.closing(connect(draft)) as connection:
            _bring_forward(connection, steps, called, settings)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        for ending in ("", "-wal", "-shm"):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


def _bring_forward(connection: sqlite3.Connection, steps: Sequence[str], called: str, settings: Sequence[str]) -> None:
    database = _SqliteDatabase(connection)
    if database.version() < len(steps):
        for setting in settings:
            connection.execute(setting).fetchone()
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    bring_forward(database, steps, called)


def _refuse_foreign(connection: sqlite3.Connection, steps: Sequence[str], called: str) -> None:
    """Raises StoreError for a database of another program, and for one that has lost tables."""
    version = _SqliteDatabase(connection).version()
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    expected = [name for step in steps[:version] for name in _TABLE.findall(step)]
    missing = [name for name in expected if name not in there]
    if there and len(missing) == len(expected):
        shown = ", ".join(sorted(there)[:5])
        raise StoreError(f"{called} is another program's: it has tables like {shown}. Set WIRELANE_GEO_DATA to another "
                         "directory, or move it away, and the next start makes a new one.")
    if missing:
        raise StoreError(f"{called} is damaged: it has no table {missing[0]}. {ANEW}")


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
