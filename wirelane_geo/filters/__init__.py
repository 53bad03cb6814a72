"""What a visitor wants to see, as one table of filters.

Each row of `FILTERS` says everything about one filter: its key in the URL, its label, how its value is written and read,
the parameter of the Wirelane API that narrows the same way, and the mask over a point table. The widgets, the permalink,
the upstream query, the CLI's options and the documentation are made from it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import shapely

from wirelane_geo.filters._areas import Strip, shape_of, shortened
from wirelane_geo.filters._masks import Mask
from wirelane_geo.filters._table import FILTERS, Filter
from wirelane_geo.filters._texts import LONGEST_NAME, Unreadable, operator_word, write_number
from wirelane_geo.geo import PointTable
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, Term, opening_hours
from wirelane_geo.model.access import AdHoc, Admission, Cost, Vehicle, Wheelchair, access_of, answers
from wirelane_geo.model.operators import is_chosen, operator_of

__all__ = ["EVERYTHING", "FILTERS", "LONGEST_NAME", "Filter", "Filters", "Mask", "Strip", "Unreadable", "shape_of", "shortened",
           "upstream", "write_number"]


_QUESTIONS: dict[str, type[Term]] = {"costs": Cost, "adhoc": AdHoc, "admissions": Admission, "vehicles": Vehicle,
                                    "wheelchair": Wheelchair}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """A choice of charge points; every given part must hold of one and the same point. Hashable: it is its own cache key.

    plugs, statuses, charging_types, authentications: any of the values; empty means all.
    power_kw: inclusive bounds in kW, None where open; a point of unknown power meets no bound.
    reservable: True for reservable points only, False for the others only.
    costs, adhoc, admissions, vehicles, wheelchair: any of the answers (`model.access`); of what nobody has said, only `unknown`
    is one.
    operators: folded names or codes of operators (`model.operators`), those with "!" before them being left out.
    open: "now", or a time on the station's own clock (a datetime without a zone): what is known to be closed then is left out;
    where no hours are known, a point is kept.
    at_least, free_at_least: how many points of a station meet all of the rest, and how many of those are free and not known to
    be closed now.
    area: a shapely polygon in degrees (lon, lat), edges included; a link carries one without holes. route: what lies along it.
    named: stations by the handle of one of their points (`model.identity`). stations: station numbers of the table at hand.
    """

    plugs: frozenset[PlugType] = frozenset()
    power_kw: tuple[float | None, float | None] = (None, None)
    statuses: frozenset[Status] = frozenset()
    charging_types: frozenset[ChargingType] = frozenset()
    authentications: frozenset[AuthenticationType] = frozenset()
    reservable: bool | None = None
    costs: frozenset[Cost] = frozenset()
    adhoc: frozenset[AdHoc] = frozenset()
    admissions: frozenset[Admission] = frozenset()
    vehicles: frozenset[Vehicle] = frozenset()
    wheelchair: frozenset[Wheelchair] = frozenset()
    operators: frozenset[str] = frozenset()
    open: datetime | Literal["now"] | None = None
    at_least: int | None = None
    free_at_least: int | None = None
    area: shapely.Geometry | None = None
    route: Strip | None = None
    named: frozenset[int] = frozenset()
    stations: frozenset[int] | None = None

    def __post_init__(self) -> None:
        kinds: dict[str, type[Term]] = {"plugs": PlugType, "statuses": Status, "charging_types": ChargingType,
                                        "authentications": AuthenticationType, **_QUESTIONS}
        for name, kind in kinds.items():
            object.__setattr__(self, name, frozenset(kind(term) for term in getattr(self, name) or ()))
        low, high = self.power_kw or (None, None)
        object.__setattr__(self, "power_kw", (_bound(low), _bound(high)))
        object.__setattr__(self, "named", frozenset(map(int, self.named or ())))
        object.__setattr__(self, "operators", frozenset(map(operator_word, self.operators or ())))
        if isinstance(self.open, datetime):
            object.__setattr__(self, "open", self.open.replace(second=0, microsecond=0))
        if self.stations is not None:
            object.__setattr__(self, "stations", frozenset(map(int, self.stations)))

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return self != EVERYTHING

    def mask(self, table: PointTable) -> Mask:
        """Which rows of the table are kept, in the table's own order."""
        keep = np.ones(len(table), np.bool_)
        for row in self._given(of_stations=False):
            keep &= row.mask(table, getattr(self, row.name), keep)
        if self.stations is not None:
            keep &= np.isin(table.station, np.fromiter(self.stations, np.int64, len(self.stations)))
        of_points = keep.copy()
        for row in self._given(of_stations=True):
            keep &= row.mask(table, getattr(self, row.name), of_points)
        return keep

    def meets(self, point: ChargePoint) -> bool:
        """Whether a charge point is kept, by what is asked of each point: the mask, for a point that is in no table. `area`,
        `named`, `stations` and numbers of points play no part, and hours count where the point says its time zone."""
        low, high = (None if bound is None else np.float32(bound) for bound in self.power_kw)
        access = access_of(point)
        power = np.float32(np.nan if point.power is None else point.power)
        return bool(
            (not self.plugs or not self.plugs.isdisjoint(point.plug_types))
            and (low is None or power >= low) and (high is None or power <= high)
            and (not self.statuses or point.status in self.statuses)
            and (not self.charging_types or point.charging_type in self.charging_types)
            and (not self.authentications or not self.authentications.isdisjoint(point.authentication_types))
            and (self.reservable is None or bool(point.reservable) == self.reservable)
            and all(not (wanted := getattr(self, name)) or not wanted.isdisjoint(answers(access, question))
                    for name, question in _QUESTIONS.items())
            and (not self.operators or is_chosen(operator_of(point), self.operators))
            and (self.open is None or self._may_be_open(point)))

    def _may_be_open(self, point: ChargePoint) -> bool:
        hours = point.availability or opening_hours.parse(point.opening_hours)
        if hours is None:
            return True
        schedule = opening_hours.Schedule(hours, point.timezone)
        when = self.open
        return (schedule.is_open_at(when) if isinstance(when, datetime) else schedule.is_open(datetime.now(UTC))) is not False

    def _given(self, *, of_stations: bool) -> Iterator["Filter"]:
        """The rows that choose anything, by points or by stations."""
        return (row for row in FILTERS if row.of_stations is of_stations and getattr(self, row.name) != row.default)

    def without(self, name: str) -> "Filters":
        """The same filters, one of them dropped."""
        return replace(self, **{name: getattr(EVERYTHING, name)})


def _bound(value: float | None) -> float | None:
    """A bound to the watt: a link carries it without an exponent."""
    return None if value is None or math.isinf(value) else round(float(value), 3)


EVERYTHING = Filters()
"""No filter at all."""


def upstream(filters: Filters) -> dict[str, str]:
    """Query parameters of the Wirelane API for the same choice. The upstream may answer more (it matches by station,
    and knows no lower bound of power): the mask still applies."""
    parameters: dict[str, str] = {}
    for row in FILTERS:
        if (value := getattr(filters, row.name)) != row.default:
            parameters |= row.upstream(value)
    return parameters


assert {row.name for row in FILTERS} <= {f.name for f in fields(Filters)}  # noqa: S101 - a typo here must not start
