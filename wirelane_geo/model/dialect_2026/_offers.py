"""What charging costs a driver at a charge point: the prices of tariffs that hold there now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wirelane_geo.model._points import ChargePoint
from wirelane_geo.model._terms import ChargingType, Currency
from wirelane_geo.model.dialect_2026._prices import PriceModel, PriceModelRestriction, Tariff
from wirelane_geo.model.dialect_2026._terms import PriceOf, TariffType

NOT_FOR_DRIVERS = frozenset({TariffType.cpo_roaming, TariffType.marketplace})
"""What other providers pay: their drivers pay those."""


@dataclass(frozen=True)
class OfferPart:
    """A price in the offer's currency, of a kWh, or of a minute; `when` it holds, always where that is empty."""

    of: PriceOf
    amount: Decimal
    when: tuple[PriceModelRestriction, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A tariff's price at some charge points. `names` by language; `session`: once a session; `since` and `until` are aware
    datetimes, None: open."""

    names: Mapping[str, str]
    charging_type: ChargingType | None
    currency: Currency
    free: bool
    session: Decimal | None
    parts: tuple[OfferPart, ...]
    since: datetime | None
    until: datetime | None

    def name(self, language: str) -> str:
        """What it is called in a language, or else in another one."""
        return self.names.get(language) or next(iter(self.names.values()), "")

    def __hash__(self) -> int:
        return hash((tuple(self.names.items()), self.charging_type, self.session, self.parts, self.since, self.until))


def offers_of(point: ChargePoint, tariffs: Iterable[Tariff], now: datetime) -> list[Offer]:
    """The offers at a charge point at an aware time, the tariffs of most priority first. What can't be told for certain to hold
    there is left out, and so is what says no price."""
    found = []
    for tariff in sorted(tariffs, key=lambda one: -(one.priority or 0)):
        if tariff.tariff_type in NOT_FOR_DRIVERS or not _holds(tariff, now):
            continue
        found += [offer for price in tariff.prices if _is_for(price, point) and (offer := _offer(tariff, price)) is not None]
    return list(dict.fromkeys(found))


def _holds(tariff: Tariff, now: datetime) -> bool:
    since, until = tariff.active_from_date, tariff.active_until_date
    return tariff.active and (since is None or since <= now) and (until is None or now < until)


def _is_for(price: PriceModel, point: ChargePoint) -> bool:
    groups = {str(group.id) for group in point.charging_group if group.id is not None}
    names = {name for name in (point.id, point.evseid, point.charge_point_id) if name}
    return (
        price.active is not False
        and (not price.point_groups or bool(groups & set(price.point_groups)))
        and (price.rule_charging_type is None or price.rule_charging_type is point.charging_type)
        and (not price.rule_pois_allowed or bool(names & set(price.rule_pois_allowed)))
        and not names & set(price.rule_pois_not_allowed)
        and (not price.rule_cpos_allowed or point.cpo in price.rule_cpos_allowed)
        and point.cpo not in price.rule_cpos_not_allowed)


def _offer(tariff: Tariff, price: PriceModel) -> Offer | None:
    parts = tuple(OfferPart(component.type, component.price, element.restrictions)
                  for element in price.elements for component in element.price_components
                  if component.type is not None and component.price is not None)
    session = price.connection_fee or None
    if price.currency is None or not (parts or session or price.free):
        return None
    return Offer(
        names={text.language or "": text.text for text in tariff.name if text.text}, charging_type=price.rule_charging_type,
        currency=price.currency, free=bool(price.free), session=session, parts=parts, since=tariff.active_from_date,
        until=tariff.active_until_date)
