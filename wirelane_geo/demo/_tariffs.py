"""The demo network's prices for charging: by kWh, with tax, for members, for guests of other providers, and ad hoc."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from wirelane_geo.model import ChargePoint, ChargingType, Currency

TAX = {"DE": Decimal("0.19"), "AT": Decimal("0.20"), "CH": Decimal("0.081")}
"""Value added tax of 2025, as a share."""
CLASSES = ("AC", "DC", "HPC")
"""What the price depends on: alternating current, direct current up to 100 kW, and above."""
PAYERS = ("MEMBER", "ROAMING", "DIRECT")

_EUROS = {"MEMBER": ("0.45", "0.55", "0.62"), "ROAMING": ("0.52", "0.64", "0.74"), "DIRECT": ("0.54", "0.66", "0.79")}
_FRANCS = {"MEMBER": ("0.42", "0.55", "0.60"), "ROAMING": ("0.49", "0.65", "0.72"), "DIRECT": ("0.52", "0.68", "0.79")}
_CENT, _WH = Decimal("0.01"), Decimal(1000)


@dataclass(frozen=True)
class Tariff:
    """A price per kWh in the major unit of its currency, tax included; `text` is the label's, `tax` a share."""

    key: str
    text: str
    per_kwh: Decimal
    currency: Currency
    tax: Decimal

    def price(self, wh: int) -> Decimal:
        """The price of an energy in Wh, to the cent."""
        return (self.per_kwh * wh / _WH).quantize(_CENT, ROUND_HALF_UP)


TARIFFS = {
    (payer, kind, country): Tariff(f"{payer}-{kind}-{country}", f"{price} {currency}/kWh", Decimal(price), currency, tax)
    for country, tax in TAX.items()
    for prices, currency in [(_FRANCS, Currency.CHF) if country == "CH" else (_EUROS, Currency.EUR)]
    for payer in PAYERS
    for kind, price in zip(CLASSES, prices[payer], strict=True)
}


def tariff(payer: str, point: ChargePoint) -> Tariff:
    """What somebody pays at a charge point; outside of the three countries, as in Germany."""
    country = point.country if point.country in TAX else "DE"
    kind = "AC" if point.charging_type is not ChargingType.DC else "HPC" if (point.power or 0) > 100 else "DC"
    return TARIFFS[payer, kind, country or "DE"]
