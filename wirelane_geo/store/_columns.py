"""Charge points as columns, ready for a point table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import quadkey
from wirelane_geo.model import Handles, Seq


@dataclass(frozen=True, eq=False)
class PointColumns:
    """Points with a position as n parallel arrays, ready for `PointTable.from_arrays`; strings stay in the store.

    handle: see `model.identity`. arrival: a number that grows with each point that comes into the store. lon, lat: degrees.
    power_kw: kW, NaN where unknown. status, charging_type: positions in the enums (charging_type 255 where unknown). plugs,
    authentication: bitmasks. reservable: False where unknown. station: 63-bit key of the station
    (`wirelane_geo.store.station_keys`). schedule: number of its opening hours in this store (`Store.schedules`),
    `schedules.NEVER` where it is never known to be closed. operator: number of who runs it (`Store.operators`), 0 where that
    isn't known. access: bits of what is known of price and access (`model.access`).
    deleted: handles of points that are gone, or have no position any more; seq: the change up to which this is true.
    """

    handle: Handles
    arrival: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint8]
    power_kw: npt.NDArray[np.float64]
    plugs: npt.NDArray[np.uint16]
    charging_type: npt.NDArray[np.uint8]
    authentication: npt.NDArray[np.uint8]
    reservable: npt.NDArray[np.bool_]
    station: npt.NDArray[np.int64]
    schedule: npt.NDArray[np.uint32]
    operator: npt.NDArray[np.uint32]
    access: npt.NDArray[np.uint16]
    deleted: Handles
    seq: Seq

    def __len__(self) -> int:
        return len(self.handle)

    def merged(self, changed: "PointColumns") -> "PointColumns":
        """All of these after a change: what is gone or changed leaves, what is new or changed comes in; by quadkey, then
        arrival."""
        keep = ~np.isin(self.handle, np.concatenate([changed.handle, changed.deleted]))
        both = {name: np.concatenate([getattr(self, name)[keep], getattr(changed, name)]) for name in TYPES}
        order = np.lexsort((both["arrival"], quadkey.encode(both["lon"], both["lat"])))
        return PointColumns(**{name: column[order] for name, column in both.items()}, deleted=np.empty(0, np.int64),
                            seq=changed.seq)


@dataclass(frozen=True, eq=False)
class NewStatuses:
    """What points' statuses are now, where nothing else of any point has changed; those without a position, too. handle: each
    once, ascending; status: positions in the enum; seq: the change up to which this is true."""

    handle: Handles
    status: npt.NDArray[np.uint8]
    seq: Seq

    @property
    def deleted(self) -> Handles:
        """None, as in `PointColumns`."""
        return np.empty(0, np.int64)


TYPES = {"handle": "<i8", "arrival": "<i8", "lon": "<f8", "lat": "<f8", "status": "|u1", "power_kw": "<f8", "plugs": "<u2",
         "charging_type": "|u1", "authentication": "|u1", "reservable": "|b1", "station": "<i8", "schedule": "<u4",
         "operator": "<u4", "access": "<u2"}
"""The columns that have a row for each point, and their types."""

CHANGED = np.dtype([("handle", "<i8"), ("arrival", "<i8"), ("seq", "<i8"), ("placed", "?"), ("lon", "<f8"), ("lat", "<f8"),
                    ("status", "u1"), ("power_kw", "<f8"), ("plugs", "<u2"), ("charging_type", "u1"), ("authentication", "u1"),
                    ("reservable", "?"), ("station", "<i8")])
"""A point in `PointChanges`: as in `PointColumns`, with the number of its last change; not `placed`: without a position, which
is NaN then."""


@dataclass(frozen=True, eq=False)
class PointChanges:
    """Points as they are now (`CHANGED`), and handles of those that are gone with the number of the change, all up to `seq`."""

    points: npt.NDArray[np.void]
    gone: Handles
    gone_seq: npt.NDArray[np.int64]
    seq: Seq
