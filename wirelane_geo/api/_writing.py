"""How the API wants the values of query parameters written. Each writer raises ValueError or TypeError, saying what would
be right; an empty text or list means: nothing is asked."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Written = str | list[str]
Writer = Callable[[Any], Written]


def number(low: float, high: float, meaning: str) -> Writer:
    """A number within limits, in plain digits."""
    def write(value: float | str) -> str:
        try:
            found = float(value)
        except (ValueError, TypeError):
            found = math.nan
        if not low <= found <= high:
            raise ValueError(meaning)
        return _decimal(found)

    return write


def _decimal(number: float) -> str:
    """Plain digits that read back the same, never an exponent: the API's pattern has none."""
    text = format(Decimal(repr(round(number, 15))), "f")
    return text.removesuffix(".0") if number else "0"


def whole(low: int, high: int, meaning: str) -> Writer:
    """A whole number within limits; a fraction is rounded up."""
    def write(value: float | str) -> str:
        try:
            found = math.ceil(float(value))
        except (ValueError, TypeError, OverflowError):
            found = low - 1
        if not low <= found <= high:
            raise ValueError(meaning)
        return str(found)

    return write


def words(known: Iterable[str] = (), pattern: str = "[^,]+", meaning: str = "texts without commas", *,
          blank: bool = False) -> Writer:
    """Several words in one parameter, commas between them. `blank`: the contract has the empty text among the words."""
    split = _split(known, pattern, meaning, blank)

    def write(value: Iterable[object] | str) -> Written:
        several = split(value)
        return several if several == [""] else ",".join(several)

    return write


def repeated(known: Iterable[str] = (), pattern: str = ".+", meaning: str = "texts that are not empty", *,
             blank: bool = False) -> Writer:
    """Several words, each in a parameter of its own. `blank`: as for `words`."""
    return _split(known, pattern, meaning, blank)


def _split(known: Iterable[str], pattern: str, meaning: str, blank: bool) -> Callable[[Any], list[str]]:
    allowed = tuple(known)
    meaning = f"any of {', '.join(allowed)}" if allowed else meaning

    def fits(word: str) -> bool:
        if not word:
            return blank
        return bool(re.fullmatch(pattern, word, re.DOTALL)) and (not allowed or word in allowed)

    def split(value: Iterable[object] | str) -> list[str]:
        several = [word for word in value.split(",") if word] if isinstance(value, str) else [str(word) for word in value]
        if not all(map(fits, several)):
            raise ValueError(meaning)
        return several

    return split


def one_of(*known: str) -> Writer:
    """One word of several."""
    def write(value: str) -> str:
        if value not in known:
            raise ValueError(f"one of {', '.join(filter(None, known))}")
        return str(value)

    return write


def flag(value: bool | int | str) -> str:
    """Yes or no, as 1 or 0."""
    if str(value) not in ("0", "1", "True", "False"):
        raise ValueError("True or False")
    return "1" if str(value) in ("1", "True") else "0"


def matching(pattern: str, meaning: str) -> Writer:
    """A text of certain characters."""
    def write(value: str) -> str:
        if value and not re.fullmatch(pattern, value):
            raise ValueError(meaning)
        return value

    return write


def moment(*, up: bool) -> Writer:
    """A time as the API's date pickers want it, "2024-05-01T08:00:00+0000"; a fraction of a second is rounded up or down."""
    def write(value: datetime) -> str:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError("a datetime with a zone, such as datetime(2024, 5, 1, tzinfo=UTC)")
        utc = value.astimezone(UTC)
        if utc.microsecond:
            utc = utc.replace(microsecond=0) + timedelta(seconds=1 if up else 0)
        return utc.isoformat().replace("+00:00", "+0000")

    return write
