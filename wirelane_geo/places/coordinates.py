"""Positions in any usual spelling: decimal degrees, degrees with minutes and seconds, links of other maps, plus codes."""

import re
from collections.abc import Callable

from openlocationcode import openlocationcode

Position = tuple[float, float]
"""lon, lat in degrees WGS 84."""

_SIGNS = str.maketrans({"−": "-", "–": "-", "′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "″": '"', "”": '"', "“": '"',
                        "„": '"', "º": "°", "˚": "°", "\u00a0": " ", "\u202f": " "})
_NUMBER = r"\d{1,3}(?:[.,]\d{1,15})?"


_MARKED = rf"(?:\s*(?P<min#>{_NUMBER})\s*'(?:\s*(?P<sec#>{_NUMBER})\s*(?:\"|''))?)?"
_UNMARKED = rf"(?:(?:\s+|(?<=°))(?P<min#>{_NUMBER})(?:(?:\s*'\s*|\s+)(?P<sec#>{_NUMBER})(?:\s*(?:\"|''))?|\s*')?)?"
"""Minutes and seconds: with their marks, and as GPS devices write them, without, which only letters make sure of."""


def _half(n: int, letter: str, minutes: str) -> str:
    """The pattern of a latitude or a longitude, its groups numbered; `letter`: "%s" with the letter before or after it."""
    return (letter % rf"(?P<sign#>[-+])?(?P<deg#>{_NUMBER})\s*(?P<mark#>°)?{minutes}").replace("#", str(n))


_PAIRS = [re.compile(rf"\s*(?:geo:)?\(?\s*{_half(1, letter, minutes)}\s*(?:[,;/|]\s*|\s+)"
                     rf"{_half(2, letter, minutes)}\s*\)?\s*(?:\?.*)?", re.IGNORECASE | re.ASCII)
          for letter, minutes in ((r"(?P<letter#>[NSEW])\s*%s", _MARKED), (r"%s\s*(?P<letter#>[NSEW])?", _MARKED),
                                  (r"(?P<letter#>[NSEW])\s*%s", _UNMARKED), (r"%s\s*(?P<letter#>[NSEW])", _UNMARKED))]
_DECIMAL = r"(-?\d{1,3}\.\d+)"
_LINKS = [re.compile(pattern, re.ASCII) for pattern in (
    rf"!3d{_DECIMAL}!4d{_DECIMAL}",
    rf"[?&](?:q|ll|sll|query|center|daddr|destination|cp)=(?:loc:)?{_DECIMAL}(?:,|%2C|~){_DECIMAL}",
    rf"[?&]mlat={_DECIMAL}&mlon={_DECIMAL}", rf"[?&]lat={_DECIMAL}&lon={_DECIMAL}", rf"@{_DECIMAL},{_DECIMAL}",
    rf"map=[\d.]+/{_DECIMAL}/{_DECIMAL}")]
_PLUS = re.compile(r"\s*([2-9CFGHJMPQRVWX]{2,8}\+[2-9CFGHJMPQRVWX]{0,7})(?:[\s,]+(.*\S))?\s*", re.IGNORECASE)


def position_of(text: str) -> Position | None:
    """The position that a text says: "52.52, 13.405", "52,52 13,405", "N 52° 31.2' E 13° 24.3'", "geo:52.52,13.405", or a link
    that has one. Latitude first, unless letters, or a first number beyond 90, say otherwise. None where it says none."""
    text = text.translate(_SIGNS)
    if "://" in text:
        return next((_checked(float(found[2]), float(found[1])) for link in _LINKS if (found := link.search(text))), None)
    found = next(filter(None, (pair.fullmatch(text) for pair in _PAIRS)), None)
    return None if found is None else _of_pair(found)


def plus_code_position(text: str, place: Callable[[str], Position | None]) -> Position | None:
    """The middle of a plus code: a whole one ("9F4MGC2M+8W"), or a short one and where that is ("GC2M+8W Berlin"). `place` finds
    that; with "" it says what is in view. None where it is no plus code, or nobody knows where a short one is."""
    found = _PLUS.fullmatch(text)
    if found is None:
        return None
    code = found[1].upper()
    if openlocationcode.isShort(code):
        near = place(found[2] or "")
        code = "" if near is None else openlocationcode.recoverNearest(code, near[1], near[0])
    if not code or not openlocationcode.isFull(code):
        return None
    area = openlocationcode.decode(code)
    return _checked(area.longitudeCenter, area.latitudeCenter)


def _of_pair(found: re.Match[str]) -> Position | None:
    first, second = _degrees(found, 1), _degrees(found, 2)
    letters = [(found[f"letter{half}"] or "").upper() for half in (1, 2)]
    if first is None or second is None or not _is_meant(found, letters):
        return None
    if not any(letters):
        return _checked(first, second) if abs(first) > 90 >= abs(second) else _checked(second, first)
    if not all(letters) or (letters[0] in "NS") is (letters[1] in "NS"):
        return None
    return _checked(second, first) if letters[0] in "NS" else _checked(first, second)


def _is_meant(found: re.Match[str], letters: list[str]) -> bool:
    """Whether it can't be two plain numbers, as of a house: some of it has decimals, a mark or a letter."""
    return any(letters) or any(found[f"mark{half}"] or not found[f"deg{half}"].isdigit() for half in (1, 2))


def _degrees(found: re.Match[str], half: int) -> float | None:
    """One half in degrees; None where minutes or seconds are no such."""
    whole, minutes, seconds = (float((found[f"{part}{half}"] or "0").replace(",", ".")) for part in ("deg", "min", "sec"))
    if minutes >= 60 or seconds >= 60:
        return None
    letter = (found[f"letter{half}"] or "").upper()
    value = whole + minutes / 60 + seconds / 3600
    return -value if (found[f"sign{half}"] == "-") != (letter in ("S", "W")) else value


def _checked(lon: float, lat: float) -> Position | None:
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
