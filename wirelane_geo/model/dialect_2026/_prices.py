"""Tariffs and their prices."""
# ruff: noqa: N815 - the contract's spelling

from datetime import datetime
from decimal import Decimal

from wirelane_geo.model._privacy import Record
from wirelane_geo.model._subscriptions import DisplayText
from wirelane_geo.model._terms import ChargingType, Currency
from wirelane_geo.model.dialect_2026._terms import PriceOf, RoamingPlatform, Rounding, TariffType, Weekday


class PriceModelComponent(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A price in the major unit of the model's currency: of a kWh, or of a minute. The contract says no unit, nor that of
    `step_size`, the least that is billed."""

    type: PriceOf | None = None
    price: Decimal | None = None
    step_size: int | None = None


class PriceModelRestriction(Record, kw_only=True, frozen=True, omit_defaults=True):
    """When a price holds: local times as HH:MM, dates, energy in kWh, seconds, amounts, days of the week."""

    start_time: str | None = None
    end_time: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    min_kwh: float | None = None
    max_kwh: float | None = None
    min_duration: int | None = None
    max_duration: int | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    day_of_week: tuple[Weekday, ...] = ()


class PriceModelElement(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Prices that hold together, and when."""

    price_components: tuple[PriceModelComponent, ...] = ()
    restrictions: tuple[PriceModelRestriction, ...] = ()


class PriceModel(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A price of a tariff. `connection_fee` is once a session; `rule*` say at which points it holds, and for whom."""

    PERSONAL = frozenset({"owner"})

    id: str | None = None
    price_id: str | None = None
    currency: Currency | None = None
    free: bool | None = None
    point_groups: tuple[str, ...] = ()
    rule: str | None = None
    tolerance_duration: float | None = None
    price_order_within_tariff: int | None = None
    connection_fee: Decimal | None = None
    rounding_mode_time: Rounding | None = None
    rounding_mode_energy: Rounding | None = None
    tariff_alt_url: tuple[DisplayText, ...] = ()
    tariff_alt_text: tuple[DisplayText, ...] = ()
    tax_rate: Decimal | None = None
    tax_rate_invoice_text: tuple[DisplayText, ...] = ()
    active: bool | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    owner: str | None = None
    rule_cpos_allowed: tuple[str, ...] = ()
    rule_cpos_not_allowed: tuple[str, ...] = ()
    rule_external_emps_allowed: tuple[str, ...] = ()
    rule_pois_allowed: tuple[str, ...] = ()
    rule_pois_not_allowed: tuple[str, ...] = ()
    rule_external_point_groups_allowed: tuple[str, ...] = ()
    rule_external_point_groups_not_allowed: tuple[str, ...] = ()
    rule_charging_type: ChargingType | None = None
    pricing_template_id: str | None = None
    elements: tuple[PriceModelElement, ...] = ()
    autoDescription: tuple[DisplayText, ...] = ()


class TariffPlan(Record, kw_only=True, frozen=True, omit_defaults=True):
    """A plan that a tariff belongs to. The contract gives this object no name, and requires `plan_key`."""

    plan_key: str | None = None
    plan_name: str | None = None


class OrganizationList(Record, kw_only=True, frozen=True, omit_defaults=True):
    """Which organizations a tariff is for, and for which it isn't."""

    blacklist: tuple[str, ...] = ()
    whitelist: tuple[str, ...] = ()


class Tariff(Record, kw_only=True, frozen=True, omit_defaults=True):
    """What charging costs, for whom, from `active_from_date` to `active_until_date` (aware datetimes). The contract requires
    `name`, a text in each language, and `priority`."""

    id: int | None = None
    tariff_id: str | None = None
    tenant: str | None = None
    name: tuple[DisplayText, ...] = ()
    priority: int | None = None
    creation_date: datetime | None = None
    update_date: datetime | None = None
    active_from_date: datetime | None = None
    active_until_date: datetime | None = None
    tariff_type: TariffType | None = None
    roaming_platform: RoamingPlatform | None = None
    for_unregistered_customers: bool = False
    for_marketplace: bool | None = None
    for_customer: bool | None = None
    for_member: bool | None = None
    marketplace_ids: tuple[int, ...] = ()
    member_groups: tuple[str, ...] = ()
    organization_eligibility_list: OrganizationList | None = None
    authorization_url: str | None = None
    plans: tuple[TariffPlan, ...] = ()
    prices: tuple[PriceModel, ...] = ()
    active: bool = True
