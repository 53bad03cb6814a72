"""How a database comes to have the tables that this program needs: by steps, each taken once, in their order.

Steps only add (tables, columns, indexes, rows of their own), and one that was released stays as it is: what changes is
another step at the end. So a database of any earlier version becomes the same as a new one, and a program of an earlier
version that still runs beside this one finds all that it knows.

Nothing here is SQLite's: another kind of database does the four things of `Database` and has steps in its own SQL.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from wirelane_geo.errors import StoreError


class Database(Protocol):
    """A database that is brought forward. Its errors are its driver's own."""

    def alone(self) -> AbstractContextManager[object]:
        """A transaction that no other process is in meanwhile: all that is done in it, or after an error nothing."""

    def version(self) -> int:
        """How many steps it has taken, 0 where it is new."""

    def run(self, step: str) -> None:
        """Execute the statements of a step."""

    def set_version(self, version: int) -> None:
        """Remember how many steps it has taken."""


def bring_forward(database: Database, steps: Sequence[str], name: str) -> None:
    """Take the steps that a database lacks, all of them or none; of two processes that start at once, one takes them.

    Raises StoreError for a database that has taken more steps than there are: a newer version made it. `name`: what it is
    called there.
    """
    if _version(database, steps, name) == len(steps):
        return  # without a lock: who only reads waits for nobody
    with database.alone():
        version = _version(database, steps, name)
        for step in steps[version:]:
            database.run(step)
        if version < len(steps):
            database.set_version(len(steps))


def _version(database: Database, steps: Sequence[str], name: str) -> int:
    """How many of the steps it has taken."""
    version = database.version()
    if version > len(steps):
        raise StoreError(f"{name} is of a newer version of this program (schema {version}, this one knows {len(steps)}). "
                         "Use that version, or set WIRELANE_GEO_DATA to another directory.")
    return version
