"""What charging costs, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wirelane_geo.model.dialect_2026 import Offer, OfferPart, PriceModelRestriction, PriceOf
from wirelane_geo.sources import Prices
from wirelane_geo.ui.text import Texts

_PARTS = {PriceOf.ENERGY: "price.kwh", PriceOf.TIME: "price.minute", PriceOf.PARKING_TIME: "price.parked"}


@dataclass(frozen=True)
class OfferLine:
    """An offer: what it is called, its prices, and from when to when it holds."""

    name: str
    prices: Sequence[str]
    validity: str


def offer_lines(prices: Prices, texts: Texts) -> Sequence[OfferLine]:
    """The offers in words; those of one current say which where there are others."""
    currents = {offer.charging_type for offer in prices.offers}
    return [_line(offer, texts, tell_current=len(currents) > 1) for offer in prices.offers]


def _line(offer: Offer, texts: Texts, *, tell_current: bool) -> OfferLine:
    current = texts.term(offer.charging_type) if tell_current and offer.charging_type else ""
    said = [] if not offer.free else [texts("price.free")]
    said += [_part(offer, part, texts) for part in offer.parts]
    if offer.session:
        said.append(texts("price.session", amount=texts.money(offer.session, offer.currency)))
    ends = (("price.since", offer.since), ("price.until", offer.until))
    validity = " ".join(texts(key, date=f"{when:%Y-%m-%d}") for key, when in ends if when is not None)
    return OfferLine(" · ".join(filter(None, (offer.name(texts.lang), current))), said, validity)


def _part(offer: Offer, part: OfferPart, texts: Texts) -> str:
    price = texts(_PARTS[part.of], amount=texts.money(part.amount, offer.currency))
    when = ["; ".join(_restriction(restriction, offer, texts)) for restriction in part.when]
    return f"{price} ({' / '.join(filter(None, when))})" if any(when) else price


def _restriction(one: PriceModelRestriction, offer: Offer, texts: Texts) -> Iterable[str]:
    """When a price holds, every condition of it."""
    if one.day_of_week:
        yield ", ".join(texts(f"day.{day.value.lower()}") for day in one.day_of_week)
    if one.start_time or one.end_time:
        yield f"{one.start_time or '00:00'}–{one.end_time or '24:00'}"
    if one.start_date:
        yield texts("price.since", date=one.start_date)
    if one.end_date:
        yield texts("price.until", date=one.end_date)
    for key, minutes in (("price.after", one.min_duration), ("price.up_to", one.max_duration)):
        if minutes is not None:
            yield texts(key, amount=_duration(minutes, texts))
    for key, kwh in (("price.after", one.min_kwh), ("price.up_to", one.max_kwh)):
        if kwh is not None:
            yield texts(key, amount=f"{texts.number(kwh, 2)} kWh")
    for key, amount in (("price.after", one.min_price), ("price.up_to", one.max_price)):
        if amount is not None:
            yield texts(key, amount=texts.money(Decimal(amount), offer.currency))


def _duration(seconds: int, texts: Texts) -> str:
    return f"{texts.number(seconds / 3600, 1)} h" if seconds >= 3600 else f"{texts.number(seconds / 60, 1)} min"
