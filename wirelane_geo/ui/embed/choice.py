"""What the link of an embedded map says: the map's own parameters, and `theme`."""

from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import parse_qsl

from wirelane_geo import permalink
from wirelane_geo.permalink import IgnoredPart, MapState
from wirelane_geo.ui.palette import Theme

THEME = "theme"


@dataclass(frozen=True)
class EmbedChoice:
    """The link as the map reads it, and the theme; None: light or dark as the visitor's browser is."""

    state: MapState
    theme: Theme | None = None


def read(query: str) -> EmbedChoice:
    """The choice of a query string; what of it can't be used is in `state.ignored`, the rest applies. Never raises."""
    rest: dict[str, list[str]] = {}
    said: list[str] = []
    for key, value in parse_qsl(query, keep_blank_values=True):
        (said if key.strip().lower() == THEME else rest.setdefault(key, [])).append(value)
    state = permalink.parse(rest)
    theme = next((one for one in get_args(Theme) if said and said[0].strip().lower() == one), None)
    if said and theme is None:
        state = replace(state, ignored=(*state.ignored, IgnoredPart(THEME, said[0], f"expected {' or '.join(get_args(Theme))}")))
    return EmbedChoice(state, theme)
