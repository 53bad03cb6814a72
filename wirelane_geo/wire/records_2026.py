"""The wire of the API of 2026, and what its records are in the words that all else here works with.

A station's connectors become charge points, one each. A connector that can't be placed or named is set aside, with its reason;
so is a station without connectors.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from wirelane_geo.model import (
    Account,
    AccountStatus,
    Address,
    BlockedReason,
    ChargingSession,
    IdentificationType,
    Member,
    PaymentMethod,
    PointId,
    Record,
    Status,
    Term,
    dialect_2026,
)
from wirelane_geo.model.dialect_2026 import (
    ChargingStation,
    ChargingStationMaintenance,
    ChargingStationOcppLog,
    ConnectionChainItem,
    Connector,
    ConnectorPoint,
    ConnectorStatus,
    Coordinates,
    MemberOf2026,
    PaymentMethodOf2026,
    PriceInformation,
    PriceModel,
    RemoteControlReset,
    RemoteControlUnlockConnector,
    SalesforceCase,
    SessionOf2026,
    Tariff,
)
from wirelane_geo.wire import records
from wirelane_geo.wire.records import Batch, Kind, RejectedRecord

R = TypeVar("R", bound=Record)
T = TypeVar("T", bound=Record)
W = TypeVar("W", bound=Term)

STATIONS = Kind(ChargingStation, "station", ids=("id", "station_id"),
                key=lambda station: None if station.id is None else str(station.id))
CONNECTION = Kind(ConnectionChainItem, "link of a connection", ids=("id",))
MAINTENANCE = Kind(ChargingStationMaintenance, "maintenance", ids=("chargingStationId",))
CASES = Kind(SalesforceCase, "case", ids=("id", "caseNumber"), key=lambda case: case.id)
LOGS = Kind(ChargingStationOcppLog, "OCPP message", ids=("id",), key=lambda log: log.id)
RESETS = Kind(RemoteControlReset, "reset", ids=("id",))
UNLOCKS = Kind(RemoteControlUnlockConnector, "unlocking", ids=("id",))
TARIFFS = Kind(Tariff, "tariff", ids=("id", "tariff_id"), key=lambda tariff: None if tariff.id is None else str(tariff.id))
PRICES = Kind(PriceModel, "price", ids=("id",))
MEMBERS = Kind(dialect_2026.Member, "member", ids=("id",), key=lambda member: _member_key(member))
PAYMENT_METHODS = Kind(dialect_2026.PaymentMethod, "payment method")
SESSIONS = Kind(dialect_2026.ChargingSession, "charging session", ids=("session_id", "cpo_session_id"), required="session_id",
                key=lambda session: session.session_id)

class TranslatedKind(Kind[T]):
    """Records of one kind, read as those of another one."""

    def __init__(self, kind: Kind[R], read: Callable[[R], T], key: Callable[[T], str | None]) -> None:
        self.name, self.key = kind.name, key
        self._kind: Kind[Any] = kind
        self._read = read

    def decode(self, body: bytes, unknown: Counter[str] | None = None) -> T:
        """See Kind."""
        return self._read(self._kind.decode(body, unknown))

    def decode_page(self, body: bytes) -> Batch[T]:
        """See Kind."""
        batch = self._kind.decode_page(body)
        return Batch([self._read(record) for record in batch.records], batch.rejected, batch.unknown)


STATUSES: Mapping[ConnectorStatus, Status] = {
    **{word: Status(word) for word in ConnectorStatus if word in Status.__members__},
    ConnectorStatus.CHARGING: Status.IN_USE, ConnectorStatus.CHARGING_SUSPENDED_EV: Status.IN_USE,
    ConnectorStatus.CHARGING_SUSPENDED_EVSE: Status.IN_USE, ConnectorStatus.MAINTENANCE: Status.UNAVAILABLE,
}
"""What each word means on the map."""


def points_of(station: ChargingStation, index: int = 0) -> tuple[list[ConnectorPoint], list[RejectedRecord]]:
    """A station's connectors as charge points, and those that can't be; `index`: the station's place in its answer."""
    name = station.station_id or (None if station.id is None else str(station.id))
    if (why := _nowhere(station.coordinates)) or not station.connectors:
        return [], [RejectedRecord(index, name, why or "the station has no connectors")]
    shared = _shared(station)
    points, rejected = [], []
    for number, connector in enumerate(station.connectors):
        label = connector.label_code or connector.evseid or connector.scm_id or f"{name or '?'}-{number + 1}"
        if (id := _id_of(station, connector, number)) is None:
            rejected.append(RejectedRecord(index, label, "neither the connector nor its station has an id"))
        else:
            points.append(_point(connector, id, label, shared))
    return points, rejected


