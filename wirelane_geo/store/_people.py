"""What a store offers of an organization's people: its members, and the sessions that drivers had at its points."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from wirelane_geo.model import ChargingSession, Member, MemberStatus, PaymentMethod, SessionStatus, Subscription

MemberOrder = Literal["email", "status"]
"""What members can be sorted by, in the contract's words."""

SessionOrder = Literal["sessionId", "emp", "ownerId", "chargingStationId", "pointScmId", "evseid", "status", "sessionBegin",
                       "sessionEnd", "tariff", "price", "kwh", "chargingSessionType", "chargingType", "plugType", "country",
                       "city", "zipCode", "creationDate", "updateDate"]
"""What sessions can be sorted by, in the contract's words; pointScmId is taken for `charging_point_id`."""

OrganizationType = Literal["emp", "cpo", "owner"]
"""What an organization can be in a session: provider of the driver, operator of the charge point, its owner."""


@dataclass(frozen=True, eq=False)
class PointNumbers:
    """Points by their numbers in a store, in order, i8[n]; and their distances in metres, f8[n], NaN where there is none."""

    numbers: npt.NDArray[np.int64]
    distance_m: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, begin: int, end: int | None) -> "PointNumbers":
        """Those from one place to before another."""
        return PointNumbers(self.numbers[begin:end], self.distance_m[begin:end])


@dataclass(frozen=True)
class Page:
    """A part of an answer: how many there are in all, and this page's as JSON objects, in order.

    `rest`: the page's other points, where fewer bodies were asked for; see `Store.objects`."""

    total: int
    bodies: list[bytes]
    rest: PointNumbers | None = None


@dataclass(frozen=True, kw_only=True)
class MemberQuery:
    """Which members, in which order, which part of them.

    Each word of `search` must be the beginning of a word of an id, e-mail address, name, company or town, or of the
    status; case and accents don't matter. Order and pages are as in `PointQuery`.
    """

    statuses: frozenset[MemberStatus] = frozenset()
    search: str = ""
    order_by: MemberOrder | None = None
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, kw_only=True)
class SessionQuery:
    """Which sessions, in which order, which part of them. Everything given must hold.

    `since` and `until` (aware, inclusive) are about the begin of a session: of what is billed, else of the process, else
    the creation. `roles` are what `organization` is in the session: "emp" are its own members' sessions; every session in
    a store is at a point that the organization operates ("cpo") and has the say over ("owner"). `search` is as in
    `MemberQuery`, of ids, customer, card, street, postal code and town. Order and pages are as in `PointQuery`.
    """

    charging_point_id: str | None = None
    charge_point_ids: frozenset[str] = frozenset()
    statuses: frozenset[SessionStatus] = frozenset()
    owners: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    roles: frozenset[OrganizationType] = frozenset()
    organization: str = ""
    search: str = ""
    order_by: SessionOrder | None = None
    descending: bool = False
    page: int = 1
    page_size: int = 50


class Accounts(Protocol):
    """Members with what belongs to them. Answers are the contract's JSON; None: no such member."""

    def put(self, members: Iterable[tuple[Member, Iterable[PaymentMethod], Subscription]], origin: str) -> int:
        """Add members or replace those of the same id, in one transaction. Returns how many were given.

        Raises BadInput for one without an id.
        """

    def query(self, query: MemberQuery) -> Page:
        """A page of the members that a query asks for."""

    def member(self, account_id: str) -> bytes | None:
        """The member with this account."""

    def payment_methods(self, account_id: str) -> bytes | None:
        """How a member pays: an array."""

    def subscription(self, account_id: str) -> bytes | None:
        """What a member has booked."""

    def count(self) -> int:
        """How many members there are."""


class Sessions(Protocol):
    """Charging sessions. Answers are the contract's JSON."""

    def put(self, sessions: Iterable[ChargingSession], origin: str) -> int:
        """Add sessions or replace those of the same id, in transactions of some thousand. Returns how many were given."""

    def query(self, query: SessionQuery) -> Page:
        """A page of the sessions that a query asks for."""

    def get(self, session_id: str) -> bytes | None:
        """The session with this id; None where there is none."""

    def count(self) -> int:
        """How many sessions there are."""
