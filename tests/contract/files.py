"""The facts of the published API, one file a dialect, read into one form: operations, parameters, schemas."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

API_2023 = Path(__file__).parent / "wirelane-2.0.yaml"
"""The Wirelane API 2.0 as published in November 2023."""
API_2026 = Path(__file__).parent / "wirelane-2026.yaml"
"""The same as published in June 2026."""
FILES = {"2023": API_2023, "2026": API_2026}
ORGANIZATION = "organizationId"


@dataclass(frozen=True)
class Operation:
    """One operation: its parameters by name, without the organization's; what it answers, and whether that is a list; the
    schema of its body; the headers of its answer. A parameter's `in` is path, query or header."""

    method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    answers: str
    listed: bool
    body: str | None
    headers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path.removeprefix(f'/organizations/id/{{{ORGANIZATION}}}')}"


@dataclass(frozen=True)
class Field:
    """A field: a JSON type or the name of a schema, in so many lists; what else is said of it."""

    type: str
    lists: int
    said: Mapping[str, Any]

    @property
    def enum(self) -> list[str]:
        return list(self.said.get("enum", ()))


@dataclass(frozen=True)
class Contract:
    """A dialect's document. `objects`: schemas that have no name of their own."""

    name: str
    operations: tuple[Operation, ...]
    schemas: Mapping[str, Mapping[str, Field]]
    required: Mapping[str, tuple[str, ...]]
    webhook: str


@cache
def facts_of(name: str) -> dict[str, Any]:
    """What the file of this dialect says, which nobody changes."""
    return dict(yaml.load(FILES[name].read_text(encoding="utf-8"), yaml.CSafeLoader))  # in C: all of them are read by everyone


@cache
def contract(name: str) -> Contract:
    """The document of this dialect, in one form."""
    facts = facts_of(name)
    operations = tuple(_operation(one, facts.get("everywhere", {})) for one in facts["operations"])
    schemas = {schema: {field: _field(said) for field, said in _fields(schema, facts["schemas"]).items()}
               for schema in facts["schemas"]}
    required = {schema: tuple(said.get("required", ())) for schema, said in facts["schemas"].items()}
    return Contract(name, operations, schemas, required, facts["webhook"]["body"])


def _operation(said: dict[str, Any], everywhere: dict[str, Any]) -> Operation:
    given = said.get("parameters", {})
    named = given if isinstance(given, dict) else {one["name"]: one for one in given}
    parameters = {name: {"in": "query", **facts} for name, facts in named.items() if name != ORGANIZATION}
    success = said["responses"][200] if "responses" in said else {"body": said["answers"]}
    answers = success["body"]
    listed = isinstance(answers, dict)
    counts = everywhere["paged_headers"].partition(" (")[0].split(", ") if said.get("paged") else success.get("headers", ())
    body = said.get("body")
    return Operation(said["method"], said["path"], parameters, next(iter(answers.values())) if listed else answers, listed,
                     body if body is None or isinstance(body, str) else next(iter(body.values())), tuple(counts))


def _fields(schema: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """A schema's fields, those of what it extends first."""
    said = schemas[schema]
    found: dict[str, Any] = {}
    for base in said.get("extends", ()):
        found |= _fields(base, schemas)
    for part in said.get("all_of", (said,)):
        found |= _fields(part, schemas) if isinstance(part, str) else part.get("properties", part.get("fields", {}))
    return found


def _field(said: Any, lists: int = 0) -> Field:
    if isinstance(said, str):
        return Field(said, lists, {})
    for several in ("array_of", "list_of"):
        if several in said:
            return _field(said[several], lists + 1)
    return Field("object" if "object" in said else said["type"], lists, said)