def session_of(record: dialect_2026.ChargingSession) -> ChargingSession:
    """A session in the words that pages have."""
    here = record.location or dialect_2026.ChargingSessionLocation()
    who = record.customer or dialect_2026.ChargingSessionCustomer()
    address, price = here.address or Address(), record.totalPrice or PriceInformation()
    common = {name: getattr(record, name) for name in _IN_COMMON}
    return SessionOf2026(
        original=record, **common, identification_type=_same(record.identification_type, IdentificationType),
        customer_id=who.account_id or who.roaming_customer_id, customer_email=who.email,
        card_number=who.card_number, card_short_reference=who.card_short_reference,
        language=who.language, evseid=here.evse_id, owner=here.owner, cpo=here.cpo, plug_type=here.plug_type,
        charging_type=here.charging_type, country=address.country, city=address.city,
        zip_code=address.zip_code, street=address.street,
        house_number=address.house_number, price=price.grossAmount, tax_rate=price.taxRate,
        currency=None if record.totalPrice is None else price.currency)


def member_of(record: dialect_2026.Member) -> Member:
    """A member in the words that pages have."""
    return MemberOf2026(original=record, id=None if record.id is None else str(record.id), email=record.email,
                        status=record.status, account=None if record.account is None else _account(record.account))


def payment_method_of(record: dialect_2026.PaymentMethod) -> PaymentMethod:
    """A payment method in the words that pages have."""
    common = {name: getattr(record, name) for name in PaymentMethod.__struct_fields__}
    return PaymentMethodOf2026(original=record, **common)


_IN_COMMON = tuple(name for name in ChargingSession.__struct_fields__
                   if name in dialect_2026.ChargingSession.__struct_fields__ and name != "identification_type")


def _nowhere(place: Coordinates | None) -> str | None:
    """Why a position can't be; None where it can, or where there is none."""
    for name, limit in (("latitude", 90.0), ("longitude", 180.0)):
        degrees = None if place is None else getattr(place, name)
        if degrees is not None and not -limit <= degrees <= limit:
            return f"{name} is {degrees}, not within ±{limit:.0f} degrees"
    return None


def _shared(station: ChargingStation) -> ConnectorPoint:
    """What all connectors of a station have in common, as a point without a name."""
    place, address = station.coordinates or Coordinates(), station.address or Address()
    known = place.latitude is not None and place.longitude is not None
    return ConnectorPoint(
        charge_point_id="", station=station.id, owner=station.owner, cpo=station.cpo_name or station.cpo,
        charging_station_id=station.station_id or (None if station.id is None else str(station.id)), model=station.model,
        authentication_types=station.authentication_types, country=address.country, city=address.city,
        zip_code=address.zip_code, street=address.street,
        house_number=address.house_number, availability=station.availability, timezone=station.timezone,
        service_hotline=station.service_hotline, charging_provider=station.charging_provider, accessibility=station.accessibility,
        longitude=place.longitude if known else None, latitude=place.latitude if known else None)


def _point(connector: Connector, id: PointId, label: str, shared: ConnectorPoint) -> ConnectorPoint:
    return msgspec.structs.replace(
        shared, charge_point_id=label, id=id, charging_point_id=id, evseid=connector.evseid, said=connector.status,
        status=Status.UNKNOWN if connector.status is None else STATUSES[connector.status], plug_types=connector.plug_types,
        charging_type=connector.charging_type, power=connector.power, current=connector.current, voltage=connector.voltage,
        serial_number=connector.serial_number, payment_url=connector.payment_url, charging_group=connector.charging_groups,
        update_date=connector.status_update)


def _id_of(station: ChargingStation, connector: Connector, number: int) -> PointId | None:
    """The connector's id; where the upstream has forgotten it, one that is the same each time."""
    if connector.scm_id:
        return PointId(connector.scm_id)
    place = number + 1 if connector.connector_id is None else connector.connector_id
    return None if station.id is None else PointId(f"{station.id}-{place}")


def _account(account: dialect_2026.Account) -> Account:
    common = {name: getattr(account, name) for name in Account.__struct_fields__
              if name in dialect_2026.Account.__struct_fields__ and name not in ("status", "blocked_reasons")}
    reasons = tuple(BlockedReason(reason) for reason in account.blocked_reasons if reason in BlockedReason.__members__)
    return Account(**common, last_name=account.name, status=_same(account.status, AccountStatus), blocked_reasons=reasons)


def _same(word: Term | None, kind: type[W]) -> W | None:
    """The word in another vocabulary, where that has it."""
    return kind(word) if word is not None and word in kind.__members__ else None


def _member_key(member: dialect_2026.Member) -> str | None:
    account = member.account and member.account.account_id
    return account or member.email if member.id is None else str(member.id)


MEMBERS_AS_BEFORE = TranslatedKind(MEMBERS, member_of, records.MEMBERS.key)
PAYMENT_METHODS_AS_BEFORE = TranslatedKind(PAYMENT_METHODS, payment_method_of, records.PAYMENT_METHODS.key)
SESSIONS_AS_BEFORE = TranslatedKind(SESSIONS, session_of, records.SESSIONS.key)
