"""What is seen, as a query string: `parse(format(state)) == state`, whoever opens it sees the same.

Canonical: known keys only, in a fixed order, defaults dropped. What can't be used as it stands is named, never fatal; what
mail and networks add to a link (`utm_source`, `fbclid`) is nobody's business and dropped without a word.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, quote

from wirelane_geo.filters import EVERYTHING, FILTERS, Filter, Filters, Unreadable, write_number
from wirelane_geo.geo.mercator import MAX_LATITUDE
from wirelane_geo.model import PointId
from wirelane_geo.numbers import read_number

MAX_ZOOM = 20.0
TOWN_ZOOM = 12.0
"""Where a link says lat and lon, but no zoom that can be used."""
MAX_STATION = 128
LONGEST, MOST_PARTS = 8_000, 200
"""Characters of a link, and parts of it, that are read."""
LANGUAGES = ("en", "de")

_VIEW = {"lat": (-MAX_LATITUDE, MAX_LATITUDE, 5), "lon": (-180.0, 180.0, 5), "zoom": (0.0, MAX_ZOOM, 2)}
"""Least, most and decimals of each part of a view."""
_LONGEST_WORD = 40
"""Characters of a word that is looked at for what it may have meant."""
_FOREIGN = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|itm|at|gad)_.+|_ga|_gl|gclid|gclsrc|dclid|[gw]braid|srsltid|(?:fb|ms|tw|tt|y|ys|ir)cl(?:k|ick)?id"
    r"|igsh(?:id)?|li_fat_id|epik|rdt_cid|sc_?cid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|__hs(?:tc|sc|fp)|hsctatracking|oly_(?:anon|enc)_id"
    r"|vero_(?:id|conv)|s_kwcid|ef_id|_openstat|ml_subscriber(?:_hash)?|cmpid|campaignid|ref(?:_src|_url|err?er)?|source"
    r"|embed(?:_options)?")
"""Parameters of somebody else: campaigns, who passed the link on, and Streamlit's own."""


@dataclass(frozen=True)
class View:
    """Where the camera is: degrees WGS 84, zoom as deck.gl counts it. Rounded to what a URL carries (about 1 m, 0.01)."""

    lat: float
    lon: float
    zoom: float

    def __post_init__(self) -> None:
        for name, (low, high, digits) in _VIEW.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(_expected(name))
            object.__setattr__(self, name, min(max(round(float(value), digits), low), high) + 0.0)


@dataclass(frozen=True)
class IgnoredPart:
    """A part of a URL that could not be used as it stands, and why. `instead` is what would work, as a link says it, where
    that can be told; `taken` says that this is what the page goes on with."""

    key: str
    value: str
    reason: str
    instead: str = ""
    taken: bool = False

    def __str__(self) -> str:
        return f"{self.key}={self.value}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class MapState:
    """Everything that a link carries: the view, the filters, the open station (the id of one of its points), the language.

    `ignored` tells what of the link was not taken as it stands; it takes no part in comparisons.
    """

    view: View | None = None
    filters: Filters = EVERYTHING
    station: PointId | None = None
    lang: str | None = None
    ignored: tuple[IgnoredPart, ...] = field(default=(), compare=False)


KEYS = (*_VIEW, *(row.key for row in FILTERS), "station", "lang")
"""All keys of a link, in canonical order."""


def format(state: MapState) -> str:
    """The canonical query string, without "?". Filters that no link carries (areas with holes, station numbers) are left out."""
    parts: dict[str, str] = {}
    if state.view:
        parts = {key: write_number(getattr(state.view, key)) for key in _VIEW}
    for row in FILTERS:
        if (value := getattr(state.filters, row.name)) != row.default and (text := row.write(value)):
            parts[row.key] = text
    if state.station:
        parts["station"] = state.station
    if state.lang:
        parts["lang"] = state.lang
    return "&".join(f"{key}={quote(text, safe=',*:~!')}" for key, text in parts.items())


def parse(query: str | Mapping[str, str | Sequence[str]]) -> MapState:
    """The state that a query string (with or without "?") or a mapping of parameters says. Never raises: see `ignored`.

    Keys and words are read in any case. A filter that has several values has those of all its keys
    (`status=FREE&status=FAULTED`); of anything else the first one counts.
    """
    found: dict[str, list[str]] = {}
    ignored: list[IgnoredPart] = []
    pairs = _pairs(query)
    read = _within_length(pairs)
    if len(read) < len(pairs):
        ignored.append(IgnoredPart(pairs[len(read)][0][:_LONGEST_WORD], "…", "the link is too long, the rest of it is not read"))
    for key, value in read:
        name = key.strip().lower()
        if name in KEYS:
            found.setdefault(name, []).append(value)
        elif not _FOREIGN.fullmatch(name):
            near = _near(name, KEYS)
            ignored.append(IgnoredPart(key, value, "no such parameter", near and f"{near}={value}"))
    filters = {row.name: _read_filter(row, found[row.key], ignored) for row in FILTERS if row.key in found}
    one = {key: _only(key, values, ignored) for key, values in found.items() if key in (*_VIEW, "station", "lang")}
    return MapState(
        view=_read_view({key: one[key] for key in _VIEW if key in one}, ignored),
        filters=Filters(**filters),  # type: ignore[arg-type]
        station=_read_station(one.get("station"), ignored),
        lang=_read_lang(one.get("lang"), ignored),
        ignored=tuple(ignored),
    )


