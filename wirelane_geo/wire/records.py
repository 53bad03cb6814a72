"""The wire of members, payment methods, subscriptions, sessions and events: JSON to records and back.

A page is decoded straight into records; where that fails, each by itself, so that an odd one costs only itself. What is
understood beyond the contract is told in `lenient`. Charge points come by the ten thousand and have a faster way of their
own, in `points`.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from wirelane_geo.errors import BadInput
from wirelane_geo.model import ChargingSession, EventLog, Member, PaymentMethod, Record, Subscription
from wirelane_geo.wire.gc_pause import collector_paused
from wirelane_geo.wire.lenient import UNREADABLE, mend, settle

R = TypeVar("R", bound=Record)

_raws = msgspec.json.Decoder(list[msgspec.Raw])
_any = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True)
class RejectedRecord:
    """A record that was set aside: its position in the answer from 0, the first id found in it, and why."""

    index: int
    id: str | None
    reason: str


@dataclass(frozen=True)
class Batch(Generic[R]):
    """What a page holds: records in its order, those set aside, and how often each unknown value came."""

    records: list[R]
    rejected: list[RejectedRecord] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


class Kind(Generic[R]):
    """One schema on the wire. `name` is what a person calls it; `ids`: fields that may tell a rejected one by, none of
    them personal; `key`: what tells one from another in a list; `required`: a text that can't be empty."""

    def __init__(self, model: type[R], name: str, *, ids: tuple[str, ...] = (), required: str | None = None,
                 key: Callable[[R], str | None] | None = None) -> None:
        self.name = name
        self.key: Callable[[R], str | None] = key or (lambda _: None)
        self._ids = ids
        self._required = required
        self._page = msgspec.json.Decoder(list[model], strict=False)  # type: ignore[valid-type]
        self._one = msgspec.json.Decoder(model, strict=False)

    def decode(self, body: bytes, unknown: Counter[str] | None = None) -> R:
        """The record in a body; what the contract doesn't know is counted in `unknown`. Raises BadInput with the reason."""
        return self._understood(without_bom(body), Counter() if unknown is None else unknown)

    def decode_page(self, body: bytes) -> Batch[R]:
        """The records in a JSON array. Raises BadInput where the body as a whole is not one."""
        body = without_bom(body)
        batch: Batch[R] = Batch([])
        with collector_paused():
            try:
                whole: Sequence[R | bytes | msgspec.Raw] = self._page.decode(body)
            except UNREADABLE:
                whole = raw_records(body, self.name)
            for index, record in enumerate(whole):
                strange: Counter[str] = Counter()
                try:
                    batch.records.append(self._understood(record, strange))
                except BadInput as error:
                    batch.rejected.append(RejectedRecord(index, self._id_of(record), str(error)))
                else:
                    batch.unknown.update(strange)
        return batch

    def _understood(self, given: R | bytes | msgspec.Raw, unknown: Counter[str]) -> R:
        record = given if isinstance(given, Record) else self._decoded(given, unknown)
        if self._required and not getattr(record, self._required):
            raise BadInput(f"{self._required} is empty")
        return settle(record, unknown)

    def _decoded(self, raw: bytes | msgspec.Raw, unknown: Counter[str]) -> R:
        try:
            return self._one.decode(raw)
        except UNREADABLE:
            return mend(raw, self._one, unknown)

    def _id_of(self, record: "R | bytes | msgspec.Raw") -> str | None:
        if isinstance(record, Record):
            return first_id(msgspec.structs.asdict(record), self._ids)
        return id_in(record, self._ids)


SESSIONS = Kind(ChargingSession, "charging session", ids=("session_id", "cpo_session_id"), required="session_id",
                key=lambda session: session.session_id)
MEMBERS = Kind(Member, "member", ids=("id",),
               key=lambda member: member.id or (member.account and member.account.account_id) or member.email)
PAYMENT_METHODS = Kind(PaymentMethod, "payment method")
SUBSCRIPTIONS = Kind(Subscription, "subscription", ids=("id",))
EVENTS = Kind(EventLog, "event", ids=("id",))


def encode(record: Record) -> bytes:
    """A record as the API's JSON: what is not known is left out, prices are numbers with the digits that they have.

    A charge point's status is always said by `encode_point`, not by this.
    """
    return _encoder.encode(record)


def encode_page(records: Sequence[Record]) -> bytes:
    """Records as the API's JSON array."""
    return _encoder.encode(records)


def decode_event(body: bytes, unknown: Counter[str] | None = None) -> EventLog:
    """The organization event in the body of a webhook. Raises BadInput with the reason."""
    return EVENTS.decode(body, unknown)


def raw_records(body: bytes, name: str) -> Sequence[bytes | msgspec.Raw]:
    """The records of a page, each as JSON of its own. Raises BadInput where the body is not a list."""
    try:
        return _raws.decode(body)
    except msgspec.ValidationError:
        raise BadInput(f"the answer is not a list of {name}s") from None
    except UNREADABLE:
        pass
    try:  # what only a more patient reader takes (half a surrogate pair, NaN) becomes one odd record
        return [json.dumps(record).encode() for record in json.loads(body.decode(errors="surrogateescape"))]
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(f"the answer is not a JSON list: {error}") from None


def id_in(raw: bytes | msgspec.Raw, names: Sequence[str]) -> str | None:
    """The first of the ids that a record in JSON has."""
    try:
        record = _any.decode(raw)
    except UNREADABLE:
        return None
    return first_id(record, names) if isinstance(record, dict) else None


def first_id(record: dict[str, Any], names: Sequence[str]) -> str | None:
    """The first of the ids that a record has."""
    for name in names:
        if (value := record.get(name)) and isinstance(value, str | int):
            return str(value)
    return None


def without_bom(body: bytes) -> bytes:
    """The body without the byte order mark that some put before it."""
    return body[3:] if body.startswith(b"\xef\xbb\xbf") else body
