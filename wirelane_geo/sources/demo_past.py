"""The days before the embedded network was made, where that is the demo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np

from wirelane_geo.demo import OWNER_WITH_SESSIONS, SMALL_NETWORK, session_times, with_sessions
from wirelane_geo.demo.past import DAYS, demo_past
from wirelane_geo.demo.simulator import is_demo
from wirelane_geo.live.history_place import HistoryPlace
from wirelane_geo.live.invented import InventedPast, begin_with
from wirelane_geo.model import ChargePoint, ChargingSession, PointId
from wirelane_geo.store import PointQuery, SessionQuery, Store
from wirelane_geo.wire.points import decode_points
from wirelane_geo.wire.records import SESSIONS

JUST_NOW = timedelta(minutes=10)
"""What was made no longer ago has been as it is until now; else what was between is a gap."""
_LONGEST = timedelta(days=2)
"""No session lasts longer."""
_ALL = 1_000_000


def make_past(store: Store, history: HistoryPlace, making: Callable[[], object] = lambda: None,
              planned: "DemoPlan | None" = None) -> int | None:
    """Give a demo network that was just made its days before that, in a history's file that is new; `making` is called where it
    does. Returns how many status changes those are, None where there were none to be made. planned: what the sessions that the
    store will get are made of; else they are those that it has."""
    def past() -> InventedPast | None:
        if not is_demo(store):
            return None
        making()
        return _past_of(store, planned or _kept(store))

    return begin_with(history, store.network, datetime.now(UTC), past)


@dataclass(frozen=True)
class DemoPlan:
    """The points of a demo network as the store gives them, and the moment as of which it is made: its sessions and its past
    follow from these, whichever is made first."""

    store: Store
    made: datetime

    @cached_property
    def points(self) -> list[ChargePoint]:
        """All that have an id, with it."""
        return _points(_bodies(self.store))

    @classmethod
    def of(cls, store: Store, made: datetime | None = None) -> "DemoPlan | None":
        """Those of a network that has no sessions yet: it is made when its points came, unless that is said otherwise. None where
        none did."""
        made = made or store.heard().get("demo")
        return None if made is None else cls(store, made.replace(microsecond=0))

    def sessions(self) -> Iterable[ChargingSession]:
        """Where, from when, and until when."""
        return session_times(with_sessions(self.points), self.made, since=_since(self.made))


class _PlanOfStore(DemoPlan):
    """The same of a network that has its sessions."""

    def sessions(self) -> Iterable[ChargingSession]:
        bodies = self.store.sessions.query(SessionQuery(since=_since(self.made), page_size=_ALL)).bodies
        return SESSIONS.decode_page(_list(bodies)).records


def points_with_sessions(store: Store) -> list[ChargePoint]:
    """Those of a demo network whose sessions it keeps. Of a large one that are few, and no others are read."""
    bodies = _bodies(store)
    some = bodies if len(bodies) <= SMALL_NETWORK else [body for body in bodies if OWNER_WITH_SESSIONS.encode() in body]
    return with_sessions(_points(some), len(bodies))


def _bodies(store: Store) -> list[bytes]:
    return store.query(PointQuery(page_size=_ALL)).bodies


def _points(bodies: list[bytes]) -> list[ChargePoint]:
    return [point for point in decode_points(_list(bodies)).points if point.id]


def _kept(store: Store) -> DemoPlan | None:
    made = _made(store)
    return None if made is None else _PlanOfStore(store, made)


def _since(made: datetime) -> datetime:
    """When the sessions began, the first of them, that have to do with the days before."""
    return made - timedelta(days=DAYS) - _LONGEST


def _past_of(store: Store, planned: DemoPlan | None) -> InventedPast | None:
    """What would have been recorded until the network was made; None where it has changed since then."""
    if planned is None:
        return None
    points, made, now = [point for point in planned.points if point.update_date], planned.made, datetime.now(UTC)
    if any(point.update_date > made for point in points if point.update_date):
        return None
    ids = [PointId(point.id or "") for point in points]
    past = demo_past(points, made, planned.sessions(), {PointId(point.id or "") for point in with_sessions(points)})
    places = store.places(ids)
    return InventedPast(
        handles=np.array([places[id][0] for id in ids], np.int64), ids=ids,
        status=np.array([point.status.number for point in points], np.uint8),
        since=1_000 * past.since, exact=past.exact, point=past.point, at=1_000 * past.at, before=past.before, after=past.after,
        begin=made - timedelta(days=DAYS), end=now if now - made < JUST_NOW else made)


def _made(store: Store) -> datetime | None:
    """When the network was made: no session was touched after that."""
    newest = store.sessions.query(SessionQuery(order_by="updateDate", descending=True, page_size=1)).bodies
    return min(SESSIONS.decode(newest[0]).update_date or datetime.now(UTC), datetime.now(UTC)) if newest else None


def _list(bodies: list[bytes]) -> bytes:
    return b"[" + b",".join(bodies) + b"]"
