"""What the wall (and the map's live parts) ask for: the live core, by filters and bounds, with names for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.extent import nearly_all
from wirelane_geo.geo.indices import Positions
from wirelane_geo.live import Live, LiveStatus, NetworkHistory, Outage, PointHistory, PointsOut, StatusChange
from wirelane_geo.live.clock import of_ms
from wirelane_geo.live.curve import available, known
from wirelane_geo.map._shared_answers import SharedAnswers
from wirelane_geo.map.service import place, title, zoom_of
from wirelane_geo.map.shares import StatusShare, shares
from wirelane_geo.model import ChargePoint, Handle, Handles, PointId, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.sources import PointSource, Snapshot

MOST_CHANGES = 1_000
"""So many of the latest changes are looked through for new faults."""
KEPT_S = 5.0
"""For so long a curve is good for everybody who asks for the same points; the numbers of now are always of now."""
MOST_LOOKED_AT = 20
"""Points outside of a picture whose cities are looked up."""
MOST_KEPT = 128
"""Curves and lists that are kept."""


@dataclass(frozen=True, kw_only=True)
class PointName:
    """A point in a line of a list, without private fields. label: EVSE ID, else what is printed on it; title: street and
    number, else the label; place: postal code and city."""

    id: PointId
    handle: Handle
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
    """A point that is out or keeps going out, and its name."""

    outage: Outage
    point: PointName


@dataclass(frozen=True)
class WorstList:
    """See `live.Worst`."""

    longest_out: tuple[WorstItem, ...]
    most_flapping: tuple[WorstItem, ...]
    out: int


@dataclass(frozen=True, kw_only=True)
class StationOut:
    """A station with points that are out. `point` is the one that went out last, `newest` when (`exact`: it is known when,
    else it has been so for longer), `oldest` when the first of them did; `statuses`: how many of them have each status."""

    point: PointName
    statuses: Mapping[Status, int]
    newest: datetime
    oldest: datetime
    exact: bool

    @property
    def points(self) -> int:
        """How many points are out."""
        return sum(self.statuses.values())


@dataclass(frozen=True)
class OpenFaults:
    """Stations with points that are out, the one that went out last first, as many as were asked for; how many there are
    in all, and how many points."""

    shown: tuple[StationOut, ...]
    stations: int
    points: int


@dataclass(frozen=True)
class Outside:
    """How many points a picture doesn't show, and some of the cities that they are in."""

    points: int
    cities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """The big numbers. `history.now` has the counts by status of the matching points, `available` their part that is
    FREE, IN_USE or RESERVED of those that are that or FAULTED or UNAVAILABLE, None where there are none; `known` the part of
    which the status is known, those that are CLOSED left out, None where there are no others."""

    live: LiveStatus
    history: NetworkHistory
    points: int
    stations: int
    available: float | None
    known: float | None


