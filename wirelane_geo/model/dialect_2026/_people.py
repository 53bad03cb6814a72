"""Members with their accounts and payment methods, and charging sessions."""
# ruff: noqa: N815 - the contract's spelling

from datetime import datetime
from decimal import Decimal

from wirelane_geo.model._accounts import Address, KeyValue, PostalAddress
from wirelane_geo.model._privacy import Record
from wirelane_geo.model._terms import AccountStatus as PaymentStatus
from wirelane_geo.model._terms import ChargingType, Currency, MemberStatus, PlugType, SessionStatus
from wirelane_geo.model.dialect_2026._terms import AccountStatus, AccountType, BlockedReason, IdentificationType


class Account(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A customer of the platform; see `model.Account`."""

    PERSONAL = frozenset({
        "account_id", "email", "invoice_email_address", "name", "company_name", "vat_number", "address",
        "terminationReason", "blocked_manually_reason"})

    account_type: AccountType = AccountType.personal
    language: str = "en"
    name: str | None = None
    address: PostalAddress | None = None
    invoice_email_address: str | None = None
    company_name: str | None = None
    vat_number: str | None = None
    account_id: str | None = None
    tenant: str | None = None
    email: str | None = None
    status: AccountStatus | None = None
    terminationRequested: datetime | None = None
    terminationEffective: datetime | None = None
    terminationReason: str | None = None
    billable: bool = True
    created: datetime | None = None
    updated: datetime | None = None
    authDate: datetime | None = None
    anonymized: bool | None = None
    blocked_reasons: tuple[BlockedReason, ...] = ()
    blocked_manually_reason: str | None = None
    transactional_invoicing: bool = False


class OrganizationGroup(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Several organizations."""

    id: str | None = None
    name: str | None = None
    organizations: tuple[str, ...] = ()


class MemberGroup(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Members that have the same rights."""

    id: str | None = None
    tenant: str | None = None
    name: str | None = None
    rights: tuple[str, ...] = ()
    all_organizations: bool | None = None
    organization_groups: tuple[OrganizationGroup, ...] = ()
    member_count: int | None = None


class Member(Record, kw_only=True, frozen=True, omit_defaults=True):
    """An account's membership of an organization; see `model.Member`. Its `id` is a number."""

    PERSONAL = frozenset({"email"})

    id: int | None = None
    account: Account | None = None
    email: str | None = None
    status: MemberStatus | None = None
    member_groups: tuple[MemberGroup, ...] = ()


class PaymentMethod(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A card or bank account; see `model.PaymentMethod`. `expires` is a text."""

    PERSONAL = frozenset({"id", "label", "metadata"})

    id: str | None = None
    status: PaymentStatus | None = None
    processor: str | None = None
    type: str | None = None
    label: str | None = None
    expires: str | None = None
    is_useable: bool | None = None
    is_expired: bool | None = None
    metadata: tuple[KeyValue, ...] = ()


class PriceInformation(Record, kw_only=True, frozen=True, omit_defaults=True):
    """An amount with and without its tax, in the major unit of its currency."""

    grossAmount: Decimal | None = None
    netAmount: Decimal | None = None
    taxAmount: Decimal | None = None
    taxRate: Decimal | None = None
    currency: Currency = Currency.EUR


class ChargingSessionLocation(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Where a session was."""

    PERSONAL = frozenset({"owner"})

    evse_id: str | None = None
    owner: str | None = None
    cpo: str | None = None
    plug_type: PlugType | None = None
    charging_type: ChargingType | None = None
    address: Address | None = None


class ChargingSessionCustomer(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Whose session it was."""

    PERSONAL = frozenset({"account_id", "roaming_customer_id", "email", "card_number", "card_short_reference"})

    account_id: str | None = None
    roaming_customer_id: str | None = None
    email: str | None = None
    card_number: str | None = None
    card_short_reference: str | None = None
    language: str | None = None


class ChargingSession(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A driver charges; see `model.ChargingSession`. `session_duration` and `limit_duration` come without a unit, limits are
    what the driver asked for at most. `secret` is a password."""

    PERSONAL = frozenset({"identification", "customer", "customer_membership_owner", "secret", "asset_id", "sf_asset_id",
                          "sf_cp_id"})

    session_id: str | None = None
    short_session_id: str | None = None
    emp: str | None = None
    tariff: str | None = None
    tariff_text: str | None = None
    price_model: str | None = None
    price_model_text: str | None = None
    identification: str | None = None
    identification_type: IdentificationType | None = None
    session_begin: datetime | None = None
    session_end: datetime | None = None
    session_duration: int | None = None
    kwh: float | None = None
    has_signed_value: bool | None = None
    totalPrice: PriceInformation | None = None
    status: SessionStatus | None = None
    meter_start: int | None = None
    meter_stop: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    roaming_provider: str | None = None
    secret: str | None = None
    location: ChargingSessionLocation | None = None
    customer: ChargingSessionCustomer | None = None
    cpo_session_id: str | None = None
    customer_membership_owner: str | None = None
    charging_station_id: str | None = None
    charging_point_id: str | None = None
    charge_point_id: str | None = None
    sf_asset_id: str | None = None
    sf_cp_id: str | None = None
    asset_id: str | None = None
    charging_provider: str | None = None
    cpo_created: bool | None = None
    process_begin: datetime | None = None
    process_end: datetime | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    roaming_session_id: str | None = None
    startFeePrice: PriceInformation | None = None
    energyDimensionsPrice: PriceInformation | None = None
    timeDimensionsPrice: PriceInformation | None = None
    limit_price: Decimal | None = None
    limit_kwh: float | None = None
    limit_duration: int | None = None
    maintenance: bool | None = None
