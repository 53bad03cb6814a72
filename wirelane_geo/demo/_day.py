"""The demo network as a day goes: drivers come and leave and reserve, points fail and are repaired.

Each point is a chain of statuses of its own. What leads away from a status is given by how long it lasts (`LASTS`), what
leads into it by the share of points that the demo network has in it at the start (`SHARES`): so on the afternoon that the
network shows nothing drifts, and at night it empties (`DAY`).
"""

import numpy as np
import numpy.typing as npt

from wirelane_geo.model import ChargingType, PlugType, Status
from wirelane_geo.store import PointColumns

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Statuses = npt.NDArray[np.uint8]

FREE, IN_USE, UNAVAILABLE, UNKNOWN, FAULTED, RESERVED, CLOSED = (status.number for status in Status)

MINUTE, HOUR = 60.0, 3600.0
SHARES = {FAULTED: 0.019, UNKNOWN: 0.046, UNAVAILABLE: 0.023}
"""Of all points, those that can't be used at a time; a CLOSED one stays so."""
LASTS = {IN_USE: 90 * MINUTE, RESERVED: 15 * MINUTE, FAULTED: 8 * HOUR, UNKNOWN: 12 * HOUR, UNAVAILABLE: 24 * HOUR}
"""Seconds that a status lasts, on average."""
OPERATING = 1 - sum(SHARES.values()) - 0.006
"""Share of the points that are free, in use or reserved."""
AHEAD, KEPT = 0.28, 0.7
"""Reservations for each driver who comes in the end, and how many of them are kept."""
USUAL = 0.17
"""Share of the operating points that are in use in the afternoon."""
DAY = (0.10, 0.07, 0.05, 0.05, 0.07, 0.15, 0.35, 0.70, 0.95, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.00, 1.05, 1.05,
       0.90, 0.65, 0.45, 0.30, 0.18)
"""How many drivers come in each local hour, as a multiple of the afternoon's."""


def next_changes(statuses: Statuses, hour: float, rng: np.random.Generator, dt: float,
                 busy: Floats | float = USUAL) -> tuple[Rows, Statuses]:
    """What happens to n points within `dt` seconds: the rows that change, ascending, and their new statuses.

    statuses: numbers of `Status`. hour: of the local day, 0 to 24. busy: share of a point's time that it is in use in the
    afternoon, for all or for each. A point changes once a step, so steps should be short against `LASTS`.
    """
    come = np.asarray(_coming(hour) * busy / (1 - np.asarray(busy)) / LASTS[IN_USE])
    fail = sum(SHARES[bad] / LASTS[bad] for bad in SHARES) / OPERATING
    leave = np.zeros(len(Status))
    for status, seconds in LASTS.items():
        leave[status] = 1 / seconds
    leave[[FREE, IN_USE]] += fail
    free = statuses == FREE
    rate = leave[statuses] + free * come * (1 + AHEAD * (1 - KEPT))
    rows = np.flatnonzero(rng.random(len(statuses)) < -np.expm1(-rate * dt))
    # Of all that could have happened to such a row, one thing did, in proportion to the rates.
    before, drawn = statuses[rows], rng.random(len(rows))
    after = np.full(len(rows), FREE, np.uint8)
    failed = np.isin(before, (FREE, IN_USE)) & (drawn * rate[rows] < fail)
    after[failed] = _troubles(rng.random(len(rows)))[failed]
    kept, ahead = rng.random(len(rows)) < KEPT, rng.random(len(rows)) < AHEAD / (1 + AHEAD * (1 - KEPT))
    came = (before == FREE) & ~failed
    after[came] = np.where(ahead[came], RESERVED, IN_USE)
    after[(before == RESERVED) & kept] = IN_USE
    return rows, after


def _coming(hour: float) -> float:
    """The day's curve, straight between the middles of its hours."""
    return float(np.interp(hour, np.arange(-0.5, 25), (DAY[-1], *DAY, DAY[0])))


def _troubles(drawn: Floats) -> Statuses:
    kinds = np.array(list(SHARES), np.uint8)
    edges = np.cumsum([SHARES[kind] / LASTS[kind] for kind in SHARES])
    return np.asarray(kinds[np.searchsorted(edges / edges[-1], drawn, side="right")])


def usual_use(columns: PointColumns) -> Floats:
    """How busy each point is in the afternoon: most of all fast chargers, least a domestic socket."""
    direct = columns.charging_type == ChargingType.DC.number
    busy = np.where(direct & (columns.power_kw > 100), 0.27, np.where(direct, 0.18, 0.16))
    return np.asarray(np.where(columns.plugs == PlugType.SCHUKO.bit, 0.05, busy))
