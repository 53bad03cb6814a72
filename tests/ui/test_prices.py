"""Prices as a driver reads them: every condition of them is told, and nothing where none is known."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from wirelane_geo.demo import demo_points
from wirelane_geo.demo.price_list import demo_tariffs, tariffs_of_group
from wirelane_geo.model import ChargePoint, ChargePointGroup, ChargingType, Currency, DisplayText, Status
from wirelane_geo.model.dialect_2026 import (
    ConnectorPoint,
    ConnectorStatus,
    Offer,
    PriceModel,
    PriceModelComponent,
    PriceModelElement,
    PriceModelRestriction,
    PriceOf,
    Tariff,
    TariffType,
    Weekday,
    offers_of,
)
from wirelane_geo.sources import Prices
from wirelane_geo.ui.point_groups import status_text
from wirelane_geo.ui.prices import offer_lines
from wirelane_geo.ui.text import Texts

NOW = datetime(2026, 6, 8, tzinfo=UTC)
EN, DE = Texts("en"), Texts("de")
POINT = ChargePoint(charge_point_id="L1", id="c1", evseid="DE*A*E1", cpo="Strom", charging_type=ChargingType.DC,
                    charging_group=(ChargePointGroup(id=7),))


def price(amount: str = "0.59", of: PriceOf = PriceOf.ENERGY, **changes: Any) -> PriceModel:
    when = changes.pop("when", ())
    element = PriceModelElement(price_components=(PriceModelComponent(type=of, price=Decimal(amount)),), restrictions=when)
    return PriceModel(**{"currency": Currency.EUR, "elements": (element,), "point_groups": ("7",), **changes})


def tariff(*prices: PriceModel, **changes: Any) -> Tariff:
    return Tariff(**{"id": 1, "name": (DisplayText(language="en", text="Ad hoc"), DisplayText(language="de", text="Spontan")),
                     "tariff_type": TariffType.direct_payment, "prices": prices, **changes})


def lines(*tariffs: Tariff, point: ChargePoint = POINT, texts: Texts = EN) -> list[str]:
    offers = offers_of(point, tariffs, NOW)
    return [f"{line.name}: {', '.join(line.prices)} [{line.validity}]" for line in offer_lines(Prices(tuple(offers)), texts)]


def test_a_kwh_a_minute_a_session_with_currency_and_validity() -> None:
    told = tariff(price(connection_fee=Decimal("0.35"), currency=Currency.CHF), price("0.02", PriceOf.TIME),
                  price("0.1", PriceOf.PARKING_TIME), active_from_date=datetime(2026, 1, 1, tzinfo=UTC),
                  active_until_date=datetime(2027, 1, 1, tzinfo=UTC))
    assert lines(told) == ["Ad hoc: 0.59 CHF a kWh, 0.35 CHF a session [from 2026-01-01 until 2027-01-01]",
                           "Ad hoc: 0.02 EUR a minute [from 2026-01-01 until 2027-01-01]",
                           "Ad hoc: 0.10 EUR a minute parked without charging [from 2026-01-01 until 2027-01-01]"]
    assert lines(told, texts=DE)[0] == "Spontan: 0,59 CHF je kWh, 0,35 CHF je Ladevorgang [ab 2026-01-01 bis 2027-01-01]"


@pytest.mark.parametrize(("condition", "told"), [
    ({"start_time": "22:00", "end_time": "06:00"}, "22:00–06:00"), ({"min_duration": 14400}, "after 4 h"),
    ({"max_duration": 90}, "up to 1.5 min"), ({"min_kwh": 10.0}, "after 10 kWh"), ({"max_kwh": 0.5}, "up to 0.5 kWh"),
    ({"min_price": Decimal(5)}, "after 5.00 EUR"), ({"max_price": Decimal(20)}, "up to 20.00 EUR"),
    ({"start_date": "2026-07-01"}, "from 2026-07-01"), ({"end_date": "2026-08-31"}, "until 2026-08-31"),
    ({"day_of_week": (Weekday.SATURDAY, Weekday.SUNDAY)}, "Sat, Sun"),
])
def test_every_condition_of_a_price_is_told(condition: dict[str, Any], told: str) -> None:
    assert lines(tariff(price(when=(PriceModelRestriction(**condition),)))) == [f"Ad hoc: 0.59 EUR a kWh ({told}) []"]


@pytest.mark.parametrize("absent", [
    tariff(price(), active=False), tariff(price(), tariff_type=TariffType.cpo_roaming), tariff(price(active=False)),
    tariff(price(), active_until_date=datetime(2026, 6, 1, tzinfo=UTC)), tariff(price(point_groups=("8",))),
    tariff(price(), active_from_date=datetime(2026, 7, 1, tzinfo=UTC)), tariff(price(rule_charging_type=ChargingType.AC)),
    tariff(price(rule_pois_allowed=("c2",))), tariff(price(rule_pois_not_allowed=("DE*A*E1",))), tariff(price(currency=None)),
    tariff(price(rule_cpos_allowed=("Other",))), tariff(price(rule_cpos_not_allowed=("Strom",))), tariff(price(elements=())),
    tariff(),
], ids=str)
def test_what_does_not_hold_here_or_says_no_price_is_not_told(absent: Tariff) -> None:
    assert lines(absent) == []


def test_what_is_free_of_charge_is_called_so_and_what_is_said_twice_is_told_once() -> None:
    free = tariff(PriceModel(free=True, currency=Currency.EUR))
    assert lines(free, free) == ["Ad hoc: free of charge []"]


def test_the_demo_network_has_prices_at_the_points_of_its_groups() -> None:
    grouped = [point for point in demo_points(300) if point.charging_group]
    for point in grouped:
        tariffs = [tariff for group in point.charging_group for tariff in tariffs_of_group(group.id or 0)]
        found: list[Offer] = offers_of(point, tariffs, NOW)
        assert {offer.name("en").split()[0] for offer in found} <= {"Members", "Pay"}
        assert {offer.name("en").split()[-1] for offer in found} <= {point.country}, "no price of another country"
    assert any(tariffs_of_group(group.id or 0) for point in grouped for group in point.charging_group)
    assert len(demo_tariffs()) == 9


def test_the_upstream_s_own_word_is_told_where_it_says_more() -> None:
    point = ConnectorPoint(charge_point_id="a", status=Status.IN_USE, said=ConnectorStatus.CHARGING_SUSPENDED_EV)
    assert status_text(point, EN) == "In use: charging paused by the car"
    assert status_text(point, DE) == "Belegt: Laden vom Fahrzeug angehalten"
    for word in ConnectorStatus:
        same = word in Status.__members__
        shown = status_text(msgspec.structs.replace(point, said=word), EN)
        assert (shown == "In use") == same
    assert status_text(ChargePoint(charge_point_id="a", status=Status.FREE), EN) == "Free"
