"""What hypothesis draws: filters, views, map states, networks, bounds."""

from dataclasses import replace
from datetime import datetime

import msgspec
import shapely
from hypothesis import strategies as st

from wirelane_geo.filters import Filters, Strip
from wirelane_geo.geo import Bounds
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status
from wirelane_geo.model.access import AdHoc, Admission, Cost, Vehicle, Wheelchair
from wirelane_geo.permalink import LANGUAGES, MapState, View

power = st.one_of(st.integers(0, 1000).map(float), st.floats(0, 1e6, allow_nan=False, allow_infinity=False))
powers = st.one_of(
    st.just((None, None)),
    st.tuples(power, st.none()),
    st.tuples(st.none(), power),
    st.tuples(power, power).map(lambda bounds: (min(bounds), max(bounds))),
)
operators = st.frozensets(st.sampled_from(["ampera", "voltwerk ag", "deabc", "!voltwerk", "!dexyz", "niemand"]), max_size=3)
local_times = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda when: when.replace(second=0, microsecond=0))
filters = st.builds(
    Filters,
    plugs=st.frozensets(st.sampled_from(PlugType)),
    power_kw=powers,
    statuses=st.frozensets(st.sampled_from(Status)),
    charging_types=st.frozensets(st.sampled_from(ChargingType)),
    authentications=st.frozensets(st.sampled_from(AuthenticationType)),
    reservable=st.sampled_from([None, True, False]),
)
_corner = st.tuples(st.integers(-17_900_000, 17_900_000), st.integers(-8_500_000, 8_500_000)).map(
    lambda at: (at[0] / 100_000, at[1] / 100_000))
_corners = st.lists(_corner, min_size=3, max_size=8, unique=True)
routes = st.builds(lambda points, width: Strip(tuple(points), width), _corners, st.integers(50, 50_000))
all_filters = st.builds(
    lambda chosen, **more: replace(chosen, **more),
    filters,
    operators=operators,
    named=st.frozensets(st.integers(1, 12), max_size=3),
    costs=st.frozensets(st.sampled_from(Cost), max_size=2),
    adhoc=st.frozensets(st.sampled_from(AdHoc), max_size=2),
    admissions=st.frozensets(st.sampled_from(Admission), max_size=2),
    vehicles=st.frozensets(st.sampled_from(Vehicle), max_size=2),
    wheelchair=st.frozensets(st.sampled_from(Wheelchair), max_size=2),
    area=st.none() | _corners.map(shapely.Polygon),
    route=st.none() | routes,
    open=st.one_of(st.none(), st.just("now"), local_times),
    at_least=st.none() | st.integers(1, 4),
    free_at_least=st.none() | st.integers(1, 3),
)
"""Those of operators, hours, places, price, access and numbers of points, too."""
views = st.builds(View, lat=st.floats(-85, 85), lon=st.floats(-180, 180), zoom=st.floats(0, 20))
stations = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=128).filter(str.isprintable)
states = st.builds(
    MapState,
    view=st.none() | views,
    filters=all_filters,
    station=st.none() | stations,
    lang=st.sampled_from([None, *LANGUAGES]),
)

_near = st.one_of(st.floats(-180, 180), st.sampled_from([13.4, 13.40001, 13.41, -180.0, 180.0, 179.9999]))
_lat = st.one_of(st.floats(-90, 90), st.sampled_from([52.5, 52.50001, 52.51, 0.0]))


def charge_points(max_size: int = 25) -> st.SearchStrategy[list[ChargePoint]]:
    """Networks with shared places, shared station ids, owners that share an id, and private fields."""
    point = st.builds(
        ChargePoint,
        charge_point_id=st.just(""),
        charging_station_id=st.sampled_from([None, "S1", "S2", "S3"]),
        owner=st.sampled_from([None, "OWNER-1", "OWNER-2"]),
        cpo=st.sampled_from([None, "Ampera", "Voltwerk"]),
        serial_number=st.sampled_from([None, "SERIAL-1"]),
        longitude=_near,
        latitude=_lat,
        status=st.sampled_from(Status),
        power=st.none() | st.floats(0, 400, width=32),
        plug_types=st.frozensets(st.sampled_from(PlugType)).map(PlugType.mask).map(PlugType.of_mask),
        charging_type=st.none() | st.sampled_from(ChargingType),
        authentication_types=st.frozensets(st.sampled_from(AuthenticationType)).map(tuple),
        reservable=st.none() | st.booleans(),
    )
    return st.lists(point, max_size=max_size).map(
        lambda points: [msgspec.structs.replace(p, charge_point_id=f"P{i}", id=f"{i:032x}") for i, p in enumerate(points)]
    )


def bounds() -> st.SearchStrategy[Bounds]:
    """Boxes of every size, those across the antimeridian too."""
    lats = st.tuples(_lat, _lat).map(sorted)
    return st.builds(lambda lats, west, east: Bounds(lats[0], west, lats[1], east), lats, _near, _near)
