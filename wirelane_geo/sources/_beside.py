"""What a table of all points doesn't hold, or holds as it was: points without a position, and what has changed since."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo.indices import Positions
from wirelane_geo.model import Seq
from wirelane_geo.sources._network import PlacedPoints
from wirelane_geo.store import CHANGED, PointChanges, Store

MOST = 20_000
"""With more changes since, the database is the quicker one to ask."""


@dataclass(frozen=True, eq=False)
class Beside:
    """points (`store.CHANGED`): those without a position, and those that changed after the table, as of change `seq`. hidden: the
    table's positions, ascending, of points that are here instead, or gone."""

    points: npt.NDArray[np.void]
    hidden: Positions
    changes: PointChanges
    seq: Seq


def beside(store: Store, placed: PlacedPoints, before: Beside | None) -> Beside | None:
    """What is beside a table now, from what was beside it, or an earlier one, before. None where too much has changed, or the
    table is of a later state than the database, which was put back."""
    if before is not None and store.last_seq() < before.seq:
        before = None
    changes = (store.point_changes(placed.seq, unplaced=True, most=MOST) if before is None else
               store.point_changes(before.seq, unplaced=False, most=MOST))
    if changes is None or changes.seq < placed.seq:
        return None
    changes = changes if before is None else _later(before.changes, changes)
    points = changes.points[~changes.points["placed"] | (changes.points["seq"] > placed.seq)]
    gone = changes.gone_seq > placed.seq
    changed = points["handle"][points["seq"] > placed.seq]
    if len(changed) > MOST:
        return None
    positions, there = placed.network.positions_of(np.concatenate([changed, changes.gone[gone]]))
    kept = PointChanges(points, changes.gone[gone], changes.gone_seq[gone], changes.seq)
    return Beside(points, np.unique(positions[there]), kept, changes.seq)


def _later(before: PointChanges, changes: PointChanges) -> PointChanges:
    """Earlier changes and later ones together: of a point the later counts."""
    again = np.concatenate([changes.points["handle"], changes.gone])
    points = before.points[~np.isin(before.points["handle"], again)]
    still = ~np.isin(before.gone, again)
    return PointChanges(np.concatenate([points, changes.points]).astype(CHANGED, copy=False),
                        np.concatenate([before.gone[still], changes.gone]),
                        np.concatenate([before.gone_seq[still], changes.gone_seq]), changes.seq)
