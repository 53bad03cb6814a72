"""How the values of filters are read from a link, and written into it."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, TypeVar

import shapely

from wirelane_geo.filters._areas import MOST_CORNERS, MOST_CROSSINGS, WIDTHS_M, Strip, crossings
from wirelane_geo.geo import polyline
from wirelane_geo.model import Term
from wirelane_geo.model.operators import NOT, folded
from wirelane_geo.numbers import read_number

T = TypeVar("T", bound=Term)
MOST_OPERATORS, LONGEST_NAME = 50, 80
"""Operators that a link names, and letters of a name."""
MOST_STATIONS = 100
"""Stations that a link names at once."""
MOST_POINTS = 999
"""Points of a station that can be asked for."""
_FIRST, _LAST = datetime(2000, 1, 1), datetime(2100, 1, 1)


class Unreadable(ValueError):
    """A filter's text that can't be read: what would be right, in words, and, where it can be told, the text that was
    meant (`instead`)."""

    def __init__(self, expected: str, instead: str = "") -> None:
        super().__init__(expected)
        self.instead = instead


def reader_of(terms: type[T]) -> Callable[[str], frozenset[T]]:
    known: dict[str, T] = {term.lower(): term for term in terms}

    def read(text: str) -> frozenset[T]:
        words = list(filter(None, map(str.strip, text.split(","))))
        unknown = [word for word in words if word.lower() not in known]
        if unknown or not words:
            raise Unreadable(f"one or more of {', '.join(terms)}, separated by commas")
        return frozenset(known[word.lower()] for word in words)

    return read


def write_terms(terms: Iterable[Term]) -> str:
    return ",".join(str(term) for term in sorted(terms, key=lambda term: term.number))


def write_number(value: float) -> str:
    """A number as short as it reads back the same."""
    return str(int(value)) if value == int(value) else repr(value)


def read_power(text: str) -> tuple[float | None, float | None]:
    low, dash, high = text.partition("-")
    try:
        bounds = (read_number(low) if low else None, read_number(high) if high else None)
    except ValueError:
        bounds = (None, None)
    given = [bound for bound in bounds if bound is not None]
    if not dash or not given or not all(b >= 0 for b in given) or given != sorted(given):
        raise _no_range(text)
    return bounds


_NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
_ALMOST = re.compile(rf"\s*(<?)>?=?\s*{_NUMBER}(?:\s*-\s*{_NUMBER})?\s*(?:kw)?\s*", re.IGNORECASE | re.ASCII)


def _no_range(text: str) -> Unreadable:
    """What a power that is no range may have meant: "150" or "150 kW" at least so much, "150-50" the other way round."""
    said = _ALMOST.fullmatch(text)
    if said is None:
        return Unreadable("a range in kW: 50-150, 50- or -22")
    low, high = (number.replace(",", ".") if number else "" for number in said.groups()[1:])
    if high:
        return Unreadable("a range in kW, the lower bound first: 50-150", "-".join(sorted((low, high), key=float)))
    meant = f"-{low}" if said[1] else f"{low}-"
    return Unreadable(f"a range in kW: {low}- is {low} kW and more, -{low} at most {low} kW", meant)


def write_power(bounds: tuple[float | None, float | None]) -> str:
    return "-".join("" if bound is None else write_number(bound) for bound in bounds)


def read_flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise Unreadable("1 or 0", {"yes": "1", "true": "1", "no": "0", "false": "0"}.get(text.strip().lower(), ""))
    return text == "1"


def read_operators(text: str) -> frozenset[str]:
    words = frozenset(filter(None, map(str.strip, text.split(","))))
    if not words or len(words) > MOST_OPERATORS or not all(folded(word) and len(word) <= LONGEST_NAME for word in words):
        raise Unreadable("names of operators, separated by commas, ! before one that is left out: Ionity,!Tesla")
    return frozenset(map(operator_word, words))


def read_open(text: str) -> datetime | Literal["now"]:
    said = text.strip()
    if said.lower() == "now":
        return "now"
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        when = None
    if when is None or len(said) < len("2026-12-24T22:00") or not _FIRST <= when.replace(tzinfo=None) < _LAST:
        raise Unreadable("now, or a time as 2026-12-24T22:00")
    if when.tzinfo is not None:
        raise Unreadable("a time on the station's own clock, without a zone", write_open(when.replace(tzinfo=None)))
    return when.replace(second=0, microsecond=0)


def write_open(when: datetime | Literal["now"]) -> str:
    return when.isoformat(timespec="minutes") if isinstance(when, datetime) else when


def read_area(text: str) -> shapely.Polygon:
    ring = _corners(text, 3, "the corners of an area as an encoded polyline, three or more")
    return shapely.Polygon(ring)


def write_area(area: shapely.Geometry) -> str:
    """The corners, the first one not said again; "" for what no link carries: several areas, or one with holes."""
    if not isinstance(area, shapely.Polygon) or area.interiors:
        return ""
    return polyline.encode(list(area.exterior.coords)[:-1])


def read_route(text: str) -> Strip:
    width, colon, line = text.partition(":")
    least, most = WIDTHS_M
    if not colon or not (width.isascii() and width.isdigit() and len(width) < 6 and least <= int(width) <= most):
        raise Unreadable(f"metres to each side, {least} to {most}, a colon, and the route as an encoded polyline")
    points = _corners(line, 2, "a route as an encoded polyline, of two points or more")
    if crossings(points) > MOST_CROSSINGS:
        raise Unreadable(f"a route that crosses itself less than {MOST_CROSSINGS:,} times")
    return Strip(tuple(points), int(width))


def write_route(strip: Strip) -> str:
    return f"{strip.width_m}:{polyline.encode(strip.points)}"


def _corners(text: str, least: int, expected: str) -> list[tuple[float, float]]:
    try:
        points = polyline.decode(text.strip())
    except ValueError:
        raise Unreadable(expected) from None
    if len(set(points)) < least or len(points) > MOST_CORNERS + 1:
        raise Unreadable(f"{expected}, {MOST_CORNERS} at most")
    return points


def read_stations(text: str) -> frozenset[int]:
    words = list(filter(None, map(str.strip, text.split(","))))
    if not words or len(words) > MOST_STATIONS or not all(
            word.isascii() and word.isdigit() and len(word) <= 16 and 0 < int(word) < 2**53 for word in words):
        raise Unreadable(f"numbers of stations, separated by commas, {MOST_STATIONS} at most")
    return frozenset(map(int, words))


def write_stations(handles: Iterable[int]) -> str:
    return ",".join(map(str, sorted(handles)))


def read_count(text: str) -> int:
    said = text.strip()
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:4]) <= MOST_POINTS and len(said) <= 4):
        raise Unreadable(f"a whole number from 1 to {MOST_POINTS}")
    return int(said)


def operator_word(word: str) -> str:
    name = folded(word)
    return f"{NOT}{name}" if word.strip().startswith(NOT) else name


def write_operators(words: Iterable[str]) -> str:
    """Those that are wanted, then those that are left out."""
    return ",".join(sorted(words, key=lambda word: (word.startswith(NOT), word)))
