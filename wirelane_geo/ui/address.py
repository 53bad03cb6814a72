"""The address bar and the visitor's choices, one and the same.

The browser owns them: a click is in its address at once and reported with a number (static/choice.js). Python reads the last
report, and before there is one the address; it answers with the number and the canonical link, which the browser takes over
unless something was chosen since. So nothing that lags behind, be it an address or an answer, can undo a choice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from streamlit.runtime.state import QueryParamsProxy

from wirelane_geo import permalink
from wirelane_geo.map.order import Order
from wirelane_geo.model import Handle, PointId
from wirelane_geo.permalink import MAX_STATION, MapState

Panel = Literal["list", "share", "site", "favourites"]
How = Literal["map", "list", "search"]
MOST_FAVOURITES = 50
"""Favourites that a browser keeps."""
MOST_QUERY = 20_000
"""Characters of a link that are read."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the visitor chose last. `version` counts choices, 0: the address as it was opened. `handle`: a station by its
    mark, in the place of `state.station`; `how` it was chosen. `panel`, `order` and `page` are those of the panel at the
    right; `site` is the place whose stations it lists, by one of them; `stars` are the favourites, each by one of its points,
    while they are listed."""

    state: MapState
    version: int = 0
    handle: Handle | None = None
    how: How | None = None
    panel: Panel | None = None
    site: Handle | None = None
    order: Order = "distance"
    page: int = 1
    stars: tuple[PointId, ...] = ()


def parameters(address_bar: QueryParamsProxy) -> dict[str, list[str]]:
    """What the address bar says, repeated keys and all."""
    return {key: address_bar.get_all(key) for key in address_bar}


def choice(reported: object, opened: Mapping[str, Sequence[str]]) -> Choice:
    """What the browser reported, or, where it has not, what the address says. A browser can send anything: what makes no
    sense counts as not said."""
    if not isinstance(reported, Mapping) or not isinstance(reported.get("query"), str):
        return Choice(state=permalink.parse(opened))
    shown = reported.get("panel")
    panel, _, site = (shown if isinstance(shown, str) else "").partition(":")
    return Choice(
        state=permalink.parse(reported["query"][:MOST_QUERY]),
        version=_number(reported.get("version")) or 0,
        handle=None if (handle := _number(reported.get("handle"))) is None else Handle(handle),
        how=_one_of(How, reported.get("how")),
        panel=_one_of(Panel, panel),
        site=Handle(int(site)) if re.fullmatch(r"[0-9]{1,16}", site) else None,
        order=_one_of(Order, reported.get("order")) or "distance",
        page=max(1, _number(reported.get("page")) or 1),
        stars=ids_of(reported.get("stars")),
    )


def answer(heard: Choice, made: MapState) -> dict[str, Any]:
    """What the browser is told: which choice is answered, the link that came of it, and the view of its own link."""
    view = heard.state.view
    return {"version": heard.version, "query": link_of(made),
            "view": view and {"longitude": view.lon, "latitude": view.lat, "zoom": view.zoom}}


def link_of(state: MapState) -> str:
    """The canonical link without the view."""
    return permalink.format(replace(state, view=None))


def ids_of(said: object) -> tuple[PointId, ...]:
    """The ids of favourites that a browser says, those that can be ids, as many as it keeps."""
    given = said if isinstance(said, list | tuple) else ()
    ids = [id for id in given[:MOST_FAVOURITES] if isinstance(id, str) and 0 < len(id) <= MAX_STATION and id.isprintable()]
    return tuple(map(PointId, dict.fromkeys(ids)))


def _one_of(words: Any, said: object) -> Any:
    """What was said, where it is one of a Literal's words."""
    return next((word for word in get_args(words) if word == said), None)


def _number(said: object) -> int | None:
    return int(said) if isinstance(said, int | float) and abs(said) < 2**53 else None
