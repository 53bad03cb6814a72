"""What a visitor wants to see, as one table of filters.

Each row of `FILTERS` says everything about one filter: its key in the URL, its label, how its value is written and read,
the parameter of the Wirelane API that narrows the same way, and the mask over a point table. The widgets, the permalink,
the upstream query, the CLI's options and the documentation are made from it.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from wirelane_geo.geo import PointTable
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, Term

Mask = npt.NDArray[np.bool_]
T = TypeVar("T", bound=Term)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """A choice of charge points; every given part must hold of one and the same point. Hashable: it is its own cache key.

    plugs, statuses, charging_types, authentications: any of the values; empty means all.
    power_kw: inclusive bounds in kW, None where open; a point of unknown power meets no bound.
    reservable: True for reservable points only, False for the others only.
    area: a shapely polygon in degrees (lon, lat), edges included. stations: station numbers of the table at hand.
    """

    plugs: frozenset[PlugType] = frozenset()
    power_kw: tuple[float | None, float | None] = (None, None)
    statuses: frozenset[Status] = frozenset()
    charging_types: frozenset[ChargingType] = frozenset()
    authentications: frozenset[AuthenticationType] = frozenset()
    reservable: bool | None = None
    area: shapely.Geometry | None = None
    stations: frozenset[int] | None = None

    def __post_init__(self) -> None:
        kinds: dict[str, type[Term]] = {"plugs": PlugType, "statuses": Status, "charging_types": ChargingType,
                                        "authentications": AuthenticationType}
        for name, kind in kinds.items():
            object.__setattr__(self, name, frozenset(kind(term) for term in getattr(self, name) or ()))
        low, high = self.power_kw or (None, None)
        object.__setattr__(self, "power_kw", (_bound(low), _bound(high)))
        if self.stations is not None:
            object.__setattr__(self, "stations", frozenset(map(int, self.stations)))

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return self != EVERYTHING

    def mask(self, table: PointTable) -> Mask:
        """Which rows of the table are kept, in the table's own order."""
        keep = np.ones(len(table), np.bool_)
        for row in FILTERS:
            if (value := getattr(self, row.name)) != row.default:
                keep &= row.mask(table, value)
        if self.area is not None:
            rows = np.flatnonzero(keep)
            keep[rows] = shapely.intersects_xy(self.area, table.lon[rows], table.lat[rows])
        if self.stations is not None:
            keep &= np.isin(table.station, np.fromiter(self.stations, np.int64, len(self.stations)))
        return keep

    def meets(self, point: ChargePoint) -> bool:
        """Whether a charge point is kept, by all but `area` and `stations`: the mask, for a point that is in no table."""
        low, high = (None if bound is None else np.float32(bound) for bound in self.power_kw)
        power = np.float32(np.nan if point.power is None else point.power)
        return bool(
            (not self.plugs or not self.plugs.isdisjoint(point.plug_types))
            and (low is None or power >= low) and (high is None or power <= high)
            and (not self.statuses or point.status in self.statuses)
            and (not self.charging_types or point.charging_type in self.charging_types)
            and (not self.authentications or not self.authentications.isdisjoint(point.authentication_types))
            and (self.reservable is None or bool(point.reservable) == self.reservable))

    def without(self, name: str) -> "Filters":
        """The same filters, one of them dropped."""
        return replace(self, **{name: getattr(EVERYTHING, name)})


def _bound(value: float | None) -> float | None:
    """A bound to the watt: a link carries it without an exponent."""
    return None if value is None or math.isinf(value) else round(float(value), 3)


class Unreadable(ValueError):
    """A filter's text that can't be read: what would be right, in words, and, where it can be told, the text that was
    meant (`instead`)."""

    def __init__(self, expected: str, instead: str = "") -> None:
        super().__init__(expected)
        self.instead = instead


@dataclass(frozen=True)
class Filter:
    """One row of the table of filters.

    `read` takes the URL's text and raises Unreadable with what would be right; `write` is its inverse, canonical.
    `upstream` gives the API's query parameters that narrow to no less than this filter does.
    """

    name: str
    key: str
    label: str
    values: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    mask: Callable[[PointTable, Any], Mask]
    upstream: Callable[[Any], dict[str, str]]
    terms: type[Term] | None = None


def _reader(terms: type[T]) -> Callable[[str], frozenset[T]]:
    known: dict[str, T] = {term.lower(): term for term in terms}

    def read(text: str) -> frozenset[T]:
        words = list(filter(None, map(str.strip, text.split(","))))
        unknown = [word for word in words if word.lower() not in known]
        if unknown or not words:
            raise Unreadable(f"one or more of {', '.join(terms)}, separated by commas")
        return frozenset(known[word.lower()] for word in words)

    return read


