"""The demo network's prices as the API of 2026 has tariffs: one for each kind of payer and country, with a price for each kind of
current."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from wirelane_geo.demo._operators import OPERATORS
from wirelane_geo.demo._tariffs import CLASSES, PAYERS, TARIFFS, TAX
from wirelane_geo.model import ChargingType, DisplayText
from wirelane_geo.model.dialect_2026 import (
    PriceModel,
    PriceModelComponent,
    PriceModelElement,
    PriceModelRestriction,
    PriceOf,
    RoamingPlatform,
    Rounding,
    Tariff,
    TariffType,
)

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
SURCHARGE_AFTER_S = 4 * 3600
"""A car that stays longer with alternating current pays for the time as well."""
_PER_MINUTE = Decimal("0.02")
_TYPES: Mapping[str, TariffType] = {"MEMBER": TariffType.member, "ROAMING": TariffType.cpo_roaming,
                                    "DIRECT": TariffType.direct_payment}
_NAMES = {"MEMBER": ("Members", "Mitglieder"), "ROAMING": ("Roaming", "Roaming"),
          "DIRECT": ("Pay at the station", "Direkt bezahlen")}
_GROUPS: Mapping[str, tuple[int, ...]] = {"AC": (1,), "DC": (2,), "HPC": (3, 9)}
"""Last digits of the groups that points of a class are put into, see `_operators`."""
_COUNTRIES = tuple(TAX)


@cache
def demo_tariffs() -> list[Tariff]:
    """All of them, each with its prices and the groups of charge points that these hold in."""
    return [_tariff(10 * (1 + PAYERS.index(payer)) + place, payer, country)
            for payer in PAYERS for place, country in enumerate(_COUNTRIES)]


def tariffs_of_group(group: int) -> list[Tariff]:
    """The tariffs that hold in a group, each with the prices that do."""
    found = []
    for tariff in demo_tariffs():
        prices = tuple(price for price in tariff.prices if str(group) in price.point_groups)
        if prices:
            found.append(Tariff(**{name: getattr(tariff, name) for name in Tariff.__struct_fields__ if name != "prices"},
                                prices=prices))
    return found


def _tariff(number: int, payer: str, country: str) -> Tariff:
    english, german = _NAMES[payer]
    return Tariff(
        id=number, tariff_id=f"{payer}-{country}", name=(DisplayText(language="en", text=f"{english} {country}"),
                                                         DisplayText(language="de", text=f"{german} {country}")),
        priority=10 * (3 - PAYERS.index(payer)), creation_date=SINCE, update_date=SINCE, active_from_date=SINCE,
        tariff_type=_TYPES[payer], roaming_platform=RoamingPlatform.hubject if payer == "ROAMING" else RoamingPlatform.none,
        for_unregistered_customers=payer == "DIRECT", for_member=payer == "MEMBER", for_customer=payer == "DIRECT",
        for_marketplace=False, active=True,
        prices=tuple(_price(10 * number + place, payer, kind, country) for place, kind in enumerate(CLASSES)))


def _price(number: int, payer: str, kind: str, country: str) -> PriceModel:
    known = TARIFFS[payer, kind, country]
    elements = [PriceModelElement(price_components=(PriceModelComponent(
        type=PriceOf.ENERGY, price=known.per_kwh, step_size=1),))]
    if kind == "AC":
        elements.append(PriceModelElement(
            price_components=(PriceModelComponent(type=PriceOf.TIME, price=_PER_MINUTE, step_size=60),),
            restrictions=(PriceModelRestriction(min_duration=SURCHARGE_AFTER_S),)))
    return PriceModel(
        id=str(number), price_id=known.key, currency=known.currency, free=False, point_groups=_groups(kind, country),
        price_order_within_tariff=CLASSES.index(kind), rounding_mode_time=Rounding.UP, rounding_mode_energy=Rounding.EXACT,
        connection_fee=Decimal("0.35") if payer == "DIRECT" else None, tax_rate=known.tax, active=True, creation_date=SINCE,
        update_date=SINCE, rule_charging_type=ChargingType.AC if kind == "AC" else ChargingType.DC, elements=tuple(elements),
        autoDescription=(DisplayText(language="en", text=known.text), DisplayText(language="de", text=known.text)))


def _groups(kind: str, country: str) -> tuple[str, ...]:
    """The groups of the operators that are in this country alone: of others, a group doesn't tell the country."""
    return tuple(str(10 * (1 + place) + digit) for place, operator in enumerate(OPERATORS)
                 if operator.countries == (country,) for digit in _GROUPS[kind])
