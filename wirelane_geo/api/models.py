"""The wire: the only place that knows how the Wirelane API writes a charge point.

A page is decoded straight into `ChargePoint`. Where that fails, it is tried again with the habits of whole pages
written as the contract has them; then each record by itself, so that an odd one costs only itself. Odd, but understood:

- numbers and booleans written as text; texts written as numbers, as the contract's samples do with `service_hotline`;
- null, or an empty text where no text belongs: not given; an empty list where an object belongs: not given;
- times with `Z`, `+02:00`, `+0200`, or as seconds since 1970.

Understood in part, and counted in `Decoded.unknown` as "field=VALUE": a status or plug that the contract doesn't know
becomes UNKNOWN, an unknown current or authentication is dropped, so is a power, current, voltage or distance that can't
be; a time without a zone is taken as UTC. Anything else that isn't what the contract says is set aside with its reason.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import msgspec

from wirelane_geo.api.collector import collector_paused
from wirelane_geo.errors import BadInput
from wirelane_geo.model import AuthenticationType, ChargePoint, ChargingType, PlugType, Status, Term

_HABITS = {
    name: (re.compile(b'"%s"\\s*:\\s*%s' % (name.encode(), value)), b'"%s":%s' % (name.encode(), instead))
    for names, value, instead in (
        (("service_hotline", "house_number"), rb"(0|[1-9]\d*)(?=\s*[,}])", rb'"\1"'),
        (("zip_code",), rb"([1-9]\d{4,})(?=\s*[,}])", rb'"\1"'),
        (("plug_types", "authentication_types", "charging_group"), rb"null", rb"[]"),
        (("availability", "exceptionalOpenings"), rb"\[\s*\]", rb"null"),
        (("status",), rb"null", rb'"UNKNOWN"'),
    )
    for name in names
}
"""What an upstream may do with a field in every record of a page, mended at the speed of a scan. Inside of a JSON text
the quotes are escaped, so that none of these can match there."""
_EARLY = re.compile(r"\$\[\d\]\.(?:availability\.)?(\w+)")

_LARGEST = 2**31 - 1
_FIVE_DIGITS = frozenset({"DE", "EE", "ES", "FI", "FR", "HR", "IT"})
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_page = msgspec.json.Decoder(list[ChargePoint], strict=False)
_one = msgspec.json.Decoder(ChargePoint, strict=False)
_raws = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()

_TEXTS = frozenset(f.name for f in msgspec.structs.fields(ChargePoint) if f.type in (str, str | None))
_TERMS: dict[str, type[Term]] = {"status": Status, "charging_type": ChargingType}
_TERM_LISTS: dict[str, type[Term]] = {"plug_types": PlugType, "authentication_types": AuthenticationType}


@dataclass(frozen=True)
class Rejected:
    """A record that was set aside: its position in the answer from 0, the first id found in it, and why."""

    index: int
    id: str | None
    reason: str


@dataclass(frozen=True)
class Decoded:
    """What a page holds: points in the page's order, records set aside, and how often each unknown value came."""

    points: list[ChargePoint]
    rejected: list[Rejected] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def encode_point(point: ChargePoint) -> bytes:
    """One charge point as the API's JSON; what is not known is left out, but `status` is always said.

    `decode_point(encode_point(point)) == point` for finite numbers and aware times.
    """
    body = _encoder.encode(point)
    return body if point.status is not Status.UNKNOWN else body[:-1] + b',"status":"UNKNOWN"}'


def decode_point(body: bytes, *, strict: bool = False) -> ChargePoint:
    """The charge point in an answer or a request. Raises BadInput with the reason.

    With `strict`, a value that the contract doesn't know is a reason too.
    """
    unknown: Counter[str] = Counter()
    point = _understand(_without_bom(body), unknown)
    if strict and unknown:
        raise BadInput(f"{', '.join(unknown)}: not a value that this field can have")
    return point


