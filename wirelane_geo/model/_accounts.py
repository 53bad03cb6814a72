"""Who belongs to an organization, and how they pay."""

from datetime import datetime

from wirelane_geo.model._privacy import Record
from wirelane_geo.model._terms import AccountStatus, BlockedReason, MemberStatus


class Address(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A place to send a letter to. The contract requires all but `id`; an upstream that lacks one is read all the same.

    `country` is ISO 3166-1 alpha-2.
    """

    PERSONAL = frozenset({"id", "street", "house_number", "zip_code", "city"})

    id: int | None = None
    street: str | None = None
    house_number: str | None = None
    zip_code: str | None = None
    city: str | None = None
    country: str | None = None


class PostalAddress(Address, kw_only=True, frozen=True, omit_defaults=True):
    """An address with the `name` on the letter box; `description` is free text."""

    PERSONAL = Address.PERSONAL | {"name", "description"}

    name: str | None = None
    description: str | None = None


class Account(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A customer of the platform. `tenant` is the platform's client the account is with.

    `language` is ISO 639-1, `vat_number` is a company's; `terminationRequested`, `terminationEffective`, `created` and
    `updated` are aware datetimes. `billable` is True and `salutation` "Unknown" unless said otherwise. An `anonymized`
    account has lost its personal fields for good.
    """

    PERSONAL = frozenset({
        "account_id", "email", "invoice_email_address", "first_name", "last_name", "company_name", "vat_number",
        "phone_number", "address", "avatar_url", "salutation", "terminationReason"})

    account_id: str | None = None
    tenant: str | None = None
    email: str | None = None
    invoice_email_address: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    vat_number: str | None = None
    phone_number: str | None = None
    address: PostalAddress | None = None
    avatar_url: str | None = None
    language: str | None = None
    status: AccountStatus | None = None
    salutation: str = "Unknown"
    terminationRequested: datetime | None = None  # noqa: N815 - the contract's spelling
    terminationEffective: datetime | None = None  # noqa: N815
    terminationReason: str | None = None  # noqa: N815
    billable: bool = True
    created: datetime | None = None
    updated: datetime | None = None
    anonymized: bool | None = None
    blocked_reasons: tuple[BlockedReason, ...] = ()


class Member(Record, kw_only=True, frozen=True, omit_defaults=True):
    """An account's membership of an organization. `id` numbers the membership, so a log may say it; operations go by
    `account.account_id`. `email` is where the invitation went: a pending member may have no account yet."""

    PERSONAL = frozenset({"email"})

    id: str | None = None
    account: Account | None = None
    email: str | None = None
    status: MemberStatus | None = None


class KeyValue(Record, kw_only=True, frozen=True, omit_defaults=True):
    """One more thing that is known about a payment method, under a key of the processor's. The contract requires both."""

    PERSONAL = frozenset({"value"})

    key: str
    value: str


class PaymentMethod(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A card or bank account. `processor` is who charges it, `type` its kind in the processor's words (the contract
    lists none), `label` what its owner knows it by, such as the last four digits."""

    PERSONAL = frozenset({"id", "label", "metadata"})

    id: str | None = None
    status: AccountStatus | None = None
    processor: str | None = None
    type: str | None = None
    label: str | None = None
    metadata: tuple[KeyValue, ...] = ()
