"""The live core of a process: one refresher, whatever it sees shown to all sessions at once under one number."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wirelane_geo.errors import NotLeading, WirelaneGeoError, cause_of
from wirelane_geo.live import _queries
from wirelane_geo.live._recent import Events
from wirelane_geo.live._recorder import Recorder
from wirelane_geo.live.clock import Clock, SystemClock
from wirelane_geo.live.curve import PointSelection
from wirelane_geo.live.history_place import HistoryPlace
from wirelane_geo.live.interface import (
    LiveStatus,
    Mode,
    NetworkHistory,
    PointHistory,
    PointsOut,
    StatusChange,
    Worst,
    level_of,
)
from wirelane_geo.live.leader import Leader
from wirelane_geo.live.metrics import Metrics
from wirelane_geo.live.notifier import Notifier
from wirelane_geo.live.observation import Observation, Show
from wirelane_geo.live.source import LiveSource, RefreshResult
from wirelane_geo.live.webhook import WebhookUpdate
from wirelane_geo.model import Handles, PointId, Status
from wirelane_geo.store import private_file
from wirelane_geo.store.fence import Fence, fenced
from wirelane_geo.store.leader_file import LeaderFile

log = logging.getLogger(__name__)

LEAST_PATIENCE_S = 30.0
"""A restart within this leaves no gap."""
MOST_UPDATES = 1_000
"""Webhook calls that may wait to be looked at; with more, the upstream is asked what changed."""

MANY = 1_000
"""Changes that take so long to write that they are shown before, as other processes show them: without numbers."""


class Live:
    """Keeps a source fresh and remembers what changed; one per process, thread-safe. Pages only read it: polling
    `status().number` costs nothing, and says whether anything changed.

    Of all that serve one network, the leader numbers and writes what it sees; the others read on in its history. `history`: the
    file that keeps it, or the place in a database; `leader`: the role of this process, by default one that goes by a file beside
    the history, and is looked for at each refresh. Raises StoreError where the history can't be made.
    """

    def __init__(self, source: LiveSource, history: HistoryPlace, *, refresh_seconds: float = 15.0, history_days: float = 90.0,
                 clock: Clock | None = None, metrics: Metrics | None = None, leader: Leader | None = None) -> None:
        self._source, self.clock = source, clock or SystemClock()
        self._refresh_seconds, self._pace = refresh_seconds, source.pace(refresh_seconds)
        self.metrics = metrics or Metrics()
        patience = int(1000 * max(LEAST_PATIENCE_S, 3 * refresh_seconds))
        self._leader, self._own_leader = leader or _leader_beside(history), leader is None
        self._fence = self._leader.look()
        """What this process records by, while it does."""
        self._news: tuple[Events, int] | None = None
        self._refreshing = 0
        self._recorder = Recorder(history, source, self.now(), patience_ms=patience, keep_days=history_days)
        self._changed = threading.Condition(threading.Lock())
        self.notifier = Notifier()
        """Notifies of each change that is shown."""
        self._shown = self._recorder.number
        self._began = self.clock.monotonic()
        self._answered: tuple[RefreshResult, float] | None = None
        self._problem: str | None = None
        self._cause: str | None = None
        self._mode: Mode = "idle"
        self._updates: list[WebhookUpdate] = []
        self._listening = threading.Condition()
        self._stopping = False
        self._woken = threading.Event()
        self._threads: list[threading.Thread] = []
        self._end_hearing: Callable[[], None] = lambda: None
        self._measure()
        source.follow(self._publish)

    def status(self) -> LiveStatus:
        """How fresh the data is. Cheap: ask once a second."""
        passed, answered = self.clock.monotonic(), self._answered
        silent = max(0.0, passed - (answered[1] if answered else self._began))
        true_at = answered[0].true_at if answered else None
        older = (answered[0].asked_at - true_at).total_seconds() if answered and true_at else 0.0
        return LiveStatus(
            number=self._shown,
            fetched_at=true_at,
            age_s=silent + max(0.0, older),
            answered=answered is not None,
            silent_s=silent,
            level=level_of(silent, self._refresh_seconds),
            problem=self._problem,
            cause=self._cause,
            refresh_seconds=self._refresh_seconds,
            mode=self._mode,
        )

    def changes(self, since: int | None = None, limit: int = 100, handles: Handles | None = None,
                statuses: Collection[Status] = ()) -> tuple[StatusChange, ...]:
        """The newest changes of the last 24 h, newest first, at most `limit`; with `since`, only those with a higher
        number; with `handles`, only those points'; with `statuses`, only those to one of them."""
        return _queries.changes(self._recorder, since, limit, handles, statuses)

    def wait(self, number: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until a change with a higher number is shown; whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: self._shown > number, timeout)

    def point(self, point_id: PointId) -> PointHistory | None:
        """The history of a point, None for one that isn't known."""
        return self.points([point_id]).get(point_id)

    def points(self, point_ids: Sequence[PointId]) -> dict[PointId, PointHistory]:
        """The histories of several points, without those that aren't known; at the price of one."""
        return _queries.points(self._recorder, self._source.places(point_ids), self.now())

    def network(self, handles: Handles, quadkeys: npt.NDArray[np.uint64]) -> NetworkHistory:
        """The history of some points together, given by ascending quadkey. Pages ask `WallService.board`, which knows filters."""
        number, known = self._shown, self._recorder.known
        return _queries.network(self._recorder, PointSelection(handles, quadkeys, known.statuses(handles)), number, self.now())

    def out(self, handles: Handles) -> PointsOut:
        """Those of some points that are out. Pages ask `WallService.open_faults`."""
        return _queries.out(self._recorder.known, handles)

    def worst(self, handles: Handles, limit: int = 10) -> Worst:
        """The worst of some points. Pages ask `WallService.worst`."""
        return _queries.worst(self._recorder, handles, limit, self.now())

    def by_status(self) -> npt.NDArray[np.int64]:
        """i8[7]: how many of all known points have each status."""
        return np.bincount(self._recorder.known.status, minlength=256)[: len(Status)]

    def now(self) -> datetime:
        """What o'clock it is, by the clock that all of this goes by."""
        return self.clock.now()

    def refresh(self) -> None:
        """Ask the source what changed, now. What goes wrong is in `status().problem`."""
        problem = cause = None
        try:
            self._turn()
            done = self._look()
            self._answered, self._mode = (done, self.clock.monotonic() - done.ago), done.mode
            if not self._source.demo:
                with self._changed, fenced(self._fence):
                    self._recorder.forget_invented(write=self._fence is not None)
        except NotLeading as error:
            log.info("this process leads no longer", extra={"reason": str(error)})
        except WirelaneGeoError as error:
            problem, cause = str(error), cause_of(error)
        except Exception:  # a mistake of ours must not end the only thread that keeps the map true
            log.exception("the refresh failed")
            problem, cause = "The refresh failed; the reason is in the log.", "fault"
        if cause != self._cause:
            log.log(logging.WARNING if problem else logging.INFO, "refresh", extra={"problem": problem or "none any more"})
        self._problem, self._cause = problem, cause
        with self._changed:
            self._recorder.trim(self.now())
        if (fence := self._fence) is not None:
            with fenced(fence):
                self._recorder.compact(self.now())

    def _turn(self) -> None:
        """Begin to record, or end it, where this process has got another role."""
        fence = self._leader.look() if self._own_leader else self._leader.fence
        if fence is self._fence:
            return
        with self._changed, fenced(fence):
            self._fence = None
            if fence is None:
                self._recorder.load(self.now())
            else:
                self._recorder.take_over(self.now())
            self._fence = fence
        if fence is None:
            return
        try:
            self._source.publish_again()  # nobody has recorded what changed since the last leader did
        except WirelaneGeoError:
            self._fence = None  # once more at the next refresh
            raise

    def _look(self) -> RefreshResult:
        """Refresh the source. What the leader has written is read before, and shown when the source has all that it is about."""
        self._refreshing = threading.get_ident()
        self._news = self._recorder.news() if self._fence is None else None
        if self._news is not None and self._news[1] < self._recorder.number:
            with self._changed:
                self._recorder.load(self.now())
        done = self._source.refresh()
        if self._news is not None:  # nothing of the source was published
            self._publish(Observation(origin="store", asked_at=done.asked_at), lambda _: None)
        return done

    def enqueue(self, update: WebhookUpdate) -> None:
        """Take what a webhook said; returns at once, another thread looks at it."""
        with self._listening:
            more = WebhookUpdate(received_at=update.received_at, more=True)
            self._updates.append(update if len(self._updates) < MOST_UPDATES else more)
            self._listening.notify_all()

    def process_updates(self) -> None:
        """Look at everything that webhooks have said so far."""
        with self._listening:
            updates, self._updates = self._updates, []
        if not updates:
            return
        try:
            self._source.apply_update(WebhookUpdate.joined(updates))
        except WirelaneGeoError as error:
            log.warning("what a webhook told could not be looked at", extra={"reason": str(error)})
        except Exception:
            log.exception("what a webhook told could not be looked at")

    def start(self) -> None:
        """Begin to refresh, and to look at what webhooks say, each in a thread of its own."""
        for run in (self._refresh_loop, self._update_loop):
            thread = threading.Thread(target=run, name=f"live-{run.__name__.split('_')[1]}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._end_hearing = self._source.hear(self._woken.set)

    def stop(self, timeout: float = 10.0) -> None:
        """End the threads, write what is to be written."""
        with self._listening:
            self._stopping = True
            self._listening.notify_all()
        self._end_hearing()
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout)
        with self._changed, fenced(self._fence):
            self._recorder.close(write=self._fence is not None)
        if self._own_leader:
            self._leader.stop()

    @property
    def keeps_history(self) -> bool:
        """Whether what this process sees is numbered and written; another one does it otherwise."""
        return self._fence is not None

    @property
    def alive(self) -> bool:
        """Whether the refresher runs; before `start` and after `stop`, False."""
        return not self._stopping and bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _refresh_loop(self) -> None:
        while not self._stopping:
            self.refresh()
            self._woken.wait(self._pace)
            self._woken.clear()

    def _update_loop(self) -> None:
        while not self._stopping:
            self.process_updates()
            with self._listening:
                self._listening.wait_for(lambda: self._updates or self._stopping)

    def _publish(self, observation: Observation, show: Show) -> None:
        with self._changed:
            if self._fence is not None and observation.repeatable and len(observation.handles) >= MANY:
                show(self._shown)
                self.notifier.notify()
            count = self._follow(observation) if self._fence is None else self._record(observation, self._fence)
            show(self._recorder.number)
            self._shown = self._recorder.number
            if count:
                self.metrics.changes(observation.origin, count)
                self._changed.notify_all()
        if count or len(observation.handles) or len(observation.gone):  # points may change and their statuses stay
            self.notifier.notify()

    def _record(self, observation: Observation, fence: Fence) -> int:
        try:
            with fenced(fence):
                return self._recorder.record(observation, self.now())
        except NotLeading:
            self._fence = None
            self._recorder.load(self.now())  # without what was numbered in vain
            self._leader.look()
            raise

    def _follow(self, observation: Observation) -> int:
        """News wait for what was asked of the source after they were read: they are of nothing later."""
        news = self._news if threading.get_ident() == self._refreshing else None
        if news is not None:
            self._news = None
        return self._recorder.follow(observation, news or (Events.of(), 0))

    def _measure(self) -> None:
        gauge = self.metrics.gauge
        gauge("wirelane_geo_snapshot_age_seconds", "Age of what is shown.", lambda: self.status().age_s)
        gauge("wirelane_geo_snapshot_number", "Number of the last status change that is shown.", lambda: self._shown)
        gauge("wirelane_geo_points", "Points that are known, by status.",
              lambda: dict(zip(Status, self.by_status().tolist(), strict=True)), "status")


def _leader_beside(history: HistoryPlace) -> Leader:
    if not isinstance(history, Path):
        raise ValueError("who leads is not told by a history in a database")
    private_file.make_directory(history.parent)
    return Leader(LeaderFile(history.parent, history.stem))