def decode_points(body: bytes) -> Decoded:
    """The charge points in a page: a JSON array. Raises BadInput where the body as a whole is not one."""
    body = _without_bom(body)
    with collector_paused():
        points, body = _whole(body)
        if points is None:
            return _each(body)
        doubtful = [index for index, point in enumerate(points) if not _plausible(point)]
    return Decoded(points) if not doubtful else _settle_some(points, doubtful)


def _whole(body: bytes) -> tuple[list[ChargePoint] | None, bytes]:
    """The page's points, or None where a record is odd; and the page, without the habits that were found in it."""
    habits = dict(_HABITS)
    while True:
        try:
            return _page.decode(body), body
        except _UNREADABLE as error:
            early = _EARLY.search(str(error))
            habit = habits.pop(early[1], None) if early else None
            if habit is None:
                return None, body
            body = habit[0].sub(habit[1], body)


def _plausible(point: ChargePoint) -> bool:
    """Whether a decoded point can be taken as it is; written for speed, `_settle` says what is wrong."""
    return bool(
        point.charge_point_id
        and ((lat := point.latitude) is None or -90.0 <= lat <= 90.0)
        and ((lon := point.longitude) is None or -180.0 <= lon <= 180.0)
        and ((power := point.power) is None or 0.0 <= power < math.inf)
        and ((current := point.current) is None or 0 <= current <= _LARGEST)
        and ((voltage := point.voltage) is None or 0 <= voltage <= _LARGEST)
        and ((distance := point.distance) is None or 0.0 <= distance < math.inf)
        and ((created := point.creation_date) is None or created.tzinfo is not None)
        and ((updated := point.update_date) is None or updated.tzinfo is not None)
    )


def _settle_some(points: list[ChargePoint], doubtful: list[int]) -> Decoded:
    """A page whose records all decoded, with the doubtful ones settled or set aside."""
    decoded = Decoded([])
    start = 0
    for index in doubtful:
        decoded.points.extend(points[start:index])
        start = index + 1
        try:
            decoded.points.append(_settle(points[index], decoded.unknown))
        except BadInput as error:
            decoded.rejected.append(Rejected(index, _id_of(msgspec.structs.asdict(points[index])), str(error)))
    decoded.points.extend(points[start:])
    return decoded


def _each(body: bytes) -> Decoded:
    """A page with something odd in it, one record at a time."""
    decoded = Decoded([])
    for index, raw in enumerate(_records(body)):
        try:
            decoded.points.append(_understand(raw, decoded.unknown))
        except BadInput as error:
            decoded.rejected.append(Rejected(index, _id_in(raw), str(error)))
    return decoded


def _records(body: bytes) -> Sequence[bytes | msgspec.Raw]:
    """The records of a page, each as JSON of its own. Raises BadInput where the body is not a list."""
    try:
        return _raws.decode(body)
    except msgspec.ValidationError:
        raise BadInput("the answer is not a list of charge points") from None
    except _UNREADABLE:
        pass
    try:  # what only a more patient reader takes (half a surrogate pair, NaN) becomes one odd record
        return [json.dumps(record).encode() for record in json.loads(body.decode(errors="surrogateescape"))]
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(f"the answer is not a JSON list: {error}") from None


def _understand(raw: bytes | msgspec.Raw, unknown: Counter[str]) -> ChargePoint:
    """One record, mended where that is possible. Raises BadInput with the reason."""
    try:
        point = _one.decode(raw)
    except _UNREADABLE:
        strange: Counter[str] = Counter()
        point = _settle(_mend(raw, strange), strange)
        unknown.update(strange)
        return point
    return point if _plausible(point) else _settle(point, unknown)


