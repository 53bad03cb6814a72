"""OCPI connectors: what plugs an EVSE has, and what comes out of them."""

import re
from dataclasses import dataclass
from typing import Any

from wirelane_geo.importers._fields import entries, word
from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._power import AMPERES, KILOWATTS, VOLTS, WATTS, Kind, kilowatts, nominal_kw, within
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

STANDARDS = {
    "TYPE1": "IEC62196T1", "J1772": "IEC62196T1", "SAEJ1772": "IEC62196T1", "TYPE2": "IEC62196T2", "MENNEKES": "IEC62196T2",
    "TYPE2SOCKET": "IEC62196T2", "CCS": "IEC62196T2COMBO", "CCS2": "IEC62196T2COMBO", "CCSTYPE2": "IEC62196T2COMBO",
    "TYPE2CCS": "IEC62196T2COMBO", "CCSCOMBO2": "IEC62196T2COMBO", "COMBO2": "IEC62196T2COMBO", "COMBOTYPE2": "IEC62196T2COMBO",
    "CCS1": "IEC62196T1COMBO", "CCSTYPE1": "IEC62196T1COMBO", "COMBO1": "IEC62196T1COMBO", "SCHUKO": "DOMESTICF",
}
"""What feeds write for the names of a standard's connectors, as `_fields.word` writes them."""

CURRENTS = {"DC": ChargingType.DC, "AC": ChargingType.AC, "AC1PHASE": ChargingType.AC, "AC2PHASE": ChargingType.AC,
            "AC2PHASESPLIT": ChargingType.AC, "AC3PHASE": ChargingType.AC}
"""OCPI's power types, as `_fields.word` writes them."""

DIRECT = re.compile("IEC62196T[12]COMBO|CHADEMO|CHAOJI|GBT?DC|GBTDC|MCS|NACS|SAEJ3400|PANTOGRAPH.*")
MEGAWATT = frozenset(("MCS", "PANTOGRAPHBOTTOMUP", "PANTOGRAPHTOPDOWN"))
ALTERNATING = re.compile("IEC62196T[123][AC]?|DOMESTIC[A-Z]|IEC603092.*|GBT?AC|NEMA.*")
"""Connectors that carry the one kind of current or the other, whatever is said beside them."""

LINE_TO_LINE_ABOVE = 300
"""OCPI has AC voltage from line to neutral (230 V). Above this it is from line to line (400 V), against the text."""

POWER = ("max_electric_power", "max_power", "power", "rated_power", "nominal_power")
POWER_KW = ("max_electric_power_kw", "max_power_kw", "power_kw")
"""Names of the field with a connector's power: OCPI's own in W, and others that feeds have."""


@dataclass(frozen=True)
class Supply:
    """What an EVSE offers: its plugs, and the strongest connector's kind of current, kW, V and A."""

    plugs: tuple[PlugType, ...]
    current: ChargingType | None = None
    power_kw: float | None = None
    volts: int | None = None
    amperes: int | None = None


@dataclass(frozen=True)
class _Connector:
    plug: PlugType
    current: ChargingType | None
    power_kw: float | None
    volts: float | None
    amperes: float | None


def supply(connectors: Any, notes: Notes) -> Supply:
    """Of all connectors of an EVSE. Without any: an unknown plug."""
    if type(connectors) is list and len(connectors) == 1 and type(connectors[0]) is dict:
        _, found, noted = _remembered(connectors[0])
        if noted:
            notes.repeat(noted)
        return found
    given = entries(connectors, _IS_CONNECTOR) or []
    known = [_read(connector, notes) for connector in given if isinstance(connector, dict)]
    if len(known) < len(given) or not isinstance(connectors, list | dict | None):
        notes.add("a connector of the wrong kind, left out", "connectors", connectors)
    if not known:
        notes.add("no connector, kept with an unknown plug", "connectors")
        return Supply((PlugType.UNKNOWN,))
    return _together(known)


def _together(known: list["_Connector"]) -> Supply:
    best = max(known, key=lambda connector: connector.power_kw or 0)
    return Supply(
        plugs=tuple(sorted({connector.plug for connector in known}, key=lambda plug: plug.number)),
        current=best.current,
        power_kw=best.power_kw,
        volts=None if best.volts is None else round(best.volts),
        amperes=None if best.amperes is None else round(best.amperes),
    )


_KNOWN: dict[Any, tuple[_Connector, Supply, Notes]] = {}
"""Connectors by what is read of them, and what an EVSE offers that has one alone: a country has some hundred different ones."""
_MOST_KNOWN = 10_000
_IS_CONNECTOR = frozenset(("standard", "format", "power_type"))
_READ = ("standard", "format", "power_type", "max_voltage", "voltage", "max_amperage", "amperage", *POWER, *POWER_KW)


