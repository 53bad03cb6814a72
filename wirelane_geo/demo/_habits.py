"""When people of the demo network come to charge: by hour of the week, current and opening hours."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

from wirelane_geo.model import ChargePoint, ChargingType, PlugType, opening_hours

HOURS = 6 * 7 * 24
"""Six weeks."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# How many begin in each local hour, 0 to 23, on working days and at weekends: residents and commuters at AC,
# the working day and leisure at DC; then how the days compare, Monday first.
_AC = ((2, 1, 1, 1, 2, 4, 12, 26, 28, 20, 16, 16, 18, 17, 17, 21, 30, 40, 42, 34, 22, 13, 8, 4),
       (2, 1, 1, 1, 1, 2, 4, 8, 14, 22, 27, 27, 25, 24, 24, 24, 25, 27, 27, 22, 15, 10, 7, 4),
       (1.05, 1.08, 1.06, 1.05, 1.03, 0.9, 0.78))
_DC = ((3, 2, 2, 2, 4, 9, 20, 32, 36, 36, 38, 42, 46, 44, 43, 46, 52, 54, 46, 34, 22, 14, 9, 5),
       (4, 2, 2, 2, 3, 5, 10, 20, 34, 48, 58, 62, 60, 58, 60, 62, 62, 58, 48, 36, 24, 15, 9, 6),
       (0.95, 0.92, 0.95, 1.03, 1.2, 1.0, 1.05))
_ZONE = ZoneInfo("Europe/Berlin")
"""The clock of all three countries."""


def visits_a_day(point: ChargePoint) -> float:
    """How many sessions begin at such a point on an average day: few at a Schuko socket, most at a fast charger."""
    if point.charging_type is ChargingType.DC:
        return 1.15 if (point.power or 0) > 100 else 0.8
    return 0.12 if point.plug_types == (PlugType.SCHUKO,) else 0.45


def arrivals(points: Sequence[ChargePoint], until: datetime, random: np.random.Generator,
             hours: int = HOURS) -> tuple[Ints, Ints]:
    """Who would come in the hours up to the end of this one: rows of the points, and seconds since 1970.

    In no order, and they may collide.
    """
    first = (int(until.timestamp()) // 3600 + 1 - hours) * 3600
    visits = np.array([visits_a_day(point) for point in points]) * _popularity(points, random)
    groups: dict[tuple[bool, bytes], list[int]] = {}
    for row, point in enumerate(points):
        key = point.charging_type is ChargingType.DC, msgspec.json.encode(point.availability)
        groups.setdefault(key, []).append(row)
    at: list[Ints] = []
    begin: list[Ints] = []
    for (direct, _), rows in groups.items():
        weight = _weights(direct, first, hours) * _open(points[rows[0]], first, hours)
        rows_of = np.repeat(np.array(rows, np.int64), random.poisson(visits[rows] * weight.sum()))
        hour = np.searchsorted(np.cumsum(weight), random.random(len(rows_of)) * weight.sum(), side="right")
        at.append(rows_of)
        begin.append(first + 3600 * np.minimum(hour, hours - 1) + random.integers(0, 3600, len(rows_of)))
    return np.concatenate([np.empty(0, np.int64), *at]), np.concatenate([np.empty(0, np.int64), *begin])


def _popularity(points: Sequence[ChargePoint], random: np.random.Generator) -> Floats:
    """Some stations are liked better than others: a factor around 1, the same for the points of a station."""
    station = [point.charging_station_id or point.charge_point_id for point in points]
    number = {name: i for i, name in enumerate(dict.fromkeys(station))}
    factor = random.lognormal(-0.125, 0.5, len(number))
    return np.array([factor[number[name]] for name in station], np.float64)


def _weights(direct: bool, first: int, hours: int) -> Floats:
    """Share of a day's visits in each of the hours; a day's add up to about 1."""
    workday, weekend, days = _DC if direct else _AC
    shares = [np.array(day, np.float64) / sum(workday) for day in (workday, weekend)]
    local = [datetime.fromtimestamp(first + 3600 * k, _ZONE) for k in range(hours)]
    return np.array([shares[time.weekday() >= 5][time.hour] * days[time.weekday()] for time in local], np.float64)


def _open(point: ChargePoint, first: int, hours: int) -> Floats:
    """1 for the hours in which a point can be reached, 0 for the others."""
    if point.availability is None or point.availability.open247:
        return np.ones(hours)
    start = datetime.fromtimestamp(first, UTC)
    return np.array([opening_hours.is_open(point.availability, point.timezone, start + timedelta(hours=k)) is not False
                     for k in range(hours)], np.float64)
