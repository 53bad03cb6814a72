"""Bodies with every field of a schema filled, so many that every word of every enum is in one of them."""

from collections.abc import Iterator
from typing import Any

from tests.contract.files import Contract, Field

_BY_PATTERN = {
    "^[a-zA-Z0-9-_]+$": "A-{n}", "^[a-z]{2}$": "de", "^[A-Z]{2}$": "CH", "[+]?[0-9 ]+": "+49 {n}",
    "^[a-zA-Z0-9-_*.,;!@$]+$": "code-{n}", "^(2[0-3]|[01][0-9]):([0-5][0-9])$": "08:30",
    r"^([12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$": "2026-06-08",
    "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": "00000000-0000-4000-8000-{n:012}",
}
_BY_FORMAT = {"date-time": "2026-06-08T08:00:00Z", "email": "ada-{n}@example.org", "iri-reference": "/evses/{n}"}
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def examples(contract: Contract, schema: str) -> list[dict[str, Any]]:
    """The bodies of a schema."""
    return [_body(contract, schema, number) for number in range(_most_words(contract, schema))]


def reached(contract: Contract, schema: str) -> Iterator[str]:
    """A schema and all that are in it."""
    yield schema
    for field in contract.schemas[schema].values():
        if field.type in contract.schemas:
            yield from reached(contract, field.type)


def _most_words(contract: Contract, schema: str) -> int:
    fields = [field for name in set(reached(contract, schema)) for field in contract.schemas[name].values()]
    return max([2, *(len(field.enum) for field in fields)])


def _body(contract: Contract, schema: str, number: int) -> dict[str, Any]:
    return {name: _listed(_value(contract, name, field, number + place), name, field.lists)
            for place, (name, field) in enumerate(contract.schemas[schema].items())}


def _listed(value: Any, name: str, lists: int) -> Any:
    if name in _DAYS:
        return [["0800", "1830"]]
    for _ in range(lists):
        value = [value]
    return value


def _value(contract: Contract, name: str, field: Field, n: int) -> Any:
    said = field.said
    if field.type in contract.schemas:
        return _body(contract, field.type, n)
    if field.enum:
        return field.enum[n % len(field.enum)]
    if field.type == "string":
        text = _BY_FORMAT.get(said.get("format", "")) or _BY_PATTERN.get(said.get("pattern", "")) or "text {n}"
        return text.format(n=n)
    if field.type == "object":
        keys = said.get("object") or {"2026-12-24": "hours"}
        return {key: [["0900", "1200"]] if kind == "hours" else f"text {n}" for key, kind in keys.items()}
    numbers: dict[str, Any] = {"integer": n + 1, "number": n + 0.25, "boolean": bool(n % 2)}
    return numbers[field.type]
