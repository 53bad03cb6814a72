"""What a point costs, in the words of OCPI's Tariffs: without a party and a date, so that equal prices have one id."""

from hashlib import blake2b
from typing import Any

import msgspec

from wirelane_geo.model import Conditions, OfferedPoint, Per, Price

Object = dict[str, Any]

COMPONENT: dict[Per, tuple[str, int]] = {
    "kWh": ("ENERGY", 1), "session": ("FLAT", 1), "hour": ("TIME", 1), "minute": ("TIME", 60),
    "parking hour": ("PARKING_TIME", 1), "parking minute": ("PARKING_TIME", 60)}
"""OCPI's dimension, and how many of ours are one of it: its time is told by the hour."""
LONGEST_TEXT = 512
_Kind = tuple[str, bool | None, bool | None]
"""Currency, whether it is without a contract, and whether the tax is in it: a tariff has one of each."""


def offers(point: OfferedPoint, language: str = "en") -> list[Object]:
    """A tariff for each currency and way to pay; none where no price is known. Prices that hold at some times only are left out:
    when isn't known here. `language`: ISO 639-1, of the operator's words."""
    said = point.conditions or Conditions()
    kept: dict[_Kind, list[dict[str, float]]] = {}
    for price in said.prices:
        if not price.limited and price.currency is not None and len(price.currency) == 3:
            _add(kept.setdefault((price.currency, price.adhoc, price.tax), []), price)
    if said.free and not kept:
        kept["EUR", None, None] = [{"ENERGY": 0.0}]
    words = said.tariff and [{"language": language, "text": said.tariff[:LONGEST_TEXT]}]
    return [_tariff(kind, prices, words) for kind, layers in kept.items() for prices in layers]


def _add(layers: list[dict[str, float]], price: Price) -> None:
    """Put a price where there is none for the same: of two in one tariff OCPI takes the first."""
    name, times = COMPONENT[price.per]
    layer = next((one for one in layers if name not in one), None)
    if layer is None:
        layers.append(layer := {})
    layer[name] = round(price.amount * times, 4)


def _tariff(kind: _Kind, prices: dict[str, float], words: Any) -> Object:
    currency, adhoc, tax = kind
    found: Object = {"currency": currency, "elements": [{"price_components": [
        {"type": name, "price": amount, "step_size": 1} for name, amount in sorted(prices.items())]}]}
    if adhoc is not None:
        found["type"] = "AD_HOC_PAYMENT" if adhoc else "REGULAR"
    if tax is not None:
        found["tax_included"] = "YES" if tax else "NO"
    if words:
        found["tariff_alt_text"] = words
    return {"id": f"T{blake2b(msgspec.json.encode(found, order='sorted'), digest_size=12).hexdigest()}", **found}
