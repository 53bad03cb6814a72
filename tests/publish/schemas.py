"""The profile's own JSON schemas, where the shared data is."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from tests.importers.files import real

ROOTS = {"table": "DATEXII_3_D2Payload.json", "status": "DATEXII_3_MessageContainer.json"}
_BASE = "https://schemas.invalid/"


@cache
def _validator(kind: str) -> Any:
    directory = real(f"feeds/datex2-schema/{kind}")
    found = [(_BASE + path.name, json.loads(path.read_text(encoding="utf-8"))) for path in directory.glob("DATEXII_*.json")]
    return jsonschema_rs.Draft202012Validator({"$id": f"{_BASE}root", "$ref": ROOTS[kind]}, validate_formats=True,
                                              registry=jsonschema_rs.Registry(found))


def faults(kind: str, body: object) -> list[str]:
    """What of a publication ("table" or "status") is not as the schemas have it."""
    return [f"{error.instance_path}: {error.message[:200]}" for error in _validator(kind).iter_errors(body)]
