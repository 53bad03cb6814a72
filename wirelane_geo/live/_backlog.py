"""What a process that stands by sees of points, until it has read it in the leader's history."""

import numpy as np

from wirelane_geo.live._known_status import NOT_KNOWN, KnownStatus
from wirelane_geo.live.observation import Observation, Statuses
from wirelane_geo.model import Handles

PATIENCE_MS = 5_000
"""A leader, or the next one, has recorded by then what there is to be recorded."""


class Backlog:
    """Points that were seen with other statuses than are known. Mostly the leader's changes of them are on their way. None comes
    where it saw more, or less, of what happened: of a point that was removed and made anew, another status is no change to who
    has looked in between."""

    def __init__(self) -> None:
        self._handles: Handles = np.empty(0, np.int64)
        self._statuses: Statuses = np.empty(0, np.uint8)
        self._seen_at = np.empty(0, np.int64)

    def late(self, observation: Observation, known: KnownStatus, asked: int) -> Handles:
        """Those of which no change has come for too long. `known`: with the changes that have come; asked: milliseconds since
        1970."""
        if not len(self._handles) and not len(observation.handles):
            return self._handles
        before = ~np.isin(self._handles, observation.handles)
        handles = np.concatenate([self._handles[before], observation.handles])
        statuses = np.concatenate([self._statuses[before], observation.statuses])
        seen_at = np.concatenate([self._seen_at[before], np.full(len(observation.handles), asked)])
        has = known.statuses(handles)
        differ = (has != statuses) & (has != NOT_KNOWN)
        self._handles, self._statuses, self._seen_at = handles[differ], statuses[differ], seen_at[differ]
        return self._handles[asked - self._seen_at >= PATIENCE_MS]

    def forget(self, handles: Handles) -> None:
        """Wait for some points no longer."""
        keep = ~np.isin(self._handles, handles)
        self._handles, self._statuses, self._seen_at = self._handles[keep], self._statuses[keep], self._seen_at[keep]
