"""What a store of charge points offers, whatever database is behind it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, Self

from wirelane_geo.geo import Bounds
from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargingType,
    Conditions,
    Handle,
    Handles,
    OfferedPoint,
    PlaceReport,
    PlugType,
    PointId,
    Seq,
    Status,
    StatusReport,
)
from wirelane_geo.store._columns import NewStatuses, PointChanges, PointColumns
from wirelane_geo.store._people import Accounts, Page, PointNumbers, Sessions

IdType = Literal["id", "evseid", "charging_point_id", "charge_point_id"]
"""Which field of a charge point an id is looked for in."""

OrderBy = Literal["evseid", "status", "latitude", "longitude", "power", "voltage", "chargingType", "plugType",
                  "country", "city", "zipCode", "creationDate", "updateDate", "distance"]
"""What a list can be sorted by, in the contract's words."""


Kept = Callable[[ChargePoint, Literal["record", "status"]], None]
"""Is told of a record that doesn't count, or whose status doesn't: what is known is newer."""

OnProgress = Callable[[int, int], None]
"""Called with how much of something is done, and how much there is to do."""


@dataclass(frozen=True)
class UpsertCounts:
    """How many points a write added, changed, and left alone: because nothing but a date differed, because what is known of
    them is newer, or because another feed gives their facts."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    elsewhere: int = 0

    def __add__(self, other: Self) -> "UpsertCounts":
        return UpsertCounts(self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged,
                        self.older + other.older, self.elsewhere + other.elsewhere)

    @property
    def total(self) -> int:
        """How many points were given."""
        return self.inserted + self.updated + self.unchanged + self.older + self.elsewhere


@dataclass(frozen=True)
class ToldCounts:
    """Of statuses that were told: how many; how many points they changed; how many are of points that aren't there, and wait for
    them; how many are older than what the feed said before; EVSE IDs that several points share, of which several things were
    said: they are unknown; stations and sites that are said to be shut, and no point is at."""

    told: int = 0
    changed: int = 0
    unmatched: int = 0
    older: int = 0
    ambiguous: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointSources:
    """Where what is known of a point comes from: its facts; and what each feed says of its status, the freshest first, each with
    since when that is so (UTC) and whether the feed is believed."""

    facts: str
    statuses: tuple[tuple[str, Status, datetime, bool], ...] = ()


@dataclass(frozen=True)
class Counts:
    """Size of a store."""

    points: int
    stations: int


@dataclass(frozen=True, kw_only=True)
class PointQuery:
    """Which charge points, in which order, which part of them. Everything given must hold of one and the same point.

    With `statuses` the answer is stations: every point of each station that has a point for which everything holds, as
    the contract asks, be the others outside of the bounds or of another plug. Positions are (lon, lat) in degrees.
    A point of unknown power meets no `max_power` (kW, inclusive). `search` is words, see `Store.search`.
    Without `order_by` the order is that of arrival; unknown values come last in either direction; ties are settled by
    arrival, so that pages neither overlap nor leave gaps. `distance` is measured from `sort_at`, else from `center`.
    """

    bounds: Bounds | None = None
    center: tuple[float, float] | None = None
    distance_m: float | None = None
    plugs: frozenset[PlugType] = frozenset()
    statuses: frozenset[Status] = frozenset()
    charging_types: frozenset[ChargingType] = frozenset()
    authentications: frozenset[AuthenticationType] = frozenset()
    max_power: float | None = None
    reservable_only: bool = False
    point_groups: frozenset[str] = frozenset()
    not_in_point_groups: frozenset[str] = frozenset()
    evseids: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    station_ids: frozenset[str] = frozenset()
    search: str = ""
    infrastructure_only: bool = False
    order_by: OrderBy | None = None
    descending: bool = False
    sort_at: tuple[float, float] | None = None
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True)
class ChangedPoint:
    """A point as it was found after a change: the change's number, the point's, and whether it is new since."""

    seq: Seq
    rowid: int
    new: bool
    point: ChargePoint


class Store(Protocol):
    """Charge points, kept, with the members and sessions of their organization.

    Safe to share between threads; other processes may use the same store at the same time. A write that has returned is
    on disk. Readers never wait for writers and see whole transactions only. Everything may raise StoreError.
    """

    @property
    def accounts(self) -> Accounts:
        """The organization's members."""

    @property
    def sessions(self) -> Sessions:
        """The charging sessions."""

    def transaction(self) -> AbstractContextManager[None]:
        """What this thread writes within is there as a whole at the end, or not at all after an error or a crash.

        Other writers wait meanwhile; reads, this thread's own too, see none of it before the end.
        """

    def upsert(self, points: Iterable[ChargePoint], origin: str) -> UpsertCounts:
        """Add points or replace those with the same id, in transactions of some thousand.

        A missing id is made from origin, charge_point_id and evseid, so that the same file gives the same ids; missing
        dates are now. `distance` is not kept. Raises BadInput for a position that is not on Earth.
        """

    def take(self, points: Iterable[ChargePoint], origin: str, kept: Kept = lambda *_: None,
             rank: Sequence[str] = ()) -> UpsertCounts:
        """As `upsert`, of records that were read from a file or feed and may be older than what is known.

        What counts of two records of a point is told by `model.precedence`. A status is taken only from a record that knows
        one, and that isn't dated before the known one. A record without `update_date` is of now, until one that has a date
        comes. `kept` is told of each record, or status, that didn't count. A point that an earlier version made of the
        record keeps its id; `remove` knows it by the record's as well.

        `rank`: the origins of all feeds, of one of which these are. A point with the same EVSE ID of another origin is the same
        point, then: its facts are those of the feed that stands first.
        """

    def create(self, point: ChargePoint) -> ChargePoint:
        """Add one point of origin `api` under a new id; ids and dates that are given are not used.

        Raises AlreadyThere where its evseid (without one: its charge_point_id) is another point's.
        """

    def update(self, id_type: IdType, value: str, point: ChargePoint) -> ChargePoint | None:
        """Replace a point; its ids and creation date stay, `update_date` is now. None where there is no such point.

        Raises AlreadyThere where the new evseid is another point's.
        """

    def set_statuses(self, statuses: Mapping[PointId, Status], at: datetime | None = None) -> int:
        """Set the status of points by id; `update_date` becomes `at` (default: now). Returns how many changed.

        Unknown ids are passed over.
        """

    def tell(self, feed: str, reports: Iterable[StatusReport | PlaceReport], *, complete: bool = False,
             again: bool = False) -> ToldCounts:
        """Take what a feed (or an origin, of a file) says of statuses, without touching points that stay as they are.

        A point is known by its EVSE ID in any spelling, else, among the points of that origin, by its id or by what it is called.
        Points of one origin that share an EVSE ID have its status together, but those that are told of by themselves. Of what
        several feeds say the freshest counts; of several reports of one point and time one that isn't FREE.
        An older report never overwrites a newer one, and one that closes a point at a station says nothing of it where it lives
        at another: it has moved. One of a point that isn't there is kept, within bounds, for when it comes. With `complete`, what
        the feed said before and doesn't any more becomes UNKNOWN.
        `again`: the feed was silent, so all that it says is shown anew.

        What is said of a station or a site as a whole is true of points there that would be free, or of which nothing is known,
        as long as the feed says nothing else of that place in the same field; then they are what was said of them last.
        """

    def silence(self, feed: str) -> int:
        """Believe nothing any more that a feed said: its points turn UNKNOWN, or to what another feed says. How many changed.
        It is believed again after `set_feed_state`."""

    def feed_states(self) -> dict[str, tuple[bool, str]]:
        """Of each feed: whether it is silent, and what was kept of it (JSON)."""

    def set_feed_state(self, feed: str, silent: bool, body: str) -> None:
        """Keep what is known of a feed, for all processes."""

    def unreported(self, feed: str, refs: Collection[str]) -> int:
        """How many statuses of a feed are known, UNKNOWN ones not counted, of what isn't among these."""

    def missing(self, feed: str, ids: Collection[PointId]) -> tuple[int, int]:
        """How many points have their facts from a feed, and how many of them aren't among these ids."""

    def drop(self, feed: str, but: Collection[PointId], refs: Collection[str] | None = None) -> int:
        """Delete the points that have their facts from a feed, but those with these ids; one that another feed has as well
        becomes that one's. `refs`: all that it says the status of; what it said of others, whose facts another feed gives, is
        UNKNOWN. Returns how many went."""

    def withdraw(self, feed: str, ids: Collection[PointId], station: str, refs: Collection[str] = ()) -> int:
        """As `drop`, of the points with these ids, as far as they are at a station (its charging_station_id); `refs`: what the
        feed calls them, of which what it said is UNKNOWN where another feed gives their facts. How many went."""

    def retract_but(self, feed: str, refs: Collection[str]) -> int:
        """As `retract`, of all that the feed calls otherwise than so."""

    def retract(self, feed: str, ids: Collection[PointId], refs: Collection[str] = ()) -> int:
        """Have what a feed said of the status of points with these ids, or what it calls by these `refs`, be UNKNOWN, until it
        says something else, whoever gives their facts. How many points look different."""

    def locations(self, feed: str, places: Collection[str]) -> dict[str, bytes]:
        """What `set_locations` kept of places of a feed, of those of which anything was."""

    def set_locations(self, feed: str, bodies: Mapping[str, bytes]) -> None:
        """Keep locations of OCPI (JSON) as a feed pushed them, or what else is to be known of them, for all processes."""

    def forget(self, feed: str) -> int:
        """Delete a feed's points, as `drop` does, and all that it ever said. Returns how many points went."""

    def told_by(self, id: PointId) -> PointSources | None:
        """Where what is known of a point comes from; None where there is no such point."""

    def reports(self, feed: str) -> tuple[int, int]:
        """How many statuses of a feed are known, UNKNOWN ones not counted, and how many wait for their points."""

    def conditions(self, id: PointId) -> Conditions | None:
        """What is known of a point's prices and access; None where nothing is."""

    def remove(self, origin: str, but: Collection[PointId] = ()) -> int:
        """Delete everything of an origin, members and sessions too, `but` the points with these ids, or taken by them. Returns
        how many points were deleted."""

    def get(self, id_type: IdType, value: str) -> ChargePoint | None:
        """The point with this id; the oldest one where several have it. An EVSE ID is found in any spelling, first in this."""

    @property
    def network(self) -> str:
        """The id of this network of points: made with the store, the same in every copy of it. Handles are made from it."""

    def places(self, ids: Sequence[PointId]) -> dict[PointId, tuple[Handle, int | None]]:
        """Handle and quadkey of the points with these ids, without those that aren't there; no quadkey where a point has no
        position."""

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        """The points of handles, in the order asked for; those that are gone are left out."""

    def offered(self, handles: Sequence[Handle]) -> dict[Handle, OfferedPoint]:
        """The points of handles with what is known of their prices and access, without those that are gone."""

    def updated_since(self, moment: datetime) -> Handles:
        """The points whose `update_date` is this or later."""

    def shared_names(self) -> tuple[set[str], set[str], set[str]]:
        """What more than one point is called: EVSE IDs (`evse_key`), and charge_point_ids; and the charging_station_ids that more
        than one station has."""

    def ids_and_dates(self, handles: Sequence[Handle]) -> dict[Handle, tuple[PointId, datetime]]:
        """Id and date of the last change of points, without those that are gone; many times faster than their records."""

    def query(self, query: PointQuery, most: int | None = None) -> Page:
        """A page of the points that a query asks for, with `most` bodies at once; all of one moment."""

    def objects(self, points: PointNumbers, *, status: bool = True) -> tuple[Seq, list[bytes]]:
        """Points as JSON objects, with or without their statuses, in their order; those that are gone are left out. And the
        number of the change up to which that is true."""

    def search(self, text: str, limit: int) -> list[Handle]:
        """The handles of points by what somebody typed, best first.

        Each word must be the beginning of a word of: charge_point_id, display_id, evseid, charging_station_id (with or
        without their separators, here and there), street, house number, postal code, city. Case and accents don't matter.
        """

    def respelled(self, text: str) -> list[str]:
        """Texts to search for instead of one that nothing is found by: where there is no word like a word of it, those that are
        nearly it, a letter or two being wrong, missing or swapped. Some at most; none where it has no such word."""

    def columns(self, since: Seq | None = None, on_progress: OnProgress = lambda *_: None) -> PointColumns:
        """All points with a position in quadkey order; or those changed after change `since`, and what is gone.

        All points of a large store are read from the copy that `keep` made and the changes since. `on_progress` is called now and
        then with how many points were read, and of how many.
        """

    def new_statuses(self, since: Seq) -> NewStatuses | None:
        """Statuses that were set after change `since`, where that is all that has changed; None where more has, or where the
        store can't say it sooner than `columns` does."""

    def schedules(self) -> dict[int, str]:
        """All schedules by number (`schedules.schedule_of`). A number is never given to another one."""

    def operators(self) -> dict[int, str]:
        """All operators by number (`model.operators.Operator.text`). A number is never given to another one."""

    def keep(self, columns: PointColumns) -> None:
        """Keep a copy of all points as `columns` gave them, of a large store: reading it takes a tenth of the time.

        Where that fails the log says so, and the next reader reads the store itself.
        """

    def keep_soon(self, columns: PointColumns) -> None:
        """`keep` in a thread, of the statuses as they are now; `close` waits for it. Nothing where one is under way."""

    def changed(self, since: tuple[Seq, int], limit: int) -> list[ChangedPoint]:
        """Points whose last change comes after a place (seq, rowid) in the row of changes, in that order, up to `limit`.

        A point that changed several times is there once, as it is now. Those that are gone are not.
        """

    def touch(self) -> None:
        """Take a change number though no point has changed: what is shown of them has, by the clock. Every process hears."""

    def reached(self, reader: str) -> tuple[Seq, int] | None:
        """The place in the row of changes (as in `changed`) that a reader of them has come to, None where nothing was noted."""

    def note_reached(self, reader: str, place: tuple[Seq, int]) -> None:
        """Note how far a reader has come, for whoever goes on reading for it."""

    def point_changes(self, since: Seq, unplaced: bool, most: int) -> PointChanges | None:
        """The points that changed after change `since`, and what is gone since; with `unplaced` also all that have no position.
        None where more than `most` have changed."""

    def last_seq(self) -> Seq:
        """The number of the last change by any process; cheap enough to ask on every request."""

    def follow(self, told: Callable[[], object]) -> Callable[[], None]:
        """From now on call `told`, in another thread, soon after any process has changed something; what is returned ends that.
        It may be called once too often.
        """

    def origins(self) -> dict[str, int]:
        """How many points come from where."""

    def heard(self) -> dict[str, datetime]:
        """When something of each origin was written last, by the writer's clock: a file imported, a status told, be it that
        nothing is new."""

    def holds(self, origin: str | None = None) -> bool:
        """Whether there is any point, or any of an origin; costs nothing, however many there are."""

    def counts(self) -> Counts:
        """How many points and stations there are."""

    def close(self) -> None:
        """Let go of the database. The store can't be used afterwards."""
