"""The store in an SQLite file: WAL, one writer at a time, readers that never wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from wirelane_geo.model import Seq
from wirelane_geo.store import _handles
from wirelane_geo.store._columns import PointChanges, PointColumns
from wirelane_geo.store._connection import Connection
from wirelane_geo.store._interface import OnProgress
from wirelane_geo.store._polling import Poll
from wirelane_geo.store._schema import STEPS
from wirelane_geo.store._sql_store import SqlStore
from wirelane_geo.store._sqlite_connection import CHUNK, SqliteConnection, register
from wirelane_geo.store.connections import Connections
from wirelane_geo.store.sqlite_file import prepare

T = TypeVar("T")

LOOK_S = 0.25
"""Seconds between two looks for a change of another process: one costs some microseconds."""


class SqliteStore(SqlStore):
    """Implements `Store`; see there."""

    def __init__(self, path: Path) -> None:
        prepare(path, STEPS, "database")
        self._connections = Connections(path, register)
        super().__init__(SqliteDatabase(self._connections), path.with_suffix(".columns"))
        self._derive(("schedule", "operator", "access"))
        self._give_handles()

    def columns(self, since: Seq | None = None, on_progress: OnProgress = lambda *_: None) -> PointColumns:
        self._give_handles()
        return super().columns(since, on_progress)

    def point_changes(self, since: Seq, unplaced: bool, most: int) -> PointChanges | None:
        self._give_handles()
        return super().point_changes(since, unplaced, most)

    def _give_handles(self) -> None:
        self._complete(_handles.without_handle, _handles.give_handles, CHUNK)


class SqliteDatabase:
    """Implements `Database`; see there."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def write(self, work: Callable[[Connection], T], *, wait: bool = True) -> T:
        with self._connections.write(wait=wait) as connection:
            return work(SqliteConnection(connection))

    def read(self, work: Callable[[Connection], T]) -> T:
        with self._connections.read() as connection:
            return work(SqliteConnection(connection))

    ask = read

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connections.write():
            yield

    def follow(self, told: Callable[[], object]) -> Callable[[], None]:
        return Poll(lambda: self.ask(_seq), told, LOOK_S).stop

    def close(self) -> None:
        self._connections.close()


def _seq(connection: Connection) -> int:
    return int(connection.execute("SELECT seq FROM state").fetchone()[0])
