"""Prices of OCPI and DATEX II: a price in cents is told, and never shown as one in euros."""

from pathlib import Path
from typing import Any

import pytest

from tests.importers import datex
from tests.importers.files import CONNECTOR, EVSE, IRVE, LOCATION, irve_file, ocpi_file, split
from wirelane_geo.importers._prices import UNREADABLE, UNTRUE, amount
from wirelane_geo.model import Conditions, OfferedPoint, Price


def of_ocpi(directory: Path, *components: tuple[str, Any], currency: Any = "EUR") -> tuple[Conditions | None, dict[str, int]]:
    tariff = {"id": "T", "currency": currency, "elements": [{"price_components": [
        {"type": kind, "price": price, "step_size": 1} for kind, price in components]}]}
    [point], _, notes = split(ocpi_file(directory, LOCATION | {"evses": [EVSE | {"connectors": [
        CONNECTOR | {"tariffs": [tariff]}]}]}))
    return (point.conditions if isinstance(point, OfferedPoint) else None), dict(notes)


def of_datex(directory: Path, *prices: tuple[str, Any], currency: Any = "EUR") -> tuple[Conditions | None, dict[str, int]]:
    rate = {"idG": "r", "ratePolicy": {"value": "adHoc"}, "applicableCurrency": [currency], "energyPrice": [
        {"priceType": {"value": kind}, "value": value, "taxIncluded": True} for kind, value in prices]}
    [point], _, notes = split(datex.file(directory, datex.table(datex.with_point(electricEnergy=[{"energyRate": [rate]}]))))
    return (point.conditions if isinstance(point, OfferedPoint) else None), dict(notes)


BOTH = pytest.mark.parametrize(("read", "kwh", "session"), [(of_ocpi, "ENERGY", "FLAT"), (of_datex, "pricePerKWh", "basePrice")])


@BOTH
@pytest.mark.parametrize(("value", "currency"), [(49, "EUR"), (49.0, "EUR"), ("49", "EUR"), (590, "SEK"), (5.01, "EUR"),
                                                 (49, None), (55, "CHF"), ("39,9", "eur"), (500_000, "HUF"), (49, "€")])
def test_a_price_that_nobody_asks_is_told_and_costs_its_tariff(
        tmp_path: Path, read: Any, kwh: str, session: str, value: Any, currency: Any) -> None:
    conditions, notes = read(tmp_path, (kwh, value), (session, 0), currency=currency)
    assert (conditions.prices, conditions.free, notes) == ((), False, {UNTRUE: 1})


@BOTH
@pytest.mark.parametrize(("value", "currency", "expected"), [
    (0.49, "EUR", (0.49, "EUR")), ("0,49", "EUR", (0.49, "EUR")), (5, "EUR", (5.0, "EUR")), (5.9, "SEK", (5.9, "SEK")),
    (49, "SEK", (49.0, "SEK")), (190, "HUF", (190.0, "HUF")), (60, "JPY", (60.0, "JPY")), (49, "XAF", (49.0, "XAF")),
    ("0.49 €", None, (0.49, "EUR")), ("€ 0,49/kWh", "EUR", (0.49, "EUR")), ("49 ct", "EUR", (0.49, "EUR")),
    (49, "ct", (0.49, "EUR")), ("49 ct/kWh", None, (0.49, "EUR")), ("590 öre", "SEK", (5.9, "SEK")),
    (0.49, "euro", (0.49, "EUR")), (0.49, None, (0.49, None)), (0.49, "nonsense", (0.49, None)), (49, "EUR/kWh cent", None)])
def test_a_price_that_can_be_is_as_it_is_said(tmp_path: Path, read: Any, kwh: str, session: str, value: Any, currency: Any,
                                              expected: Any) -> None:
    conditions, notes = read(tmp_path, (kwh, value), currency=currency)
    if expected is None:
        assert (conditions.prices, notes) == ((), {UNTRUE: 1})
    else:
        [price] = conditions.prices
        assert ((price.amount, price.currency), notes) == (expected, {})


@BOTH
@pytest.mark.parametrize("value", ["much", "0.4-0.5", -1, None, True, "0,49 bananas", [], "1 € 2", "nan"])
def test_what_can_t_be_read_is_not_for_nothing(tmp_path: Path, read: Any, kwh: str, session: str, value: Any) -> None:
    conditions, notes = read(tmp_path, (kwh, value), (session, 0))
    assert notes == {UNREADABLE: 1}
    assert conditions is None or (conditions.free is None and not any(price.amount for price in conditions.prices))


@pytest.mark.parametrize(("kind", "value", "shown"), [
    ("TIME", 300, True), ("TIME", 301, False), ("FLAT", 100, True), ("FLAT", 149, False), ("PARKING_TIME", 12, True)])
def test_what_else_can_be_asked(tmp_path: Path, kind: str, value: float, shown: bool) -> None:
    conditions, _ = of_ocpi(tmp_path, (kind, value), ("ENERGY", 0.5))
    assert conditions is not None
    assert (len(conditions.prices), conditions.free) == ((2, None) if shown else (0, False))


def test_one_tariff_in_cents_leaves_the_others(tmp_path: Path) -> None:
    def rate(value: float, policy: str) -> dict[str, Any]:
        return {"ratePolicy": {"value": policy}, "applicableCurrency": ["EUR"], "energyPrice": [
            {"priceType": {"value": "pricePerKWh"}, "value": value},
            {"priceType": {"value": "pricePerMinute"}, "value": value / 10}]}

    energy = {"energyRate": [rate(49, "contract"), rate(0.6, "adHoc")]}
    [point], _, notes = split(datex.file(tmp_path, datex.table(datex.with_point(electricEnergy=[energy]))))
    assert isinstance(point, OfferedPoint)
    assert point.conditions is not None
    assert point.conditions.prices == (Price(per="kWh", amount=0.6, currency="EUR", adhoc=True),
                                       Price(per="minute", amount=0.06, currency="EUR", adhoc=True))
    assert notes == {UNTRUE: 1}


@pytest.mark.parametrize("given", [1e400, 10**400, "1" * 400, {"a": 1}, b"1"])
def test_an_amount_of_any_kind_is_none(given: Any) -> None:
    assert amount(given, "EUR") is None


@pytest.mark.parametrize(("said", "shown"), [
    ("0,49 €/kWh", True), ("49 ct/kWh", True), ("49 €/kWh", False), ("49€ TTC/kWh", False), ("€ 49 / kWh", False), ("49", False),
    ("0.49", True), ("gratuit", True), ("0,25€/min puis 49 EUR par kWh", False), ("2,50 € la session de 49 kWh", True),
    ("590 öre/kWh", True), ("5.9 SEK/kWh", True), ("190 HUF/kWh", True), ("1/kWh", True), ("Forfait 45 minutes : 5€", True)])
def test_prices_in_words_that_can_t_be_true_are_left_out(tmp_path: Path, said: str, shown: bool) -> None:
    for path in (irve_file(tmp_path, IRVE | {"tarification": said, "gratuit": None}),
                 ocpi_file(tmp_path, LOCATION | {"evses": [EVSE | {"tariffs": [{"tariff_alt_text": [{"text": said}]}]}]})):
        [point], _, notes = split(path)
        found = point.conditions.tariff if isinstance(point, OfferedPoint) and point.conditions else None
        assert found == (said if shown else None)
        assert sum("can't be true" in note for note in notes) == int(not shown)
