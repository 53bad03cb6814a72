"""Charge points as files for others' programs: CSV (RFC 4180) and GeoJSON (RFC 7946), written piece by piece."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from wirelane_geo.map.open_state import open_state
from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint

_FIELDS = tuple(
    field for field in ChargePoint.__struct_fields__ if field not in PRIVATE_FIELDS | {"availability", "distance"}
)
EXPORTED_FIELDS = (*_FIELDS, "open_now", "opens_at")
"""Fields of an exported point, in the model's order, none of them private; then whether it is open at the time of the export,
where that is known, and when a closed one opens, in its own time zone."""
_FORMULA_SIGNS = frozenset("=+-@\u2212")
_UNSEEN = re.compile(r"^[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[ .,'][0-9]+)*")
PIECE = 500
"""Points a piece of a file."""


def as_csv(points: Iterable[ChargePoint], now: datetime) -> Iterator[str]:
    """A header, and a row a point as it is now (an aware time). Lists are joined by spaces; what a spreadsheet would take for a
    formula gets a "'"."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(EXPORTED_FIELDS)
    for number, point in enumerate(points, 1):
        writer.writerow([cell(value) for value in _values(point, now).values()])
        if number % PIECE == 0:
            yield _emptied(text)
    yield _emptied(text)


def as_geojson(points: Iterable[ChargePoint], now: datetime) -> Iterator[str]:
    """A FeatureCollection of points as they are now (an aware time), WGS 84, properties without the empty ones."""
    yield '{"type":"FeatureCollection","features":['
    pieces: list[str] = []
    for number, point in enumerate(points):
        pieces.append(("," if number else "") + msgspec.json.encode(_feature(point, now)).decode())
        if len(pieces) == PIECE:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces) + "]}"


def _feature(point: ChargePoint, now: datetime) -> dict[str, Any]:
    values = _values(point, now)
    longitude, latitude = values.pop("longitude"), values.pop("latitude")
    return {
        "type": "Feature",
        "id": point.id,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": {name: value for name, value in values.items() if value is not None and value != ()},
    }


def _values(point: ChargePoint, now: datetime) -> dict[str, Any]:
    state = open_state(point, now)
    opens_at = state.changes_at if state.is_open is False else None
    return {name: getattr(point, name) for name in _FIELDS} | {"open_now": state.is_open, "opens_at": opens_at}


def cell(value: Any) -> Any:
    """A value as a CSV file has it."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return value if not hasattr(value, "isoformat") else value.isoformat()


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula. It passes over white space and signs without width at the
    beginning, and reads full-width signs as the usual ones. Only a whole number may begin with a sign."""
    begin = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))[:1]
    return begin in _FORMULA_SIGNS and not _NUMBER.fullmatch(text)


def _emptied(text: io.StringIO) -> str:
    piece = text.getvalue()
    text.seek(0)
    text.truncate()
    return piece
