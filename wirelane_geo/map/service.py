"""What the pages call: a map state and a viewport in, what to draw and to say out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.feeds.summary import FeedRow
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.geo import Bounds, Clusters
from wirelane_geo.geo.clusters import aligned
from wirelane_geo.geo.columns import CLOSED_NOW
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.map._marks import BEST_FIRST, Marks, fold, marks
from wirelane_geo.map._names import label, place, public, title
from wirelane_geo.map._picture import MARKS_ZOOM, drawn, zoom_of
from wirelane_geo.map._search import SearchHit, search
from wirelane_geo.map._sites import neighbours
from wirelane_geo.map.nearest import nearest, nearest_anywhere
from wirelane_geo.map.open_state import open_state
from wirelane_geo.map.order import Order, ordered
from wirelane_geo.model import ChargePoint, ChargingType, Handle, Handles, PlugType, PointId, Status
from wirelane_geo.permalink import MapState
from wirelane_geo.places import gazetteer
from wirelane_geo.sources import Background, PointSource, Prices, Snapshot
from wirelane_geo.store.schedules import hours_of

__all__ = ["BEST_FIRST", "MapService", "MapView", "Marks", "Nearby", "SearchHit", "StationDetails", "StationSummary", "place",
           "public", "title", "zoom_of"]

RECORDS_A_READ = 1_000
"""Records that are read at a time, where all of many are asked for."""
NEAR_A_POINT_M = 100.0
"""How far around a point its station's other points are looked for, in metres."""


@dataclass(frozen=True, eq=False)
class MapView:
    """What a viewport shows. Counts are exact for the bounds: stations with a matching point, points that match, those of each
    status, and of the FREE ones those that are known to be closed now.

    A cluster with one station is a mark instead. Where stations are drawn one by one (`MARKS_ZOOM`), clusters are those that
    share a place, and `sites` has the handle of one station of each; else `sites` is empty.

    `problem` says why the data could not be renewed: it is then the last
    good one, of `fetched_at` (UTC).
    """

    marks: Marks
    clusters: Clusters
    stations: int
    points: int
    by_status: npt.NDArray[np.int64]
    fetched_at: datetime
    problem: str | None
    demo: bool
    number: int = 0
    closed_now: int = 0
    sites: Handles = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def free(self) -> int:
        """How many of the points that match are free, and not known to be closed now."""
        return int(self.by_status[Status.FREE.number]) - self.closed_now


@dataclass(frozen=True, kw_only=True)
class StationSummary:
    """A station in a line: no private field. `id` is its first point's, `label` that one's EVSE ID, else what it is called;
    distance in metres from where it was asked.

    status is its best one (`BEST_FIRST`); only_closed: that is FREE, but all points that have it are closed now; opens_at:
    when that ends, in the station's own time zone, where it is known; hours_known: whether its first point's hours are.
    matching, free, closed_now, total: see `Marks`.
    """

    id: PointId
    handle: Handle
    title: str
    place: str
    cpo: str | None
    lon: float
    lat: float
    status: Status
    matching: int
    free: int
    total: int
    power_kw: float | None
    plugs: tuple[PlugType, ...]
    charging_types: tuple[ChargingType, ...]
    distance_m: float | None = None
    closed_now: int = 0
    only_closed: bool = False
    hours_known: bool = True
    opens_at: datetime | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class StationDetails:
    """A station with its points (private fields blanked), whether each meets the filters, its time zone (IANA name), and how many
    other stations that match share its place (`MapService.site` has them). problem, cause: as a Snapshot's."""

    summary: StationSummary
    points: tuple[ChargePoint, ...]
    matches: tuple[bool, ...]
    timezone: str | None
    fetched_at: datetime
    problem: str | None
    neighbours: int = 0
    cause: str | None = None


@dataclass(frozen=True)
class Nearby:
    """A page of the matching stations of a viewport, `size` a page, in an order, and how many there are in all."""

    stations: tuple[StationSummary, ...]
    total: int
    order: Order = "distance"
    page: int = 1
    size: int = 50