def _read(connector: dict[str, Any], notes: Notes) -> _Connector:
    """A connector; of two that say the same, read once, and noted for each."""
    found, _, noted = _remembered(connector)
    if noted:
        notes.repeat(noted)
    return found


def _remembered(connector: dict[str, Any]) -> tuple[_Connector, Supply, Notes]:
    values = tuple(map(connector.get, _READ))
    key = values, tuple(map(type, values))
    try:
        known = _KNOWN.get(key)
    except TypeError:  # a value of the wrong kind, which no key can have
        return _anew(connector)
    if known is None:
        known = _anew(connector)
        if len(_KNOWN) < _MOST_KNOWN:
            _KNOWN[key] = known
    return known


def _anew(connector: dict[str, Any]) -> tuple[_Connector, Supply, Notes]:
    noted = Notes()
    found = _connector(connector, noted)
    return found, _together([found]), noted


def _connector(connector: dict[str, Any], notes: Notes) -> _Connector:
    given = word(connector.get("standard"))
    standard = STANDARDS.get(given, given)
    current = _current(connector, standard, notes)
    volts = within(_first(connector, "max_voltage", "voltage"), VOLTS, "v", "max_voltage", notes)
    amperes = within(_first(connector, "max_amperage", "amperage"), AMPERES, "a", "max_amperage", notes)
    stated = _stated_kw(connector, standard, current, notes)
    return _Connector(_plug(connector, standard, notes), current,
                      _product_kw(connector, current, volts, amperes, notes) if stated is None else stated, volts, amperes)


def _plug(connector: dict[str, Any], standard: str, notes: Notes) -> PlugType:
    given = connector.get("format")
    form = word(given)
    plug = _PLUGS.get((standard, form if form in ("SOCKET", "CABLE") else "SOCKET"), PlugType.UNKNOWN)
    if plug is PlugType.UNKNOWN:
        notes.add(f"plug {str(connector.get('standard'))[:40]}, kept as an unknown one", "standard", connector.get("standard"))
    elif form not in ("", "SOCKET", "CABLE"):
        notes.add("neither socket nor cable, taken as a socket", "format", given)
    return plug


def _current(connector: dict[str, Any], standard: str, notes: Notes) -> ChargingType | None:
    """As stated, unless the connector can't carry it."""
    given = connector.get("power_type")
    stated = CURRENTS.get(word(given))
    if stated is None and given:
        notes.add("power type can't be read, taken from the connector", "power_type", given)
    if DIRECT.fullmatch(standard):
        if stated is ChargingType.AC:
            notes.add("a DC connector said to be AC, taken as DC", "power_type", given)
        return ChargingType.DC
    return stated or (ChargingType.AC if ALTERNATING.fullmatch(standard) else None)


def _stated_kw(connector: dict[str, Any], standard: str, current: ChargingType | None, notes: Notes) -> float | None:
    kind = (Kind.MEGAWATT if standard in MEGAWATT else Kind.DC if current is ChargingType.DC
            else Kind.AC if current is ChargingType.AC else Kind.UNKNOWN)
    for names, unit in ((POWER, WATTS), (POWER_KW, KILOWATTS)):
        for name in names:
            value = connector.get(name)
            if value not in (None, 0, "0", "") and (kw := kilowatts(value, unit, kind, name, notes)) is not None:
                return kw
    return None


def _product_kw(connector: dict[str, Any], current: ChargingType | None, volts: float | None, amperes: float | None,
                notes: Notes) -> float | None:
    """Volts times amperes times phases."""
    if volts is None or amperes is None:
        return None
    if current is ChargingType.DC:
        return round(volts * amperes / 1_000, 1)
    phases = word(connector.get("power_type"))
    if phases == "AC3PHASE" or (phases not in CURRENTS and volts > LINE_TO_LINE_ABOVE):
        factor = 3.0 if volts <= LINE_TO_LINE_ABOVE else 3.0**0.5
    else:
        factor = 2.0 if phases in ("AC2PHASE", "AC2PHASESPLIT") else 1.0
        if phases in ("", "AC"):
            notes.add("number of phases not known, power of one", "power_type", connector.get("power_type"))
    return nominal_kw(volts * amperes * factor / 1_000)


def _first(connector: dict[str, Any], *names: str) -> Any:
    return next((connector[name] for name in names if connector.get(name) is not None), None)


_PLUGS = {(word(standard), form): plug for (standard, form), plug in PLUGS.items()} | {
    (word(standard), form): plug for standard, plug in PLUGS_EITHER_WAY.items() for form in ("SOCKET", "CABLE")}
