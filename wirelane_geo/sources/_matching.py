"""What a `PointQuery` asks of columns, exactly as the database answers it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import Bounds
from wirelane_geo.geo.distance import distance_m, distance_m_of_one
from wirelane_geo.geo.mercator import Floats
from wirelane_geo.geo.ranges import Bools
from wirelane_geo.model import AuthenticationType, PlugType, Status, Term
from wirelane_geo.store import PointQuery

DOUBT_M = 1.0
"""Farther than this from a limit, in metres, there is no doubt on which side of it a quick distance is."""
ORDERS = (None, "status", "latitude", "longitude", "power", "chargingType", "distance")
"""What can be sorted by columns; the others are the database's."""

Column = Callable[[str], npt.NDArray[Any]]
"""Gives a column by its name, of the points that are looked at."""

_BY_NAME = np.array([sorted(Status).index(status) for status in Status], np.float64)


def answerable(query: PointQuery) -> bool:
    """Whether columns have all that a query asks for."""
    return query.order_by in ORDERS and not (
        query.point_groups or query.not_in_point_groups or query.evseids or query.owners or query.station_ids or query.search)


def areas(query: PointQuery) -> list[Bounds]:
    """Bounds that all of the points have to be in."""
    given = [] if query.bounds is None else [query.bounds]
    if query.center is not None and query.distance_m is not None:
        # As the database: a little wider than the circle.
        given.append(Bounds.around(*query.center, query.distance_m * 1.001 + 1.0))
    return given


def kept(query: PointQuery, column: Column, power_at_most: Callable[[float], Bools], size: int) -> Bools:
    """Which of so many points meet all that a query asks of one point, but for where they are."""
    keep = np.ones(size, np.bool_)
    for name, mask in (("plugs", PlugType.mask(query.plugs)), ("authentication", AuthenticationType.mask(query.authentications))):
        if mask:
            values = column(name)
            keep &= (values & values.dtype.type(mask)) != 0
    terms: tuple[tuple[str, frozenset[Any]], ...] = (("charging_type", query.charging_types), ("status", query.statuses))
    for name, wanted in terms:
        if wanted:
            keep &= _one_of(column(name), wanted)
    if query.reservable_only:
        keep &= column("reservable")
    if query.max_power is not None:
        keep &= power_at_most(query.max_power)
    return keep


def near(query: PointQuery, lon: Floats, lat: Floats) -> Bools:
    """Which points (degrees, NaN where there is no position) are within a query's distance, if it has one."""
    if query.center is None or query.distance_m is None:
        return np.ones(len(lon), np.bool_)
    metres = distance_m(*query.center, lon, lat)
    inside: Bools = metres <= query.distance_m
    for doubtful in np.flatnonzero(np.abs(metres - query.distance_m) <= DOUBT_M).tolist():
        inside[doubtful] = distance_m_of_one(lon[doubtful], lat[doubtful], *query.center) <= query.distance_m
    return inside


def measured_from(query: PointQuery) -> tuple[float, float] | None:
    """Where an answer's distances are measured from: longitude and latitude."""
    return query.sort_at if query.order_by == "distance" and query.sort_at else query.center or query.sort_at


def distances(query: PointQuery, lon: Floats, lat: Floats) -> Floats:
    """An answer's distances in metres, to the last digit as the database has them; NaN where there are none."""
    if (place := measured_from(query)) is None:
        return np.full(len(lon), np.nan)
    return np.array([distance_m_of_one(x, y, *place) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)], np.float64)


def sorted_part(query: PointQuery, column: Column, size: int, begin: int, end: int) -> npt.NDArray[np.intp]:
    """Which of so many points, in order of arrival, are from one place to before another in a query's order: unknown values
    last, equal ones as they arrived."""
    doubt, keys = 0.0, _keys(query, column, size)
    if query.order_by == "distance":
        doubt = 2 * DOUBT_M
    told = np.isnan(keys)
    known, unknown = np.flatnonzero(~told), np.flatnonzero(told)
    first, last = min(begin, len(known)), min(end, len(known))
    parts = [unknown[max(begin - len(known), 0) : max(end - len(known), 0)]]
    if first < last:
        values = -keys.take(known) if query.descending else keys.take(known)
        ends = np.partition(values, [first, last - 1])[[first, last - 1]]
        # What is surely before is counted; what may be within is sorted, by exact distances.
        near_by = np.flatnonzero((values >= ends[0] - doubt) & (values <= ends[1] + doubt))
        before = int(np.count_nonzero(values < ends[0] - doubt))
        candidates = known.take(near_by)
        exact = values.take(near_by)
        if doubt:
            exact = distances(query, column("lon").take(candidates), column("lat").take(candidates))
            exact = -exact if query.descending else exact
        order = exact.argsort(kind="stable")
        parts.insert(0, candidates.take(order[first - before : last - before]))
    return np.concatenate(parts)


def _keys(query: PointQuery, column: Column, size: int) -> Floats:
    """What a query sorts by, NaN where it isn't known."""
    match query.order_by:
        case "status":
            return _BY_NAME.take(column("status"))
        case "latitude" | "longitude" | "power":
            return column({"latitude": "lat", "longitude": "lon", "power": "power_kw"}[query.order_by])
        case "chargingType":
            kind = column("charging_type")
            return np.where(kind == 255, np.nan, kind.astype(np.float64))
        case _:
            place = measured_from(query)
            return np.full(size, np.nan) if place is None else distance_m(*place, column("lon"), column("lat"))


def _one_of(numbers: npt.NDArray[np.uint8], terms: frozenset[Term]) -> Bools:
    keep = np.zeros(len(numbers), np.bool_)
    for term in terms:
        keep |= numbers == term.number
    return keep
