"""A station that was chosen is seen beside its panel, at any size of window."""

from hypothesis import given
from hypothesis import strategies as st

from wirelane_geo.geo import Bounds
from wirelane_geo.permalink import View
from wirelane_geo.ui.camera import beside, covered, view_of
from wirelane_geo.ui.viewport import MapEvent

sizes = st.tuples(st.integers(360, 2560), st.integers(560, 1600))


def event(lon: float, lat: float, zoom: float, size: tuple[int, int]) -> MapEvent:
    return MapEvent(Bounds.from_viewport(lon, lat, zoom, *size), zoom, *size)


@given(st.floats(-180, 180), st.floats(-70, 70), st.floats(6, 20), sizes)
def test_beside_the_panel_it_is_seen(lon: float, lat: float, zoom: float, size: tuple[int, int]) -> None:
    view = beside(lon, lat, zoom, event(lon, lat, zoom, size))
    assert not covered(lon, lat, event(view.lon, view.lat, zoom, size))
    assert view.zoom == round(zoom, 2)


def test_under_the_panel_it_is_not() -> None:
    assert covered(13.4, 52.5, event(13.4, 52.5, 14, (390, 844))), "the middle of a phone is under the sheet"
    assert not covered(13.4, 52.5, event(13.4, 52.5, 14, (1280, 800))), "the middle of a desktop is free"
    assert covered(13.43, 52.5, event(13.4, 52.5, 14, (1280, 800))), "its right is not"
    assert not covered(13.38, 52.5, event(13.4, 52.5, 14, (1280, 800)))
    assert covered(14.4, 52.5, event(13.4, 52.5, 14, (1280, 800))), "what is out of view is to be shown"


@given(st.floats(-180, 180), st.floats(-70, 70), st.floats(4, 20), sizes)
def test_a_report_gives_back_the_view(lon: float, lat: float, zoom: float, size: tuple[int, int]) -> None:
    view, seen = View(lat, lon, zoom), view_of(event(View(lat, lon, zoom).lon, View(lat, lon, zoom).lat, zoom, size))
    assert seen is not None
    assert (seen.lat, seen.zoom) == (view.lat, view.zoom)
    assert abs((seen.lon - view.lon + 180) % 360 - 180) < 1e-9
    assert view_of(MapEvent()) is None


def test_before_the_map_is_there_nothing_is_covered() -> None:
    assert not covered(13.4, 52.5, MapEvent())
