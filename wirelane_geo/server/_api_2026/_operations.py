"""What the operations of 2026 have in common: every list has four headers that count it, errors have no statuses of their own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from wirelane_geo.model import Record
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._operations import Schema, described_page, in_path, json
from wirelane_geo.server._parameters import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, Parameter, choice, integer
from wirelane_geo.wire.records import encode, encode_page

R = TypeVar("R", bound=Record)

LARGEST_NUMBER = 2**53 - 1
DEFAULT: Mapping[int | str, str] = {"default": "Refused, or failed; the body says why."}
"""The only answer of the document beside 200."""
_FLAG = {"true": True, "false": False}


def pages() -> tuple[Parameter, ...]:
    """What every list has."""
    return (
        Parameter("page", "Number of the page, from 1.", {"type": "integer", "minimum": 1, "default": 1}, integer(1, None),
                  default=1),
        Parameter("page_size", "Records a page.",
                  {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
                  integer(1, LARGEST_PAGE_SIZE), default=DEFAULT_PAGE_SIZE),
    )


def order(orders: Sequence[str], default: str | None, direction: str | None, *directions: str) -> tuple[Parameter, ...]:
    """What a list is sorted by."""
    said = {} if default is None else {"default": default}
    which = {} if direction is None else {"default": direction}
    known = directions or ("asc", "desc")
    return (
        Parameter("order_by", "What to sort by; unknown values last.", {"type": "string", "enum": list(orders), **said},
                  choice(orders), default=default),
        Parameter("order_direction", "Ascending or descending.", {"type": "string", "enum": list(known), **which},
                  choice(known), default=direction or ""),
    )


def text(name: str, meaning: str, **schema: Any) -> Parameter:
    """A text."""
    return Parameter(name, meaning, {"type": "string", **schema}, str)


def flag(name: str, meaning: str, **schema: Any) -> Parameter:
    """Yes or no."""
    return Parameter(name, meaning, {"type": "boolean", **schema}, lambda given: _FLAG[choice(_FLAG)(given)],
                     default=schema.get("default"))


def several(name: str, meaning: str, words: Sequence[str], *, repeated: bool = True) -> Parameter:
    """Any of some words."""
    return Parameter(name, meaning, {"type": "string", "enum": list(words)}, choice(words), listed=True, repeated=repeated)


def matching(name: str, meaning: str, read: Callable[[str], Any], pattern: str, kind: str = "string", *, repeated: bool = True
             ) -> Parameter:
    """Any of some texts of a pattern."""
    return Parameter(name, meaning, {"type": kind, "pattern": pattern} if kind == "string" else {"type": kind}, read,
                     listed=True, repeated=repeated)


def page_of(records: Sequence[R], values: Mapping[str, Any], total: int | None = None) -> Response:
    """A page of records, cut out here unless `total` says that they are one already."""
    number, size = values["page"], values["page_size"]
    shown = records if total is not None else records[(number - 1) * size:number * size]
    total = len(records) if total is None else total
    headers = {"X-Total-Count": total, "X-Total-Pages": -(-total // size), "X-Per-Page": size, "X-Page": number}
    return json(encode_page(shown), {name: str(value) for name, value in headers.items()})


def one(record: Record) -> Response:
    """200 with a record."""
    return json(encode(record))


def described_list(meaning: str, name: str) -> Schema:
    """An answer that is an array of a schema, with its four headers."""
    return described_page(meaning, name, X_Total_Pages="Pages of this size.", X_Per_Page="Records a page.",
                          X_Page="Number of the page.")


def described_all(meaning: str, name: str) -> Schema:
    """An answer that is an array of a schema, all of it."""
    from_ = described_page(meaning, name)
    return {key: value for key, value in from_.items() if key != "headers"}


def number_in_path(name: str, meaning: str) -> Schema:
    """A whole number in the path."""
    return {**in_path(name, meaning), "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}}


def number_of(request: Request, name: str) -> int:
    """The number in a request's path. Raises Refusal."""
    try:
        return integer(0, LARGEST_NUMBER)(request.path_params[name])
    except ValueError as error:
        raise Refusal(400, "invalid_parameter", f"{name}: expected {error}.") from None


def missing(what: str) -> Refusal:
    """404: there is none."""
    return Refusal(404, "not_found", f"There is no such {what}.")


def read_body(body: bytes, kind: type[R]) -> R:
    """The record in a body. Raises Refusal (400)."""
    try:
        return msgspec.json.decode(body, type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "invalid_body", f"The body can't be used: {error}.") from None


