"""What a history keeps, wherever it is kept: in an SQLite file (`_history`), or in PostgreSQL (`_postgres_history`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from wirelane_geo.live._coverage import Row
from wirelane_geo.live._known_status import KnownStatus
from wirelane_geo.live._recent import Events
from wirelane_geo.live.interface import OUT, WORKING, Origin
from wirelane_geo.live.observation import Statuses
from wirelane_geo.model import Handle, Handles, PointId

ORIGINS: tuple[Origin, ...] = ("poll", "webhook", "store", "demo")
"""A change's origin is kept as its position here."""
FULL_DAYS = 8
"""For so long every change is kept: longer than any page looks back. Then only those into and out of operation."""
COLUMNS = ("number", "handle", "at", "before", "after", "origin")
"""Of changes, in the order of `Events`."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one observation adds: points seen for the first time (handle, status, since, exact, first), changes (number,
    handle, at, before, after, origin) with the changed points' ids, handles that are gone, and the coverage's rows."""

    added: Sequence[tuple[Handle, int, int, bool, int]] = ()
    changes: Sequence[tuple[int, Handle, int, int, int, int]] = ()
    ids: Sequence[tuple[PointId | None, Handle]] = ()
    gone: Sequence[Handle] = ()
    watched: Sequence[Row] = field(default=())


Change = tuple[int, int, int, int, int, int]
"""number, handle, at, before, after, origin"""
KnownPoint = tuple[int, str | None, int, int, bool, int]
"""handle, id, status, since, exact, first"""


class Past(NamedTuple):
    """What was with a point. first: when it came to a place that was watched, 0 where it was there before; changes: (at,
    before, after), oldest first."""

    first: int
    changes: list[tuple[int, int, int]]


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


class HistoryStore(Protocol):
    """A history. Everything may raise StoreError; times are milliseconds since 1970.

    Only one process numbers changes and writes, behind its fence (`store.fence`); the others read.
    """

    def write(self, entry: Entry) -> None:
        """Add what an observation adds, all of it or nothing."""

    def known_status(self) -> KnownStatus:
        """Every point as it was last."""

    @property
    def network(self) -> str | None:
        """The id of the network that the handles are of; None where none is said yet."""

    def renumber(self, before: Handles, after: Handles, network: str) -> None:
        """Give points other handles, those of a network. A point that gets NO_HANDLE is gone, and its changes with it."""

    def keep(self, known: KnownStatus) -> None:
        """Keep a copy of what is known at the end, where that is much and makes the next start quicker. May raise OSError."""

    def settle(self) -> None:
        """Wait until those that led before have written their last. Within the fence."""

    def last_number(self) -> int:
        """The number of the last change."""

    def after(self, number: int) -> tuple[Events, int]:
        """The changes with a higher number, those of points that are gone left out, and the last number that was given."""

    def events(self, since: int, *, outages_only: bool = False) -> Events:
        """The changes from a time on; or only those that went into operation or out of it."""

    def first_seen(self, since: int) -> Events:
        """The points that were seen for the first time from a time on, as changes from NOT_KNOWN without a number."""

    def pasts(self, ids: Mapping[Handle, PointId], since: int) -> dict[Handle, Past]:
        """What was with points from a time on, without those that aren't known, or whose handle was another point's: one look
        for all of them."""

    def watched(self, since: int) -> list[Row]:
        """The coverage's rows that end at or after a time."""

    def ids(self, handles: Iterable[Handle]) -> dict[Handle, PointId]:
        """The ids of points that ever changed."""

    def some_ids(self, limit: int) -> dict[Handle, PointId]:
        """Handles and ids of some points, the last ones that changed."""

    def compact(self, now: int, keep_days: float) -> int:
        """Drop what is older than it needs to be kept and give the space back. Returns how many changes went."""

    def is_new(self) -> bool:
        """Whether nothing was ever written."""

    def begin_with(self, past: InventedPast, network: str) -> None:
        """Write a past that was made up into a new history, all of it or nothing. Changes are numbered up to -1: what is seen
        later begins with 1, as ever."""

    def invented_until(self) -> int | None:
        """Until when what is here was made up; None where nothing was."""

    def forget_invented(self, until: int) -> None:
        """Nothing was seen, and nobody watched, before a time."""

    def change_numbers(self) -> tuple[int, int]:
        """The lowest and the highest number of a change that is there; (0, -1) where there is none."""

    def changes_between(self, first: int, last: int) -> list[Change]:
        """All changes with these numbers, in their order."""

    def points_after(self, handle: int, limit: int) -> list[KnownPoint]:
        """Points as they were last, by ascending handle."""

    def fill(self, points: Sequence[KnownPoint] = (), changes: Sequence[Change] = (), watched: Sequence[Row] = ()) -> None:
        """Add rows of another history as they are."""

    def go_on_from(self, last: int, network: str | None, invented: int | None) -> None:
        """It was filled from another history: changes are numbered on from `last`."""

    def empty(self) -> None:
        """Delete all that is there."""

    def close(self) -> None:
        """Let go of it."""


def kind_of(column: str) -> str:
    """`curve.KIND` of a column, in SQL."""
    working, out = (", ".join(str(status.number) for status in kind) for kind in (WORKING, OUT))
    return f"CASE WHEN {column} IN ({working}) THEN 0 WHEN {column} IN ({out}) THEN 1 ELSE 2 END"
