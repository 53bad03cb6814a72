"""The table of pages: which address shows which file. Streamlit runs this for every visitor, and it the page."""

import streamlit as st

PAGES = [
    st.Page("map.py", title="Wirelane Geo", url_path="", default=True),
    st.Page("wall.py", url_path="wall"),
    st.Page("sessions.py", url_path="sessions"),
    st.Page("members.py", url_path="members"),
    st.Page("charge_points.py", url_path="charge-points"),
]

st.navigation(PAGES, position="hidden").run()
