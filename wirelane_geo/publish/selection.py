"""Which points are published: those of a filter link, station by station, as they are at one moment."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl

import numpy as np

from wirelane_geo import permalink
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.bounds import read_bbox, write_bbox
from wirelane_geo.geo.indices import Positions
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.model import Handle, OfferedPoint, Seq
from wirelane_geo.permalink import MapState
from wirelane_geo.publish._names import Names
from wirelane_geo.sources import EmbeddedSource, Placed
from wirelane_geo.store import Store

RECORDS_A_READ = 1_000
LONGEST_QUERY = 2 * permalink.LONGEST
MOST_CHANGES = 20_000
"""Points of which a change is told alone; where more have changed everything is told."""

_FILTER_KEYS = frozenset(row.key for row in FILTERS)
_LINK_KEYS = frozenset(permalink.KEYS)


class BadSelection(WirelaneGeoError):
    """A query can't be understood, in words."""


@dataclass(frozen=True)
class Selection:
    """filters, and bounds (None: everywhere) of what is published; link: the same as a canonical text."""

    filters: Filters
    bounds: Bounds | None
    link: str

    @classmethod
    def of(cls, query: str, own: frozenset[str] = frozenset()) -> "Selection":
        """Of a filter link's query and `bbox`; `own` are keys that mean something else here. A link's view and station say
        nothing. Raises BadSelection for what can't be read, since nobody would see that it was left out."""
        if len(query) > LONGEST_QUERY:
            raise BadSelection(f"A query has {LONGEST_QUERY:,} characters at most.")
        return _selection(query, own)

    @property
    def holds_still(self) -> bool:
        """Whether a point stays in it for as long as nothing but statuses changes."""
        chosen = self.filters
        return not chosen.statuses and not chosen.open and chosen.free_at_least is None


@lru_cache(1_000)
def _selection(query: str, own: frozenset[str]) -> Selection:
    given: dict[str, list[str]] = {}
    bbox = ""
    for name, value in parse_qsl(query, keep_blank_values=True):
        key = name.strip().lower()
        if key == "bbox":
            bbox = bbox or value
        elif key not in own and (key in _FILTER_KEYS or key not in _LINK_KEYS):
            given.setdefault(key, []).append(value)
    state = permalink.parse(given)
    if state.ignored:
        raise BadSelection("; ".join(f"{part.key[:40]}={part.value[:40]}: {part.reason}" for part in state.ignored[:5]) + ".")
    try:
        bounds = read_bbox(bbox) if bbox else None
    except ValueError as error:
        raise BadSelection(f"bbox: {error}.") from None
    link = permalink.format(MapState(filters=state.filters))
    return Selection(state.filters, bounds, f"{link}&bbox={write_bbox(bounds)}" if bounds else link)


@dataclass(frozen=True, eq=False)
class Edition:
    """All points at one moment. seq: the store's last change in it; facts: another number where more than statuses differ;
    made_at: a whole second (UTC), another one for each edition; demo: whether the points are made up."""

    placed: Placed
    seq: Seq
    facts: int
    made_at: datetime
    names: Names
    demo: bool


@dataclass(frozen=True)
class Station:
    """A station: what it is called here, and the points of it that are published."""

    name: str
    points: Sequence[OfferedPoint]


class Publication:
    """What is published of the embedded network; thread-safe. A new edition is made at most once a second, so that each has a
    time of its own."""

    def __init__(self, source: EmbeddedSource, store: Store, clock: Clock | None = None) -> None:
        self._source, self.store, self._clock = source, store, clock or SystemClock()
        self._lock = threading.Lock()
        self._edition: Edition | None = None

    def now(self) -> datetime:
        """What o'clock it is."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return self._clock.monotonic()

    def edition(self) -> Edition:
        """The points as they are now, or were within this second. Raises StoreError."""
        with self._lock:
            before, at = self._edition, self._clock.now().replace(microsecond=0)
            if before is not None and at <= before.made_at:
                return before
            self._source.snapshot(WORLD, 0)
            placed = self._source.placed
            assert placed is not None  # noqa: S101 - there is a snapshot of it
            if before is None or before.seq != placed.seq:
                facts = placed.network.columns.seq
                names = before.names if before and before.facts == facts else Names(*self.store.shared_names())
                self._edition = before = Edition(placed, placed.seq, facts, at, names, self._source.demo)
            return before

    def positions(self, edition: Edition, selection: Selection) -> Positions:
        """Positions of the points of a selection in the edition's table."""
        return edition.placed.table.scan(selection.bounds or WORLD, selection.filters)

    def changed(self, edition: Edition, selection: Selection, since: Seq) -> Positions | None:
        """Positions of the points of a selection that changed after a change; None where that can't be told: something is gone
        since, or too much has changed."""
        changes = self.store.point_changes(since, False, MOST_CHANGES)
        if changes is None or len(changes.gone):
            return None
        table, network = edition.placed.table, edition.placed.network
        positions, there = network.positions_of(changes.points["handle"])
        positions = np.sort(positions[there])
        inside = (selection.bounds or WORLD).contains(table.lon[positions], table.lat[positions])
        return positions[inside & table.holds(positions, selection.filters)]

    def stations(self, edition: Edition, positions: Positions) -> Iterator[Station]:
        """The stations of some points, in the table's order, with those points, read as they are asked for. Raises StoreError."""
        station = edition.placed.table.station[positions]
        positions = positions[np.argsort(station, kind="stable")]
        handles, stations = edition.placed.network.handles[positions], np.sort(station)
        starts = np.flatnonzero(np.diff(stations, prepend=-1))
        begin = 0
        while begin < len(starts):
            end = int(np.searchsorted(starts, starts[begin] + RECORDS_A_READ, side="right"))
            end = max(end, begin + 1)
            last = int(starts[end]) if end < len(starts) else len(handles)
            yield from self._read(edition, handles[starts[begin]:last].tolist(), stations[starts[begin]:last].tolist())
            begin = end

    def _read(self, edition: Edition, handles: list[Handle], stations: list[int]) -> Iterator[Station]:
        found = self.store.offered(handles)
        points: list[OfferedPoint] = []
        for number, (handle, station) in enumerate(zip(handles, stations, strict=True)):
            if (point := found.get(handle)) is not None:
                points.append(point)
            if points and (number + 1 == len(stations) or stations[number + 1] != station):
                yield Station(self._name(edition, station, points[0]), points)
                points = []

    def _name(self, edition: Edition, station: int, first: OfferedPoint) -> str:
        if (name := edition.names.of_station(first)) is not None:
            return name
        network = edition.placed.network
        positions, _ = network.stations.positions(np.array([station]))
        return f"station:{int(network.handles[positions].min())}"
