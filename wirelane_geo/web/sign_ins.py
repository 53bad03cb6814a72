"""Who is signed in, at whichever process of an installation: a secret that a browser has, and behind it what opens an account.

A page is given a ticket, once; a browser exchanges it for a new secret, over HTTP alone. The file has digests of both, and what
opens the account sealed by them: nobody opens it who has the file only. It is emptied by the first process that starts.
"""

import base64
import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from cryptography.fernet import Fernet, InvalidToken

from wirelane_geo.errors import StoreError
from wirelane_geo.store import private_file
from wirelane_geo.store.file_lock import Presence
from wirelane_geo.web.sign_in_cookie import digest

T = TypeVar("T")

TICKET_S = 60.0
"""Seconds that a ticket is good for."""
LONGEST_S = 12 * 3600.0
"""Nobody stays signed in for longer, however busy."""
MOST = 1_000
"""Sign-ins at a time; the one that was used longest ago ends first."""
EXACT = 0.02
"""The part of the idle time that a use may be older than it is noted: a note is a write."""

_TABLES = """
CREATE TABLE IF NOT EXISTS tickets (key TEXT PRIMARY KEY, sealed BLOB NOT NULL, began REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_ins (key TEXT PRIMARY KEY, sealed BLOB NOT NULL, began REAL NOT NULL, used REAL NOT NULL)
    WITHOUT ROWID;
"""


class SignIns(Generic[T]):
    """Sign-ins that end when nobody has used them for `idle` seconds, in an SQLite file that all processes share (None: in
    memory). `enter` makes of what was offered what pages work with, once in a process; `ended` is called with it when it is
    over. Thread-safe; the clock is one of all processes, in seconds. Raises StoreError where the file can't be used."""

    def __init__(self, idle: float, enter: Callable[[str], T], ended: Callable[[T], None], file: Path | None = None,
                 clock: Callable[[], float] = time.time) -> None:
        self.idle = idle
        self._enter, self._ended, self._file, self._clock = enter, ended, file, clock
        self._lock = threading.RLock()
        self._entered: dict[str, T] = {}
        try:
            self._presence = Presence(file.with_suffix(".lock")) if file else None
            if file is not None:
                private_file.touch(file)
            self._connection = sqlite3.connect(file or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")  # a power cut is a restart
            self._connection.executescript(_TABLES)
            if self._presence is None or self._presence.first:
                self._connection.executescript("DELETE FROM tickets; DELETE FROM sign_ins;")
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from None

    def offer(self, opens: str) -> str:
        """A ticket for who has just shown a password, and what opens the account; good once, for TICKET_S."""
        ticket = secrets.token_urlsafe(32)
        with self._rows() as rows:
            self.sweep()
            rows.execute("INSERT INTO tickets VALUES (?, ?, ?)", (digest(ticket), _seal(ticket).encrypt(opens.encode()),
                                                                  self._clock()))
        return ticket

    def begin(self, ticket: str) -> str | None:
        """The secret of a new sign-in; None: the ticket is none, or none any more."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._rows() as rows:
            found = rows.execute("DELETE FROM tickets WHERE key = ? RETURNING sealed, began", (digest(ticket),)).fetchone()
            if found is None or now >= found[1] + TICKET_S:
                return None
            sealed = _seal(secret).encrypt(_seal(ticket).decrypt(found[0]))
            rows.execute("INSERT INTO sign_ins VALUES (?, ?, ?, ?)", (digest(secret), sealed, now, now))
            self.sweep()
        return secret

    def find(self, secret: str | None) -> T | None:
        """What a browser with a secret works with, which is a use of the sign-in; None: nobody is signed in by it."""
        if secret is None:
            return None
        key, now = digest(secret), self._clock()
        with self._rows() as rows:
            found = rows.execute("SELECT sealed, began, used FROM sign_ins WHERE key = ?", (key,)).fetchone()
            if found is None or now >= self._due(*found[1:]):
                self.end(secret)
                return None
            if now > found[2] + self.idle * EXACT:
                rows.execute("UPDATE sign_ins SET used = ? WHERE key = ?", (now, key))
            if key not in self._entered:
                try:
                    self._entered[key] = self._enter(_seal(secret).decrypt(found[0]).decode())
                except InvalidToken:  # the file was written by somebody else
                    return None
            return self._entered[key]

    def left(self, secret: str | None) -> float:
        """Seconds until this sign-in ends by itself; 0: it has. Asking is no use of it."""
        with self._rows() as rows:
            found = rows.execute("SELECT began, used FROM sign_ins WHERE key = ?", (digest(secret or ""),)).fetchone()
        return 0.0 if found is None else max(0.0, self._due(*found) - self._clock())

    def end(self, secret: str | None) -> None:
        """Sign out, at all processes."""
        key = digest(secret or "")
        with self._rows() as rows:
            rows.execute("DELETE FROM sign_ins WHERE key = ?", (key,))
            entered = self._entered.pop(key, None)
        if entered is not None:
            self._ended(entered)

    def sweep(self) -> None:
        """End what is over, also at other processes. Call it now and then."""
        now = self._clock()
        with self._rows() as rows:
            rows.execute("DELETE FROM tickets WHERE began <= ?", (now - TICKET_S,))
            rows.execute("DELETE FROM sign_ins WHERE used <= ? OR began <= ?", (now - self.idle, now - LONGEST_S))
            rows.execute("DELETE FROM sign_ins WHERE key IN (SELECT key FROM sign_ins ORDER BY used DESC LIMIT -1 OFFSET ?)",
                         (MOST,))
            known = {key for [key] in rows.execute("SELECT key FROM sign_ins")} if self._entered else set()
            over = [self._entered.pop(key) for key in list(self._entered) if key not in known]
        for entered in over:
            self._ended(entered)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()
            if self._presence:
                self._presence.leave()

    def _due(self, began: float, used: float) -> float:
        return min(used + self.idle, began + LONGEST_S)

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                yield self._connection
        except sqlite3.Error as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"The file of sign-ins {self._file} can't be used: {error}. Remove it to sign everybody out.")


def _seal(secret: str) -> Fernet:
    """What only who has the secret opens. Each is used for one text."""
    key = hashlib.sha256(b"what a sign-in opens\0" + secret.encode(errors="surrogatepass")).digest()
    return Fernet(base64.urlsafe_b64encode(key))
