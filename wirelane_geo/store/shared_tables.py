"""Small tables that all processes of an installation have in common for a while: attempts to sign in, webhook events, sign-ins,
what an upstream has answered.

They are in a file of the data directory each, or together in PostgreSQL (`postgres.shared`). What a crash of the machine loses
of them is asked for, counted or looked at once more; so no write waits for a disk.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store._sqlite_errors import store_error

Execute = Callable[[str, Sequence[object]], list[Any]]
"""Runs a statement with `?` for each value; the rows that it answers."""

TABLES = {
    "sign-ins": """
CREATE TABLE IF NOT EXISTS wrong (key BLOB PRIMARY KEY, count REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (pair BLOB PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
""",
    "webhook-events": """
CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE);
""",
    "shared": """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, until REAL NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_until ON records (until);
""",
    "upstream": """
CREATE TABLE IF NOT EXISTS upstream_answers (
    account BLOB NOT NULL, question TEXT NOT NULL, number INTEGER NOT NULL, asked REAL NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (account, question)
);
CREATE INDEX IF NOT EXISTS upstream_answers_number ON upstream_answers (number);
CREATE TABLE IF NOT EXISTS upstream_leases (
    account BLOB NOT NULL, question TEXT NOT NULL, holder TEXT NOT NULL, until REAL NOT NULL, PRIMARY KEY (account, question)
) WITHOUT ROWID;
""",
}
"""What is in each file, in SQLite's words."""
MEANINGS = {"sign-ins": "file of sign-in attempts", "webhook-events": "file of webhook events", "shared": "file of sign-ins",
            "upstream": "file of an upstream's answers"}


class SharedTables(Protocol):
    """Thread-safe. Everything may raise StoreError. `clock`: in SQL, the seconds since 1970 by the one clock that all have."""

    @property
    def clock(self) -> str:
        """See above."""

    def transaction(self) -> AbstractContextManager[Execute]:
        """What is done within is done as a whole, one process after the other; kept at the end, whatever is raised."""

    def close(self) -> None:
        """Let go of them."""


class TablesFile:
    """The tables called `name` in a file (None: in memory). Raises StoreError where it can't be used."""

    clock = "(julianday('now') - 2440587.5) * 86400.0"

    def __init__(self, name: str, file: Path | None = None) -> None:
        self._name, self._file, self._lock = name, file, threading.Lock()
        try:
            if file is not None:
                private_file.touch(file)
            self._connection = sqlite3.connect(file or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
            for setting in ("journal_mode = WAL", "synchronous = OFF", "secure_delete = ON"):
                self._connection.execute(f"PRAGMA {setting}")
            self._connection.executescript(TABLES[name])
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """See SharedTables."""
        try:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._rows
                finally:
                    self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def close(self) -> None:
        """See SharedTables."""
        with self._lock:
            self._connection.close()

    def _rows(self, statement: str, given: Sequence[object]) -> list[Any]:
        return self._connection.execute(statement, given).fetchall()

    def _unusable(self, error: Exception) -> StoreError:
        if isinstance(error, sqlite3.Error):
            return store_error(error, self._file or Path(":memory:"), MEANINGS[self._name])
        return StoreError(f"The {MEANINGS[self._name]} {self._file} can't be used: {error}. Remove it to start afresh.")
