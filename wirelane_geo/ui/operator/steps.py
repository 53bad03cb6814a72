"""Where one is on an operator's page, in its address: Back, Forward and a reload lead to where one was."""

from collections.abc import Sequence

import streamlit as st

from wirelane_geo.ui.insides import is_history_step

Place = dict[str, str]


class Steps:
    """The steps of one page, by some keys of its address; the other keys stay as they are. arrived: the page was not shown in
    the run before."""

    def __init__(self, keys: Sequence[str], *, arrived: bool) -> None:
        self._keys, self._arrived = keys, arrived

    def asked(self) -> Place | None:
        """Where somebody has gone by an address or the browser's own means; None: nowhere. What else the address may say in a
        run says nothing: the run may have been asked for before the browser heard of the last step."""
        return self._here() if self._arrived or is_history_step() else None

    def go(self, **place: str) -> None:
        """Make a step, which Back undoes."""
        if place != self._here():
            others = {key: value for key, value in st.query_params.to_dict().items() if key not in self._keys}
            st.query_params.from_dict(others | place)

    def _here(self) -> Place:
        return {key: st.query_params[key] for key in self._keys if key in st.query_params}
