"""Charge points as files for others' programs: CSV (RFC 4180) and GeoJSON (RFC 7946), written piece by piece."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from wirelane_geo.model import PRIVATE_FIELDS, ChargePoint

COLUMNS = tuple(
    field for field in ChargePoint.__struct_fields__ if field not in PRIVATE_FIELDS | {"availability", "distance"}
)
"""Fields of an exported point, in the model's order; none of them is private."""
PIECE = 500
"""Points a piece of a file."""


def as_csv(points: Iterable[ChargePoint]) -> Iterator[str]:
    """A header, and a row a point. Lists are joined by spaces; what a spreadsheet would take for a formula gets a "'"."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, point in enumerate(points, 1):
        writer.writerow([cell(value) for value in _values(point).values()])
        if number % PIECE == 0:
            yield _emptied(text)
    yield _emptied(text)


def as_geojson(points: Iterable[ChargePoint]) -> Iterator[str]:
    """A FeatureCollection of points, WGS 84, properties without the empty ones."""
    yield '{"type":"FeatureCollection","features":['
    pieces: list[str] = []
    for number, point in enumerate(points):
        pieces.append(("," if number else "") + msgspec.json.encode(_feature(point)).decode())
        if len(pieces) == PIECE:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces) + "]}"


def _feature(point: ChargePoint) -> dict[str, Any]:
    values = _values(point)
    longitude, latitude = values.pop("longitude"), values.pop("latitude")
    return {
        "type": "Feature",
        "id": point.id,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": {name: value for name, value in values.items() if value is not None and value != ()},
    }


def _values(point: ChargePoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in COLUMNS}


def cell(value: Any) -> Any:
    """A value as a CSV file has it."""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, str) and value[:1] in ("=", "@", "\t", "\r", "+", "-"):
        numeric = value[:1] in "+-" and value[1:2].isdigit()
        return value if numeric else f"'{value}"
    return value if not hasattr(value, "isoformat") else value.isoformat()


def _emptied(text: io.StringIO) -> str:
    piece = text.getvalue()
    text.seek(0)
    text.truncate()
    return piece
