"""Point tables from columns and from charge points."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import PointTable, quadkey, ranges
from wirelane_geo.geo.columns import UNKNOWN_CHARGING_TYPE
from wirelane_geo.model import AuthenticationType, ChargePoint, Handles, PlugType, Seq
from wirelane_geo.model.access import access_of
from wirelane_geo.model.operators import Operator, operator_of
from wirelane_geo.store import PointColumns
from wirelane_geo.store.schedules import NEVER, ranked, schedule_in, schedule_of
from wirelane_geo.store.station_keys import station_keys


def table_of(columns: PointColumns, schedules: Mapping[int, str], operators: Mapping[int, str]) -> PointTable:
    """The table of some columns, its stations numbered from 0, with the schedules and operators that their numbers mean."""
    operator, operators_there = ranked(columns.operator)
    schedule, schedules_there = ranked(columns.schedule)
    return PointTable.from_arrays(
        columns.lon, columns.lat, columns.status, _narrow(columns.power_kw), columns.plugs,
        _numbered(columns.station),
        charging_type=columns.charging_type, authentication=columns.authentication, reservable=columns.reservable,
        access=columns.access, handle=columns.handle,
        operator=operator, operators=[Operator.of_text(operators.get(n, "")) for n in operators_there],
        schedule=schedule, schedules=[schedule_in(schedules[n]) if n in schedules else None for n in schedules_there])


def _narrow(power_kw: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """As the map needs it; what is too large is infinite."""
    with np.errstate(over="ignore"):
        return power_kw.astype(np.float32)


def _numbered(station: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Stations by rank, from 0; where a station's points follow each other it is looked up once."""
    begin = ranges.begins(station)
    rank = np.unique(station.take(begin), return_inverse=True)[1]
    return rank.repeat(ranges.ends(begin, len(station)) + 1 - begin)


def columns_of(points: Sequence[ChargePoint], handles: Handles) -> tuple[PointColumns, dict[int, str], dict[int, str]]:
    """The columns of charge points that have a position, a row for each, in their order; their schedules and their operators by
    number."""
    schedule, schedules = _counted([schedule_of(point) for point in points])
    operator, operators = _counted([operator_of(point).text for point in points])
    return _columns(points, handles, schedule, operator), schedules, operators


def _counted(texts: Sequence[str | None]) -> tuple[npt.NDArray[np.uint32], dict[int, str]]:
    """A number for each text, NEVER for None, and the texts by number."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(filter(None, texts)), NEVER + 1)}
    return np.array([numbers.get(text or "", NEVER) for text in texts], np.uint32), {n: text for text, n in numbers.items()}


def _columns(points: Sequence[ChargePoint], handles: Handles, schedule: npt.NDArray[np.uint32],
             operator: npt.NDArray[np.uint32]) -> PointColumns:
    return PointColumns(
        handle=handles,
        arrival=np.arange(len(points)),
        lon=np.array([p.longitude for p in points], np.float64),
        lat=np.array([p.latitude for p in points], np.float64),
        status=statuses_of(points),
        power_kw=np.array([np.nan if p.power is None else p.power for p in points], np.float64),
        plugs=np.array([PlugType.mask(p.plug_types) for p in points], np.uint16),
        charging_type=np.array([p.charging_type.number if p.charging_type else UNKNOWN_CHARGING_TYPE for p in points],
                               np.uint8),
        authentication=np.array([AuthenticationType.mask(p.authentication_types) for p in points], np.uint8),
        reservable=np.array([bool(p.reservable) for p in points], np.bool_),
        station=station_keys(points),
        schedule=schedule,
        operator=operator,
        access=np.array([access_of(p) for p in points], np.uint16),
        deleted=np.empty(0, np.int64),
        seq=Seq(0),
    )


def statuses_of(points: Sequence[ChargePoint]) -> npt.NDArray[np.uint8]:
    """The numbers of the points' statuses."""
    return np.fromiter((point.status.number for point in points), np.uint8, len(points))


def alike(one: ChargePoint, other: ChargePoint) -> bool:
    """Whether a table and its stations would be the same with either, but for the status."""
    return (one.longitude == other.longitude and one.latitude == other.latitude and one.power == other.power
            and one.plug_types == other.plug_types and one.charging_type == other.charging_type
            and one.authentication_types == other.authentication_types and bool(one.reservable) == bool(other.reservable)
            and one.charging_station_id == other.charging_station_id and one.owner == other.owner and one.cpo == other.cpo
            and one.evseid == other.evseid and access_of(one) == access_of(other)
            and one.availability == other.availability and one.opening_hours == other.opening_hours
            and one.timezone == other.timezone)


def quadkey_of(point: ChargePoint) -> int | None:
    """The quadkey of a point's position, None where it has none."""
    if point.longitude is None or point.latitude is None:
        return None
    return int(quadkey.encode(np.array([point.longitude]), np.array([point.latitude]))[0])
