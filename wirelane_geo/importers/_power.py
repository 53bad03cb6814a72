"""Power in kW, voltage in V, current in A: the unit is decided from what the field, and the plugs beside it, allow."""

from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from wirelane_geo.importers._notes import Notes
from wirelane_geo.importers._numbers import Quantity, quantity


class Kind(Enum):
    """What comes out of a connector, and how many kW can: from, to."""

    AC = 1.3, 50.0
    DC = 5.0, 1_500.0
    MEGAWATT = 20.0, 4_500.0
    UNKNOWN = 1.3, 1_500.0

    def has(self, kw: float) -> bool:
        """Whether a connector of this kind can have so many kW."""
        low, high = self.value
        return low <= kw <= high


class Unit(NamedTuple):
    """A unit that a field is in, and how many of it are one kW."""

    name: str
    in_kw: float


WATTS, KILOWATTS = Unit("W", 1_000.0), Unit("kW", 1.0)
_UNITS = {"w": WATTS, "watt": WATTS, "watts": WATTS, "va": WATTS, "kw": KILOWATTS, "kva": KILOWATTS, "kwh": KILOWATTS,
          "kwp": KILOWATTS, "kilowatt": KILOWATTS, "kilowatts": KILOWATTS, "kw/h": KILOWATTS, "mw": Unit("MW", 0.001)}

UNREADABLE, UNTRUE = "power can't be read, left out", "power can't be true, left out"

BELIEVED_KW = 1.0, 500.0
"""Within this a number is taken at its word where no unit makes it fit: the plugs beside it may be what is wrong."""
SAID_KW = 0.1, 4_500.0
"""Within this a number is taken at its word where its unit stands behind it."""

AC_NOMINAL_KW = (2.3, 3.7, 4.6, 7.4, 11.0, 22.0, 43.0)
"""What AC connectors are called; 230 V x 32 A x 3, which is 22.08, is 22 kW."""
NEAR_NOMINAL = 0.02

VOLTS, AMPERES = (50.0, 1_500.0), (1.0, 3_000.0)
"""What a charge point can have."""


def kilowatts(value: Any, usual: Unit, kind: Kind, column: str, notes: Notes) -> float | None:
    """The power in a field that is usually in W or in kW. None where nothing is given or, noted, where it can't be read or
    can't be true.

    A unit behind the number counts. Without one it is the usual one, where that gives what such a connector can have; else
    the other one, noted. What neither explains is not known, unless the usual one gives a power that is seen elsewhere.
    """
    if value is None or value == "":
        return None
    known = isinstance(value, str | int | float) and not isinstance(value, bool)
    kw, reason = _read(value, usual, kind) if known else (None, UNREADABLE)
    if reason:
        notes.add(reason, column, value)
    return kw


@lru_cache(maxsize=10_000)
def _read(value: str | int | float, usual: Unit, kind: Kind) -> tuple[float | None, str]:
    """kW, and what is to be noted of it."""
    found = quantity(value)
    if found is None:
        return None, UNREADABLE
    said = _UNITS.get(found.unit) if found.unit else usual
    if said is None or found.number <= 0:
        return None, UNTRUE
    kw = found.number / said.in_kw
    if kind.has(kw) or (found.unit and _between(kw, SAID_KW)):
        return round(kw, 3), ""
    return _in_other_unit(found, usual, kind)


def _in_other_unit(found: Quantity, usual: Unit, kind: Kind) -> tuple[float | None, str]:
    """Of a number that doesn't fit in its usual unit."""
    other = KILOWATTS if usual is WATTS else WATTS
    kw, instead = found.number / usual.in_kw, found.number / other.in_kw
    if not found.unit and (kind.has(instead) or (other is WATTS and kw > SAID_KW[1] and _between(instead, BELIEVED_KW))):
        return round(instead, 3), f"power in {other.name} rather than {usual.name}"
    least = BELIEVED_KW[0] if kind in (Kind.AC, Kind.UNKNOWN) else kind.value[0]
    if not found.unit and least <= kw <= BELIEVED_KW[1]:
        return round(kw, 3), ""
    return None, UNTRUE


def _between(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


def nominal_kw(kw: float) -> float:
    """The power that an AC connector of about so many kW is called by; else as it is, to 0.1 kW."""
    return next((name for name in AC_NOMINAL_KW if abs(kw / name - 1) <= NEAR_NOMINAL), round(kw, 1))


def within(value: Any, bounds: tuple[float, float], unit: str, column: str, notes: Notes) -> float | None:
    """A voltage or current, in V or A: in kV or mV, as a thousandth or a thousandfold of what can be, it is put right, and
    noted. None where nothing is given or, noted, where it can't be read or be true."""
    if value in (None, "", 0, "0"):
        return None
    found = quantity(value)
    scale = 1.0 if found is None else {f"k{unit}": 1_000.0, f"m{unit}": 0.001}.get(found.unit, 1.0)
    if found is None or found.number <= 0 or found.unit not in ("", unit, f"k{unit}", f"m{unit}", "volt", "volts", "amp", "amps"):
        notes.add("voltage or current can't be read, left out", column, value)
        return None
    low, high = bounds
    for factor in (1.0, 0.001, 1_000.0) if scale == 1.0 else (1.0,):
        if low <= (number := found.number * scale * factor) <= high:
            if factor != 1.0:
                notes.add("voltage or current in another unit, put right", column, value)
            return number
    notes.add("voltage or current can't be true, left out", column, value)
    return None
