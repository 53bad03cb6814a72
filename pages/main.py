"""The table of pages: which address shows which file. Streamlit runs this for every visitor, and it the page."""

import streamlit as st

PAGES = [
    st.Page("map.py", title="Wirelane Geo", url_path="", default=True),
]

st.navigation(PAGES, position="hidden").run()