class MapService:
    """Answers the pages from one source of points; one per process, thread-safe. The clock is for opening hours."""

    def __init__(self, source: PointSource, clock: Clock | None = None) -> None:
        self._source, self._clock = source, clock or SystemClock()

    def now(self) -> datetime:
        """What o'clock it is, by the clock that opening hours go by."""
        return self._clock.now()

    @property
    def demo(self) -> bool:
        """Whether this is a network that nobody runs."""
        return self._source.demo

    def view(self, state: MapState, bounds: Bounds, zoom: float, *, by_hours: bool = True) -> MapView:
        """What the map shows of `bounds` at `zoom` (deck.gl's); raises ApiError where there is no data at all to show.

        Without `by_hours` it goes by the statuses alone: nothing counts as closed now.
        """
        # Cells are counted whole, so that counts don't change while panning; what is asked for covers them.
        around = aligned(bounds, zoom)
        snapshot = self._source.snapshot(around, zoom)
        table, filters = snapshot.table, state.filters
        inside = table.totals(bounds, filters)
        shown = drawn(snapshot, bounds, around, zoom, filters, inside.stations)
        clusters, sites = shown.clusters(snapshot, filters)
        return MapView(
            marks=marks(snapshot, shown.alone, filters, by_hours=by_hours),
            clusters=clusters if by_hours else replace(clusters, closed_now=np.zeros_like(clusters.closed_now)),
            stations=inside.stations,
            points=inside.points,
            by_status=inside.by_status,
            fetched_at=snapshot.fetched_at,
            problem=snapshot.problem,
            demo=self._source.demo,
            number=snapshot.number,
            closed_now=inside.closed_now if by_hours else 0,
            sites=sites,
        )

    def nearby(self, state: MapState, bounds: Bounds, limit: int = 50, *, order: Order = "distance", page: int = 1) -> Nearby:
        """A page of the matching stations in `bounds`, `limit` a page, in that order; the last page where there are fewer.
        Distances are from the centre of the bounds."""
        snapshot = self._source.snapshot(bounds, zoom_of(bounds))
        total = snapshot.table.totals(bounds, state.filters).stations
        page = min(page, max(1, -(-total // limit)))
        stations, distance = ordered(snapshot, bounds, state.filters, order, min(page * limit, total), total)
        shown = slice((page - 1) * limit, page * limit)
        found = self._summaries(snapshot, stations[shown], state.filters, distance[shown])
        return Nearby(tuple(found), total, order, page, limit)

    def nearest(self, state: MapState, lon: float, lat: float) -> StationSummary | None:
        """The matching station that is nearest to a place (degrees), however far; None where nothing matches at all."""
        found = nearest_anywhere(lambda around: self._source.snapshot(around, zoom_of(around)), lon, lat, state.filters)
        return None if found is None else next(self._summaries(found[0], found[1], state.filters, found[2]))

    def stations(self, state: MapState, bounds: Bounds, limit: int) -> tuple[Iterator[StationSummary], int]:
        """The matching stations in `bounds`, nearest to its centre first, one by one, at most `limit` of them, and how many
        match in all."""
        snapshot = self._source.snapshot(bounds, zoom_of(bounds))
        total = snapshot.table.totals(bounds, state.filters).stations
        stations, distance = nearest(snapshot, bounds, state.filters, min(limit, total), total)
        return self._summaries(snapshot, stations, state.filters, distance), total

    def station(self, point_id: PointId, filters: Filters = EVERYTHING) -> StationDetails | None:
        """The station that holds the point with this id, or None where there is none."""
        point = self._source.find(point_id)
        return None if point is None else self._station_of(point, filters)

    def prices(self, station: StationDetails) -> Prices:
        """What charging costs at a station."""
        return self._source.prices([point.id for point in station.points if point.id])

    def background(self, station: StationDetails) -> Background:
        """What feeds and files say of a station beside its points: conditions, and who says what."""
        return self._source.background([point.id for point in station.points if point.id])

    def feeds(self) -> Sequence[FeedRow]:
        """How each feed is."""
        return self._source.feeds()

    def site(self, handle: Handle, filters: Filters = EVERYTHING) -> tuple[StationSummary, ...]:
        """The matching stations at the place of the station that a handle names, by their labels; none where that is gone."""
        found = self._source.records([handle])
        if not found or found[0].longitude is None or found[0].latitude is None:
            return ()
        around = Bounds.around(found[0].longitude, found[0].latitude, NEAR_A_POINT_M)
        snapshot = self._source.snapshot(around, MARKS_ZOOM)
        near = snapshot.table.scan(around)
        station = snapshot.table.station[near[snapshot.handles[near] == handle]]
        if not len(station):
            return ()
        found_there = self._summaries(snapshot, neighbours(snapshot, station[0], filters), filters, None)
        return tuple(sorted(found_there, key=lambda each: (each.title, each.label)))

    def summary(self, handle: Handle, filters: Filters = EVERYTHING) -> StationSummary | None:
        """The station that a handle names, or None where there is none (any more)."""
        found = self._source.records([handle])
        details = self._station_of(found[0], filters) if found else None
        return details.summary if details else None

    def favourites(self, point_ids: Sequence[PointId]) -> list[StationDetails]:
        """The stations of these points, those that are there, in their order, each once; whatever the filters are."""
        found = {details.summary.id: details for id in point_ids if (details := self.station(id)) is not None}
        return list(found.values())

    def locate(self, handle: Handle) -> PointId | None:
        """The id of the point that a handle names."""
        found = self._source.records([handle])
        return found[0].id if found else None

    def search(self, text: str, limit: int = 8, near: tuple[float, float] | None = None) -> list[SearchHit]:
        """Positions, postcodes, cities, operators and stations for what somebody typed, at most `limit`; near (lon, lat in
        degrees): what somebody looks at."""
        return search(self._source, text, limit, near)

    def export(self, state: MapState, bounds: Bounds) -> Iterator[ChargePoint]:
        """The matching points in `bounds`, private fields blanked, nearest quadkey first."""
        snapshot = self._source.snapshot(bounds, zoom_of(bounds))
        handles = snapshot.handles[snapshot.table.scan(bounds, state.filters)]
        yield from map(public, self._records(handles.tolist()))

    def extent(self, filters: Filters = EVERYTHING) -> Bounds | None:
        """What the network spans, or the stations that a link names; None where that isn't known or there are no points."""
        extent = self._source.extent()
        if extent is None or not filters.named:
            return extent
        table = self._source.snapshot(extent, zoom_of(extent)).table
        named = Filters(named=filters.named).mask(table)
        return Bounds.of(table.lon[named], table.lat[named]) if named.any() else extent

    def _station_of(self, point: ChargePoint, filters: Filters) -> StationDetails | None:
        if point.longitude is None or point.latitude is None:
            return None
        around = Bounds.around(point.longitude, point.latitude, NEAR_A_POINT_M)
        snapshot = self._source.snapshot(around, MARKS_ZOOM)
        table = snapshot.table
        near = table.scan(around)
        records = {record.id: position
                   for position, record in zip(near, self._source.records(snapshot.handles[near].tolist()), strict=True)}
        if point.id not in records:
            return None
        station = table.station[records[point.id]]
        positions, _ = snapshot.stations.positions(np.array([station]))
        points = self._source.records(snapshot.handles[positions].tolist())
        matches = table.holds(positions, filters)
        by_label = sorted(range(len(points)), key=lambda i: (points[i].evseid or "", points[i].charge_point_id))
        [summary] = self._summaries(snapshot, np.array([station]), filters, None)
        first = points[by_label[0]]
        return StationDetails(
            summary=summary,
            points=tuple(public(points[i]) for i in by_label),
            matches=tuple(bool(matches[i]) for i in by_label),
            timezone=first.timezone or gazetteer.timezone_at(point.longitude, point.latitude),
            fetched_at=snapshot.fetched_at,
            problem=snapshot.problem,
            neighbours=int(np.count_nonzero(neighbours(snapshot, station, filters) != station)),
            cause=snapshot.cause,
        )

    def _records(self, handles: list[Handle]) -> Iterator[ChargePoint]:
        """The points of handles, read as they are asked for."""
        for begin in range(0, len(handles), RECORDS_A_READ):
            yield from self._source.records(handles[begin:begin + RECORDS_A_READ])

    def _summaries(self, snapshot: Snapshot, stations: npt.NDArray[np.integer], filters: Filters,
                   distance: npt.NDArray[np.float64] | None) -> Iterator[StationSummary]:
        drawn = marks(snapshot, stations, filters)
        table = snapshot.table
        firsts = self._records(drawn.handle.tolist())
        positions, starts = snapshot.stations.positions(stations)
        plugs = fold(np.bitwise_or, table.plugs[positions], starts)
        kinds = fold(np.bitwise_or, _KIND_BITS[table.charging_type[positions]], starts)
        now = self._clock.now()
        for i, first in enumerate(firsts):
            only_closed = bool(drawn.status[i] == CLOSED_NOW)
            state = open_state(first, now) if only_closed else None
            yield StationSummary(
                id=first.id or PointId(""),
                handle=Handle(int(drawn.handle[i])),
                title=title(first),
                place=place(first),
                cpo=first.cpo,
                lon=float(drawn.lon[i]),
                lat=float(drawn.lat[i]),
                status=Status.FREE if only_closed else tuple(Status)[drawn.status[i]],
                matching=int(drawn.matching[i]),
                free=int(drawn.free[i]),
                total=int(drawn.total[i]),
                power_kw=None if np.isnan(drawn.power_kw[i]) else float(drawn.power_kw[i]),
                plugs=PlugType.of_mask(int(plugs[i])),
                charging_types=ChargingType.of_mask(int(kinds[i])),
                distance_m=None if distance is None else float(distance[i]),
                closed_now=int(drawn.closed_now[i]),
                only_closed=only_closed,
                hours_known=hours_of(first) is not None,
                opens_at=state.changes_at if state and state.is_open is False else None,
                label=label(first),
            )


_KIND_BITS = np.zeros(256, np.uint8)
_KIND_BITS[[kind.number for kind in ChargingType]] = [kind.bit for kind in ChargingType]
