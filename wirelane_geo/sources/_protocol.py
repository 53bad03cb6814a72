"""What a source of points offers, whatever is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.geo import Bounds, PointTable
from wirelane_geo.geo.stations import StationIndex
from wirelane_geo.live.source import LiveSource
from wirelane_geo.model import ChargePoint, Conditions, Handle, Handles, PointId
from wirelane_geo.model.dialect_2026 import Offer
from wirelane_geo.sources._changes import Changes


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The points of an area at one moment: a table whose stations are numbered from 0, the handle of each position, and the
    positions of each station. It stays as it is.

    fetched_at (UTC): up to when its oldest part is known to be true; problem: why a part could not be renewed; number: of
    the last status change in it (see `live`), 0 where nobody follows the source; cause: the problem in a word, as
    `errors.cause_of` has them, or "incomplete" where points may be missing.
    """

    table: PointTable
    handles: Handles
    stations: StationIndex
    fetched_at: datetime
    problem: str | None = None
    number: int = 0
    cause: str | None = None


@dataclass(frozen=True)
class Prices:
    """What charging costs at a station, as far as it is known; `pending`: more is being asked for."""

    offers: tuple[Offer, ...] = ()
    pending: bool = False


@dataclass(frozen=True)
class Voice:
    """What a feed says of the status of some points: since when (UTC), whether it is believed, whether it is what is shown, and
    when it gave its last good answer."""

    name: str
    since: datetime
    believed: bool
    shown: bool
    answered_at: datetime | None


@dataclass(frozen=True)
class Background:
    """What is known of some points beside themselves: their conditions, which feeds give their facts, and which their status."""

    conditions: tuple[Conditions, ...] = ()
    facts: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()


class PointSource(LiveSource, Protocol):
    """A network of charge points. A handle is a number below 2**53 that names a point, in every process on this network.

    Where nobody follows it, a source looks by itself for what changed when it is asked.
    """

    @property
    def demo(self) -> bool:
        """Whether the points are made up."""

    @property
    def waits(self) -> bool:
        """Whether a snapshot may have to be waited for."""

    @property
    def changes(self) -> Changes:
        """Where something that is shown has changed."""

    def keep(self, bounds: Bounds, zoom: float) -> None:
        """Somebody looks at these bounds: what is known of them is kept fresh for a while. Never waits."""

    def snapshot(self, bounds: Bounds, zoom: float) -> Snapshot:
        """At least the points in the bounds; may raise ApiError or StoreError where there is nothing to show at all."""

    def records(self, handles: Sequence[Handle]) -> list[ChargePoint]:
        """The points that handles name, in their order; those that are gone are left out."""

    def find(self, point_id: PointId) -> ChargePoint | None:
        """The point with this id."""

    def search(self, text: str, limit: int) -> list[ChargePoint]:
        """Points by address, station or EVSE ID, best first."""

    def respelled(self, text: str) -> list[str]:
        """Texts to search for instead of one that finds nothing (`Store.respelled`); none where the words of a network aren't
        known."""

    def prices(self, point_ids: Sequence[PointId]) -> Prices:
        """What charging costs at the points with these ids; nothing where none is known."""

    def background(self, point_ids: Sequence[PointId]) -> Background:
        """Conditions and origin of the points with these ids, as far as feeds and files said them."""

    def feeds(self) -> Sequence[FeedRow]:
        """How each feed is that brings points; none where there are no feeds."""

    def extent(self) -> Bounds | None:
        """What the network spans, where that is known."""