class WallService:
    """Answers the wall; one per process, thread-safe. `bounds` None means the whole network. A status filter is left out
    of what is counted over time: points that are free now would always have been free. It chooses among the lists: changes
    to one of the statuses, points that have one now."""

    def __init__(self, source: PointSource, live: Live) -> None:
        self._source, self._live = source, live
        self._shared = SharedAnswers(MOST_KEPT, KEPT_S, live.clock.monotonic)

    def extent(self) -> Bounds | None:
        """What a picture of the whole network shows: at least 98 % of its points, where a few are far away from the others;
        None where that isn't known or there are no points."""
        around = self._source.extent()
        if around is None:
            return None
        table = self._source.snapshot(around, zoom_of(around)).table
        return nearly_all(table.lon, table.lat) if len(table) else around

    def outside(self, state: MapState, bounds: Bounds, limit: int = 3) -> Outside:
        """The matching points that are not in the bounds."""
        snapshot, positions = self._matching(state, None)
        positions = positions[snapshot.table.holds(positions, state.filters)]
        away = positions[~bounds.contains(snapshot.table.lon[positions], snapshot.table.lat[positions])]
        cities = (record.city for record in self._source.records(snapshot.handles[away[:MOST_LOOKED_AT]].tolist()))
        return Outside(len(away), tuple(dict.fromkeys(filter(None, cities)))[:limit])

    def status(self) -> LiveStatus:
        """See `Live.status`."""
        return self._live.status()

    def board(self, state: MapState, bounds: Bounds | None = None) -> Board:
        """The big numbers with their curve of 24 h (5 min buckets) and change over the last hour. Raises ApiError,
        StoreError."""
        snapshot, positions = self._matching(state, bounds)
        table = snapshot.table
        now = np.bincount(table.status[positions], minlength=len(Status)).astype(np.int64)
        history = self._shared.get(
            ("curve", state.filters.without("statuses"), bounds, len(positions)),
            lambda: self._live.network(snapshot.handles[positions], table.quadkey[positions]))
        return Board(
            live=self._live.status(),
            history=replace(history, now=now, number=snapshot.number),
            points=len(positions),
            stations=table.totals(bounds or WORLD, state.filters.without("statuses")).stations,
            available=available(now),
            known=known(now),
        )

    def shares(self, state: MapState, bounds: Bounds | None = None) -> list[StatusShare]:
        """How the matching points of each operator are, most points first; where there is one operator, those with each plug."""
        snapshot, positions = self._matching(state, bounds)
        return self._shared.get(("shares", state.filters.without("statuses"), bounds, snapshot.number),
                                lambda: shares(snapshot.table, positions))

    def feed(self, state: MapState, bounds: Bounds | None = None, *, since: int | None = None, limit: int = 20
             ) -> tuple[FeedItem, ...]:
        """The latest changes of matching points, newest first; with `since`, those with a higher number."""
        changes = self._changes(state, bounds, since, limit)
        names = self._names([change.handle for change in changes])
        return tuple(FeedItem(change, names.get(change.handle)) for change in changes)

    def faults(self, state: MapState, bounds: Bounds | None = None) -> tuple[FeedItem, ...]:
        """Matching points that have gone FAULTED of late and still are, newest first: the change and the point's name."""
        def ask() -> tuple[FeedItem, ...]:
            changes = self._changes(replace(state, filters=state.filters.without("statuses")), bounds, None, MOST_CHANGES)
            last = {change.handle: change for change in reversed(changes)}
            found = [change for change in changes if change.after is Status.FAULTED and last[change.handle] is change]
            names = self._names([change.handle for change in found])
            return tuple(FeedItem(change, names.get(change.handle)) for change in found)
        return self._shared.get(("faults", state.filters.without("statuses"), bounds, self._live.status().number), ask)

    def open_faults(self, state: MapState, bounds: Bounds | None = None, limit: int = 20) -> OpenFaults:
        """What is out among the matching points, by station, until it works again."""
        snapshot, positions = self._matching(state, bounds)
        positions = positions[snapshot.table.holds(positions, state.filters)]
        return self._shared.get(("out", state.filters, bounds, limit, snapshot.number),
                                lambda: self._out(snapshot.handles[positions], snapshot.table.station[positions], limit))

    def _out(self, handles: Handles, station: npt.NDArray[np.integer], limit: int) -> OpenFaults:
        out = self._live.out(handles)
        stations, first, group = np.unique(station[out.rows], return_index=True, return_inverse=True)
        newest_first = np.argsort(first, kind="stable")[:limit]
        last: list[Handle] = handles[out.rows[first[newest_first]]].tolist()
        names = self._names(last)
        shown = [_station_out(names[handle], out, np.flatnonzero(group == number))
                 for number, handle in zip(newest_first.tolist(), last, strict=True) if handle in names]
        return OpenFaults(tuple(shown), len(stations), len(out.rows))

    def keep_fresh(self, bounds: Bounds) -> None:
        """Have the upstream asked for this area for another while, as if somebody looked at it."""
        self._source.snapshot(bounds, zoom_of(bounds))

    def worst(self, state: MapState, bounds: Bounds | None = None, limit: int = 5) -> WorstList:
        """The worst of the matching points."""
        snapshot, positions = self._matching(state, bounds)
        positions = positions[snapshot.table.holds(positions, state.filters)]
        found = self._shared.get(
            ("worst", state.filters, bounds, limit, snapshot.number),
            lambda: self._live.worst(snapshot.handles[positions], limit))
        names = self._names([outage.handle for outage in (*found.longest_out, *found.most_flapping)])
        return WorstList(_named(found.longest_out, names), _named(found.most_flapping, names), found.out)

    def points(self, point_ids: Sequence[PointId]) -> dict[PointId, PointHistory]:
        """See `Live.points`."""
        return self._live.points(point_ids)

    def _changes(self, state: MapState, bounds: Bounds | None, since: int | None, limit: int) -> tuple[StatusChange, ...]:
        handles = None
        if bounds is not None or state.filters.without("statuses"):
            snapshot, positions = self._matching(state, bounds)
            handles = snapshot.handles[positions]
        return self._live.changes(since, limit, handles, state.filters.statuses)

    def _matching(self, state: MapState, bounds: Bounds | None) -> tuple[Snapshot, Positions]:
        """The positions of the points that match, whatever their status, in a snapshot that has them."""
        around = bounds or self._source.extent() or WORLD
        snapshot = self._source.snapshot(around, zoom_of(around))
        return snapshot, snapshot.table.scan(bounds or WORLD, state.filters.without("statuses"))

    def _names(self, handles: Sequence[Handle]) -> dict[Handle, PointName]:
        once = list(dict.fromkeys(handles))
        records = self._source.records(once)
        if len(records) == len(once):
            return {handle: _name(handle, record) for handle, record in zip(once, records, strict=True)}
        by_id = {record.id: record for record in records}  # some are gone
        return {handle: _name(handle, by_id[who.id])
                for handle, who in zip(once, self._source.identify(once), strict=True) if who and who.id in by_id}


def _name(handle: Handle, point: ChargePoint) -> PointName:
    label = point.evseid or point.display_id or point.charge_point_id
    return PointName(id=point.id or PointId(""), handle=handle, label=label, title=title(point), place=place(point),
                     cpo=point.cpo, lon=point.longitude or 0.0, lat=point.latitude or 0.0)


def _station_out(point: PointName, out: PointsOut, of_it: Positions) -> StationOut:
    counts = np.bincount(out.status[of_it], minlength=len(Status))
    return StationOut(
        point=point, statuses={status: int(counts[status.number]) for status in (Status.FAULTED, Status.UNAVAILABLE)
                               if counts[status.number]},
        newest=of_ms(int(out.since[of_it[0]])), oldest=of_ms(int(out.since[of_it[-1]])), exact=bool(out.exact[of_it[0]]))


def _named(outages: Sequence[Outage], names: dict[Handle, PointName]) -> tuple[WorstItem, ...]:
    return tuple(WorstItem(outage, names[outage.handle]) for outage in outages if outage.handle in names)
