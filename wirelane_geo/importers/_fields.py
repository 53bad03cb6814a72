"""The fields of a record: found by any spelling of their names, and read as text, as a word or as yes and no.

A field that can't be read costs itself, and is noted; never the record.
"""

import re
from functools import lru_cache
from typing import Any

from wirelane_geo.importers._address import clean
from wirelane_geo.importers._notes import Notes

LONGEST = 1_000
"""Characters of a text that are kept: a name or an address is shorter, and pages show all of it."""

_ODD_NAMES = {"twenty_four_seven": "twentyfourseven", "24_7": "twentyfourseven", "twenty_four7": "twentyfourseven"}
_WIDE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_EDGES = " ,;"
_YES = frozenset(("true", "1", "vrai", "oui", "yes", "ja", "y", "o", "x", "t", "wahr"))
_NO = frozenset(("false", "0", "faux", "non", "no", "nein", "n", "f", "falsch"))


@lru_cache(maxsize=10_000)
def snake(name: str) -> str:
    """A field's name as OCPI writes it: "evseId", "EvseID" and "evse-id" are "evse_id"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.strip())
    plain = re.sub(r"[\s_.-]+", "_", spaced).strip("_").lower()
    return _ODD_NAMES.get(plain, plain)


_INSIDE = (dict, list)


def plain(value: Any) -> Any:
    """A JSON value with all names as `snake` has them; itself where they are."""
    return value if type(value) not in _INSIDE or _is_plain(value) else _named_plainly(value)


_PLAIN: set[str] = set()
"""Names that are as OCPI writes them, of those that were seen: a country has some hundred."""
_MOST_PLAIN = 10_000


def _is_plain(value: Any) -> bool:
    """Of an object or a list."""
    if type(value) is dict:
        if not value.keys() <= _PLAIN:
            if not all(snake(name) == name for name in value):
                return False
            if len(_PLAIN) < _MOST_PLAIN:
                _PLAIN.update(value)
        value = value.values()
    for inner in value:  # noqa: SIM110 - a generator for each object takes twice as long
        if type(inner) in _INSIDE and not _is_plain(inner):
            return False
    return True


def _named_plainly(value: Any) -> Any:
    if isinstance(value, dict):
        return {snake(name): _named_plainly(inner) for name, inner in value.items()}
    return [_named_plainly(inner) for inner in value] if isinstance(value, list) else value


def entries(given: Any, own: frozenset[str]) -> list[Any] | None:
    """A list of objects; of one object alone, and of some by their ids, that list, too. `own`: names that such an object has.
    None where it is none of these."""
    if isinstance(given, dict):
        alone = any(snake(str(name)) in own for name in given)
        return [given] if alone else list(given.values())
    return given if isinstance(given, list) else None


def text(value: Any, column: str, notes: Notes) -> str | None:
    """A text as one line, or a number written as one; None where it is empty or, noted, no text."""
    if value is None:
        return None
    if type(value) is str and len(value) <= LONGEST:
        return _line(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        notes.add("no text, left out", column, value)
        return None
    line = value if isinstance(value, str) else _number_as_text(value)
    if len(line) > LONGEST:
        notes.add(f"text cut off after {LONGEST:,} characters", column, line[:100])
    return _line(line[:LONGEST])


def _line(given: str) -> str | None:
    if given.isprintable():
        if given and "&" not in given and "  " not in given and given[0] not in _EDGES and given[-1] not in _EDGES:
            return given
        return clean(given)
    return clean(_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", _WIDE.sub(" ", given)))


def word(value: Any) -> str:
    """A word of a vocabulary without case, spaces and separators: "ac_3 phase " is "AC3PHASE"; "" for what is no text."""
    return _word(value) if isinstance(value, str) else ""


@lru_cache(maxsize=10_000)
def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).upper()


def flag(value: Any) -> bool | None:
    """Yes or no, as truth, number or word; None where it is neither."""
    if type(value) is str:
        return _spoken(value)
    if value is None or isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


@lru_cache(maxsize=10_000)
def _spoken(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def said(value: Any, column: str, notes: Notes) -> bool | None:
    """Yes or no; None where nothing is given or, noted, where it is neither."""
    found = flag(value)
    if found is None and value is not None and value != "":
        notes.add("neither yes nor no, left out", column, value)
    return found


def _number_as_text(number: int | float) -> str:
    """Without the ".0" that a spreadsheet gives a number."""
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e15
    return str(int(number) if whole else number)
