"""A JSON document read piece by piece: no more of it is in memory than the value that is being read."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._encoding import NO_TEXT
from wirelane_geo.importers.source import MOST_LINE, Source

PART = 1 << 18
"""Bytes that are read at a time, at first."""

_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_BEGUN = re.compile(r"-?\d*\.?\d*(?:[eE][+-]?)?|t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?I(?:n(?:f(?:i(?:n(?:it?)?)?)?)?)?")
"""A number or a word whose end may be missing."""

_MOST_DIGITS = 400
"""Digits of a whole number; one with more is beyond any float."""


def _unknown(_: str) -> None:
    """What a value is read as that JSON doesn't have."""


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


_PATIENT = json.JSONDecoder(strict=False, parse_constant=_unknown, parse_int=_whole).raw_decode
"""Reads whole numbers that Python's own reader refuses, as the infinity that they are among floats; it takes its time."""

Opens = Callable[[tuple[str, ...], str], bool]
"""Whether what stands at a path (names of fields; lists add none) and begins with "{" or "[" is gone into."""

_COMMENTS = "it has comments (// or /* */), which JSON doesn't have. Remove them"

Parts = Callable[["JsonText", tuple[str, ...]], Iterator[Any]]
"""Reads the value at a path, and gives it."""


class JsonText:
    """The text of a file and a place in it. `odd`: whether it turned out to be in Windows-1252.

    Everything raises BadFile for what is cut off, damaged, or of no encoding that is known.
    """

    def __init__(self, source: Source) -> None:
        self.odd = False
        self._source, self._parts = source, source.parts(PART)
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._scan = json.JSONDecoder(strict=False, parse_constant=_unknown).raw_decode
        self._text, self._at, self._ended = "", 0, False

    def peek(self) -> str:
        """The next letter that isn't space; "" at the end."""
        while True:
            self._skip(_SPACE)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """The value that begins here, as a whole; NaN and Infinity, which some write, are null."""
        self.peek()
        wanted = PART
        while True:
            try:
                found, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._cut_off(error):
                    raise self._damaged(self._why(error)) from None
            except RecursionError:
                raise self._damaged("it goes too deep") from None
            except ValueError:  # a whole number of more digits than Python reads
                self._scan = _PATIENT
                continue
            else:
                if end < len(self._text) or self._ended:
                    self._at = end
                    return found
            if len(self._text) - self._at > MOST_LINE:
                raise self._damaged(f"it has a value of more than {MOST_LINE >> 20} MiB")
            if not self._more(wanted) and self._ended:
                try:
                    found, self._at = self._scan(self._text, self._at)
                    return found
                except (json.JSONDecodeError, RecursionError):
                    raise self._broken_off() from None
            wanted *= 2

    def keys(self) -> Iterator[str]:
        """The names of the object that begins here. Whoever asks takes the value of each before the next."""
        self._take("{")
        while self._goes_on("}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._damaged("a field has no name")
            self._take(":")
            yield name

    def elements(self) -> Iterator[None]:
        """Once for each element of the list that begins here. Whoever asks takes it before the next."""
        self._take("[")
        while self._goes_on("]"):
            yield

    def values(self) -> Iterator[None]:
        """Once for each value behind each other, whatever is between them."""
        while True:
            self._skip(_BETWEEN)
            if self._at == len(self._text):
                if self._more():
                    continue
                return
            yield

    def _skip(self, what: "re.Pattern[str]") -> None:
        if (match := what.match(self._text, self._at)) is not None:
            self._at = match.end()

    def _goes_on(self, end: str) -> bool:
        """Whether another element follows, and not the end."""
        following = self.peek()
        if following == ",":
            self._at += 1
            following = self.peek()
        if following == "":
            raise self._broken_off()
        if following == end:
            self._at += 1
            return False
        return True

    def _take(self, sign: str) -> None:
        found = self.peek()
        if found != sign:
            raise self._broken_off() if found == "" else self._damaged(
                _COMMENTS if found == "/" else f"{sign} expected, {found} found")
        self._at += 1

    def _cut_off(self, error: json.JSONDecodeError) -> bool:
        """Whether it fails only because the text isn't there to its end."""
        rest = self._text[error.pos:error.pos + 12]
        near = len(self._text) - error.pos
        return (near <= 6 and bool(_BEGUN.fullmatch(rest))) or "Unterminated string" in error.msg or (
            "escape" in error.msg and near <= 12)

    def _why(self, error: json.JSONDecodeError) -> str:
        before = self._text[max(0, error.pos - 1):error.pos + 2]
        if "//" in before or "/*" in before:
            return _COMMENTS
        return "a comma has nothing behind it. Remove it" if "trailing comma" in error.msg else str(error.msg)

    def _more(self, wanted: int = PART) -> bool:
        """Read on; whether there is more."""
        if self._ended:
            return False
        got = []
        while wanted > 0:
            part = next(self._parts, None)
            if part is None:
                self._ended = True
                break
            got.append(self._decoded(part))
            wanted -= len(part)
        if self._ended and not self.odd:
            got.append(self._decoded(b"", final=True))
        self._text = self._text[self._at:] + "".join(got)
        self._at = 0
        return any(got)

    def _decoded(self, part: bytes, *, final: bool = False) -> str:
        if not self.odd:
            pending = self._utf8.getstate()[0]
            try:
                return self._utf8.decode(part, final)
            except UnicodeDecodeError:
                part, self.odd = pending + part, True
        if NO_TEXT.search(part):
            raise BadFile(f"{self._source} is not valid JSON, but damaged: not UTF-8.")
        return part.decode("cp1252")

    def _broken_off(self) -> BadFile:
        return BadFile(f"{self._source} is not valid JSON: it is cut off. Get it again.")

    def _damaged(self, why: str) -> BadFile:
        return BadFile(f"{self._source} is not valid JSON, but damaged: {why}.")


def walk(text: JsonText, opens: Opens, parts: Parts, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All values of a document that are not gone into, each with its path, as `opens` decides; whole, or in the parts that
    `parts` makes of them."""
    sign = text.peek()
    if sign == "{" and opens(path, sign):
        for name in text.keys():  # noqa: SIM118 - of a text, not of a dictionary
            yield from walk(text, opens, parts, (*path, name))
    elif sign == "[" and opens(path, sign):
        for _ in text.elements():
            yield from walk(text, opens, parts, path)
    else:
        yield from ((path, value) for value in parts(text, path))
