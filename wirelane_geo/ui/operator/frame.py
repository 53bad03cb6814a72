"""The frame of an operator's page: nobody gets past it who is not signed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from wirelane_geo.errors import ApiUnauthorized, WirelaneGeoError
from wirelane_geo.installation import Installation, installation
from wirelane_geo.operator.sign_in import Account, sign_in, sign_ins
from wirelane_geo.ui import page_setup, panels
from wirelane_geo.ui.insides import read_style
from wirelane_geo.ui.operator.account import SAID, forget, refusal, signed_in, words
from wirelane_geo.ui.operator.hand_over import hand_over
from wirelane_geo.ui.render import render
from wirelane_geo.ui.text import LANGUAGES, Texts
from wirelane_geo.web.sign_ins import HEADER

STYLE = Path(__file__).parent.parent / "static" / "operator.css"
PAGES = ("sessions", "members", "points")
FILES = {"map": "map.py", "sessions": "sessions.py", "members": "members.py", "points": "charge_points.py"}
LONGEST = 200
"""Characters of a text that is typed to sign in or to search."""
FOOT, PAGE = "operator-foot", "operator-page"
USERNAME, PASSWORD, TYPED = "sign-in-name", "sign-in-password", "sign-in-typed"
"""The fields of the form to sign in, and what was in them when it was sent."""

session = st.session_state


@dataclass(frozen=True)
class OperatorPage:
    """What a page has to work with once somebody is signed in. `name`: one of PAGES; `filters`: the place for widgets in the
    sidebar; `arrived`: this session has not shown the page, or another one since."""

    name: str
    here: Installation
    account: Account
    texts: Texts
    filters: DeltaGenerator
    arrived: bool


def enter(page: str) -> OperatorPage:
    """Call first in a page, one of PAGES. Where nobody is signed in this asks for it, and the page's run ends here."""
    _language()
    texts = page_setup.texts()
    page_setup.dress(f"{texts(f'operator.{page}')} · {texts('app.name')}")
    st.html(f"<style>{style()}</style>")
    theme = page_setup.theme()
    st.html(f'<div class="wl-operator" data-theme="{theme}"></div>')
    here, account = installation(), whose(texts)
    filters = _sidebar(texts, account, page)
    st.title(texts(f"operator.{page}") if account else texts("operator.sign_in"), anchor=False)
    if account is None:
        hand_over(texts, _nothing, signed_in=False, ticket=_ask(here, texts, page))
        st.stop()
    hand_over(texts, _nothing, signed_in=True)
    return OperatorPage(page, here, account, texts, filters, arrived=session.get(PAGE) != page)


def whose(texts: Texts) -> Account | None:
    """Who is signed in on this page: call at the begin of each run, of a fragment's, too."""
    headers = st.context.headers
    if not headers:
        st.stop()  # the websocket is gone, so that nobody sees this run; whose page it is will be asked when it comes back
    return signed_in(session, headers.get(HEADER), texts("operator.expired"))


@cache
def style() -> str:
    """The operator pages' CSS; it comes after that of all pages."""
    return read_style(STYLE)


@contextmanager
def error_notice(page: OperatorPage) -> Iterator[None]:
    """What goes wrong inside is said on the page; where the sign-in is not valid any more, it is asked for anew."""
    try:
        yield
        session[PAGE] = page.name  # a run that was overtaken before it came here has shown nothing
    except ApiUnauthorized as error:
        forget(session, words(error, page.texts, page.account.organization))
        st.rerun()
    except WirelaneGeoError as error:
        st.error(plain(words(error, page.texts, page.account.organization)))


def _language() -> None:
    wanted = st.query_params.get("lang")
    if wanted in LANGUAGES and not session.get(page_setup.LANG):
        session[page_setup.LANG] = wanted


def _sidebar(texts: Texts, account: Account | None, page: str) -> DeltaGenerator:
    with st.sidebar:
        panels.panels({"head": render("head", t=texts)}, key="operator-head", lang=texts.lang, on_action=_nothing,
                      names=page_setup.names(texts), main=texts(f"operator.{page}"))
        lang = {"lang": session[page_setup.LANG]} if session.get(page_setup.LANG) else None
        with st.container(key="operator-nav", gap=None):
            for name, file in FILES.items():
                st.page_link(file, label=texts(f"operator.{name}"), query_params=lang)
        filters = st.container()
        if account:
            st.caption(texts("operator.signed_in", username=plain(account.username)))
            said = texts("operator.signed_out")
            st.button(texts("operator.sign_out"), key="sign-out", on_click=forget, args=(session, said), width="stretch")
        foot = render("foot", t=texts, languages=LANGUAGES, entry=False)
        panels.panels({"foot": foot}, key=FOOT, lang=texts.lang, on_action=_foot_clicked)
    return filters


def _ask(here: Installation, texts: Texts, page: str) -> str | None:
    """The form to sign in with; answers a ticket for who has just done so."""
    ticket = None
    organization = here.credentials.organization if here.settings.embedded else str(here.settings.organization)
    if said := session.pop(SAID, None):
        st.info(said)
    with st.container(key="sign-in-box"):
        meaning = texts("operator.sign_in.meaning", page=texts(f"operator.{page}"), organization=plain(organization))
        st.markdown(meaning)
        with st.form("sign-in", border=False):
            st.text_input(texts("operator.username"), key=USERNAME, autocomplete="username")
            st.text_input(texts("operator.password"), key=PASSWORD, type="password", autocomplete="current-password")
            st.form_submit_button(texts("operator.sign_in"), type="primary", width="stretch", on_click=_take)
        username, password = session.pop(TYPED, (None, None))
        if username is not None and not (username and password and max(len(username), len(password)) <= LONGEST):
            st.error(texts("operator.both"))
        elif username is not None:
            ticket = _try(here, texts, organization, username, password)
        if here.settings.embedded:
            st.caption(texts("operator.sign_in.demo", command="`wirelane-geo credentials`"))
        st.caption(texts("operator.sign_in.kept", minutes=texts.number(here.settings.idle_minutes, 1)))
    return ticket


def _take() -> None:
    """What was typed, once: the user name stays in its field, the password does not."""
    session[TYPED] = session[USERNAME], session[PASSWORD]
    session[PASSWORD] = ""


def _try(here: Installation, texts: Texts, organization: str, username: str, password: str) -> str | None:
    try:
        client = sign_in(here, username, password, st.context.ip_address)
    except WirelaneGeoError as error:
        st.error(plain(refusal(error, texts, organization)))
        return None
    st.info(texts("operator.signing_in"))
    return sign_ins().offer(Account(username, organization, client, password))


def search(label: str, *, key: str, **options: Any) -> str:
    """A text field in the sidebar; what was typed, as much of it as is looked for."""
    typed: str = st.text_input(label, key=key, **options)
    return typed[:LONGEST].strip()


def plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)


def _foot_clicked() -> None:
    name, argument = panels.action(FOOT)
    if name == "lang" and argument in LANGUAGES:
        session[page_setup.LANG] = argument


def _nothing() -> None:
    """Nothing in the head can be clicked, and a run that finds nobody signed in says so by itself."""
