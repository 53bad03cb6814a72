"""What Python and an operator's page in the browser tell each other about signing in: a ticket, and who is still there."""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.ui.assets import script
from wirelane_geo.ui.text import Texts

KEY = "operator-hand-over"


def hand_over(texts: Texts, on_ended: Callable[[], None], *, signed_in: bool, ticket: str | None = None) -> None:
    """Have the browser exchange a ticket for its cookie and load the page anew, and watch over who is signed in; `on_ended` is
    called before the rerun when that has ended. Once in a run, always with the same key."""
    data = {"ticket": ticket, "signed_in": signed_in,
            "texts": {"cookies": texts("operator.no_cookies"), "failed": texts("operator.no_exchange")}}
    _component()(key=KEY, data=data, on_ended_change=on_ended)


@cache
def _component() -> Any:
    return st.components.v2.component("wirelane_geo_sign_in", html='<p role="alert" hidden></p>', js=script("sign_in.js"),
                                      isolate_styles=False)
