"""A charge point as rows of the tables, and back."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np

from wirelane_geo.errors import BadInput
from wirelane_geo.geo import quadkey
from wirelane_geo.model import AuthenticationType, ChargePoint, Conditions, OfferedPoint, PlugType, PointId, Status
from wirelane_geo.model.access import access_of
from wirelane_geo.model.opening_hours import published
from wirelane_geo.model.operators import operator_of
from wirelane_geo.model.precedence import Standing
from wirelane_geo.model.spelling import without_accents
from wirelane_geo.places.similar_names import SHORTEST
from wirelane_geo.store.schedules import schedule_of
from wirelane_geo.store.station_keys import station_keys

POINT_COLUMNS = ("quadkey", "lon", "lat", "status", "power", "plugs", "charging_type", "authentication", "reservable",
           "station", "created", "updated", "voltage", "origin", "id", "charging_point_id", "charge_point_id", "evseid",
           "charging_station_id", "owner", "country", "city", "zip_code", "plug_types", "schedule", "operator", "identity",
           "recorded", "reported", "access")
"""Columns of `points` that a charge point fills, in the order of `Row.values`."""

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_SECOND_HALVES = tuple(f',"status":"{status}"'.encode() for status in Status)
_LARGEST = 2**63 - 1
_LATEST = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND - 1
MOST_TEXT, MOST_WORDS, LONGEST_WORD = 200, 8, 60
"""What is looked for of a text: characters, words, characters of a word."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ChargePoint)
_with_conditions = msgspec.json.Decoder(OfferedPoint)
_CONDITIONS = b',"conditions":{'
"""Where a body's last field begins, where it has it: no text has an unescaped quotation mark."""
_OLD_HOURS = re.compile(rb'\["[0-9]{1,2}:')
_separators = re.compile(r"[\W_]+")
_plain = re.compile(rf"\b[^\W\d_]{{{SHORTEST},{LONGEST_WORD}}}\b")


@dataclass(frozen=True, slots=True)
class Row:
    """One point, ready to be compared with what is stored and to be written where it differs.

    `identity` is what an import knows it by where that isn't its id. `recorded` is the date of its record, None where that
    is not known; `reported` since when its status is known, 0 where that isn't (microseconds since 1970), see `status_date`.
    """

    point: ChargePoint
    origin: str
    quadkey: int | None
    station: int
    schedule: str | None
    operator: str | None
    body: bytes
    identity: PointId | None = None
    recorded: int | None = None
    reported: int = 0

    @property
    def id(self) -> PointId:
        """The point's id."""
        return self.point.id or PointId("")

    @property
    def status(self) -> int:
        """The number of the point's status."""
        return self.point.status.number

    @property
    def updated(self) -> int:
        """When the point changed last, in microseconds since 1970."""
        return microseconds(self.point.update_date or _EPOCH)

    @property
    def standing(self) -> Standing:
        """What it has to say against another record of the point."""
        return Standing(self.recorded, self.point.status is Status.CLOSED, self.point.charging_station_id)

    def values(self, schedules: Mapping[str | None, int], operators: Mapping[str | None, int]) -> tuple[Any, ...]:
        """What goes into `POINT_COLUMNS`; `schedules`, `operators`: the number of each."""
        point, id = self.point, self.id
        return (
            self.quadkey, *((None, None) if self.quadkey is None else (point.longitude, point.latitude)),
            self.status,
            point.power,
            PlugType.mask(point.plug_types),
            None if point.charging_type is None else point.charging_type.number,
            AuthenticationType.mask(point.authentication_types),
            None if point.reservable is None else int(point.reservable),
            self.station,
            microseconds(point.creation_date or _EPOCH), self.updated,
            None if point.voltage is None else max(-_LARGEST, min(point.voltage, _LARGEST)),
            self.origin,
            id, None if point.charging_point_id == id else point.charging_point_id,
            point.charge_point_id, point.evseid, point.charging_station_id, point.owner, point.country, point.city,
            point.zip_code, ",".join(point.plug_types) or None,
            schedules[self.schedule], operators[self.operator],
            self.identity, self.recorded, self.reported, access_of(point),
        )

    def words(self) -> str:
        """What a search looks through: ids as they are and closed up, and the address."""
        return _words(self.point)

    def groups(self) -> set[str]:
        """The ids of the point's groups."""
        return {str(group.id) for group in self.point.charging_group if group.id is not None}


def id_of(point: ChargePoint, origin: str) -> PointId:
    """The point's id; where it has none, the one that it gets among an origin's points: the same each time."""
    return point.id or made_id(point, origin)


def made_id(point: ChargePoint, origin: str) -> PointId:
    """The id made from origin, charge_point_id and evseid: that of points which come without one."""
    name = f"{origin}\0{point.charge_point_id}\0{point.evseid or ''}"
    return PointId(blake2b(name.encode(), digest_size=16).hexdigest())


def with_id_and_dates(point: ChargePoint, origin: str, now: datetime) -> ChargePoint:
    """The point with the ids and dates that it lacks."""
    id = id_of(point, origin)
    return msgspec.structs.replace(
        point,
        id=id,
        charging_point_id=point.charging_point_id or id,
        creation_date=point.creation_date or now,
        update_date=point.update_date or now,
        distance=None,
    )


def rows_of(points: Sequence[ChargePoint], origin: str, dates: Iterable[datetime | None] | None = None) -> list[Row]:
    """Rows of points that have ids and dates. `dates` are those of their records, None each where it is not known; without
    them, the points' own. Raises BadInput for a position that is not on Earth."""
    keys = _quadkeys(points)
    stations = station_keys(points).tolist()
    dates = [point.update_date for point in points] if dates is None else dates
    recorded = [None if date is None else microseconds(date) for date in dates]
    return [Row(point, origin, key, station, schedule_of(point), operator_of(point).text, _body(point), None, at, at or 0)
            for point, key, station, at in zip(points, keys, stations, recorded, strict=True)]


