"""A file for who is signed in: it goes through the page's own connection, so no address serves it to anybody."""

from functools import cache
from typing import Any

import streamlit as st

_SCRIPT = """
export default ({data, parentElement}) => {
  if (!data.content || parentElement.saved === data.serial) return;
  parentElement.saved = data.serial;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([data.content], {type: data.type}));
  link.download = data.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
"""


def send_file(content: str | None, name: str, *, key: str) -> None:
    """Have the browser save a CSV file under this name; None: nothing in this run. Mount it always, with the same key."""
    serial = st.session_state.get(f"{key}-serial", 0) + (content is not None)
    st.session_state[f"{key}-serial"] = serial
    data = {"content": content, "name": name, "type": "text/csv;charset=utf-8", "serial": serial}
    _component()(key=key, data=data)


@cache
def _component() -> Any:
    return st.components.v2.component("wirelane_geo_file", js=_SCRIPT, isolate_styles=False)
