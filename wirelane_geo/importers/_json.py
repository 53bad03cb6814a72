"""The records in a JSON file: a list, an envelope around one, a GeoJSON collection, or a record a line.

A list, however long, is read record by record.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._encoding import INSTEAD, utf8
from wirelane_geo.importers._fields import snake
from wirelane_geo.importers._json_text import JsonText
from wirelane_geo.importers._notes import Note
from wirelane_geo.importers._reader import Reject
from wirelane_geo.importers.source import Source

Entry = tuple[int, Any] | Reject | Note

ENVELOPES = ("data", "items", "content", "results", "records", "locations", "features", "value", "values", "result", "response",
             "edges", "nodes")
"""Names under which feeds put their list."""

OF_RECORDS = frozenset(("evses", "charging_stations", "connectors", "id_pdc_itinerance", "coordinates"))
"""Names that a charge point, or a place with some, has, and no envelope."""

_RECORDS_DEPTH = 4
"""How deep a list of records may be in envelopes with names that nobody knows."""

_LONG_TEXT = 100

_SEPARATOR = b"\x1e"
"""What a text sequence (RFC 7464) has before each record."""

_REFUSED = 2_000
"""OCPI's status codes from here on say what went wrong."""

_decoder = msgspec.json.Decoder()


def records(source: Source) -> Iterator[Entry]:
    """Each record with its number: the line's, or its place in the list from 1. What can't be read is rejected or noted.

    Raises BadFile for a file that is no JSON, or has no list of anything in it.
    """
    if _a_record_a_line(source.head):
        yield from _of_lines(_filled(enumerate(source.lines(), start=1)))
    else:
        yield from _Document(source).entries()


def _a_record_a_line(head: bytes) -> bool:
    """Whether a file begins with a line that is an object, and goes on behind it; or with a bad line before good ones."""
    lines = [line for line in head.replace(_SEPARATOR, b"").splitlines(keepends=True) if line.strip()]
    whole = [line for line in lines if line.endswith((b"\n", b"\r"))][:3]
    if len(lines) < 2 or not whole:
        return False
    return _is_object(whole[0]) or (not whole[0].lstrip().startswith(b"[") and any(map(_is_object, whole[1:])))


def _filled(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    return ((number, line.lstrip(_SEPARATOR)) for number, line in lines if line.strip(b" \t\r\n" + _SEPARATOR))


def _of_lines(lines: Iterator[tuple[int, bytes]]) -> Iterator[Entry]:
    for number, line in lines:
        given = utf8(line)
        try:
            value = _value(given)
        except (ValueError, RecursionError) as error:
            yield Reject(number, None, "not a JSON object", str(error), line.decode("utf-8", "replace").rstrip("\r\n"))
            continue
        if given and not given[1]:
            yield Note(number, None, "", INSTEAD)
        if not isinstance(value, dict):
            yield Reject(number, None, "not a JSON object", "", value)
        elif (page := _page(value)) is not None:
            yield from ((number, record) for record in page)
        else:
            yield number, value


class _Document:
    """One JSON value, or several behind each other as files that were put together have them."""

    def __init__(self, source: Source) -> None:
        self._source, self._text = source, JsonText(source)
        self._number = 0
        self._records = False
        """Whether there was a record that is in no page."""

    def entries(self) -> Iterator[Entry]:
        """See `records`."""
        told = False
        for entry in self._roots():
            if self._text.odd and not told:
                told = True
                yield Note(None, None, "", INSTEAD)
            yield entry

    def _roots(self) -> Iterator[Entry]:
        for _ in self._text.values():
            sign = self._text.peek()
            if sign == "[":
                yield from self._list()
            elif sign == "{":
                yield from self._object(root=True)
            else:
                self._text.value()
                raise BadFile(f"{self._source} is JSON, but has no list of charge points.")

    def _list(self) -> Iterator[Entry]:
        """The records of a list; where it begins with pages, those of the pages."""
        for _ in self._text.elements():
            value = self._text.value()
            page = value if isinstance(value, list) else _page(value)
            if page is None:
                self._records = True
                yield self._next(), value
            elif self._records:
                yield Note(self._next(), None, "", "a page in the list, not read", value)
            else:
                yield from ((self._next(), record) for record in page)

    def _object(self, *, root: bool) -> Iterator[Entry]:
        """The records in an envelope; or a record that is the whole document."""
        rest: dict[str, Any] = {}
        names: set[str] = set()
        enveloped, before = False, self._number
        for key in self._text.keys():  # noqa: SIM118 - of a text, not of a dictionary
            name = snake(key)
            inside = name in ENVELOPES and OF_RECORDS.isdisjoint(names) and rest.get("type") != "Feature"
            sign = self._text.peek() if inside else ""
            if sign == "[":
                enveloped = True
                yield from self._list()
            elif sign == "{":
                enveloped = True
                yield from self._object(root=False)
            else:
                rest[key] = self._text.value()
                names.add(name)
        if root and self._number == before:
            self._refuse(rest)
        if OF_RECORDS & names or not (enveloped or _is_nothing(rest)):
            inside = None if OF_RECORDS & names else _inside(rest)
            self._records = True
            yield from ((self._next(), record) for record in ([rest] if inside is None else inside))

    def _refuse(self, rest: dict[str, Any]) -> None:
        """Raise BadFile where OCPI answers that something went wrong."""
        given = {snake(name): inner for name, inner in rest.items()}
        code = given.get("status_code")
        code = int(code) if isinstance(code, str) and code.isdecimal() else code
        if isinstance(code, int) and code >= _REFUSED:
            said = given.get("status_message")
            raise BadFile(f"{self._source} is an answer of OCPI that says what went wrong: {code}"
                          + (f", {said}." if said else "."))

    def _next(self) -> int:
        self._number += 1
        return self._number


def _page(value: Any) -> list[Any] | None:
    """The list in an envelope; None for what is none, a record for example."""
    if not isinstance(value, dict) or not OF_RECORDS.isdisjoint(value):
        return None
    given = {snake(str(name)): inner for name, inner in value.items()}
    if given.keys() & OF_RECORDS or given.get("type") == "Feature":
        return None
    for name in ENVELOPES:
        inner = given.get(name)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict):
            page = _page(inner)
            return [inner] if page is None else page
    return None


