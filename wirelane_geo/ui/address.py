"""The address bar and the page's choices, one and the same.

The session holds the choices (filters, open station, language) and the link that stands for them. Where the address bar
says something else than that link (a fresh page, Back, a link pasted over), the address bar wins; where the choices have
changed, they are written to it once, as a step that Back undoes. lat, lon and zoom belong to the map component, which
replaces them in place, and at first drops what of the link could not be used: that is told until something is chosen.
Streamlit doesn't notice that: once it has written an address itself it keeps telling that one, so the view has to come
from the map's own report.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from streamlit.runtime.state import QueryParamsProxy

from wirelane_geo import permalink
from wirelane_geo.filters import EVERYTHING, Filters
from wirelane_geo.permalink import MapState, View

Session = MutableMapping[Any, Any]

LINK, FILTERS, STATION, LANG, IGNORED = "link", "filters", "station", "lang", "ignored"


def parameters(address_bar: QueryParamsProxy) -> dict[str, list[str]]:
    """What the address bar says, repeated keys and all."""
    return {key: address_bar.get_all(key) for key in address_bar}


def take_over(parameters: Mapping[str, Any], session: Session) -> bool:
    """Where the address bar differs from what was last written there, its choices become the session's. Says whether."""
    said = permalink.parse(parameters)
    link = link_of(said)
    if session.get(LINK) == link:
        return False
    session[LINK] = link
    session[FILTERS], session[STATION], session[LANG], session[IGNORED] = said.filters, said.station, said.lang, said.ignored
    return True


def current(parameters: Mapping[str, Any], session: Session, view: View | None = None) -> MapState:
    """The state of the page: the session's choices, the view that the map has reported (until then the address bar's),
    and the complaints about the link."""
    filters: Filters = session.get(FILTERS, EVERYTHING)
    return MapState(view=view or permalink.parse(parameters).view, filters=filters, station=session.get(STATION),
                    lang=session.get(LANG), ignored=session.get(IGNORED, ()))


def news(parameters: Mapping[str, Any], session: Session, view: View | None = None) -> dict[str, str] | None:
    """The parameters to write to the address bar, or None where it says so already. Asking is writing: ask once."""
    state = current(parameters, session, view)
    link = link_of(state)
    if session.get(LINK) == link:
        return None
    session[LINK], session[IGNORED] = link, ()
    return dict(parse_qsl(permalink.format(state)))


def link_of(state: MapState) -> str:
    """The canonical link without the view: what a step of the history is about."""
    return permalink.format(replace(state, view=None))
