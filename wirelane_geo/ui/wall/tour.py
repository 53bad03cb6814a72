"""A wall's tour: stops one after the other, each for its time, and new faults first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from wirelane_geo import permalink
from wirelane_geo.filters import FILTERS
from wirelane_geo.geo import Bounds
from wirelane_geo.geo.bounds import read_bbox
from wirelane_geo.map.wall_service import FeedItem
from wirelane_geo.numbers import read_number
from wirelane_geo.permalink import IgnoredPart, MapState, View
from wirelane_geo.places import gazetteer

DWELL_S, JUMP_S = 30.0, 20.0
"""How long a tour stays at a stop, and at a new fault, where the link doesn't say."""
WAITING_S = 300.0
"""A fault that the tour could not jump to for so long is not new any more."""
MOST_STOPS = 50
WHOLE = "all"
CITY_M = ((50_000, 6_000.0), (500_000, 12_000.0), (10**9, 20_000.0))
"""How far around the middle of a city of up to so many people its stop reaches, in metres."""

_STOP = re.compile(r"(?:(?!https?:)(?P<title>[^:=&?/@]{1,60}):)?(?P<what>.+?)(?:@(?P<dwell>[\d.]+))?", re.DOTALL)


@dataclass(frozen=True)
class Stop:
    """Where a tour stays for `dwell_s` seconds: a title ("" without one), filters and language, and where the camera
    goes: a view, bounds, or (None) the whole network."""

    title: str
    state: MapState
    place: View | Bounds | None
    dwell_s: float


def read_stops(text: str, base: MapState, dwell_s: float) -> tuple[tuple[Stop, ...], list[IgnoredPart]]:
    """The stops of the parameter `tour`, and what of it can't be used. Filters of `base` hold where a stop's link says
    nothing else. Never raises."""
    stops, ignored = [], list[IgnoredPart]()
    for number, part in enumerate(filter(None, map(str.strip, text.split(";")))):
        try:
            if number == MOST_STOPS:
                raise ValueError(f"at most {MOST_STOPS} stops")
            stop, unused = _read_stop(part, base, dwell_s)
            stops.append(stop)
            ignored += (replace(one, key="tour", value=f"{one.key}={one.value}") for one in unused)
        except ValueError as error:
            ignored.append(IgnoredPart("tour", part, f"expected {error}"))
        if number == MOST_STOPS:
            break
    return tuple(stops), ignored


def _read_stop(text: str, base: MapState, dwell_s: float) -> tuple[Stop, tuple[IgnoredPart, ...]]:
    match = _STOP.fullmatch(text)
    if match is None:
        raise ValueError("a city, bounds, a link of the map, or all")
    title, what = (match["title"] or "").strip(), match["what"].strip()
    if match["dwell"]:
        dwell_s = _dwell(match["dwell"])
    base = replace(base, view=None, station=None, ignored=())
    if what == WHOLE:
        return Stop(title, base, None, dwell_s), ()
    if "=" in what:
        said = permalink.parse(urlsplit(what).query or what)
        filters = replace(base.filters, **{row.name: value for row in FILTERS
                                           if (value := getattr(said.filters, row.name)) != row.default})
        return Stop(title, replace(base, filters=filters), said.view, dwell_s), said.ignored
    if (place := _bounds(what)) is not None:
        return Stop(title, base, place, dwell_s), ()
    city = next(iter(gazetteer.search(what, 1)), None)
    if city is None:
        raise ValueError("a city that is known")
    reach = next(metres for people, metres in CITY_M if city.population <= people)
    return Stop(title or city.spelling, base, Bounds.around(city.lon, city.lat, reach), dwell_s), ()


def _dwell(text: str) -> float:
    try:
        seconds = read_number(text)
    except ValueError:
        seconds = 0.0
    if not 5 <= seconds <= 3600:
        raise ValueError("5 to 3600 seconds after @")
    return seconds


def _bounds(text: str) -> Bounds | None:
    """Bounds from "west,south,east,north"; None where that isn't meant. ValueError for numbers that are no bounds."""
    if not re.fullmatch(r"[-+\d.,\s]+", text):
        return None
    try:
        return read_bbox(text)
    except ValueError:
        raise ValueError("west,south,east,north in degrees") from None


@dataclass
class Walk:
    """Where the tour of one screen is. `now` is a clock that only goes on, in seconds.

    `origin` is added to it, so that a page that was loaded anew goes on where all screens with this tour are: the time of
    day less `now`, once. The time at faults is taken out again: the tour goes on where it was interrupted, and stays there
    for as long as the jump has lasted before it jumps again.
    """

    stops: Sequence[Stop]
    jump_s: float
    origin: float
    heard: int
    """Number of the last change whose fault is known: older ones aren't new."""
    fault: FeedItem | None = None
    _waiting: list[tuple[float, FeedItem]] = field(default_factory=list)
    _away: float = 0.0
    _left: float = 0.0
    _free: float = float("-inf")
    _kept: int = 0

    def next_kept(self) -> Stop:
        """The stops one after the other, each time another."""
        self._kept = (self._kept + 1) % len(self.stops)
        return self.stops[self._kept]

    def hear(self, faults: Sequence[FeedItem], number: int, now: float) -> None:
        """Points have gone out of order, newest first; those that were heard of are not looked at. All changes up to
        `number` are in it."""
        news = [item for item in faults if item.change.number > self.heard and item.point is not None]
        self.heard = max([self.heard, number, *(item.change.number for item in news)])
        if self.jump_s:
            self._waiting = [*((now, item) for item in news), *self._waiting]

    def look(self, now: float) -> int:
        """The position of the stop that it is now the turn of; `fault` is then where the camera is instead, or None."""
        if self.fault and now >= self._left + self.jump_s:
            self._away += now - self._left
            self._free = now + self.jump_s
            self.fault = None
        self._waiting = [(heard, item) for heard, item in self._waiting if now - heard <= WAITING_S]
        if self._waiting and self.fault is None and now >= self._free:
            (_, self.fault), self._left = self._waiting.pop(0), now
        return self._position((self._left if self.fault else now) - self._away)

    def _position(self, now: float) -> int:
        at = (self.origin + now) % sum(stop.dwell_s for stop in self.stops)
        for number, stop in enumerate(self.stops):
            at -= stop.dwell_s
            if at < 0:
                return number
        return len(self.stops) - 1
