"""Which points are published: those of a filter link, station by station, as they are at one moment."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl

import msgspec
import numpy as np
import numpy.typing as npt

from wirelane_geo import permalink
from wirelane_geo.errors import StoreError, WirelaneGeoError
from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.geo import WORLD, Bounds
from wirelane_geo.geo.bounds import read_bbox, write_bbox
from wirelane_geo.geo.indices import Positions
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.model import Handle, OfferedPoint, PointId, Seq
from wirelane_geo.permalink import MapState
from wirelane_geo.publish._moments import Moments
from wirelane_geo.publish._names import Names
from wirelane_geo.sources import EmbeddedSource, PlacedPoints
from wirelane_geo.store import PointQuery, Store

RECORDS_A_READ = 1_000
LONGEST_QUERY = 2 * permalink.LONGEST
NAMES_S = 60.0
"""Seconds after which it is looked again which names several points have."""
MOST_CHANGES = 20_000
"""Points of which a change is told alone; where more have changed everything is told."""

_BY_HANDLE = re.compile("station:([0-9]{1,16})")
_FILTER_KEYS = frozenset(row.key for row in FILTERS)
_LINK_KEYS = frozenset(permalink.KEYS)


Stations = npt.NDArray[np.int64]
"""Numbers of stations in an edition."""


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
    """All points at one moment. seq: the store's last change in it; facts: since which change nothing but statuses
    differs; made_at: a whole second (UTC), another one for each edition; demo: whether the points are made up."""

    placed: PlacedPoints
    seq: Seq
    facts: int
    made_at: datetime
    names: Names
    demo: bool


@dataclass(frozen=True)
class Station:
    """A station: its number in the edition, what it is called here, and the points of it that are published."""

    number: int
    name: str
    points: Sequence[OfferedPoint]


class Publication:
    """What is published of the embedded network; thread-safe. A new edition is made at most once a second, so that each has a
    time of its own."""

    def __init__(self, source: EmbeddedSource, store: Store, clock: Clock | None = None) -> None:
        self._source, self.store, self._clock = source, store, clock or SystemClock()
        self._lock = threading.Lock()
        self._edition: Edition | None = None
        self._named_at = 0.0
        self._moments = Moments()
        self._note()
        self._follow = store.follow(self._note)

    def close(self) -> None:
        """Follow the store no longer."""
        self._follow()

    def _note(self) -> None:
        with suppress(StoreError):  # whoever asks is told of it
            self._moments.note(self._clock.now(), self.store.last_seq())

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
            self._moments.note(self._clock.now(), placed.seq)
            if before is None or before.seq != placed.seq:
                facts = placed.network.columns.seq
                names = self._names(before, facts)
                self._edition = before = Edition(placed, placed.seq, facts, at, names, self._source.demo)
            return before

    def _names(self, before: Edition | None, facts: int) -> Names:
        """What points and stations are called: looked at anew where more than statuses differ, and now and then."""
        if before is not None and before.facts == facts and self._clock.monotonic() < self._named_at + NAMES_S:
            return before.names
        self._named_at = self._clock.monotonic()
        return Names(*self.store.shared_names())

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

    def in_turn(self, edition: Edition, selection: Selection, since: datetime | None, until: datetime | None) -> Stations:
        """The numbers of the stations of a selection, in the order in which their first points came; of those with a point that
        changed at a time from `since` on, and with none that did from `until` on (aware)."""
        network, positions = edition.placed.network, self.positions(edition, selection)
        arrival = network.columns.arrival[edition.placed.table.order[positions]]
        station = edition.placed.table.station[positions[np.argsort(arrival)]].astype(np.int64)
        found = station[np.sort(np.unique(station, return_index=True)[1])]
        if since is not None:
            found = found[np.isin(found, self._changed_stations(edition, since))]
        if until is not None:
            found = found[~np.isin(found, self._changed_stations(edition, until))]
        return found

    def _changed_stations(self, edition: Edition, since: datetime) -> Stations:
        """Stations with a point whose record, or status, is of this time or later; or that came to be known then."""
        handles, seq = self.store.updated_since(since), self._moments.seq_at(since)
        changes = None if seq is None else self.store.point_changes(seq, False, MOST_CHANGES)
        if changes is not None:
            handles = np.concatenate([handles, changes.points["handle"]])
        positions, there = edition.placed.network.positions_of(handles)
        return np.unique(edition.placed.table.station[positions[there]]).astype(np.int64)

    def of_numbers(self, edition: Edition, selection: Selection, numbers: Stations, names: Names) -> list[Station]:
        """Stations with their points of a selection, in the order of their numbers."""
        positions, _ = edition.placed.network.stations.positions(numbers)
        table = edition.placed.table
        inside = (selection.bounds or WORLD).contains(table.lon[positions], table.lat[positions])
        positions = positions[inside & table.holds(positions, selection.filters)]
        found = {station.number: station for station in self.stations(edition, positions, names)}
        return [found[number] for number in numbers.tolist() if number in found]

    def named(self, edition: Edition, name: str, names: Names) -> Station | None:
        """A station by its name, with all of its points; None where there is no such one."""
        network = edition.placed.network
        if match := _BY_HANDLE.fullmatch(name):
            handles = [Handle(int(match[1]))]
        else:
            [*bodies] = self.store.query(PointQuery(station_ids=frozenset([name]), page_size=1)).bodies
            ids = [PointId(msgspec.json.decode(body)["id"]) for body in bodies]
            handles = [handle for handle, _ in self.store.places(ids).values()]
        positions, there = network.positions_of(np.array(handles, np.int64))
        if not there.any():
            return None
        positions, _ = network.stations.positions(edition.placed.table.station[positions[there][:1]])
        return next((one for one in self.stations(edition, np.sort(positions), names) if one.name == name), None)

    def stations(self, edition: Edition, positions: Positions, names: Names | None = None) -> Iterator[Station]:
        """The stations of some points, in the table's order, with those points, read as they are asked for; `names`: what they
        are called, as the edition has it if none is given. Raises StoreError."""
        names = names or edition.names
        station = edition.placed.table.station[positions]
        positions = positions[np.argsort(station, kind="stable")]
        handles, stations = edition.placed.network.handles[positions], np.sort(station)
        starts = np.flatnonzero(np.diff(stations, prepend=-1))
        begin = 0
        while begin < len(starts):
            end = int(np.searchsorted(starts, starts[begin] + RECORDS_A_READ, side="right"))
            end = max(end, begin + 1)
            last = int(starts[end]) if end < len(starts) else len(handles)
            yield from self._read(edition, handles[starts[begin]:last].tolist(), stations[starts[begin]:last].tolist(), names)
            begin = end

    def _read(self, edition: Edition, handles: list[Handle], stations: list[int], names: Names) -> Iterator[Station]:
        found = self.store.offered(handles)
        points: list[OfferedPoint] = []
        for number, (handle, station) in enumerate(zip(handles, stations, strict=True)):
            if (point := found.get(handle)) is not None:
                points.append(point)
            if points and (number + 1 == len(stations) or stations[number + 1] != station):
                yield Station(station, self._name(edition, station, points[0], names), points)
                points = []

    def _name(self, edition: Edition, station: int, first: OfferedPoint, names: Names) -> str:
        if (name := names.of_station(first)) is not None:
            return name
        network = edition.placed.network
        positions, _ = network.stations.positions(np.array([station]))
        return f"station:{int(network.handles[positions].min())}"
