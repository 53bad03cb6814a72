"""The live core of a process: one refresher for all sessions, numbered changes, and their history."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from wirelane_geo.live.interface import LiveStatus, NetworkHistory, PointHistory, StatusChange, Worst

Handles = npt.NDArray[np.int64]


class Live:
    """Keeps a source fresh and remembers what changed; one per process, thread-safe. Pages only read it: polling
    `status().number` costs nothing, and says whether anything changed."""

    def status(self) -> LiveStatus:
        """How fresh the data is. Cheap: ask once a second."""
        raise NotImplementedError

    def changes(self, since: int | None = None, limit: int = 100) -> tuple[StatusChange, ...]:
        """The newest changes, newest first, at most `limit`; with `since`, only those with a higher number."""
        raise NotImplementedError

    def wait(self, number: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until a change with a higher number is shown; whether there is one."""
        raise NotImplementedError

    def point(self, point_id: str) -> PointHistory | None:
        """The history of a point, None for one that isn't known."""
        raise NotImplementedError

    def network(self, handles: Handles, quadkeys: npt.NDArray[np.uint64]) -> NetworkHistory:
        """The history of some points together. Pages ask `Watch.board`, which knows filters and bounds."""
        raise NotImplementedError

    def worst(self, handles: Handles, limit: int = 10) -> Worst:
        """The worst of some points. Pages ask `Watch.worst`."""
        raise NotImplementedError

    def tell(self, events: Sequence[object]) -> None:
        """The upstream told of something (webhook): looked at behind, at once."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin to refresh, in a thread of its own."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the thread, write what is to be written."""
        raise NotImplementedError

    def now(self) -> datetime:
        """The clock that all of this goes by."""
        raise NotImplementedError
