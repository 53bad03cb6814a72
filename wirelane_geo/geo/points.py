"""The point table: columns of all points in quadkey order, and the questions a map asks of them."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey
from wirelane_geo.geo.bounds import Bounds
from wirelane_geo.geo.clusters import STATUSES, Clusters, Positions, level_of, squares

UNKNOWN_CHARGING_TYPE = 255
COMPILED = 16


class PointFilter(Hashable, Protocol):
    """A choice of points; equal filters choose the same. One that is false (`bool`) chooses all."""

    def mask(self, table: "PointTable", /) -> npt.NDArray[np.bool_]:
        """Which positions of the table are kept, bool[n]."""
        ...


class PointTable:
    """Points in quadkey order (ties by station, then as given), as read-only columns of one length.

    quadkey u8; lon, lat f8, degrees; status u1, 0..6; power_kw f4, NaN unknown; plugs u2, a bitmask; station i8;
    charging_type u1, 255 unknown; authentication u1, a bitmask; reservable bool; order i8: the row, of the arrays
    given, of the point at each position. Safe under threads: nothing changes but the status, and that at once.
    """

    def __init__(self, columns: dict[str, npt.NDArray[np.generic]]) -> None:
        for name, column in columns.items():
            column.flags.writeable = False
            setattr(self, name, column)
        self._lock = threading.Lock()
        self._masks: OrderedDict[Hashable, npt.NDArray[np.bool_]] = OrderedDict()

    quadkey: quadkey.Keys
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint8]
    power_kw: npt.NDArray[np.float32]
    plugs: npt.NDArray[np.uint16]
    station: npt.NDArray[np.int64]
    charging_type: npt.NDArray[np.uint8]
    authentication: npt.NDArray[np.uint8]
    reservable: npt.NDArray[np.bool_]
    order: npt.NDArray[np.intp]

    @classmethod
    def from_arrays(
        cls,
        lon: npt.ArrayLike,
        lat: npt.ArrayLike,
        status: npt.ArrayLike,
        power_kw: npt.ArrayLike,
        plugs: npt.ArrayLike,
        station: npt.ArrayLike,
        charging_type: npt.ArrayLike | None = None,
        authentication: npt.ArrayLike | None = None,
        reservable: npt.ArrayLike | None = None,
    ) -> Self:
        """A table of 1-D arrays of one length (what they hold: see the class).

        ValueError: lengths differ, or coordinates are missing or out of range, or a status is not 0..6; the message
        has how many rows and the first row numbers.
        """
        lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        n = lon.size
        given = {"lon": lon, "lat": lat, "status": np.asarray(status), "power_kw": np.asarray(power_kw, np.float32),
                 "plugs": np.asarray(plugs).astype(np.uint16), "station": np.asarray(station).astype(np.int64),
                 "charging_type": _or_all(charging_type, UNKNOWN_CHARGING_TYPE, n).astype(np.uint8),
                 "authentication": _or_all(authentication, 0, n).astype(np.uint8),
                 "reservable": _or_all(reservable, 0, n).astype(np.bool_)}
        if any(column.ndim != 1 or column.size != n for column in given.values()):
            lengths = ", ".join(f"{name} {column.shape}" for name, column in given.items())
            raise ValueError(f"columns need one dimension and one length, not {lengths}")
        _refuse(~((lon >= -180) & (lon <= 180)), "a longitude that is missing or outside -180 to 180")
        _refuse(~((lat >= -90) & (lat <= 90)), "a latitude that is missing or outside -90 to 90")
        given["status"] = _statuses(given["status"])
        keys = quadkey.encode(lon, lat)
        order = np.lexsort((given["station"], keys))
        return cls({"quadkey": keys[order], "order": order} | {name: column[order] for name, column in given.items()})

    def __len__(self) -> int:
        return len(self.quadkey)

    def scan(self, bounds: Bounds, filters: PointFilter | None = None) -> Positions:
        """Positions of the points in the bounds (edges included) that match, ascending."""
        parts = [self._scan(box) for box in bounds.split()]
        positions = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
        return positions[self._mask(filters)[positions]] if filters else positions

    def within(self, bounds: Bounds, filters: PointFilter | None = None) -> Positions:
        """Rows, of the arrays given, of the points in the bounds (edges included) that match; in quadkey order."""
        return self.order[self.scan(bounds, filters)]

    def clusters(self, bounds: Bounds, zoom: float, filters: PointFilter | None = None) -> Clusters:
        """What a map of that zoom (deck.gl's, 512 px tiles) shows of the points that `within` has for the same bounds.

        Counts are exactly those points'; for counts that don't change while panning, give `clusters.aligned` bounds.
        """
        positions = self.scan(bounds, filters)
        keys = self.quadkey[positions]
        new = np.flatnonzero(np.diff(quadkey.prefix(keys, level_of(zoom)), prepend=np.uint64(2**63)))
        end = np.append(new[1:], positions.size)[: new.size]
        count = end - new
        row = np.repeat(np.arange(new.size), count)
        status = np.bincount(row * STATUSES + self.status[positions], minlength=new.size * STATUSES)
        station = self.station[positions]
        fresh = np.ones(positions.size, np.bool_)
        fresh[1:] = (station[1:] != station[:-1]) | (row[1:] != row[:-1])
        start, last = positions[new], positions[end - 1]
        return Clusters(
            lon=np.bincount(row, self.lon[positions], new.size) / count,
            lat=np.bincount(row, self.lat[positions], new.size) / count,
            count=count, by_status=status.reshape(-1, STATUSES), start=start, stop=last + 1,
            stations=np.bincount(row[fresh], minlength=new.size),
            bounds=squares(self.quadkey[start], self.quadkey[last]))

    def set_status(self, rows: npt.ArrayLike, statuses: npt.ArrayLike) -> None:
        """Give rows, of the arrays given, new statuses (0..6; one for each row, or one for all).

        A query under way sees all of the old statuses or all of the new ones. ValueError: no such row or status.
        """
        where = np.asarray(rows)
        outside = (where < 0) | (where >= len(self))
        _refuse(outside, f"no such row (there are {len(self):,})")
        new = _statuses(np.asarray(statuses))
        with self._lock:
            inverse = np.empty(len(self), np.intp)
            inverse[self.order] = np.arange(len(self))
            changed = self.status.copy()
            changed[inverse[where.astype(np.intp)]] = new
            changed.flags.writeable = False
            self.status = changed
            self._masks = OrderedDict()

    def _scan(self, box: Bounds) -> Positions:
        level = quadkey.level_of(box, 64)
        cover = quadkey.cover(box, level)
        shift = np.uint64(2 * (quadkey.DEPTH - level))
        begin = np.searchsorted(self.quadkey, cover << shift)
        end = np.searchsorted(self.quadkey, (cover + np.uint64(1)) << shift)
        positions = _slices(begin, end)
        return positions[box.contains(self.lon[positions], self.lat[positions])]

    def _mask(self, filters: PointFilter) -> npt.NDArray[np.bool_]:
        masks = self._masks
        with self._lock:
            if (mask := masks.get(filters)) is not None:
                masks.move_to_end(filters)
                return mask
        mask = filters.mask(self)
        with self._lock:
            masks[filters] = mask
            if len(masks) > COMPILED:
                masks.popitem(last=False)
        return mask


def _slices(begin: Positions, end: Positions) -> Positions:
    """The numbers of [begin, end) slices, one after the other."""
    length = end - begin
    offset = begin - (np.cumsum(length) - length)
    return np.repeat(offset, length) + np.arange(int(length.sum()))


def _or_all(column: npt.ArrayLike | None, value: int, n: int) -> npt.NDArray[np.generic]:
    return np.full(n, value) if column is None else np.asarray(column)


def _refuse(bad: npt.NDArray[np.bool_], what: str) -> None:
    """ValueError that says how many rows are bad and names the first."""
    if bad.any():
        rows = np.flatnonzero(bad)
        raise ValueError(f"{rows.size:,} rows have {what}; the first are {rows[:10].tolist()}")


def _statuses(numbers: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    given = numbers.astype(np.float64)
    _refuse(~((given >= 0) & (given < STATUSES)), f"a status that is not 0 to {STATUSES - 1}")
    return given.astype(np.uint8)
