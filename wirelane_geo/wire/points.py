"""The wire of charge points, which come by the ten thousand.

A page is decoded straight into `ChargePoint`. Where that fails, it is tried again with the habits of whole pages
written as the contract has them; then each record by itself, so that an odd one costs only itself. What is understood
beyond the contract, and what isn't and is counted in `PointBatch.unknown`, is told in `lenient`: a field that can't be read is
not known. A record is set aside, with its reason, where it is no object, has no label, or a position that is not on Earth.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.model.opening_hours import published
from wirelane_geo.wire.gc_pause import collector_paused
from wirelane_geo.wire.lenient import FIRST_YEAR, LAST_YEAR, UNREADABLE, mend, settle
from wirelane_geo.wire.records import RejectedRecord, first_id, id_in, raw_records, without_bom

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
_IDS = ("id", "charge_point_id", "evseid", "charging_point_id")

_page = msgspec.json.Decoder(list[ChargePoint], strict=False)
_one = msgspec.json.Decoder(ChargePoint, strict=False)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class PointBatch:
    """What a page holds: points in the page's order, records set aside, and how often each unknown value came."""

    points: list[ChargePoint]
    rejected: list[RejectedRecord] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def encode_point(point: ChargePoint) -> bytes:
    """One charge point as the API's JSON; what is not known is left out, but `status` is always said.

    `decode_point(encode_point(point)) == point` for finite numbers, aware times, and hours as the contract writes them.
    """
    body = _encoder.encode(published(point))
    return body if point.status is not Status.UNKNOWN else body[:-1] + b',"status":"UNKNOWN"}'


def decode_point(body: bytes, *, strict: bool = False) -> ChargePoint:
    """The charge point in an answer or a request. Raises BadInput with the reason.

    With `strict`, a value that the contract doesn't know is a reason too.
    """
    unknown: Counter[str] = Counter()
    point = _understand(without_bom(body), unknown)
    if strict and unknown:
        raise BadInput(f"{', '.join(unknown)}: not a value that this field can have")
    return point


def decode_points(body: bytes) -> PointBatch:
    """The charge points in a page: a JSON array. Raises BadInput where the body as a whole is not one."""
    body = without_bom(body)
    with collector_paused():
        points, body = _whole(body)
        if points is None:
            return _each(body)
        doubtful = [index for index, point in enumerate(points) if not _plausible(point)]
    return PointBatch(points) if not doubtful else _settle_some(points, doubtful)


def _whole(body: bytes) -> tuple[list[ChargePoint] | None, bytes]:
    """The page's points, or None where a record is odd; and the page, without the habits that were found in it."""
    habits = dict(_HABITS)
    while True:
        try:
            return _page.decode(body), body
        except UNREADABLE as error:
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
        and ((created := point.creation_date) is None or
             (created.tzinfo is not None and FIRST_YEAR <= created.year <= LAST_YEAR))
        and ((updated := point.update_date) is None or
             (updated.tzinfo is not None and FIRST_YEAR <= updated.year <= LAST_YEAR))
    )


def _settle_some(points: list[ChargePoint], doubtful: list[int]) -> PointBatch:
    """A page whose records all decoded, with the doubtful ones settled or set aside."""
    decoded = PointBatch([])
    start = 0
    for index in doubtful:
        decoded.points.extend(points[start:index])
        start = index + 1
        try:
            decoded.points.append(_settle(points[index], decoded.unknown))
        except BadInput as error:
            decoded.rejected.append(RejectedRecord(index, first_id(msgspec.structs.asdict(points[index]), _IDS), str(error)))
    decoded.points.extend(points[start:])
    return decoded


def _each(body: bytes) -> PointBatch:
    """A page with something odd in it, one record at a time."""
    decoded = PointBatch([])
    for index, raw in enumerate(raw_records(body, "charge point")):
        try:
            decoded.points.append(_understand(raw, decoded.unknown))
        except BadInput as error:
            decoded.rejected.append(RejectedRecord(index, id_in(raw, _IDS), str(error)))
    return decoded


def _understand(raw: bytes | msgspec.Raw, unknown: Counter[str]) -> ChargePoint:
    """One record, mended where that is possible. Raises BadInput with the reason."""
    try:
        point = _one.decode(raw)
    except UNREADABLE:
        strange: Counter[str] = Counter()
        point = _settle(mend(raw, _one, strange), strange)
        unknown.update(strange)
        return point
    return point if _plausible(point) else _settle(point, unknown)


def _settle(point: ChargePoint, unknown: Counter[str]) -> ChargePoint:
    """The point without the values that can't be. Raises BadInput where it can't be placed or named."""
    if not point.charge_point_id:
        raise BadInput("charge_point_id is empty")
    for name, limit in (("latitude", 90.0), ("longitude", 180.0)):
        degrees = getattr(point, name)
        if degrees is not None and not -limit <= degrees <= limit:
            raise BadInput(f"{name} is {degrees}, not within ±{limit:.0f} degrees")
    return settle(point, unknown)
