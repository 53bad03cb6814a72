"""The page that benchmarks/records.py drives: the points of a viewport as records, as one shows them without this project.

Each click on the button goes to the next of the viewports that lie in the file RECORDS names.
"""

import os

import folium
import numpy as np
import pydeck as pdk
import streamlit as st
from folium.plugins import FastMarkerCluster
from streamlit_folium import st_folium

COLOURS = [[0, 158, 115], [0, 114, 178], [122, 122, 122], [176, 176, 176], [213, 94, 0], [86, 180, 233], [58, 58, 58]]


@st.cache_resource
def network() -> dict[str, np.ndarray]:
    """Columns of the points, and the viewports as south, west, north, east, zoom."""
    with np.load(os.environ["RECORDS"]) as file:
        return dict(file)


st.set_page_config(layout="wide")
points = network()
turn = st.session_state["turn"] = st.session_state.get("turn", -1) + 1
south, west, north, east, zoom = points["views"][turn % len(points["views"])].tolist()
st.button("Pan")
inside = np.flatnonzero((points["lon"] >= west) & (points["lon"] <= east) & (points["lat"] >= south) & (points["lat"] <= north))
lat, lon = (south + north) / 2, (west + east) / 2

if os.environ["KIND"] == "pydeck":
    records = [{"lon": float(points["lon"][i]), "lat": float(points["lat"][i]), "status": int(points["status"][i]),
                "power_kw": float(points["power_kw"][i]), "colour": COLOURS[points["status"][i]]} for i in inside]
    layer = pdk.Layer("ScatterplotLayer", id="points", data=records, get_position="[lon, lat]", get_fill_color="colour",
                      get_radius=6, radius_units="'pixels'", pickable=True)
    st.pydeck_chart(pdk.Deck([layer], initial_view_state=pdk.ViewState(lon, lat, zoom), map_provider=None), height=700)
else:
    drawn = folium.Map([lat, lon], zoom_start=round(zoom) + 1, maxZoom=19, tiles=None)
    FastMarkerCluster([[float(points["lat"][i]), float(points["lon"][i])] for i in inside]).add_to(drawn)
    st_folium(drawn, key="map", height=700, use_container_width=True, returned_objects=[])
