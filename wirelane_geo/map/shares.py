"""How the points of each operator, or with each plug, are: what tells more of a network than one number."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import PointTable
from wirelane_geo.geo.indices import Positions
from wirelane_geo.map.operators import name_of, spellings
from wirelane_geo.model import PlugType, Status


@dataclass(frozen=True, eq=False)
class StatusShare:
    """A part of the points: an operator's, by name ("": nobody knows whose), or those with a plug; counts: int64[7] by status."""

    name: str | PlugType
    counts: npt.NDArray[np.int64]

    @property
    def points(self) -> int:
        """How many points."""
        return int(self.counts.sum())


def shares(table: PointTable, positions: Positions) -> list[StatusShare]:
    """By operator; of a network that has one alone, by plug, where a point with two plugs counts for both. Most points first."""
    status = table.status[positions]
    of = _by_operator(table, positions, status)
    if len(of) < 2:
        plugs = table.plugs[positions]
        of = [StatusShare(plug, _counts(status[plugs & plug.bit != 0])) for plug in PlugType]
    return sorted((share for share in of if share.points), key=lambda share: -share.points)


def _by_operator(table: PointTable, positions: Positions, status: npt.NDArray[np.uint8]) -> list[StatusShare]:
    operator = table.operator[positions].astype(np.int64)
    counts = np.bincount(operator * len(Status) + status, minlength=len(table.operators) * len(Status))
    by_number = counts.reshape(len(table.operators), len(Status))
    return [StatusShare(name_of(table, numbers[0]), by_number[numbers].sum(axis=0))
            for numbers in spellings(table, by_number.sum(axis=1)).values()]


def _counts(status: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    return np.bincount(status, minlength=len(Status)).astype(np.int64)
