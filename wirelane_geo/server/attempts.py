"""Attempts to sign in, so that nobody can try passwords at leisure. Kept beside the data, so that a restart and every process
on it know them; names and addresses only as digests.

Wrong attempts are counted for the name that was tried, for the address that they came from, and for both together; each count
goes down as time passes. Others' wrong attempts lock nobody out who has signed in with a name from an address before, and leave
everybody else a few attempts of their own. A right attempt counts nowhere.
"""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from wirelane_geo.errors import TooManyAttempts
from wirelane_geo.store.shared_tables import Execute, SharedTables, TablesFile
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
    """All attempts at an installation. Thread-safe, and shared by all processes that name the same file (None: in memory) or
    tables.

    `key`: makes the digests; `clock`: seconds since 1970. Raises StoreError where the file can't be used.
    """

    def __init__(self, clock: Clock = time.time, file: Path | None = None, key: bytes = b"",
                 tables: SharedTables | None = None) -> None:
        self._clock, self._key = clock, key
        self._tables = tables or TablesFile("sign-ins", file)
        self._begun = 0

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    @property
    def remembered(self) -> int:
        """Counts and right pairs that are kept."""
        with self._tables.transaction() as execute:
            return int(execute("SELECT (SELECT count(*) FROM wrong) + (SELECT count(*) FROM known)", ())[0][0])

    def begin(self, name: str, address: str | None) -> Attempt:
        """An attempt with a name from an address (None: this machine). Raises TooManyAttempts."""
        name, network = name[:LONGEST], network_of(address)
        pair = self._digest("pair", name, network)
        with self._tables.transaction() as execute:
            if execute("SELECT 1 FROM known WHERE pair = ?", (pair,)):
                keys: tuple[tuple[bytes, Limit], ...] = ((pair, NAME),)
                wait = self._wait(execute, *keys[0])
            else:
                by_name, by_address = (self._digest("name", name), NAME), (self._digest("address", network), ADDRESS)
                fresh = self._digest("fresh", name, network), FEW
                keys = (fresh, by_name, by_address)
                wait = max(min(self._wait(execute, *fresh), self._wait(execute, *by_name)), self._wait(execute, *by_address))
            if wait > 0:
                raise TooManyAttempts(ceil(wait))
            for key, limit in keys:
                self._put(execute, key, self._count(execute, key, limit) + 1)
            self._sweep(execute)
        return Attempt(self, keys, pair)

    def _wait(self, execute: Execute, key: bytes, limit: Limit) -> float:
        """Seconds until one more attempt is heard, 0 or less: now."""
        return limit.seconds * (self._count(execute, key, limit) + 1 - limit.most)

    def _count(self, execute: Execute, key: bytes, limit: Limit) -> float:
        """Wrong attempts that are not forgotten yet."""
        found = execute("SELECT count, at FROM wrong WHERE key = ?", (key,))
        count, at = found[0] if found else (0.0, 0.0)
        return max(0.0, count - max(0.0, self._clock() - at) / limit.seconds)

    def _put(self, execute: Execute, key: bytes, count: float) -> None:
        execute("INSERT INTO wrong VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = excluded.count, at = excluded.at",
                (key, count, self._clock()))

    def _take_back(self, keys: tuple[tuple[bytes, Limit], ...], pair: bytes | None = None) -> None:
        with self._tables.transaction() as execute:
            for key, limit in keys:
                self._put(execute, key, max(0.0, self._count(execute, key, limit) - 1))
            if pair is not None:
                execute("INSERT INTO known VALUES (?, ?) ON CONFLICT (pair) DO UPDATE SET at = excluded.at",
                        (pair, self._clock()))

    def _sweep(self, execute: Execute) -> None:
        """Now and then: keep no more than REMEMBERED of each."""
        self._begun += 1
        if self._begun % _SWEEP_EVERY:
            return
        execute("DELETE FROM wrong WHERE key NOT IN (SELECT key FROM wrong ORDER BY count DESC, at DESC LIMIT ?)", (REMEMBERED,))
        execute("DELETE FROM known WHERE pair NOT IN (SELECT pair FROM known ORDER BY at DESC LIMIT ?)", (REMEMBERED,))

    def _digest(self, *parts: str) -> bytes:
        return hmac.digest(self._key, "\0".join(parts).encode(errors="surrogatepass"), "sha256")[:16]
