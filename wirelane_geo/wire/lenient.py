"""What an upstream writes otherwise than the contract does, and how it is understood, for any record of the model.

Odd, but understood:

- numbers and booleans written as text; texts written as numbers, as the contract's samples do with `zip_code`,
  `house_number` and `service_hotline`; an event's `data` that is an object itself becomes its text;
- null, or an empty text where no text belongs: not given; an empty list where an object belongs: not given; a list that is
  an object with the keys "0", "1" and so on;
- times with `Z`, `+02:00`, `+0200`, or as seconds since 1970.

Not understood, and counted as "field=VALUE", what is personal as "field=***": a value that can't be read or can't be. The
field is then not known (UNKNOWN where an enum has that), an item of a list is left out, and the rest of the record stands. A
time without a zone is taken as UTC, and counted.

A price stays what was written: it goes from the JSON's digits to a Decimal, never through a float.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from wirelane_geo.errors import BadInput
from wirelane_geo.model import REDACTED, ChargePoint, ChargingSession, Record, dialect_2026, personal_fields
from wirelane_geo.model.opening_hours import WEEKDAYS

R = TypeVar("R", bound=Record)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
NOT_NEGATIVE: Mapping[type[Record], frozenset[str]] = {
    ChargePoint: frozenset({"power", "current", "voltage", "distance"}),
    ChargingSession: frozenset({"kwh", "transaction_duration", "session_duration"}),
    dialect_2026.Connector: frozenset({"power", "current", "voltage"}),
    dialect_2026.ChargingSession: frozenset({"kwh", "session_duration", "limit_kwh", "limit_duration"}),
}
"""Quantities that are 0 or more; whole numbers among them are below 2**31."""

FIRST_YEAR, LAST_YEAR = 1900, 2500
"""Times outside are no times: 0001-01-01 and 9999-12-31 stand for none, and calendars can't count on from them."""

_FIVE_DIGITS = frozenset({"DE", "EE", "ES", "FI", "FR", "HR", "IT"})
_DOCUMENTS = frozenset({"data", "core_data", "request_content", "response_content"})
_MOST_DIGITS = 15
_MOST_KINDS = 1000
_DROPPED = object()

