"""The stations of a store in memory: columns of all points, filled from the row of the store's changes, so that each later look
reads what changed since. Records stay in the store."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.distance import distance_m
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, PointId, Seq, Status
from wirelane_geo.store import PointQuery, Store
from wirelane_geo.store.station_keys import station_keys
from wirelane_geo.wire.points import decode_point

READ_AT_ONCE = 5_000
_ALL = 1_000_000
_NUMBER_BITS = 53
"""Numbers of stations are exact in JSON."""
_NONE = 255
_BEGIN = (Seq(0), 0)

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_COLUMNS = np.dtype([
    ("station", "i8"), ("lon", "f8"), ("lat", "f8"), ("status", "u1"), ("power", "f8"), ("plugs", "u2"), ("current", "u1"),
    ("authentication", "u1"), ("updated", "f8"), ("label", "i4"), ("zip_code", "i4"), ("city", "i4"), ("owner", "i4"),
    ("provider", "i4"), ("groups", "i4")])


@dataclass(frozen=True, kw_only=True)
class StationQuery:
    """Which stations: those with a point that meets everything. Positions are (lon, lat) in degrees, powers in kW."""

    center: tuple[float, float] | None = None
    distance_m: float | None = None
    plugs: frozenset[PlugType] = frozenset()
    statuses: frozenset[Status] | None = None
    charging_types: frozenset[ChargingType] = frozenset()
    authentications: frozenset[AuthenticationType] = frozenset()
    power_kw: tuple[float, float] | None = None
    owners: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    has_group: bool | None = None
    search: str = ""
    order_by: str = "address_zip_code"
    descending: bool = False
    page: int = 1
    page_size: int = 50


def scm_id(id: PointId | str) -> str:
    """A point's id as the API has it: letters and digits."""
    return id if id.isascii() and id.isalnum() else blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class StationIndex:
    """Thread-safe. Raises StoreError."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, threading.Lock()
        self._empty()

    def find(self, query: StationQuery) -> tuple[int, list[tuple[int, list[ChargePoint]]]]:
        """How many stations there are, and those of the page: number and points of each."""
        hits = self._search(query.search) if query.search.strip() else None
        with self._lock:
            self._look()
            columns = self._columns[:len(self._ids)]
            mask = self._mask(columns, query)
            if hits is not None:
                mask &= np.array([id in hits for id in self._ids], bool)
            numbers = self._sorted(columns, mask, query)
            shown = numbers[(query.page - 1) * query.page_size:query.page * query.page_size]
            rows = {int(number): self._rows_of(int(number)) for number in shown}
            ids = {number: [self._ids[row] for row in found] for number, found in rows.items()}
        return len(numbers), [(number, self._records(ids[number])) for number in ids]

    def station(self, number: int) -> list[ChargePoint]:
        """The points of a station; none where there is no such station."""
        with self._lock:
            self._look()
            ids = [self._ids[row] for row in self._rows_of(number)]
        return self._records(ids)

    def _empty(self) -> None:
        self._at = _BEGIN
        self._columns = np.zeros(1024, _COLUMNS)
        self._ids: list[PointId] = []
        self._row: dict[PointId, int] = {}
        self._stations: dict[int, list[int]] = {}
        self._texts: dict[str, int] = {"": 0}
        self._groups: dict[frozenset[str], int] = {frozenset(): 0}

    def _look(self) -> None:
        """Take over what changed; where something is gone, everything anew."""
        last = self._store.last_seq()
        if last == self._at[0]:
            return
        self._read()
        if self._store.counts().points != len(self._ids):
            self._empty()
            self._read()
        self._at = (max(last, self._at[0]), _ALL_ROWS)

    def _read(self) -> None:
        while changes := self._store.changed(self._at, READ_AT_ONCE):
            points = [change.point for change in changes]
            for point, key in zip(points, station_keys(points).tolist(), strict=True):
                self._put(point, key >> (63 - _NUMBER_BITS))
            self._at = (changes[-1].seq, changes[-1].rowid)

    def _put(self, point: ChargePoint, station: int) -> None:
        id = point.id or PointId("")
        row = self._row.setdefault(id, len(self._ids))
        if row == len(self._ids):
            self._ids.append(id)
            if row == len(self._columns):
                self._columns = np.concatenate([self._columns, np.zeros_like(self._columns)])
        elif (before := int(self._columns[row]["station"])) != station:
            self._stations[before].remove(row)
        if row not in (rows := self._stations.setdefault(station, [])):
            rows.append(row)
        nowhere = point.longitude is None or point.latitude is None
        self._columns[row] = (
            station, np.nan if nowhere else point.longitude, np.nan if nowhere else point.latitude, point.status.number,
            np.nan if point.power is None else point.power, PlugType.mask(point.plug_types),
            _NONE if point.charging_type is None else point.charging_type.number,
            AuthenticationType.mask(point.authentication_types),
            point.update_date.timestamp() if point.update_date else np.nan,
            *(self._text(text) for text in (point.charging_station_id or point.charge_point_id, point.zip_code, point.city,
                                            point.owner, point.charging_provider)),
            self._group(frozenset(str(group.id) for group in point.charging_group if group.id is not None)))

    def _text(self, text: str | None) -> int:
        return self._texts.setdefault(text or "", len(self._texts))

    def _group(self, groups: frozenset[str]) -> int:
        return self._groups.setdefault(groups, len(self._groups))

    def _rows_of(self, number: int) -> list[int]:
        return sorted(self._stations.get(number, ()))

    def _search(self, text: str) -> set[PointId]:
        """The points that a text finds: by the store's search, or by their id here."""
        bodies = self._store.query(PointQuery(search=text, page_size=_ALL)).bodies
        found = {decode_point(body).id or PointId("") for body in bodies}
        with self._lock:
            self._look()
            return found | {id for id in self._ids if scm_id(id) == text.strip()}

    def _mask(self, columns: Any, query: StationQuery) -> Mask:
        """Which points meet everything."""
        mask = np.ones(len(columns), bool)
        if query.center is not None and query.distance_m is not None:
            mask &= distance_m(*query.center, columns["lon"], columns["lat"]) <= query.distance_m
        if query.plugs:
            mask &= (columns["plugs"] & PlugType.mask(query.plugs)) != 0
        if query.authentications:
            mask &= (columns["authentication"] & AuthenticationType.mask(query.authentications)) != 0
        if query.statuses is not None:
            mask &= np.isin(columns["status"], [status.number for status in query.statuses])
        if query.charging_types:
            mask &= np.isin(columns["current"], [kind.number for kind in query.charging_types])
        if query.power_kw is not None:
            mask &= (columns["power"] >= query.power_kw[0]) & (columns["power"] <= query.power_kw[1])
        for name, texts in (("owner", query.owners), ("provider", query.providers)):
            if texts:
                mask &= np.isin(columns[name], [self._texts[text] for text in texts if text in self._texts])
        if query.groups:
            mask &= np.isin(columns["groups"], [code for groups, code in self._groups.items() if groups & query.groups])
        if query.has_group is not None:
            mask &= (columns["groups"] != 0) == query.has_group
        return mask

    def _sorted(self, columns: Any, mask: Mask, query: StationQuery) -> npt.NDArray[np.int64]:
        """The numbers of the stations that have such a point, in the order that is asked for; unknown values last."""
        numbers, first = np.unique(columns["station"][mask], return_index=True)
        every = np.isin(columns["station"], numbers)
        place = np.searchsorted(numbers, columns["station"][every])
        values = self._values(columns[every], query)
        known = ~np.isnan(values)
        best = np.full(len(numbers), -np.inf if query.order_by == "status_update" else np.inf)
        take = np.maximum if query.order_by == "status_update" else np.minimum
        take.at(best, place[known], values[known])
        keys = np.where(np.isinf(best), np.inf, -best if query.descending else best)
        return numbers[np.lexsort((first, keys))].astype(np.int64)

    def _values(self, columns: Any, query: StationQuery) -> npt.NDArray[np.float64]:
        """What each point has to say about the order of its station."""
        if query.order_by == "distance" and query.center is not None:
            return np.asarray(distance_m(*query.center, columns["lon"], columns["lat"]), np.float64)
        if query.order_by == "status_update":
            return np.asarray(columns["updated"], np.float64)
        codes = columns[_TEXTS.get(query.order_by, "label")]
        ranks = np.empty(len(self._texts))
        ranks[[self._texts[text] for text in sorted(self._texts)]] = np.arange(len(self._texts))
        ranks[0] = np.nan
        return np.asarray(ranks[codes], np.float64)

    def _records(self, ids: Sequence[PointId]) -> list[ChargePoint]:
        places = self._store.places(ids)
        return self._store.records([places[id][0] for id in ids if id in places])


_TEXTS = {"address_zip_code": "zip_code", "address_city": "city"}
_ALL_ROWS = 2**63 - 1


def in_store(points: Iterable[ChargePoint], connector: str) -> ChargePoint | None:
    """The point of a station that a connector's id names."""
    return next((point for point in points if scm_id(point.id or "") == connector), None)
