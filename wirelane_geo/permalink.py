"""What is seen, as a query string: `parse(format(state)) == state`, whoever opens it sees the same.

Canonical: known keys only, in a fixed order, defaults dropped. What can't be used is named and dropped, never fatal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from wirelane_geo.filters import EVERYTHING, FILTERS, Filters, write_number
from wirelane_geo.geo.mercator import MAX_LATITUDE
from wirelane_geo.model import PointId

MAX_ZOOM = 20.0
MAX_STATION = 128
LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class View:
    """Where the camera is: degrees WGS 84, zoom as deck.gl counts it. Rounded to what a URL carries (about 1 m, 0.01)."""

    lat: float
    lon: float
    zoom: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "lat", _within("lat", self.lat, -MAX_LATITUDE, MAX_LATITUDE, 5))
        object.__setattr__(self, "lon", _within("lon", self.lon, -180.0, 180.0, 5))
        object.__setattr__(self, "zoom", _within("zoom", self.zoom, 0.0, MAX_ZOOM, 2))


@dataclass(frozen=True)
class Ignored:
    """A part of a URL that could not be used, and why."""

    key: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class MapState:
    """Everything that a link carries: the view, the filters, the open station (the id of one of its points), the language.

    `ignored` tells what of the link was not understood; it takes no part in comparisons.
    """

    view: View | None = None
    filters: Filters = EVERYTHING
    station: PointId | None = None
    lang: str | None = None
    ignored: tuple[Ignored, ...] = field(default=(), compare=False)


KEYS = ("lat", "lon", "zoom", *(row.key for row in FILTERS), "station", "lang")
"""All keys of a link, in canonical order."""


def format(state: MapState) -> str:
    """The canonical query string, without "?". Filters that no link carries (an area, station numbers) are left out."""
    parts: dict[str, str] = {}
    if state.view:
        parts = {key: write_number(getattr(state.view, key)) for key in ("lat", "lon", "zoom")}
    for row in FILTERS:
        if (value := getattr(state.filters, row.name)) != row.default:
            parts[row.key] = row.write(value)
    if state.station:
        parts["station"] = state.station
    if state.lang:
        parts["lang"] = state.lang
    return "&".join(f"{key}={quote(text, safe=',*:~')}" for key, text in parts.items())


def parse(query: str | Mapping[str, str | Sequence[str]]) -> MapState:
    """The state that a query string (with or without "?") or a mapping of parameters says. Never raises: see `ignored`."""
    pairs = _pairs(query)
    ignored: list[Ignored] = []
    found: dict[str, str] = {}
    for key, value in pairs:
        if key not in KEYS:
            ignored.append(Ignored(key, value, "no such parameter"))
        elif key in found and found[key] != value:
            ignored.append(Ignored(key, value, "given twice, the first one counts"))
        else:
            found.setdefault(key, value)
    filters: dict[str, object] = {}
    for row in FILTERS:
        if row.key in found:
            try:
                filters[row.name] = row.read(found[row.key])
            except ValueError as error:
                ignored.append(Ignored(row.key, found[row.key], f"expected {error}"))
    return MapState(
        view=_read_view(found, ignored),
        filters=Filters(**filters),  # type: ignore[arg-type]
        station=_read_station(found, ignored),
        lang=_read_lang(found, ignored),
        ignored=tuple(ignored),
    )


def _pairs(query: str | Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    if isinstance(query, str):
        return parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    return [(key, value) for key, values in query.items() for value in ([values] if isinstance(values, str) else values)]


def _read_view(found: Mapping[str, str], ignored: list[Ignored]) -> View | None:
    given = {key: found[key] for key in ("lat", "lon", "zoom") if key in found}
    if not given:
        return None
    if len(given) < 3:
        ignored.extend(Ignored(key, value, "lat, lon and zoom go together") for key, value in given.items())
        return None
    numbers: dict[str, float] = {}
    for key, value in given.items():
        try:
            numbers[key] = float(value)
            View(**{"lat": 0.0, "lon": 0.0, "zoom": 0.0, key: numbers[key]})
        except ValueError as error:
            reason = str(error) if key in numbers else "expected a number"
            ignored.append(Ignored(key, value, reason))
            numbers.pop(key, None)
    return View(**numbers) if len(numbers) == 3 else None


def _read_station(found: Mapping[str, str], ignored: list[Ignored]) -> PointId | None:
    station = found.get("station")
    if station is not None and not (0 < len(station) <= MAX_STATION and station.isprintable()):
        ignored.append(Ignored("station", station[:MAX_STATION], "expected the id of a charge point"))
        return None
    return None if station is None else PointId(station)


def _read_lang(found: Mapping[str, str], ignored: list[Ignored]) -> str | None:
    lang = found.get("lang")
    if lang is not None and lang not in LANGUAGES:
        ignored.append(Ignored("lang", lang, f"expected {' or '.join(LANGUAGES)}"))
        return None
    return lang


def _within(name: str, value: float, low: float, high: float, digits: int) -> float:
    if not low <= value <= high:
        raise ValueError(f"expected {name} from {write_number(low)} to {write_number(high)}")
    return min(max(round(float(value), digits), low), high) + 0.0
