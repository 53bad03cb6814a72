"""Power, voltage and current: the unit is told from what a connector can have, and what was changed is noted."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.files import CONNECTOR
from wirelane_geo.importers._connectors import supply
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._numbers import quantity
from wirelane_geo.importers._power import KILOWATTS, WATTS, Kind, Unit, kilowatts, nominal_kw
from wirelane_geo.model import ChargingType

BARE = {key: CONNECTOR[key] for key in ("id", "standard", "format", "power_type")}
CCS = {"id": "1", "standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC"}


@pytest.mark.parametrize(("given", "number", "unit"), [
    ("22", 22, ""), (" 22 ", 22, ""), ("22.", 22, ""), ("22,0", 22, ""), ("22 kW", 22, "kw"), ("22kW", 22, "kw"),
    ("22,00 KW", 22, "kw"), ("22 000", 22_000, ""), ("22\u00a0000 W", 22_000, "w"), ("22\u202f000", 22_000, ""),
    ("22'000", 22_000, ""), ("1.234,5", 1_234.5, ""), ("1,234.5", 1_234.5, ""), ("1,234,567", 1_234_567, ""), ("-22", -22, ""),
    ("2,2E+01", 22, ""), ("1e3", 1_000, ""), (".5", 0.5, ""), ("230 V", 230, "v"), (22, 22, ""), (22.5, 22.5, "")])
def test_numbers_as_people_write_them(given: Any, number: float, unit: str) -> None:
    assert quantity(given) == (pytest.approx(number), unit)


@pytest.mark.parametrize("given", ["", "NaN", "inf", "50 - 150", "7.4/22", "22 5", "kW", "22..0", None, True, [22], math.inf,
                                   math.nan, 10**400, "1e999"])
def test_what_is_no_number(given: Any) -> None:
    assert quantity(given) is None


@given(st.text(max_size=20) | st.floats() | st.integers())
def test_a_power_is_a_number_that_can_be_or_none(value: Any) -> None:
    for unit in (WATTS, KILOWATTS):
        for kind in Kind:
            found = kilowatts(value, unit, kind, "power", Notes())
            assert found is None or 0 < found <= 4_500


@pytest.mark.parametrize(("given", "unit", "kind", "kw", "noted"), [
    ("22", KILOWATTS, Kind.AC, 22.0, ""), ("22000", KILOWATTS, Kind.AC, 22.0, "in W rather"),
    ("3 700", KILOWATTS, Kind.AC, 3.7, "in W rather"), ("22000 W", KILOWATTS, Kind.AC, 22.0, ""),
    ("1200", KILOWATTS, Kind.DC, 1_200.0, ""), ("1440", KILOWATTS, Kind.UNKNOWN, 1_440.0, ""),
    ("1.200", KILOWATTS, Kind.DC, None, "can't be true"), ("50000", KILOWATTS, Kind.DC, 50.0, "in W rather"),
    ("350000", KILOWATTS, Kind.AC, 350.0, "in W rather"), ("300", KILOWATTS, Kind.AC, 300.0, ""),
    ("1001", KILOWATTS, Kind.AC, None, "can't be true"), ("999", KILOWATTS, Kind.AC, None, "can't be true"),
    ("0", KILOWATTS, Kind.AC, None, "can't be true"), ("NaN", KILOWATTS, Kind.AC, None, "can't be read"),
    ({"kW": 3}, KILOWATTS, Kind.AC, None, "can't be read"), ("22 km", KILOWATTS, Kind.AC, None, "can't be true"),
    (22_000, WATTS, Kind.AC, 22.0, ""), (22, WATTS, Kind.AC, 22.0, "in kW rather"), (600, WATTS, Kind.DC, 600.0, "in kW rather"),
    (499, WATTS, Kind.DC, 499.0, "in kW rather"), (1_200_000, WATTS, Kind.MEGAWATT, 1_200.0, ""),
    (22_000_000, WATTS, Kind.AC, None, "can't be true"), (400, WATTS, Kind.AC, None, "can't be true"),
    ("22 kW", WATTS, Kind.AC, 22.0, ""), ("3.75 MW", WATTS, Kind.MEGAWATT, 3_750.0, ""),
    ("22 kW/h", KILOWATTS, Kind.AC, 22.0, ""), ("22 kVA", KILOWATTS, Kind.AC, 22.0, ""),
    ("22kW AC", KILOWATTS, Kind.AC, 22.0, ""),
    ("150 kW (DC)", KILOWATTS, Kind.DC, 150.0, ""), ("0.022 MW", KILOWATTS, Kind.AC, 22.0, ""),
    ("2 x 22 kW", KILOWATTS, Kind.AC, None, "can't be read"), ("22 kW / 50 kW", KILOWATTS, Kind.DC, None, "can't be read"),
    ("22 DCAC", KILOWATTS, Kind.AC, None, "can't be")])
def test_the_unit_is_the_one_that_fits(given: Any, unit: Unit, kind: Kind, kw: float | None, noted: str) -> None:
    notes = Notes()
    assert kilowatts(given, unit, kind, "power", notes) == kw
    assert noted in "".join(notes)
    assert bool(notes) == bool(noted)


@pytest.mark.parametrize(("changes", "kw", "volts", "amperes"), [
    ({"max_voltage": 230, "max_amperage": 32}, 22.0, 230, 32), ({"voltage": 230, "amperage": 32}, 22.0, 230, 32),
    ({"max_voltage": 400, "max_amperage": 32}, 22.0, 400, 32), ({"max_voltage": 230, "max_amperage": 31.9}, 22.0, 230, 32),
    ({"max_voltage": "230 V", "max_amperage": "32 A"}, 22.0, 230, 32), ({"max_voltage": 230, "max_amperage": 16}, 11.0, 230, 16),
    ({"max_voltage": 230_000, "max_amperage": 32}, 22.0, 230, 32), ({"max_voltage": 230, "max_amperage": 32_000}, 22.0, 230, 32),
    ({"max_electric_power": -1, "max_voltage": 230, "max_amperage": 32}, 22.0, 230, 32),
    ({"max_electric_power": 0, "max_voltage": 0, "max_amperage": 0}, None, None, None),
    ({"max_electric_power": None, "max_voltage": None}, None, None, None), ({"max_power": 22}, 22.0, None, None),
    ({"power_kw": 22}, 22.0, None, None), ({"max_voltage": "high", "max_amperage": []}, None, None, None)])
def test_an_ac_connector(changes: dict[str, Any], kw: float | None, volts: int | None, amperes: int | None) -> None:
    found = supply([BARE | changes], Notes())
    assert (found.power_kw, found.volts, found.amperes) == (kw, volts, amperes)


def test_dc_is_volts_times_amperes() -> None:
    assert supply([CCS | {"max_voltage": 1_000, "max_amperage": 500}], Notes()).power_kw == 500.0


def test_ccs_is_dc_whatever_is_said() -> None:
    notes = Notes()
    found = supply([CCS | {"power_type": "AC_3_PHASE", "max_electric_power": 60_000}], notes)
    assert (found.current, found.power_kw) == (ChargingType.DC, 60.0)
    assert notes == {"a DC connector said to be AC, taken as DC": 1}


def test_without_a_power_type_the_connector_tells() -> None:
    notes = Notes()
    found = supply([BARE | {"power_type": None, "max_voltage": 230, "max_amperage": 32}], notes)
    assert (found.current, found.power_kw, notes.total()) == (ChargingType.AC, 7.4, 1)
    assert supply([CCS | {"power_type": None, "max_electric_power": 150_000}], Notes()).current is ChargingType.DC


@pytest.mark.parametrize(("kw", "name"), [(22.08, 22.0), (22.17, 22.0), (11.04, 11.0), (7.36, 7.4), (3.68, 3.7), (43.47, 43.0),
                                          (13.8, 13.8), (37.95, 38.0)])
def test_what_ac_connectors_are_called(kw: float, name: float) -> None:
    assert nominal_kw(kw) == pytest.approx(name)


@pytest.mark.parametrize("given", [None, "x", 3, {}, [3], ["x", None], [{}]])
def test_odd_connectors_cost_themselves(given: Any) -> None:
    notes = Notes()
    assert supply(given, notes).plugs == ("UNKNOWN",)
    assert notes