_any = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def mend(raw: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[R]", unknown: Counter[str]) -> R:
    """A record that `decoder` did not take, understood as far as it goes. Raises BadInput with the reason."""
    try:
        record = _decoded(bytes(raw))
        if not isinstance(record, dict):
            raise BadInput("not an object")
        return decoder.decode(_encoder.encode(_fields(record, decoder.type, unknown)))
    except msgspec.ValidationError as error:
        raise BadInput(reason(error)) from None
    except (*UNREADABLE, ValueError) as error:
        raise BadInput(f"not JSON: {error}") from None


def _decoded(raw: bytes) -> Any:
    """A JSON text; what only a more patient reader takes (NaN, half a surrogate pair, bytes that are no text) is then a
    value that can't be read."""
    try:
        return _any.decode(raw)
    except UNREADABLE:
        return json.loads(raw.decode(errors="surrogateescape"), parse_float=Decimal)


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
            if not FIRST_YEAR <= value.year <= LAST_YEAR:
                changes[name] = default
                count(unknown, name, value.isoformat())
            elif value.tzinfo is None:
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


def _read(value: Any, kind: inspect.Type, at: "_Field") -> Any:
    """A value as its type wants it; `_DROPPED`, and counted, where it can't be read."""
    if isinstance(kind, inspect.StructType) and isinstance(value, dict):
        read = _fields(value, kind.cls, at.unknown)
        if all(slot.name in read or not slot.required for slot in _slots(kind.cls)):
            return read
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        if isinstance(value, dict) and all(key.isdecimal() for key in value):
            value = [value[key] for key in sorted(value, key=int)]
        if isinstance(value, list):
            return _items(value, _plain(kind.item_type), at)
    elif isinstance(kind, inspect.EnumType):
        if isinstance(value, str) and value in _words_of(kind.cls):
            return value
    elif isinstance(kind, inspect.StrType):
        if (text := _text(value, at)) is not None:
            return text
    elif _fits(value, kind):
        return value
    at.count(value)
    return _DROPPED


def _fields(record: dict[str, Any], model: type[msgspec.Struct], unknown: Counter[str]) -> dict[str, Any]:
    """The fields that the model has, that say something, and that can be read."""
    read = {}
    for slot in _slots(model):
        value = record.get(slot.name)
        if value is None or (value == "" and not isinstance(slot.kind, inspect.StrType)) or (
                value == [] and isinstance(slot.kind, inspect.StructType | inspect.DictType)):
            continue
        if (value := _read(value, slot.kind, _Field(slot.name, slot.personal, record, unknown))) is not _DROPPED:
            read[slot.name] = value
    return read


@dataclass(frozen=True)
class _Slot:
    """A field of a model: its name on the wire, its type, whether it may tell of a person, whether it has to be there."""

    name: str
    kind: inspect.Type
    personal: bool
    required: bool


@cache
def _slots(model: type[msgspec.Struct]) -> tuple[_Slot, ...]:
    shape: Any = inspect.type_info(model)
    kinds = [(field, _plain(field.type)) for field in shape.fields]
    return tuple(_Slot(field.encode_name, kind, field.encode_name in _personal(model) or _tells(kind), field.required)
                 for field, kind in kinds)


def _tells(kind: inspect.Type) -> bool:
    """Whether there are personal fields in what a field holds."""
    if isinstance(kind, inspect.VarTupleType):
        return _tells(_plain(kind.item_type))
    return isinstance(kind, inspect.StructType) and bool(_personal(kind.cls))


def _personal(model: type[msgspec.Struct]) -> frozenset[str]:
    return personal_fields(model) if issubclass(model, Record) else frozenset()


def _items(value: list[Any], kind: inspect.Type, at: "_Field") -> Any:
    """The items that can be read; all or none of a list in which each says something of the others, as with times."""
    if not isinstance(kind, inspect.EnumType | inspect.StructType):
        unsaid = _Field(at.name, at.personal, at.record, Counter())
        read = [_read(item, kind, unsaid) for item in value]
        if _DROPPED not in read:
            return read
        at.count(value)
        return _DROPPED
    kept = [item for item in (_read(part, kind, at) for part in value) if item is not _DROPPED]
    if len(kept) < len(value) and isinstance(kind, inspect.EnumType) and "UNKNOWN" in kind.cls.__members__:
        return kept if "UNKNOWN" in kept else [*kept, "UNKNOWN"]
    return kept


@dataclass(frozen=True)
class _Field:
    """Where a value stands."""

    name: str
    personal: bool
    record: Mapping[str, Any]
    unknown: Counter[str]

    def count(self, value: Any) -> None:
        """Count a value that can't be read."""
        if self.personal:
            value = REDACTED
        elif not isinstance(value, str):
            value = str(value) if isinstance(value, Decimal | float) else json.dumps(value, default=str)
        count(self.unknown, self.name, value.encode(errors="replace").decode())


def _text(value: Any, at: _Field) -> str | None:
    """A text, or what stands for one."""
    if isinstance(value, str):
        return value if value.isascii() or value.encode(errors="replace").decode() == value else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number_as_text(at.name, value, at.record.get("country"))
    return _encoder.encode(value).decode() if at.name in _DOCUMENTS and isinstance(value, dict | list) else None


def _fits(value: Any, kind: inspect.Type) -> bool:
    """Whether a value can be read as a number, a time, yes or no, or an object."""
    if type(kind) not in _LEAVES or isinstance(value, float):  # a float is none: those that are came with their digits
        return False
    try:
        _leaf(type(kind)).decode(_encoder.encode(value))
    except (*UNREADABLE, ValueError, OverflowError):
        return False
    return True


@cache
def _words_of(term: type[Enum]) -> frozenset[str]:
    return frozenset(str(one.value) for one in term)


@cache
def _leaf(kind: type[inspect.Type]) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(_LEAVES[kind], strict=False)


_LEAVES: Mapping[type[inspect.Type], Any] = {
    inspect.IntType: int, inspect.FloatType: float, inspect.BoolType: bool, inspect.DateTimeType: datetime,
    inspect.DecimalType: Decimal, inspect.DictType: dict[str, Any]}


def _number_as_text(name: str, value: int | Decimal, country: object) -> str:
    """A text that was written as a number; a postal code, and a time of day, get back the zeros that this cost them."""
    if isinstance(value, Decimal) and abs(value.adjusted()) <= _MOST_DIGITS and value == value.to_integral_value():
        value = int(value)
    text = str(value)
    if name in WEEKDAYS:
        return text.zfill(4)
    return text.zfill(5) if name == "zip_code" and country in _FIVE_DIGITS else text
