"""The table of filters."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from wirelane_geo.filters._areas import area_mask, strip_mask
from wirelane_geo.filters._masks import (
    Mask,
    access_mask,
    at_least,
    free_mask,
    number_mask,
    open_mask,
    operator_mask,
    power_mask,
    stations_mask,
)
from wirelane_geo.filters._texts import (
    read_area,
    read_count,
    read_flag,
    read_open,
    read_operators,
    read_power,
    read_route,
    read_stations,
    reader_of,
    write_area,
    write_number,
    write_open,
    write_operators,
    write_power,
    write_route,
    write_stations,
    write_terms,
)
from wirelane_geo.geo import PointTable
from wirelane_geo.model import AuthenticationType, ChargingType, PlugType, Status, Term
from wirelane_geo.model.access import AdHoc, Admission, Cost, Vehicle, Wheelchair


@dataclass(frozen=True)
class Filter:
    """One row of the table of filters.

    `read` takes the URL's text and raises Unreadable with what would be right; `write` is its inverse, canonical.
    `upstream` gives the API's query parameters that narrow to no less than this filter does. `mask` is given the table, the
    value, and which points the filters before it keep; with `of_stations` those are all others'. `widget`: how it is chosen;
    `fold`: the fold of the panel that it is in with its neighbours.
    """

    name: str
    key: str
    label: str
    values: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    mask: Callable[[PointTable, Any, Mask], Mask]
    upstream: Callable[[Any], dict[str, str]]
    terms: type[Term] | None = None
    widget: Literal["terms", "range", "flag", "operators", "open", "area", "route", "number", "stations"] = "terms"
    of_stations: bool = False
    fold: str = ""

    @property
    def is_list(self) -> bool:
        """Whether any of several values may be chosen."""
        return isinstance(self.default, frozenset)


def _power_upstream(bounds: tuple[float | None, float | None]) -> dict[str, str]:
    return {} if not bounds[1] else {"max_power": write_number(bounds[1])}


def _auth_upstream(terms: Iterable[AuthenticationType]) -> dict[str, str]:
    """`nfc_terminal` is a value of points but not of the query parameter: with it, nothing can be narrowed upstream."""
    asked = set(terms)
    return {} if AuthenticationType.nfc_terminal in asked else {"auth_type": write_terms(asked)}


def _nothing(_: object) -> dict[str, str]:
    """The API has no such parameter."""
    return {}


FILTERS: Sequence[Filter] = (
    Filter("plugs", "plug", "Plugs", "plug types, e.g. `CCS,TYPE_2`", frozenset(), reader_of(PlugType), write_terms,
           lambda table, plugs, _: (table.plugs & np.uint16(PlugType.mask(plugs))) != 0,
           lambda plugs: {"plug_types": write_terms(plugs)}, PlugType),
    Filter("power_kw", "kw", "Power", "a range in kW: `50-150`, `50-`, `-22`", (None, None), read_power, write_power,
           power_mask, _power_upstream, widget="range"),
    Filter("statuses", "status", "Status", "statuses, e.g. `FREE,RESERVED`", frozenset(), reader_of(Status), write_terms,
           lambda table, statuses, _: number_mask(table.status, statuses),
           lambda statuses: {"status": write_terms(statuses)}, Status),
    Filter("charging_types", "current", "Current", "`AC`, `DC`", frozenset(), reader_of(ChargingType), write_terms,
           lambda table, kinds, _: number_mask(table.charging_type, kinds),
           lambda kinds: {"charging_type": write_terms(kinds)}, ChargingType),
    Filter("authentications", "auth", "Authentication", "`card`, `remote`, `nfc_terminal`, `direct`", frozenset(),
           reader_of(AuthenticationType), write_terms,
           lambda table, terms, _: (table.authentication & np.uint8(AuthenticationType.mask(terms))) != 0,
           _auth_upstream, AuthenticationType),
    Filter("reservable", "reservable", "Reservable", "`1` for reservable points only, `0` for the others", None,
           read_flag, lambda flag: "01"[flag], lambda table, flag, _: table.reservable == flag,
           lambda flag: {"reservable": "01"[flag]}, widget="flag"),
    *(Filter(name, key, label, values, frozenset(), reader_of(terms), write_terms, access_mask, _nothing, terms, fold="access")
      for name, key, label, values, terms in (
        ("costs", "cost", "Price", "`free` of charge, `paid`, `unknown`", Cost),
        ("adhoc", "adhoc", "Ad hoc payment", "`possible` without a contract, `impossible`, `unknown`", AdHoc),
        ("admissions", "access", "Access", "`public`, `restricted`, `unknown`", Admission),
        ("vehicles", "vehicle", "Vehicles", "`car`, `two_wheeler`, `other`, `unknown`", Vehicle),
        ("wheelchair", "wheelchair", "Wheelchair", "`accessible`, `inaccessible`, `unknown`", Wheelchair))),
    Filter("operators", "cpo", "Operator", "names, or codes of EVSE IDs; `!` leaves one out: `ionity,deabc`, `!tesla`",
           frozenset(), read_operators, write_operators, operator_mask, _nothing, widget="operators"),
    Filter("open", "open", "Open", "`now`, or a time on the station's clock: `2026-12-24T22:00`", None,
           read_open, write_open, open_mask, _nothing, widget="open"),
    Filter("area", "area", "Area", "corners as an encoded polyline; on the command line a GeoJSON file, too", None,
           read_area, write_area, area_mask, _nothing, widget="area"),
    Filter("route", "route", "Route", "metres to each side, and a line: `2000:_xlgI_kmpA_seK_seK`; on the command line of a GPX "
           "or GeoJSON file, too: `2000:trip.gpx`", None,
           read_route, write_route, strip_mask, _nothing, widget="route"),
    Filter("named", "stations", "Stations", "numbers of stations, as the list of favourites links them: `7215,88114`",
           frozenset(), read_stations, write_stations, stations_mask, _nothing, widget="stations"),
    Filter("at_least", "min", "Points at a station", "at least so many that match: `4`", None,
           read_count, str, lambda table, n, keep: at_least(table, keep, n), _nothing, widget="number", of_stations=True),
    Filter("free_at_least", "free", "Free at a station", "at least so many that match and are free: `2`", None,
           read_count, str, free_mask, _nothing, widget="number", of_stations=True),
)
