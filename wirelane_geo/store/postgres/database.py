"""A PostgreSQL database: made ready, lent out in transactions, and found again where the connection to it was lost."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from wirelane_geo.errors import StoreBusy, StoreError, StoreTimeout
from wirelane_geo.store import fence
from wirelane_geo.store.deadline import Deadline, current
from wirelane_geo.store.postgres._arrays import Integers
from wirelane_geo.store.postgres._following import Followers
from wirelane_geo.store.postgres._text import AnyText, TextLoader
from wirelane_geo.store.postgres.connection import PostgresConnection

T = TypeVar("T")
Wire = psycopg.Connection[Any]

MOST_CONNECTIONS = 10
"""At a time, of a process; who comes later waits."""
READ_AGAIN_S, WRITE_AGAIN_S = 5.0, 15.0
"""So long a lost connection is tried again for a question, and for a change; while the database stays away, no longer."""
LOST_AT_ONCE_S = 0.25
"""Then, each question waits so long for a connection."""
LOCK_S = 30
"""So long a writer waits for others."""
LEADER_SILENT_MS = 2_000
"""So long a leader may be silent within a transaction."""

_DEFAULTS = {"connect_timeout": "3", "keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3",
             "tcp_user_timeout": "10000", "target_session_attrs": "read-write", "application_name": "wirelane-geo"}
"""Of the connection, where the URL doesn't say it."""
_SETTINGS = (f"SET lock_timeout = {1000 * LOCK_S}; SET jit = off; SET max_parallel_workers_per_gather = 0; "
             "SET work_mem = '64MB'; SET random_page_cost = 1.1")
"""Of a connection: compiling, and calling other processes, takes longer than most of our questions; and ten thousand points of
a million are found by their index, in memory, three times sooner than by reading all, which the usual setting (4) prefers."""
_BEGIN_WRITING = ("BEGIN; SELECT pg_current_xact_id()::text, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) "
                  "FROM {} FOR UPDATE")
"""One writer at a time: the next one waits here. The transaction's id and the server's timeline tell what became of it."""


class PostgresDatabase:
    """Implements `Database`; see there. `url`: as psycopg takes it; `schema`: where its tables are, None: in the first one of the
    search path; `row`: the table whose one row is locked by who writes."""

    def __init__(self, url: str, schema: str | None = None, row: str = "state") -> None:
        self._row = row
        self.conninfo = with_defaults(url)
        self.name = name_of(url)
        self._pool = ConnectionPool(self.conninfo, min_size=1, max_size=MOST_CONNECTIONS, open=True, kwargs={"autocommit": True},
                                    configure=lambda wire: _configure(wire, schema), reconnect_timeout=0.0, name="store")
        self._followers = Followers(self.conninfo)
        self._writing = threading.RLock()
        self._within: PostgresConnection | None = None
        self._lost_at: float | None = None
        self._closed = False

    def write(self, work: Callable[[PostgresConnection], T], *, wait: bool = True) -> T:
        with self._writing:
            if self._within is not None:
                return work(self._within)
            return self._again(lambda wire: self._written(wire, work, self._begin_writing(wait)), WRITE_AGAIN_S)

    def read(self, work: Callable[[PostgresConnection], T]) -> T:
        return self._again(lambda wire: _looked(wire, work), READ_AGAIN_S)

    def ask(self, work: Callable[[PostgresConnection], T]) -> T:
        if current() is not None:
            return self.read(work)
        return self._again(lambda wire: work(PostgresConnection(wire)), READ_AGAIN_S)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        with self._writing:
            if self._within is not None:
                yield
                return
            self._again(lambda wire: wire.execute(b"SELECT 1"), WRITE_AGAIN_S)  # those that are lost are found out here
            with self._as_store_error(), self._lent(READ_AGAIN_S) as wire:
                self._within = PostgresConnection(wire)
                try:
                    wire.execute(self._begin_writing())
                    fence.check()
                    yield
                    wire.execute("COMMIT")
                except BaseException:
                    _roll_back(wire)
                    raise
                finally:
                    self._within = None

    def follow(self, told: Callable[[], object]) -> Callable[[], None]:
        return self._followers.add(told)

    def close(self) -> None:
        self._closed = True
        self._followers.stop()
        self._pool.close()

    def _begin_writing(self, wait: bool = True) -> bytes:
        """How a transaction begins that writes. A leader's is ended by the server once nothing is heard of it: one that is
        stopped in the middle keeps nobody from writing."""
        begin = _BEGIN_WRITING.format(self._row) + ("" if wait else " NOWAIT")
        if fence.current() is not None:
            begin += f"; SET LOCAL idle_in_transaction_session_timeout = {LEADER_SILENT_MS}"
        return begin.encode()

    def _written(self, wire: Wire, work: Callable[[PostgresConnection], T], begin: bytes) -> T:
        """The work's result, where it is kept. Where nobody can say whether it is, the database is asked."""
        try:
            cursor = wire.execute(begin)
            cursor.nextset()
            transaction, timeline = cursor.fetchone() or ("", "")
            fence.check()
            result = work(PostgresConnection(wire))
        except BaseException:
            _roll_back(wire)
            raise
        try:
            wire.execute("COMMIT")
        except psycopg.OperationalError:
            if not _is_lost(wire) or not self._was_kept(transaction, timeline):
                raise
        return result

    def _was_kept(self, transaction: str, timeline: str) -> bool:
        """Whether a transaction whose end nobody heard of was committed. Another server, which took over, knows it not."""
        def ask(wire: Wire) -> str:
            row = wire.execute("SELECT CASE WHEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) = %s "
                               "THEN pg_xact_status(%s::xid8) ELSE 'aborted' END", (timeline, transaction)).fetchone()
            return row[0] if row else ""

        while (status := self._again(ask, WRITE_AGAIN_S)) == "in progress":
            time.sleep(0.05)
        return status == "committed"

    def _again(self, work: Callable[[Wire], T], seconds: float) -> T:
        """Run work on a connection; where that is lost, on the next one, for some seconds."""
        until = (self._lost_at or time.monotonic()) + seconds
        with self._as_store_error():
            while True:
                wire: Wire | None = None
                try:
                    with self._lent(max(LOST_AT_ONCE_S, min(0.5, until - time.monotonic()))) as wire:
                        result = work(wire)
                    self._lost_at = None
                    return result
                except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as error:
                    if isinstance(error, errors.ReadOnlySqlTransaction) and wire is not None:
                        wire.close()  # it is a standby by now
                    if self._closed or not (wire is None or _is_lost(wire)):
                        raise
                    if self._lost_at is None:
                        self._lost_at = time.monotonic()
                        self._pool.check()
                    if time.monotonic() >= until:
                        raise
                    time.sleep(0.05)

    @contextlib.contextmanager
    def _lent(self, seconds: float) -> Iterator[Wire]:
        """A connection of the pool. Whoever waits for one asks for more than once, so that one is tried again soon."""
        with self._pool.connection(seconds) as wire:
            yield wire

    @contextlib.contextmanager
    def _as_store_error(self) -> Iterator[None]:
        if self._closed:
            raise StoreError(f"The database {self.name} was closed.")
        try:
            yield
        except errors.LockNotAvailable:
            raise StoreBusy(f"The database {self.name} is busy: another process writes. Try again.") from None
        except PoolTimeout:
            raise StoreError(f"The database {self.name} can't be reached now. Is it running?") from None
        except psycopg.Error as error:
            raise StoreError(f"The database {self.name} could not be read or written: {first_line(error)}") from error


