"""Short-lived records that all processes of an installation have in common, by kind and key, each until a time."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, until REAL NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_until ON records (until);
"""


class SharedRecords(Protocol):
    """Times are seconds since 1970; what is over is not there any more. Thread-safe. Everything may raise StoreError."""

    def put(self, kind: str, key: str, body: bytes, until: float) -> None:
        """Remember a record."""

    def get(self, kind: str, key: str) -> tuple[bytes, float] | None:
        """A record, and until when it is one."""

    def take(self, kind: str, key: str) -> bytes | None:
        """A record, which is no more: of several that take it, one gets it."""

    def extend(self, kind: str, key: str, until: float) -> bool:
        """Have a record live until another time; whether it is there."""

    def clear(self) -> None:
        """Forget all records: nobody has them in common any more."""


class RecordsFile:
    """In an SQLite file. `clock`: seconds since 1970. Raises StoreError where the file can't be used."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file, self._clock, self._lock = file, clock, threading.Lock()
        try:
            private_file.touch(file)
            self._connection = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")  # what a power cut forgets is asked for again
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    def put(self, kind: str, key: str, body: bytes, until: float) -> None:
        """See SharedRecords."""
        self._run("DELETE FROM records WHERE until <= ?", self._clock())
        self._run("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", kind, key, body, until)

    def get(self, kind: str, key: str) -> tuple[bytes, float] | None:
        """See SharedRecords."""
        rows = self._run("SELECT body, until FROM records WHERE kind = ? AND key = ? AND until > ?", kind, key, self._clock())
        return rows[0] if rows else None

    def take(self, kind: str, key: str) -> bytes | None:
        """See SharedRecords."""
        rows = self._run("DELETE FROM records WHERE kind = ? AND key = ? RETURNING body, until", kind, key)
        return rows[0][0] if rows and rows[0][1] > self._clock() else None

    def extend(self, kind: str, key: str, until: float) -> bool:
        """See SharedRecords."""
        return bool(self._run("UPDATE records SET until = ? WHERE kind = ? AND key = ? AND until > ? RETURNING 1",
                              until, kind, key, self._clock()))

    def clear(self) -> None:
        """See SharedRecords."""
        self._run("DELETE FROM records")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _run(self, statement: str, *given: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(statement, given).fetchall()
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"The file {self._file}, which the processes have in common, can't be used: {error}. "
                          "Remove it to start afresh.")
