"""Filters in the words of who reads them, for screens without widgets: "Power: 50 to 150 kW"."""

from collections.abc import Callable
from datetime import date
from typing import Any

from wirelane_geo.filters import FILTERS, Filters
from wirelane_geo.ui.text import Texts


def in_words(filters: Filters, texts: Texts) -> list[str]:
    """What is chosen, a line for each filter that is set, in the order of `FILTERS`."""
    lines = []
    for row in FILTERS:
        if (value := getattr(filters, row.name)) != row.default:
            said = WORDS[row.widget](value, texts) if row.widget != "operators" else _operators(row.write(value), texts)
            lines.append(f"{texts(f'filter.{row.name}')}: {said}")
    return lines


def _terms(value: Any, texts: Texts) -> str:
    return ", ".join(texts.term(term) for term in sorted(value, key=lambda term: term.number))


def _power(value: Any, texts: Texts) -> str:
    low, high = (None if end is None else texts.number(end, 1) for end in value)
    if low is None:
        return texts("chosen.kw.to", high=high)
    return texts("chosen.kw.from", low=low) if high is None else texts("chosen.kw", low=low, high=high)


def _flag(value: Any, texts: Texts) -> str:
    return texts("flag.yes" if value else "flag.no")


def _operators(written: str, texts: Texts) -> str:
    return ", ".join(texts("chosen.without", name=name[1:]) if name.startswith("!") else name for name in written.split(","))


def _open(value: Any, texts: Texts) -> str:
    return texts("open.now") if value == "now" else f"{texts.date(value.date(), date.min)} {value:%H:%M}"


WORDS: dict[str, Callable[[Any, Texts], str]] = {
    "terms": _terms, "range": _power, "flag": _flag, "open": _open,
    "area": lambda _, texts: texts("chosen.area"),
    "route": lambda strip, texts: texts("route.km", km=texts.number(strip.width_m / 1000, 2)),
    "stations": lambda handles, texts: texts.number(len(handles)),
    "number": lambda least, texts: texts("at_least.number", n=texts.number(least)),
}
"""How the value of each kind of widget is said."""
