"""Records, and what they may be wrapped in."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from tests.importers.files import EVSE, IRVE, LOCATION, split

TWO = [LOCATION, LOCATION | {"id": "L8", "evses": [EVSE | {"uid": "8", "evse_id": "NL*ABC*E8"}]}]
ROWS = [IRVE, IRVE | {"id_pdc_itinerance": "FRV75E2"}]


def file(directory: Path, content: bytes | str, name: str = "x.json") -> Path:
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def labels(path: Path) -> list[str]:
    points, rejected, _ = split(path)
    assert rejected == []
    return [point.charge_point_id for point in points]


def lines(records: list[Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def features(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    point = {"type": "Point", "coordinates": [2.3735, 48.9003]}
    return [{"type": "Feature", "geometry": point, "properties": row} for row in rows]


def zipped(**contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/"), content)
    return packed.getvalue()
