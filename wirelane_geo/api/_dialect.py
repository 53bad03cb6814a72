"""What a dialect of the Wirelane API is: a table of its operations, how charge points are read in it, and at what pace it may be
asked. The tables are in `_dialect_2023` and `_dialect_2026`; nothing else knows one dialect from another."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from wirelane_geo.api._calls import Answer
from wirelane_geo.api._deadline import Deadline
from wirelane_geo.api._paging import Page
from wirelane_geo.api._paths import Path
from wirelane_geo.api._results import Records
from wirelane_geo.api._writing import Written
from wirelane_geo.api.query import Table
from wirelane_geo.errors import NotOffered
from wirelane_geo.geo import Bounds
from wirelane_geo.model import ChargePoint, PaymentMethod
from wirelane_geo.wire.records import Kind, RejectedRecord

NOTHING = Table("", {}, frozenset())


@dataclass(frozen=True)
class Operation:
    """One operation. `path`: makes its path below the organization's from an id or several; `kind`: what it answers; `table`:
    the parameters of a list. `repeatable`: asking twice does no more than asking once. `orders`: what each word for an order
    sorts the records by; `order`, `direction`: what they are sorted by where nobody says."""

    path: Callable[..., Path]
    kind: Kind[Any] | None = None
    table: Table = NOTHING
    method: str = "GET"
    repeatable: bool = True
    orders: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    order: str = ""
    direction: str = "asc"


@dataclass(frozen=True)
class Pace:
    """Seconds for one step, for a call, and for a list that is read as a whole; how many records are asked for at a time; how
    many requests may be under way; how long a question that is asked again and again may take."""

    timeout: float
    deadline: float
    whole: float
    page_size: int
    at_once: int
    patience: float
    exclusive: bool = False
    """Whether `at_once` holds for all clients of a host together, whatever they ask."""


@dataclass(frozen=True)
class Found:
    """The charge points of some records of a list, those set aside, and for each record how new its newest point is."""

    points: list[ChargePoint]
    rejected: list[RejectedRecord] = field(default_factory=list)
    dates: list[datetime | None] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


class DialectClient(Protocol):
    """What a dialect needs of a client."""

    def ask(self, name: str, until: Deadline, *ids: object, params: Mapping[str, Written] | None = None,
            body: bytes | None = None) -> Answer:
        """The answer of an operation."""

    def one(self, name: str, until: Deadline, *ids: object, body: bytes | None = None) -> Any:
        """The record that an operation answers."""

    def whole(self, name: str, query: dict[str, Written], until: Deadline) -> Records[Any]:
        """All records of a list."""


@dataclass(frozen=True)
class PointList:
    """How a list of charge points is read: `operation`, the list that it is made of; `queries`: what that is asked, for
    parameters by the names of 2023 and bounds; `page`: a page of it; `key`: what tells its records from each other; `found`:
    the points of its records that lie in the bounds.

    `circles`: a part of the map can only be asked for as a circle; a network of fewer than `whole_below` records is then read
    at once. `most_tiles`: into how many parts a view is divided at most. `told`: whether events tell charge points as lists do;
    `records`: what the list is of, in words.
    """

    operation: str
    queries: Callable[[Mapping[str, Any], Bounds | None], list[dict[str, Any]]]
    page: Callable[[Answer, int], Page[Any]]
    key: Callable[[Any], Hashable | None]
    found: Callable[[Sequence[Any], Bounds | None], Found]
    circles: bool = False
    whole_below: int = 0
    records: str = "charge points"
    most_tiles: int = 64
    told: bool = True


@dataclass(frozen=True)
class Dialect:
    """A dialect. `name`: the year of its document; `scope`: that of the password grant."""

    name: str
    scope: str
    operations: Mapping[str, Operation]
    pace: Pace
    points: PointList
    short_is_last: bool
    """Whether a page that has fewer records than were asked for is the last one."""
    repeats_keys: bool
    """Whether several words may be several parameters of one name. A server that keeps the last one would answer another list."""
    point: Callable[[DialectClient, str, str, Deadline], ChargePoint]
    """One charge point by an id and its type."""
    renewed: Callable[[DialectClient, ChargePoint, Deadline], ChargePoint]
    """A known charge point as it is now."""
    station: Callable[[DialectClient, str, Deadline], Found]
    """The charge points of a station by the number that an event names."""
    payment_methods: Callable[[DialectClient, str, Deadline], Records[PaymentMethod]]
    """How a member pays, by the id of its account."""

    def operation(self, name: str) -> Operation:
        """One of its operations. Raises NotOffered."""
        if (found := self.operations.get(name)) is None:
            raise NotOffered(f"The Wirelane API of {self.name} has no operation for this ({name.replace('_', ' ')}).")
        return found

    def offers(self, name: str) -> bool:
        """Whether it has an operation."""
        return name in self.operations