def has_nothing(text: str) -> bool:
    """Whether a JSON text is a list without anything in it, or an envelope around one."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list | dict) and bool(value != {}) and _is_nothing(value)


def _is_nothing(value: Any) -> bool:
    """Whether there is no record in a value: an empty list, also one of empty ones; an envelope around that; no envelope, and
    nothing at all but what OCPI says around a list."""
    if isinstance(value, list):
        return all(isinstance(inner, list) and _is_nothing(inner) for inner in value)
    if not isinstance(value, dict):
        return False
    given = {snake(str(name)): inner for name, inner in value.items()}
    around = [inner for name, inner in given.items() if name in ENVELOPES]
    if any(_has_objects(inner) for name, inner in given.items() if name not in ENVELOPES):
        return False
    if around or "status_code" in given:
        return OF_RECORDS.isdisjoint(given) and all(inner is None or _is_nothing(inner) for inner in around)
    return not given or (len(given) == 1 and isinstance(inner := next(iter(given.values())), list) and not inner)


def _inside(value: Any, depth: int = _RECORDS_DEPTH) -> list[Any] | None:
    """The records in an envelope whose name nobody knows: in the first list of some, or in an object that has one by each id;
    None where there are none."""
    if depth == 0 or not isinstance(value, dict):
        return None
    inner = list(value.values())
    if inner and all(map(_is_record, inner)):
        return inner
    lists = (one for one in inner if isinstance(one, list) and any(map(_is_record, one)))
    return next(lists, None) or next((found for one in inner if (found := _inside(one, depth - 1)) is not None), None)


def _has_objects(value: Any, depth: int = _RECORDS_DEPTH) -> bool:
    """Whether there is a list of objects in a value, or a text with JSON in it."""
    if isinstance(value, str):
        return len(value) > _LONG_TEXT and value.lstrip().startswith(("{", "["))
    if depth == 0 or not isinstance(value, dict | list):
        return False
    inner = value if isinstance(value, list) else list(value.values())
    return (isinstance(value, list) and any(isinstance(one, dict) and one for one in value)) or any(
        _has_objects(one, depth - 1) for one in inner)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and not OF_RECORDS.isdisjoint(snake(str(name)) for name in value)


def _value(given: tuple[bytes, bool] | None) -> Any:
    """Of bytes as `utf8` gives them. What many write and JSON doesn't have is read all the same: NaN and Infinity, which are
    null; half a letter as "\\ud83d"; a line's end or a tab within a text. Raises ValueError."""
    if given is None:
        raise ValueError("not UTF-8")
    try:
        return _decoder.decode(given[0])
    except msgspec.DecodeError:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(given[0], strict=False, parse_constant=lambda _: None)
        raise


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_value(utf8(line)), dict)
    except (ValueError, RecursionError):
        return False
