"""A list's query parameters: one row each, in a table. Reading, refusing and the published document follow from it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from wirelane_geo.model import Term
from wirelane_geo.server._errors import Refusal, bad_parameter

LARGEST_PAGE_SIZE = 1_000_000
DEFAULT_PAGE_SIZE = 50

_INTEGER = re.compile(r"-?[0-9]+")
_DIRECTIONS = ("asc", "desc", "")


@dataclass(frozen=True)
class Parameter:
    """A query parameter. `read` takes its text, of a list each item's, and raises ValueError with what would be right.

    A list is comma-separated, and repeating the parameter means the same; with `repeated` only the latter.
    """

    name: str
    meaning: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    listed: bool = False
    repeated: bool = False
    default: Any = field(default=None)

    @property
    def strict(self) -> bool:
        """Whether an item that is empty is none that the schema allows."""
        return "pattern" in self.schema or "" not in self.schema.get("enum", [""])

    def items(self, text: str) -> list[str]:
        """The items in one text of a list; an empty one says nothing, where the schema allows it at all."""
        return [item for item in ([text] if self.repeated else text.split(",")) if item or self.strict]

    def published(self) -> dict[str, Any]:
        """The parameter as OpenAPI has it."""
        schema: dict[str, Any] = {"type": "array", "items": self.schema} if self.listed else self.schema
        if self.listed and self.strict:
            schema["minItems"] = 1  # an empty list looks like an empty item
        style = {"style": "form", "explode": self.repeated} if self.listed else {}
        return {"name": self.name, "in": "query", "required": False, "description": self.meaning, "schema": schema, **style}


def integer(low: int, high: int | None) -> Callable[[str], int]:
    """Reads a whole number within limits."""
    expected = f"a whole number from {low}" + ("" if high is None else f" to {high}")

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text):
            raise ValueError(expected)
        digits = text.lstrip("-").lstrip("0")
        value = int(digits or "0") if len(digits) < 19 else 10**18
        if text.startswith("-") and value:
            raise ValueError(expected)
        if value < low or (high is not None and value > high):
            raise ValueError(expected)
        return value
    return read


def choice(values: Iterable[str]) -> Callable[[str], str]:
    """Reads one of some words."""
    known = tuple(values)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError("one of " + ", ".join(value or "''" for value in known))
        return text
    return read


def terms(kind: type[Term], but: Iterable[Term] = ()) -> Callable[[str], Term]:
    """Reads a value of an enum, but some of them."""
    choose = choice(term for term in kind if term not in tuple(but))
    return lambda text: kind(choose(text))


def texts(name: str, meaning: str, *, repeated: bool = False) -> Parameter:
    """A list of texts of any kind."""
    return Parameter(name, meaning, {"type": "string"}, str, listed=True, repeated=repeated)


def enum(name: str, meaning: str, kind: type[Term], but: Iterable[Term] = (), *, repeated: bool = False,
         blank: bool = True) -> Parameter:
    """A list of values of an enum, but some of them; with `blank` also of empty texts, as the contract often has it."""
    values = [term.value for term in kind if term not in tuple(but)]
    return Parameter(name, meaning, {"type": "string", "enum": [*values, *([""] if blank else ())]}, terms(kind, but),
                     listed=True, repeated=repeated)


def listing(what: str, searched: str, orders: Sequence[str], note: str = "") -> tuple[Parameter, ...]:
    """What every list has: pages, search and order."""
    return (
        Parameter("page", "Number of the page, from 1.", {"type": "integer", "minimum": 1, "default": 1},
                  integer(1, None), default=1),
        Parameter("page_size", f"{what} per page.",
                  {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
                  integer(1, LARGEST_PAGE_SIZE), default=DEFAULT_PAGE_SIZE),
        Parameter("search", f"Words, each the beginning of a word of {searched}.", {"type": "string"}, str, default=""),
        Parameter("order_by", f"What to sort by{note}. Unknown values last.", {"type": "string", "enum": list(orders)},
                  choice(orders)),
        Parameter("order_direction", "Ascending unless `desc`.", {"type": "string", "enum": list(_DIRECTIONS)},
                  choice(_DIRECTIONS), default=""),
    )


def values_of(table: Sequence[Parameter], given: QueryParams) -> dict[str, Any]:
    """Every parameter's value or default. Raises Refusal (400) for one that is unknown, given twice, or can't be read."""
    known = {parameter.name: parameter for parameter in table}
    values: dict[str, Any] = {p.name: frozenset() if p.listed else p.default for p in table}
    for name in given:
        parameter = known.get(name)
        texts = given.getlist(name)
        if parameter is None:
            raise Refusal(400, "invalid_parameter", f"{name[:80]}: there is no such parameter.")
        if parameter.listed:
            values[name] = frozenset(_read(parameter, item) for text in texts for item in parameter.items(text))
        elif len(texts) > 1:
            raise Refusal(400, "invalid_parameter", f"{name}: given more than once.")
        else:
            values[name] = _read(parameter, texts[0])
    return values


def _read(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.read(text)
    except ValueError as error:
        raise bad_parameter(parameter.name, text, str(error)) from None
