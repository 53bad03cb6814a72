"""What hypothesis draws: filters, views, map states."""

from hypothesis import strategies as st

from wirelane_geo.filters import Filters
from wirelane_geo.model import AuthenticationType, ChargingType, PlugType, Status
from wirelane_geo.permalink import LANGUAGES, MapState, View

power = st.one_of(st.integers(0, 1000).map(float), st.floats(0, 1e6, allow_nan=False, allow_infinity=False))
powers = st.one_of(
    st.just((None, None)),
    st.tuples(power, st.none()),
    st.tuples(st.none(), power),
    st.tuples(power, power).map(lambda bounds: (min(bounds), max(bounds))),
)
filters = st.builds(
    Filters,
    plugs=st.frozensets(st.sampled_from(PlugType)),
    power_kw=powers,
    statuses=st.frozensets(st.sampled_from(Status)),
    charging_types=st.frozensets(st.sampled_from(ChargingType)),
    authentications=st.frozensets(st.sampled_from(AuthenticationType)),
    reservable=st.sampled_from([None, True, False]),
)
views = st.builds(View, lat=st.floats(-85, 85), lon=st.floats(-180, 180), zoom=st.floats(0, 20))
stations = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=128).filter(str.isprintable)
states = st.builds(
    MapState,
    view=st.none() | views,
    filters=filters,
    station=st.none() | stations,
    lang=st.sampled_from([None, *LANGUAGES]),
)
