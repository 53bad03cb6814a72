"""Picking a place: a map with a cross in its middle, and a button that takes what is under it."""

from collections.abc import Callable

import streamlit as st

from wirelane_geo.installation import Installation
from wirelane_geo.permalink import View
from wirelane_geo.ui import page_setup
from wirelane_geo.ui.layers import Highlight
from wirelane_geo.ui.operator.frame import whose
from wirelane_geo.ui.text import Texts
from wirelane_geo.ui.viewport import last_event, viewport_map

MAP = "point-map"
ZOOM = 16.0
DIGITS = 6
"""Decimals of a degree that a place is taken with: about 10 cm."""


@st.fragment
def pick(here: Installation, texts: Texts, at: tuple[float, float] | None, token: str,
         on_taken: Callable[[float, float], None]) -> None:
    """The map, flown to `at` (lon, lat in degrees; None: the whole network) once for each `token`. `on_taken` gets lat and
    lon of the place that was taken, and the whole page is drawn anew."""
    if whose(texts) is None:
        st.rerun()
    event = last_event(MAP)
    target = View(at[1], at[0], ZOOM) if at else here.service.extent()
    st.caption(texts("point.pick"))
    with st.container(key="pick-map"):
        viewport_map(key=MAP, theme=page_setup.theme(), basemap=here.settings.basemap, texts=texts, filters="",
                     camera=(target, token) if target else None, selected=Highlight(*at) if at else None)
    lon, lat = (round(degrees, DIGITS) for degrees in event.bounds.center) if event.bounds else (0.0, 0.0)
    left, right = st.columns(2, vertical_alignment="center")
    if event.bounds:
        left.caption(texts("point.on_the_cross", lat=f"{lat:.{DIGITS}f}", lon=f"{lon:.{DIGITS}f}"))
    if right.button(texts("point.take"), key="point-take", on_click=on_taken, args=(lat, lon), width="stretch",
                    disabled=event.bounds is None):
        st.rerun()
