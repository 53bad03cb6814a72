"""Every record of the contract, and one of each kind with every field filled in."""

import types
import typing
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import msgspec

from wirelane_geo import model
from wirelane_geo.model import OfferedPoint, Record, Term

OURS = (Record, OfferedPoint)
"""What the contract has no schema for."""
RECORDS = sorted((kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, Record)
                  and kind not in OURS), key=lambda kind: kind.__name__)


def filled(kind: type[Record]) -> Record:
    """A record with something in every field; texts and numbers are all different and nowhere else to be found."""
    return _filled(kind, count(731_000_001))


def texts_in(value: Any) -> set[str]:
    """All texts and large numbers inside of a value, however deep."""
    if isinstance(value, Term | bool) or value is None:
        return set()
    if isinstance(value, str):
        return {value}
    if isinstance(value, int | float | Decimal):
        return {str(value)}
    if isinstance(value, Record):
        return {text for name in value.__struct_fields__ for text in texts_in(getattr(value, name))}
    if isinstance(value, dict):
        return {text for item in value.values() for text in texts_in(item)}
    return {text for item in value for text in texts_in(item)} if isinstance(value, list | tuple) else set()


def plain_type(wanted: Any) -> Any:
    """`X` of `X | None`; what a NewType is made of."""
    if typing.get_origin(wanted) in (types.UnionType, typing.Union):
        [wanted] = [kind for kind in typing.get_args(wanted) if kind is not type(None)]
    return getattr(wanted, "__supertype__", wanted)


def _filled(kind: type[Record], numbers: Any) -> Record:
    return kind(**{field.name: _value(field.type, numbers) for field in msgspec.structs.fields(kind)})


def _value(wanted: Any, numbers: Any) -> Any:
    wanted = plain_type(wanted)
    origin = typing.get_origin(wanted) or wanted
    if origin in (tuple, list):
        return origin([_value(typing.get_args(wanted)[0], numbers)])
    if origin is dict:
        return {"key": f"text-{next(numbers)}"}
    if issubclass(origin, Record):
        return _filled(origin, numbers)
    if issubclass(origin, Term):
        return list(origin)[-1]
    if origin is bool:
        return True
    if origin is datetime:
        return datetime(2025, 10, 9, 14, 30, tzinfo=UTC)
    return f"text-{next(numbers)}" if origin is str else origin(next(numbers))
