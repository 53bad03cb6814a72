"""Numbers as links and people write them."""

import math
import re

_DECIMAL = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\s*")


def read_number(text: str) -> float:
    """A finite number of decimal digits, "52.5" or "-.25"; ValueError for all else, and for what Python alone takes for one:
    "1_0", digits of other scripts, "nan"."""
    if not _DECIMAL.fullmatch(text) or not math.isfinite(number := float(text)):
        raise ValueError("expected a number")
    return number
