"""The embedded basemap close up: outlines and villages in squares, so that a visit fetches those of what it looks at.

`tools/make_basemap.py` writes a file for the whole world of each; this cuts it when the first square is asked for.
"""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from wirelane_geo.web.packed_files import Body

SIDE = 15
"""Degrees of a square; static/packed.js has the same."""
_NAME = re.compile(r"(detail|villages)/(\d{1,2}),(\d{1,2})\.json")
_EMPTY = Body.of(b"{}")


def square(directory: Path, name: str) -> Body | None:
    """The square called `detail/column,row.json` or `villages/column,row.json`; None where a name is no square's.

    Columns count from -180 degrees eastwards, rows from -90 northwards. Without anything in it a square is {}; outlines are
    {"land", "borders"}, villages are {"names", "lon", "lat", "zoom", "size"}, as in the file."""
    if not (found := _NAME.fullmatch(name)):
        return None
    file, column, row = found[1], int(found[2]), int(found[3])
    if column >= 360 // SIDE or row >= 180 // SIDE:
        return None
    return _squares(directory / f"{file}.json.gz").get((column, row), _EMPTY)


@cache
def _squares(path: Path) -> Mapping[tuple[int, int], Body]:
    content = json.loads(gzip.decompress(path.read_bytes()))
    cut = _CUTS[path.name](content)
    return {place: Body.of(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for place, part in cut.items()}


def _outlines(content: dict[str, Any]) -> dict[tuple[int, int], dict[str, Any]]:
    if content["side"] != SIDE:
        raise ValueError(f"outlines are in squares of {content['side']} degrees, not {SIDE}")
    return {(int(column), int(row)): part for place, part in content["squares"].items()
            for column, _, row in [place.partition(",")]}


def _villages(content: dict[str, Any]) -> dict[tuple[int, int], dict[str, Any]]:
    columns = {name: values for name, values in content.items() if isinstance(values, list)}
    cut: dict[tuple[int, int], dict[str, list[Any]]] = {}
    for lon, lat, *row in zip(content["lon"], content["lat"], *columns.values(), strict=True):
        place = (lon + 180_000) // (SIDE * 1000), (lat + 90_000) // (SIDE * 1000)
        part = cut.setdefault(place, {name: [] for name in columns})
        for name, value in zip(columns, row, strict=True):
            part[name].append(value)
    return cut


_CUTS: Mapping[str, Callable[[dict[str, Any]], dict[tuple[int, int], dict[str, Any]]]] = {
    "detail.json.gz": _outlines, "villages.json.gz": _villages,
}
