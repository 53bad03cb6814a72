"""Attempts to sign in, so that nobody can try passwords at leisure. Kept beside the data, so that a restart and every process
on it know them; names and addresses only as digests.

Wrong attempts are counted for the name that was tried, for the address that they came from, and for both together; each count
goes down as time passes. Others' wrong attempts lock nobody out who has signed in with a name from an address before, and leave
everybody else a few attempts of their own. A right attempt counts nowhere.
"""

import hmac
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from wirelane_geo.errors import StoreError, TooManyAttempts
from wirelane_geo.store import private_file
from wirelane_geo.store.sqlite_errors import store_error
from wirelane_geo.web.network import network_of

Clock = Callable[[], float]


@dataclass(frozen=True)
class Limit:
    """`most` wrong attempts at once; one is forgotten every `seconds`."""

    most: int
    seconds: float


NAME, ADDRESS = Limit(10, 60.0), Limit(400, 9.0)
FEW = Limit(3, 600.0)
"""What a name from an address keeps for itself while others' attempts have locked the name. An address that has tried so many
names as ADDRESS says is locked all the same: nobody's neighbours do that."""
REMEMBERED = 20_000
"""Counts, and right pairs, that are kept; the lowest and oldest go first."""
LONGEST = 200
"""Characters of a name that tell it from others."""

_TABLES = """
CREATE TABLE IF NOT EXISTS wrong (key BLOB PRIMARY KEY, count REAL NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (pair BLOB PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
"""
_SWEEP_EVERY = 500


class Attempt:
    """An attempt under way, which counts as a wrong one until it is known to be `right`, or to say nothing (`void`)."""

    def __init__(self, attempts: "Attempts", keys: tuple[tuple[bytes, Limit], ...], pair: bytes) -> None:
        self._attempts, self._keys, self._pair = attempts, keys, pair

    def right(self) -> None:
        """The name and its password go together."""
        self._attempts._take_back(self._keys, self._pair)

    def void(self) -> None:
        """Nobody has said whether it was right."""
        self._attempts._take_back(self._keys)


class Attempts:
    """All attempts at an installation. Thread-safe, and shared by all processes that name the same file (None: in memory).

    `key`: makes the digests; `clock`: seconds since 1970. Raises StoreError where the file can't be used.
    """

    def __init__(self, clock: Clock = time.time, file: Path | None = None, key: bytes = b"") -> None:
        self._clock, self._key = clock, key
        self._lock = threading.Lock()
        self._begun = 0
        try:
            if file is not None:
                private_file.touch(file)
            self._connection = sqlite3.connect(file or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = OFF")  # a count that a power cut forgets opens no door
            self._connection.executescript(_TABLES)
        except OSError as error:
            raise StoreError(f"The file of sign-in attempts {file} can't be used: {error.strerror}.") from None
        except sqlite3.Error as error:
            raise store_error(error, file or Path(":memory:"), "file of sign-in attempts") from None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @property
    def remembered(self) -> int:
        """Counts and right pairs that are kept."""
        with self._lock:
            return int(self._connection.execute(
                "SELECT (SELECT count(*) FROM wrong) + (SELECT count(*) FROM known)").fetchone()[0])

    def begin(self, name: str, address: str | None) -> Attempt:
        """An attempt with a name from an address (None: this machine). Raises TooManyAttempts."""
        name, network = name[:LONGEST], network_of(address)
        pair = self._digest("pair", name, network)
        with self._transaction() as connection:
            if connection.execute("SELECT 1 FROM known WHERE pair = ?", (pair,)).fetchone():
                keys: tuple[tuple[bytes, Limit], ...] = ((pair, NAME),)
                wait = self._wait(*keys[0])
            else:
                by_name, by_address = (self._digest("name", name), NAME), (self._digest("address", network), ADDRESS)
                fresh = self._digest("fresh", name, network), FEW
                keys = (fresh, by_name, by_address)
                wait = max(min(self._wait(*fresh), self._wait(*by_name)), self._wait(*by_address))
            if wait > 0:
                raise TooManyAttempts(ceil(wait))
            for key, limit in keys:
                self._put(key, self._count(key, limit) + 1)
            self._sweep()
        return Attempt(self, keys, pair)

    def _wait(self, key: bytes, limit: Limit) -> float:
        """Seconds until one more attempt is heard, 0 or less: now."""
        return limit.seconds * (self._count(key, limit) + 1 - limit.most)

    def _count(self, key: bytes, limit: Limit) -> float:
        """Wrong attempts that are not forgotten yet."""
        found = self._connection.execute("SELECT count, at FROM wrong WHERE key = ?", (key,)).fetchone()
        count, at = found or (0.0, 0.0)
        return max(0.0, count - max(0.0, self._clock() - at) / limit.seconds)

    def _put(self, key: bytes, count: float) -> None:
        self._connection.execute("INSERT INTO wrong VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = excluded.count, "
                                 "at = excluded.at", (key, count, self._clock()))

    def _take_back(self, keys: tuple[tuple[bytes, Limit], ...], pair: bytes | None = None) -> None:
        with self._transaction() as connection:
            for key, limit in keys:
                self._put(key, max(0.0, self._count(key, limit) - 1))
            if pair is not None:
                connection.execute("INSERT INTO known VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
                                   (pair, self._clock()))

    def _sweep(self) -> None:
        """Now and then: keep no more than REMEMBERED of each."""
        self._begun += 1
        if self._begun % _SWEEP_EVERY:
            return
        self._connection.execute("DELETE FROM wrong WHERE key IN (SELECT key FROM wrong ORDER BY count DESC, at DESC "
                                 "LIMIT -1 OFFSET ?)", (REMEMBERED,))
        self._connection.execute("DELETE FROM known WHERE pair IN (SELECT pair FROM known ORDER BY at DESC LIMIT -1 OFFSET ?)",
                                 (REMEMBERED,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            finally:
                self._connection.execute("COMMIT")

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(parts).encode(errors="surrogatepass"), "sha256")[:16]
