"""What the wall (and the map's live parts) ask for: the live core, by filters and bounds, with names for people."""

from dataclasses import dataclass

from wirelane_geo.geo import Bounds
from wirelane_geo.live import Live, LiveStatus, NetworkHistory, PointHistory, StatusChange, Troubled
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import PointSource


@dataclass(frozen=True, kw_only=True)
class PointName:
    """A point in a line of a list, without private fields. label: EVSE ID, else what is printed on it; title: street and
    number, else the label; place: postal code and city."""

    id: str
    handle: int
    label: str
    title: str
    place: str
    cpo: str | None
    lon: float
    lat: float


@dataclass(frozen=True)
class FeedItem:
    """A change and the point's name; None where the point isn't there any more."""

    change: StatusChange
    point: PointName | None


@dataclass(frozen=True)
class WorstItem:
    """A troubled point and its name."""

    trouble: Troubled
    point: PointName


@dataclass(frozen=True)
class WorstList:
    """See `live.Worst`."""

    longest_out: tuple[WorstItem, ...]
    most_flapping: tuple[WorstItem, ...]
    out: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """The big numbers. `history.now` has the counts by status of the matching points, `available` their part that is
    FREE, IN_USE or RESERVED of those that are that or FAULTED or UNAVAILABLE, None where there are none."""

    live: LiveStatus
    history: NetworkHistory
    points: int
    stations: int
    available: float | None


class Watch:
    """Answers the wall; one per process, thread-safe. `bounds` None means the whole network. A status filter is left out
    of what is counted over time: points that are free now would always have been free."""

    def __init__(self, source: PointSource, live: Live) -> None:
        self._source, self._live = source, live

    def status(self) -> LiveStatus:
        """See `Live.status`."""
        return self._live.status()

    def board(self, state: MapState, bounds: Bounds | None = None) -> Board:
        """The big numbers with their curve of 24 h (5 min buckets) and change over the last hour."""
        raise NotImplementedError

    def feed(self, state: MapState, bounds: Bounds | None = None, *, since: int | None = None, limit: int = 20
             ) -> tuple[FeedItem, ...]:
        """The latest changes of matching points, newest first, of any status; with `since`, those with a higher number."""
        raise NotImplementedError

    def worst(self, state: MapState, bounds: Bounds | None = None, limit: int = 5) -> WorstList:
        """The worst of the matching points."""
        raise NotImplementedError

    def point(self, point_id: str) -> PointHistory | None:
        """See `Live.point`."""
        return self._live.point(point_id)
