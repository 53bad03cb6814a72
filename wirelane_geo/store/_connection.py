"""What the store asks of a database: statements that SQLite and PostgreSQL both know, and what each says in words of its own.

Both have the same tables and columns (`_schema`, `postgres/_schema`), and points are numbered alike, so that all that is decided
about points is decided once, in `_sql_store` and below it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from wirelane_geo.model import Handle, PointId, Seq
from wirelane_geo.store._interface import OnProgress

T = TypeVar("T")

Clause = tuple[str, tuple[Any, ...]]
"""A condition, with ? for values, and the values."""

Arrays = dict[str, npt.NDArray[np.generic]]
"""The columns of points, as `PointColumns` has them, and their "quadkey"; in no order."""


class Rows(Protocol):
    """What a statement found."""

    def __iter__(self) -> Iterator[Any]:
        """The rows, as tuples."""

    def fetchone(self) -> Any:
        """The next row, None where there is none."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""


class Connection(Protocol):
    """A connection within a transaction. Statements have ? for values; `rowid` is a point's number, in the order of arrival."""

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Rows:
        """Run a statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> object:
        """Run a statement with each of some values."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add many rows to a table."""

    def delete(self, table: str, column: str, numbers: Collection[int]) -> None:
        """Delete the rows that have one of these numbers in a column."""

    def one_of(self, expression: str, values: Iterable[str | int]) -> Clause:
        """Whether an expression has one of these values."""

    def holds_all(self, text: str, parts: Sequence[str]) -> Clause:
        """Whether a text, an expression, holds each of these parts."""

    def found_by(self, text: str) -> Clause:
        """Whether a row of `points` is found by what somebody typed, see `Store.search`; the text has a word."""

    def best(self, text: str, limit: int) -> list[Handle]:
        """The handles of the points that are found by it, best first."""

    def insert_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Have points found by these words."""

    def set_statuses(self, changes: Sequence[tuple[int, int, int, int]], seq: Seq) -> None:
        """Give points statuses: (status, when the point changed, since when it has that, number); microseconds since 1970.
        They are noted as that change's."""

    def set_other_statuses(self, statuses: Mapping[PointId, int], at: int, seq: Seq) -> tuple[int, set[str]]:
        """The same by id, for those points that have another status now. How many those are; and the origins of all of them."""

    def new_statuses(self, since: Seq) -> Arrays | None:
        """"handle", "status" and "seq" of statuses that were set after a change, in no order, a point as often as its status was
        set; None where more than statuses has changed, or the database doesn't say."""

    def log_change(self, seq: Seq, rowids: Collection[int]) -> None:
        """Note which points a change is about, and tell all who follow of it, at the end of the transaction."""

    def delete_points(self, rowids: Sequence[int], seq: Seq) -> None:
        """Delete the rows of `points` with these numbers, and note that their handles are gone."""

    def columns(self, since: Seq | None, on_progress: OnProgress) -> Arrays:
        """The points that have a position and a handle; those that changed after a change."""

    def points_in(self, spans: Sequence[tuple[int, int]]) -> str:
        """What stands behind FROM where points of ranges of quadkeys (ends included) are looked for."""

    def changed_since(self, since: Seq) -> Clause:
        """Whether a row of `points` was changed after a change."""

    def gone(self, since: Seq) -> list[int]:
        """Handles of points that went after a change, or lost their position, and aren't there now."""

    def changed(self, since: tuple[Seq, int], limit: int) -> Rows:
        """seq, number, whether it is new, body, created, updated and status of points, see `Store.changed`."""

    def go_on_from(self, seq: Seq, next_rowid: int) -> None:
        """The tables were filled from another database's: changes and points are numbered on from there."""

    def knows_copy(self, stamp: str) -> bool:
        """Whether the copy of all columns with this stamp was made of this database."""

    def note_copy(self, stamp: str) -> None:
        """Remember that; it changes nothing of the points."""

    def forget_copies(self) -> None:
        """No copy that was made of this database is true any more."""


class Database(Protocol):
    """Runs work in transactions. What is given as work may be run again where the connection was lost before anything was
    kept. Everything may raise StoreError."""

    def write(self, work: Callable[[Connection], T], *, wait: bool = True) -> T:
        """Run what writes: it is there as a whole when this returns. One at a time, of all processes; within `transaction` of
        the same thread a part of that. With `wait=False` it raises StoreBusy where another one writes. Raises NotLeading where
        the fence that holds here lets nothing through (see `fence`)."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run what reads several things, as they are at one moment. Raises StoreTimeout past the deadline that holds here."""

    def ask(self, work: Callable[[Connection], T]) -> T:
        """As `read`, of one statement."""

    def transaction(self) -> AbstractContextManager[None]:
        """See `Store.transaction`."""

    def follow(self, told: Callable[[], object]) -> Callable[[], None]:
        """See `Store.follow`."""

    def close(self) -> None:
        """Let go of it."""
