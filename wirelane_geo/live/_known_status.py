"""The status that every known point has, and since when: what an observation is compared with."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from wirelane_geo.geo import lookup
from wirelane_geo.live.observation import Statuses
from wirelane_geo.model import Handles

Milliseconds = npt.NDArray[np.int64]
NOT_KNOWN = np.uint8(255)
"""The status of a point that isn't known."""


@dataclass(frozen=True, eq=False)
class KnownStatus:
    """n points by ascending handle. since: milliseconds since 1970; exact: whether it came to its status then, rather
    than being seen with it for the first time. Never changes itself: what changes it returns another one."""

    handles: Handles
    status: Statuses
    since: Milliseconds
    exact: npt.NDArray[np.bool_]

    @classmethod
    def empty(cls) -> Self:
        """Without points."""
        return cls(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.bool_))

    def __len__(self) -> int:
        return len(self.handles)

    def find(self, handles: Handles) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Where points are, and which of them are there at all."""
        return lookup.find(self.handles, handles)

    def statuses(self, handles: Handles) -> Statuses:
        """Status of each point, NOT_KNOWN where it isn't known."""
        return self.at(*self.find(handles))

    def at(self, index: npt.NDArray[np.intp], there: npt.NDArray[np.bool_]) -> Statuses:
        """Status of each point that was found, as `find` says."""
        return np.where(there, self.status[index], NOT_KNOWN) if len(self) else np.full(len(index), NOT_KNOWN)

    def changed(self, handles: Handles, statuses: Statuses, at: Milliseconds) -> "KnownStatus":
        """The same, with new statuses of points that it has."""
        return self._with(self.find(handles)[0], statuses, at, True)

    def as_in(self, other: "KnownStatus", handles: Handles) -> "KnownStatus":
        """The same, with what another one has of some points, where both have them."""
        (index, there), (source, known) = self.find(handles), other.find(handles)
        source = source[there & known]
        return self._with(index[there & known], other.status[source], other.since[source], other.exact[source])

    def _with(self, index: npt.NDArray[np.intp], statuses: Statuses, at: Milliseconds,
              are_exact: "bool | npt.NDArray[np.bool_]") -> "KnownStatus":
        status, since, exact = self.status.copy(), self.since.copy(), self.exact.copy()
        status[index], since[index], exact[index] = statuses, at, are_exact
        return replace(self, status=status, since=since, exact=exact)

    def added(self, handles: Handles, statuses: Statuses, since: Milliseconds, exact: npt.NDArray[np.bool_]) -> "KnownStatus":
        """The same, with points that it doesn't have yet."""
        every = np.concatenate([self.handles, handles])
        order = np.argsort(every, kind="stable")
        return KnownStatus(every[order], np.concatenate([self.status, statuses])[order],
                    np.concatenate([self.since, since])[order], np.concatenate([self.exact, exact])[order])

    def without(self, handles: Handles) -> "KnownStatus":
        """The same, without some points."""
        keep = ~np.isin(self.handles, handles)
        return KnownStatus(self.handles[keep], self.status[keep], self.since[keep], self.exact[keep])
