"""HTML over the map and in the sidebar, and what is clicked in it.

A part is a piece of escaped HTML with a name. An element in it with `data-action` reports that action when it is clicked;
`data-copy` copies its `data-text`, or the page's address, `data-theme` chooses light or dark and `data-collapse` closes the
sidebar, all three without asking the server. `data-shows` elements say what the last `data-results` element has for them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from wirelane_geo.ui.assets import script


def panels(parts: Mapping[str, str], *, key: str, lang: str, on_action: Callable[[], None],
           names: Sequence[tuple[str, str]] = (), main: str = "") -> None:
    """Show the parts, each in a `<div class="wl-part wl-NAME">`; `on_action` is called before the rerun of a click.
    names: what Streamlit says by itself on the page, and what it is to say; main: what the page's content is called for those
    who hear it. Both once in a page."""
    data = {"parts": dict(parts), "lang": lang, "names": list(names), "main": main}
    _component()(key=key, data=data, on_action_change=on_action)


def action(key: str) -> tuple[str, str]:
    """The action just clicked, as its name and what follows the colon: "open:ID" is ("open", "ID"). For `on_action`."""
    name, _, argument = str((st.session_state.get(key) or {}).get("action") or "").partition(":")
    return name, argument


@cache
def _component() -> Any:
    return st.components.v2.component(
        "wirelane_geo_panels", html='<div class="wl-panels"></div>', js=script("panels.js"), isolate_styles=False
    )
