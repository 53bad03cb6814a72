"""Short-lived records that all processes of an installation have in common, by kind and key, each until a time."""

import time
from collections.abc import Callable

from wirelane_geo.store.shared_tables import SharedTables


class SharedRecords:
    """Times are seconds since 1970 (`clock`); what is over is not there any more. Thread-safe. All may raise StoreError."""

    def __init__(self, tables: SharedTables, clock: Callable[[], float] = time.time) -> None:
        self._tables, self._clock = tables, clock

    def put(self, kind: str, key: str, body: bytes, until: float) -> None:
        """Remember a record."""
        with self._tables.transaction() as execute:
            execute("DELETE FROM records WHERE until <= ?", (self._clock(),))
            execute("INSERT INTO records (kind, key, body, until) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, until = excluded.until",
                    (kind, key, body, until))

    def get(self, kind: str, key: str) -> tuple[bytes, float] | None:
        """A record, and until when it is one."""
        with self._tables.transaction() as execute:
            rows = execute("SELECT body, until FROM records WHERE kind = ? AND key = ? AND until > ?", (kind, key, self._clock()))
        return (bytes(rows[0][0]), rows[0][1]) if rows else None

    def take(self, kind: str, key: str) -> bytes | None:
        """A record, which is no more: of several that take it, one gets it."""
        with self._tables.transaction() as execute:
            rows = execute("DELETE FROM records WHERE kind = ? AND key = ? RETURNING body, until", (kind, key))
        return bytes(rows[0][0]) if rows and rows[0][1] > self._clock() else None

    def extend(self, kind: str, key: str, until: float) -> bool:
        """Have a record live until another time; whether it is there."""
        with self._tables.transaction() as execute:
            return bool(execute("UPDATE records SET until = ? WHERE kind = ? AND key = ? AND until > ? RETURNING 1",
                                (until, kind, key, self._clock())))

    def clear(self) -> None:
        """Forget all records: nobody has them in common any more."""
        with self._tables.transaction() as execute:
            execute("DELETE FROM records", ())
