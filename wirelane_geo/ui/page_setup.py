"""The frame of a page: its title, its style, the theme in use, and none of Streamlit's own buttons."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.ui.insides import read_style
from wirelane_geo.ui.palette import Theme
from wirelane_geo.ui.render import marks_style
from wirelane_geo.ui.text import LANGUAGES, Texts, choose
from wirelane_geo.ui.trouble import in_words

STYLE, FIRST_STYLE = Path(__file__).with_name("style.css"), Path(__file__).with_name("first.css")
SIDEBAR_PX = 320
LANG = "lang"
"""What the session keeps the language under."""
COOKIE = "wirelane_geo_lang"
"""Written by static/language.js when a visitor chooses a language."""
ICON = Path(__file__).with_name("static") / "icon.svg"


def dress(title: str) -> None:
    """Call first in a page."""
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide", initial_sidebar_state=SIDEBAR_PX)
    st.html(f"<style>{style()}</style>")


@cache
def style() -> str:
    """The CSS of all pages, which comes after that of the page itself (`FIRST_STYLE`)."""
    return read_style(STYLE) + marks_style()


def texts(lang: str | None = None) -> Texts:
    """The words in the visitor's language: the one given (a link's), that of the session, the one that was chosen on a page
    before (a cookie), else the browser's."""
    remembered = st.context.cookies.get(COOKIE)
    asked = lang or st.session_state.get(LANG) or (remembered if remembered in LANGUAGES else None)
    return Texts(choose(asked, st.context.locale))


def names(texts: Texts) -> Sequence[tuple[str, str]]:
    """What Streamlit says in English by itself, each beside what it is to say."""
    english, ours = Texts("en").group("streamlit"), texts.group("streamlit")
    return [(english[key], ours[key]) for key in english]


def fail(error: Exception) -> bool:
    """What a visitor reads where a page fails: an error of ours in its own words, of any other only that there is one.
    For `st.App(on_script_error=...)`: True, the error is told."""
    if isinstance(error, WirelaneGeoError):
        st.error(texts()("app.failed", reason=in_words(error, texts())))
    else:
        logging.getLogger(__name__).error("a page failed", exc_info=error)
        st.error(texts()("app.broken"))
    return True


def theme() -> Theme:
    """Light or dark, as the visitor sees the page now."""
    return "dark" if st.context.theme.type == "dark" else "light"

