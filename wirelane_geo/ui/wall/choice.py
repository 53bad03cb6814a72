"""What a wall's link says: the map's own parameters, and the wall's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wirelane_geo import permalink
from wirelane_geo.filters import Filters
from wirelane_geo.model import Status
from wirelane_geo.permalink import Ignored, MapState

REFRESH_S = 2.0
"""How often a wall asks for news where its link doesn't say."""
SHORTEST_S, LONGEST_S = 1.0, 3600.0
NOT_AVAILABLE = frozenset({Status.FAULTED, Status.UNAVAILABLE, Status.UNKNOWN})
"""What a redacted wall doesn't tell apart."""


@dataclass(frozen=True)
class WallChoice:
    """What to show: the link as the map reads it, seconds from one look for news to the next, and whether faults are
    not to be told from what else can't be used."""

    state: MapState
    refresh_s: float = REFRESH_S
    redacted: bool = False


def read(parameters: Mapping[str, Any]) -> WallChoice:
    """The choice of a link; what of it can't be used is in `state.ignored`. Never raises."""
    rest, ignored = dict(parameters), []
    refresh_s, redacted = REFRESH_S, False
    if (text := _first(rest.pop("refresh", None))) is not None:
        try:
            refresh_s = _seconds(text)
        except ValueError as error:
            ignored.append(Ignored("refresh", text, f"expected {error}"))
    if (text := _first(rest.pop("redacted", None))) is not None:
        if text in ("0", "1"):
            redacted = text == "1"
        else:
            redacted = True  # who asks for it in wrong words doesn't want to see more
            ignored.append(Ignored("redacted", text, "expected 1 or 0"))
    state = permalink.parse(rest)
    state = replace(state, ignored=(*state.ignored, *ignored))
    return WallChoice(replace(state, filters=_blurred(state.filters)) if redacted else state, refresh_s, redacted)


def _first(value: str | Sequence[str] | None) -> str | None:
    return value if value is None or isinstance(value, str) else next(iter(value), None)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise ValueError(f"{SHORTEST_S:.0f} to {LONGEST_S:.0f} seconds")
    return seconds


def _blurred(filters: Filters) -> Filters:
    """Asking for one of the statuses that aren't told apart asks for all of them."""
    if not filters.statuses & NOT_AVAILABLE:
        return filters
    return replace(filters, statuses=filters.statuses | NOT_AVAILABLE)
