"""The days before the embedded network was made, where that is the demo."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from wirelane_geo.demo import with_sessions
from wirelane_geo.demo.past import DAYS, demo_past
from wirelane_geo.demo.simulator import is_demo
from wirelane_geo.live.history_place import HistoryPlace
from wirelane_geo.live.invented import InventedPast, begin_with
from wirelane_geo.model import PointId
from wirelane_geo.store import PointQuery, SessionQuery, Store
from wirelane_geo.wire.points import decode_points
from wirelane_geo.wire.records import SESSIONS

JUST_NOW = timedelta(minutes=10)
"""What was made no longer ago has been as it is until now; else what was between is a gap."""
_LONGEST = timedelta(days=2)
"""No session lasts longer."""
_ALL = 1_000_000


def make_past(store: Store, history: HistoryPlace, making: Callable[[], object] = lambda: None) -> int | None:
    """Give a demo network that was just made its days before that, in a history's file that is new; `making` is called where it
    does. Returns how many status changes those are, None where there were none to be made."""
    def past() -> InventedPast | None:
        if not is_demo(store):
            return None
        making()
        return _past_of(store)

    return begin_with(history, store.network, datetime.now(UTC), past)


def _past_of(store: Store) -> InventedPast | None:
    """What would have been recorded until the network was made; None where it has changed since then."""
    found = decode_points(_list(store.query(PointQuery(page_size=_ALL)).bodies)).points
    points = [point for point in found if point.id and point.update_date]
    now, made = datetime.now(UTC), _made(store)
    if made is None or any(point.update_date > made for point in points if point.update_date):
        return None
    bodies = store.sessions.query(SessionQuery(since=made - timedelta(days=DAYS) - _LONGEST, page_size=_ALL)).bodies
    sessions = SESSIONS.decode_page(_list(bodies)).records
    ids = [PointId(point.id or "") for point in points]
    past = demo_past(points, made, sessions, {PointId(point.id or "") for point in with_sessions(points)})
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
