"""What a wall's link says: the map's own parameters, and the wall's (`WALL_PARAMETERS`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wirelane_geo import permalink
from wirelane_geo.filters import Filters
from wirelane_geo.model import Status
from wirelane_geo.numbers import read_number
from wirelane_geo.permalink import IgnoredPart, MapState
from wirelane_geo.ui.palette import Theme
from wirelane_geo.ui.wall.tour import DWELL_S, JUMP_S, Stop, read_stops

REFRESH_S = 2.0
"""How often a wall asks for news where its link doesn't say."""
LAYOUTS = ("full", "map", "numbers", "lists")
FEEDS = ("changes", "faults")
WITH_MAP, WITH_LISTS = frozenset({"full", "map"}), frozenset({"full", "lists"})
NOT_AVAILABLE = frozenset({Status.FAULTED, Status.UNAVAILABLE, Status.UNKNOWN})
"""What a redacted wall doesn't tell apart."""


@dataclass(frozen=True)
class WallChoice:
    """What to show: the link as the map reads it, and the wall's own parameters. Durations are seconds; `jump_s` 0 means
    that the tour doesn't jump. A redacted wall doesn't tell faults from what else can't be used."""

    state: MapState
    layout: str = "full"
    feed: str = "changes"
    tour: tuple[Stop, ...] = ()
    dwell_s: float = DWELL_S
    jump_s: float = JUMP_S
    refresh_s: float = REFRESH_S
    theme: Theme = "dark"
    qr: bool = True
    redacted: bool = False

    @property
    def has_map(self) -> bool:
        """Whether the layout has the map in it."""
        return self.layout in WITH_MAP

    @property
    def has_lists(self) -> bool:
        """Whether the latest changes and the worst points are told."""
        return self.layout in WITH_LISTS and not self.redacted


@dataclass(frozen=True)
class WallParameter:
    """One of the wall's own parameters: its key, what it is about, its values in words, the field it sets, and how it is
    read: ValueError says what would be right."""

    key: str
    what: str
    values: str
    name: str
    read: Callable[[str], Any]


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(" or ".join(words))
        return text
    return read


def _seconds(shortest: float, *others: float) -> Callable[[str], float]:
    """Seconds from `shortest` to an hour, or one of the other numbers."""
    def read(text: str) -> float:
        try:
            seconds = read_number(text)
        except ValueError:
            seconds = -1.0
        if not (shortest <= seconds <= 3600 or seconds in others):
            raise ValueError(f"{shortest:.0f} to 3600 seconds{''.join(f', or {other:.0f}' for other in others)}")
        return seconds
    return read


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("1 or 0")
    return text == "1"


WALL_PARAMETERS = (
    WallParameter("layout", "what is on the screen", "`full` (default), `map` (numbers and map), `numbers`, `lists` (numbers, "
                  "changes and worst points)", "layout", _one_of(*LAYOUTS)),
    WallParameter("feed", "the first of the lists", "`changes` (default): the latest ones; `faults`: what is out, by station, "
                  "until it works again", "feed", _one_of(*FEEDS)),
    WallParameter("tour", "places shown one after the other", "stops separated by `;`: a city, `west,south,east,north` in "
                  "degrees, a link of the map (encoded), or `all`; each may have a title before it (`North:`) and its seconds "
                  "after it (`@60`)", "tour", str),
    WallParameter("dwell", "how long the tour stays at a stop", "seconds, 5 to 3600 (default 30)", "dwell_s", _seconds(5)),
    WallParameter("jump", "how long the tour stays at a new fault, where it jumps first", "seconds, 5 to 3600 (default 20), or "
                  "`0`: it doesn't jump", "jump_s", _seconds(5, 0)),
    WallParameter("refresh", "how often the wall looks for news", "seconds, 1 to 3600 (default 2)", "refresh_s", _seconds(1)),
    WallParameter("theme", "its colours", "`dark` (default), `light`", "theme", _one_of("dark", "light")),
    WallParameter("qr", "the QR code that takes a phone to the same view of the map", "`1` (default), `0`", "qr", _flag),
    WallParameter("redacted", "availability without fault details, for public screens", "`1`, `0` (default)", "redacted", _flag),
)


def read(parameters: Mapping[str, str | Sequence[str]]) -> WallChoice:
    """The choice of a link; what of it can't be used is in `state.ignored`. Repeated tours are one tour, of any other
    parameter of the wall the first value counts. Never raises."""
    rest: dict[str, Sequence[str]] = {key: [said] if isinstance(said, str) else said for key, said in parameters.items()}
    found, ignored = dict[str, Any](), list[IgnoredPart]()
    for row in WALL_PARAMETERS:
        if texts := [text for key in list(rest) if key.strip().lower() == row.key for text in rest.pop(key)]:
            text = (";".join(texts) if row.key == "tour" else texts[0])[:permalink.LONGEST]
            try:
                found[row.name] = row.read(text)
            except ValueError as error:
                ignored.append(IgnoredPart(row.key, text, f"expected {error}"))
                if row.key == "redacted":
                    found[row.name] = True  # who asks for it in wrong words doesn't want to see more
    state = permalink.parse(rest)
    stops, unread = read_stops(found.pop("tour", ""), state, found.get("dwell_s", DWELL_S))
    state = replace(state, ignored=(*state.ignored, *ignored, *unread))
    if found.get("redacted"):
        state, found["jump_s"] = _blurred(state), 0.0
        if found.get("layout") == "lists":
            found["layout"] = "numbers"  # there would be nothing on the screen
        stops = tuple(replace(stop, state=_blurred(stop.state)) for stop in stops)
    return WallChoice(state, tour=stops, **found)


def _blurred(state: MapState) -> MapState:
    """Asking for one of the statuses that aren't told apart asks for all of them; no point is picked out."""
    statuses = state.filters.statuses
    filters: Filters = replace(state.filters, statuses=statuses | NOT_AVAILABLE) if statuses & NOT_AVAILABLE else state.filters
    return replace(state, filters=filters, station=None)
