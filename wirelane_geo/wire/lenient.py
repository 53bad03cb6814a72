"""What an upstream writes otherwise than the contract does, and how it is understood, for any record of the model.

Odd, but understood:

- numbers and booleans written as text; texts written as numbers, as the contract's samples do with `zip_code`,
  `house_number` and `service_hotline`; an event's `data` that is an object itself becomes its text;
- null, or an empty text where no text belongs: not given; an empty list where an object belongs: not given;
- times with `Z`, `+02:00`, `+0200`, or as seconds since 1970.

Understood in part, and counted as "field=VALUE": a value that an enum doesn't have is dropped, or UNKNOWN where the enum
has that; so is a number that can't be; a time without a zone is taken as UTC.

A price stays what was written: it goes from the JSON's digits to a Decimal, never through a float.
"""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargePoint, ChargingSession, Record, Term

R = TypeVar("R", bound=Record)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
NOT_NEGATIVE: Mapping[type[Record], frozenset[str]] = {
    ChargePoint: frozenset({"power", "current", "voltage", "distance"}),
    ChargingSession: frozenset({"kwh", "transaction_duration", "session_duration"}),
}
"""Quantities that are 0 or more; whole numbers among them are below 2**31."""

_FIVE_DIGITS = frozenset({"DE", "EE", "ES", "FI", "FR", "HR", "IT"})
_DOCUMENTS = frozenset({"data", "core_data"})
_MOST_DIGITS = 15
_MOST_KINDS = 1000
_DROPPED = object()

_any = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def mend(raw: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[R]", unknown: Counter[str]) -> R:
    """A record that `decoder` did not take, understood as far as it goes. Raises BadInput with the reason."""
    try:
        record = _any.decode(raw)
        if not isinstance(record, dict):
            raise BadInput("not an object")
        return decoder.decode(_encoder.encode(_mended(record, inspect.type_info(decoder.type), "", {}, unknown)))
    except msgspec.ValidationError as error:
        raise BadInput(reason(error)) from None
    except UNREADABLE as error:
        raise BadInput(f"not JSON: {error}") from None


def settle(record: R, unknown: Counter[str]) -> R:
    """The record without values that can't be, and with a zone to each time; itself where nothing is to be done."""
    changes: dict[str, Any] = {}
    positive = NOT_NEGATIVE.get(type(record), ())
    for name, default in _checked(type(record)):
        value = getattr(record, name)
        if value is None:
            continue
        kind = type(value)
        if kind is datetime:
            if value.tzinfo is None:
                changes[name] = value.replace(tzinfo=UTC)
                count(unknown, name, "time without zone")
        elif kind is tuple:
            settled = tuple(settle(part, unknown) if isinstance(part, Record) else part for part in value)
            if any(new is not old for new, old in zip(settled, value, strict=True)):
                changes[name] = settled
        elif isinstance(value, Record):
            if (inner := settle(value, unknown)) is not value:
                changes[name] = inner
        elif not _possible(value, name in positive):
            changes[name] = default
            count(unknown, name, str(value))
    return msgspec.structs.replace(record, **changes) if changes else record


def count(unknown: Counter[str], name: str, value: str) -> None:
    """Count a value that the contract doesn't know; of endlessly many different ones, "other values" in all."""
    count_all(unknown, {f"{name}={value if len(value) <= 40 else value[:40] + '…'}": 1})


def count_all(unknown: Counter[str], more: Mapping[str, int]) -> None:
    """Add counts to others, within the same limit."""
    for said, times in more.items():
        unknown[said if said in unknown or len(unknown) < _MOST_KINDS else "other values"] += times


def reason(error: Exception) -> str:
    """"Expected `int`, got `str` - at `$.current`" as "current: expected int, got str"."""
    text, _, place = str(error).replace("`", "").partition(" - at ")
    place = place.removeprefix("$").removeprefix(".")
    return f"{place}: {text[:1].lower()}{text[1:]}" if place else text


def _possible(value: float | Decimal, positive: bool) -> bool:
    """Whether a number can be: finite, not negative where that means nothing, of digits that can be counted with."""
    if isinstance(value, Decimal):
        return value.is_finite() and (not value or -_MOST_DIGITS < value.adjusted() < _MOST_DIGITS) and (
            len(value.as_tuple().digits) <= 2 * _MOST_DIGITS)
    largest = math.inf if isinstance(value, float) else 2**31 if positive else 2**63
    return (0 if positive else -largest) <= value < largest


@cache
def _checked(model: type[Record]) -> tuple[tuple[str, Any], ...]:
    """Fields whose values `settle` looks at, with the value that stands for "not given"."""
    fields = []
    for field in inspect.type_info(model).fields:  # type: ignore[attr-defined]
        kind = _plain(field.type)
        inner = _plain(kind.item_type) if isinstance(kind, inspect.VarTupleType) else kind
        if isinstance(inner, inspect.DateTimeType | inspect.DecimalType | inspect.IntType | inspect.FloatType |
                      inspect.StructType):
            fields.append((field.encode_name, None if field.default is msgspec.NODEFAULT else field.default))
    return tuple(fields)


def _plain(kind: inspect.Type) -> inspect.Type:
    """X of `X | None`."""
    if isinstance(kind, inspect.UnionType):
        [kind] = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
    return kind


def _mended(value: Any, kind: inspect.Type, name: str, record: Mapping[str, Any], unknown: Counter[str]) -> Any:
    """A value as its type wants it, where that can be seen; else as it is. `name` and `record` say where it stands."""
    kind = _plain(kind)
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        return _mended_fields(value, kind, unknown)
    if isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(value, list):
        parts = [_mended(part, kind.item_type, name, record, unknown) for part in value]
        kept = [part for part in parts if part is not _DROPPED]
        if len(kept) < len(parts) and isinstance(kind.item_type, inspect.EnumType) and (
                "UNKNOWN" in kind.item_type.cls.__members__ and "UNKNOWN" not in kept):
            kept.append("UNKNOWN")
        return kept
    if isinstance(kind, inspect.EnumType) and isinstance(value, str):
        if issubclass(kind.cls, Term) and value not in kind.cls.__members__:
            count(unknown, name, value)
            return _DROPPED
    elif isinstance(kind, inspect.StrType):
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return _number_as_text(name, value, record.get("country"))
        if name in _DOCUMENTS and isinstance(value, dict | list):
            return _encoder.encode(value).decode()
    return value


def _mended_fields(record: dict[str, Any], kind: inspect.StructType, unknown: Counter[str]) -> dict[str, Any]:
    """The fields that the model has and that say something."""
    mended = {}
    for field in kind.fields:
        name, inner = field.encode_name, _plain(field.type)
        value = record.get(name)
        if value is None or (value == "" and not isinstance(inner, inspect.StrType)) or (
                value == [] and isinstance(inner, inspect.StructType | inspect.DictType)):
            continue
        if (value := _mended(value, inner, name, record, unknown)) is not _DROPPED:
            mended[name] = value
    return mended


def _number_as_text(name: str, value: int | Decimal, country: object) -> str:
    """A text that was written as a number; a postal code gets back the zeros that this cost it."""
    if isinstance(value, Decimal) and abs(value.adjusted()) <= _MOST_DIGITS and value == value.to_integral_value():
        value = int(value)
    text = str(value)
    return text.zfill(5) if name == "zip_code" and country in _FIVE_DIGITS else text