def object_of(body: bytes, created: int, updated: int, status: int | None, distance: float | None = None) -> bytes:
    """A point as one JSON object, from its body and what is kept beside it; without a status where that is None. Hours
    that an earlier version kept are written as the contract has them; prices and access, which it doesn't know, are left out."""
    if (cut := body.find(_CONDITIONS)) >= 0:
        body = body[:cut] + b"}"
    if _OLD_HOURS.search(body):
        body = _body(_decoder.decode(body))
    state = b"" if status is None else _SECOND_HALVES[status]
    if distance is not None:
        state += b',"distance":%.2f' % distance
    return b"%b%b%b}" % (body[:-1], state, _dates(created, updated))


def conditions_of(body: bytes) -> Conditions | None:
    """What is kept of a point's prices and access."""
    return _with_conditions.decode(body).conditions if _CONDITIONS in body else None


def point_of(body: bytes, created: int, updated: int, status: int) -> ChargePoint:
    """The inverse of `rows_of`."""
    return _decoder.decode(object_of(body, created, updated, status))


def derived_in(body: bytes) -> tuple[str | None, str | None, int]:
    """The schedule, the operator and the access of a point by its body."""
    point = _with_conditions.decode(body)
    return schedule_of(point), operator_of(point).text, access_of(point)


def offered_of(body: bytes, created: int, updated: int, status: int, reported: int | None) -> OfferedPoint:
    """As `point_of`, with what is known of its prices and access, and when its status was said to be so."""
    date = b',"status_date":%b' % _encoder.encode(time_of(status_date(updated, reported)))
    return _with_conditions.decode(b"%b%b%b%b}" % (body[:-1], _SECOND_HALVES[status], _dates(created, updated), date))


def status_date(updated: int, reported: int | None) -> int:
    """When a status was said to be so, as others are told, by the columns: `reported`, unless that isn't known, or negative: of a
    status older than what they were told before, be it an UNKNOWN. It is as new as that, lest they take it for overtaken."""
    return min(reported, updated) if reported is not None and reported > 0 else updated


def words_of(text: str) -> list[str]:
    """What is looked for in a text: its parts between spaces, folded; those without a letter or digit are dropped."""
    return [word for word in without_accents(text).split() if _separators.sub("", word)]


def _words(point: ChargePoint) -> str:
    """What a search looks through: ids as they are and closed up, and the address."""
    ids = [id for id in (point.charge_point_id, point.display_id, point.evseid, point.charging_station_id) if id]
    closed_up = [_separators.sub("", id) for id in ids if not id.isalnum()]
    place = [text for text in (point.street, point.house_number, point.zip_code, point.city) if text]
    return without_accents(" ".join([*dict.fromkeys([*ids, *closed_up]), *place]))


def parts_of(word: str) -> list[str]:
    """What an index makes of a word: its parts between signs."""
    return [part for part in _separators.split(word) if part]


def plain_words(texts: Iterable[str]) -> list[str]:
    """The words of folded texts that somebody may spell wrongly: without a digit, of some letters."""
    return sorted({word for text in texts for word in _plain.findall(text)})


def words_in(body: bytes) -> str:
    """What a search looks through of a point, by its body."""
    return _words(_decoder.decode(body))


def wanted_words(text: str) -> list[str]:
    """The words of a text that are worth looking for, each as the beginning of a word: at most MOST_WORDS, the longest ones,
    in their order; a word that begins another one of them says nothing more."""
    words = list(dict.fromkeys(word[:LONGEST_WORD] for word in words_of(text[:MOST_TEXT])))
    words = [word for word in words if not any(other != word and other.startswith(word) for other in words)]
    kept = set(sorted(words, key=len, reverse=True)[:MOST_WORDS])
    return [word for word in words if word in kept]


def microseconds(time: datetime) -> int:
    """Microseconds since 1970; a time without a zone is taken as UTC."""
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def time_of(microseconds: int) -> datetime:
    """The inverse of `microseconds`. What can't be a date of a record, from before 1970 or beyond the year 8999, is the
    nearest one that can: no list and no page fails at it."""
    return _EPOCH + timedelta(microseconds=min(max(microseconds, 0), _LATEST))


def known_time(microseconds: int) -> int | None:
    """The time, or None for what stands for none, and for what an earlier version kept that can't be true."""
    return microseconds if 0 < microseconds <= _LATEST else None


def _body(point: ChargePoint) -> bytes:
    return _encoder.encode(msgspec.structs.replace(
        published(point), status=Status.UNKNOWN, creation_date=None, update_date=None))


def _quadkeys(points: Sequence[ChargePoint]) -> list[int | None]:
    located = [i for i, point in enumerate(points) if point.longitude is not None and point.latitude is not None]
    for i in located:
        lon, lat = points[i].longitude or 0.0, points[i].latitude or 0.0
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise BadInput(f"Charge point {points[i].charge_point_id}: latitude {lat}, longitude {lon} is nowhere.")
    keys: list[int | None] = [None] * len(points)
    encoded = quadkey.encode(
        np.array([points[i].longitude for i in located], np.float64),
        np.array([points[i].latitude for i in located], np.float64),
    )
    for i, key in zip(located, encoded.tolist(), strict=True):
        keys[i] = key
    return keys


@lru_cache(65536)
def _dates(created: int, updated: int) -> bytes:
    first, last = (_encoder.encode(time_of(time)) for time in (created, updated))
    return b',"creation_date":%b,"update_date":%b' % (first, last)
