"""A form that is edited, as the browser looks after it: nothing that was typed is lost unasked, by a link, a button, Back, a
reload or a window that is closed; and who can't see which fields are wrong is told."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.ui.assets import script


def attend(ask: str, *, editor: str, leaving: Sequence[str], filled: str | None, unsaved: bool = False,
           wrong: Sequence[str] = (), checked: int = 0) -> None:
    """Have the browser ask (`ask`) before it leaves the form in the container `editor` after something was changed in it, also
    by the buttons `leaving` (both by their keys). filled: changes each time that the form is filled anew, None: nothing is
    edited; unsaved: it has been changed already; wrong: containers of the fields that something is wrong with, the first of
    which gets the focus each time that `checked` is another number. Once in a run of the page."""
    data = {"ask": ask, "editor": f".st-key-{editor}", "leaving": ", ".join(f".st-key-{key} button" for key in leaving),
            "filled": filled, "unsaved": unsaved, "wrong": [f".st-key-{key}" for key in wrong], "checked": checked}
    _component()(key="operator-editor", data=data)


@cache
def _component() -> Any:
    return st.components.v2.component("wirelane_geo_editor", html="<span hidden></span>", js=script("editor.js"),
                                      isolate_styles=False)
