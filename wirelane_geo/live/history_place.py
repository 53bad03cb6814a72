"""Where a network's history is kept: in a file, or in a PostgreSQL database. It is opened here, whichever that is."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from wirelane_geo.errors import StoreBusy, StoreError
from wirelane_geo.live._history import History
from wirelane_geo.live._history_interface import HistoryStore
from wirelane_geo.store import private_file
from wirelane_geo.store.file_lock import FileLock, NoLocks

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PostgresPlace:
    """A schema of a database, which has the history's tables and nothing else."""

    url: str = field(repr=False)
    schema: str


HistoryPlace = Path | PostgresPlace
"""A file, or a schema of a database."""


def open_history(place: HistoryPlace, now: datetime) -> HistoryStore:
    """The history at a place. A file that can't be read is set aside, with its name and the reason in the log: a map without
    its past is better than none. Raises StoreBusy where another program has locked it, StoreError where no history can be made
    at all."""
    if isinstance(place, PostgresPlace):
        return _in_postgres(place)
    try:
        return History(place)
    except StoreBusy:
        raise
    except StoreError as error:
        aside = set_aside(place, now)
        log.error("the history could not be opened and was set aside: a new one begins", extra={
            "file": aside, "reason": str(error)})
        return History(place)


def _in_postgres(place: PostgresPlace) -> HistoryStore:
    from wirelane_geo.live._postgres_history import PostgresHistory  # psycopg is there only with the extra

    return PostgresHistory(place.url, place.schema)


@contextlib.contextmanager
def opening(place: HistoryPlace) -> Iterator[None]:
    """Of several processes that open a history at once, one at a time looks whether it is this network's, or new. Raises
    StoreError where it can't be opened."""
    with contextlib.ExitStack() as held:
        if isinstance(place, PostgresPlace):
            from wirelane_geo.store.postgres.advisory_lock import held_lock

            held.enter_context(held_lock(place.url, f"opening {place.schema}"))
        else:
            _lock(place, held)
        yield


def _lock(path: Path, held: contextlib.ExitStack) -> None:
    try:
        private_file.make_directory(path.parent)
        held.enter_context(FileLock(path.with_suffix(".lock")).held())
    except NoLocks:
        log.warning("the file system has no locks: start one process after the other", extra={"file": str(path)})
    except OSError as error:
        raise StoreError(f"The history {path} can't be locked: {error}. Check the data directory.") from None


def set_aside(place: HistoryPlace, now: datetime) -> str:
    """Rename a history. Returns the new name."""
    if isinstance(place, PostgresPlace):
        from wirelane_geo.live._postgres_history import rename

        return rename(place.url, place.schema, f"{place.schema}-{now:%Y%m%dT%H%M%S}.old")
    aside = place.with_name(f"{place.stem}-{now:%Y%m%dT%H%M%S}.old{place.suffix}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            place.with_name(place.name + ending).rename(aside.with_name(aside.name + ending))
    return str(aside)
