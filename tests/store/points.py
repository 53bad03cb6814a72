"""Charge points for the tests of the store."""

from typing import Any

from hypothesis import strategies as st

from wirelane_geo.model import (
    AuthenticationType,
    ChargePoint,
    ChargePointGroup,
    ChargingType,
    OpeningHours,
    PlugType,
    Status,
)


def point(name: str, **given: Any) -> ChargePoint:
    """A charge point somewhere, with what is given."""
    return ChargePoint(charge_point_id=name, **{"longitude": 9.8, "latitude": 48.8, **given})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
groups = st.builds(ChargePointGroup, id=st.none() | st.integers(0, 50), name=st.none() | texts)
lon = st.floats(-180, 180)
lat = st.floats(-90, 90)
positions = st.one_of(
    st.just((None, None)),
    st.tuples(st.sampled_from([9.8, 9.80001, 179.9999]), st.sampled_from([48.8, 48.80001])),
    st.tuples(lon, lat),
)


@st.composite
def charge_points_(draw: st.DrawFn) -> ChargePoint:
    longitude, latitude = draw(positions)
    return draw(st.builds(
        ChargePoint,
        charge_point_id=texts,
        charging_station_id=st.none() | st.sampled_from(["S1", "S2"]),
        evseid=st.none() | texts,
        owner=st.none() | st.sampled_from(["o1", "o2"]),
        cpo=st.none() | st.sampled_from(["c1", "c2"]),
        plug_types=st.lists(st.sampled_from(PlugType), max_size=4).map(tuple),
        charging_type=st.none() | st.sampled_from(ChargingType),
        power=st.none() | st.floats(0, 1000),
        current=st.none() | st.integers(0, 2**31 - 1),
        voltage=st.none() | st.integers(0, 2**31 - 1),
        reservable=st.none() | st.booleans(),
        authentication_types=st.lists(st.sampled_from(AuthenticationType), max_size=4).map(tuple),
        status=st.sampled_from(Status),
        city=st.none() | texts,
        street=st.none() | texts,
        availability=st.none() | st.builds(OpeningHours, open247=st.none() | st.booleans()),
        charging_group=st.lists(groups, max_size=3).map(tuple),
        longitude=st.just(longitude),
        latitude=st.just(latitude),
    ))


charge_points = charge_points_()
