"""A charge point in a request's body: read strictly, so that a mistake is told and not stored."""

import re
from typing import Any

import msgspec
from starlette.requests import Request

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargePoint, ChargePointGroup, OpeningHours
from wirelane_geo.server._errors import Refusal
from wirelane_geo.server._tokens import read_body
from wirelane_geo.wire.points import decode_point

LARGEST_BODY = 1024 * 1024
MOST_PLUGS = 4
""""Up to four types of plugs", says the contract."""
LONGEST_TEXT = 4_000
"""Characters of a text in a body."""
DEEPEST = 32
"""Levels of objects and lists in a body."""
READ_ONLY = ("id", "charging_point_id", "distance", "creation_date", "update_date")
"""What the service gives itself: taken note of for its type, otherwise passed over."""
ALSO_NUMBERS = ("service_hotline", "zip_code", "house_number")
"""Texts that the contract's own samples write as numbers."""

_ANYTHING = "availability.exceptionalOpenings."
_FIELDS, _HOURS, _GROUP = (frozenset(field.name for field in msgspec.structs.fields(kind))
                           for kind in (ChargePoint, OpeningHours, ChargePointGroup))
_DATES = ("creation_date", "update_date")


async def json_body(request: Request) -> bytes:
    """The body of a request, which has to be JSON by its content type. Raises Refusal (400, 408, 413)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(400, "invalid_body", "The body has to be application/json.")
    return await read_body(request, LARGEST_BODY)


def read_point(body: bytes) -> ChargePoint:
    """The charge point in a body. Raises Refusal (400), which names the field."""
    try:
        record = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _refusal("The body is not JSON.") from None
    if not isinstance(record, dict):
        raise _refusal("The body is not an object.")
    _check_types(record)
    try:
        point = decode_point(body, strict=True)
    except BadInput as error:
        raise _refusal(f"{error}.") from None
    if len(point.plug_types) > MOST_PLUGS:
        raise _refusal(f"plug_types: no more than {MOST_PLUGS}.")
    if (point.latitude is None) != (point.longitude is None):
        raise _refusal("latitude, longitude: go together.")
    return point


def _check_types(record: dict[str, Any]) -> None:
    """What is kind to an upstream's habits (numbers as text, null) would hide a caller's mistake."""
    record = _known(record)
    _check_values(record, "", DEEPEST)
    typed = _whole_numbers({name: value for name, value in record.items() if name not in _DATES})
    for name in ALSO_NUMBERS:
        if type(typed.get(name)) is int:
            typed[name] = str(typed[name])
    try:
        msgspec.convert(typed, ChargePoint, strict=True)
    except msgspec.ValidationError as error:
        raise _refusal(_sentence(error)) from None
    for name in _DATES:
        if not isinstance(record.get(name, ""), str):
            raise _refusal(f"{name}: expected a time as text.")


def _known(record: dict[str, Any]) -> dict[str, Any]:
    """The fields that a charge point has; what else is there is passed over, whatever it is."""
    known = {name: value for name, value in record.items() if name in _FIELDS}
    if isinstance(hours := known.get("availability"), dict):
        known["availability"] = {name: value for name, value in hours.items() if name in _HOURS}
    if isinstance(groups := known.get("charging_group"), list):
        known["charging_group"] = [{name: value for name, value in group.items() if name in _GROUP}
                                   if isinstance(group, dict) else group for group in groups]
    return known


def _whole_numbers(value: Any) -> Any:
    """The same with 2.0 as 2: JSON knows no difference."""
    if isinstance(value, dict):
        return {name: _whole_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_values(value: Any, path: str, levels: int) -> None:
    """No nulls but in the one object that may hold anything; nothing there that could be stored but not be read again."""
    if levels == 0:
        raise _refusal(f"{path}: nested too deeply.")
    if value is None and not path.startswith(_ANYTHING):
        raise _refusal(f"{path}: null says nothing, leave it out.")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise _refusal(f"{path}: longer than {LONGEST_TEXT:,} characters.")
    if isinstance(value, str) and "\0" in value:
        raise _refusal(f"{path}: a text has no NUL (U+0000).")
    if type(value) is int and abs(value) >= 2**63:
        raise _refusal(f"{path}: the number has too many digits.")
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_values(inner, f"{path}.{name}" if path else name, levels - 1)
    elif isinstance(value, list):
        for inner in value:
            _check_values(inner, path, levels - 1)


def _sentence(error: msgspec.ValidationError) -> str:
    """"Expected `int | null`, got `str` - at `$.current`" as "current: expected int, got str."."""
    text, _, place = str(error).partition(" - at ")
    text = re.sub(r" \| null(?=`)", "", text).replace("`", "")
    place = place.strip("`").removeprefix("$").removeprefix(".")
    return f"{place}: {text[:1].lower()}{text[1:]}." if place else f"{text}."


def _refusal(message: str) -> Refusal:
    return Refusal(400, "invalid_body", message)
