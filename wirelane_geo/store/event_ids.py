"""The last events that came, so that one that comes again is known, at whichever process of an installation."""

import sqlite3
import threading
from pathlib import Path

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file

REMEMBERED = 10_000
"""Ids of events by which one that comes again is known."""

_TABLES = """
CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE);
"""


class EventIds:
    """Digests of ids, in an SQLite file that all processes share (None: in memory). Thread-safe. Raises StoreError where the file
    can't be used."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._lock = file, threading.Lock()
        try:
            if file is not None:
                private_file.touch(file)
            self._connection = sqlite3.connect(file or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")  # an event that comes again after a power cut is looked at again
            self._connection.executescript(_TABLES)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    def add(self, digest: bytes) -> bool:
        """Remember a digest; whether it is new."""
        try:
            with self._lock:
                done = self._connection.execute("INSERT OR IGNORE INTO events (digest) VALUES (?)", (digest,))
                if done.rowcount != 1:
                    return False
                self._connection.execute("DELETE FROM events WHERE number <= ?", ((done.lastrowid or 0) - REMEMBERED,))
                return True
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def __len__(self) -> int:
        """How many are remembered."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"The file of webhook events {self._file} can't be used: {error}. Remove it to start afresh.")
