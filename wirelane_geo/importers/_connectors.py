"""OCPI connectors: what plugs an EVSE has, and what comes out of them."""

from dataclasses import dataclass
from typing import Any

from wirelane_geo.importers._reader import Notes
from wirelane_geo.model import ChargingType, PlugType

PLUGS = {
    ("IEC_62196_T1", "SOCKET"): PlugType.TYPE_1,
    ("IEC_62196_T1", "CABLE"): PlugType.TYPE_1_ATCH,
    ("IEC_62196_T2", "SOCKET"): PlugType.TYPE_2,
    ("IEC_62196_T2", "CABLE"): PlugType.TYPE_2_ATCH,
    ("IEC_62196_T3A", "SOCKET"): PlugType.TYPE_3,
    ("IEC_62196_T3A", "CABLE"): PlugType.TYPE_3_ATCH,
    ("IEC_62196_T3C", "SOCKET"): PlugType.TYPE_3,
    ("IEC_62196_T3C", "CABLE"): PlugType.TYPE_3_ATCH,
}
"""Connector types that come as a socket or as an attached cable."""

PLUGS_EITHER_WAY = {
    "IEC_62196_T1_COMBO": PlugType.CCS,
    "IEC_62196_T2_COMBO": PlugType.CCS,
    "CHADEMO": PlugType.CHADEMO,
    "DOMESTIC_E": PlugType.SCHUKO,
    "DOMESTIC_F": PlugType.SCHUKO,
}
"""Connector types whose form makes no difference; every other one is UNKNOWN to the Wirelane API, and noted."""

CURRENTS = {"DC": ChargingType.DC, "AC_1_PHASE": ChargingType.AC, "AC_2_PHASE": ChargingType.AC,
            "AC_2_PHASE_SPLIT": ChargingType.AC, "AC_3_PHASE": ChargingType.AC}

LINE_TO_LINE_ABOVE = 300
"""OCPI has AC voltage from line to neutral (230 V). Above this it is from line to line (400 V), against the text."""

KILOWATTS_BELOW = 500.0
"""OCPI's max_electric_power is in watts. Below this it is in kW: no connector has less than half a kilowatt."""


@dataclass(frozen=True)
class Supply:
    """What an EVSE offers: its plugs, and the strongest connector's kind of current, kW, V and A."""

    plugs: tuple[PlugType, ...]
    current: ChargingType | None = None
    power_kw: float | None = None
    volts: int | None = None
    amperes: int | None = None


def supply(connectors: list[dict[str, Any]], notes: Notes) -> Supply:
    """Of all connectors of an EVSE. Without any: an unknown plug."""
    if not connectors:
        notes["no connector, kept with an unknown plug"] += 1
        return Supply((PlugType.UNKNOWN,))
    plugs = sorted({_plug(connector, notes) for connector in connectors}, key=lambda plug: plug.number)
    powers = [_power_kw(connector, notes) for connector in connectors]
    strongest = max(range(len(connectors)), key=lambda i: powers[i] or 0)
    best = connectors[strongest]
    return Supply(
        plugs=tuple(plugs),
        current=CURRENTS.get(best.get("power_type", "")),
        power_kw=powers[strongest],
        volts=_number(best, "max_voltage", "voltage"),
        amperes=_number(best, "max_amperage", "amperage"),
    )


def _plug(connector: dict[str, Any], notes: Notes) -> PlugType:
    standard, form = str(connector.get("standard")), str(connector.get("format", "SOCKET"))
    plug = PLUGS.get((standard, form)) or PLUGS_EITHER_WAY.get(standard)
    if plug is None:
        notes[f"plug {standard}, kept as an unknown one"] += 1
    return plug or PlugType.UNKNOWN


def _power_kw(connector: dict[str, Any], notes: Notes) -> float | None:
    """As stated; else volts times amperes times phases."""
    stated = connector.get("max_electric_power")
    if stated is not None and float(stated) > 0:
        if float(stated) < KILOWATTS_BELOW:
            notes["power in kW rather than W"] += 1
            return round(float(stated), 3)
        return round(float(stated) / 1_000, 3)
    volts, amperes = _number(connector, "max_voltage", "voltage"), _number(connector, "max_amperage", "amperage")
    if not volts or not amperes:
        return None
    factor = 1.0
    if connector.get("power_type") == "AC_3_PHASE":
        factor = 3.0 if volts <= LINE_TO_LINE_ABOVE else 3.0**0.5
    elif connector.get("power_type") == "AC_2_PHASE":
        factor = 2.0
    return round(volts * amperes * factor / 1_000, 1)


def _number(connector: dict[str, Any], *names: str) -> int | None:
    value = next((connector[name] for name in names if connector.get(name) is not None), None)
    return round(float(value)) if value is not None and float(value) > 0 else None