def _pairs(query: str | Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    if isinstance(query, str):
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    else:
        pairs = [(key, value) for key, values in query.items() for value in ([values] if isinstance(values, str) else values)]
    return [(key, value.replace("\0", "")) for key, value in pairs]  # no database keeps it


def _within_length(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The first parts of a link, as many as are read."""
    length = 0
    for number, (key, value) in enumerate(pairs[:MOST_PARTS]):
        length += len(key) + len(value) + 2
        if length > LONGEST:
            return pairs[:number]
    return pairs[:MOST_PARTS]


def _only(key: str, values: Sequence[str], ignored: list[IgnoredPart]) -> str:
    """The first value; the others are named where they say something else."""
    first, *others = values
    ignored.extend(IgnoredPart(key, other, "given twice, the first one counts") for other in others if other != first)
    return first


def _near(word: str, known: Sequence[str]) -> str:
    """What a word may have meant; "" where nothing is like it. Available doesn't mean unavailable."""
    like = [other for other in known if other[:1] == word[:1]] if len(word) <= _LONGEST_WORD else []
    return next(iter(get_close_matches(word, like, 1)), "")


def _read_filter(row: Filter, texts: Sequence[str], ignored: list[IgnoredPart]) -> object:
    """A filter's value; of a list, the words that are understood."""
    if not row.is_list:
        return _read(row, _only(row.key, texts, ignored), ignored, row.default)
    words = [word for text in texts for word in (list(filter(None, map(str.strip, text.split(",")))) or [text])]
    return frozenset[object]().union(*(_read(row, word, ignored, ()) for word in dict.fromkeys(words)))


def _read(row: Filter, text: str, ignored: list[IgnoredPart], otherwise: Any) -> Any:
    try:
        return row.read(text)
    except Unreadable as error:
        near = error.instead or _near(text.upper(), tuple(row.terms or ()))
        ignored.append(IgnoredPart(row.key, text, f"expected {error}", near and f"{row.key}={near}"))
        return otherwise


def _read_view(given: Mapping[str, str], ignored: list[IgnoredPart]) -> View | None:
    """The view, its numbers brought within their limits; None where there is no place to look at."""
    numbers = {key: number for key, text in given.items() if (number := _read_number(text)) is not None}
    ignored.extend(IgnoredPart(key, text, "expected a number") for key, text in given.items() if key not in numbers)
    if not {"lat", "lon"} <= numbers.keys():
        ignored.extend(IgnoredPart(key, given[key], "lat and lon go together") for key in numbers)
        return None
    view = View(**{"zoom": TOWN_ZOOM, **{key: _limited(key, number) for key, number in numbers.items()}})
    for key, number in numbers.items():
        low, high, _ = _VIEW[key]
        if not low <= number <= high:
            instead = f"{key}={write_number(getattr(view, key))}"
            ignored.append(IgnoredPart(key, given[key], _expected(key), instead, taken=True))
    return view


def _read_number(text: str) -> float | None:
    """A finite number, its decimals after a point or a comma."""
    try:
        return read_number(text.replace(",", "."))
    except ValueError:
        return None


def _limited(key: str, number: float) -> float:
    """The nearest number that is right; a longitude goes on behind the antimeridian."""
    low, high, _ = _VIEW[key]
    if key == "lon" and not low <= number <= high:
        number = (number + 180.0) % 360.0 - 180.0
    return min(max(number, low), high)


def _expected(key: str) -> str:
    low, high, _ = _VIEW[key]
    return f"expected {key} from {write_number(low)} to {write_number(high)}"


def _read_station(station: str | None, ignored: list[IgnoredPart]) -> PointId | None:
    if station is not None and not (0 < len(station) <= MAX_STATION and station.isprintable()):
        ignored.append(IgnoredPart("station", station[:MAX_STATION], "expected the id of a charge point"))
        return None
    return None if station is None else PointId(station)


def _read_lang(said: str | None, ignored: list[IgnoredPart]) -> str | None:
    lang = said and said.strip().lower().replace("_", "-").partition("-")[0]
    if said is not None and lang not in LANGUAGES:
        ignored.append(IgnoredPart("lang", said, f"expected {' or '.join(LANGUAGES)}"))
        return None
    return lang