def _mend(raw: bytes | msgspec.Raw, unknown: Counter[str]) -> ChargePoint:
    try:
        record = _any.decode(raw)
    except _UNREADABLE as error:
        raise BadInput(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise BadInput("not an object")
    mended = {name: value for name, value in record.items()
              if value is not None and (value != "" or name in _TEXTS)}
    for name, value in mended.items():
        if name in _TEXTS and type(value) in (int, float):
            mended[name] = _number_as_text(name, value, mended.get("country"))
    _mend_terms(mended, unknown)
    if isinstance(hours := mended.get("availability"), dict) and hours.get("exceptionalOpenings") == []:
        mended["availability"] = {**hours, "exceptionalOpenings": None}
    elif hours == []:
        del mended["availability"]
    try:
        return msgspec.convert(mended, ChargePoint, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(_reason(error)) from None


def _mend_terms(record: dict[str, Any], unknown: Counter[str]) -> None:
    """Replace or drop the values that the contract's enums don't have."""
    for name, terms in _TERMS.items():
        value = record.get(name)
        if isinstance(value, str) and value not in terms.__members__:
            unknown[_named(name, value)] += 1
            del record[name]
    for name, terms in _TERM_LISTS.items():
        values = record.get(name)
        if not isinstance(values, list):
            continue
        strange = [value for value in values if isinstance(value, str) and value not in terms.__members__]
        unknown.update(_named(name, value) for value in strange)
        record[name] = [value for value in values if value not in strange]
        if strange and name == "plug_types" and "UNKNOWN" not in values:
            record[name].append("UNKNOWN")


def _number_as_text(name: str, value: int | float, country: object) -> str:
    """A text that was written as a number; a postal code gets back the zeros that this cost it."""
    text = str(int(value)) if value == int(value) else repr(value)
    return text.zfill(5) if name == "zip_code" and country in _FIVE_DIGITS else text


def _settle(point: ChargePoint, unknown: Counter[str]) -> ChargePoint:
    """The point without the values that can't be. Raises BadInput where it can't be placed or named."""
    if not point.charge_point_id:
        raise BadInput("charge_point_id is empty")
    for name, limit in (("latitude", 90.0), ("longitude", 180.0)):
        degrees = getattr(point, name)
        if degrees is not None and not -limit <= degrees <= limit:
            raise BadInput(f"{name} is {degrees}, not within ±{limit:.0f} degrees")
    changes: dict[str, Any] = {}
    strange: list[str] = []
    for name in ("power", "current", "voltage", "distance"):
        value = getattr(point, name)
        if value is not None and not (0 <= value < math.inf and (isinstance(value, float) or value <= _LARGEST)):
            changes[name] = None
            strange.append(_named(name, str(value)))
    for name in ("creation_date", "update_date"):
        time = getattr(point, name)
        if time is not None and time.tzinfo is None:
            changes[name] = time.replace(tzinfo=UTC)
            strange.append(_named(name, "time without zone"))
    unknown.update(strange)
    return msgspec.structs.replace(point, **changes) if changes else point


def _named(name: str, value: str) -> str:
    return f"{name}={value if len(value) <= 40 else value[:40] + '…'}"


def _reason(error: Exception) -> str:
    """"Expected `int`, got `str` - at `$.current`" as "current: expected int, got str"."""
    text, _, place = str(error).replace("`", "").partition(" - at ")
    place = place.removeprefix("$").removeprefix(".")
    return f"{place}: {text[:1].lower()}{text[1:]}" if place else text


def _id_in(raw: bytes | msgspec.Raw) -> str | None:
    try:
        record = _any.decode(raw)
    except _UNREADABLE:
        return None
    return _id_of(record) if isinstance(record, dict) else None


def _id_of(record: dict[str, Any]) -> str | None:
    for name in ("id", "charge_point_id", "evseid", "charging_point_id"):
        if (value := record.get(name)) and isinstance(value, str | int):
            return str(value)
    return None


def _without_bom(body: bytes) -> bytes:
    return body[3:] if body.startswith(b"\xef\xbb\xbf") else body
