"""What is published holds to the profile's schemas; and these find what doesn't."""

import json
from typing import Any

import pytest

from tests.importers.files import real
from tests.publish.conftest import PublicationService
from tests.publish.networks import point
from tests.publish.schemas import faults
from wirelane_geo.model import ChargePoint, OpeningHours

BARE = ChargePoint(charge_point_id="7", longitude=13.4, latitude=52.5)
"""A point of which nothing is known but where it is."""


@pytest.mark.parametrize("kind", ["table", "status"])
def test_the_profiles_own_example_is_found_right(kind: str) -> None:
    [example] = real(f"feeds/datex2-schema/{kind}").glob("Energy*.json")
    assert faults(kind, json.loads(example.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("given", [[point(1), point(2)], [BARE], [point(1), BARE], [point(1, availability=OpeningHours(
    open247=True, exceptionalOpenings={"2030-12-24": [["0900", "1200"]], "2030-12-25": []}))]], ids=len)
def test_what_is_published_is_right(published: PublicationService, given: list[ChargePoint]) -> None:
    published.put(*given)
    assert faults("table", published.get("/datex2/table").json()) == []
    assert faults("status", published.get("/datex2/status").json()) == []


def break_watts(point: dict[str, Any]) -> None:
    point["connector"][0]["maxPowerAtSocket"] = "150 kW"


def break_current(point: dict[str, Any]) -> None:
    point["currentType"] = "dc"


def break_names(point: dict[str, Any]) -> None:
    point["color"] = "green"


@pytest.mark.parametrize("spoil", [break_watts, break_current, break_names])
def test_what_is_not_right_is_found(published: PublicationService, spoil: Any) -> None:
    published.put(point(1))
    body = published.get("/datex2/table").json()
    [table] = body["payload"]["aegiEnergyInfrastructureTablePublication"]["energyInfrastructureTable"]
    spoil(table["energyInfrastructureSite"][0]["energyInfrastructureStation"][0]["refillPoint"][0]["aegiElectricChargingPoint"])
    assert faults("table", body)
