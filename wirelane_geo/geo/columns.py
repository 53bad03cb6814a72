"""The columns of a point table: checked at the door, sorted once, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey, ranges

STATUSES = 7
"""How many statuses there are: a status is a number below this."""

FREE = 0
"""The status that nobody can make use of while it is closed."""

CLOSED_NOW = STATUSES
"""What FREE is counted as while it is known to be closed; no status that anybody reports."""

UNKNOWN_CHARGING_TYPE = 255

Choices: TypeAlias = "npt.NDArray[np.uint16 | np.uint32]"
"""Which of a few things each point has."""
Values: TypeAlias = "Sequence[Any] | npt.NDArray[Any]"
"""These things, whatever they are."""


@dataclass(frozen=True, eq=False)
class ScatteredStations:
    """Points of stations whose points don't all follow each other: ascending numbers i8[n], and for each the rank of its
    station, i8[n], below `stations`."""

    number: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    stations: int

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.number.nbytes + self.rank.nbytes


@dataclass(eq=False, repr=False, kw_only=True)
class SortedColumns:
    """Points in quadkey order (ties by station, then as given): read-only columns of one length.

    quadkey u8; lon, lat f8, degrees; power_kw f4, NaN unknown; plugs u2, a bitmask; station i8; charging_type u1, 255
    unknown; authentication u1, a bitmask; reservable bool; order i4: the row, of the arrays given, of each position.
    handle i8: the number that names a point everywhere, 0 where it has none.
    access u2: bits of what is known of price and access (`model.access`), 0: nothing.
    operator, schedule u2 or u4: which of `operators` and `schedules` a point has; a million points have few different ones.
    """

    quadkey: quadkey.Keys
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    power_kw: npt.NDArray[np.float32]
    plugs: npt.NDArray[np.uint16]
    station: npt.NDArray[np.int64]
    charging_type: npt.NDArray[np.uint8]
    authentication: npt.NDArray[np.uint8]
    reservable: npt.NDArray[np.bool_]
    access: npt.NDArray[np.uint16]
    handle: npt.NDArray[np.int64]
    order: npt.NDArray[np.int32]
    operator: Choices
    schedule: Choices
    operators: Values = (None,)
    schedules: Values = (None,)

    @cached_property
    def position(self) -> npt.NDArray[np.int32]:
        """The position of each row of the arrays given: the inverse of `order`."""
        inverse = np.empty_like(self.order)
        inverse[self.order] = np.arange(len(self.order), dtype=inverse.dtype)
        return inverse

    @cached_property
    def scattered(self) -> ScatteredStations:
        """The positions of scattered stations' points."""
        begin = ranges.begins(self.station)
        end = ranges.ends(begin, len(self.station)) + 1
        station = self.station.take(begin)
        by_station = station.argsort(kind="stable")
        ordered = station.take(by_station)
        again = (ordered[1:] == ordered[:-1]).nonzero()[0]
        stretch = np.union1d(by_station.take(again), by_station.take(again + 1))
        owner, position, _ = ranges.spread(begin.take(stretch), end.take(stretch))
        stations, rank = np.unique(station.take(stretch), return_inverse=True)
        return ScatteredStations(position, rank.take(owner), len(stations))

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return sum(column.nbytes for column in vars(self).values() if isinstance(column, (np.ndarray, ScatteredStations)))


def checked(arrays: dict[str, tuple[npt.ArrayLike, type[np.generic]]]) -> dict[str, npt.NDArray[Any]]:
    """The arrays with their types. ValueError: see `PointTable.from_arrays`."""
    given = {name: _column(name, column, dtype) for name, (column, dtype) in arrays.items()}
    if len({column.shape for column in given.values()}) != 1:
        shapes = ", ".join(f"{name} {column.size:,}" for name, column in given.items())
        raise ValueError(f"columns need one length; these have {shapes}")
    for name, limit in (("lon", 180), ("lat", 90)):
        refuse(~(np.abs(given[name]) <= limit), f"a {name} that is missing or outside -{limit} to {limit}")
    return given


def statuses(numbers: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """Statuses as u1. ValueError: one is not 0 to 6."""
    given = np.asarray(numbers)
    if given.dtype != np.uint8:
        refuse(~np.isin(given, np.arange(STATUSES)), f"a status that is not 0 to {STATUSES - 1}")
    refuse(given >= STATUSES, f"a status that is not 0 to {STATUSES - 1}")
    return given.astype(np.uint8)


def choices(numbers: npt.ArrayLike | None, of: Values, rows: int) -> Choices:
    """Which of `of` each row has, the first one where nothing is said; in as few bytes as it takes. ValueError: there is no such
    one."""
    given = np.zeros(rows, np.uint16) if numbers is None else np.asarray(numbers)
    refuse((given < 0) | (given >= len(of)), f"a number that is not 0 to {len(of) - 1}")
    return given.astype(np.uint16 if len(of) <= 2**16 else np.uint32)


def counted_as(status: npt.NDArray[np.uint8], closed_now: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Statuses, FREE ones that are closed now as CLOSED_NOW."""
    if not closed_now.any():
        return status
    counted: npt.NDArray[np.uint8] = np.where(closed_now & (status == FREE), np.uint8(CLOSED_NOW), status)
    return counted


def refuse(bad: npt.NDArray[np.bool_], what: str) -> None:
    """ValueError that says how many rows are bad and names the first ten."""
    if bad.any():
        rows = np.flatnonzero(bad)
        raise ValueError(f"{rows.size:,} of {bad.size:,} rows have {what}; the first: {rows[:10].tolist()}")


def sorted_order(keys: quadkey.Keys, station: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The order that sorts by key, then station, then row.

    The first bits of a key and its row are one number: sorting plain numbers is several times faster than sorting their
    indices (`argsort`), and stable. Neighbours that these bits don't tell apart, a few metres from each other, are sorted again.
    """
    n = len(keys)
    if (keys[1:] >= keys[:-1]).all():  # as they come from a store
        order, near = np.arange(n), keys[1:] == keys[:-1]
    else:
        row_bits = (n - 1).bit_length()
        packed = keys >> np.uint64(max(2 * quadkey.DEPTH + row_bits - 64, 0))
        packed <<= np.uint64(row_bits)
        packed |= np.arange(n, dtype=np.uint64)
        packed.sort()
        order = (packed & np.uint64((1 << row_bits) - 1)).view(np.int64)
        packed >>= np.uint64(row_bits)
        near = packed[1:] == packed[:-1]
    again = np.zeros(n, np.bool_)
    again[1:] = near
    again[:-1] |= near
    positions = again.nonzero()[0]
    rows = order.take(positions)
    key, of_station = keys.take(rows), station.take(rows)
    if (key[1:] < key[:-1]).any() or ((key[1:] == key[:-1]) & (of_station[1:] < of_station[:-1])).any():
        order[positions] = rows.take(np.lexsort((of_station, key)))
    return order


def _column(name: str, column: npt.ArrayLike, dtype: type[np.generic]) -> npt.NDArray[Any]:
    given = statuses(column) if name == "status" else np.asarray(column).astype(dtype, copy=False)
    if given.ndim != 1:
        raise ValueError(f"columns need one dimension; {name} has {given.ndim}")
    return given
