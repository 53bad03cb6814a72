"""A demo network that lives: its statuses change as a day goes, where everybody sees them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from logging import getLogger
from zoneinfo import ZoneInfo

import numpy as np

from wirelane_geo.demo._day import next_changes, usual_use
from wirelane_geo.errors import NotLeading, WirelaneGeoError
from wirelane_geo.geo import lookup
from wirelane_geo.model import Status
from wirelane_geo.store import PointColumns, Store
from wirelane_geo.store.fence import Fence, fenced

ZONE = ZoneInfo("Europe/Berlin")
TICK_S = 1.0
LONGEST_S = 300.0
"""Time that one step makes up for at most: a machine that slept goes on where it was."""
OWN = ("demo", "api")
"""Origins of points that nobody imported: where there are others, nothing is made up any more."""

_TERMS = tuple(Status)
_log = getLogger(__name__)


def is_demo(store: Store) -> bool:
    """Whether a store holds the demo network, and no point of a file or feed."""
    return store.holds("demo") and not any(store.holds(origin) for origin in store.heard() if origin not in OWN)


class Simulator:
    """Lets a day go by on the demo network in a store, in a thread of its own: a duty of the leader (`live.leader.Duty`).

    All statuses of a step are written at once. `now` gives the time (aware), `seed` the decisions: the same of both, and the same
    network, are the same day.
    """

    def __init__(self, store: Store, *, now: Callable[[], datetime] = lambda: datetime.now(UTC), seed: int | None = None
                 ) -> None:
        self._store, self._now = store, now
        self._rng = np.random.default_rng(seed)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._columns: PointColumns | None = None
        self._at: datetime | None = None

    def begin(self, fence: Fence | None) -> None:
        """Go on, unless there are other than demo points: with what is there now, and with the time from now on."""
        self.end()
        self._stopping = threading.Event()
        self._columns = self._at = None
        self._thread = threading.Thread(target=self._run, args=(fence,), name="simulator", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> int | None:
        """Let the time since the last step pass: how many points changed, or None where the demo is over.

        Raises StoreError.
        """
        columns = self._read()
        if columns is None:
            return None
        now, before = self._now(), self._at
        self._at = now
        passed = 0.0 if before is None else min(max((now - before).total_seconds(), 0.0), LONGEST_S)
        local = now.astimezone(ZONE)
        rows, after = next_changes(columns.status, local.hour + local.minute / 60, self._rng, passed, self._busy)
        if not len(rows):
            return 0
        known = self._store.ids_and_dates(columns.handle[rows].tolist())
        return self._store.set_statuses({known[handle][0]: _TERMS[status] for handle, status in zip(
            columns.handle[rows].tolist(), after.tolist(), strict=True) if handle in known})

    def _read(self) -> PointColumns | None:
        """The network as it is now: other processes may have changed it."""
        known = self._columns
        if known is not None and self._store.last_seq() == known.seq:
            return known
        changed = None if known is None else self._store.columns(since=known.seq)
        if known is not None and changed is not None and _only_statuses(known, changed):
            known.status[lookup.find(known.arrival, changed.arrival)[0]] = changed.status
            self._columns = PointColumns(**{**vars(known), "seq": changed.seq})
            return self._columns
        if not is_demo(self._store):
            return None
        found = self._store.columns()
        order = np.argsort(found.arrival)
        arrays = {name: value[order] if name not in ("deleted", "seq") else value for name, value in vars(found).items()}
        self._columns = PointColumns(**arrays)
        self._busy = usual_use(self._columns)
        return self._columns

    def _run(self, fence: Fence | None) -> None:
        with fenced(fence):
            while not self._stopping.wait(TICK_S):
                try:
                    if self.step() is None:
                        return
                except NotLeading:  # whoever has taken over goes on
                    return
                except WirelaneGeoError as error:
                    _log.warning("The demo stands still: %s", error)


def _only_statuses(known: PointColumns, changed: PointColumns) -> bool:
    """Whether no point came or went, so that statuses are all that can matter here."""
    return not len(changed.deleted) and bool(lookup.find(known.arrival, changed.arrival)[1].all())
