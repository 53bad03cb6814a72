"""A history that begins with a past that was made up, as a demo network's does: it is true of no other network."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wirelane_geo.live._history import ORIGINS, History, open_history, opening
from wirelane_geo.live.clock import to_ms
from wirelane_geo.live.observation import WHOLE_WORLD, Statuses
from wirelane_geo.model import Handles, PointId

CHANGES_A_WRITE = 100_000


@dataclass(frozen=True, eq=False)
class InventedPast:
    """m points of a network: handles, ids, status now, since when (milliseconds since 1970) and whether that is one of the
    changes. n changes, oldest first: row of the point, when (milliseconds since 1970), status before and after. All points
    are said to have been watched from `begin` to `end`."""

    handles: Handles
    ids: list[PointId]
    status: Statuses
    since: npt.NDArray[np.int64]
    exact: npt.NDArray[np.bool_]
    point: npt.NDArray[np.intp]
    at: npt.NDArray[np.int64]
    before: Statuses
    after: Statuses
    begin: datetime
    end: datetime


def begin_with(path: Path, network: str, now: datetime, past: Callable[[], InventedPast | None]) -> int | None:
    """Write a past into a history's file that is new. How many changes that were; None where nothing was written:
    the history has begun, or there is no past. Raises StoreError."""
    with opening(path), closing(open_history(path, now)) as history:
        if not _is_new(history) or (invented := past()) is None:
            return None
        _write(history, invented, network)
        return len(invented.at)


def invented_until(history: History) -> int | None:
    """Until when what is in a history was made up (milliseconds since 1970); None where nothing was."""
    with history.reading() as connection:
        row = connection.execute("SELECT until FROM invented").fetchone()
    return None if row is None else int(row[0])


def forget(history: History, until: int) -> None:
    """Nothing was seen, and nobody watched, before a time."""
    with history.writing() as connection:
        connection.execute("DELETE FROM changes WHERE at <= ? AND origin = ?", (until, ORIGINS.index("demo")))
        connection.execute("DELETE FROM watched WHERE end <= ?", (until,))
        connection.execute("UPDATE watched SET begin = ?1 WHERE begin < ?1", (until,))
        connection.execute("DELETE FROM invented")


def _is_new(history: History) -> bool:
    """Whether nothing was ever written."""
    with history.reading() as connection:
        return not any(connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]  # noqa: S608
                       for table in ("points", "changes", "watched"))


def _write(history: History, past: InventedPast, network: str) -> None:
    """All of it or nothing. Changes are numbered up to -1: what is seen later begins with 1, as ever. The indexes are made at
    the end: that takes a third of the time."""
    points = zip(past.handles.tolist(), past.ids, past.status.tolist(), past.since.tolist(), past.exact.tolist(), strict=True)
    columns = (np.arange(-len(past.at), 0), past.handles[past.point], past.at, past.before, past.after)
    with history.writing() as connection:
        connection.executemany("INSERT INTO points (handle, id, status, since, exact, first) VALUES (?, ?, ?, ?, ?, 0)",
                               sorted(points))
        for index in ("changes_handle", "changes_at"):
            connection.execute(f"DROP INDEX {index}")
        for begin in range(0, len(past.at), CHANGES_A_WRITE):
            some = slice(begin, begin + CHANGES_A_WRITE)
            connection.executemany(f"INSERT INTO changes VALUES (?, ?, ?, ?, ?, {ORIGINS.index('demo')})",  # noqa: S608
                                   zip(*(column[some].tolist() for column in columns), strict=True))
        connection.execute("CREATE INDEX changes_handle ON changes (handle, at)")
        connection.execute("CREATE INDEX changes_at ON changes (at)")
        connection.execute("INSERT INTO watched VALUES (?, ?, ?, ?)", (*WHOLE_WORLD, to_ms(past.begin), to_ms(past.end)))
        connection.execute("UPDATE numbers SET network = ?", (network,))
        connection.execute("INSERT INTO invented VALUES (?)", (to_ms(past.end),))
