"""The records in a JSON file: a list, an envelope around one, a GeoJSON collection, or a record a line."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec

from wirelane_geo.errors import BadFile
from wirelane_geo.importers._encoding import INSTEAD, utf8
from wirelane_geo.importers._fields import snake
from wirelane_geo.importers._notes import Noted
from wirelane_geo.importers._reader import Rejected
from wirelane_geo.importers.source import Source

Entry = tuple[int, Any] | Rejected | Noted

ENVELOPES = ("data", "items", "content", "results", "records", "locations", "features", "value", "values", "result", "response")
"""Names under which feeds put their list."""

OF_RECORDS = frozenset(("evses", "charging_stations", "connectors", "id_pdc_itinerance", "coordinates"))
"""Names that a charge point, or a place with some, has, and no envelope."""

_REFUSED = 2_000
"""OCPI's status codes from here on say what went wrong."""

_decoder = msgspec.json.Decoder()


def records(source: Source) -> Iterator[Entry]:
    """Each record with its number: the line's, or its place in the list from 1. What can't be read is rejected or noted.

    Raises BadFile for a file that is no JSON, or has no list of anything in it.
    """
    lines = enumerate(source.lines(), start=1)
    first = next(_filled(lines), None)
    if first is None:
        return
    try:
        value = _decoded(first[1])
    except (ValueError, RecursionError):
        yield from _of_document(first[0], first[1] + b"".join(line for _, line in lines), source)
        return
    second = next(_filled(lines), None)
    if second is None:
        yield from _noted_encoding(first[1])
        yield from _of_list(_listed(value, source))
    else:
        yield from _of_lines(chain((first, second), _filled(lines)))


def _filled(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    return (line for line in lines if line[1].strip())


def _of_lines(lines: Iterator[tuple[int, bytes]]) -> Iterator[Entry]:
    for number, line in lines:
        given = utf8(line)
        try:
            value = _value(given)
        except (ValueError, RecursionError) as error:
            yield Rejected(number, None, "not a JSON object", str(error), line.decode("utf-8", "replace").rstrip("\r\n"))
            continue
        if given and not given[1]:
            yield Noted(number, None, "", INSTEAD)
        if not isinstance(value, dict):
            yield Rejected(number, None, "not a JSON object", "", value)
        elif (page := _page(value)) is not None:
            yield from ((number, record) for record in page)
        else:
            yield number, value


def _of_document(start: int, content: bytes, source: Source) -> Iterator[Entry]:
    """Of one JSON value that takes more than a line, or of several behind each other; it begins in line `start`."""
    try:
        value = _decoded(content)
    except (ValueError, RecursionError) as error:
        lines = list(_filled(enumerate(content.splitlines(keepends=True), start)))
        if not content.lstrip().startswith(b"[") and any(_is_object(line) for _, line in lines[1:3]):
            yield from _of_lines(iter(lines))
            return
        values = _behind_each_other(content)
        if values is None:
            raise BadFile(_not_json(source, error)) from None
        value = values
    yield from _noted_encoding(content)
    yield from _of_list(_listed(value, source))


def _of_list(found: list[Any]) -> Iterator[Entry]:
    """The records of a list; where all of it are pages, those of the pages."""
    pages = [_page(entry) for entry in found]
    if found and all(page is not None for page in pages):
        found, pages = [record for page in pages for record in page or ()], []
    for number, record in enumerate(found, start=1):
        if number <= len(pages) and pages[number - 1] is not None:
            yield Noted(number, None, "", "a page in the list, not read", record)
        else:
            yield number, record


def _listed(value: Any, source: Source) -> list[Any]:
    """The list in a document."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        given = {snake(str(name)): inner for name, inner in value.items()}
        code = given.get("status_code")
        page = _page(value)
        if isinstance(code, int) and code >= _REFUSED and not page:
            said = given.get("status_message")
            raise BadFile(f"{source} is an answer of OCPI that says what went wrong: {code}" + (f", {said}." if said else "."))
        return [value] if page is None else page
    raise BadFile(f"{source} is JSON, but has no list of charge points.")


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


def _decoded(content: bytes) -> Any:
    """A JSON value. Raises ValueError."""
    return _value(utf8(content))


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


def _noted_encoding(content: bytes) -> Iterator[Noted]:
    if (given := utf8(content)) and not given[1]:
        yield Noted(None, None, "", INSTEAD)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_decoded(line), dict)
    except (ValueError, RecursionError):
        return False


def _behind_each_other(content: bytes) -> list[Any] | None:
    """Several values without a list around them, as files that were put together have them; None where it isn't that."""
    given = utf8(content)
    text = "" if given is None else given[0].decode()
    decoder, values, at = json.JSONDecoder(), [], 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
    return values if len(values) > 1 else None


def _not_json(source: Source, error: Exception) -> str:
    if "truncated" in str(error):
        return f"{source} is not valid JSON: it is cut off. Get it again."
    return f"{source} is not valid JSON, but damaged: {error}."

