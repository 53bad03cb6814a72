"""The sidebar: a row of switches for each row of `filters.FILTERS`, reset, language and colours, on a phone the way back to
the map. What is chosen there is the browser's business (static/filters.js); here is what there is to choose."""

import streamlit as st

from wirelane_geo.filters import FILTERS, write_number
from wirelane_geo.permalink import KEYS
from wirelane_geo.ui import page_setup, panels
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import LANGUAGES, Texts

POWERS = (0.0, 3.7, 11.0, 22.0, 43.0, 50.0, 100.0, 150.0, 200.0, 300.0)
"""Stops of the power slider in kW; the first one leaves the lower end open, and after the last one the upper end is."""
FLAGS = {"any": "", "yes": "1", "no": "0"}
"""What a switch of three says in a link."""
NUMBERS = {"min": (2, 4, 8), "free": (1, 2, 4)}
"""Numbers of points at a station that are offered, by the filter's key."""
WIDTHS_KM = (1, 2, 5, 10, 20)
"""Kilometres to each side of a route that are offered."""
SIDEBAR, BACK = "sidebar", "sidebar-back"


def sidebar(texts: Texts) -> None:
    """Draw it."""
    parts = {
        "head": render("head", t=texts),
        "filters": form(texts),
        "foot": render("foot", t=texts, languages=LANGUAGES, entry=True),
    }
    with st.sidebar:
        panels.panels(parts, key=SIDEBAR, lang=texts.lang, on_action=_nothing, names=page_setup.names(texts),
                      main=texts("map.map"))
        panels.panels({"back": render("back", t=texts)}, key=BACK, lang=texts.lang, on_action=_nothing)


def form(texts: Texts) -> str:
    """The HTML of the filters."""
    return render("filters", t=texts, rows=FILTERS, keys=KEYS, stops=[write_number(power) for power in POWERS], flags=FLAGS,
                  numbers=NUMBERS, widths=WIDTHS_KM)


def _nothing() -> None:
    """Nothing there concerns the server."""
