"""Numbers with their units, as people write them: "22", "22,0", "22 000", "22 kW", "2,2E+01"."""

import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

_QUANTITY = re.compile(r"([+-]?)((?:\d[\d .,']*|[.,]\d+)(?:E[+-]?\d{1,3})?)\s*([A-Zµ²/°]*)(?:\s*\(?(?:AC|DC|max\.?)\)?)?", re.I)


class Quantity(NamedTuple):
    """A number and the unit that stands behind it, in lower case; "" where there is none."""

    number: float
    unit: str = ""


def quantity(value: Any) -> Quantity | None:
    """A finite number, with a unit or without; None for a range, or anything else that isn't one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return None
        return Quantity(number) if math.isfinite(number) else None
    return _read(value) if isinstance(value, str) else None


@lru_cache(maxsize=10_000)
def _read(text: str) -> Quantity | None:
    match = _QUANTITY.fullmatch(re.sub(r"[\s\u202f\u00a0]+", " ", text).strip())
    if match is None:
        return None
    number, _, exponent = match[2].strip().upper().partition("E")
    digits = _with_point(re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", number))
    try:
        found = float(f"{match[1]}{digits}" + (f"e{exponent}" if exponent else ""))
    except ValueError:
        return None
    return Quantity(found, match[3].lower()) if math.isfinite(found) else None


def _with_point(digits: str) -> str:
    """With a decimal point: of "," and "." the last one is it; a sign that comes twice is for thousands."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return digits
    sign, other = digits[last], "," if digits[last] == "." else "."
    if digits.count(sign) > 1:
        grouped = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+", digits)
        return digits.replace(sign, "") if grouped else ""
    return digits.replace(other, "").replace(sign, ".")
