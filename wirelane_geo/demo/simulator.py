"""A demo network that lives: its statuses change as a day goes, where everybody sees them."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from logging import getLogger
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from wirelane_geo.demo._day import next_changes, usual_use
from wirelane_geo.errors import WirelaneGeoError
from wirelane_geo.geo import lookup
from wirelane_geo.model import ChargePoint, Status
from wirelane_geo.store import PointColumns, Store
from wirelane_geo.store.file_lock import FileLock

ZONE = ZoneInfo("Europe/Berlin")
TICK_S = 1.0
LONGEST_S = 300.0
"""Time that one step makes up for at most: a machine that slept goes on where it was."""
REAL = ("irve", "ocpi")
"""Origins of points that somebody imported: where these are, nothing is made up any more."""
LOCK = "simulator.lock"

_TERMS = tuple(Status)
_log = getLogger(__name__)


class Simulator:
    """Lets a day go by on the demo network in a store, in a thread of its own; one process of an installation at most.

    `update` is given each changed point, as an operator's own systems would send it; without it all statuses of a step are
    written into the store at once. `now` gives the time (aware), `seed` the decisions: the same of both, and the same
    network, are the same day.
    """

    def __init__(self, store: Store, data: Path, *, update: Callable[[ChargePoint], object] | None = None,
                 now: Callable[[], datetime] = lambda: datetime.now(UTC), seed: int | None = None) -> None:
        self._store, self._update, self._now = store, update, now
        self._rng = np.random.default_rng(seed)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = FileLock(data / LOCK)
        self._columns: PointColumns | None = None
        self._at: datetime | None = None

    def start(self) -> bool:
        """Begin, unless there are other than demo points, or another process simulates already. Whether it did."""
        if self._thread is not None or not self._is_demo() or not self._take_lock():
            return False
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        """End, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> int | None:
        """Let the time since the last step pass: how many points changed, or None where the demo is over.

        Raises StoreError, and what `update` raises.
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
        changed = [msgspec.structs.replace(point, status=_TERMS[status])
                   for handle, status in zip(columns.handle[rows].tolist(), after.tolist(), strict=True)
                   for point in self._store.records([handle]) if point.id]
        return self._write(changed)

    def _write(self, points: Sequence[ChargePoint]) -> int:
        if self._update is None:
            return self._store.set_statuses({point.id: point.status for point in points if point.id})
        for done, point in enumerate(points):
            if self._stopping.is_set():
                return done
            self._update(point)
        return len(points)

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
        if not self._is_demo():
            return None
        found = self._store.columns()
        order = np.argsort(found.arrival)
        arrays = {name: value[order] if name not in ("deleted", "seq") else value for name, value in vars(found).items()}
        self._columns = PointColumns(**arrays)
        self._busy = usual_use(self._columns)
        return self._columns

    def _is_demo(self) -> bool:
        return self._store.holds("demo") and not any(map(self._store.holds, REAL))

    def _take_lock(self) -> bool:
        try:
            return self._lock.take()
        except OSError:  # nobody could say whether another one simulates too
            return False

    def _run(self) -> None:
        try:
            while not self._stopping.wait(TICK_S):
                try:
                    if self.step() is None:
                        break
                except WirelaneGeoError as error:
                    _log.warning("The demo stands still: %s", error)
        finally:
            self._lock.release()


def _only_statuses(known: PointColumns, changed: PointColumns) -> bool:
    """Whether no point came or went, so that statuses are all that can matter here."""
    return not len(changed.deleted) and bool(lookup.find(known.arrival, changed.arrival)[1].all())
