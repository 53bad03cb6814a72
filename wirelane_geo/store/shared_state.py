"""What all processes of an installation have in common beside its points: who leads, its secrets, its small tables.

It is in the data directory, or, where the database is a server, in that: then the processes may be on several machines.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from wirelane_geo.errors import StoreError
from wirelane_geo.store.fence import Fence
from wirelane_geo.store.leader_file import LeaderFile
from wirelane_geo.store.private_file import make_directory, read_or_create
from wirelane_geo.store.shared_tables import SharedTables, TablesFile


class LeaderLock(Protocol):
    """What one of all processes has. Its methods may raise OSError or StoreError: nobody could say who leads, then."""

    def take(self) -> Fence | None:
        """Take it, at once or not at all: what to write by where it is ours."""

    def renew(self) -> bool:
        """Say that whoever has it is alive. Whether it is still ours."""

    def release(self) -> None:
        """Let go of it."""


class SharedState(Protocol):
    """Everything may raise StoreError."""

    def leader_lock(self, network: str) -> LeaderLock:
        """That of the processes on one network, by a name for it."""

    def secret(self, name: str, make: Callable[[], bytes], meaning: str) -> bytes:
        """What is kept under a name; where nothing is, what `make` says, which is kept from then on. `meaning`: what it is, in
        an error."""

    def tables(self, name: str) -> SharedTables:
        """The tables of a name (`shared_tables.TABLES`)."""

    def close(self) -> None:
        """Let go of the connections that its locks and tables have in common."""


class DirectoryState:
    """In a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def leader_lock(self, network: str) -> LeaderLock:
        """See SharedState."""
        return LeaderFile(self._directory, network)

    def secret(self, name: str, make: Callable[[], bytes], meaning: str) -> bytes:
        """See SharedState."""
        return read_or_create(self._directory / name, make, meaning)

    def tables(self, name: str) -> SharedTables:
        """See SharedState."""
        return TablesFile(name, self._directory / f"{name}.sqlite")

    def close(self) -> None:
        """See SharedState: each file is opened by what is in it."""


def open_shared_state(database: str | Path, directory: Path) -> SharedState:
    """That of an installation with a database (a URL, or a file) and a data directory. Raises StoreError."""
    if not str(database).startswith(("postgresql://", "postgres://")):
        try:
            make_directory(directory)
        except OSError as error:
            raise StoreError(f"The data directory {directory} can't be made: {error.strerror}. Set WIRELANE_GEO_DATA to another "
                             "one.") from None
        return DirectoryState(directory)
    from wirelane_geo.store.postgres.shared import PostgresState  # psycopg is there only with the extra

    return PostgresState(str(database))
