"""The sidebar: a widget for each row of `filters.FILTERS`, reset, language and colours, on a phone the way back to the map.

The session's `Filters` is what counts. A widget shows its row's part of it and, when it is changed, replaces that part
only, so that what a widget can't show (a power of 43 kW in a link) is kept.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from wirelane_geo.filters import EVERYTHING, FILTERS, Filter
from wirelane_geo.ui import address, page_setup, panels
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import LANGUAGES, Texts

POWERS = (0.0, 3.7, 11.0, 22.0, 43.0, 50.0, 100.0, 150.0, 200.0, 300.0, math.inf)
"""Stops of the power slider in kW; the first and the last leave that end open."""
FLAGS: dict[str, bool | None] = {"any": None, "yes": True, "no": False}
HEAD, FOOT, BACK = "sidebar-head", "sidebar-foot", "sidebar-back"


def sidebar(texts: Texts, *, fresh: bool) -> None:
    """Draw it. `fresh`: the choices come from the address bar just now, so the widgets are set to them."""
    with st.sidebar:
        panels.panels({"head": render("head", t=texts)}, key=HEAD, lang=texts.lang, on_action=_nothing,
                      names=page_setup.names(texts))
        for row in FILTERS:
            if fresh or _key(row) not in st.session_state:
                st.session_state[_key(row)] = to_widget(row, getattr(st.session_state[address.FILTERS], row.name))
            _widget(row, texts)
        st.button(
            texts("filters.reset"), key="filters-reset", on_click=reset, width="stretch",
            disabled=st.session_state[address.FILTERS] == EVERYTHING,
        )
        foot = render("foot", t=texts, languages=LANGUAGES, entry=True)
        panels.panels({"foot": foot}, key=FOOT, lang=texts.lang, on_action=_foot_clicked)
        panels.panels({"back": render("back", t=texts)}, key=BACK, lang=texts.lang, on_action=_nothing)


def to_widget(row: Filter, value: Any) -> Any:
    """A filter's value as its widget holds it."""
    if row.terms:
        return sorted(value, key=lambda term: term.number)
    if isinstance(row.default, tuple):
        low, high = value
        return (low or 0.0, math.inf if high is None else high)
    return next(name for name, flag in FLAGS.items() if flag == value)


def from_widget(row: Filter, value: Any) -> Any:
    """A widget's value as the filter holds it; the inverse of `to_widget`."""
    if row.terms:
        return frozenset(value)
    if isinstance(row.default, tuple):
        low, high = value
        return (low or None, None if high == math.inf else high)
    return FLAGS[value or "any"]


def stops(value: tuple[float, float]) -> Sequence[float]:
    """The slider's stops: the usual ones and those of a link."""
    return sorted({*POWERS, *value})


def _key(row: Filter) -> str:
    return f"filter-{row.key}"


def _widget(row: Filter, texts: Texts) -> None:
    label, key = texts(f"filter.{row.name}"), _key(row)
    given: dict[str, Any] = {"key": key, "on_change": _changed, "args": (row,)}
    if row.terms:
        st.pills(label, list(row.terms), selection_mode="multi", format_func=texts.term, **given)
    elif isinstance(row.default, tuple):
        def shown(power: float) -> str:
            return texts("filters.most") if power == math.inf else texts.power(power)
        # A default pair makes it a range; what it shows comes from the session all the same.
        st.select_slider(label, stops(st.session_state[key]), (POWERS[0], POWERS[-1]), format_func=shown, **given)
    else:
        st.segmented_control(label, list(FLAGS), format_func=lambda name: texts(f"flag.{name}"), **given)


def _changed(row: Filter) -> None:
    value = from_widget(row, st.session_state[_key(row)])
    st.session_state[address.FILTERS] = replace(st.session_state[address.FILTERS], **{row.name: value})


def reset() -> None:
    """No filter any more, and the widgets show it. For a callback: the sidebar must be drawn after it."""
    st.session_state[address.FILTERS] = EVERYTHING
    for row in FILTERS:
        st.session_state[_key(row)] = to_widget(row, row.default)


def _foot_clicked() -> None:
    name, argument = panels.action(FOOT)
    if name == "lang" and argument in LANGUAGES:
        st.session_state[address.LANG] = argument


def _nothing() -> None:
    """Nothing there concerns the server."""