def _write_terms(terms: Iterable[Term]) -> str:
    return ",".join(str(term) for term in sorted(terms, key=lambda term: term.number))


def write_number(value: float) -> str:
    """A number as short as it reads back the same."""
    return str(int(value)) if value == int(value) else repr(value)


def _read_power(text: str) -> tuple[float | None, float | None]:
    low, dash, high = text.partition("-")
    try:
        bounds = (float(low) if low else None, float(high) if high else None)
    except ValueError:
        bounds = (None, None)
    given = [bound for bound in bounds if bound is not None]
    if not dash or not given or not all(0 <= b < float("inf") for b in given) or given != sorted(given):
        raise _no_range(text)
    return bounds


_NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
_ALMOST = re.compile(rf"\s*(<?)>?=?\s*{_NUMBER}(?:\s*-\s*{_NUMBER})?\s*(?:kw)?\s*", re.IGNORECASE | re.ASCII)


def _no_range(text: str) -> Unreadable:
    """What a power that is no range may have meant: "150" or "150 kW" at least so much, "150-50" the other way round."""
    said = _ALMOST.fullmatch(text)
    if said is None:
        return Unreadable("a range in kW: 50-150, 50- or -22")
    low, high = (number.replace(",", ".") if number else "" for number in said.groups()[1:])
    if high:
        return Unreadable("a range in kW, the lower bound first: 50-150", "-".join(sorted((low, high), key=float)))
    meant = f"-{low}" if said[1] else f"{low}-"
    return Unreadable(f"a range in kW: {low}- is {low} kW and more, -{low} at most {low} kW", meant)


def _write_power(bounds: tuple[float | None, float | None]) -> str:
    return "-".join("" if bound is None else write_number(bound) for bound in bounds)


def _power_mask(table: PointTable, bounds: tuple[float | None, float | None]) -> Mask:
    low, high = bounds
    keep = np.ones(len(table), np.bool_)
    if low is not None:
        keep &= table.power_kw >= np.float32(low)
    if high is not None:
        keep &= table.power_kw <= np.float32(high)
    return keep  # NaN meets no bound


def _power_upstream(bounds: tuple[float | None, float | None]) -> dict[str, str]:
    return {} if not bounds[1] else {"max_power": write_number(bounds[1])}


def _read_flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise Unreadable("1 or 0", {"yes": "1", "true": "1", "no": "0", "false": "0"}.get(text.strip().lower(), ""))
    return text == "1"


def _number_mask(numbers: npt.NDArray[np.uint8], terms: Iterable[Term]) -> Mask:
    keep = np.zeros(len(numbers), np.bool_)
    for term in terms:  # a few comparisons are many times faster than looking each number up
        keep |= numbers == term.number
    return keep


def _auth_upstream(terms: Iterable[AuthenticationType]) -> dict[str, str]:
    """`nfc_terminal` is a value of points but not of the query parameter: with it, nothing can be narrowed upstream."""
    asked = set(terms)
    return {} if AuthenticationType.nfc_terminal in asked else {"auth_type": _write_terms(asked)}


FILTERS: Sequence[Filter] = (
    Filter("plugs", "plug", "Plugs", "plug types, e.g. `CCS,TYPE_2`", frozenset(), _reader(PlugType), _write_terms,
           lambda table, plugs: (table.plugs & np.uint16(PlugType.mask(plugs))) != 0,
           lambda plugs: {"plug_types": _write_terms(plugs)}, PlugType),
    Filter("power_kw", "kw", "Power", "a range in kW: `50-150`, `50-`, `-22`", (None, None), _read_power, _write_power,
           _power_mask, _power_upstream),
    Filter("statuses", "status", "Status", "statuses, e.g. `FREE,RESERVED`", frozenset(), _reader(Status), _write_terms,
           lambda table, statuses: _number_mask(table.status, statuses),
           lambda statuses: {"status": _write_terms(statuses)}, Status),
    Filter("charging_types", "current", "Current", "`AC`, `DC`", frozenset(), _reader(ChargingType), _write_terms,
           lambda table, kinds: _number_mask(table.charging_type, kinds),
           lambda kinds: {"charging_type": _write_terms(kinds)}, ChargingType),
    Filter("authentications", "auth", "Authentication", "`card`, `remote`, `nfc_terminal`, `direct`", frozenset(),
           _reader(AuthenticationType), _write_terms,
           lambda table, terms: (table.authentication & np.uint8(AuthenticationType.mask(terms))) != 0,
           _auth_upstream, AuthenticationType),
    Filter("reservable", "reservable", "Reservable", "`1` for reservable points only, `0` for the others", None,
           _read_flag, lambda flag: "01"[flag],
           lambda table, flag: table.reservable == flag,
           lambda flag: {"reservable": "01"[flag]}),
)

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
