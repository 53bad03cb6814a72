"""What we use of Streamlit and pydeck that they don't promise to keep, all of it: there is no public way to it.

Each has its reason beside it and a test in tests/ui/test_insides.py, which says what is to be done when it has changed;
`static/streamlit.js` is the same for the browser's side. Nothing else knows how Streamlit's page is made.
"""

import gc
import logging
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pydeck
import streamlit
from streamlit import config, runtime
from streamlit import logger as loggers
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx

from wirelane_geo.logs import to_the_root

ELEMENTS: Mapping[str, str] = {
    "alert": "stAlert",
    "app": "stApp",
    "app-deploy-button": "stAppDeployButton",
    "app-skeleton": "stAppSkeleton",
    "bottom": "stBottom",
    "caption-container": "stCaptionContainer",
    "column": "stColumn",
    "connection-status": "stConnectionStatus",
    "dialog": "stDialog",
    "element-container": "stElementContainer",
    "expand-sidebar-button": "stExpandSidebarButton",
    "header": "stHeader",
    "horizontal-block": "stHorizontalBlock",
    "html": "stHtml",
    "icon-material": "stIconMaterial",
    "layout-wrapper": "stLayoutWrapper",
    "main": "stMain",
    "main-block-container": "stMainBlockContainer",
    "main-menu": "stMainMenu",
    "page-link": "stPageLink",
    "sidebar": "stSidebar",
    "sidebar-collapse-button": "stSidebarCollapseButton",
    "sidebar-content": "stSidebarContent",
    "sidebar-header": "stSidebarHeader",
    "sidebar-user-content": "stSidebarUserContent",
    "skeleton": "stSkeleton",
    "status-widget": "stStatusWidget",
    "text-input-root": "stTextInputRootElement",
    "toast-container": "stToastContainer",
    "toolbar": "stToolbar",
    "toolbar-actions": "stToolbarActions",
    "vertical-block": "stVerticalBlock",
}
"""Parts of Streamlit's page by the names that our style sheets have for them (`:--sidebar`), each with its `data-testid`.

Streamlit's themes set colours and fonts, no places: a map from edge to edge, a wall without a frame, and a sidebar that lies
over the map on a phone need its elements. By `data-testid` its own tests find them, so that they stay longer than classes."""
BUTTON_KINDS = {"primary-button": "stBaseButton-primary"}
"""Buttons by the beginning of their `data-testid`, which has the kind and the place."""

PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
"""The page that Streamlit serves for every address. What scripts it has in itself the browser must be told (CSP)."""
TITLE, ITS_LANGUAGE = "<title>Streamlit</title>", '<html lang="en">'
"""What that page is called, and its language, until a session has begun: ours have a name, and who shows a link looks there."""
SERVED = re.compile(r"/(_stcore|media|component|static)/|/(auth/login|auth/logout|oauth2callback|favicon\.png|manifest\.json)$|"
                    r"//|.*/$", re.DOTALL)
"""Addresses that Streamlit answers by itself, other than with its page: its own, what has two slashes before it (refused), and
what has one behind it (sent on to the address without)."""
JOINABLE = "1.67.0"
"""The version of Streamlit whose scripts may travel as one (ui/streamlit_bundle.py): none of them changes what it exports once it
has run, but for values that are made when somebody first calls for them."""
RUNTIME, MADE_LATE = "rolldown-runtime", "n"
"""The script with its bundler's own functions, by the beginning of its name, and what it exports the one as that such values are
made with."""
EARLY = ("Html", "BidiComponent")
"""Scripts, by the beginnings of their names, that Streamlit fetches once a page's first answer is there: all of our pages have
style and components."""
BUNDLE = Path(pydeck.__file__).parent / "nbextension" / "static" / "index.js"
"""deck.gl as pydeck's wheel carries it, for Jupyter. pydeck offers a URL of a CDN and HTML with all of it inside; our map needs
it from this server, once for all pages."""


def read_configuration(program: Path) -> None:
    """Let Streamlit read `.streamlit/config.toml` beside a program, from whatever directory that is started.

    `streamlit run` and `App.run` see to that, but we serve the application ourselves; and beside the wheel's program, which
    nobody starts from its own directory, Streamlit would find nothing, report usage and print the pages' comments."""
    if config._main_script_path is None:
        config._main_script_path = str(program.resolve())
        config.get_config_options(force_reparse=True)


def log_to_the_root() -> None:
    """Let Streamlit's loggers, those that it makes later, too, hand what they say to the root's. It gives each of them a handler
    with a form of its own, in which a secret stays; a public way is there for the form alone. (tests/test_logs.py serves so.)"""

    def setup_formatter(logger: logging.Logger) -> None:
        to_the_root(logger)
        logger.propagate = True

    loggers.setup_formatter = setup_formatter


FOR_DEVELOPERS = ("_handle_git_information_request", "_handle_clear_cache_request", "_handle_set_run_on_save_request")
"""What Streamlit's page asks for a developer at its side."""


def serve_visitors_only() -> None:
    """Pass over what Streamlit does for developers, and so for any visitor who asks: it tells the files of the checkout that
    aren't committed, by running git in the event loop, and clears everybody's caches. No setting ends that."""
    for name in FOR_DEVELOPERS:
        setattr(AppSession, name, lambda *_: None)


def read_style(path: Path) -> str:
    """A style sheet of ours, in which `:--name` is a part of Streamlit's page. KeyError: there is none of that name."""
    return re.sub(r":--([a-z-]+)", lambda found: _selector(found[1]), path.read_text(encoding="utf-8"))


def _selector(name: str) -> str:
    return f"[data-testid^={kind}]" if (kind := BUTTON_KINDS.get(name)) else f"[data-testid={ELEMENTS[name]}]"


def is_history_step() -> bool:
    """Whether this run of a page is because of Back or Forward. By the address alone a step back looks like a run that was
    asked for before the browser had written the newest one."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def open_pages() -> float:
    """How many sessions Streamlit has now, as its own metrics say; not a number where its runtime doesn't run or doesn't
    tell. (Those metrics can be asked for over HTTP, too, but not by who doesn't know where this process listens.)"""
    if not runtime.exists():
        return math.nan
    try:
        [stats] = runtime.get_instance().stats_mgr.get_stats(["active_sessions"]).values()
        return float(sum(stat.value for stat in stats))  # type: ignore[attr-defined]
    except (AttributeError, TypeError, ValueError):
        return math.nan


def end_closed_pages(now: float | None = None) -> int:
    """End the sessions of pages that were closed two minutes ago or longer; answers how many they were. Call in the server's
    loop, now and then. `now`: monotonic seconds, those of the clock by default.

    Streamlit keeps the session of a closed page for one that comes back, lets it go when the next one is closed, and leaves
    the session's event loop, three descriptors, to Python's garbage collection: on a quiet day that is never.
    """
    if not runtime.exists():
        return 0
    try:
        expired = runtime.get_instance()._session_mgr._session_storage._cache.expire(now)  # type: ignore[attr-defined]
    except AttributeError:
        return 0
    for _, info in expired:
        info.session.shutdown()
    gc.collect()  # of those that made room for others before their time
    return len(expired)
