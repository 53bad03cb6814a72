"""How many pages are open."""

import math

from streamlit import runtime


def open_pages() -> float:
    """The sessions that Streamlit has now; not a number where its runtime doesn't run or doesn't tell."""
    if not runtime.exists():
        return math.nan
    try:
        return runtime.get_instance()._session_mgr.num_active_sessions()  # there is no public way to ask
    except AttributeError:
        return math.nan
