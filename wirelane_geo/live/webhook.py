"""Events that an upstream sends: an EventLog comes in, a `WebhookUpdate` goes out. Knows no HTTP."""

import json
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import Literal, Protocol, Self

from msgspec.structs import asdict

from wirelane_geo.api import decode_event, decode_point
from wirelane_geo.errors import BadInput, StoreError
from wirelane_geo.model import ChargePoint, EventLog, PointId
from wirelane_geo.store.event_ids import EventIds
from wirelane_geo.store.shared_state import DirectoryState, SharedState

SECRET_FILE = "webhook-secret"  # noqa: S105 - a file's name
LARGEST_BODY = 1024 * 1024
"""Bytes of an event that are read."""
LONGEST_TEXT = 4_000
"""Characters of a text in it, or in the point that it holds."""
_OF_ANY_LENGTH = ("id", "data", "core_data")
"""Kept as a digest; may hold a point as JSON."""
Outcome = Literal["accepted", "duplicate", "unreadable"]


@dataclass(frozen=True, kw_only=True)
class WebhookUpdate:
    """What a webhook said: points as they are now; ids of points that changed somehow, and of stations; `more`: something else
    changed, it is not known where."""

    received_at: datetime
    points: tuple[ChargePoint, ...] = ()
    ids: tuple[PointId, ...] = ()
    stations: tuple[str, ...] = ()
    more: bool = False

    @classmethod
    def joined(cls, several: Iterable[Self]) -> Self:
        """Several updates as one, received when the first was; of a point that came twice, the last counts."""
        updates = list(several)
        points = {point.id: point for one in updates for point in one.points}
        ids = dict.fromkeys(id for one in updates for id in one.ids)
        stations = dict.fromkeys(id for one in updates for id in one.stations)
        return cls(received_at=min(one.received_at for one in updates), points=tuple(points.values()), ids=tuple(ids),
                   stations=tuple(stations), more=any(one.more for one in updates))


class EventMemory(Protocol):
    """Digests of events that came, the last ones, in common for all processes on one network."""

    def add(self, digest: bytes) -> bool:
        """Remember one; whether it is new. Raises StoreError."""


class NotTaken(Exception):
    """An event that nothing follows from; the text says why."""


@dataclass
class Webhook:
    """Checks the secret of a call, reads its event, and hands on what follows from it. Thread-safe."""

    secret: str = field(repr=False)
    deliver: Callable[[WebhookUpdate], None]
    now: Callable[[], datetime]
    refusal: Callable[[WebhookUpdate], str | None] = lambda _: None
    """Why nothing can be made of an update, None where something can."""
    remembered: EventMemory = field(default_factory=EventIds, repr=False)
    """Which events came before, at whichever process."""

    def admits(self, given: str | None) -> bool:
        """Whether this is the secret; takes as long for one that is nearly right as for any other."""
        return compare_digest((given or "").encode("utf-8", "surrogatepass"), self.secret.encode())

    def take(self, body: bytes) -> Outcome:
        """Read an event (JSON) and hand it on. Returns at once: the points are looked up later, in another thread. Raises
        NotTaken where this network can make nothing of it, StoreError."""
        try:
            event = decode_event(body)
        except BadInput:
            return "unreadable"
        if not _fits(event, but=_OF_ANY_LENGTH):
            return "unreadable"
        update = update_of(event, self.now())
        if reason := self.refusal(update):
            raise NotTaken(reason)
        if self._came_before(event.id):
            return "duplicate"
        self.deliver(update)
        return "accepted"

    def _came_before(self, id: str | None) -> bool:
        if not id:
            return False
        digest = blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16).digest()  # an id may be as long as a body
        return not self.remembered.add(digest)


def update_of(event: EventLog, received_at: datetime) -> WebhookUpdate:
    """What an EventLog asks to be looked at.

    The contract doesn't say what `data` and `core_data` hold. Where one of them is a ChargingPoint with an id and a
    status, that is taken; else `resource_id` is looked up, be it a point's or a station's; an event without one says no more
    than that something changed.
    """
    for data in (event.data, event.core_data):
        if data and (point := _point_in(data)) is not None:
            return WebhookUpdate(received_at=received_at, points=(point,))
    if event.resource_id and _is_about_a_point(event.resource_type or ""):
        return WebhookUpdate(received_at=received_at, ids=(PointId(event.resource_id),))
    if event.resource_id and "station" in (event.resource_type or "").lower():
        return WebhookUpdate(received_at=received_at, stations=(event.resource_id,))
    return WebhookUpdate(received_at=received_at, more=True)


def load_or_create_secret(place: Path | SharedState) -> str:
    """This installation's secret, made where there is none yet. Raises StoreError."""
    state = DirectoryState(place) if isinstance(place, Path) else place
    body = state.secret(SECRET_FILE, lambda: f"{secrets.token_urlsafe(32)}\n".encode(), "webhook's secret")
    secret = body.strip().decode("ascii", "ignore")
    if not secret or not body.isascii():
        where = place / SECRET_FILE if isinstance(place, Path) else f"The database's secret {SECRET_FILE}"
        raise StoreError(f"{where} holds no secret. Remove it to have a new one made.")
    return secret


def _point_in(data: str) -> ChargePoint | None:
    try:
        point = decode_point(data.encode("utf-8", "surrogatepass"))
        status = json.loads(data).get("status")
    except (BadInput, ValueError):
        return None
    # a point that says no status is not an unknown one
    return point if point.id and isinstance(status, str) and _fits(point) else None


def _fits(record: EventLog | ChargePoint, but: Collection[str] = ()) -> bool:
    """Whether the texts of a record are no longer than texts are, and without the NUL that no database keeps."""
    texts = (value for name, value in asdict(record).items() if isinstance(value, str) and name not in but)
    return all(len(text) <= LONGEST_TEXT and "\0" not in text for text in texts)


def _is_about_a_point(resource_type: str) -> bool:
    """Whether a resource type means a charge point. The contract doesn't list the types: any that names one counts, and none
    at all."""
    return not resource_type or any(word in resource_type.lower() for word in ("point", "evse", "connector"))
