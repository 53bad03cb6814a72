"""What all replicas have in common, in PostgreSQL: who leads, secrets, small tables.

The leader has a session's advisory lock, on a connection of its own that it uses four times a second: the server ends a session
that is idle for SILENT_S, so a leader that hangs, or is cut off, has lost it, whatever it believes. Its epoch is in a table that
only grows; to raise it takes the lock of all writers, so that what its predecessors wrote is there before.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from wirelane_geo.errors import StoreError
from wirelane_geo.store.fence import Fence
from wirelane_geo.store.postgres._schema import STEPS
from wirelane_geo.store.postgres.connection import PostgresConnection
from wirelane_geo.store.postgres.database import PostgresDatabase, adapt, first_line, name_of, with_defaults
from wirelane_geo.store.postgres.preparation import prepare
from wirelane_geo.store.shared_state import LeaderLock
from wirelane_geo.store.shared_tables import Execute, SharedTables

SILENT_S = 2.0
"""A leader that hasn't been heard of for so long has lost its lock."""
_LOCK, _TABLES = 0x776C6C64, 0x776C736861726564
"""Advisory locks: of leaders, by network; of the small tables."""
_CONNECTIONS = 4


@dataclass(frozen=True)
class PostgresFence:
    """Holds for as long as no other leader was numbered. To be asked within a transaction that has the lock of all writers."""

    epoch: int
    network: str
    database: PostgresDatabase = field(repr=False)

    def holds(self) -> bool:
        """See Fence."""
        [row] = self.database.ask(lambda connection: list(connection.execute(
            "SELECT epoch FROM leaders WHERE network = ?", (self.network,))))
        return int(row[0]) == self.epoch


class PostgresLeaderLock:
    """See LeaderLock."""

    def __init__(self, database: PostgresDatabase, network: str) -> None:
        self._database, self._network = database, network
        self._wire: psycopg.Connection[Any] | None = None
        self._led = False

    def take(self) -> Fence | None:
        """See LeaderLock."""
        try:
            if self._wire is None:
                self._wire = self._connect()
            row = self._wire.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_LOCK, self._network)).fetchone()
            if not row or not row[0]:
                return None
            epoch = self._database.write(self._next_epoch)
        except psycopg.Error as error:
            self.release()
            raise StoreError(f"The database {self._database.name} can't say who leads: {first_line(error)}") from None
        except StoreError:
            self.release()
            raise
        return PostgresFence(epoch, self._network, self._database)

    def _next_epoch(self, connection: PostgresConnection) -> int:
        [row] = connection.execute("INSERT INTO leaders (network, epoch) VALUES (?, 1) ON CONFLICT (network) "
                                   "DO UPDATE SET epoch = leaders.epoch + 1 RETURNING epoch", (self._network,))
        return int(row[0])

    def renew(self) -> bool:
        """See LeaderLock."""
        try:
            if self._wire is not None:
                self._wire.execute("SELECT 1")
                return True
        except psycopg.Error:
            pass
        self.release()
        return False

    def release(self) -> None:
        """See LeaderLock."""
        if self._wire is not None:
            with suppress(psycopg.Error):
                self._wire.close()
        self._wire = None

    def _connect(self) -> psycopg.Connection[Any]:
        """A connection that is ended soon after either side hears nothing of the other one."""
        limits = {"connect_timeout": 2, "keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 2,
                  "tcp_user_timeout": round(1000 * SILENT_S), "application_name": "wirelane-geo leader"}
        wire = psycopg.connect(self._database.conninfo, autocommit=True, **limits)  # type: ignore[arg-type]
        for setting in ("idle_session_timeout", "statement_timeout"):
            wire.execute(f"SET {setting} = {round(1000 * SILENT_S)}".encode())
        return wire


class PostgresTables:
    """See SharedTables."""

    clock = "extract(epoch FROM clock_timestamp())::float8"

    def __init__(self, pool: "ConnectionPool[psycopg.Connection[Any]]", where: str) -> None:
        self._pool, self._where = pool, where

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """See SharedTables."""
        try:
            with self._pool.connection(5.0) as wire:
                wire.execute(f"BEGIN; SELECT pg_advisory_xact_lock({_TABLES})".encode())
                try:
                    yield partial(_rows, wire)
                finally:
                    wire.execute("COMMIT")
        except PoolTimeout:
            raise StoreError(f"The database {self._where} can't be reached now. Is it running?") from None
        except psycopg.Error as error:
            raise StoreError(f"The database {self._where} could not be read or written: {first_line(error)}") from None

    def close(self) -> None:
        """See SharedTables: others use the connections, too."""


class PostgresState:
    """See SharedState."""

    def __init__(self, url: str) -> None:
        prepare(url, STEPS, "database")
        self._database, self._where = PostgresDatabase(url), name_of(url)
        self._pool: ConnectionPool[psycopg.Connection[Any]] = ConnectionPool(
            with_defaults(url), min_size=1, max_size=_CONNECTIONS, open=True, configure=adapt, kwargs={"autocommit": True},
            check=ConnectionPool.check_connection, reconnect_timeout=0.0, name="shared")
        self._lock = threading.Lock()

    def leader_lock(self, network: str) -> LeaderLock:
        """See SharedState."""
        return PostgresLeaderLock(self._database, network)

    def secret(self, name: str, make: Callable[[], bytes], meaning: str) -> bytes:  # noqa: ARG002 - the error names the database
        """See SharedState."""
        def read(connection: Any) -> bytes:
            connection.execute("INSERT INTO secrets (name, body) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, make()))
            [row] = list(connection.execute("SELECT body FROM secrets WHERE name = ?", (name,)))
            return bytes(row[0])

        return self._database.write(read)

    def tables(self, name: str) -> SharedTables:  # noqa: ARG002 - they are all there
        """See SharedState."""
        return PostgresTables(self._pool, self._where)

    def close(self) -> None:
        """See SharedState."""
        self._pool.close()
        self._database.close()


def _rows(wire: psycopg.Connection[Any], statement: str, given: Any) -> list[Any]:
    cursor = wire.execute(statement.replace("?", "%s").encode(), given)
    return cursor.fetchall() if cursor.description else []