def with_defaults(url: str) -> str:
    """What a connection is made with. Raises StoreError for a URL that can't be read."""
    try:
        given = conninfo_to_dict(url)
        return make_conninfo(url, **{name: value for name, value in _DEFAULTS.items() if name not in given})
    except psycopg.Error as error:
        raise StoreError(f"The database's URL can't be read: {first_line(error)}") from None


def name_of(url: str) -> str:
    """The database in words, without user and password."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        return "PostgreSQL"
    where = f"{given.get('host') or 'localhost'}:{given.get('port') or 5432}"
    return f"{given.get('dbname') or given.get('user') or 'postgres'} at {where}"


def quoted(name: str) -> str:
    """A name of a schema or table as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def first_line(error: Exception) -> str:
    """What the database says, in one sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{lines[0].rstrip('.')}." if lines else f"{type(error).__name__}."


def _configure(wire: Wire, schema: str | None) -> None:
    """A new connection of the pool."""
    adapt(wire)
    if schema is not None:
        wire.execute(f"SET search_path TO {quoted(schema)}".encode())
    wire.execute(_SETTINGS.encode())


def adapt(wire: Wire) -> None:
    """Have a connection take and give any text, and take columns of integers."""
    wire.adapters.register_dumper(np.ndarray, Integers)
    wire.adapters.register_dumper(str, AnyText)
    for kind in ("text", "varchar"):
        wire.adapters.register_loader(kind, TextLoader)
        wire.adapters.register_loader(kind, BinaryTextLoader)


class BinaryTextLoader(TextLoader):
    """The same, where values come in binary."""

    format = psycopg.pq.Format.BINARY


def _looked(wire: Wire, work: Callable[[PostgresConnection], T]) -> T:
    """Work in a transaction that reads, and that ends with the deadline that holds here."""
    deadline, begin, ended = current(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", threading.Event()
    if deadline:
        deadline.start()
        begin += f"; SET LOCAL statement_timeout = {max(1, int(1000 * deadline.left()))}"
    try:
        with deadline.stopping(lambda: _stop(wire, ended)) if deadline else contextlib.nullcontext():
            wire.execute(begin.encode())
            return work(PostgresConnection(wire))
    except errors.QueryCanceled:
        if deadline:
            raise StoreTimeout(deadline.seconds) from None
        raise
    finally:
        ended.set()
        _roll_back(wire)


def _stop(wire: Wire, ended: threading.Event) -> None:
    """Have the database stop what it does, in another thread, until it has; the connection isn't used again."""
    def cancel() -> None:
        while not ended.is_set():
            with contextlib.suppress(psycopg.Error):
                wire.cancel_safe(timeout=5.0)
            ended.wait(0.2)

    threading.Thread(target=cancel, name="store-cancel", daemon=True).start()


def _roll_back(wire: Wire) -> None:
    """End a transaction; where that can't be done, the connection is closed."""
    deadline: Deadline | None = current()
    if deadline is not None and deadline.cancelled:
        wire.close()
    if not wire.closed:
        try:
            wire.execute("ROLLBACK")
        except psycopg.Error:
            wire.close()


def _is_lost(wire: Wire) -> bool:
    return wire.closed
