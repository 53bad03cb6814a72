"""The last events that came, so that one that comes again is known, at whichever process of an installation."""

from wirelane_geo.store.shared_tables import SharedTables, TablesFile

REMEMBERED = 10_000
"""Ids of events by which one that comes again is known."""


class EventIds:
    """Digests of ids, in tables that all processes share (None: in memory). Thread-safe. Everything may raise StoreError."""

    def __init__(self, tables: SharedTables | None = None) -> None:
        self._tables = tables or TablesFile("webhook-events")

    def add(self, digest: bytes) -> bool:
        """Remember a digest; whether it is new."""
        with self._tables.transaction() as execute:
            new = execute("INSERT INTO events (digest) VALUES (?) ON CONFLICT (digest) DO NOTHING RETURNING number", (digest,))
            if new:
                execute("DELETE FROM events WHERE number <= ?", (new[0][0] - REMEMBERED,))
            return bool(new)

    def __len__(self) -> int:
        """How many are remembered."""
        with self._tables.transaction() as execute:
            return int(execute("SELECT count(*) FROM events", ())[0][0])
