"""The store's records as the API of 2026 has them."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from hashlib import blake2b

from wirelane_geo.model import Account as Account2023
from wirelane_geo.model import Address, ChargePoint, PlugType, Status
from wirelane_geo.model import ChargingSession as Session
from wirelane_geo.model import Member as Member2023
from wirelane_geo.model import PaymentMethod as Payment
from wirelane_geo.model.dialect_2026 import (
    Accessibility,
    Account,
    AccountStatus,
    AccountType,
    BlockedReason,
    ChargingSession,
    ChargingSessionCustomer,
    ChargingSessionLocation,
    ChargingStation,
    Connector,
    ConnectorStatus,
    Coordinates,
    IdentificationType,
    Member,
    Onboarding,
    PaymentMethod,
    PriceInformation,
)
from wirelane_geo.model.opening_hours import published
from wirelane_geo.server._api_2026._index import scm_id

_CENT = Decimal("0.01")


def station_of(number: int, points: Sequence[ChargePoint]) -> ChargingStation:
    """A station, from its points."""
    first = points[0]
    placed = first.latitude is not None and first.longitude is not None
    return ChargingStation(
        id=number, station_id=first.charging_station_id or first.charge_point_id, charging_provider=first.charging_provider,
        owner=first.owner, cpo=first.cpo, cpo_name=first.cpo, model=first.model,
        address=Address(street=first.street, house_number=first.house_number, zip_code=first.zip_code, city=first.city,
                        country=first.country),
        availability=published(first).availability, timezone=first.timezone, service_hotline=first.service_hotline,
        coordinates=Coordinates(latitude=first.latitude, longitude=first.longitude) if placed else None, roaming=False,
        accessibility=Accessibility.public, authentication_types=first.authentication_types, onboarding=Onboarding.done,
        connectors=tuple(_connector(place, point) for place, point in enumerate(points, 1)))


def _connector(place: int, point: ChargePoint) -> Connector:
    return Connector(
        evseid=point.evseid, plug_types=point.plug_types, charging_type=point.charging_type, power=point.power,
        status=ConnectorStatus(point.status), payment_url=point.payment_url, label_code=point.charge_point_id,
        scm_id=scm_id(point.id or ""), charging_groups=point.charging_group, connector_id=place, current=point.current,
        voltage=point.voltage, serial_number=point.serial_number, status_update=point.update_date)


def connected(points: Sequence[ChargePoint]) -> bool:
    """Whether a station is known to be: of one that is not, nobody knows the status of any point."""
    return any(point.status is not Status.UNKNOWN for point in points)


def session_of(session: Session) -> ChargingSession:
    """A session."""
    same = {name: getattr(session, name) for name in ChargingSession.__struct_fields__ if name in _SESSION}
    kind = session.identification_type
    return ChargingSession(
        **same, short_session_id=session.session_id[:8],
        identification_type=IdentificationType(kind) if kind is not None else None, totalPrice=_price(session),
        location=ChargingSessionLocation(
            evse_id=session.evseid, owner=session.owner, cpo=session.cpo, charging_type=session.charging_type,
            plug_type=next((plug for plug in PlugType if plug == session.plug_type), None),
            address=Address(street=session.street, house_number=session.house_number, zip_code=session.zip_code,
                            city=session.city, country=session.country)),
        customer=ChargingSessionCustomer(
            account_id=session.customer_id, email=session.customer_email, card_number=session.card_number,
            card_short_reference=session.card_short_reference, language=session.language))


def _price(session: Session) -> PriceInformation | None:
    if session.price is None or session.currency is None:
        return None
    if session.tax_rate is None:
        return PriceInformation(grossAmount=session.price, currency=session.currency)
    net = (session.price / (1 + session.tax_rate)).quantize(_CENT, ROUND_HALF_UP)
    return PriceInformation(grossAmount=session.price, netAmount=net, taxAmount=session.price - net,
                            taxRate=session.tax_rate, currency=session.currency)


def member_of(member: Member2023) -> Member:
    """A member."""
    account = member.account
    return Member(id=number_of(member.id or ""), email=member.email, status=member.status,
                  account=None if account is None else _account(account))


def _account(account: Account2023) -> Account:
    same = {name: getattr(account, name) for name in Account.__struct_fields__ if name in _ACCOUNT}
    person = " ".join(filter(None, (account.first_name, account.last_name)))
    return Account(
        **same, name=person or None, language=account.language or "en",
        account_type=AccountType.business if account.company_name else AccountType.personal,
        status=None if account.status is None else AccountStatus(account.status),
        blocked_reasons=tuple(BlockedReason(reason) for reason in account.blocked_reasons))


def payment_method_of(method: Payment) -> PaymentMethod:
    """A payment method."""
    active = method.status is not None and method.status.value == AccountStatus.ACTIVE
    return PaymentMethod(id=method.id, status=method.status, processor=method.processor, type=method.type,
                         label=method.label, metadata=method.metadata, is_useable=active, is_expired=False)


def number_of(id: str) -> int:
    """A number below 2**53 for an id: itself where that is one."""
    if id.isascii() and id.isdigit() and len(id) < 16:
        return int(id)
    return int.from_bytes(blake2b(id.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 11


_SESSION = frozenset(Session.__struct_fields__) - {"identification_type"}
_ACCOUNT = frozenset({
    "address", "invoice_email_address", "company_name", "vat_number", "account_id", "tenant", "email", "terminationRequested",
    "terminationEffective", "terminationReason", "billable", "created", "updated", "anonymized"})
